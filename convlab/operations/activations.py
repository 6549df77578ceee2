"""Activation functions, by Keras 3's definitions: each a row of a table with its name, its title, its formula, and the
function on arrays, float32 or float64, which keeps their precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805  # Klambauer et al., 2017


class Parameters(Protocol):
    """What a function may be adjusted by: the slope of leaky ReLU for negative values, ELU's alpha."""

    @property
    def negative_slope(self) -> float: ...

    @property
    def alpha(self) -> float: ...


@dataclass(frozen=True)
class ActivationKind:
    """A function as it is called, written and computed; `parameters` are the fields of Activation that it uses."""

    title: str
    formula: str
    function: Callable[[Floats, Parameters], Floats]
    parameters: tuple[str, ...] = ()


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))  # an infinite power gives 0, as it should


def _gelu(x: Floats) -> Floats:
    from scipy.special import erfc  # imported late: scipy is slow to start

    return np.asarray(x * erfc(-x * math.sqrt(0.5)) / 2, x.dtype)  # exact also where erf is nearly −1


def _gelu_tanh(x: Floats) -> Floats:
    return np.asarray(x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))) / 2)


def _softmax(x: Floats) -> Floats:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _elu(x: Floats, alpha: float) -> Floats:
    return np.asarray(np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0)))  # one of the two is 0


def _softplus(x: Floats) -> Floats:
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


ACTIVATIONS: dict[str, ActivationKind] = {
    "linear": ActivationKind("Linear", "x", lambda x, a: x),
    "relu": ActivationKind("ReLU", "max(0, x)", lambda x, a: np.maximum(x, 0)),
    "relu6": ActivationKind("ReLU6", "min(max(0, x), 6)", lambda x, a: np.clip(x, 0, 6)),
    "leaky_relu": ActivationKind(
        "Leaky ReLU",
        "x if x > 0, else slope × x",
        lambda x, a: np.maximum(x, 0) + a.negative_slope * np.minimum(x, 0),
        ("negative_slope",),
    ),
    "elu": ActivationKind("ELU", "x if x > 0, else α(eˣ − 1)", lambda x, a: _elu(x, a.alpha), ("alpha",)),
    "selu": ActivationKind(
        "SELU",
        "1.0507 × (x if x > 0, else 1.6733(eˣ − 1))",
        lambda x, a: _SELU_SCALE * _elu(x, _SELU_ALPHA),
    ),
    "gelu": ActivationKind("GELU", "x/2 × (1 + erf(x/√2))", lambda x, a: _gelu(x)),
    "gelu_tanh": ActivationKind(
        "GELU (tanh)",
        "x/2 × (1 + tanh(√(2/π)(x + 0.044715x³)))",
        lambda x, a: _gelu_tanh(x),
    ),
    "sigmoid": ActivationKind("Sigmoid", "1/(1 + e⁻ˣ)", lambda x, a: _sigmoid(x)),
    "hard_sigmoid": ActivationKind(
        "Hard sigmoid", "min(max(0, x/6 + 1/2), 1)", lambda x, a: np.clip(x / 6 + 0.5, 0, 1)
    ),
    "hard_sigmoid_keras2": ActivationKind(
        "Hard sigmoid of Keras 2",
        "min(max(0, 0.2x + 1/2), 1)",
        lambda x, a: np.clip(0.2 * x + 0.5, 0, 1),
    ),
    "tanh": ActivationKind("Tanh", "tanh(x)", lambda x, a: np.tanh(x)),
    "softmax": ActivationKind("Softmax", "eˣ/Σ eˣ over the channels", lambda x, a: _softmax(x)),
    "softplus": ActivationKind("Softplus", "ln(1 + eˣ)", lambda x, a: _softplus(x)),
    "softsign": ActivationKind("Softsign", "x/(1 + |x|)", lambda x, a: x / (1 + np.abs(x))),
    "silu": ActivationKind("SiLU (swish)", "x/(1 + e⁻ˣ)", lambda x, a: x * _sigmoid(x)),
    "hard_silu": ActivationKind(
        "Hard SiLU",
        "x × min(max(0, x/6 + 1/2), 1)",
        lambda x, a: x * np.clip(x / 6 + 0.5, 0, 1),
    ),
    "exponential": ActivationKind("Exponential", "eˣ", lambda x, a: np.exp(x)),
    "mish": ActivationKind("Mish", "x tanh(ln(1 + eˣ))", lambda x, a: x * np.tanh(_softplus(x))),
}
"""All activations by Keras's names."""

ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}
