"""The panel of an operation on single cells: the curve of its function, and its parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from convlab.drawing.numbers import edit_text
from convlab.operations.pointwise import Activation, BatchNormalization, Dropout, Rescaling
from convlab.window.fields import NumberField
from convlab.window.function_view import FunctionView
from convlab.window.layer_form import activation_combo, show_activation
from convlab.window.stage_panel import StagePanel
from convlab.window.widgets import label

Pointwise = Activation | BatchNormalization | Rescaling | Dropout

_PARAMETERS = {
    "negative_slope": ("Slope below 0", "Change Slope"),
    "alpha": ("Alpha", "Change Alpha"),
    "scale": ("Scale", "Change Scale"),
    "offset": ("Offset", "Change Offset"),
    "rate": ("Rate", "Change Rate"),
}
_LEARNED = ("mean", "variance", "gamma", "beta")
_MEANINGS = {
    BatchNormalization: "Shifts and scales each channel by the mean and variance it had in training.",
    Rescaling: "Multiplies every value by the scale and adds the offset.",
    Dropout: "Only in training some values are set to 0; here every value passes unchanged.",
}


class PointwisePanel(StagePanel):
    """Activations, normalisation, rescaling: every cell by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Activation", parent)
        self.function = FunctionView()
        self.set_figure(self.function)
        self.choice = activation_combo(self._choose)
        self.form.add_row("Function", self.choice)
        self.numbers: dict[str, NumberField] = {}
        for name, (caption, _) in _PARAMETERS.items():
            self.numbers[name] = self._number(name, caption)
        self.learned = {name: label("") for name in _LEARNED}
        for name, field in self.learned.items():
            self.form.add_row(name.capitalize(), field)
        self.drop_line_below()

    def _number(self, name: str, caption: str) -> NumberField:
        field = NumberField(caption)
        field.changed.connect(lambda value: self._change(name, value))
        field.done.connect(self.edit_ended)
        self.form.add_row(caption, field)
        return field

    @property
    def pointwise(self) -> Pointwise:
        assert isinstance(self.operation, Pointwise)
        return self.operation

    def refresh(self) -> None:
        operation = self.pointwise
        is_activation = isinstance(operation, Activation)
        self.title.setText("Activation" if is_activation else operation.title)
        self.show_meaning(_meaning(operation))
        self.form.show_row("Function", is_activation)
        if isinstance(operation, Activation):
            show_activation(self.choice, operation)
        shown = operation.kind.parameters if isinstance(operation, Activation) else _own_numbers(operation)
        for name, (caption, _) in _PARAMETERS.items():
            self.form.show_row(caption, name in shown)
            if name in shown:
                self.numbers[name].show_value(float(getattr(operation, name)))
        self._show_learned(operation)
        self._show_function(operation)

    def _show_learned(self, operation: Pointwise) -> None:
        for name, field in self.learned.items():
            self.form.show_row(name.capitalize(), isinstance(operation, BatchNormalization))
            if isinstance(operation, BatchNormalization):
                values = getattr(operation, name)
                field.setText(edit_text(float(values[min(self.filter, len(values) - 1)])))

    def _show_function(self, operation: Pointwise) -> None:
        self.function.show_function(self._curve(operation), _formula(operation))

    def _curve(self, operation: Pointwise) -> Any:
        """The function on an array (n,); softmax is drawn against one other channel at 0."""
        channel = self.filter

        def curve(x: NDArray[Any]) -> NDArray[Any]:
            if isinstance(operation, Activation) and operation.name == "softmax":
                return operation.of(np.stack([x, np.zeros_like(x)], axis=-1))[:, 0]
            if isinstance(operation, Activation):
                return operation.of(x)
            if isinstance(operation, BatchNormalization):
                cells = np.repeat(x[:, None, None], len(operation.gamma), axis=2).astype(np.float32)
                return operation.apply(cells)[:, 0, min(channel, len(operation.gamma) - 1)]
            return operation.apply(x.astype(np.float32))

        return curve

    def show_value(self, value: float | None) -> None:
        self.function.show_value(value)

    def drawn_rect(self) -> QRectF:
        return self.function.figure_rect()

    def _choose(self, name: object) -> None:
        assert isinstance(self.pointwise, Activation)
        self.tell("Choose Activation", replace(self.pointwise, name=str(name)), "activation")

    def _change(self, name: str, value: float) -> None:
        change: dict[str, Any] = {name: value}
        self.tell(_PARAMETERS[name][1], replace(self.pointwise, **change), name)


def _own_numbers(operation: Pointwise) -> tuple[str, ...]:
    return tuple(name for name in _PARAMETERS if isinstance(getattr(operation, name, None), float | int))


def _meaning(operation: Pointwise) -> str:
    if isinstance(operation, Activation):
        text = f"{operation.title}: f(x) = {operation.kind.formula}"
        return f"{text}. The curve is for one other channel at 0." if operation.name == "softmax" else text
    return _MEANINGS[type(operation)]


def _formula(operation: Pointwise) -> str:
    return operation.kind.formula if isinstance(operation, Activation) else operation.title
