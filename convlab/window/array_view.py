"""ArrayView: an array as cells that one can point at, click, draw on, zoom and walk through by keys.

It is told what to show (see ArrayCanvas) and tells what is done on it; it owns no truth.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from convlab.drawing.layout import Cell
from convlab.drawing.numbers import full_text
from convlab.window import theme
from convlab.window.array_canvas import ArrayCanvas
from convlab.window.color_bar import ColorBar

__all__ = ["ArrayView", "ColorBar"]

_WHEEL = 60.0  # pixels that one notch scrolls
_KEYS: dict[int, Cell] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_FOCUSED_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class ArrayView(ArrayCanvas):
    """Tells the gestures made on the cells. has_cursor: arrow keys move a cursor, else they only tell `navigate`."""

    cell_pointed = Signal(int, int, int)  # pane, row, column; -1 each when the mouse leaves the cells
    cell_pressed = Signal(int, int, int, object, object)  # pane, row, column, modifiers, button
    cell_dragged = Signal(int, int, int, object)
    cell_released = Signal(int, int, int, object)
    cell_clicked = Signal(int, int, int, object)
    region_selected = Signal(int, int, int, int)
    navigate = Signal(int, int)
    zoom_wished = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Array")
        self.selects_regions = False
        self._has_cursor = False
        self._cursor: Cell = (0, 0)
        self._pointed: tuple[int, int, int] | None = None
        self._pressed: tuple[int, int, int] | None = None
        self._dragged_to: tuple[int, int, int] | None = None
        self._region_from: Cell | None = None
        self._pan_from: QPointF | None = None
        self._focus_by_key = False

    # --- the cursor ---

    @property
    def has_cursor(self) -> bool:
        return self._has_cursor

    @has_cursor.setter
    def has_cursor(self, wanted: bool) -> None:
        self._has_cursor = wanted
        self._show_cursor()

    def cursor_cell(self) -> Cell | None:
        """The cell that keys act on, while the view has the focus and the user moves a cursor in it."""
        return self._cursor if self._has_cursor and self._content is not None and self.hasFocus() else None

    def put_cursor(self, cell: Cell) -> None:
        """Where keys begin, unless they are being used."""
        if not self.hasFocus():
            self._cursor = cell

    def _show_cursor(self) -> None:
        """The cursor is drawn once keys are used: who works with the mouse is not bothered."""
        self._mark("cursor", self.cursor_cell() if self._focus_by_key else None)

    def _forget_cursor(self) -> None:
        self._cursor, self._region_from = (0, 0), None
        self._mark("region", None)
        self._show_cursor()

    # --- the mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = event.position()
            return
        place = self._cell_inside(event.position())
        if place is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self.selects_regions and shift:
            self._region_from = place[1:]
            return
        self._pressed = self._dragged_to = place
        self._cursor = place[1:]
        self._show_cursor()
        self.cell_pressed.emit(*place, event.modifiers(), event.button())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            self._scroll_by(self._pan_from - event.position())
            self._pan_from = event.position()
            return
        place = self.cell_at(event.position())
        if self._region_from is not None and place is not None:
            self._show_region(place[1:])
        elif self._pressed is not None and place is not None and place != self._dragged_to:
            self._dragged_to = place
            self.cell_dragged.emit(*place, event.modifiers())
        self._point(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pan_from = None
        elif self._region_from is not None:
            self._end_region(event.position())
        elif self._pressed is not None:
            pressed, self._pressed = self._pressed, None
            place = self.cell_at(event.position())
            self.cell_released.emit(*(place or pressed), event.modifiers())
            if place == pressed:
                self.cell_clicked.emit(*pressed, event.modifiers())

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms to the cell under the mouse; else it scrolls what is larger than the view, sideways with Shift. A touchpad
        tells pixels."""
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_at = event.position()
            self.zoom_wished.emit(1.25 ** ((turned.y() or turned.x()) / 120))
            self._zoom_at = None
        elif self._viewport.is_larger:
            way = QPointF(event.pixelDelta()) or QPointF(turned) * (_WHEEL / 120)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not way.x():
                way = QPointF(way.y(), 0)
            self._scroll_by(-way)
        else:
            event.ignore()

    def _cell_inside(self, point: QPointF) -> tuple[int, int, int] | None:
        layout = self.layout_now()
        place = layout.cell_at(point) if layout else None
        return place if place and layout and layout.is_inside(*place[1:]) else None

    def _point(self, place: tuple[int, int, int] | None) -> None:
        if place != self._pointed:
            self._pointed = place
            self.cell_pointed.emit(*(place or (-1, -1, -1)))

    def _show_region(self, cell: Cell) -> None:
        assert self._region_from is not None and self._content is not None
        rows, columns = self._content.values.shape[:2]
        row, column = min(max(cell[0], 0), rows - 1), min(max(cell[1], 0), columns - 1)
        (top, bottom), (left, right) = (
            sorted((self._region_from[0], row)),
            sorted((self._region_from[1], column)),
        )
        self._mark("region", (top, left, bottom, right))

    def _end_region(self, point: QPointF) -> None:
        place = self.cell_at(point)
        if place is not None:
            self._show_region(place[1:])
        region, self._region_from = self._marks.region, None
        self._mark("region", None)
        if region is not None:
            self.region_selected.emit(*region)

    # --- keys and focus ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move; everything else is for the page."""
        way = _KEYS.get(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if way is None or not plain or self._content is None:
            event.ignore()
        elif self.has_cursor:
            self._move_cursor(*way)
        else:
            self.navigate.emit(*way)

    def _move_cursor(self, down: int, right: int) -> None:
        assert self._content is not None
        rows, columns = self._content.values.shape[:2]
        row = min(max(self._cursor[0] + down, 0), rows - 1)
        column = min(max(self._cursor[1] + right, 0), columns - 1)
        self._cursor, self._focus_by_key = (row, column), True
        self.ensure_cells_visible([row], [column])
        self._show_cursor()
        self.cell_pointed.emit(0, row, column)
        self.announce(f"row {row}, column {column}: {self._value_text(row, column)}")

    def _value_text(self, row: int, column: int) -> str:
        assert self._content is not None
        return ", ".join(full_text(float(value)) for value in self._content.values[row, column][:4])

    def announce(self, text: str) -> None:
        """Say something to people who use a screen reader."""
        self.setAccessibleDescription(text)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_by_key = event.reason() in _FOCUSED_BY_KEY
        self._show_cursor()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._show_cursor()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self._focus_by_key:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent_ink"), theme.px(2)))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
            painter.end()
