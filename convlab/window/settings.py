"""What ConvLab remembers between two runs: looks, window layout, recent files. Never the user's work."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

RECENT_FILES = 10


class Settings:
    """Typed access to one QSettings file; `fresh` ones are thrown away with the program."""

    def __init__(self, *, fresh: bool = False) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="convlab-") if fresh else None
        folder = self._temporary.name if self._temporary else None
        self.state_folder = Path(folder) / "state" if folder else _state_folder()
        file = Path(folder) / "settings.ini" if folder else self.state_folder / "settings.ini"
        self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def text(self, key: str, default: str) -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A number, `default` where the file holds nothing or nonsense, clamped to low … high."""
        try:
            return min(max(float(str(self._store.value(key, default))), low), high)
        except ValueError:
            return default

    def flag(self, key: str, default: bool) -> bool:
        return self.text(key, "true" if default else "false") == "true"

    def layout(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set(self, key: str, value: str | float | bool | QByteArray) -> None:
        self._store.setValue(key, str(value).lower() if isinstance(value, bool) else value)

    @property
    def recent_files(self) -> list[str]:
        """Newest first. The files are not touched: one on a sleeping network drive must not stop the menu."""
        return [line for line in self.text("recent", "").split("\n") if line][:RECENT_FILES]

    def add_recent(self, path: Path) -> None:
        others = [line for line in self.recent_files if line != str(path)]
        self.set("recent", "\n".join([str(path), *others][:RECENT_FILES]))

    def forget_recent(self) -> None:
        self.set("recent", "")

    def save(self) -> None:
        self._store.sync()

    def close(self) -> None:
        self.save()
        if self._temporary is not None:
            self._temporary.cleanup()


def _state_folder() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or QStandardPaths.writableLocation(
        QStandardPaths.StandardLocation.AppLocalDataLocation
    )
    folder = Path(base)
    return folder if folder.name.lower() == "convlab" else folder / "convlab"
