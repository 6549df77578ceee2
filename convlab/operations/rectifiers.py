"""The ReLU layer with its settings, and PReLU with its learned slopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.operations.operation import Array, Operation, Shape, count, image_of
from convlab.operations.pointwise import pointwise_step
from convlab.operations.shared import check_broadcast
from convlab.operations.step import PointwiseStep

Floats = NDArray[Any]


@dataclass(frozen=True)
class ReLU(Operation):
    """Keras's ReLU layer: x above the threshold, at most max_value; below it negative_slope × (x − threshold)."""

    max_value: float | None = None
    negative_slope: float = 0.0
    threshold: float = 0.0

    title = "ReLU"

    @property
    def summary(self) -> str:
        parts = [f"{name.replace('_', ' ')} {value:g}" for name, value in self._settings()]
        return " · ".join(parts).replace("-", "−")

    @property
    def formula(self) -> str:
        kept = "x" if self.max_value is None else "min(max(0, x), most)"
        if not self.threshold and not self.negative_slope:
            return "max(0, x)" if self.max_value is None else kept
        level = "threshold" if self.threshold else "0"
        below = f"slope × (x − {level})" if self.threshold else "slope × x"
        return f"{kept} if x > {level}, else {below if self.negative_slope else '0'}"

    def of(self, x: Floats) -> Floats:
        """The function on an array of any shape, in its own precision."""
        threshold, slope = np.float32(self.threshold), np.float32(self.negative_slope)  # as Keras has them
        kept = np.where(x > threshold, x, 0) if threshold else np.maximum(x, 0)
        if self.max_value is not None:
            kept = np.clip(kept, 0, np.float32(self.max_value))
        if slope:
            kept = kept - slope * np.maximum(threshold - x, 0)
        return np.asarray(kept, x.dtype)

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        return self.of(x)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        words = {"max_value": "most", "negative_slope": "slope", "threshold": "threshold"}
        terms = tuple((words[name], value) for name, value in self._settings())
        return pointwise_step(
            self, x, row, column, filter, np.array([filter]), lambda values: self.of(values)[0],
            "relu", self.formula, terms,
        )  # fmt: skip

    def _settings(self) -> list[tuple[str, float]]:
        """Those that differ from a plain ReLU's."""
        most = [] if self.max_value is None else [("max_value", float(self.max_value))]
        others = (("negative_slope", float(self.negative_slope)), ("threshold", float(self.threshold)))
        return most + [(name, value) for name, value in others if value]


@dataclass(frozen=True, eq=False)
class PReLU(Operation):
    """x where it is positive, else alpha × x. alpha: float32, as the input or with axes of 1, which share a slope."""

    alpha: Array

    title = "PReLU"

    def __post_init__(self) -> None:
        alpha = np.array(self.alpha, np.float32)
        alpha.setflags(write=False)
        object.__setattr__(self, "alpha", alpha)

    @property
    def summary(self) -> str:
        return f"{self.alpha.size:,} slope{'s' if self.alpha.size != 1 else ''}"

    def output_shape(self, input_shape: Shape) -> Shape:
        check_broadcast(self.alpha.shape, input_shape, "slopes")
        return tuple(input_shape)

    def apply(self, x: Array) -> Array:
        self.output_shape(x.shape)
        return np.asarray(np.maximum(x, 0) + self.alpha * np.minimum(x, 0), np.float32)

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        self.output_shape(x.shape)
        slope = float(image_of(np.broadcast_to(self.alpha, x.shape))[row, column, filter])
        return pointwise_step(
            self, x, row, column, filter, np.array([filter]),
            lambda values: values[0] if values[0] > 0 else slope * values[0],
            "prelu", "x if x > 0, else α × x", (("alpha", slope),),
        )  # fmt: skip

    def weight_count(self) -> int:
        return self.alpha.size

    def multiplications(self, input_shape: Shape) -> int:
        return count(input_shape)
