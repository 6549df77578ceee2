"""The panel of an operation without settings: what it does, in a sentence and a few numbers."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from convlab.operations.dense import Dense, Flatten
from convlab.operations.operation import Operation
from convlab.operations.pooling import GlobalAveragePooling, GlobalMaxPooling
from convlab.problems import Problem
from convlab.window.stage_panel import StagePanel
from convlab.window.widgets import label

_MEANINGS: dict[type[Operation], str] = {
    Flatten: "Writes all values one after another into one vector: row by row, column by column, channel by channel.",
    Dense: "Every output is a weighted sum of all inputs, plus a bias.",
    GlobalMaxPooling: "The largest value of each channel, over all rows and columns.",
    GlobalAveragePooling: "The mean of each channel, over all rows and columns.",
}


class PlainPanel(StagePanel):
    """Shows what there is to know; nothing can be changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.facts = {name: label("") for name in ("Input", "Output", "Weights", "Activation")}
        for name, field in self.facts.items():
            self.form.add_row(name, field)
        self.drop_line_below()
        self.column.addStretch(1)
        self.column.setStretchFactor(self._figure_line, 0)

    def refresh(self) -> None:
        operation = self.operation
        assert operation is not None
        self.title.setText(operation.title)
        self.show_meaning(_MEANINGS.get(type(operation), operation.summary))
        self.facts["Input"].setText(_shape_text(self.input_shape))
        self.facts["Output"].setText(_shape_text(self._output_shape()))
        self.form.show_row("Weights", operation.weight_count() > 0)
        self.facts["Weights"].setText(f"{operation.weight_count():,}")
        self.form.show_row("Activation", isinstance(operation, Dense))
        if isinstance(operation, Dense):
            self.facts["Activation"].setText(operation.function.title)

    def _output_shape(self) -> tuple[int, ...] | None:
        if self.operation is None or self.input_shape is None:
            return None
        try:
            return self.operation.output_shape(self.input_shape)
        except Problem:
            return None


def _shape_text(shape: tuple[int, ...] | None) -> str:
    return "none" if shape is None else " × ".join(f"{length:,}" for length in shape)
