"""What Keras computed, beside what follows from the arithmetic: whether they agree."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from convlab.drawing.numbers import cell_text, full_text
from convlab.operations.step import Step, WeightedSum

_RELATIVE, _ABSOLUTE = 1e-4, 1e-5
_ROOM = 10  # characters: four digits of numbers down to 0.0001, as the arithmetic has
_ROUNDING = 1e-6  # of all that is added up: where large terms cancel, float32 leaves no more than that


@dataclass(frozen=True)
class Verdict:
    """keras: the value in Keras's map; ours: the result of the step."""

    keras: float
    ours: float
    agrees: bool

    @property
    def text(self) -> str:
        if self.agrees:
            return f"Keras: {cell_text(self.keras, _ROOM)} ✓ agrees"
        difference = abs(self.keras - self.ours)
        by = f"differs by {cell_text(difference, _ROOM)}" if math.isfinite(difference) else "differs"
        return f"Keras: {cell_text(self.keras, _ROOM)} {by}"

    @property
    def detail(self) -> str:
        """Both in full."""
        return f"Keras computed {full_text(self.keras)}, the arithmetic gives {full_text(self.ours)}."


def verdict_on(step: Step, keras: float) -> Verdict:
    """Whether Keras's value is the step's result: within 1e-4 of it, 1e-5, or what float32 loses in the sum."""
    ours = step.result
    if math.isnan(ours) or math.isnan(keras) or math.isinf(ours) or math.isinf(keras):
        same = ours == keras or (math.isnan(ours) and math.isnan(keras))
        return Verdict(keras, ours, same)
    allowed = max(_RELATIVE * abs(keras), _ABSOLUTE, _ROUNDING * _magnitude(step))
    return Verdict(keras, ours, abs(ours - keras) <= allowed)


def _magnitude(step: Step) -> float:
    """How large the numbers are that were added up."""
    return float(np.abs(step.products).sum()) if isinstance(step, WeightedSum) else 0.0
