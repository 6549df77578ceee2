"""Flatten and dense layers: where rows and columns end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from convlab.operations.convolution import function_of, weighted_sum
from convlab.operations.copies import Copy, Source
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
from convlab.operations.step import IntArray, WeightedSum
from convlab.problems import Problem

ORDERS = ("channels_last", "channels_first")


@dataclass(frozen=True)
class Flatten(Copy):
    """All numbers in one row: channel by channel within a column, column by column within a row.

    order: "channels_first" takes the channels one after another instead, each row by row: what flattening meant in a
    network that keeps its channels first, while its image here keeps them last.
    """

    order: str = "channels_last"

    title = "Flatten"
    name: ClassVar[str] = "flatten"

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise ValueError(f"order must be one of {ORDERS}")

    @property
    def summary(self) -> str:
        return "channel by channel" if self.order == "channels_first" else ""

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        rows, columns, _ = as_image(input_shape)
        return Axis(rows, rows), Axis(columns, columns)

    def output_shape(self, input_shape: Shape) -> Shape:
        return (count(input_shape),)

    def source_of(self, input_shape: Shape, row: int, column: int, filter: int = 0) -> Source:
        rows, columns, channels = as_image(input_shape)
        if self.order == "channels_first":
            f, r, c = np.unravel_index(filter, (channels, rows, columns))
        else:
            r, c, f = np.unravel_index(filter, (rows, columns, channels))
        return int(r), int(c), int(f)

    def apply(self, x: Array) -> Array:
        if self.order == "channels_first":
            x = np.moveaxis(x, -1, 0)
        return np.ascontiguousarray(x).reshape(-1)

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
