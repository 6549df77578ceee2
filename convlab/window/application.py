"""Starting the window: the application object, the looks, the first paint, and only then everything slow."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from convlab.window import theme
from convlab.window.bug_report import BugReporter
from convlab.window.garbage import Garbage
from convlab.window.icons import icon
from convlab.window.importing import Importing
from convlab.window.looks import Looks
from convlab.window.neighbours import Neighbours
from convlab.window.settings import Settings

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow

_PREPARE_MS = 400
"""After the first paint: what nobody has looked at yet is made ready when the first look is over."""

_SWITCH_SECONDS = 0.001
"""How long a thread may keep Python's lock from the window's: five times shorter than is usual."""


class FirstPaint(QObject):
    """Tells once that a widget was painted for the first time."""

    happened = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.installEventFilter(self)
        self._widget = widget

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            QTimer.singleShot(0, self.happened.emit)  # after the paint itself
        return False


def make_application(arguments: list[str]) -> QApplication:
    """The QApplication with our names, font and style; the one that exists, if one does."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        QCoreApplication.setApplicationName("ConvLab")
        QCoreApplication.setOrganizationName("ConvLab")
        QGuiApplication.setDesktopFileName("convlab")
        application = QApplication(theme.begin_with_fusion(arguments))
    theme.load_fonts()
    return application


def run(
    files: list[str],
    *,
    fresh: bool = False,
    debug: bool = False,
    quit_after: float | None = None,
    report_first_frame: bool = False,
    report_filters: bool = False,
) -> int:
    """Open the window with `files` and stay until it is closed; returns the exit code.

    fresh: settings and autosaves of this run are thrown away. quit_after: close by itself after so many seconds.
    report_first_frame, report_filters: print the time at which the first frame, or the filters of the network among
    `files`, were painted (seconds since the epoch), and quit.
    """
    application = make_application(["convlab"])
    gc.disable()  # threads begin before `Garbage` does
    settings = Settings(fresh=fresh)
    near = Neighbours()
    if files:
        near.reader.start()  # it gets warm while the window is imported and made
    from convlab.window.main_window import MainWindow

    Looks(settings).apply(style_widgets=False)
    application.setWindowIcon(icon("convlab"))
    window = MainWindow(settings, near)
    window.begins_with_examples = not files
    opened = _open_network_at_once(window, files)
    if report_filters:
        _report_filters(window)
    reporter = BugReporter(settings.state_folder / "convlab.log", window.work.save_after_fault)
    reporter.install()
    window.restore_layout()
    theme.apply_style_sheet()
    painted = FirstPaint(window.pages)
    if report_first_frame:
        _report(painted.happened, window)
    painted.happened.connect(lambda: begin(window, [] if opened else files))
    if quit_after is not None:
        QTimer.singleShot(round(quit_after * 1000), lambda: application.exit(0))
    if debug:
        application.focusChanged.connect(lambda old, new: print("focus:", new, file=sys.stderr))
    _follow_system(application, settings)
    return _until_closed(application, window)


def _until_closed(application: QApplication, window: MainWindow) -> int:
    window.show()
    code = application.exec()
    window.work.close()
    window.neighbours.close()
    window.settings.close()
    return code


def _report(happened: SignalInstance, window: MainWindow) -> None:
    """For the benchmarks: the time at which something was painted first, and the end."""
    happened.connect(lambda: print(time.time(), flush=True))
    happened.connect(lambda: QTimer.singleShot(0, window.close))


def _open_network_at_once(window: MainWindow, files: list[str]) -> bool:
    """If the last file is a network: it is read while the window is shown for the first time, on the page for it.

    The page is made before the style sheet is set, with which that would take twice as long.
    """
    from convlab.window.header import NETWORK
    from convlab.window.image_actions import NETWORK_SUFFIXES

    if not files or Path(files[-1]).suffix.lower() not in NETWORK_SUFFIXES:
        return False
    window.pages.make(NETWORK)
    window.open_files([Path(file) for file in files])
    QCoreApplication.processEvents()  # the reader is told
    return True


def _report_filters(window: MainWindow) -> None:
    """For the benchmark: the filters' tab, and the time at which it showed the first filters."""
    window.network.layer.show_tab("filters")
    _report(window.network.layer.filters_painted, window)


def begin(window: MainWindow, files: list[str]) -> None:
    """After the first paint: what takes time and is not needed for the first look."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    Importing(["convlab.processes.client"], window.neighbours.start, window)
    QTimer.singleShot(_PREPARE_MS, window, lambda: Importing(["cv2"], window.pages.prepare, window))
    Garbage(window)
    gc.freeze()  # what the program has made until now stays: looking through it for garbage takes 30 ms each time
    window.work.offer_recovery()
    window.open_files([Path(file) for file in files])


def _follow_system(application: QApplication, settings: Settings) -> None:
    hints = application.styleHints()
    hints.colorSchemeChanged.connect(lambda: Looks(settings).apply())
    theme.notifier()
