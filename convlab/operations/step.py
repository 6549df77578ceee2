"""Step: how one output cell got its value. Everything the player shows is drawn from steps.

All numbers in a step are float64, computed from the float32 data, so that the arithmetic on the screen is not
blurred by the order in which a fast convolution happens to add.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Step:
    """One output cell and the input cells that it was computed from.

    row, column, filter: the output cell.
    rows (kh,), columns (kw,): input positions of the window; outside the image where it is padding.
    inside (kh, kw): False where the window covers padding.
    window (kh, kw, c): the input values, with the padding's values outside the image.
    channels (c,): the input channels that the last axis of `window` holds.
    result: the value written to the output cell.
    """

    row: int
    column: int
    filter: int
    rows: IntArray
    columns: IntArray
    inside: BoolArray
    window: FloatArray
    channels: IntArray
    result: float


@dataclass(frozen=True, eq=False)
class WeightedSum(Step):
    """A convolution's or a dense layer's step: result = activation(sum(window * weights) + bias).

    weights, products (kh, kw, c); partial_sums (c,): the products of each input channel added up.
    total: the sum with the bias, before the activation; activation: its name, "linear" when there is none.
    has_bias: False for what has no place for one, as interpolation.
    totals (filters,): the same sum of every filter at this position, if the activation is a softmax, which needs them.
    """

    weights: FloatArray
    products: FloatArray
    partial_sums: FloatArray
    bias: float
    total: float
    activation: str = "linear"
    totals: FloatArray | None = None
    has_bias: bool = True


@dataclass(frozen=True, eq=False)
class PoolingStep(Step):
    """A pooling step over one channel: `window` is (kh, kw, 1).

    kind: "max" or "average". winners (kh, kw): True at every cell that holds the maximum (ties are all shown;
    all False for an average). count: the real cells in the window, by which an average is divided.
    total: the sum over the real cells.
    """

    kind: str
    winners: BoolArray
    count: int
    total: float


@dataclass(frozen=True, eq=False)
class PointwiseStep(Step):
    """A step that reads one position: an activation, a normalisation, a rescaling, a copy.

    `window` is (1, 1, c): the one value that is read, or all channels for softmax. name: "relu", "batch normalisation"…
    formula: how the result follows, in words of mathematics, such as "max(0, x)".
    terms: named numbers that the formula uses, in reading order, such as ("x", -3.0).
    """

    name: str
    formula: str
    terms: tuple[tuple[str, float], ...] = field(default=())


@dataclass(frozen=True, eq=False)
class MergeStep(Step):
    """How several inputs became one cell: `window` (1, 1, n) is `values`, `channels` counts the inputs that are read.

    kind: of Merge: "add", "concatenate"… sources: for each value the input, row, column and channel that it comes
    from; concatenating copies one value. values (n,): in the order of the inputs.
    """

    kind: str
    sources: tuple[tuple[int, int, int, int], ...]
    values: FloatArray
