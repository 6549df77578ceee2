"""Pooling: the largest value, or the mean, of each window of one channel. Keras's rules.

Padding takes no part: the maximum ignores it, and the mean divides by the number of real cells in the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from convlab.operations.geometry import Axis, axis_of
from convlab.operations.operation import (
    Array,
    Operation,
    Shape,
    as_image,
    cells_of,
    check_cell,
    image_of,
    image_shape,
    pair,
)
from convlab.operations.step import PoolingStep
from convlab.problems import Problem


@dataclass(frozen=True)
class _Pooling(Operation):
    """What maximum and average have in common: strides default to the pool's size; padding is "valid" or "same"."""

    pool_size: tuple[int, int] = (2, 2)
    strides: tuple[int, int] | None = None
    padding: str = "valid"

    kind: ClassVar[str] = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "pool_size", pair(self.pool_size, "pool size"))
        strides = self.pool_size if self.strides is None else self.strides
        object.__setattr__(self, "strides", pair(strides, "stride"))
        if self.padding not in ("valid", "same"):
            raise Problem(f"There is no padding “{self.padding}” for pooling.", "It is valid or same.")

    @property
    def summary(self) -> str:
        assert self.strides is not None
        (down, right), (ph, pw) = self.strides, self.pool_size
        stride = f"stride {down}" if down == right else f"stride {down}×{right}"
        return f"{ph}×{pw} · {stride}" + (" · same" if self.padding == "same" else "")

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        rows, columns, _ = as_image(input_shape)
        assert self.strides is not None
        return (
            axis_of(rows, self.pool_size[0], self.strides[0], self.padding),
            axis_of(columns, self.pool_size[1], self.strides[1], self.padding),
        )

    def output_shape(self, input_shape: Shape) -> Shape:
        channels = image_shape(input_shape, self.title)[2]
        rows, columns = self.axes(input_shape)
        if not (rows.out and columns.out):
            raise Problem(
                f"The pool {rows.kernel}×{columns.kernel} does not fit into the input of"
                f" {rows.size}×{columns.size}.",
                "",
                "Use a smaller pool, or padding “same”.",
            )
        return rows.out, columns.out, channels

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PoolingStep:
        check_cell(self.output_shape(x.shape), row, column, filter)
        rows, columns = self.window_positions(x.shape, row, column)
        return pooling_step(x, row, column, filter, rows, columns, self.kind)

    def _taps(self, x: Array) -> list[tuple[tuple[slice, slice], tuple[slice, slice]]]:
        """For each cell of the pool: the input cells it lies on, and the output cells they belong to."""
        rows, columns = self.axes(x.shape)
        return [
            ((r_in, c_in), (r_out, c_out))
            for r_in, r_out in (_tap(rows, a) for a in range(rows.kernel))
            for c_in, c_out in (_tap(columns, b) for b in range(columns.kernel))
        ]


@dataclass(frozen=True)
class MaxPooling(_Pooling):
    """The largest value of each window; NaN is skipped, as TensorFlow does."""

    title = "Max pooling"
    kind = "max"

    def apply(self, x: Array) -> Array:
        output = _planar(self.output_shape(x.shape), -np.inf)
        for source, target in self._taps(x):
            part = output[target]
            np.fmax(part, x[source], out=part)
        return output


@dataclass(frozen=True)
class AveragePooling(_Pooling):
    """The mean of the real cells of each window."""

    title = "Average pooling"
    kind = "average"

    def apply(self, x: Array) -> Array:
        output = _planar(self.output_shape(x.shape), 0.0)
        cells = np.zeros((*output.shape[:2], 1), np.float32)
        for source, target in self._taps(x):
            output[target] += x[source]
            cells[target] += 1
        output /= cells
        return output

    def multiplications(self, input_shape: Shape) -> int:
        rows, columns, channels = self.output_shape(input_shape)
        return rows * columns * channels


@dataclass(frozen=True)
class _GlobalPooling(Operation):
    """One number for each channel, of all its cells. The output is a vector (channels,), as in Keras."""

    kind: ClassVar[str] = ""

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        rows, columns, _ = as_image(input_shape)
        return Axis(rows, rows), Axis(columns, columns)

    def output_shape(self, input_shape: Shape) -> Shape:
        return (image_shape(input_shape, self.title)[2],)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PoolingStep:
        check_cell(self.output_shape(x.shape), row, column, filter)
        rows, columns = self.window_positions(x.shape, 0, 0)
        return pooling_step(x, row, column, filter, rows, columns, self.kind)


@dataclass(frozen=True)
class GlobalMaxPooling(_GlobalPooling):
    """The largest value of each channel."""

    title = "Global max pooling"
    kind = "max"

    def apply(self, x: Array) -> Array:
        return np.asarray(image_of(x).max(axis=(0, 1)), np.float32)


@dataclass(frozen=True)
class GlobalAveragePooling(_GlobalPooling):
    """The mean of each channel."""

    title = "Global average pooling"
    kind = "average"

    def apply(self, x: Array) -> Array:
        return np.asarray(image_of(x).mean(axis=(0, 1), dtype=np.float64), np.float32)

    def multiplications(self, input_shape: Shape) -> int:
        return as_image(input_shape)[2]


def pooling_step(
    x: Array, row: int, column: int, channel: int, rows: np.ndarray, columns: np.ndarray, kind: str
) -> PoolingStep:
    """The step of a pool over one channel."""
    channels = np.array([channel])
    window, inside = cells_of(image_of(x), rows, columns, channels)
    real = window[:, :, 0][inside]
    total = float(real.sum())
    if kind == "max":
        result = float(np.fmax.reduce(real))
        winners = inside & (window[:, :, 0] == result)
    else:
        result, winners = total / len(real), np.zeros(inside.shape, np.bool_)
    return PoolingStep(
        row, column, channel, rows, columns, inside, window, channels, result, kind, winners, len(real), total
    )


def _tap(axis: Axis, offset: int) -> tuple[slice, slice]:
    """Along one axis, for one cell of the pool: the input positions inside the image, and their outputs."""
    first = -(-max(axis.before - offset, 0) // axis.stride)
    last = min((axis.size - 1 + axis.before - offset) // axis.stride, axis.out - 1)
    start = first * axis.stride - axis.before + offset
    stop = max(last * axis.stride - axis.before + offset + 1, start)
    return slice(start, stop, axis.stride), slice(first, max(last + 1, first))


def _planar(shape: Shape, value: float) -> Array:
    """An array (h, w, c) whose channels lie one after another."""
    return np.moveaxis(np.full((shape[2], shape[0], shape[1]), value, np.float32), 0, -1)
