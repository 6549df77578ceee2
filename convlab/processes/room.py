"""Desk and Room: the shelf, seen from a process next door. It reads what lies there, and writes where it was given room."""

from __future__ import annotations

import math
import mmap
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.processes.shelf import SMALLEST_BYTES

_ALIGNMENT = 64


class Room:
    """Where the answer to one question may put its large arrays; without memory, nowhere.

    offset, size: in bytes, on the shelf.
    """

    def __init__(self, descriptor: int = -1, offset: int = 0, size: int = 0) -> None:
        self._offset = offset
        self._size = size if descriptor >= 0 else 0
        self._used = 0
        self._memory: mmap.mmap | None = None
        self._start = 0
        if self._size:
            self._memory = mmap.mmap(descriptor, size, offset=offset)
            self._start = np.frombuffer(self._memory, np.uint8).ctypes.data

    def empty(self, shape: tuple[int, ...], dtype: Any = np.float32) -> NDArray[Any]:
        """An array to be filled and answered: in the room if it is large and there is space, else in own memory."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if self._memory is None or size < SMALLEST_BYTES or self._used + size > self._size:
            return np.empty(shape, dtype)
        start = self._used
        self._used = -(-(start + size) // _ALIGNMENT) * _ALIGNMENT
        return np.frombuffer(self._memory, dtype, math.prod(shape), start).reshape(shape)

    def place_of(self, array: NDArray[Any]) -> int | None:
        """Where on the shelf an array lies, if it is in the room."""
        if not self._used or not array.flags.c_contiguous:
            return None
        offset = int(array.__array_interface__["data"][0]) - self._start
        return self._offset + offset if offset >= 0 and offset + array.nbytes <= self._used else None

    def settle(self, array: NDArray[Any]) -> NDArray[Any]:
        """The array, in the room if it fits there."""
        if array.nbytes < SMALLEST_BYTES or self.place_of(array) is not None:
            return array
        settled = self.empty(array.shape, array.dtype)
        if self.place_of(settled) is None:
            return array
        settled[...] = array
        return settled


class Desk:
    """The shelf as this process was given it, or none. Raises ValueError for places that cannot be."""

    def __init__(self, arguments: list[str]) -> None:
        told = [one.removeprefix("--shelf=") for one in arguments if one.startswith("--shelf=")]
        self._descriptor = int(told[0]) if told else -1
        self._size = os.fstat(self._descriptor).st_size if told else 0

    def room(self, told: Any) -> Room:
        """The room that came with a question."""
        if told is None:
            return Room()
        offset, size = told
        self._check(offset, size)
        return Room(self._descriptor, offset, size)

    def array(self, offset: int, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        """What lies on the shelf, read-only and not copied."""
        size = math.prod(shape) * dtype.itemsize
        self._check(offset, size)
        start = offset // mmap.ALLOCATIONGRANULARITY * mmap.ALLOCATIONGRANULARITY
        memory = mmap.mmap(
            self._descriptor, size + offset - start, prot=mmap.PROT_READ, flags=mmap.MAP_SHARED, offset=start
        )
        return np.frombuffer(memory, dtype, math.prod(shape), offset - start).reshape(shape)

    def _check(self, offset: int, size: int) -> None:
        if offset < 0 or size < 1 or offset + size > self._size:
            raise ValueError("there is no such place on the shelf")
