"""Changing a weight by dragging it up and down: how far one step is, and what value comes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from convlab.window import theme

_PIXELS_PER_STEP = 8
_THRESHOLD = 4
FINE, COARSE = 0.1, 10.0


@dataclass
class WeightDrag:
    """A drag that began on `cell` at height `y` while its weight was `value`."""

    cell: tuple[int, int]
    y: float
    value: float
    step: float
    begun: bool = False

    def begins(self, y: float) -> bool:
        """Whether the pointer has gone far enough for this to be a drag and not a click."""
        self.begun = self.begun or abs(y - self.y) >= theme.px(_THRESHOLD)
        return self.begun


def weight_step(values: NDArray[Any]) -> float:
    """What one step changes: 1 among whole numbers, else a tenth of the largest weight's power of ten.

    Of finite ones: learned weights may hold NaN.
    """
    finite = np.asarray(values)[np.isfinite(values)]
    if not (finite % 1).any():
        return 1.0
    magnitude = round(math.log10(float(np.abs(finite).max())))
    return float(10.0 ** (magnitude - 1))


def scaled_step(step: float, modifiers: Qt.KeyboardModifier) -> float:
    """A tenth of the step with Shift, ten of it with Ctrl."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return step * FINE
    return step * COARSE if modifiers & Qt.KeyboardModifier.ControlModifier else step


def dragged_value(drag: WeightDrag, y: float, modifiers: Qt.KeyboardModifier) -> float:
    """The weight when the pointer is at height `y`: upwards is more."""
    steps = round((drag.y - y) / theme.px(_PIXELS_PER_STEP))
    return round(drag.value + steps * scaled_step(drag.step, modifiers), 9)
