"""Transposed convolution: each input cell stamps the kernel, times its value, into the output.

    y[i*s - left + a*d] += w[a] @ x[i]; cells outside the output are dropped; then the bias.

Seen from one output cell it is a weighted sum again: of the input cells whose stamps reach it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convlab.operations.convolution import check_weights, function_of, weighted_sum
from convlab.operations.geometry import Axis
from convlab.operations.operation import (
    Array,
    Operation,
    Shape,
    as_image,
    cells_of,
    check_cell,
    frozen,
    image_of,
    image_shape,
    pair,
)
from convlab.operations.pointwise import Activation
from convlab.operations.step import BoolArray, FloatArray, IntArray, WeightedSum
from convlab.problems import Problem


@dataclass(frozen=True)
class StampAxis:
    """One axis of a transposed convolution: `size` input cells, each stamping `kernel` cells, `stride` apart."""

    size: int
    kernel: int
    stride: int
    dilation: int
    out: int
    left: int

    def sources(self, position: int) -> tuple[IntArray, IntArray]:
        """The input cells whose stamp reaches an output position, and with which cell of the kernel each does."""
        taps = np.arange(self.kernel)
        starts = position + self.left - taps * self.dilation
        inputs = starts // self.stride
        valid = (starts % self.stride == 0) & (inputs >= 0) & (inputs < self.size)
        return inputs[valid][::-1], taps[valid][::-1]

    def stamped(self, position: int) -> IntArray:
        """The output cells that an input cell stamps."""
        cells = position * self.stride - self.left + np.arange(self.kernel) * self.dilation
        return cells[(cells >= 0) & (cells < self.out)]


def stamp_axis(
    size: int, kernel: int, stride: int, padding: str, output_padding: int | None, dilation: int
) -> StampAxis:
    """Keras's sizes (measured): valid (n-1)*s + ke + (max(ke, s) - ke or op); same n*s, or (n-1)*s + ke%2 + op."""
    extent = (kernel - 1) * dilation + 1
    if padding == "valid":
        more = max(extent, stride) - extent if output_padding is None else output_padding
        return StampAxis(size, kernel, stride, dilation, (size - 1) * stride + extent + more, 0)
    out = size * stride if output_padding is None else (size - 1) * stride + extent % 2 + output_padding
    if out <= 0 or -(-out // stride) != size:
        raise Problem(
            f"An output padding of {output_padding} does not go with stride {stride} and padding “same”.",
            f"It would give {out} cells, from which a stride of {stride} does not lead back to {size}.",
            "Choose another output padding.",
        )
    return StampAxis(size, kernel, stride, dilation, out, max((size - 1) * stride + extent - out, 0) // 2)


@dataclass(frozen=True, eq=False)
class ConvolutionTranspose(Operation):
    """Keras's Conv2DTranspose. kernel: float32 (height, width, filters, input channels). Raises Problem."""

    kernel: Array
    bias: Array | None = None
    strides: tuple[int, int] = (1, 1)
    padding: str = "valid"
    output_padding: tuple[int, int] | None = None
    dilation_rate: tuple[int, int] = (1, 1)
    activation: str | Activation | None = None

    title = "Transposed convolution"

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "kernel", frozen(self.kernel, 4, "a kernel"))
        set_field(self, "strides", pair(self.strides, "stride"))
        set_field(self, "dilation_rate", pair(self.dilation_rate, "dilation"))
        if self.bias is not None:
            set_field(self, "bias", frozen(self.bias, 1, "a bias"))
        if isinstance(self.output_padding, int):
            set_field(self, "output_padding", (self.output_padding, self.output_padding))
        self._check()

    def _check(self) -> None:
        check_weights(self.kernel, self.bias, self.filters)
        if self.padding not in ("valid", "same"):
            raise Problem(f"There is no padding “{self.padding}” here.", "It is valid or same.")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise Problem(
                "A stride and a dilation above 1 cannot be used together.",
                "Keras does not compute such a convolution.",
                "Set one of them to 1.",
            )
        for amount, stride in zip(self.output_padding or (), self.strides, strict=False):
            if not 0 <= amount < stride:
                raise Problem(
                    f"The output padding cannot be {amount} with stride {stride}.".replace("-", "−"),
                    f"It is at least 0 and smaller than the stride: it chooses among the {stride} sizes that lead"
                    " back to the same input.",
                )

    @property
    def filters(self) -> int:
        return int(self.kernel.shape[2])

    @property
    def function(self) -> Activation:
        return function_of(self.activation)

    @property
    def summary(self) -> str:
        (kh, kw), (down, right) = self.kernel.shape[:2], self.strides
        stride = f"stride {down}" if down == right else f"stride {down}×{right}"
        return f"{kh}×{kw} · {stride} · {self.padding}"

    def stamp_axes(self, input_shape: Shape) -> tuple[StampAxis, StampAxis]:
        rows, columns, _ = as_image(input_shape)
        op = self.output_padding or (None, None)
        kh, kw = self.kernel.shape[:2]
        return (
            stamp_axis(rows, kh, self.strides[0], self.padding, op[0], self.dilation_rate[0]),
            stamp_axis(columns, kw, self.strides[1], self.padding, op[1], self.dilation_rate[1]),
        )

    def output_shape(self, input_shape: Shape) -> Shape:
        channels = image_shape(input_shape, self.title)[2]
        if channels != self.kernel.shape[3]:
            raise Problem(
                f"The kernel reads {self.kernel.shape[3]} channels, and {channels} reach it.",
                "Each channel needs a slice of the kernel.",
            )
        rows, columns = self.stamp_axes(input_shape)
        return rows.out, columns.out, self.filters

    def window_positions(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        rows, columns = self.stamp_axes(input_shape)
        return rows.sources(row)[0], columns.sources(column)[0]

    def readers_of(self, input_shape: Shape, row: int, column: int) -> tuple[IntArray, IntArray]:
        rows, columns = self.stamp_axes(input_shape)
        return rows.stamped(row), columns.stamped(column)

    def cells_read(self, input_shape: Shape) -> tuple[BoolArray, BoolArray]:
        rows, columns = self.stamp_axes(input_shape)
        read = [
            np.array([len(axis.stamped(i)) > 0 for i in range(axis.size)], np.bool_)
            for axis in (rows, columns)
        ]
        return read[0], read[1]

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        rows, columns, _ = as_image(input_shape)
        return Axis(rows, 1), Axis(
            columns, 1
        )  # no padding around the input: the stamps overlap the output instead

    def apply(self, x: Array) -> Array:
        shape = self.output_shape(x.shape)
        rows, columns = self.stamp_axes(x.shape)
        image = image_of(x)
        (down, right), (dh, dw) = self.strides, self.dilation_rate
        reach_rows = (rows.size - 1) * down + (rows.kernel - 1) * dh + 1
        reach_columns = (columns.size - 1) * right + (columns.kernel - 1) * dw + 1
        canvas = np.zeros(
            (
                max(reach_rows, rows.left + shape[0]),
                max(reach_columns, columns.left + shape[1]),
                self.filters,
            ),
            np.float32,
        )
        for a in range(rows.kernel):
            for b in range(columns.kernel):
                target = canvas[
                    a * dh : a * dh + (rows.size - 1) * down + 1 : down,
                    b * dw : b * dw + (columns.size - 1) * right + 1 : right,
                ]
                target += image @ self.kernel[a, b].T
        output = canvas[rows.left : rows.left + shape[0], columns.left : columns.left + shape[1]]
        return self.function.apply(output if self.bias is None else output + self.bias)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> WeightedSum:
        check_cell(self.output_shape(x.shape), row, column, filter)
        rows, columns = self.stamp_axes(x.shape)
        (from_rows, row_taps), (from_columns, column_taps) = rows.sources(row), columns.sources(column)
        channels = np.arange(self.kernel.shape[3])
        window, inside = cells_of(image_of(x), from_rows, from_columns, channels)
        weights = self.kernel[:, :, filter][np.ix_(row_taps, column_taps, channels)]
        return weighted_sum(
            row, column, filter, from_rows, from_columns, inside, window, channels,
            weights, self.bias, self.function, lambda: self._totals(window, row_taps, column_taps),
        )  # fmt: skip

    def _totals(self, window: FloatArray, row_taps: IntArray, column_taps: IntArray) -> FloatArray:
        """The sums of all filters (filters,) over one window, bias included: what a softmax is made of."""
        weights = self.kernel[np.ix_(row_taps, column_taps)].astype(np.float64)
        sums = np.einsum("abc,aboc->o", window, weights)
        return sums if self.bias is None else sums + self.bias

    def weight_count(self) -> int:
        return self.kernel.size + (0 if self.bias is None else self.bias.size)

    def multiplications(self, input_shape: Shape) -> int:
        rows, columns, _ = as_image(input_shape)
        return rows * columns * self.kernel.size
