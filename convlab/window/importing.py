"""Importing modules in a thread: the window answers while Python reads and compiles what is needed next."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from importlib import import_module

from PySide6.QtCore import QObject, Qt, Signal


class Importing(QObject):
    """Imports `modules` in a thread, then calls `then` on the thread of `parent`, as long as that lives.

    A module that cannot be imported is nothing to tell here: whoever needs it imports it again.
    """

    _imported = Signal()

    def __init__(self, modules: Sequence[str], then: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._modules, self._then = modules, then
        self._imported.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._work).start()

    def _work(self) -> None:
        for module in self._modules:
            with contextlib.suppress(Exception):
                import_module(module)
        with contextlib.suppress(RuntimeError):  # the window is gone
            self._imported.emit()

    def _tell(self) -> None:
        self.deleteLater()
        self._then()
