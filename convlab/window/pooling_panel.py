"""The panel of a pooling: maximum or average, the size of the pool, stride and padding."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from convlab.operations.pooling import AveragePooling, MaxPooling
from convlab.window import theme
from convlab.window.fields import combo, show_in_combo
from convlab.window.form import PairField
from convlab.window.kernel_cells import CellPlan, paint_texts
from convlab.window.layer_form import MAX_SIDE, MAX_STRIDE, PairRow
from convlab.window.stage_panel import StagePanel
from convlab.window.weights_view import WeightsView
from convlab.window.widgets import Segmented

Pooling = MaxPooling | AveragePooling
_TALLEST = 0.26  # of a cell: words, not values

_MEANINGS: dict[type[Pooling], str] = {
    MaxPooling: "Keeps the largest value of each window; padding does not count.",
    AveragePooling: "The mean of the cells in each window; padding does not count.",
}


class PoolPicture(WeightsView):
    """The cells of a pool, with what happens to each written in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Pool", parent)
        self._text = ""

    def show_pool(self, rows: int, columns: int, text: str) -> None:
        self._text = text
        self.setAccessibleDescription(f"{rows} × {columns}, {text}")
        self.show_weights(np.zeros((rows, columns)), self._scale)

    def paint_cells(self, painter: QPainter, plan: CellPlan) -> None:
        ground = theme.color("unread")
        gap = 0.5 if plan.side >= 6 else 0.0
        for row, column in np.ndindex(plan.rows, plan.columns):
            painter.fillRect(plan.rect(row, column).adjusted(gap, gap, -gap, -gap), ground)
        texts = [[self._text] * plan.columns for _ in range(plan.rows)]
        colors = np.full(
            (plan.rows, plan.columns, 3), (ground.red(), ground.green(), ground.blue()), np.uint8
        )
        paint_texts(painter, plan, texts, colors, tallest=_TALLEST)


class PoolingPanel(StagePanel):
    """Max and average pooling."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Pooling", parent)
        self.picture = PoolPicture()
        self.picture.cell_pointed.connect(self.weight_pointed)
        self.set_figure(self.picture)
        self.kind = Segmented([("Max", MaxPooling), ("Average", AveragePooling)], "Kind of pooling")
        self.kind.chosen.connect(self._choose_kind)
        self.header.addStretch(1)
        self.header.addWidget(self.kind)
        self.size_field = PairField(("Pool rows", "Pool columns"), 1, MAX_SIDE, between="×")
        self.size_field.changed.connect(self._resize)
        self.size_field.done.connect(self.edit_ended)
        self.form.add_row("Pool size", self.size_field)
        self.stride = PairRow(
            self.form, "Stride", "strides", 1, MAX_STRIDE, self.attempt, self.edit_ended.emit
        )
        self.padding = combo("Padding", [("valid", "valid"), ("same", "same")], self._choose_padding)
        self.form.add_row("Padding", self.padding)
        self.drop_line_below()

    @property
    def pooling(self) -> Pooling:
        assert isinstance(self.operation, Pooling)
        return self.operation

    def refresh(self) -> None:
        pooling = self.pooling
        self.show_meaning(_MEANINGS[type(pooling)])
        self.kind.show_choice(type(pooling))
        self.size_field.show_pair(pooling.pool_size)
        self.stride.show(pooling)
        show_in_combo(self.padding, pooling.padding)
        rows, columns = pooling.pool_size
        self.picture.show_pool(
            rows, columns, "max" if isinstance(pooling, MaxPooling) else f"1/{rows * columns}"
        )

    def show_marked_weight(self, cell: tuple[int, int] | None) -> None:
        self.picture.show_marked(cell)

    def drawn_rect(self) -> QRectF:
        return self.picture.figure_rect()

    def _choose_kind(self, kind: Any) -> None:
        pooling = self.pooling
        if kind is not type(pooling):
            self.tell("Change Pooling", kind(pooling.pool_size, pooling.strides, pooling.padding))

    def _resize(self, rows: int, columns: int) -> None:
        """The stride follows the size as long as it is the same, as Keras has it by default."""
        pooling = self.pooling
        strides = (rows, columns) if pooling.strides == pooling.pool_size else pooling.strides
        self.attempt(
            "Change Pool Size", lambda: replace(pooling, pool_size=(rows, columns), strides=strides), "pool"
        )

    def _choose_padding(self, padding: object) -> None:
        self.tell("Change Padding", replace(self.pooling, padding=str(padding)), "padding")
