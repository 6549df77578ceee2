"""Operations that look at one cell at a time: activations, batch normalisation, rescaling, dropout.

Definitions are Keras 3's. Each activation is a row of a table: its name, what it is called, its formula, and the
function on float arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
Function = Callable[[Floats, "Activation"], Floats]

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805  # Klambauer et al., 2017


@dataclass(frozen=True)
class ActivationKind:
    """A function as it is called, written and computed; `parameters` are the fields of Activation that it uses."""

    title: str
    formula: str
    function: Function
    parameters: tuple[str, ...] = ()


def _sigmoid(x: Floats) -> Floats:
    small = np.exp(-np.abs(x))  # never overflows, whatever the sign
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small)).astype(x.dtype)


def _erf(x: Floats) -> Floats:
    from scipy.special import erf  # imported late: scipy is slow to start

    return np.asarray(erf(x), x.dtype)


def _softmax(x: Floats) -> Floats:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _elu(x: Floats, alpha: float) -> Floats:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))).astype(x.dtype)


def _softplus(x: Floats) -> Floats:
    return np.asarray(np.logaddexp(x, np.zeros((), x.dtype)))


ACTIVATIONS: dict[str, ActivationKind] = {
    "linear": ActivationKind("Linear", "x", lambda x, a: x),
    "relu": ActivationKind("ReLU", "max(0, x)", lambda x, a: np.maximum(x, 0)),
    "relu6": ActivationKind("ReLU6", "min(max(0, x), 6)", lambda x, a: np.clip(x, 0, 6)),
    "leaky_relu": ActivationKind(
        "Leaky ReLU",
        "x if x > 0, else slope × x",
        lambda x, a: np.where(x > 0, x, x * np.asarray(a.negative_slope, x.dtype)),
        ("negative_slope",),
    ),
    "elu": ActivationKind("ELU", "x if x > 0, else α(eˣ − 1)", lambda x, a: _elu(x, a.alpha), ("alpha",)),
    "selu": ActivationKind(
        "SELU",
        "1.0507 × (x if x > 0, else 1.6733(eˣ − 1))",
        lambda x, a: (_SELU_SCALE * _elu(x, _SELU_ALPHA)).astype(x.dtype),
    ),
    "gelu": ActivationKind(
        "GELU",
        "x/2 × (1 + erf(x/√2))",
        lambda x, a: (x * (1 + _erf(x / np.sqrt(2))) / 2).astype(x.dtype),
    ),
    "gelu_tanh": ActivationKind(
        "GELU (tanh)",
        "x/2 × (1 + tanh(√(2/π)(x + 0.044715x³)))",
        lambda x, a: (x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2).astype(x.dtype),
    ),
    "sigmoid": ActivationKind("Sigmoid", "1/(1 + e⁻ˣ)", lambda x, a: _sigmoid(x)),
    "hard_sigmoid": ActivationKind(
        "Hard sigmoid", "min(max(0, x/6 + 1/2), 1)", lambda x, a: np.clip(x / 6 + 0.5, 0, 1).astype(x.dtype)
    ),
    "hard_sigmoid_keras2": ActivationKind(
        "Hard sigmoid of Keras 2",
        "min(max(0, 0.2x + 1/2), 1)",
        lambda x, a: np.clip(0.2 * x + 0.5, 0, 1).astype(x.dtype),
    ),
    "tanh": ActivationKind("Tanh", "tanh(x)", lambda x, a: np.tanh(x)),
    "softmax": ActivationKind("Softmax", "eˣ/Σ eˣ over the channels", lambda x, a: _softmax(x)),
    "softplus": ActivationKind("Softplus", "ln(1 + eˣ)", lambda x, a: _softplus(x)),
    "softsign": ActivationKind("Softsign", "x/(1 + |x|)", lambda x, a: x / (1 + np.abs(x))),
    "silu": ActivationKind("SiLU (swish)", "x/(1 + e⁻ˣ)", lambda x, a: x * _sigmoid(x)),
    "hard_silu": ActivationKind(
        "Hard SiLU",
        "x × min(max(0, x/6 + 1/2), 1)",
        lambda x, a: (x * np.clip(x / 6 + 0.5, 0, 1)).astype(x.dtype),
    ),
    "exponential": ActivationKind("Exponential", "eˣ", lambda x, a: np.exp(x)),
    "mish": ActivationKind("Mish", "x tanh(ln(1 + eˣ))", lambda x, a: x * np.tanh(_softplus(x))),
}
"""All activations by Keras's names."""

ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}


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
        return self.kind.function(x, self)

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        with np.errstate(over="ignore"):  # an overflowing exponential is infinite, as in Keras
            return np.asarray(self.of(x), np.float32)

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
        return _pointwise(
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
        factor = self.gamma / np.sqrt(self.variance + np.float32(self.epsilon))
        return np.asarray((x - self.mean) * factor + self.beta, np.float32)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        names = ("mean", "variance", "gamma", "beta")
        mean, variance, gamma, beta = (float(getattr(self, name)[filter]) for name in names)
        terms = (*zip(names, (mean, variance, gamma, beta), strict=True), ("epsilon", self.epsilon))
        return _pointwise(
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
        return f"× {self.scale:.4g} + {self.offset:g}"

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        return np.asarray(x * np.float32(self.scale) + np.float32(self.offset), np.float32)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        return _pointwise(
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
        return _pointwise(
            self, x, row, column, filter, np.array([filter]), lambda values: values[0], "dropout", "x", ()
        )


def _pointwise(
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
    """The step of an operation that reads the cell it writes."""
    check_cell(operation.output_shape(x.shape), row, column, filter)
    rows, columns = np.array([row]), np.array([column])
    window, inside = cells_of(image_of(x), rows, columns, channels)
    with np.errstate(over="ignore"):
        result = float(value(window[0, 0]))
    return PointwiseStep(
        row, column, filter, rows, columns, inside, window, channels, result, name, formula, terms
    )
