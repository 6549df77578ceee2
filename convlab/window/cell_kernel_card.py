"""The middle card of a network's cell: its filter, or the curve of its function, or what it does in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from convlab.drawing.numbers import cell_text
from convlab.operations.activations import ACTIVATIONS
from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense
from convlab.operations.step import PointwiseStep, Step, WeightedSum
from convlab.window import theme
from convlab.window.cell_meanings import curve_of, meaning_of, settings_of, title_of
from convlab.window.cell_session import CellSession
from convlab.window.fact_line import FactLine
from convlab.window.function_view import FunctionView
from convlab.window.identity import Same
from convlab.window.shown_cells import ShownCells
from convlab.window.weight_slices import WeightSlices
from convlab.window.widgets import Card, label


class CellKernelCard(Card):
    """Shows what the present step computes with; nothing can be changed here."""

    weight_pointed = Signal(int, int)  # (−1, −1): none

    def __init__(self, cells: CellSession, parent: QWidget | None = None) -> None:
        super().__init__("Kernel", parent=parent)
        self._cells = cells
        self._vector: ShownCells | None = None
        self._curve_of: object = None
        self._slices_of: object = None
        self.slices = WeightSlices()
        self.function = FunctionView()
        self.words = label("", "caption", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.settings = FactLine()
        self.header.replaceWidget(self.caption, self.settings)
        self.header.setStretchFactor(self.settings, 1)
        self.caption.hide()
        self.numbers = FactLine(lines=2)
        self.numbers.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for widget in (self.slices, self.function, self.words):
            self._stack.addWidget(widget)
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.numbers)
        self.slices.cell_pointed.connect(self.weight_pointed)
        theme.follow(self._stack, self._restyle)
        self._restyle()
        cells.stage_changed.connect(self.refresh)
        cells.output_changed.connect(self.refresh)

    def _restyle(self) -> None:
        self._stack.setMinimumHeight(theme.px(40))  # else that of the curve, be it shown or not

    # --- showing ---

    def refresh(self) -> None:
        """Another layer, or other weights."""
        now, operation = self._cells.now, self._cells.operation
        if now is None:
            return
        self.title.setText(title_of(now))
        part = f"{now.part + 1} of {now.part_count}" if now.part_count > 1 else ""
        settings = settings_of(operation) if operation is not None else ()
        self.settings.show_facts((part, *settings))

    def show_step(self, step: Step | None, channels: tuple[int, ...], names: tuple[str, ...]) -> None:
        """Show what a step computes with; channels: those of the input that are shown, by these names."""
        operation = self._cells.operation
        if step is None or operation is None:
            return
        if isinstance(step, WeightedSum):
            self._show_weights(step, channels, names)
        elif (curve := curve_of(operation, step)) is not None:
            self._show_curve(curve, step)
        else:
            self.words.setText(meaning_of(operation))
            self._stack.setCurrentWidget(self.words)
        self.numbers.show_facts(_numbers(step))
        self.numbers.setVisible(bool(self.numbers.text()))

    def _show_weights(self, step: WeightedSum, channels: tuple[int, ...], names: tuple[str, ...]) -> None:
        operation = self._cells.operation
        key = (Same(operation), step.filter, channels, names)
        if key == self._slices_of and isinstance(operation, Convolution | Dense):
            self._stack.setCurrentWidget(self.slices)
            return
        self._slices_of = key
        shape = self._cells.now.input_shapes[0] if self._cells.now is not None else ()
        self._vector = ShownCells(shape) if len(shape) == 1 else None
        if self._vector is not None and step.weights.size == shape[0]:
            slices = [step.weights.reshape(self._vector.grid[:2])]
        else:
            places = [int(at) for at in np.flatnonzero(np.isin(step.channels, channels))]
            order = {int(step.channels[at]): step.weights[:, :, at] for at in places}
            slices = [order[channel] for channel in channels if channel in order]
        if not slices:
            slices = [step.weights[:, :, 0]]
        self.slices.show_slices(slices, names if len(slices) > 1 or any(names) else (), step.weights)
        self._stack.setCurrentWidget(self.slices)

    def _show_curve(self, curve: Any, step: Step) -> None:
        terms, formula = (step.terms, step.formula) if isinstance(step, PointwiseStep) else ((), "x")
        key = (Same(self._cells.operation), terms)
        if key != self._curve_of:
            self._curve_of = key
            self.function.show_function(curve, formula)
        self.function.show_value(float(step.window.flat[0]))
        self._stack.setCurrentWidget(self.function)

    def show_marked(self, cell: tuple[int, int] | None) -> None:
        """Outline the weight of a term that is looked at elsewhere."""
        self.slices.show_marked(cell)

    # --- the corner lines ---

    @property
    def figure(self) -> QWidget | None:
        """What the connecting lines go to."""
        current = self._stack.currentWidget()
        return None if current is self.words else current

    def figure_rect(self) -> QRectF | None:
        figure = self.figure
        return figure.figure_rect() if isinstance(figure, WeightSlices | FunctionView) else None


def _numbers(step: Step) -> list[str]:
    """The learned numbers beside the kernel; those of a function stand in the strip below."""
    texts: list[str] = []
    if isinstance(step, WeightedSum):
        texts += [f"bias {cell_text(step.bias, 6)}"] if step.has_bias else []
        texts += [ACTIVATIONS[step.activation].title] if step.activation != "linear" else []
        if step.weights.size > 1:
            weights: NDArray[np.float64] = step.weights
            texts.append(
                f"weights {cell_text(float(weights.min()), 5)} to {cell_text(float(weights.max()), 5)}"
            )
    return texts
