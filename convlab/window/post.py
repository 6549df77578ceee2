"""Post: how a thread tells the window something, even if the window may be gone by then."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class Post(QObject):
    """Calls `take`, a method of an object of the window's thread, with what a thread sends; as long as that object lives.

    A signal of the object itself would end the program if the object is deleted while the thread emits it. This one has
    no parent: it lives as long as somebody in Python holds it, which the thread does.
    """

    _came = Signal(object)

    def __init__(self, take: Callable[..., object]) -> None:
        super().__init__()
        self._came.connect(take, Qt.ConnectionType.QueuedConnection)

    def send(self, told: object) -> None:
        """From any thread."""
        self._came.emit(told)
