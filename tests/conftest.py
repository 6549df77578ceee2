"""What every test gets: no screen needed, settings of its own, and nothing left behind."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
_PRIVATE = {
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_RUNTIME_DIR": "run",
}


@pytest.fixture(autouse=True)
def private_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, autosaves and logs of a test go to a folder of its own, never to the home of who runs it."""
    home = tmp_path_factory.mktemp("home")
    for variable, name in _PRIVATE.items():
        (home / name).mkdir(mode=0o700)
        monkeypatch.setenv(variable, str(home / name))
    if "PySide6.QtCore" in sys.modules:
        _keep_settings_in(home / "config")
    return home


def _keep_settings_in(folder: Path) -> None:
    from PySide6.QtCore import QSettings

    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(folder))


@pytest.fixture(autouse=True)
def no_widget_left() -> Iterator[None]:
    """A window that outlives its test makes later tests slow and strange: fail, and say how to mend it."""
    before = set(_top_level_widgets())
    yield
    left = {address: widget for address, widget in _top_level_widgets().items() if address not in before}
    if left:
        gc.collect()  # a widget in a reference cycle is no leak
        left = {address: widget for address, widget in _top_level_widgets().items() if address in left}
    for widget in left.values():
        widget.close()
        widget.deleteLater()
    if left:
        names = ", ".join(sorted({type(widget).__name__ for widget in left.values()}))
        pytest.fail(
            f"{len(left)} top-level widget(s) left over: {names}. "
            "Give each to qtbot.addWidget(widget) where the test makes it, or give it a parent.",
            pytrace=False,
        )


def _top_level_widgets() -> dict[int, QWidget]:
    """Widgets without a parent, by their address in C++; menus and tooltips are Qt's own affair."""
    if "PySide6.QtWidgets" not in sys.modules:
        return {}
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication, QMenu
    from shiboken6 import getCppPointer

    if QApplication.instance() is None:
        return {}
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    of_qt = ("QTipLabel", "QComboBoxPrivateContainer", "QDesktopWidget")
    return {
        getCppPointer(widget)[0]: widget
        for widget in QApplication.topLevelWidgets()
        if not isinstance(widget, QMenu) and widget.metaObject().className() not in of_qt
    }


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of pictures and networks beside the checkout; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the folder {SHARED}, which is not there")
    return SHARED
