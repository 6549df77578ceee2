"""Reshape and Permute: the same numbers in other rows, columns and channels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from convlab.operations.copies import Copy, Source
from convlab.operations.operation import Array, Shape, as_image, count
from convlab.operations.step import BoolArray, IntArray
from convlab.problems import Problem


@dataclass(frozen=True)
class Reshape(Copy):
    """Keras's Reshape: all numbers in their order, channel by channel, in other rows. One size may be −1: what is left.

    target_shape: without the batch. Raises Problem where the numbers do not fit.
    """

    target_shape: Shape

    title = "Reshape"
    name: ClassVar[str] = "reshape"

    def __post_init__(self) -> None:
        object.__setattr__(self, "target_shape", tuple(int(size) for size in self.target_shape))
        if self.target_shape.count(-1) > 1 or any(size < 1 and size != -1 for size in self.target_shape):
            raise Problem(
                f"Nothing can be given the shape {_sizes(self.target_shape)}.",
                "Sizes are at least 1; one may be −1, for whatever is left.",
            )

    @property
    def summary(self) -> str:
        return _sizes(self.target_shape)

    def output_shape(self, input_shape: Shape) -> Shape:
        numbers, known = count(input_shape), math.prod(size for size in self.target_shape if size != -1)
        if numbers % known if -1 in self.target_shape else numbers != known:
            raise Problem(
                f"{numbers:,} numbers cannot be arranged as {_sizes(self.target_shape)}.",
                f"They come as {_sizes(input_shape)}.",
            )
        return tuple(numbers // known if size == -1 else size for size in self.target_shape)

    def source_of(self, input_shape: Shape, row: int, column: int, filter: int = 0) -> Source:
        flat = np.ravel_multi_index((row, column, filter), as_image(self.output_shape(input_shape)))
        source = np.unravel_index(flat, as_image(input_shape))
        return int(source[0]), int(source[1]), int(source[2])

    def window_positions(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        """Those of all channels of the cell; where they fill no rectangle, of the rectangle around them."""
        return _same_numbers(as_image(self.output_shape(input_shape)), as_image(input_shape), row, column)

    def readers_of(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        return _same_numbers(as_image(input_shape), as_image(self.output_shape(input_shape)), row, column)

    def apply(self, x: Array) -> Array:
        return np.ascontiguousarray(x).reshape(self.output_shape(x.shape))


@dataclass(frozen=True)
class Permute(Copy):
    """Keras's Permute: output axis k is input axis dims[k], counted from 1. Raises Problem for no permutation."""

    dims: tuple[int, ...]

    title = "Permute"
    name: ClassVar[str] = "permute"

    def __post_init__(self) -> None:
        object.__setattr__(self, "dims", tuple(int(axis) for axis in self.dims))
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise Problem(
                f"{self.summary} is no order of axes.", "Every axis, counted from 1, stands in it once."
            )

    @property
    def summary(self) -> str:
        return ", ".join(map(str, self.dims))

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != len(self.dims):
            raise Problem(
                f"{len(self.dims)} axes are put in order, and {_sizes(input_shape)} numbers reach it.",
                "Every axis of the input has its place in the order.",
            )
        return tuple(input_shape[axis - 1] for axis in self.dims)

    def source_of(self, input_shape: Shape, row: int, column: int, filter: int = 0) -> Source:
        places = dict(zip(self._axes(), (row, column, filter), strict=True))
        return places[0], places[1], places[2]

    def window_positions(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        whole, places = as_image(input_shape), (np.array([row]), np.array([column]))
        from_axes = [self._axes().index(axis) for axis in (0, 1)]
        found = [places[k] if k < 2 else np.arange(whole[axis]) for axis, k in enumerate(from_axes)]
        return found[0], found[1]

    def readers_of(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        whole, places = as_image(input_shape), (np.array([row]), np.array([column]))
        found = [places[axis] if axis < 2 else np.arange(whole[axis]) for axis in self._axes()[:2]]
        return found[0], found[1]

    def cells_read(self, input_shape: Shape) -> tuple[BoolArray, BoolArray]:
        rows, columns, _ = as_image(input_shape)
        return np.ones(rows, np.bool_), np.ones(columns, np.bool_)

    def _axes(self) -> tuple[int, ...]:
        """For output rows, columns and channels the axis of the input seen as an image."""
        more = 3 - len(self.dims)
        return (*range(more), *(axis - 1 + more for axis in self.dims))

    def apply(self, x: Array) -> Array:
        self.output_shape(x.shape)
        return np.ascontiguousarray(x.transpose([axis - 1 for axis in self.dims]))


def _same_numbers(
    here: tuple[int, int, int], there: tuple[int, int, int], row: int, column: int
) -> tuple[IntArray, IntArray]:
    """The rows and columns of `there` that hold the channels of a cell of `here`, the numbers being in one order."""
    first = (row * here[1] + column) * here[2]
    cells = np.arange(first // there[2], (first + here[2] - 1) // there[2] + 1)
    return np.unique(cells // there[1]), np.unique(cells % there[1])


def _sizes(shape: Shape) -> str:
    return "×".join(f"{size:,}".replace("-", "−") for size in shape)
