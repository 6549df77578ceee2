"""Operation: what a layer of a network and a kernel edited by hand have in common.

It knows its geometry, can be applied to an array, and can explain one output cell without computing the others.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from convlab.operations.geometry import Axis, AxisFormula, Padding2D, formula_of
from convlab.operations.step import BoolArray, FloatArray, IntArray, Step
from convlab.problems import Problem

Array = NDArray[np.float32]
Shape = tuple[int, ...]
NO_PADDING: Padding2D = ((0, 0), (0, 0))


class Operation(ABC):
    """One stage of a chain. Arrays are float32 (height, width, channels); after Flatten they are (numbers,)."""

    title: ClassVar[str] = ""

    @property
    def summary(self) -> str:
        """The settings in a few words, such as "3×3 · stride 1 · same"."""
        return ""

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of the output. Raises Problem where Keras refuses, and says why."""

    @abstractmethod
    def apply(self, x: Array) -> Array:
        """The whole output, float32. Raises Problem as `output_shape` does."""

    @abstractmethod
    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> Step:
        """How one output cell gets its value; costs the same for every size of x. IndexError outside the output."""

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        """The geometry along rows and columns; one cell reads one cell unless an operation says otherwise."""
        rows, columns, _ = as_image(input_shape)
        return Axis(rows, 1), Axis(columns, 1)

    def padding_amounts(self, input_shape: Shape) -> Padding2D:
        """((top, bottom), (left, right)): the padding around the input."""
        rows, columns = self.axes(input_shape)
        return (rows.before, rows.after), (columns.before, columns.after)

    def window_positions(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        """The rows (kh,) and columns (kw,) that output cell (row, column) reads; they may lie in the padding."""
        rows, columns = self.axes(input_shape)
        return rows.window(row), columns.window(column)

    def readers_of(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        """The rows and columns of the output cells that read an input cell: every pair of the two."""
        rows, columns = self.axes(input_shape)
        return rows.readers(row), columns.readers(column)

    def cells_read(self, input_shape: Shape) -> tuple[BoolArray, BoolArray]:
        """For each row and each column whether it is read; a cell is read if both its row and its column are."""
        rows, columns = self.axes(input_shape)
        return rows.read(), columns.read()

    def size_formula(self, input_shape: Shape) -> tuple[AxisFormula, AxisFormula]:
        """The numbers of the output size's formula for rows and columns."""
        rows, columns = self.axes(input_shape)
        return formula_of(rows), formula_of(columns)

    def weight_count(self) -> int:
        """How many numbers the operation has learned, or was given."""
        return 0

    def multiplications(self, input_shape: Shape) -> int:
        """How many multiplications the whole output takes."""
        return 0


def as_image(shape: Shape) -> tuple[int, int, int]:
    """A shape with rows and columns: a vector of n numbers is one cell with n channels, a table one row of cells."""
    if len(shape) == 1:
        return 1, 1, shape[0]
    if len(shape) == 2:
        return 1, shape[0], shape[1]
    if len(shape) == 3:
        return shape[0], shape[1], shape[2]
    raise Problem(f"This operation needs an image, not {'×'.join(map(str, shape))}.")


def image_shape(shape: Shape, title: str) -> tuple[int, int, int]:
    """The shape of an image. Raises Problem for a vector, which has no rows and columns to slide over."""
    if len(shape) != 3:
        raise Problem(
            f"{title} needs an image, and a row of {math.prod(shape):,} numbers reaches it.",
            "Rows and columns ended where the image was flattened or pooled as a whole.",
            "Move it before that stage.",
        )
    return shape[0], shape[1], shape[2]


def image_of(x: Array) -> Array:
    """A vector as an image of one cell, a table (cells, channels) as one of one row; an image as it is."""
    return x if x.ndim == 3 else x.reshape(as_image(x.shape))


def check_cell(shape: Shape, row: int, column: int, filter: int) -> None:
    """Raises IndexError for a cell outside `shape`."""
    rows, columns, filters = as_image(shape)
    if not (0 <= row < rows and 0 <= column < columns and 0 <= filter < filters):
        raise IndexError(f"cell ({row}, {column}) of filter {filter} is outside {shape}")


def cells_of(x: Array, rows: IntArray, columns: IntArray, channels: IntArray) -> tuple[FloatArray, BoolArray]:
    """The values (kh, kw, c) at positions, 0 outside the image, and which positions are inside (kh, kw)."""
    height, width = x.shape[:2]
    row_inside, column_inside = (rows >= 0) & (rows < height), (columns >= 0) & (columns < width)
    inside = row_inside[:, np.newaxis] & column_inside[np.newaxis, :]
    picked = x[np.ix_(np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1), channels)].astype(
        np.float64
    )
    return np.where(inside[:, :, np.newaxis], picked, 0.0), inside


def pair(value: Any, name: str) -> tuple[int, int]:
    """Keras's way to give one number for both axes. Raises Problem for anything below 1."""
    both = (value, value) if isinstance(value, int | np.integer) else tuple(value)
    if len(both) != 2 or any(int(part) != part or part < 1 for part in both):
        raise Problem(
            f"The {name} cannot be {value}.", "It must be a whole number of at least 1 for each axis."
        )
    return int(both[0]), int(both[1])


def frozen(array: Any, dimensions: int, name: str) -> Array:
    """A read-only float32 copy, unless it is one already. Raises ValueError for another number of dimensions."""
    result = np.asarray(array, np.float32)
    if result.ndim != dimensions:
        raise ValueError(f"{name} must have {dimensions} dimensions, not {result.ndim}")
    if result.flags.writeable:
        result = result.copy()
        result.setflags(write=False)
    return result


def count(shape: Shape) -> int:
    return math.prod(shape)
