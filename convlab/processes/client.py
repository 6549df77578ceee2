"""Reader: asks the process next door to open files, and delivers what it found to the window.

The window never waits. A question has a deadline; one that is asked while another of its channel is open replaces it;
a process that hangs, lies or dies is killed and started again, and costs exactly one Problem.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer

from convlab.experiment import strict_json
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.child import Child, python_arguments
from convlab.processes.protocol import Message

MODULE = "convlab.processes.reader"

Arrays = dict[str, NDArray[Any]]
Failed = Callable[[Problem], object]

_START_SECONDS = 30
_DEADLINE_SECONDS = 10
_SECONDS_PER_BYTE = 2 / 100e6
_LONGEST_DEADLINE_SECONDS = 60
_GRACE_MS = 250
"""A cancelled question may still end by itself for so long: a new process would cost more."""
_MAX_NOTES = 20
_NOTE_LENGTH = 200


@dataclass(frozen=True, eq=False)
class Picture:
    """What a picture file holds, decoded.

    pixels: (height, width, channels) with 1 or 3 channels, a view of planar memory; uint8, or float32 and finite.
    white: the value that stands for white: 255 for uint8, 1 for pictures scaled to 0…1; for files of numbers, which
    come as they are (also outside 0…white), the smallest of 1, 9 and 255 that fits them. notes: what was done to it,
    a sentence each. size: (height, width) in the file, if the picture was made smaller or turned.
    """

    pixels: NDArray[Any]
    notes: tuple[str, ...] = ()
    name: str = ""
    size: tuple[int, int] = (0, 0)
    white: float = 0.0

    def __post_init__(self) -> None:
        if self.size == (0, 0):
            object.__setattr__(self, "size", (int(self.pixels.shape[0]), int(self.pixels.shape[1])))
        if not self.white:
            object.__setattr__(self, "white", 255.0 if self.pixels.dtype == np.uint8 else 1.0)


class Request:
    """One question to the reader. `active` until it was answered, refused or cancelled."""

    def __init__(self, reader: Reader, message: Message, channel: str, name: str) -> None:
        self.channel = channel
        self.name = name
        self.message = message
        self.active = True
        self.deliver: Callable[[Message], Callable[[], object]] = lambda message: lambda: None
        self.failed: Failed = lambda problem: None
        self._reader = reader

    def cancel(self) -> None:
        """Neither `done` nor `failed` will be called; a process that works on it is free within half a second."""
        self._reader._cancel(self)


class Reader(QObject):
    """The window's end of the reader process. Callbacks come in this object's thread, one per question at most."""

    def __init__(self, parent: QObject | None = None, arguments: list[str] | None = None) -> None:
        super().__init__(parent)
        self._child = Child(arguments or python_arguments(MODULE), self)
        self._child.message_received.connect(self._take)
        self._child.ended.connect(self._child_ended)
        self._ready = False
        self._closed = False
        self._waiting: dict[str, Request] = {}
        self._current: Request | None = None
        self._number = 0
        self._deadline = QTimer(self, singleShot=True)
        self._deadline.timeout.connect(lambda: self._child.kill("late"))
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
        return self._ask(request, lambda message: _bind(done, _picture(message, request.name)), failed)

    def picture_size(
        self, path: str | os.PathLike[str], *, done: Callable[[tuple[int, int]], object], failed: Failed
    ) -> Request:
        """(height, width) of the picture in a file, from its header."""
        request = self._request("picture_size", "picture_size", path, None)
        return self._ask(request, lambda message: _bind(done, _size(message.header)), failed)

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
        return self._ask(request, lambda message: _bind(done, *_experiment(message)), failed)

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
            self._deadline.start(_DEADLINE_SECONDS * 1000)
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
            self._extend(header.get("bytes"))
        else:
            self._answer(request, message)

    def _extend(self, count: object) -> None:
        """The file is as large as this: give it the time that it needs."""
        seconds = _DEADLINE_SECONDS + (count * _SECONDS_PER_BYTE if type(count) is int and count > 0 else 0)
        self._deadline.start(int(1000 * min(seconds, _LONGEST_DEADLINE_SECONDS)))

    def _answer(self, request: Request, message: Message) -> None:
        try:
            problem = _problem(message.header)
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

    def _child_ended(self, reason: str) -> None:
        """The process is gone: the question under way fails, and a new process gets ready for the next one."""
        was_ready, self._ready = self._ready, False
        self._deadline.stop()
        request = self._current
        if was_ready:
            QTimer.singleShot(0, self.start)
        elif self._waiting:
            # It did not even start: a second try would end the same way.
            request = self._waiting.pop(next(iter(self._waiting)))
        if request is not None:
            problem = _ended(request.name, reason) if was_ready else _not_started()
            self._finish(request, _bind(request.failed, problem))


def _bind(function: Callable[..., object], *arguments: Any) -> Callable[[], object]:
    return lambda: function(*arguments)


def _text(value: object, length: int) -> str:
    if type(value) is not str:
        raise ValueError("not a text")
    return safe_text(value, length)


def _problem(header: dict[str, Any]) -> Problem | None:
    if header.get("reply") != "problem":
        return None
    return Problem(*(_text(header[key], 400) for key in ("what", "why", "remedy")))


def _size(header: dict[str, Any]) -> tuple[int, int]:
    size = header["size"]
    if type(size) is not list or len(size) != 2 or not all(type(n) is int and n > 0 for n in size):
        raise ValueError("not a size")
    return size[0], size[1]


def _picture(message: Message, name: str) -> Picture:
    """The planes (channels, h, w) in an answer as a Picture; raises ValueError or KeyError if they are none."""
    header, (planes,) = message.header, message.arrays
    if header["reply"] != "picture" or planes.ndim != 3 or len(planes) not in (1, 3) or not planes.size:
        raise ValueError("not a picture")
    notes, white = header["notes"], header["white"]
    if type(notes) is not list or len(notes) > _MAX_NOTES or white not in (1, 9, 255):
        raise ValueError("not a picture")
    texts = tuple(_text(note, _NOTE_LENGTH) for note in notes)
    return Picture(np.moveaxis(planes, 0, -1), texts, name, _size(header), float(white))


def _experiment(message: Message) -> tuple[dict[str, Any], Arrays]:
    names = message.header["names"]
    if type(names) is not list or len(names) != len(message.arrays) - 1 or len(set(names)) != len(names):
        raise ValueError("not an experiment")
    document, *arrays = message.arrays
    parts = strict_json.loads(document.tobytes())
    if type(parts) is not dict:
        raise ValueError("not an experiment")
    return parts, {_text(name, 80): array for name, array in zip(names, arrays, strict=True)}


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
