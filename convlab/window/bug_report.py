"""What happens when ConvLab itself is at fault: the work is saved, the fault is logged, and one dialog says so."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

_LOG_BYTES = 1_000_000


class BugReporter:
    """The process's excepthook. Each distinct fault is told once: a fault in a paint event comes with every repaint."""

    def __init__(self, log: Path, save_work: Callable[[], str]) -> None:
        """`save_work` saves and returns a sentence about where the work is now."""
        self._log = log
        self._save_work = save_work
        self._told: set[str] = set()
        self.dialogs: list[QMessageBox] = []

    def install(self) -> None:
        sys.excepthook = self.report

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Save, log, tell. Never raises."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(text)
        place = "".join(traceback.format_tb(trace))
        if place in self._told:
            return
        self._told.add(place)
        saved = self._saved()
        self._write(text)
        QTimer.singleShot(0, lambda: self._show(saved, text))  # never inside a paint event

    def _saved(self) -> str:
        try:
            return self._save_work()
        except Exception as error:  # the work cannot be saved: say so, rather than fail while failing
            return f"Your work could not be saved ({type(error).__name__}). Save it under another name now."

    def _write(self, text: str) -> None:
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            if self._log.exists() and self._log.stat().st_size > _LOG_BYTES:
                self._log.replace(self._log.with_suffix(".old.log"))
            with self._log.open("a", encoding="utf-8") as file:
                file.write(f"--- {datetime.now().isoformat(timespec='seconds')}\n{text}\n")
        except OSError:
            pass  # a full disk must not hide the dialog

    def _show(self, saved: str, text: str) -> None:
        from PySide6.QtWidgets import QMessageBox

        parent = QApplication.activeWindow()
        box = QMessageBox(parent if isinstance(parent, QWidget) else None)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("A fault in ConvLab")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText("ConvLab made a mistake.")
        box.setInformativeText(f"{saved} You can go on working. The details are in {self._log}.")
        box.setDetailedText(text)
        box.finished.connect(lambda: self.dialogs.remove(box))
        self.dialogs.append(box)
        box.open()
