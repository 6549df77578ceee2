"""LearnedGrid: numbers of the kernel that is being learned, as cells of which one is chosen; or covered by question marks."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from convlab.drawing.gradient import grid_text, learned_text
from convlab.window import theme
from convlab.window.kernel_cells import CellPlan, paint_texts, paint_two_tone
from convlab.window.weights_view import Cell, WeightsView

_WAYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_TALLEST = 0.42


class LearnedGrid(WeightsView):
    """Tells which weight is chosen, by a click or by the arrow keys."""

    cell_chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._chosen: Cell = (0, 0)
        self._covered = self._blank = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_chosen(self, cell: Cell) -> None:
        """Outline the weight whose gradient is told."""
        self._chosen = cell
        self._describe()
        self.update()

    def show_covered(self, covered: bool) -> None:
        """Question marks instead of the numbers."""
        if covered != self._covered:
            self._covered = covered
            self._describe()
            self.update()

    def show_blank(self, blank: bool) -> None:
        """Empty cells: these numbers come with a later part of the step."""
        if blank != self._blank:
            self._blank = blank
            self.update()

    @property
    def covered(self) -> bool:
        return self._covered

    def _describe(self) -> None:
        row, column = self._chosen
        if self._is_cell(self._chosen):
            value = "hidden" if self._covered else learned_text(float(self.values[row, column]))
            self.setAccessibleDescription(f"row {row}, column {column}: {value}")

    # --- painting ---

    def paint_cells(self, painter: QPainter, plan: CellPlan) -> None:
        if self._covered or self._blank:
            self._paint_unknown(painter, plan)
            return
        colors = self._scale.colors_of(self.values)
        for row, column in np.ndindex(*self.values.shape[:2]):
            painter.fillRect(plan.rect(row, column), QColor(*colors[row, column].tolist()))
        self._paint_lines(painter, plan)
        texts = [[grid_text(float(value)) for value in line] for line in self.values]
        paint_texts(painter, plan, texts, colors, tallest=_TALLEST)

    def _paint_unknown(self, painter: QPainter, plan: CellPlan) -> None:
        ground = theme.color("unwritten")
        painter.fillRect(plan.outline, ground)
        self._paint_lines(painter, plan)
        if self._covered:
            rows, columns = self.values.shape[:2]
            colors = np.full((rows, columns, 3), (ground.red(), ground.green(), ground.blue()), np.uint8)
            paint_texts(painter, plan, [["?"] * columns] * rows, colors, tallest=_TALLEST)

    @staticmethod
    def _paint_lines(painter: QPainter, plan: CellPlan) -> None:
        color = theme.color("line")
        box = plan.outline
        for column in range(1, plan.columns):
            painter.fillRect(int(plan.rect(0, column).left()), int(box.top()), 1, int(box.height()), color)
        for row in range(1, plan.rows):
            painter.fillRect(int(box.left()), int(plan.rect(row, 0).top()), int(box.width()), 1, color)

    def paint_marks(self, painter: QPainter, plan: CellPlan) -> None:
        super().paint_marks(painter, plan)
        if self._is_cell(self._chosen):
            color = "accent_ink" if self.hasFocus() else "outline"
            paint_two_tone(painter, plan.rect(*self._chosen), color, "outline_contrast", theme.px(2))

    # --- events ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.plan.cell_at(event.position())
        if cell is not None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.cell_chosen.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys choose a weight; everything else is for the page."""
        way = _WAYS.get(Qt.Key(event.key()))
        if way is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        row, column = self._chosen[0] + way[0], self._chosen[1] + way[1]
        if self._is_cell((row, column)):
            self.cell_chosen.emit(row, column)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(104), theme.px(104))
