"""Normalisation by fixed numbers for each channel, and by the cell's own mean and variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convlab.operations.operation import Array, Operation, Shape, count, frozen, image_of
from convlab.operations.pointwise import pointwise_step
from convlab.operations.shared import check_broadcast
from convlab.operations.step import FloatArray, PointwiseStep
from convlab.problems import Problem

_SMALLEST_DEVIATION = 1e-7  # Keras's epsilon: what is divided by at least


@dataclass(frozen=True, eq=False)
class Normalization(Operation):
    """Keras's Normalization layer: (x − mean)/max(√variance, 1e-7).

    mean, variance: float32, one number, (channels,), or any shape that goes with the input by axes of 1.
    """

    mean: Array
    variance: Array

    title = "Normalisation"

    def __post_init__(self) -> None:
        for name in ("mean", "variance"):
            numbers = np.array(getattr(self, name), np.float32)
            numbers.setflags(write=False)
            object.__setattr__(self, name, numbers)

    def output_shape(self, input_shape: Shape) -> Shape:
        check_broadcast(self.mean.shape, input_shape, "means")
        check_broadcast(self.variance.shape, input_shape, "variances")
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        self.output_shape(x.shape)
        return np.asarray(
            (x - self.mean) / np.maximum(np.sqrt(self.variance), np.float32(_SMALLEST_DEVIATION)), np.float32
        )

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        self.output_shape(x.shape)
        mean, variance = (
            float(image_of(np.broadcast_to(numbers, x.shape))[row, column, filter])
            for numbers in (self.mean, self.variance)
        )
        return pointwise_step(
            self, x, row, column, filter, np.array([filter]),
            lambda values: (values[0] - mean) / max(np.sqrt(variance), _SMALLEST_DEVIATION),
            "normalisation", "(x − mean)/√variance", (("mean", mean), ("variance", variance)),
        )  # fmt: skip

    def weight_count(self) -> int:
        return self.mean.size + self.variance.size

    def multiplications(self, input_shape: Shape) -> int:
        return count(input_shape)


@dataclass(frozen=True, eq=False)
class LayerNormalization(Operation):
    """gamma*(x − mean)/√(variance + epsilon) + beta, with mean and variance over the channels of each cell.

    gamma, beta (channels,) float32. What Keras's LayerNormalization does over the last axis (Ba et al., 2016).
    """

    gamma: Array
    beta: Array
    epsilon: float = 1e-3

    title = "Layer normalisation"

    def __post_init__(self) -> None:
        for name in ("gamma", "beta"):
            object.__setattr__(self, name, frozen(getattr(self, name), 1, name))
        if len(self.gamma) != len(self.beta):
            raise Problem(
                f"{len(self.gamma)} factors γ and {len(self.beta)} offsets β do not go together.",
                "Each channel has one of both.",
            )

    def output_shape(self, input_shape: Shape) -> Shape:
        if input_shape[-1] != len(self.gamma):
            raise Problem(
                f"This normalisation is for {len(self.gamma):,} channels, and {input_shape[-1]:,} reach it.",
                "Each channel has a factor and an offset of its own.",
            )
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        self.output_shape(x.shape)
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        centred *= self.gamma / np.sqrt(variance + np.float32(self.epsilon))
        centred += self.beta
        return centred

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        self.output_shape(x.shape)
        cell = image_of(x)[row, column].astype(np.float64)
        mean, variance = float(cell.mean()), float(cell.var())
        gamma, beta = float(self.gamma[filter]), float(self.beta[filter])
        names = ("mean", "variance", "gamma", "beta", "epsilon")
        terms = tuple(zip(names, (mean, variance, gamma, beta, self.epsilon), strict=True))

        def normalised(values: FloatArray) -> float:
            return float(gamma * (values[filter] - mean) / np.sqrt(variance + self.epsilon) + beta)

        return pointwise_step(
            self, x, row, column, filter, np.arange(len(cell)), normalised,
            "layer normalisation", "γ(x − mean)/√(variance + ε) + β", terms,
        )  # fmt: skip

    def weight_count(self) -> int:
        return self.gamma.size + self.beta.size

    def multiplications(self, input_shape: Shape) -> int:
        """Squares for the variance, and the factor."""
        return 2 * count(input_shape)
