"""What the window asks of the processes next door: Reader opens files and delivers what it found."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from convlab.learning.plan import Source
from convlab.network.description import Network
from convlab.network.file_limits import MAX_FILE_BYTES
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.answers import (
    Arrays,
    Picture,
    copy_of,
    experiment_of,
    lines_of,
    network_of,
    picture_of,
    size_of,
    weights_of,
)
from convlab.processes.asking import Asker, Failed, Request, bind
from convlab.processes.child import Child, python_arguments
from convlab.processes.engine_client import Engine
from convlab.processes.feature_maps import Maps
from convlab.processes.protocol import Message
from convlab.processes.recipes import RECIPES, Recipe
from convlab.processes.run_files import (
    KeptRun,
    Record,
    RunFiles,
    forget_removed,
    kept_runs,
    new_run,
    runs_folder,
    taken,
)
from convlab.processes.shelf import Shelf
from convlab.processes.trainer_client import Trainer

__all__ = [
    "RECIPES",
    "Engine",
    "KeptRun",
    "Maps",
    "Picture",
    "Reader",
    "Recipe",
    "Record",
    "Request",
    "RunFiles",
    "Shelf",
    "Trainer",
    "data_are_here",
    "forget_removed",
    "kept_runs",
    "new_run",
    "runs_folder",
    "taken",
]

MODULE = "convlab.processes.reader"

_SECONDS_PER_BYTE = 2 / 100e6
_LONGEST_SECONDS = 60
_TRIES = 2
_ROUNDING = 64
"""What an array on the shelf may take besides its numbers."""


def data_are_here(source: Source) -> bool:
    """Whether data to train on are on this computer; asks the disk only."""
    from convlab.processes.datasets import is_here

    return is_here(source)


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

    # --- networks ---

    def open_network(
        self,
        path: str | os.PathLike[str],
        *,
        done: Callable[[Network], object],
        failed: Failed,
        channel: str = "network",
    ) -> Request:
        """Reads how a network is built; its weights follow when they are asked for."""
        request = self._request("open_network", channel, path, None)
        return self._ask(request, lambda message: bind(done, network_of(message)), failed)

    def read_weights(
        self,
        path: str | os.PathLike[str],
        network: Network,
        row: int,
        *,
        done: Callable[[tuple[NDArray[np.float32], ...]], object],
        failed: Failed,
        channel: str = "weights",
        stored: bool = False,
    ) -> Request:
        """The weights of one layer, float32, in the order of its description; stored: with the axes of the file.

        Fails if the file has changed since it was opened.
        """
        weights = network.layers[row].weights
        shapes = [weight.stored or weight.shape if stored else weight.shape for weight in weights]
        request = self._request(
            "read_weights", channel, path, None, row=row, stored=stored, fingerprint=_fingerprint(network)
        )
        request.room = sum(4 * weight.size + _ROUNDING for weight in weights)
        return self._ask(request, lambda message: bind(done, weights_of(message, shapes)), failed)

    def copy_network(
        self,
        path: str | os.PathLike[str],
        network: Network,
        edits: Mapping[tuple[int, int], NDArray[np.float32]],
        *,
        done: Callable[[bytes], object],
        failed: Failed,
        channel: str = "copy",
    ) -> Request:
        """The content of the same file with other weights, by row and position. `done` gets it as a memoryview, which need
        not be copied to be written."""
        places = [list(place) for place in edits]
        arrays = tuple(edits.values())
        request = self._request(
            "copy_network", channel, path, None, arrays, places=places, fingerprint=_fingerprint(network)
        )
        request.room = min(_size_told(network) + _ROUNDING, MAX_FILE_BYTES)
        request.seconds += sum(array.nbytes for array in arrays) * _SECONDS_PER_BYTE
        return self._ask(request, lambda message: bind(done, copy_of(message)), failed)

    def read_lines(
        self,
        path: str | os.PathLike[str],
        *,
        done: Callable[[tuple[str, ...]], object],
        failed: Failed,
        channel: str = "lines",
    ) -> Request:
        """The lines of a text file, such as the names of classes; harmless to show."""
        request = self._request("read_lines", channel, path, None)
        return self._ask(request, lambda message: bind(done, lines_of(message)), failed)

    # --- asking ---

    def _request(
        self,
        do: str,
        channel: str,
        path: str | os.PathLike[str] | None,
        data: bytes | None,
        arrays: tuple[NDArray[Any], ...] = (),
        **settings: Any,
    ) -> Request:
        if (path is None) == (data is None):
            raise ValueError("a path or data, one of them")
        header: dict[str, Any] = {"do": do, **settings}
        if path is None:
            message, name = Message(header, (np.frombuffer(data or b"", np.uint8),)), "pasted picture"
        else:
            header["path"] = os.path.abspath(path)
            message, name = Message(header, arrays), safe_text(Path(path).name or str(path))
        return Request(self, lambda: message, channel, name=name, seconds=self._seconds)

    # --- what differs from other processes ---

    def _working(self, request: Request, header: dict[str, Any]) -> None:
        """The file is as large as this: give it the time that it needs."""
        super()._working(request, header)
        count = header.get("bytes")
        seconds = self._seconds + (count * _SECONDS_PER_BYTE if type(count) is int and count > 0 else 0)
        self._deadline.start(int(1000 * min(seconds, _LONGEST_SECONDS)))

    def _again(self, request: Request, reason: str) -> bool:
        """Something else may have ended it: the file is innocent until it was there twice. What took long is not
        begun again, so that its sentence comes in time."""
        soon = not request.tried or monotonic() - request.sent_at < self._seconds / 2
        return reason == "stopped" and request.ends < _TRIES and soon

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


def _fingerprint(network: Network) -> str:
    """By what the reader knows that a file is still the one that was opened."""
    return network.details.get("fingerprint", "")


def _size_told(network: Network) -> int:
    """How large the file is, as the reader told."""
    size = _fingerprint(network).split("-")[0]
    return int(size) if size.isdecimal() and len(size) < 12 else 0
