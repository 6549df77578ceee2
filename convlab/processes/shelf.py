"""Shelf: memory that the window shares with the processes next door, so that large arrays need not go through a pipe.

The window owns it and decides who may put what where: a question may carry room for its answer. What lies there is
handed from process to process by its place. Only numbers lie there, never anything that is interpreted: a process that
writes where it should not can make numbers wrong, and nothing else.
"""

from __future__ import annotations

import bisect
import math
import mmap
import os
import tempfile
import weakref
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

CAPACITY = 8 * 1024**3
"""Addresses, not memory: a page costs memory once something is written there."""

SMALLEST_BYTES = 64 * 1024
"""Smaller arrays are faster through the pipe."""

_RETURNED_BYTES = 4 * 1024**2
"""Pages of smaller places are kept for the next one: fresh pages cost time."""

_LINUX_ADD_SEALS = 1033
_LINUX_NO_SHRINKING_GROWING_OR_SEALING = 2 | 4 | 1


class Place:
    """Some bytes of the shelf. The arrays on it keep it; without any, it is given to others."""

    def __init__(self, shelf: Shelf, offset: int, size: int) -> None:
        self.offset = offset
        self.size = size
        self._shelf = shelf  # whose memory must last as long as the arrays
        self.__array_interface__ = {
            "shape": (size,),
            "typestr": "|u1",
            "data": (shelf._address + offset, True),
            "version": 3,
        }

    def array(self, offset: int, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        """What lies at `offset` of the shelf, read-only and not copied. Raises ValueError if that is not in here."""
        start, size = offset - self.offset, math.prod(shape) * dtype.itemsize
        if start < 0 or start + size > self.size or offset % dtype.itemsize:
            raise ValueError("an array outside of its room")
        return np.asarray(self)[start : start + size].view(dtype).reshape(shape)


class Shelf:
    """The window's end. Where the system has no such memory it holds nothing, and everything goes through the pipe.

    Places are asked for in one thread; they may be given back in any.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self.descriptor = -1
        self._address = 0
        self._memory: mmap.mmap | None = None
        self._places: list[tuple[int, int]] = []  # start and end of those in use, in order
        self._returned: deque[tuple[int, int]] = deque()
        try:
            self._make()
        except (OSError, ValueError, OverflowError):
            self.capacity = 0

    def _make(self) -> None:
        if os.name != "posix":
            raise OSError("handles are not inherited by number here")
        self.descriptor = _shared_memory(self.capacity)
        os.set_inheritable(self.descriptor, True)
        self._memory = mmap.mmap(self.descriptor, self.capacity)
        self._address = np.frombuffer(self._memory, np.uint8).ctypes.data
        weakref.finalize(self, os.close, self.descriptor)

    @property
    def arguments(self) -> list[str]:
        """What a process is told when it is started, so that it finds the shelf."""
        return [f"--shelf={self.descriptor}"] if self.capacity else []

    @property
    def used(self) -> int:
        """How many bytes are in use."""
        self._take_back()
        return sum(end - start for start, end in self._places)

    def allocate(self, size: int) -> Place | None:
        """Room for `size` bytes; None if there is none."""
        self._take_back()
        size = -(-max(size, 1) // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY
        start = self._gap(size)
        if start is None:
            return None
        bisect.insort(self._places, (start, start + size))
        place = Place(self, start, size)
        assert self._memory is not None, "without memory there are no gaps"
        weakref.finalize(place, _give_back, self._memory, self._returned, start, size).atexit = False
        return place

    def place_of(self, array: NDArray[Any]) -> int | None:
        """Where an array lies, if it lies on this shelf in one piece."""
        holder: Any = array
        while isinstance(holder, np.ndarray):
            holder = holder.base
        if not isinstance(holder, Place) or holder._shelf is not self or not array.flags.c_contiguous:
            return None
        return int(array.__array_interface__["data"][0]) - self._address

    def _take_back(self) -> None:
        while self._returned:
            extent = self._returned.popleft()
            del self._places[bisect.bisect_left(self._places, extent)]

    def _gap(self, size: int) -> int | None:
        """The start of the first gap that is large enough."""
        end = 0
        for start, next_end in self._places:
            if start - end >= size:
                return end
            end = next_end
        return end if self.capacity - end >= size else None


def _shared_memory(capacity: int) -> int:
    """The number of an open file of `capacity` zeros that has no name and takes no memory yet.

    Its size cannot be changed by others, where the system offers that: reading beyond its end would kill the window.
    """
    if not hasattr(os, "memfd_create"):
        with tempfile.TemporaryFile(prefix="convlab-") as file:
            descriptor = os.dup(file.fileno())
        os.ftruncate(descriptor, capacity)
        return descriptor
    descriptor = os.memfd_create("convlab", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, capacity)
    import fcntl

    fcntl.fcntl(descriptor, _LINUX_ADD_SEALS, _LINUX_NO_SHRINKING_GROWING_OR_SEALING)
    return descriptor


def _give_back(memory: mmap.mmap, returned: deque[tuple[int, int]], start: int, size: int) -> None:
    """Called in whatever thread lets go of the last array; the list of places is put in order later."""
    if size >= _RETURNED_BYTES and hasattr(mmap, "MADV_REMOVE"):
        memory.madvise(mmap.MADV_REMOVE, start, size)
    returned.append((start, start + size))
