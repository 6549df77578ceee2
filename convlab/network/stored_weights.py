"""Weights where they lie in a file: as found, with the name that the file gives them, and as placed, with their role and
the way from the stored axes to today's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Shape, Weight
from convlab.network.hdf5_items import Dataset

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Found:
    """An array of a layer. name: within the layer, as in the file: "kernel:0", "conv_W", or "0" where they are numbered."""

    name: str
    dataset: Dataset


Rows = dict[int, tuple[Found, ...]]
"""What was found for each row of the layers, in the file's order."""


@dataclass(frozen=True)
class Order:
    """How today's axes are made from the stored ones.

    axes: which stored axis each one is, () for the same; then `shape` (axes of size 1 may go), () for the same; then the
    first `flips` axes are turned round.
    """

    axes: tuple[int, ...] = ()
    shape: Shape = ()
    flips: int = 0

    def shape_of(self, stored: Shape) -> Shape:
        """Today's shape."""
        return self.shape or (tuple(stored[axis] for axis in self.axes) if self.axes else stored)

    def today(self, stored: Array) -> Array:
        """As it is used today; a view where that is possible."""
        turned = stored.transpose(self.axes) if self.axes else stored
        shaped = turned.reshape(self.shape) if self.shape else turned
        return np.flip(shaped, tuple(range(self.flips))) if self.flips else shaped

    def back(self, today: Array, stored: Shape) -> Array:
        """As it is stored, in memory in one piece."""
        shaped = np.flip(today, tuple(range(self.flips))) if self.flips else today
        if self.axes:
            shaped = shaped.reshape(tuple(stored[axis] for axis in self.axes))
            shaped = shaped.transpose(tuple(np.argsort(self.axes)))
        return np.ascontiguousarray(shaped.reshape(stored), np.float32)


@dataclass(frozen=True)
class Placed:
    """An array with its role in a layer."""

    role: str
    dataset: Dataset
    order: Order = Order()

    @property
    def weight(self) -> Weight:
        stored = self.dataset.shape
        place = "/".join(self.dataset.parts)
        return Weight(self.role, self.order.shape_of(stored), place, stored, self.dataset.dtype)


def total_bytes(weights: Sequence[Weight]) -> int:
    """What weights take as float32."""
    return 4 * sum(math.prod(weight.shape) for weight in weights)
