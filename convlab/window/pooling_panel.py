"""The panel of a pooling: maximum or average, the size of the pool, stride and padding."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from convlab.drawing.colors import ColorScale
from convlab.operations.pooling import AveragePooling, MaxPooling
from convlab.window import theme
from convlab.window.form import PairField
from convlab.window.layer_form import MAX_SIDE, MAX_STRIDE, PairRow
from convlab.window.stage_panel import StagePanel
from convlab.window.weights_view import WeightsView
from convlab.window.widgets import Segmented, combo, show_in_combo

Pooling = MaxPooling | AveragePooling

_MEANINGS: dict[type[Pooling], str] = {
    MaxPooling: "Keeps the largest value of each window; padding does not count.",
    AveragePooling: "The mean of the cells in each window; padding does not count.",
}


class PoolingPanel(StagePanel):
    """Max and average pooling."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Pooling", parent)
        self.picture = WeightsView("Pool")
        self.picture.cell_pointed.connect(self.weight_pointed)
        self.set_figure(self.picture)
        self.kind = Segmented([("Max", MaxPooling), ("Average", AveragePooling)], "Kind of pooling")
        self.kind.chosen.connect(self._choose_kind)
        self.header.addStretch(1)
        self.header.addWidget(self.kind)
        self.size = PairField(("Pool rows", "Pool columns"), 1, MAX_SIDE, between="×")
        self.size.changed.connect(self._resize)
        self.size.done.connect(self.edit_ended)
        self.form.add_row("Pool size", self.size)
        self.stride = PairRow(self.form, "Stride", "strides", 1, MAX_STRIDE, self.attempt, self.edit_ended.emit)
        self.padding = combo("Padding", [("valid", "valid"), ("same", "same")], self._choose_padding)
        self.form.add_row("Padding", self.padding)
        self._below_row.hide()

    @property
    def pooling(self) -> Pooling:
        assert isinstance(self.operation, Pooling)
        return self.operation

    def refresh(self) -> None:
        pooling = self.pooling
        self.show_meaning(_MEANINGS[type(pooling)])
        self.kind.show_choice(type(pooling))
        self.size.show_pair(pooling.pool_size)
        self.stride.show(pooling)
        show_in_combo(self.padding, pooling.padding)
        rows, columns = pooling.pool_size
        text = "max" if isinstance(pooling, MaxPooling) else f"1/{rows * columns}"
        pale = ColorScale("signed", -1.0, 1.0, theme.current().dark)
        values = np.full((rows, columns), 0.0)
        self.picture.show_weights(values, pale, [[text] * columns for _ in range(rows)])

    def show_marked_weight(self, row: int | None, column: int | None = None) -> None:
        self.picture.show_marked(row, column)

    def figure_rect(self) -> QRectF | None:
        return self.picture.figure_rect()

    def _choose_kind(self, kind: Any) -> None:
        pooling = self.pooling
        if kind is not type(pooling):
            self.tell("Change Pooling", kind(pooling.pool_size, pooling.strides, pooling.padding))

    def _resize(self, rows: int, columns: int) -> None:
        """The stride follows the size as long as it is the same, as Keras has it by default."""
        pooling = self.pooling
        strides = (rows, columns) if pooling.strides == pooling.pool_size else pooling.strides
        self.attempt("Change Pool Size", lambda: replace(pooling, pool_size=(rows, columns), strides=strides), "pool")

    def _choose_padding(self, padding: object) -> None:
        self.tell("Change Padding", replace(self.pooling, padding=str(padding)), "padding")
