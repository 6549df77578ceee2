"""Reader: asks the process next door to open files, and delivers what it found to the window.

The window never waits. A question has a deadline; one that is asked while another of its channel is open replaces it;
a process that hangs, lies or dies is killed and started again, and costs exactly one Problem.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer

from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.answers import Arrays, Picture, experiment_of, picture_of, problem_of, size_of
from convlab.processes.child import Child, python_arguments
from convlab.processes.protocol import Message

__all__ = ["Picture", "Reader", "Request"]

MODULE = "convlab.processes.reader"

Failed = Callable[[Problem], object]

_START_SECONDS = 30
_SECONDS_PER_BYTE = 2 / 100e6
_LONGEST_SECONDS = 60
_GRACE_MS = 250
"""A cancelled question may still end by itself for so long: a new process would cost more."""


class Request:
    """One question to the reader. `active` until it was answered, refused or cancelled."""

    def __init__(self, reader: Reader, message: Message, channel: str, name: str) -> None:
        self.channel = channel
        self.name = name
        self.message = message
        self.active = True
        self.tried = False
        self.deliver: Callable[[Message], Callable[[], object]] = lambda message: lambda: None
        self.failed: Failed = lambda problem: None
        self._reader = reader

    def cancel(self) -> None:
        """Neither `done` nor `failed` will be called; a process that works on it is free within half a second."""
        self._reader._cancel(self)


class Reader(QObject):
    """The window's end of the reader process. Callbacks come in this object's thread, one per question at most.

    arguments: what Python is called with, if it is another reader. deadline: seconds for one question; large files
    get more. memory_limit: bytes that the process may hold; by default 4 GB or half of what there is.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        arguments: list[str] | None = None,
        *,
        deadline: float = 10.0,
        memory_limit: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._child = Child(arguments or python_arguments(MODULE), self, memory_limit=memory_limit)
        self._seconds = deadline
        self._child.message_received.connect(self._take)
        self._child.ended.connect(self._child_ended)
        self._ready = False
        self._closed = False
        self._waiting: dict[str, Request] = {}
        self._current: Request | None = None
        self._number = 0
        self._deadline = QTimer(self, singleShot=True)
        self._deadline.timeout.connect(self._late)
        self._grace = QTimer(self, singleShot=True, interval=_GRACE_MS)
        self._grace.timeout.connect(self._child.kill)

    @property
    def process_id(self) -> int:
        """The system's number of the process; 0 without one."""
        return self._child.process_id

    @property
    def ready(self) -> bool:
        """Whether the process is warm: started, and has loaded what it needs."""
        return self._ready

    def start(self) -> None:
        """Starts the process, so that it is warm when the first file comes. Returns at once."""
        if not self._child.running and not self._closed:
            self._ready = False
            self._deadline.start(_START_SECONDS * 1000)
            self._child.start()

    def open_picture(
        self,
        path: str | os.PathLike[str] | None = None,
        data: bytes | None = None,
        *,
        done: Callable[[Picture], object],
        failed: Failed,
        longest: int | None = None,
        channel: str = "picture",
    ) -> Request:
        """Decodes a picture or a table of numbers, from a local file or from its bytes.

        longest: the picture is made smaller so that no side is longer; numbers stay as they are. Either `done` or
        `failed` is called later, unless the request is cancelled or a newer one of its channel takes its place.
        """
        request = self._request("open_picture", channel, path, data, longest=longest or 0)
        return self._ask(request, lambda message: _bind(done, picture_of(message, request.name)), failed)

    def picture_size(
        self, path: str | os.PathLike[str], *, done: Callable[[tuple[int, int]], object], failed: Failed
    ) -> Request:
        """(height, width) of the picture in a file, from its header."""
        request = self._request("picture_size", "picture_size", path, None)
        return self._ask(request, lambda message: _bind(done, size_of(message.header)), failed)

    def open_experiment(
        self,
        path: str | os.PathLike[str] | None = None,
        data: bytes | None = None,
        *,
        done: Callable[[dict[str, Any], Arrays], object],
        failed: Failed,
        channel: str = "experiment",
    ) -> Request:
        """Takes a .convlab file apart; `done` gets what `experiment.files.from_parts` wants."""
        request = self._request("open_experiment", channel, path, data)
        return self._ask(request, lambda message: _bind(done, *experiment_of(message)), failed)

    def close(self) -> None:
        """Ends the process. No callback comes any more."""
        self._closed = True
        for request in (self._current, *self._waiting.values()):
            if request is not None:
                request.active = False
        self._current = None
        self._waiting.clear()
        self._deadline.stop()
        self._grace.stop()
        self._child.close()

    # --- asking ---

    def _request(
        self, do: str, channel: str, path: str | os.PathLike[str] | None, data: bytes | None, **settings: int
    ) -> Request:
        if (path is None) == (data is None):
            raise ValueError("a path or data, one of them")
        self._number += 1
        header: dict[str, Any] = {"id": self._number, "do": do, **settings}
        if path is None:
            message = Message(header, (np.frombuffer(data or b"", np.uint8),))
            return Request(self, message, channel, "pasted picture")
        header["path"] = os.path.abspath(path)
        return Request(self, Message(header), channel, safe_text(Path(path).name or str(path)))

    def _ask(
        self, request: Request, deliver: Callable[[Message], Callable[[], object]], failed: Failed
    ) -> Request:
        request.deliver, request.failed = deliver, failed
        for older in (self._current, self._waiting.get(request.channel)):
            if older is not None and older.channel == request.channel:
                self._cancel(older)
        self._waiting[request.channel] = request
        QTimer.singleShot(0, self._advance)
        return request

    def _cancel(self, request: Request) -> None:
        request.active = False
        if self._waiting.get(request.channel) is request:
            del self._waiting[request.channel]
        if request is self._current and not self._grace.isActive():
            self._grace.start()

    def _advance(self) -> None:
        """Send the next question if the process is free for it; start the process if there is none."""
        if self._closed or self._current is not None or not self._waiting:
            return
        self.start()
        if self._ready:
            self._current = self._waiting.pop(next(iter(self._waiting)))
            self._deadline.start(int(self._seconds * 1000))
            self._child.send(self._current.message)

    # --- being answered ---

    def _take(self, message: Message) -> None:
        header, request = message.header, self._current
        if not self._ready and header == {"reply": "ready"}:
            self._ready = True
            self._deadline.stop()
            self._advance()
        elif request is None or header.get("id") != request.message.header["id"]:
            self._child.kill("garbled")
        elif header.get("reply") == "working":
            request.tried = True
            self._extend(header.get("bytes"))
        else:
            self._answer(request, message)

    def _extend(self, count: object) -> None:
        """The file is as large as this: give it the time that it needs."""
        seconds = self._seconds + (count * _SECONDS_PER_BYTE if type(count) is int and count > 0 else 0)
        self._deadline.start(int(1000 * min(seconds, _LONGEST_SECONDS)))

    def _answer(self, request: Request, message: Message) -> None:
        try:
            problem = problem_of(message.header)
            tell = _bind(request.failed, problem) if problem is not None else request.deliver(message)
        except (ValueError, KeyError, TypeError):
            self._child.kill("garbled")
            return
        self._finish(request, tell)

    def _finish(self, request: Request, tell: Callable[[], object]) -> None:
        """Everything is in order again before others are told: they may ask the next question at once."""
        self._deadline.stop()
        self._grace.stop()
        self._current = None
        QTimer.singleShot(0, self._advance)
        if request.active:
            request.active = False
            tell()

    def _late(self) -> None:
        self._child.kill("late")

    def _child_ended(self, reason: str) -> None:
        """The process is gone: the question under way fails, and a new process gets ready for the next one."""
        was_ready, self._ready = self._ready, False
        self._deadline.stop()
        request = self._current
        if not was_ready and self._waiting:
            # It did not even start: a second try would end the same way.
            request = self._waiting.pop(next(iter(self._waiting)))
            self._finish(request, _bind(request.failed, _not_started()))
        elif request is not None and reason == "stopped" and request.active and not request.tried:
            # It may have been dead before it was asked: then the file is innocent.
            request.tried = True
            self._current = None
            self._waiting = {request.channel: request, **self._waiting}
            self._advance()
        elif request is not None:
            # Only here a new process is started at once: one that dies while idle might do so again and again.
            QTimer.singleShot(0, self.start)
            self._finish(request, _bind(request.failed, _ended(request.name, reason)))


def _bind(function: Callable[..., object], *arguments: Any) -> Callable[[], object]:
    return lambda: function(*arguments)


def _ended(name: str, reason: str) -> Problem:
    what, other = f"“{name}” cannot be opened.", "Try another copy of it, or a smaller one."
    if reason == "late":
        return Problem(what, "It took too long.", other)
    if reason == "memory":
        return Problem(what, "It needs too much memory.", other)
    return Problem(what, "It made the reader stop; it is probably damaged.", "Try another copy of it.")


def _not_started() -> Problem:
    return Problem(
        "Files cannot be opened now.",
        "The part of ConvLab that reads them does not start.",
        "Try again; if that does not help, install ConvLab anew.",
    )
