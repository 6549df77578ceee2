"""Film: how the filters came about, as frames that can be played back; in a limited amount of memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.learning.events import Frame

BUDGET = 96 * 2**20
"""Bytes of the frames of one training."""
_LARGEST_HALF = 6e4  # a float16 holds no more than 65,504


class Film:
    """Frames in the order of their batches. Where they would take more than `budget` bytes some are given up, but never
    the first nor the last: what is left lies batch by batch at the start, and ever farther apart after it."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._frames: list[Frame] = []
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, place: int) -> Frame:
        return self._frames[place]

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._frames)

    @property
    def bytes(self) -> int:
        """What the arrays of all frames take."""
        return self._bytes

    def add(self, frame: Frame) -> None:
        """The newest frame; those of its batch and of later ones, of a training that went on from an earlier epoch, go."""
        while self._frames and self._frames[-1].batch >= frame.batch:
            self._bytes -= _size(self._frames.pop())
        kept = replace(frame, maps=tuple(map(_half, frame.maps)))
        self._frames.append(kept)
        self._bytes += _size(kept)
        while self._bytes > self._budget and len(self._frames) > 2:
            self._thin()

    def place_of(self, batch: int) -> int:
        """The place of the last frame that is not later than `batch`; 0 if all are. Raises IndexError without frames."""
        if not self._frames:
            raise IndexError("there is no frame yet")
        return max(bisect_right(self._frames, batch, key=lambda frame: frame.batch) - 1, 0)

    def _thin(self) -> None:
        """Give up the one that is missed least: the next comes soonest after the one before it, for its age."""
        age = np.log([frame.batch + 2.0 for frame in self._frames])
        spare = int(np.argmin(age[2:] - age[:-2])) + 1
        self._bytes -= _size(self._frames.pop(spare))


def _half(array: NDArray[Any]) -> NDArray[Any]:
    """Maps are only looked at: half the bytes do, where the range of float16 does."""
    with np.errstate(invalid="ignore"):
        beyond = np.abs(array) > _LARGEST_HALF
    if (beyond & np.isfinite(array)).any():
        return array
    with np.errstate(over="ignore"):
        half = array.astype(np.float16)
    half.setflags(write=False)
    return half


def _size(frame: Frame) -> int:
    return sum(array.nbytes for array in (*frame.kernels, *frame.maps))
