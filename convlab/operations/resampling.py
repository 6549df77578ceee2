"""Resizing as a layer of a network, as Keras's Resizing: the image at a fixed size, by the nearest cell or two mixed.

With n input cells and m output cells along an axis, output cell i lies at (i + 1/2)*n/m - 1/2 of the input (its cells'
centres are at whole numbers) and mixes the two cells around that place; "nearest" copies cell floor((i + 1/2)*n/m).
Shrinking skips cells: nothing is averaged (TensorFlow's half-pixel centres, without antialiasing).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convlab.operations.convolution import weighted_sum
from convlab.operations.copies import copy_step
from convlab.operations.operation import (
    Array,
    Operation,
    Shape,
    as_image,
    cells_of,
    check_cell,
    count,
    image_shape,
)
from convlab.operations.pointwise import Activation
from convlab.operations.step import FloatArray, IntArray, Step
from convlab.operations.upsampling import INTERPOLATIONS
from convlab.problems import Problem

Tap = tuple[IntArray, FloatArray]


@dataclass(frozen=True)
class Resizing(Operation):
    """height, width: the output's. interpolation: "nearest" or "bilinear". Raises Problem for others."""

    height: int
    width: int
    interpolation: str = "bilinear"

    title = "Resizing"

    def __post_init__(self) -> None:
        if min(self.height, self.width) < 1:
            raise Problem(f"An image of {self.height}×{self.width} has no cells.", "It has at least one.")
        if self.interpolation not in INTERPOLATIONS:
            raise Problem(
                f"Resizing with the interpolation “{self.interpolation}” is not shown cell by cell.",
                "Nearest and bilinear are.",
            )

    @property
    def summary(self) -> str:
        return f"{self.height}×{self.width} · {self.interpolation}"

    def output_shape(self, input_shape: Shape) -> Shape:
        return self.height, self.width, image_shape(input_shape, self.title)[2]

    def window_positions(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        (rows, _), (columns, _) = self._taps(input_shape, row, column)
        return rows, columns

    def readers_of(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        sizes = zip(as_image(input_shape)[:2], (self.height, self.width), (row, column), strict=True)
        found = []
        for cells, out, position in sizes:
            lower, upper, share = self._places(cells, out, np.arange(out))
            reads = (lower == position) | ((upper == position) & (share > 0))
            found.append(np.nonzero(reads)[0])
        return found[0], found[1]

    def apply(self, x: Array) -> Array:
        rows, columns, _ = image_shape(x.shape, self.title)
        across = self._mixed(x, 1, columns, self.width)
        return np.ascontiguousarray(self._mixed(across, 0, rows, self.height))

    def _mixed(self, x: Array, axis: int, cells: int, out: int) -> Array:
        """x (h, w, c) with `out` cells along one axis, each a mixture of two."""
        lower, upper, share = self._places(cells, out, np.arange(out))
        first = x.take(lower, axis)
        if not share.any():
            return first
        shares = share.astype(np.float32).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        return np.asarray(first + (x.take(upper, axis) - first) * shares, np.float32)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> Step:
        check_cell(self.output_shape(x.shape), row, column, filter)
        (rows, down), (columns, right) = self._taps(x.shape, row, column)
        if len(rows) == len(columns) == 1:
            return copy_step(x, row, column, filter, (int(rows[0]), int(columns[0]), filter), "copy")
        channels = np.array([filter])
        window, inside = cells_of(x, rows, columns, channels)
        weights = np.multiply.outer(down, right)[:, :, np.newaxis]
        return weighted_sum(
            row, column, filter, rows, columns, inside, window, channels, weights, None, Activation("linear"),
            lambda: np.zeros(0),
        )  # fmt: skip

    def _taps(self, input_shape: Shape, row: int, column: int) -> tuple[Tap, Tap]:
        rows, columns, _ = as_image(input_shape)
        return self._tap(rows, self.height, row), self._tap(columns, self.width, column)

    def _tap(self, cells: int, out: int, position: int) -> Tap:
        """The cells that an output position reads, and their shares, which add up to 1."""
        lower, upper, share = (part.item() for part in self._places(cells, out, np.array(position)))
        if lower == upper or share == 0:
            return np.array([lower]), np.ones(1)
        return np.array([lower, upper]), np.array([1 - share, share])

    def _places(self, cells: int, out: int, positions: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """For output positions the two cells around each, and the upper one's share."""
        # In float32, as TensorFlow: which cell is the nearest may hang on the last bit.
        at = (positions.astype(np.float32) + np.float32(0.5)) * (np.float32(cells) / np.float32(out))
        if self.interpolation == "nearest":
            nearest = np.minimum(np.floor(at), cells - 1).astype(np.int64)
            return nearest, nearest, np.zeros(nearest.shape)
        at = at - np.float32(0.5)
        below = np.floor(at)
        lower = np.maximum(below, 0).astype(np.int64)
        upper = np.minimum(np.ceil(at), cells - 1).astype(np.int64)
        # Beyond the outer centres both are the same cell.
        share = np.where(lower == upper, 0.0, (at - below).astype(np.float64))
        return lower, upper, share

    def multiplications(self, input_shape: Shape) -> int:
        """Two for each axis along which cells are mixed."""
        return 0 if self.interpolation == "nearest" else 4 * count(self.output_shape(input_shape))
