"""Flatten and dense layers: where rows and columns end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convlab.operations.convolution import function_of, weighted_sum
from convlab.operations.geometry import Axis
from convlab.operations.operation import (
    Array,
    Operation,
    Shape,
    as_image,
    cells_of,
    check_cell,
    count,
    frozen,
    image_of,
)
from convlab.operations.pointwise import Activation
from convlab.operations.step import IntArray, PointwiseStep, WeightedSum
from convlab.problems import Problem


@dataclass(frozen=True)
class Flatten(Operation):
    """All numbers in one row: channel by channel within a column, column by column within a row."""

    title = "Flatten"

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        rows, columns, _ = as_image(input_shape)
        return Axis(rows, rows), Axis(columns, columns)

    def output_shape(self, input_shape: Shape) -> Shape:
        return (count(input_shape),)

    def apply(self, x: Array) -> Array:
        return np.ascontiguousarray(x).reshape(-1)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        check_cell(self.output_shape(x.shape), row, column, filter)
        image = image_of(x)
        place = np.unravel_index(filter, image.shape)
        rows, columns, channels = (np.array([index]) for index in place)
        window, inside = cells_of(image, rows, columns, channels)
        return PointwiseStep(
            row,
            column,
            filter,
            rows,
            columns,
            inside,
            window,
            channels,
            float(window[0, 0, 0]),
            "flatten",
            "x",
        )

    def window_positions(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        rows, columns, _ = as_image(input_shape)
        return np.arange(rows), np.arange(columns)


@dataclass(frozen=True, eq=False)
class Dense(Operation):
    """Every output is a weighted sum of all inputs: activation(x @ kernel + bias).

    kernel: float32 (inputs, units). bias: (units,) or None. On an image it works on the channels of each cell.
    """

    kernel: Array
    bias: Array | None = None
    activation: str | Activation | None = None

    title = "Dense"

    def __post_init__(self) -> None:
        object.__setattr__(self, "kernel", frozen(self.kernel, 2, "a dense kernel"))
        if self.bias is not None:
            object.__setattr__(self, "bias", frozen(self.bias, 1, "a bias"))
            if len(self.bias) != self.units:
                raise Problem(f"{self.units} units need {self.units} biases, not {len(self.bias)}.")

    @property
    def units(self) -> int:
        return int(self.kernel.shape[1])

    @property
    def function(self) -> Activation:
        return function_of(self.activation)

    @property
    def summary(self) -> str:
        return f"{self.units} units"

    def output_shape(self, input_shape: Shape) -> Shape:
        if input_shape[-1] != self.kernel.shape[0]:
            raise Problem(
                f"This dense layer reads {self.kernel.shape[0]:,} numbers, and {input_shape[-1]:,} reach it.",
                "Each input needs a weight.",
            )
        return (*input_shape[:-1], self.units)

    def apply(self, x: Array) -> Array:
        self.output_shape(x.shape)
        return self.function.apply_onto(self._totals(x))

    def _totals(self, x: Array) -> Array:
        """The sums before the activation."""
        total = x @ self.kernel
        if self.bias is not None:
            total += self.bias
        return total

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> WeightedSum:
        check_cell(self.output_shape(x.shape), row, column, filter)
        rows, columns = np.array([row]), np.array([column])
        channels = np.arange(self.kernel.shape[0])
        window, inside = cells_of(image_of(x), rows, columns, channels)
        weights = self.kernel[np.newaxis, np.newaxis, :, filter]
        return weighted_sum(
            row, column, filter, rows, columns, inside, window, channels, weights, self.bias, self.function,
            lambda: np.asarray(self._totals(image_of(x)[row, column]), np.float64),
        )  # fmt: skip

    def weight_count(self) -> int:
        return self.kernel.size + (0 if self.bias is None else self.bias.size)

    def multiplications(self, input_shape: Shape) -> int:
        rows, columns, _ = as_image(input_shape)
        return rows * columns * self.kernel.size
