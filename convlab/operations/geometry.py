"""One axis of a sliding window: where it stands, what it reads, how many places there are. Keras's rules.

Everything about a convolution's or a pooling's geometry happens along one axis at a time; rows and columns never mix.
With n input cells, a kernel of k, stride s and dilation d, the kernel reaches over ke = (k - 1)*d + 1 cells:

    valid: no padding;                 out = floor((n - ke)/s) + 1
    same:  out = ceil(n/s);            padding = max((out - 1)*s + ke - n, 0), the odd cell after
    own:   padding (before, after);    out = floor((n + before + after - ke)/s) + 1

Window i covers i*s - before + {0, d, …, (k - 1)*d}. (Keras 3; measured against TensorFlow on thousands of cases. The
textbook's floor((n + 2p - k)/s) + 1 is wrong for "same" with a stride, because there the padding is not symmetric.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from convlab.operations.step import BoolArray, IntArray

Pair = tuple[int, int]
Padding = Literal["valid", "same"] | tuple[Pair, Pair]
Padding2D = tuple[Pair, Pair]


@dataclass(frozen=True)
class Axis:
    """A window of `kernel` cells, `dilation` apart, that moves by `stride` over `size` cells with padding at both ends."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0

    @cached_property
    def extent(self) -> int:
        """How many cells the window reaches over: (kernel - 1)*dilation + 1."""
        return (self.kernel - 1) * self.dilation + 1

    @cached_property
    def padded(self) -> int:
        return self.before + self.size + self.after

    @cached_property
    def out(self) -> int:
        """The number of window positions; 0 if the window does not fit."""
        return max((self.padded - self.extent) // self.stride + 1, 0)

    def window(self, i: int) -> IntArray:
        """The input positions (kernel,) that window i covers; outside 0 … size-1 where it covers padding."""
        return i * self.stride - self.before + np.arange(self.kernel) * self.dilation

    def readers(self, position: int) -> IntArray:
        """The windows that cover an input position, in order."""
        starts = position + self.before - np.arange(self.kernel)[::-1] * self.dilation
        windows = starts // self.stride
        return windows[(starts % self.stride == 0) & (windows >= 0) & (windows < self.out)]

    def read(self) -> BoolArray:
        """For each input position (size,), whether any window covers it."""
        offsets = np.arange(self.kernel) * self.dilation
        covered = np.zeros(self.size, np.bool_)
        starts = np.arange(self.out) * self.stride - self.before
        for offset in offsets:
            positions = starts + offset
            covered[positions[(positions >= 0) & (positions < self.size)]] = True
        return covered

    def real_cells(self) -> IntArray:
        """How many cells of each window (out,) lie inside, not in the padding."""
        positions = np.add.outer(
            np.arange(self.out) * self.stride - self.before, self.window(0) + self.before
        )
        return ((positions >= 0) & (positions < self.size)).sum(axis=1)


@dataclass(frozen=True)
class AxisFormula:
    """The numbers of ⌊(n + before + after - extent)/stride⌋ + 1 = out."""

    n: int
    before: int
    after: int
    extent: int
    stride: int
    out: int


def formula_of(axis: Axis) -> AxisFormula:
    return AxisFormula(axis.size, axis.before, axis.after, axis.extent, axis.stride, axis.out)


@lru_cache(maxsize=1024)
def axis_of(size: int, kernel: int, stride: int, padding: str | Pair, dilation: int = 1) -> Axis:
    """The axis with its padding worked out: "valid", "same", or own (before, after)."""
    if padding == "valid":
        return Axis(size, kernel, stride, dilation)
    if padding == "same":
        out = -(-size // stride)
        total = max((out - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
        return Axis(size, kernel, stride, dilation, total // 2, total - total // 2)
    assert not isinstance(padding, str)
    before, after = padding
    return Axis(size, kernel, stride, dilation, int(before), int(after))
