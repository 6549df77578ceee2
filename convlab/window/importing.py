"""Importing modules one after the other, while the window answers in between."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from time import perf_counter
from types import CodeType

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 5
_TURN_SECONDS = 0.006
"""How long modules of ours are imported in one turn; the last one may take longer."""
_OURS = "convlab."


class Importing(QObject):
    """Imports `modules`, then calls `then` on the thread of `parent`, as long as that lives.

    Modules of others are imported in a thread. Ours define classes of Qt, and PySide makes these safely only in the window's
    thread (elsewhere it ended the program now and then): they are imported there, what they need before them, a few in a turn.
    A module that cannot be imported is nothing to tell here: whoever needs it imports it again. The thread knows nothing of
    Qt: a signal that it emitted while the window is deleted would end the program.
    """

    def __init__(self, modules: Sequence[str], then: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._then = then
        self._left = list(modules)
        self._ours: Iterator[str] = iter(())
        self._thread: threading.Thread | None = None
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._advance)
        self._look.start()

    def _advance(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        until = perf_counter() + _TURN_SECONDS
        for module in self._ours:
            _import(module)
            if perf_counter() >= until:
                return
        if not self._left:
            self._look.stop()
            self.deleteLater()
            self._then()
            return
        module = self._left.pop(0)
        if module.startswith(_OURS):
            self._ours = in_order(module)
        else:
            self._thread = threading.Thread(target=_import, args=(module,))
            self._thread.start()


def in_order(module: str) -> Iterator[str]:
    """This module of ours and those that it imports, each after what it needs itself; not those that are there already."""
    yield from _after_what_it_needs(module, set())


def _after_what_it_needs(module: str, seen: set[str]) -> Iterator[str]:
    if module in seen or module in sys.modules:
        return
    seen.add(module)
    for needed in _imports_of(module):
        yield from _after_what_it_needs(needed, seen)
    yield module


def _imports_of(module: str) -> list[str]:
    """The modules of ours that a module imports when it is imported itself, by the names in its compiled code.

    Those that it imports for its types only are among them.
    """
    code: CodeType | None = None
    with contextlib.suppress(Exception):
        spec = find_spec(module)
        code = spec.loader.get_code(module) if spec is not None else None  # type: ignore[union-attr]
    return [name for name in code.co_names if name.startswith(_OURS)] if code is not None else []


def _import(module: str) -> None:
    with contextlib.suppress(Exception):
        import_module(module)
