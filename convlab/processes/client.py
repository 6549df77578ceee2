"""What the window asks of the processes next door: Reader opens files and delivers what it found."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.answers import Arrays, Picture, experiment_of, picture_of, size_of
from convlab.processes.asking import Asker, Failed, Request, bind
from convlab.processes.child import Child, python_arguments
from convlab.processes.engine_client import Engine
from convlab.processes.feature_maps import Maps
from convlab.processes.protocol import Message
from convlab.processes.shelf import Shelf

__all__ = ["Engine", "Maps", "Picture", "Reader", "Request", "Shelf"]

MODULE = "convlab.processes.reader"

_SECONDS_PER_BYTE = 2 / 100e6
_LONGEST_SECONDS = 60


class Reader(Asker):
    """The window's end of the reader process. Callbacks come in this object's thread, one per question at most.

    arguments: what Python is called with, if it is another reader. deadline: seconds for one question; large files
    get more. memory_limit: bytes that the process may hold; by default 4 GB or half of what there is.
    shelf: memory shared with it, for large arrays.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        arguments: list[str] | None = None,
        *,
        deadline: float = 10.0,
        memory_limit: int | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        arguments = arguments or python_arguments(MODULE)
        super().__init__(Child(arguments, memory_limit=memory_limit, shelf=shelf), parent)
        self._seconds = deadline

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
        return self._ask(request, lambda message: bind(done, picture_of(message, request.name)), failed)

    def picture_size(
        self, path: str | os.PathLike[str], *, done: Callable[[tuple[int, int]], object], failed: Failed
    ) -> Request:
        """(height, width) of the picture in a file, from its header."""
        request = self._request("picture_size", "picture_size", path, None)
        return self._ask(request, lambda message: bind(done, size_of(message.header)), failed)

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
        return self._ask(request, lambda message: bind(done, *experiment_of(message)), failed)

    # --- asking ---

    def _request(
        self, do: str, channel: str, path: str | os.PathLike[str] | None, data: bytes | None, **settings: int
    ) -> Request:
        if (path is None) == (data is None):
            raise ValueError("a path or data, one of them")
        header: dict[str, Any] = {"do": do, **settings}
        if path is None:
            message, name = Message(header, (np.frombuffer(data or b"", np.uint8),)), "pasted picture"
        else:
            header["path"] = os.path.abspath(path)
            message, name = Message(header), safe_text(Path(path).name or str(path))
        return Request(self, lambda: message, channel, name=name, seconds=self._seconds)

    # --- what differs from other processes ---

    def _working(self, request: Request, header: dict[str, Any]) -> None:
        """The file is as large as this: give it the time that it needs."""
        super()._working(request, header)
        count = header.get("bytes")
        seconds = self._seconds + (count * _SECONDS_PER_BYTE if type(count) is int and count > 0 else 0)
        self._deadline.start(int(1000 * min(seconds, _LONGEST_SECONDS)))

    def _again(self, request: Request, reason: str) -> bool:
        """It may have been dead before it was asked: then the file is innocent."""
        return reason == "stopped" and not request.tried

    def _why_ended(self, request: Request, reason: str) -> Problem:
        what, other = f"“{request.name}” cannot be opened.", "Try another copy of it, or a smaller one."
        if reason == "late":
            return Problem(what, "It took too long.", other)
        if reason == "memory":
            return Problem(what, "It needs too much memory.", other)
        return Problem(what, "It made the reader stop; it is probably damaged.", "Try another copy of it.")

    def _why_not_started(self) -> Problem:
        return Problem(
            "Files cannot be opened now.",
            "The part of ConvLab that reads them does not start.",
            "Try again; if that does not help, install ConvLab anew.",
        )
