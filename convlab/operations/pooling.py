"""Pooling: the largest value, or the mean, of each window of one channel. Keras's rules.

Padding takes no part: the maximum ignores it, and the mean divides by the number of real cells in the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

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

_BLOCK_CELLS = 128 * 1024


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
        rows, columns = self._checked_axes(input_shape)
        return rows.out, columns.out, input_shape[2]

    def _checked_axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        image_shape(input_shape, self.title)
        rows, columns = self.axes(input_shape)
        if not (rows.out and columns.out):
            raise Problem(
                f"The pool {rows.kernel}×{columns.kernel} does not fit into the input of"
                f" {rows.size}×{columns.size}.",
                "",
                "Use a smaller pool, or padding “same”.",
            )
        return rows, columns

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PoolingStep:
        check_cell(self.output_shape(x.shape), row, column, filter)
        rows, columns = self.window_positions(x.shape, row, column)
        return pooling_step(x, row, column, filter, rows, columns, self.kind)


@dataclass(frozen=True)
class MaxPooling(_Pooling):
    """The largest value of each window; NaN is skipped, as TensorFlow does."""

    title = "Max pooling"
    kind = "max"

    def apply(self, x: Array) -> Array:
        rows, columns = self._checked_axes(x.shape)
        return combined(x, rows, columns, np.fmax, -np.inf)


@dataclass(frozen=True)
class AveragePooling(_Pooling):
    """The mean of the real cells of each window."""

    title = "Average pooling"
    kind = "average"

    def apply(self, x: Array) -> Array:
        rows, columns = self._checked_axes(x.shape)
        output = combined(x, rows, columns, np.add, 0.0)
        if self.padding == "valid":
            output /= np.float32(rows.kernel * columns.kernel)
        else:
            counts = (axis.real_cells().astype(np.float32) for axis in (rows, columns))
            output /= np.multiply.outer(*counts)[:, :, np.newaxis]
        return output

    def multiplications(self, input_shape: Shape) -> int:
        rows, columns, channels = self.output_shape(input_shape)
        return rows * columns * channels


@dataclass(frozen=True)
class _GlobalPooling(Operation):
    """One number for each channel, of all its cells. The output is a vector (channels,), as in Keras.

    keepdims: an image of one cell (1, 1, channels) instead.
    """

    keepdims: bool = False

    kind: ClassVar[str] = ""

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        rows, columns, _ = as_image(input_shape)
        return Axis(rows, rows), Axis(columns, columns)

    def output_shape(self, input_shape: Shape) -> Shape:
        channels = image_shape(input_shape, self.title)[2]
        return (1, 1, channels) if self.keepdims else (channels,)

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
        return np.asarray(image_of(x).max(axis=(0, 1), keepdims=self.keepdims), np.float32)


@dataclass(frozen=True)
class GlobalAveragePooling(_GlobalPooling):
    """The mean of each channel."""

    title = "Global average pooling"
    kind = "average"

    def apply(self, x: Array) -> Array:
        means = image_of(x).mean(axis=(0, 1), dtype=np.float64, keepdims=self.keepdims)
        return np.asarray(means, np.float32)

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


# --- a whole output ---


def combined(x: Array, rows: Axis, columns: Axis, combine: np.ufunc, empty: float) -> Array:
    """`combine` over the real cells of every window, channel by channel: (rows.out, columns.out, channels).

    First the rows of a window, then its columns: for a pool of k × k that is 2k operations for each cell instead of k².
    Block by block, so that what is between the two stays in the processor's cache. empty: what combines to nothing.
    """
    planes = np.moveaxis(x, -1, 0)
    channels, height, width = planes.shape
    output = np.empty((channels, rows.out, columns.out), np.float32)
    deep = max(1, _BLOCK_CELLS // (height * width))
    high = max(1, _BLOCK_CELLS // (rows.stride * width))
    buffer = np.empty((min(deep, channels), min(high, rows.out), width), np.float32)
    for first in range(0, channels, deep):
        for top in range(0, rows.out, high):
            block = slice(first, first + deep)
            part, cells = _part(rows, top, min(top + high, rows.out))
            between = buffer[: min(deep, channels - first), : part.out]
            _combine(planes[block, cells], between, part, 1, combine, empty)
            _combine(between, output[block, top : top + part.out], columns, 2, combine, empty)
    return np.moveaxis(output, 0, -1)


def _combine(source: Any, target: Any, axis: Axis, along: int, combine: np.ufunc, empty: float) -> None:
    """`combine` over the windows of one axis of two blocks (channels, rows, columns)."""
    lead = (slice(None),) * along
    everywhere, elsewhere = _taps(axis)
    if len(everywhere) > 1:
        combine(source[(*lead, everywhere[0])], source[(*lead, everywhere[1])], out=target)
    elif everywhere:
        np.copyto(target, source[(*lead, everywhere[0])])
    else:
        target.fill(empty)
    for reads in everywhere[2:]:
        combine(target, source[(*lead, reads)], out=target)
    for reads, writes in elsewhere:
        written = target[(*lead, writes)]
        combine(written, source[(*lead, reads)], out=written)


@lru_cache(maxsize=256)
def _taps(axis: Axis) -> tuple[list[slice], list[tuple[slice, slice]]]:
    """For each cell of the pool the real cells that it ever lies on, if there is one in every window; else those cells
    and the windows they belong to."""
    taps = [_tap(axis, offset) for offset in range(axis.kernel)]
    whole = slice(0, axis.out)
    everywhere = [reads for reads, writes in taps if writes == whole]
    return everywhere, [tap for tap in taps if tap[1] != whole and tap[1].start < tap[1].stop]


def _part(axis: Axis, first: int, end: int) -> tuple[Axis, slice]:
    """The windows first … end-1 as an axis of their own, and the cells that they read."""
    begin, stop = first * axis.stride - axis.before, (end - 1) * axis.stride - axis.before + axis.kernel
    cells = slice(max(begin, 0), min(stop, axis.size))
    size = cells.stop - cells.start
    return Axis(size, axis.kernel, axis.stride, 1, cells.start - begin, stop - cells.stop), cells


def _tap(axis: Axis, offset: int) -> tuple[slice, slice]:
    """For one cell of the pool: the real cells that it ever lies on, and the windows they belong to."""
    first = -(-max(axis.before - offset, 0) // axis.stride)
    last = min((axis.size - 1 + axis.before - offset) // axis.stride, axis.out - 1)
    start = first * axis.stride - axis.before + offset
    stop = max(last * axis.stride - axis.before + offset + 1, start)
    return slice(start, stop, axis.stride), slice(first, max(last + 1, first))
