"""Convolution, as CNN layers compute it: the kernel is laid over the image unflipped (cross-correlation).

y[i, j, o] = activation(bias[o] + sum over a, b, c of x[i*s - top + a*d, j*s - left + b*d, c] * w[a, b, c, o])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convlab.operations import correlate
from convlab.operations.geometry import Axis, Padding, axis_of
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
from convlab.operations.step import IntArray, WeightedSum
from convlab.problems import Problem

PADDING_MODES = ("zeros", "reflect", "edge")


@dataclass(frozen=True, eq=False)
class Convolution(Operation):
    """Lays a kernel over every window of the image.

    kernel: float32 (height, width, channels in a group, filters), Keras's order. bias: (filters,) or None.
    strides, dilation_rate: (rows, columns). padding: "valid", "same" or own ((top, bottom), (left, right)), filled
    with zeros, by reflection or with the edge (padding_mode). groups: the filters and channels are divided into so
    many groups that see only each other; a depthwise convolution has a group for every channel.
    flip_kernel: turn the kernel by 180°, which makes it the mathematicians' convolution.
    Raises Problem for what Keras refuses too.
    """

    kernel: Array
    bias: Array | None = None
    strides: tuple[int, int] = (1, 1)
    padding: Padding = "valid"
    dilation_rate: tuple[int, int] = (1, 1)
    groups: int = 1
    activation: str | Activation | None = None
    flip_kernel: bool = False
    padding_mode: str = "zeros"

    title = "Convolution"

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "kernel", frozen(self.kernel, 4, "a kernel"))
        set_field(self, "strides", pair(self.strides, "stride"))
        set_field(self, "dilation_rate", pair(self.dilation_rate, "dilation"))
        set_field(self, "padding", own_padding(self.padding))
        if self.bias is not None:
            set_field(self, "bias", frozen(self.bias, 1, "a bias"))
        self._check()

    def _check(self) -> None:
        check_weights(self.kernel, self.bias, self.filters)
        if self.groups < 1 or self.filters % self.groups:
            raise Problem(
                f"{self.filters} filters cannot be divided into {self.groups} groups of equal size.",
                "Each group of channels has as many filters as the others.",
                "Choose a number of filters that the number of groups divides.",
            )
        if max(self.strides) > 1 and max(self.dilation_rate) > 1 and not self.is_depthwise:
            raise Problem(
                "A stride and a dilation above 1 cannot be used together.",
                "Keras does not compute such a convolution.",
                "Set one of them to 1.",
            )
        if self.padding_mode not in PADDING_MODES:
            raise ValueError(f"padding_mode must be one of {PADDING_MODES}")

    @property
    def filters(self) -> int:
        return int(self.kernel.shape[3])

    @property
    def is_depthwise(self) -> bool:
        """Whether every filter sees one channel only, and there is more than one group."""
        return self.groups > 1 and self.kernel.shape[2] == 1

    @property
    def effective_kernel(self) -> Array:
        """The weights as they lie over the image: turned by 180° if the kernel is flipped."""
        return self.kernel[::-1, ::-1] if self.flip_kernel else self.kernel

    @property
    def function(self) -> Activation:
        return function_of(self.activation)

    @property
    def summary(self) -> str:
        parts = [f"{self.kernel.shape[0]}×{self.kernel.shape[1]}", _pair_text("stride", self.strides)]
        if self.dilation_rate != (1, 1):
            parts.append(_pair_text("dilation", self.dilation_rate))
        parts.append(self.padding if isinstance(self.padding, str) else "own padding")
        if self.filters > 1:
            parts.append(f"{self.filters} filters")
        return " · ".join(parts)

    # --- geometry ---

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        rows, columns, _ = as_image(input_shape)
        (kh, kw), (sh, sw), (dh, dw) = self.kernel.shape[:2], self.strides, self.dilation_rate
        vertical, horizontal = (self.padding,) * 2 if isinstance(self.padding, str) else self.padding
        return axis_of(rows, kh, sh, vertical, dh), axis_of(columns, kw, sw, horizontal, dw)

    def output_shape(self, input_shape: Shape) -> Shape:
        rows, columns = self._checked_axes(input_shape)
        return rows.out, columns.out, self.filters

    def _checked_axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        channels = image_shape(input_shape, self.title)[2]
        if channels != self.kernel.shape[2] * self.groups:
            raise Problem(
                f"The kernel reads {self.kernel.shape[2] * self.groups} channels, and {channels} reach it.",
                "Each channel needs a slice of the kernel.",
            )
        rows, columns = self.axes(input_shape)
        check_fits(rows, columns)
        if self.padding_mode == "reflect":
            _check_reflection(rows, columns)
        return rows, columns

    def cells_of_weight(self, input_shape: Shape, a: int, b: int) -> tuple[IntArray, IntArray]:
        """The rows and columns of all input cells that weight (a, b), as it lies over the image, ever multiplies."""
        found = []
        for axis, tap in zip(self.axes(input_shape), (a, b), strict=True):
            positions = np.arange(axis.out) * axis.stride - axis.before + tap * axis.dilation
            found.append(positions[(positions >= 0) & (positions < axis.size)])
        return found[0], found[1]

    # --- numbers ---

    def apply(self, x: Array) -> Array:
        rows, columns = self._checked_axes(x.shape)
        total = correlate.correlate(
            image_of(x), self.effective_kernel, rows, columns, self.groups, self.padding_mode, self.bias
        )
        return total if self.activation is None else self.function.apply_onto(total)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> WeightedSum:
        check_cell(self.output_shape(x.shape), row, column, filter)
        rows, columns = self.window_positions(x.shape, row, column)
        width = self.kernel.shape[2]
        group = filter // (self.filters // self.groups)
        channels = group * width + np.arange(width)
        window, inside = self._window(x, rows, columns, channels)
        return weighted_sum(
            row, column, filter, rows, columns, inside, window, channels,
            self.effective_kernel[:, :, :, filter], self.bias, self.function,
            lambda: self._totals(x, rows, columns),
        )  # fmt: skip

    def _totals(self, x: Array, rows: IntArray, columns: IntArray) -> NDArray[np.float64]:
        """The sums of all filters (filters,) over one window, bias included: what a softmax is made of."""
        width, own = self.kernel.shape[2], self.filters // self.groups
        window = self._window(x, rows, columns, np.arange(width * self.groups))[0]
        by_group = window.reshape(*window.shape[:2], self.groups, width)
        weights = self.effective_kernel.reshape(*self.kernel.shape[:3], self.groups, own)
        sums = np.einsum("abgc,abcgo->go", by_group, weights.astype(np.float64)).reshape(-1)
        return sums if self.bias is None else sums + self.bias

    def _window(
        self, x: Array, rows: IntArray, columns: IntArray, channels: IntArray
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        x = image_of(x)
        values, inside = cells_of(x, rows, columns, channels)
        if self.padding_mode == "zeros":
            return values, inside
        height, width = x.shape[:2]
        source = mirrored if self.padding_mode == "reflect" else np.clip
        return cells_of(x, source(rows, 0, height - 1), source(columns, 0, width - 1), channels)[0], inside

    def weight_count(self) -> int:
        return self.kernel.size + (0 if self.bias is None else self.bias.size)

    def multiplications(self, input_shape: Shape) -> int:
        rows, columns = self.axes(input_shape)
        return rows.out * columns.out * self.kernel.size


def weighted_sum(
    row: int,
    column: int,
    filter: int,
    rows: IntArray,
    columns: IntArray,
    inside: NDArray[np.bool_],
    window: NDArray[np.float64],
    channels: IntArray,
    weights: NDArray[np.float32],
    bias: Array | None,
    activation: Activation,
    totals: Callable[[], NDArray[np.float64]],
) -> WeightedSum:
    """The step of a weighted sum, from its window (kh, kw, c) and the weights (kh, kw, c) over it.

    totals: gives the sums of all filters at this position; only a softmax, which divides by all of them, asks.
    """
    wide = np.asarray(weights, np.float64)
    products = window * wide
    added = 0.0 if bias is None else float(bias[filter])
    total = float(products.sum()) + added
    everything = totals() if activation.name == "softmax" else None
    values, index = (np.array([total]), 0) if everything is None else (everything, filter)
    return WeightedSum(
        row=row, column=column, filter=filter, rows=rows, columns=columns, inside=inside, window=window,
        channels=channels, result=float(activation.of(values)[index]), weights=wide, products=products,
        partial_sums=products.sum(axis=(0, 1)), bias=added, total=total, activation=activation.name,
        totals=everything,
    )  # fmt: skip


def mirrored(positions: IntArray, first: int, last: int) -> IntArray:
    """Positions outside first … last reflected at the edge cell, which is not repeated."""
    return np.asarray(last - np.abs(last - np.abs(positions - first) - first), np.int64)


def function_of(activation: str | Activation | None) -> Activation:
    """The activation that a layer's setting names."""
    if isinstance(activation, Activation):
        return activation
    return Activation(activation or "linear")


