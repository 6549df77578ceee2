"""Importing modules one after the other, while the window answers in between."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 5
_OURS = "convlab."


class Importing(QObject):
    """Imports `modules`, then calls `then` on the thread of `parent`, as long as that lives.

    Modules of others are imported in a thread. Ours define classes of Qt, and PySide makes these safely only in the window's
    thread (elsewhere it ended the program now and then): they are imported there, one in a turn.
    A module that cannot be imported is nothing to tell here: whoever needs it imports it again. The thread knows nothing of
    Qt: a signal that it emitted while the window is deleted would end the program.
    """

    def __init__(self, modules: Sequence[str], then: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._then = then
        self._left = list(modules)
        self._thread: threading.Thread | None = None
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._advance)
        self._look.start()

    def _advance(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        if not self._left:
            self._look.stop()
            self.deleteLater()
            self._then()
            return
        module = self._left.pop(0)
        if module.startswith(_OURS):
            _import(module)
        else:
            self._thread = threading.Thread(target=_import, args=(module,))
            self._thread.start()


def _import(module: str) -> None:
    with contextlib.suppress(Exception):
        import_module(module)
