"""The numbers of HDF5 datasets, from their bytes. Done here so that no size but those that were checked takes memory:
the library's own unpacking lets a small piece grow without a limit.

Formats: HDF5 File Format Specification 3.0, "Data Storage"; filters as in the HDF5 User Guide, "Data Transfer".
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convlab.network.file_limits import MB
from convlab.network.refusals import damaged
from convlab.network.zip_file import read_fully

_PIECE = 4 * MB
_CHECKSUM_BYTES = 4


@dataclass(frozen=True)
class Chunk:
    """A piece of a dataset. corner: its first index on each axis. start, stored: its bytes in the file. skipped: a bit
    for each filter that was not applied to it."""

    corner: tuple[int, ...]
    start: int
    stored: int
    skipped: int


@dataclass(frozen=True)
class Filters:
    """How chunks were written. names: number and name of each filter, in the order of writing. shape: of a chunk."""

    names: tuple[tuple[int, str], ...]
    shape: tuple[int, ...]
    raw: str
    brain: bool

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * np.dtype(self.raw).itemsize


def as_floats(raw: NDArray[Any], brain: bool) -> NDArray[np.float32]:
    """What is stored as float32. brain: bfloat16, of which two bytes are the upper half of a float32."""
    if brain:
        return (raw.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(all="ignore"):
        return raw.astype(np.float32)


def as_stored(values: NDArray[np.float32], raw: str, brain: bool) -> NDArray[Any]:
    """float32 as it is stored: rounded to the nearest that the type holds."""
    if brain:
        bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
        rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16  # to even, as TensorFlow does
        return np.where(np.isnan(values), 0x7FC0, rounded).astype(raw)
    dtype = np.dtype(raw)
    with np.errstate(all="ignore"):
        whole = (
            np.clip(np.rint(values), np.iinfo(dtype).min, np.iinfo(dtype).max)
            if dtype.kind in "iu"
            else values
        )
        return whole.astype(dtype)


def read_contiguous(file: BinaryIO, start: int, raw: str, brain: bool, out: NDArray[np.float32]) -> None:
    """Bytes in one piece. float32 goes straight to where it is wanted."""
    file.seek(start)
    flat = out.reshape(-1)
    if np.dtype(raw) == np.dtype("<f4") == out.dtype:
        _fill(file, flat)
        return
    step = _PIECE // np.dtype(raw).itemsize
    for at in range(0, flat.size, step):
        piece = np.empty(min(step, flat.size - at), raw)
        _fill(file, piece)
        flat[at : at + step] = as_floats(piece, brain)


def read_chunked(file: BinaryIO, chunks: Sequence[Chunk], filters: Filters, out: NDArray[np.float32]) -> None:
    """Chunks that are missing were never written: they are zeros, as h5py writes them."""
    out[...] = 0
    for chunk in chunks:
        if any(at >= n for at, n in zip(chunk.corner, out.shape, strict=True)):
            raise damaged("its numbers lie outside of it")
        numbers = _unpacked(file, chunk, filters)
        place = tuple(slice(at, at + n) for at, n in zip(chunk.corner, filters.shape, strict=True))
        target = out[place]
        target[...] = as_floats(numbers[tuple(map(slice, target.shape))], filters.brain)


def _unpacked(file: BinaryIO, chunk: Chunk, filters: Filters) -> NDArray[Any]:
    most = filters.bytes + _CHECKSUM_BYTES
    if chunk.stored > 2 * most + 1024:
        raise damaged("its numbers are packed in a wrong way")
    file.seek(chunk.start)
    data = file.read(chunk.stored)
    for number, name in reversed(filters.names):
        if not chunk.skipped >> number & 1:
            data = _undone(name, data, most, np.dtype(filters.raw).itemsize)
    if len(data) != filters.bytes:
        raise damaged("its numbers are packed in a wrong way")
    return np.frombuffer(data, filters.raw).reshape(filters.shape)


def _undone(name: str, data: bytes, most: int, size: int) -> bytes:
    """What was there before a filter."""
    if name == "fletcher32":
        return data[:-_CHECKSUM_BYTES]
    if name == "shuffle":
        whole = len(data) // size * size
        mixed = np.frombuffer(data[:whole], np.uint8).reshape(size, -1)
        return mixed.T.tobytes() + data[whole:]
    try:
        return zlib.decompressobj().decompress(data, most + 1)
    except zlib.error:
        raise damaged("its numbers cannot be unpacked") from None


def _fill(file: BinaryIO, array: NDArray[Any]) -> None:
    target = array.view(np.uint8).data
    if read_fully(file, target) < len(target):
        raise damaged("its numbers break off")
