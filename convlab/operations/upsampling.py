"""Upsampling, as Keras's UpSampling2D: every cell becomes several, copied or interpolated.

Interpolated, output cell i of an axis lies at (i + 1/2)/size - 1/2 of the input (its cells' centres are at whole numbers)
and mixes the two cells around that place; beyond the outer centres it copies (TensorFlow's half-pixel centres).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

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
    pair,
)
from convlab.operations.pointwise import Activation
from convlab.operations.step import FloatArray, IntArray, Step
from convlab.problems import Problem

INTERPOLATIONS = ("nearest", "bilinear")


@dataclass(frozen=True)
class UpSampling(Operation):
    """size: (rows, columns), how many cells each becomes. interpolation: "nearest" copies. Raises Problem for others."""

    size: tuple[int, int] = (2, 2)
    interpolation: str = "nearest"

    title = "Upsampling"

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", pair(self.size, "upsampling"))
        if self.interpolation not in INTERPOLATIONS:
            raise Problem(
                f"Upsampling with the interpolation “{self.interpolation}” is not shown cell by cell.",
                "Nearest and bilinear are.",
            )

    @property
    def summary(self) -> str:
        down, right = self.size
        return f"{down}×{right} · {self.interpolation}"

    def output_shape(self, input_shape: Shape) -> Shape:
        rows, columns, channels = image_shape(input_shape, self.title)
        return rows * self.size[0], columns * self.size[1], channels

    def window_positions(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        (rows, _), (columns, _) = self._taps(input_shape, row, column)
        return rows, columns

    def readers_of(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        found = []
        for axis, position in enumerate((row, column)):
            size = self.size[axis]
            first, end = max((position - 1) * size, 0), min((position + 2) * size, input_shape[axis] * size)
            near = [i for i in range(first, end) if position in self._tap(axis, input_shape[axis], i)[0]]
            found.append(np.array(near, np.int64))
        return found[0], found[1]

    def apply(self, x: Array) -> Array:
        image_shape(x.shape, self.title)
        if self.interpolation == "nearest":
            return x.repeat(self.size[0], axis=0).repeat(self.size[1], axis=1)
        return np.ascontiguousarray(self._mixed(self._mixed(x, 1), 0))

    def _mixed(self, x: Array, axis: int) -> Array:
        """x (h, w, c) with more cells along one axis, each a mixture of two."""
        lower, upper, share = _places(
            x.shape[axis], np.arange(x.shape[axis] * self.size[axis]), self.size[axis]
        )
        shares = share.astype(np.float32).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        first = x.take(lower, axis)
        return np.asarray(first + (x.take(upper, axis) - first) * shares, np.float32)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> Step:
        check_cell(self.output_shape(x.shape), row, column, filter)
        (rows, down), (columns, right) = self._taps(x.shape, row, column)
        if self.interpolation == "nearest":
            return copy_step(x, row, column, filter, (int(rows[0]), int(columns[0]), filter), "copy")
        channels = np.array([filter])
        window, inside = cells_of(x, rows, columns, channels)
        weights = np.multiply.outer(down, right)[:, :, np.newaxis]
        step = weighted_sum(
            row, column, filter, rows, columns, inside, window, channels, weights, None, Activation("linear"),
            lambda: np.zeros(0),
        )  # fmt: skip
        return replace(step, has_bias=False)

    def _taps(
        self, input_shape: Shape, row: int, column: int
    ) -> tuple[tuple[IntArray, FloatArray], tuple[IntArray, FloatArray]]:
        rows, columns, _ = as_image(input_shape)
        return self._tap(0, rows, row), self._tap(1, columns, column)

    def _tap(self, axis: int, cells: int, i: int) -> tuple[IntArray, FloatArray]:
        """The cells that output position i reads, and their shares, which add up to 1."""
        if self.interpolation == "nearest":
            return np.array([i // self.size[axis]]), np.ones(1)
        lower, upper, share = (part.item() for part in _places(cells, np.array(i), self.size[axis]))
        if lower == upper or share == 0:
            return np.array([lower]), np.ones(1)
        return np.array([lower, upper]), np.array([1 - share, share])

    def multiplications(self, input_shape: Shape) -> int:
        """Two for each axis along which cells are mixed."""
        if self.interpolation == "nearest":
            return 0
        return count(self.output_shape(input_shape)) * math.prod(2 if size > 1 else 1 for size in self.size)


def _places(cells: int, positions: IntArray, size: int) -> tuple[IntArray, IntArray, FloatArray]:
    """For output positions the two cells around each, and the upper one's share."""
    at = (positions + 0.5) / size - 0.5
    below = np.floor(at)
    lower = np.maximum(below, 0).astype(np.int64)
    upper = np.minimum(np.ceil(at), cells - 1).astype(np.int64)
    return lower, upper, at - below
