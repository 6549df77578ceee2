"""Answers of the reader process, checked: it may be lying, so nothing in them is taken on trust.

Each function raises ValueError, KeyError or TypeError for what the reader as we wrote it never sends.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convlab import strict_json
from convlab.network.file_limits import MAX_DESCRIPTION_BYTES, MAX_LINE, MAX_LINES
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.protocol import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convlab.network.description import Network, Shape

Arrays = dict[str, NDArray[Any]]

_MAX_NOTES = 20
_NOTE_LENGTH = 200


@dataclass(frozen=True, eq=False)
class Picture:
    """What a picture file holds, decoded.

    pixels: (height, width, channels) with 1 or 3 channels, a read-only view of planar memory; uint8, or float32 and
    finite. white: the value that stands for white: 255 for uint8, 1 for pictures scaled to 0…1; for files of numbers, which
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


def _text(value: object, length: int) -> str:
    if type(value) is not str:
        raise ValueError("not a text")
    return safe_text(value, length)


def problem_of(header: dict[str, Any]) -> Problem | None:
    if header.get("reply") != "problem":
        return None
    return Problem(*(_text(header[key], 400) for key in ("what", "why", "remedy")))


def size_of(header: dict[str, Any]) -> tuple[int, int]:
    size = header["size"]
    if type(size) is not list or len(size) != 2 or not all(type(n) is int and n > 0 for n in size):
        raise ValueError("not a size")
    return size[0], size[1]


def picture_of(message: Message, name: str) -> Picture:
    """The planes (channels, h, w) in an answer as a Picture; raises ValueError or KeyError if they are none."""
    header, (planes,) = message.header, message.arrays
    if header["reply"] != "picture" or planes.ndim != 3 or len(planes) not in (1, 3) or not planes.size:
        raise ValueError("not a picture")
    notes, white = header["notes"], header["white"]
    if type(notes) is not list or len(notes) > _MAX_NOTES or white not in (1, 9, 255):
        raise ValueError("not a picture")
    texts = tuple(_text(note, _NOTE_LENGTH) for note in notes)
    planes.setflags(write=False)  # an image takes read-only planes as they are
    return Picture(np.moveaxis(planes, 0, -1), texts, name, size_of(header), float(white))


def experiment_of(message: Message) -> tuple[dict[str, Any], Arrays]:
    names = message.header["names"]
    if type(names) is not list or len(names) != len(message.arrays) - 1 or len(set(names)) != len(names):
        raise ValueError("not an experiment")
    document, *arrays = message.arrays
    parts = strict_json.loads(document.tobytes())
    if type(parts) is not dict:
        raise ValueError("not an experiment")
    return parts, {_text(name, 80): array for name, array in zip(names, arrays, strict=True)}


def network_of(message: Message) -> Network:
    """The description in an answer; every index, order and size of it is checked."""
    from convlab.network.document import from_document  # a start does without it

    (described,) = message.arrays
    if message.header["reply"] != "network" or described.dtype != np.uint8:
        raise ValueError("not a network")
    if described.size > MAX_DESCRIPTION_BYTES:
        raise ValueError("a description that is too large")
    try:
        # Not by strict_json: the window waits for this, and every value is looked at afterwards in any case.
        return from_document(json.loads(described.tobytes()))
    except RecursionError:
        raise ValueError("a description that is nested too deeply") from None


def weights_of(message: Message, shapes: Sequence[Shape]) -> tuple[NDArray[np.float32], ...]:
    """Arrays of these shapes, read-only."""
    arrays = message.arrays
    if message.header["reply"] != "weights" or tuple(array.shape for array in arrays) != tuple(shapes):
        raise ValueError("not these weights")
    if any(array.dtype != np.float32 for array in arrays):
        raise ValueError("not weights")
    for array in arrays:
        array.setflags(write=False)
    return arrays


def copy_of(message: Message) -> memoryview:
    """The bytes of a file."""
    (copy,) = message.arrays
    if message.header["reply"] != "copy" or copy.dtype != np.uint8 or copy.ndim != 1 or not copy.size:
        raise ValueError("not a file")
    copy.setflags(write=False)
    return copy.data


def lines_of(message: Message) -> tuple[str, ...]:
    (text,) = message.arrays
    if message.header["reply"] != "lines" or text.dtype != np.uint8:
        raise ValueError("not lines")
    lines = text.tobytes().decode("utf-8").split("\n")
    if len(lines) > MAX_LINES:
        raise ValueError("too many lines")
    return tuple(safe_text(line, MAX_LINE) for line in lines)
