"""The smallest learning there is: gradient descent changes the few numbers of one kernel until its output is a target.

With x[p, w] the input cell under weight w at output position p, k the weights, y the target and m positions looked at:

    prediction[p] = sum over w of x[p, w] * k[w]          error[p] = prediction[p] - y[p]
    loss = sum over p of error[p]² / m                    gradient[w] = 2/m * sum over p of error[p] * x[p, w]
    next k = k - rate * gradient

The loss is a bowl whose curvature is 2/n * xᵀx, so that steps with all n positions shrink the error exactly when
rate < 1/λ, with λ the largest eigenvalue of xᵀx/n (the second moments of the windows).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convlab.operations.convolution import Convolution, mirrored
from convlab.operations.operation import Array, as_image
from convlab.operations.step import BoolArray, FloatArray, IntArray
from convlab.problems import Problem

MOST_NUMBERS = 4096 * 7 * 7 * 4
"""In all windows together, so that a step takes about a millisecond: 64×64 positions, 7×7 weights, four channels."""

_DIVERGED = 1e4  # times the first loss
_NOTHING = 1e-10  # of the largest eigenvalue: a direction in which the windows do not differ
_SHARE_OF_LIMIT = 0.75
_SETTLED = 1e-5  # of the largest weight: a step that changes no weight by more changes nothing that is seen


@dataclass(frozen=True, eq=False)
class Windows:
    """All windows of an input, as a convolution lays them: one row of `cells` (positions, weights) for each output
    position, row by row; the weights in the order (kernel row, kernel column, channel).

    kernel_shape: (kh, kw, channels). grid: rows and columns of the output. rows (R, kh), columns (C, kw): the input
    positions under each tap, outside the input where it is padding. size: rows and columns of the input.
    """

    cells: FloatArray
    kernel_shape: tuple[int, int, int]
    grid: tuple[int, int]
    rows: IntArray
    columns: IntArray
    size: tuple[int, int]

    @property
    def count(self) -> int:
        """How many output positions there are."""
        return len(self.cells)

    @cached_property
    def moments(self) -> tuple[FloatArray, FloatArray]:
        """Eigenvalues (rising) and eigenvectors of xᵀx/n."""
        values, vectors = np.linalg.eigh(self.cells.T @ self.cells / self.count)
        return values, vectors

    @property
    def largest_eigenvalue(self) -> float:
        return max(float(self.moments[0][-1]), 0.0)

    @property
    def tells_all_apart(self) -> bool:
        """Whether no two kernels have the same output on this input."""
        values = self.moments[0]
        return bool(values[0] > _NOTHING * values[-1])

    def predict(self, kernel: FloatArray) -> FloatArray:
        """The output (rows, columns) of a kernel (kh, kw, channels)."""
        return (self.cells @ kernel.reshape(-1)).reshape(self.grid)


def windows_of(x: Array, layer: Convolution) -> Windows:
    """The windows of x (h, w, channels) under a convolution's kernel, stride, padding and dilation; its weights and
    its number of filters do not matter. Raises Problem where the kernel does not fit, or for an input too large."""
    layer.output_shape(x.shape)  # refuses what cannot be
    axes, channels = layer.axes(x.shape), as_image(x.shape)[2]
    if axes[0].out * axes[1].out * axes[0].kernel * axes[1].kernel * channels > MOST_NUMBERS:
        raise Problem(
            f"An input of {x.shape[0]:,}×{x.shape[1]:,} is too large to learn a kernel step by step.",
            "Every step looks at all of its windows.",
            "Use a smaller image or a larger stride.",
        )
    rows, columns = (np.stack([axis.window(place) for place in range(axis.out)]) for axis in axes)
    picked = _cells_at(np.asarray(x, np.float64), rows, columns, layer.padding_mode)
    kernel_shape = (axes[0].kernel, axes[1].kernel, channels)
    cells = np.ascontiguousarray(picked.transpose(0, 2, 1, 3, 4)).reshape(axes[0].out * axes[1].out, -1)
    size = (int(x.shape[0]), int(x.shape[1]))
    return Windows(_fixed(cells), kernel_shape, (axes[0].out, axes[1].out), rows, columns, size)


def _cells_at(x: FloatArray, rows: IntArray, columns: IntArray, mode: str) -> FloatArray:
    """(R, kh, C, kw, channels): the input under every tap, with the padding that the mode says."""
    height, width = x.shape[:2]
    find = mirrored if mode == "reflect" else np.clip
    source = x[find(rows, 0, height - 1)][:, :, find(columns, 0, width - 1)]
    if mode != "zeros":
        return np.asarray(source)
    inside = _inside(rows, height)[:, :, None, None] & _inside(columns, width)
    return np.where(inside[..., None], source, 0.0)


def _inside(places: IntArray, size: int) -> BoolArray:
    return (places >= 0) & (places < size)


# --- what shall be learned ---


@dataclass(frozen=True, eq=False)
class Target:
    """What the output shall be: values (rows, columns); hidden: the kernel (kh, kw, channels) that made it, if one did."""

    values: FloatArray
    hidden: FloatArray | None = None

    @classmethod
    def of_kernel(cls, windows: Windows, kernel: NDArray[np.floating]) -> Target:
        """The output of a kernel (kh, kw, channels) that is to be found again."""
        hidden = _fixed(np.asarray(kernel, np.float64).reshape(windows.kernel_shape))
        return cls(_fixed(windows.predict(hidden)), hidden)

    @classmethod
    def painted(cls, windows: Windows, values: NDArray[np.floating]) -> Target:
        """An output that somebody painted, (rows, columns)."""
        return cls(_fixed(np.asarray(values, np.float64).reshape(windows.grid)))


@dataclass(frozen=True, eq=False)
class Optimum:
    """The kernel with the least loss (the smallest of them, if there are several), and that loss."""

    kernel: FloatArray
    loss: float


def optimum(windows: Windows, target: Target) -> Optimum:
    """Where gradient descent leads to in the end, by solving xᵀx k = xᵀy."""
    values, vectors = windows.moments
    used = values > _NOTHING * max(float(values[-1]), 0.0)
    pulled = vectors.T @ (windows.cells.T @ target.values.reshape(-1)) / windows.count
    weights = vectors[:, used] @ (pulled[used] / values[used])
    kernel = _fixed(weights.reshape(windows.kernel_shape))
    return Optimum(kernel, mean_square(windows.predict(kernel) - target.values))


# --- a step ---


@dataclass(frozen=True, eq=False)
class KernelLearner:
    """The weights (kh, kw, channels) after some steps."""

    kernel: FloatArray
    steps: int = 0


@dataclass(frozen=True, eq=False)
class LearningStep:
    """What follows from the present weights, and where they are to go.

    prediction, error (rows, columns): of all positions; loss: the mean of all squared errors. positions (m,): those
    that the gradient (kh, kw, channels) is made of, counted row by row.
    """

    prediction: FloatArray
    error: FloatArray
    loss: float
    positions: IntArray
    gradient: FloatArray


def first_learner(kernel: NDArray[np.floating]) -> KernelLearner:
    """Before the first step, with weights (kh, kw, channels)."""
    return KernelLearner(_fixed(np.array(kernel, np.float64)))


def step_of(
    learner: KernelLearner, windows: Windows, target: Target, positions: IntArray | None = None
) -> LearningStep:
    """Prediction, error, loss and gradient at the present weights. positions: those looked at; None: all."""
    positions = np.arange(windows.count) if positions is None else positions
    prediction = windows.predict(learner.kernel)
    error = prediction - target.values
    seen = windows.cells[positions]
    gradient = 2 / len(positions) * (error.reshape(-1)[positions] @ seen)
    return LearningStep(
        _fixed(prediction),
        _fixed(error),
        mean_square(error),
        positions,
        _fixed(gradient.reshape(windows.kernel_shape)),
    )


def learned(learner: KernelLearner, step: LearningStep, rate: float) -> KernelLearner:
    """The learner after this step: every weight less the rate times its gradient."""
    return KernelLearner(_fixed(learner.kernel - rate * step.gradient), learner.steps + 1)


@dataclass(frozen=True, eq=False)
class GradientSum:
    """How the gradient of one weight came about: 2/m times the sum of error × input over m positions.

    rows, columns (m,): the output positions. errors, inputs, products (m,). input_rows, input_columns (m,): where the
    inputs lie; inside (m,): False where that is padding.
    """

    rows: IntArray
    columns: IntArray
    errors: FloatArray
    inputs: FloatArray
    products: FloatArray
    input_rows: IntArray
    input_columns: IntArray
    inside: BoolArray
    total: float
    gradient: float


def gradient_sum(step: LearningStep, windows: Windows, cell: tuple[int, int, int]) -> GradientSum:
    """The gradient of weight (kernel row, kernel column, channel), term by term."""
    a, b, _ = cell
    weight = int(np.ravel_multi_index(cell, windows.kernel_shape))
    rows, columns = np.divmod(step.positions, windows.grid[1])
    errors, inputs = step.error.reshape(-1)[step.positions], windows.cells[step.positions, weight]
    products = errors * inputs
    input_rows, input_columns = windows.rows[rows, a], windows.columns[columns, b]
    inside = _inside(input_rows, windows.size[0]) & _inside(input_columns, windows.size[1])
    total = float(products.sum())
    return GradientSum(
        rows, columns, errors, inputs, products, input_rows, input_columns, inside, total,
        2 * total / len(products),
    )  # fmt: skip


def batch_positions(windows: Windows, batch: int, seed: int, step: int) -> IntArray:
    """The positions that a step looks at: all, or `batch` of them drawn at random; the same for the same step."""
    if batch >= windows.count:
        return np.arange(windows.count)
    drawn = np.random.default_rng((seed, step)).choice(windows.count, batch, replace=False)
    return np.sort(drawn)


# --- how long steps may be ---


def rate_limit(windows: Windows, batch: int | None = None) -> float:
    """The rate above which steps diverge; infinite for an input of zeros.

    With all positions 1/λ, exactly. With m positions drawn at random they are sure to stay bounded only below
    m/(β + (m − 1)λ), where β is the largest sum of squares in a window (Ma, Bassily, Belkin: The Power of
    Interpolation, 2018; their loss is half of ours).
    """
    largest = windows.largest_eigenvalue
    if largest <= 0:
        return float("inf")
    if batch is None or batch >= windows.count:
        return 1 / largest
    return batch / (float((windows.cells**2).sum(axis=1).max()) + (batch - 1) * largest)


def suggested_rate(windows: Windows, batch: int) -> float:
    """A rate that is safe and quick: three quarters of the limit, to one digit, rounded down."""
    limit = rate_limit(windows, batch)
    if not np.isfinite(limit):
        return 0.1
    rate = _SHARE_OF_LIMIT * limit
    unit = 10.0 ** np.floor(np.log10(rate))
    return float(f"{np.floor(rate / unit + 1e-9) * unit:.1g}")


def has_diverged(loss: float, first_loss: float) -> bool:
    """Whether the steps lead away so far that going on makes no sense."""
    return not np.isfinite(loss) or loss > _DIVERGED * max(first_loss, 1e-12)


def has_settled(learner: KernelLearner, step: LearningStep, windows: Windows, rate: float) -> bool:
    """Whether a step with all positions would change no weight by anything that is seen: a few drawn ones may happen to
    be without error long before."""
    slope = 2 / windows.count * (step.error.reshape(-1) @ windows.cells)
    largest = float(np.abs(learner.kernel).max())
    return float(np.abs(slope).max()) * rate <= _SETTLED * max(largest, 1e-3)


def noise(shape: tuple[int, int, int], seed: int) -> FloatArray:
    """Weights to begin with, from −1 to 1 with one decimal, so that the first step can be checked by hand."""
    drawn = np.random.default_rng(seed).integers(-10, 11, shape)
    return _fixed(drawn.astype(np.float64) / 10)


def mean_square(error: FloatArray) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.mean(np.square(error)))


def _fixed(array: FloatArray) -> FloatArray:
    """The array, read-only."""
    array.setflags(write=False)
    return array
