"""One slice of a kernel as cells to edit: by typing, dragging, turning the wheel, pasting."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from convlab.drawing.colors import ColorScale
from convlab.drawing.numbers import full_weight_text, weight_edit_text
from convlab.window import kernel_keys, theme
from convlab.window.cell_editor import STAY, CellEditor, Move
from convlab.window.kernel_cells import CellPlan, digits_font, paint_two_tone, slice_texts
from convlab.window.kernel_drag import WeightDrag, dragged_value, scaled_step, weight_step
from convlab.window.weights_view import NOWHERE, Cell, WeightsView

_WHEEL_PAUSE_MS = 600
_NOTCH = 120


class KernelGrid(WeightsView):
    """Shows weights (kh, kw) and tells what is done to them. It keeps the cursor, the range and nothing else."""

    cell_edited = Signal(
        int, int, float, bool
    )  # row, column, value, whether it is part of a drag or the like
    burst_ended = Signal()
    weights_edited = Signal(str, object)  # label, array of the same size: a whole range at once
    matrix_pasted = Signal(object)  # array (rows, columns)
    problem_met = Signal(object)
    entered = Signal()  # the cursor came here

    def __init__(self, name: str = "Kernel", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.cursor_cell: Cell = (0, 0)
        self.editor: CellEditor | None = None  # the open line edit, while a weight is typed
        self._anchor: Cell | None = None
        self._drag: WeightDrag | None = None
        self._turned_by = 0  # of the wheel, in eighths of a degree
        self._wheel_rest = QTimer(self)
        self._wheel_rest.setSingleShot(True)
        self._wheel_rest.setInterval(_WHEEL_PAUSE_MS)
        self._wheel_rest.timeout.connect(self.burst_ended)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_weights(self, values: NDArray[Any], scale: ColorScale) -> None:
        """As in a view; the cursor stays where it is, if that still exists."""
        if values.shape != self.values.shape:
            self._close_editor()
            self._anchor = None
        super().show_weights(values, scale)
        self.cursor_cell = self._inside(self.cursor_cell)
        self._describe()

    # --- cursor and range ---

    def move_cursor(self, cell: Cell, *, extend: bool = False) -> None:
        """Put the cursor on a cell; `extend` spans the range from where it was."""
        self._anchor = (self._anchor or self.cursor_cell) if extend else None
        self.cursor_cell = self._inside(cell)
        self._describe()
        if self.hasFocus() and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.accessibleDescription()))
        self.cell_pointed.emit(*self.cursor_cell)
        self.update()

    def select_all(self) -> None:
        self._anchor = (0, 0)
        self.cursor_cell = self._last_cell
        self.update()

    @property
    def chosen_range(self) -> tuple[Cell, Cell]:
        """The first and the last cell of the range; both are the cursor when there is no range."""
        other, here = self._anchor or self.cursor_cell, self.cursor_cell
        first = (min(other[0], here[0]), min(other[1], here[1]))
        last = (max(other[0], here[0]), max(other[1], here[1]))
        return self._inside(first), self._inside(last)

    @property
    def _last_cell(self) -> Cell:
        return self.values.shape[0] - 1, self.values.shape[1] - 1

    def _inside(self, cell: Cell) -> Cell:
        last = self._last_cell
        return min(max(cell[0], 0), last[0]), min(max(cell[1], 0), last[1])

    def _describe(self) -> None:
        row, column = self.cursor_cell
        self.setAccessibleDescription(
            f"row {row}, column {column}: {full_weight_text(float(self.values[row, column]))}"
        )

    # --- typing ---

    def edit_cell(self, text: str | None = None) -> None:
        """Open the line edit over the cursor, with what was typed or else with the weight that is there."""
        self._close_editor()
        shown = weight_edit_text(float(self.values[self.cursor_cell])) if text is None else text
        editor = CellEditor(self, shown, typing=text is not None)
        editor.committed.connect(self._committed)
        editor.cancelled.connect(self._close_editor)
        font = digits_font([text for line in slice_texts(self.values) for text in line], self.plan.side)
        self.editor = editor
        editor.open_over(self.plan.rect(*self.cursor_cell), font.pixelSize() if font else 0)

    def _committed(self, value: float, move: Move) -> None:
        self._close_editor()
        cell = self.cursor_cell
        if np.float32(value) != np.float32(self.values[cell]):
            self.cell_edited.emit(*cell, value, False)
        if move != STAY:
            self.move_cursor(kernel_keys.moved(cell, move, self.values.shape))

    def _close_editor(self) -> None:
        editor, self.editor = self.editor, None
        if editor is not None:
            editor.close_quietly()
            if editor.hasFocus():
                self.setFocus()
            editor.hide()
            editor.deleteLater()

    def set_range(self, value: float, label: str) -> None:
        """Give every cell of the range one value."""
        (top, left), (bottom, right) = self.chosen_range
        if (top, left) == (bottom, right):
            self.cell_edited.emit(top, left, value, False)
            return
        values = np.array(self.values)
        values[top : bottom + 1, left : right + 1] = value
        self.weights_edited.emit(label, values)

    # --- events: keys and focus ---

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and kernel_keys.claims(event):
            event.accept()  # else Ctrl+C and the like go to the menu
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not kernel_keys.press(self, event):
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from cell to cell, and out at the ends."""
        follower = kernel_keys.next_cell(self.cursor_cell, forward, self.values.shape)
        if follower is None or not self.hasFocus():
            return super().focusNextPrevChild(forward)
        self.move_cursor(follower)
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() == Qt.FocusReason.TabFocusReason:
            self.move_cursor((0, 0))
        elif event.reason() == Qt.FocusReason.BacktabFocusReason:
            self.move_cursor(self._last_cell)
        self.entered.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self.editor is None:
            self._anchor = None
            self.cell_pointed.emit(*NOWHERE)
        self.update()

    # --- events: mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.plan.cell_at(event.position())
        if cell is None:
            event.ignore()
            return
        self.move_cursor(cell, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        if event.button() == Qt.MouseButton.LeftButton:
            step = weight_step(self.values)
            self._drag = WeightDrag(cell, event.position().y(), float(self.values[cell]), step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            cell = self.plan.cell_at(event.position())
            self.setCursor(Qt.CursorShape.SizeVerCursor if cell else Qt.CursorShape.ArrowCursor)
            self._point(cell)
        elif self._drag.begins(event.position().y()):
            self._anchor = None
            value = dragged_value(self._drag, event.position().y(), event.modifiers())
            if np.float32(value) != np.float32(self.values[self._drag.cell]):
                self.cell_edited.emit(*self._drag.cell, value, True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None and drag.begun:
            self.burst_ended.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.plan.cell_at(event.position())
        if cell is not None:
            self.move_cursor(cell)
            self.edit_cell()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One notch is one step: fine with Shift (which some systems turn sideways), coarse with Ctrl."""
        cell = self.plan.cell_at(event.position())
        if cell is None or self.editor is not None:
            event.ignore()
            return
        event.accept()
        self._turned_by += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned_by / _NOTCH)  # a touchpad sends many small parts
        self._turned_by -= notches * _NOTCH
        if notches:
            step = scaled_step(weight_step(self.values), event.modifiers())
            self.move_cursor(cell)
            self.cell_edited.emit(*cell, round(float(self.values[cell]) + notches * step, 9), True)
            self._wheel_rest.start()

    # --- looks ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.editor is not None:
            self.editor.open_over(self.plan.rect(*self.cursor_cell), self.editor.font().pixelSize())

    def paint_marks(self, painter: QPainter, plan: CellPlan) -> None:
        if self.hasFocus() or self.editor is not None:
            paint_two_tone(painter, plan.span(*self.chosen_range), "accent_ink", "card", theme.px(2))
        super().paint_marks(painter, plan)
