"""Importing modules in a thread: the window answers while Python reads and compiles what is needed next."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 5


class Importing(QObject):
    """Imports `modules` in a thread, then calls `then` on the thread of `parent`, as long as that lives.

    A module that cannot be imported is nothing to tell here: whoever needs it imports it again. The thread knows nothing of
    Qt: a signal that it emitted while the window is deleted would end the program.
    """

    def __init__(self, modules: Sequence[str], then: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._then = then
        self._thread = threading.Thread(target=_import, args=(tuple(modules),))
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._tell)
        self._thread.start()
        self._look.start()

    def _tell(self) -> None:
        if not self._thread.is_alive():
            self._look.stop()
            self.deleteLater()
            self._then()


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        with contextlib.suppress(Exception):
            import_module(module)
