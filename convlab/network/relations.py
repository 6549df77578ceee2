"""Which cells of its inputs a layer reads for which cells of its output: geometry alone, no weights.

A node's cells are its (rows, columns); a vector of n numbers is one row of n cells, and an array of two axes has a cell
for each number. A *region* is a set of cells, as a union of products: rows of the one mask and columns of the other.
Windows slide along one axis at a time, so that a region stays a few products however many layers it passes, where a
mask of all cells would have to be multiplied out at each.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from convlab.operations.geometry import Axis

Mask = NDArray[np.bool_]
Shape = tuple[int, ...]
Region = tuple[tuple[Mask, Mask], ...]

NOTHING: Region = ()


def cells_of_shape(shape: Shape) -> tuple[int, int]:
    """Rows and columns of the cells of an array of one to three axes."""
    return (1, shape[0]) if len(shape) == 1 else (shape[0], shape[1])


# --- regions ---


def joined(first: Region, second: Region) -> Region:
    """The union; a product that lies within another one is left out."""
    kept = list(first)
    for product in second:
        if not any(_within(product, other) for other in kept):
            kept = [other for other in kept if not _within(other, product)]
            kept.append(product)
    return tuple(kept)


def _within(product: tuple[Mask, Mask], other: tuple[Mask, Mask]) -> bool:
    return product is other or all(
        part is whole or not (part > whole).any() for part, whole in zip(product, other, strict=True)
    )


def mask_of(region: Region, cells: tuple[int, int]) -> Mask:
    """The region as a mask (rows, columns)."""
    mask = np.zeros(cells, np.bool_)
    for rows, columns in region:
        mask |= np.logical_and.outer(rows, columns)
    return mask


def region_of(mask: Mask) -> Region:
    """The region of a mask: a product for each different row."""
    if not mask.any():
        return NOTHING
    patterns, which = np.unique(mask, axis=0, return_inverse=True)
    which = which.reshape(-1)
    return tuple((which == number, row) for number, row in enumerate(patterns) if row.any())


# --- one axis ---


class AxisRelation(ABC):
    """Which positions of one axis of the input each position of the output reads."""

    @abstractmethod
    def back(self, out: Mask) -> Mask:
        """The input's positions that these positions of the output read."""

    @abstractmethod
    def forward(self, source: Mask) -> Mask:
        """The output's positions that read one of these."""


class _Same(AxisRelation):
    """Each position reads itself."""

    def back(self, out: Mask) -> Mask:
        return out

    def forward(self, source: Mask) -> Mask:
        return source


SAME = _Same()


@dataclass(frozen=True)
class AllOfAxis(AxisRelation):
    """Each of `out` positions reads all of `size`."""

    out: int
    size: int

    def back(self, out: Mask) -> Mask:
        return np.full(self.size, out.any())

    def forward(self, source: Mask) -> Mask:
        return np.full(self.out, source.any())


@dataclass(frozen=True, eq=False)
class Reads(AxisRelation):
    """positions (out, k): what each output position reads of `size` input positions, −1 where it is nothing."""

    positions: NDArray[np.int64]
    size: int

    def back(self, out: Mask) -> Mask:
        found = np.zeros(self.size + 1, np.bool_)  # the last takes what is read of nothing
        found[self.positions[out]] = True
        return found[:-1]

    def forward(self, source: Mask) -> Mask:
        return np.asarray(np.append(source, False)[self.positions].any(axis=1))

    @cached_property
    def is_same(self) -> bool:
        count, reads = self.positions.shape
        return reads == 1 and count == self.size and bool((self.positions[:, 0] == np.arange(count)).all())


def axis_relation(positions: NDArray[np.int64], size: int) -> AxisRelation:
    """The relation of an axis whose output positions read `positions` (out, k); those outside 0 … size−1 are nothing."""
    inside = (positions >= 0) & (positions < size)
    reads = Reads(np.where(inside, positions, -1), size)
    return SAME if reads.is_same else reads


@lru_cache(maxsize=1024)
def window_relation(axis: Axis) -> AxisRelation:
    """The relation of a window that slides."""
    if axis.out == 1 and axis.dilation == 1 and axis.kernel >= axis.size + axis.before:
        return AllOfAxis(1, axis.size)
    starts = np.arange(axis.out) * axis.stride - axis.before
    return axis_relation(starts[:, np.newaxis] + np.arange(axis.kernel) * axis.dilation, axis.size)


