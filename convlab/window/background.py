"""Work that takes longer than a frame, in a thread: one piece at a time, and only the newest question is answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from convlab.window.post import Post

AT_ONCE = 400_000
"""Numbers that are worked through well within a frame."""


class Background(QObject):
    """Asks a function for a value. numpy lets go of Python's lock while it computes, so a thread is enough.

    brief: the end of the program waits for it. Libraries in C++ that hold on to Python's lock (matplotlib) need that: a
    thread that is cut off in the middle of them ends the program with an error.
    """

    def __init__(self, parent: QObject | None = None, *, brief: bool = False) -> None:
        super().__init__(parent)
        self._brief = brief
        self._wanted: object = None
        self._waiting: tuple[object, Callable[[], Any]] | None = None
        self._done: Callable[[Any], object] = lambda value: None
        self._thread: threading.Thread | None = None
        self._post = Post(self._take)

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def ask(self, work: Callable[[], Any], done: Callable[[Any], object], size: int) -> None:
        """Call `done` with what `work` returns: now, if `size` numbers are quick to work through, else later.

        A question that was asked before and is not answered yet gets no answer any more.
        """
        self._wanted = token = object()
        self._waiting = None
        if size <= AT_ONCE:
            done(work())
            return
        self._done = done
        self._waiting = (token, work)
        if self._thread is None:
            self._start()

    def forget(self) -> None:
        """No answer is wanted any more."""
        self._wanted, self._waiting = None, None

    def _start(self) -> None:
        assert self._waiting is not None
        (token, work), self._waiting = self._waiting, None
        self._thread = threading.Thread(target=self._work, args=(token, work), daemon=not self._brief)
        self._thread.start()

    def _work(self, token: object, work: Callable[[], Any]) -> None:
        value, failure = None, None
        try:
            value = work()
        except Exception as error:  # raised again on the window's thread
            failure = error
        self._post.send((token, value, failure))

    def _take(self, told: tuple[object, Any, BaseException | None]) -> None:
        token, value, failure = told
        self._thread = None
        if self._waiting is not None:
            self._start()
        if token is not self._wanted:
            return
        if failure is not None and not isinstance(failure, MemoryError):
            raise failure
        if failure is None:
            self._done(value)
