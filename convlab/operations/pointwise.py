"""Operations that look at one cell at a time: activations, batch normalisation, rescaling, dropout.

Definitions are Keras 3's; the table of activations is in activations.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.operations.activations import ACTIVATIONS, ALIASES, ActivationKind
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
from convlab.operations.step import PointwiseStep
from convlab.problems import Problem

Floats = NDArray[Any]

_BAND_BYTES = 256 * 1024  # computed at a time: what lies between the steps of a function stays in the cache
_ONE_PASS = {"linear", "relu", "relu6", "tanh", "exponential"}  # nothing lies between


@dataclass(frozen=True)
class Activation(Operation):
    """An activation function on every cell. negative_slope: of leaky ReLU; alpha: of ELU. Raises ValueError for an
    unknown name."""

    name: str = "relu"
    negative_slope: float = 0.3
    alpha: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", ALIASES.get(self.name, self.name))
        if self.name not in ACTIVATIONS:
            raise ValueError(f"there is no activation named {self.name!r}")

    @property
    def kind(self) -> ActivationKind:
        return ACTIVATIONS[self.name]

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.kind.title

    @property
    def summary(self) -> str:
        return " · ".join(
            f"{name.replace('negative_', '')} {getattr(self, name):g}" for name in self.kind.parameters
        )

    def of(self, x: Floats) -> Floats:
        """The function on an array of any shape, in its own precision; softmax runs along the last axis."""
        with np.errstate(over="ignore"):  # an overflowing exponential is infinite, as in Keras
            return self.kind.function(x, self)

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        if self.name in _ONE_PASS or x.nbytes <= _BAND_BYTES:
            return np.asarray(self.of(x), np.float32)
        output = np.empty_like(x)
        rows = max(1, _BAND_BYTES * len(x) // x.nbytes)
        for top in range(0, len(x), rows):
            output[top : top + rows] = self.of(x[top : top + rows])
        return output

    def apply_onto(self, x: Array) -> Array:
        """The same as `apply`, written over x where that saves time; x must not be used afterwards."""
        if self.name == "relu":
            return np.maximum(x, np.float32(0), out=x)
        return self.apply(x)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        terms = tuple(
            (name.replace("negative_", ""), float(getattr(self, name))) for name in self.kind.parameters
        )
        channels = np.arange(image_of(x).shape[2]) if self.name == "softmax" else np.array([filter])
        return pointwise_step(
            self, x, row, column, filter, channels, lambda values: self.of(values)[filter if len(values) > 1 else 0],
            self.name, self.kind.formula, terms,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class BatchNormalization(Operation):
    """gamma*(x - mean)/sqrt(variance + epsilon) + beta for each channel, as Keras does at inference.

    gamma, beta, mean, variance (channels,) float32.
    """

    gamma: Array
    beta: Array
    mean: Array
    variance: Array
    epsilon: float = 1e-3

    title = "Batch normalisation"

    def __post_init__(self) -> None:
        for name in ("gamma", "beta", "mean", "variance"):
            object.__setattr__(self, name, frozen(getattr(self, name), 1, name))
        lengths = {len(getattr(self, name)) for name in ("gamma", "beta", "mean", "variance")}
        if len(lengths) > 1:
            raise Problem(
                f"The lists of a normalisation differ in length: {', '.join(map(str, sorted(lengths)))}.",
                "γ, β, mean and variance have one number for each channel.",
            )

    def output_shape(self, input_shape: Shape) -> Shape:
        channels = as_image(input_shape)[2]
        if channels != len(self.gamma):
            raise Problem(
                f"This normalisation is for {len(self.gamma)} channels, and {channels} reach it.",
                "Each channel has a mean and a variance of its own.",
            )
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        self.output_shape(x.shape)
        output = x - self.mean
        output *= self.gamma / np.sqrt(self.variance + np.float32(self.epsilon))
        output += self.beta
        return output

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        names = ("mean", "variance", "gamma", "beta")
        mean, variance, gamma, beta = (float(getattr(self, name)[filter]) for name in names)
        terms = (*zip(names, (mean, variance, gamma, beta), strict=True), ("epsilon", self.epsilon))
        return pointwise_step(
            self, x, row, column, filter, np.array([filter]),
            lambda values: gamma * (values[0] - mean) / np.sqrt(variance + self.epsilon) + beta,
            "batch normalisation", "γ(x − mean)/√(variance + ε) + β", terms,
        )  # fmt: skip

    def weight_count(self) -> int:
        return 4 * len(self.gamma)

    def multiplications(self, input_shape: Shape) -> int:
        return count(input_shape)


@dataclass(frozen=True)
class Rescaling(Operation):
    """x*scale + offset."""

    scale: float = 1 / 255
    offset: float = 0.0

    title = "Rescaling"

    @property
    def summary(self) -> str:
        sign = "−" if self.offset < 0 else "+"
        return f"× {self.scale:.4g} {sign} {abs(self.offset):g}".replace("-", "−")

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        output = x * np.float32(self.scale)
        output += np.float32(self.offset)
        return output

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        return pointwise_step(
            self, x, row, column, filter, np.array([filter]), lambda values: values[0] * self.scale + self.offset,
            "rescaling", "x × scale + offset", (("scale", self.scale), ("offset", self.offset)),
        )  # fmt: skip

    def multiplications(self, input_shape: Shape) -> int:
        return count(input_shape)


@dataclass(frozen=True)
class Dropout(Operation):
    """Does something only while a network is trained; here every value passes unchanged."""

    rate: float = 0.5

    title = "Dropout"

    @property
    def summary(self) -> str:
        return f"{self.rate:g}"

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        return x

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        return pointwise_step(
            self, x, row, column, filter, np.array([filter]), lambda values: values[0], "dropout", "x", ()
        )


def pointwise_step(
    operation: Operation,
    x: Array,
    row: int,
    column: int,
    filter: int,
    channels: NDArray[np.int64],
    value: Callable[[NDArray[np.float64]], Any],
    name: str,
    formula: str,
    terms: tuple[tuple[str, float], ...],
) -> PointwiseStep:
    """The step of an operation that reads the cell it writes.

    channels: those whose values at the cell `value` gets (float64, one number for each); it gives the result.
    """
    check_cell(operation.output_shape(x.shape), row, column, filter)
    rows, columns = np.array([row]), np.array([column])
    window, inside = cells_of(image_of(x), rows, columns, channels)
    with np.errstate(over="ignore"):
        result = float(value(window[0, 0]))
    return PointwiseStep(
        row, column, filter, rows, columns, inside, window, channels, result, name, formula, terms
    )