def own_padding(padding: Padding) -> Padding:
    """The padding as given, with whole numbers of at least 0. Raises Problem."""
    if isinstance(padding, str):
        if padding not in ("valid", "same"):
            raise Problem(f"There is no padding “{padding}”.", "It is valid, same or own amounts.")
        return padding
    amounts = tuple((int(before), int(after)) for before, after in padding)
    if len(amounts) != 2 or min(min(side) for side in amounts) < 0:
        raise Problem("Padding cannot be negative.", "It adds cells around the image.")
    return amounts


def check_weights(kernel: Array, bias: Array | None, filters: int) -> None:
    """Raises Problem for a kernel without weights, or another number of biases than filters."""
    if 0 in kernel.shape:
        raise Problem("A kernel cannot be empty.", f"This one is {'×'.join(map(str, kernel.shape))}.")
    if bias is not None and len(bias) != filters:
        raise Problem(
            f"{filters} filters need {filters} biases, not {len(bias)}.", "Each filter adds its own."
        )


def check_fits(rows: Axis, columns: Axis) -> None:
    """Raises Problem for a window larger than the padded image."""
    if rows.out and columns.out:
        return
    raise Problem(
        f"The kernel does not fit into the image: it reaches over {rows.extent}×{columns.extent} cells, and the padded"
        f" image is {rows.padded}×{columns.padded}.",
        "",
        "Use a smaller kernel, a larger image or more padding.",
    )


def _check_reflection(rows: Axis, columns: Axis) -> None:
    for axis in (rows, columns):
        if max(axis.before, axis.after) >= axis.size:
            raise Problem(
                f"Padding of {max(axis.before, axis.after)} cannot be filled by reflection.",
                f"Only {axis.size - 1} cells lie behind the edge cell of an image of {axis.size}.",
                "Use less padding, or fill it with zeros or the edge.",
            )


def _pair_text(name: str, values: tuple[int, int]) -> str:
    return f"{name} {values[0]}" if values[0] == values[1] else f"{name} {values[0]}×{values[1]}"