def part_relation(out: int, size: int, start: int) -> AxisRelation:
    """The input lies in the output from `start` on (which may be negative: then its first cells are cut off)."""
    return axis_relation(np.arange(out)[:, np.newaxis] - start, size)


def stretched_relation(out: int, size: int) -> AxisRelation:
    """For an elementwise operation: one position serves all, others each themselves."""
    return axis_relation(np.zeros((out, 1), np.int64), 1) if size == 1 < out else SAME


# --- both axes ---


class Relation(ABC):
    """Which cells of one input are read for which cells of the output."""

    @abstractmethod
    def back(self, region: Region) -> Region: ...

    @abstractmethod
    def forward(self, region: Region) -> Region: ...


@dataclass(frozen=True, eq=False)
class Axes(Relation):
    """Rows and columns each for themselves."""

    rows: AxisRelation = SAME
    columns: AxisRelation = SAME

    def back(self, region: Region) -> Region:
        if self.rows is SAME and self.columns is SAME:
            return region
        return _some((self.rows.back(rows), self.columns.back(columns)) for rows, columns in region)

    def forward(self, region: Region) -> Region:
        if self.rows is SAME and self.columns is SAME:
            return region
        return _some((self.rows.forward(rows), self.columns.forward(columns)) for rows, columns in region)


@dataclass(frozen=True)
class Everything(Relation):
    """Each cell of the output reads all cells of the input; both given as (rows, columns)."""

    out: tuple[int, int]
    size: tuple[int, int]

    def back(self, region: Region) -> Region:
        return whole(self.size) if region else NOTHING

    def forward(self, region: Region) -> Region:
        return whole(self.out) if region else NOTHING


@dataclass(frozen=True, eq=False)
class Rearranged(Relation):
    """The same numbers in another shape. size, out: the shapes; axes: in which order the input's axes are read."""

    size: Shape
    out: Shape
    axes: tuple[int, ...]

    def back(self, region: Region) -> Region:
        numbers = _numbers(mask_of(region, cells_of_shape(self.out)), self.out)
        turned = numbers.reshape([self.size[axis] for axis in self.axes])
        return _region_of_numbers(turned.transpose(np.argsort(self.axes)))

    def forward(self, region: Region) -> Region:
        numbers = _numbers(mask_of(region, cells_of_shape(self.size)), self.size)
        return _region_of_numbers(numbers.transpose(self.axes).reshape(self.out))


@dataclass(frozen=True)
class OneAfterAnother(Relation):
    """Several relations, first to last."""

    parts: tuple[Relation, ...]

    def back(self, region: Region) -> Region:
        for part in reversed(self.parts):
            region = part.back(region)
        return region

    def forward(self, region: Region) -> Region:
        for part in self.parts:
            region = part.forward(region)
        return region


def whole(cells: tuple[int, int]) -> Region:
    return ((np.ones(cells[0], np.bool_), np.ones(cells[1], np.bool_)),)


def rearranged(size: Shape, out: Shape, axes: Iterable[int] | None = None) -> Relation:
    """Raises ValueError where the two have another number of numbers."""
    order = tuple(range(len(size))) if axes is None else tuple(axes)
    if math.prod(size) != math.prod(out):
        raise ValueError(f"{size} cannot become {out}")
    return Rearranged(size, out, order)


def _some(products: Iterable[tuple[Mask, Mask]]) -> Region:
    """The union of products, those without a cell left out."""
    region = NOTHING
    for product in products:
        if product[0].any() and product[1].any():
            region = joined(region, (product,))
    return region


def _numbers(mask: Mask, shape: Shape) -> Mask:
    """Which numbers of an array lie in the cells of a mask."""
    if len(shape) == 3:
        return np.broadcast_to(mask[:, :, np.newaxis], shape)
    return mask.reshape(shape)


def _region_of_numbers(numbers: Mask) -> Region:
    """The cells that any of these numbers lies in."""
    if numbers.ndim == 3:
        return region_of(np.asarray(numbers.any(axis=2)))
    return region_of(numbers.reshape(cells_of_shape(numbers.shape)))
