"""What goes through the pipe between the window and a process next door: messages of JSON and raw arrays.

A message is one HEADER frame and as many DATA frames as its arrays need:

    u32 length of the body, little-endian | u8 kind | body
    HEADER: {"header": {…}, "arrays": [["u1", [2, 3]], …]} as JSON
    DATA:   the arrays' bytes, little-endian, in C order, one array after the other; a frame never spans two arrays

An array that lies on the shelf (shelf.py) is described by ["f4", [2, 3], 65536], the last number being its place in bytes,
and has no DATA.

Either side may be lied to: every size is compared with a limit before memory is taken for it, JSON is read strictly,
and nothing that is received can become anything but plain values and arrays of numbers. Hence no pickle, ever.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convlab import strict_json

Buffer = bytes | bytearray | memoryview

HEADER, DATA = 1, 2
PIECE_BYTES = 1024 * 1024
"""The longest DATA frame that is sent; small enough to be taken in without anybody noticing."""

MAX_DATA_BYTES = 64 * 1024 * 1024
MAX_HEADER_BYTES = 4 * 1024 * 1024
MAX_ARRAYS = 32_768
"""More than all the weights of a network (file_limits.MAX_DATASETS), its description and its images."""
MAX_DIMENSIONS = 6
MAX_ARRAY_BYTES = 2 * 1024 * 1024 * 1024
_MAX_PLACE = 1 << 48

_DTYPES: dict[str, np.dtype[Any]] = {"u1": np.dtype("u1"), "f4": np.dtype("<f4")}
_PREFIX = struct.Struct("<IB")

PlaceOf = Callable[[NDArray[Any]], int | None]
"""Where on the shelf an array lies; None if it does not."""

Take = Callable[[int, np.dtype[Any], tuple[int, ...]], NDArray[Any]]
"""The array at a place on the shelf. Raises ValueError for a place that cannot be."""


class ProtocolError(ValueError):
    """The other side sent something that is not a message, or more than it may."""


@dataclass(frozen=True, eq=False)
class Message:
    """header: plain JSON values. arrays: uint8 or float32 of any shape up to six dimensions."""

    header: dict[str, Any]
    arrays: tuple[NDArray[Any], ...] = field(default=())


def nowhere(array: NDArray[Any]) -> int | None:
    """The place of an array where there is no shelf."""
    return None


def frames(message: Message, place_of: PlaceOf = nowhere) -> Iterator[Buffer]:
    """The bytes of a message, piece by piece; large arrays that are contiguous are not copied.

    Raises ValueError for what the other side would refuse.
    """
    arrays = [np.ascontiguousarray(array).reshape(np.shape(array)) for array in message.arrays]
    places = [place_of(array) for array in arrays]
    described = [
        [_name(array.dtype), list(array.shape), *([] if place is None else [place])]
        for array, place in zip(arrays, places, strict=True)
    ]
    document = {"header": message.header, "arrays": described}
    body = json.dumps(document, allow_nan=False, separators=(",", ":")).encode("ascii")
    _outline(body)
    yield _PREFIX.pack(len(body), HEADER) + body
    for array in (array for array, place in zip(arrays, places, strict=True) if place is None):
        left = _bytes_of(array.astype(array.dtype.newbyteorder("<"), copy=False))
        for start in range(0, len(left), PIECE_BYTES):
            piece = left[start : start + PIECE_BYTES]
            yield _PREFIX.pack(len(piece), DATA)
            yield piece


class Parser:
    """Turns bytes, in pieces as they come, into messages. After a ProtocolError it must not be used any more."""

    def __init__(self, max_array_bytes: int = MAX_ARRAY_BYTES, take: Take | None = None) -> None:
        self._max_array_bytes = max_array_bytes
        self._take = take
        self._prefix = bytearray()
        self._body = bytearray()
        self._kind = 0
        self._missing = 0
        self._header: dict[str, Any] | None = None
        self._arrays: list[NDArray[Any]] = []
        self._unfilled: list[memoryview] = []

    @property
    def idle(self) -> bool:
        """Whether all messages that were begun have come whole."""
        return not self._prefix and not self._missing and self._header is None

    def feed(self, data: Buffer) -> list[Message]:
        """Take the next bytes; returns the messages that they complete. The work is linear in their number.

        Raises ProtocolError.
        """
        messages: list[Message] = []
        left = memoryview(data)
        while left:
            left = self._take_body(left) if self._missing else self._take_prefix(left)
            if self._header is not None and not self._unfilled and not self._missing:
                messages.append(Message(self._header, tuple(self._arrays)))
                self._header, self._arrays = None, []
        return messages

    def _take_prefix(self, left: memoryview) -> memoryview:
        wanted = _PREFIX.size - len(self._prefix)
        self._prefix += left[:wanted]
        if len(self._prefix) == _PREFIX.size:
            self._missing, self._kind = _PREFIX.unpack(self._prefix)
            self._prefix.clear()
            self._check_frame()
        return left[wanted:]

    def _check_frame(self) -> None:
        if self._kind == HEADER and self._header is None:
            most = MAX_HEADER_BYTES
        elif self._kind == DATA and self._unfilled:
            most = min(MAX_DATA_BYTES, len(self._unfilled[0]))
        else:
            raise ProtocolError(f"a frame of kind {self._kind} was not expected")
        if not 0 < self._missing <= most:
            raise ProtocolError(f"a frame of {self._missing} bytes where 1 to {most} are possible")

    def _take_body(self, left: memoryview) -> memoryview:
        piece, rest = left[: self._missing], left[self._missing :]
        self._missing -= len(piece)
        if self._kind == DATA:
            self._fill(piece)
        else:
            self._body += piece
            if not self._missing:
                self._begin(bytes(self._body))
                self._body.clear()
        return rest

    def _fill(self, piece: memoryview) -> None:
        target = self._unfilled[0]
        target[: len(piece)] = piece
        self._unfilled[0] = target[len(piece) :]
        if not self._unfilled[0]:
            del self._unfilled[0]

    def _begin(self, body: bytes) -> None:
        self._header, outlines = _outline(body)
        if sum(_size(one.dtype, one.shape) for one in outlines) > self._max_array_bytes:
            raise ProtocolError("the arrays of a message are too large")
        try:
            self._arrays = [self._array(one) for one in outlines]
        except MemoryError:
            raise ProtocolError("there is not enough memory for a message") from None
        self._unfilled = [
            _bytes_of(array)
            for one, array in zip(outlines, self._arrays, strict=True)
            if one.place is None and array.size
        ]

    def _array(self, outline: _Outline) -> NDArray[Any]:
        if outline.place is None:
            return np.empty(outline.shape, outline.dtype)
        if self._take is None:
            raise ProtocolError("an array on a shelf that is not there")
        try:
            return self._take(outline.place, outline.dtype, outline.shape)
        except (ValueError, OSError) as error:
            raise ProtocolError(str(error)) from None


class _Outline(NamedTuple):
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    place: int | None


def _outline(body: bytes) -> tuple[dict[str, Any], list[_Outline]]:
    """The header in a HEADER frame, and what its arrays are."""
    try:
        document = strict_json.loads(body, MAX_HEADER_BYTES)
    except ValueError as error:
        raise ProtocolError(str(error)) from None
    if type(document) is not dict or set(document) != {"header", "arrays"}:
        raise ProtocolError("a message without a header")
    header, described = document["header"], document["arrays"]
    if type(header) is not dict:
        raise ProtocolError("a message without a header")
    if type(described) is not list or len(described) > MAX_ARRAYS:
        raise ProtocolError("a message with a wrong list of arrays")
    return header, [_array_outline(item) for item in described]


def _array_outline(item: Any) -> _Outline:
    if (
        type(item) is not list
        or len(item) not in (2, 3)
        or type(item[0]) is not str
        or item[0] not in _DTYPES
    ):
        raise ProtocolError("an array of an unknown kind")
    shape, place = item[1], (item[2] if len(item) == 3 else None)
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise ProtocolError("an array of a wrong shape")
    if not all(type(n) is int and 0 <= n <= MAX_ARRAY_BYTES for n in shape):
        raise ProtocolError("an array of a wrong shape")
    if len(item) == 3 and (type(place) is not int or not 0 <= place <= _MAX_PLACE):
        raise ProtocolError("an array at a wrong place")
    # Zeros must not hide a product that numpy cannot address.
    if _size(_DTYPES[item[0]], tuple(max(n, 1) for n in shape)) > MAX_ARRAY_BYTES:
        raise ProtocolError("an array that is too large")
    return _Outline(_DTYPES[item[0]], tuple(shape), place)


def _size(dtype: np.dtype[Any], shape: tuple[int, ...]) -> int:
    return math.prod(shape) * dtype.itemsize


def _name(dtype: np.dtype[Any]) -> str:
    name = f"{dtype.kind}{dtype.itemsize}"
    if name not in _DTYPES:
        raise ValueError(f"arrays of {dtype} are not sent")
    return name


def _bytes_of(array: NDArray[Any]) -> memoryview:
    return array.reshape(-1).view(np.uint8).data
