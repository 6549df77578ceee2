"""ArrayView: an array as cells that one can point at, click, draw on, zoom and walk through by keys.

It is told what to show and tells what is done on it; it owns no truth. The cells are kept as one picture, over which
the outlines of the present step are drawn, so that a step costs the same for every size of array.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from convlab.drawing import layout as layouts
from convlab.drawing import overlays
from convlab.drawing.colors import ColorScale
from convlab.drawing.grid import BoolPair, GridContent, GridStyle, paint_grid
from convlab.drawing.layout import Cell, Layout, Padding2D
from convlab.window import theme
from convlab.window.color_bar import ColorBar
from convlab.window.widgets import label, push_button

__all__ = ["ArrayView", "ColorBar"]

LEGIBLE = 29  # pixels a cell at 100 %: the digits are then large enough for the back row of a small room
_EDGE = 4  # pixels left free around the cells, for outlines
_NO_PADDING: Padding2D = ((0, 0), (0, 0))
_KEYS: dict[int, Cell] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ArrayView(QWidget):
    """Shows an array; see the module. Positions are (row, column) of the array; negative ones lie in its padding."""

    cell_pointed = Signal(int, int, int)  # pane, row, column; -1 each when the mouse leaves the cells
    cell_pressed = Signal(int, int, int, object, object)  # pane, row, column, modifiers, button
    cell_dragged = Signal(int, int, int, object)
    cell_released = Signal(int, int, int, object)
    cell_clicked = Signal(int, int, int, object)
    region_selected = Signal(int, int, int, int)
    navigate = Signal(int, int)
    zoom_wished = Signal(float)
    scrolled = Signal()
    empty_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.has_cursor = False
        self.selects_regions = False
        self._content: GridContent | None = None
        self._padding = _NO_PADDING
        self._cell = 8.0
        self._scroll = QPointF(0, 0)
        self._picture: QPixmap | None = None
        self._style: GridStyle | None = None
        self._window: tuple[list[int], list[int]] | None = None
        self._cell_shown: Cell | None = None
        self._readers: tuple[Any, Any] = ((), ())
        self._marked: tuple[Any, Any] = ((), ())
        self._written: int | None = None
        self._hidden: Cell | None = None
        self._winners: list[Cell] = []
        self._loop: tuple[int, int, int, int] | None = None
        self._cursor: Cell = (0, 0)
        self._digits = True
        self._dimmed = False
        self._presenting = False
        self._pointed: tuple[int, int, int] | None = None
        self._pressed: tuple[int, int, int] | None = None
        self._dragged_to: tuple[int, int, int] | None = None
        self._region_from: Cell | None = None
        self._region: tuple[int, int, int, int] | None = None
        self._pan_from: QPointF | None = None
        self._focus_by_key = False
        self._empty = _Empty(self)
        self._empty.clicked.connect(self.empty_clicked)
        theme.follow(self, self._restyle)

    # --- told: the cells ---

    def show_array(
        self,
        values: NDArray[Any] | None,
        scale: ColorScale | None = None,
        *,
        panes: tuple[int, ...] | str = (0,),
        titles: tuple[str, ...] = (),
        padding: Padding2D = _NO_PADDING,
        padding_mode: str = "zeros",
        unread: BoolPair | None = None,
    ) -> None:
        """Show values (h, w, c), one pane for each channel in `panes`, or "color" for all three as one picture."""
        before = self._content
        if values is None or scale is None:
            self._content = None
        else:
            everything = unread is None or (bool(unread[0].all()) and bool(unread[1].all()))
            self._content = GridContent(
                values, scale, panes, titles, padding_mode, None if everything else unread
            )
            self._empty.hide()
        self._padding = padding
        if before is None or self._content is None or before.values.shape != self._content.values.shape:
            self._cursor = (0, 0)
        self._repaint()

    def set_empty(self, sentence: str, button: str = "") -> None:
        """Say what would be here, with a button that helps; shown until there is an array."""
        self._empty.say(sentence, button)
        self._empty.setGeometry(self.rect())
        self._empty.setVisible(self._content is None)

    def set_dimmed(self, dimmed: bool) -> None:
        """Keep the old picture, paler, while the new one is being computed."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.update()

    def set_digits(self, shown: bool) -> None:
        self._digits = shown
        self._restyle()

    def set_presentation(self, on: bool) -> None:
        """Heavier outlines, for a projector."""
        self._presenting = on
        self._restyle()

    # --- told: what lies over the cells ---

    def show_window(self, rows: Iterable[int], columns: Iterable[int], inside: object = None) -> None:
        """Outline the window at these positions."""
        self._change("_window", ([int(row) for row in rows], [int(column) for column in columns]))

    def hide_window(self) -> None:
        self._change("_window", None)

    def show_cell(self, cell: Cell | None) -> None:
        """Outline one cell: the output of the present step."""
        self._change("_cell_shown", cell)

    def show_readers(self, rows: Iterable[int], columns: Iterable[int]) -> None:
        """Highlight the cells that read what one points at; nothing for empty positions."""
        self._change("_readers", (tuple(rows), tuple(columns)))

    def show_marked(self, rows: Iterable[int], columns: Iterable[int]) -> None:
        """Highlight the cells that a weight multiplies."""
        self._change("_marked", (tuple(rows), tuple(columns)))

    def show_written(self, count: int | None) -> None:
        """Only the first `count` cells, row by row, are written; None: all are."""
        self._change("_written", count)

    def show_hidden(self, cell: Cell | None) -> None:
        """A question mark instead of this cell."""
        self._change("_hidden", cell)

    def show_winners(self, cells: Iterable[Cell]) -> None:
        """Ring the cells that hold the maximum of a pool."""
        self._change("_winners", list(cells))

    def show_loop(self, region: tuple[int, int, int, int] | None) -> None:
        self._change("_loop", region)

    def _change(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.update()

    # --- geometry ---

    @property
    def has_array(self) -> bool:
        return self._content is not None

    @property
    def grid_shape(self) -> Cell:
        """Rows and columns of one pane, with its padding."""
        if self._content is None:
            return 0, 0
        rows, columns = self._content.values.shape[:2]
        return rows + sum(self._padding[0]), columns + sum(self._padding[1])

    @property
    def legible_cell_size(self) -> float:
        return float(theme.px(LEGIBLE))

    def fit_cell_size(self, size: QSize | None = None) -> float:
        """The cell size in pixels at which everything fits into the view (or into `size`)."""
        if self._content is None:
            return 1.0
        width, height = self._room(size)
        rows, columns = self.grid_shape
        panes, gap, title = self._content.pane_count, self._gap, self._title
        across = layouts.panes_across(panes, rows, columns, width, height, gap, title)
        return layouts.snapped(
            layouts.cell_that_fits(panes, across, rows, columns, width, height, gap, title)
        )

    def set_cell_size(self, pixels: float) -> None:
        """The size of a cell; the array is centred where it is smaller than the view, else it scrolls."""
        pixels = layouts.snapped(pixels)
        if pixels == self._cell:
            self._clamp_scroll()
            return
        middle = self._middle_cell()
        self._cell = pixels
        self._scroll_to_middle(middle)
        self._repaint()

    def layout_now(self) -> Layout | None:
        """Where the cells are now; None without an array."""
        if self._content is None:
            return None
        base = self._layout(QPointF(0, 0))
        x = self._start(self.width(), base.width) - self._scroll.x()
        y = self._start(self.height(), base.height) - self._scroll.y()
        return self._layout(QPointF(round(x), round(y)))

    def cell_rect(self, pane: int, row: int, column: int) -> QRectF:
        """A cell in this widget's coordinates; empty without an array."""
        layout = self.layout_now()
        return layout.cell_rect(pane, row, column) if layout else QRectF()

    def cell_at(self, point: QPointF) -> tuple[int, int, int] | None:
        layout = self.layout_now()
        return layout.cell_at(point) if layout else None

    def window_rect(self) -> QRectF | None:
        """The outlined window in the last pane (the one nearest to what the corner lines lead to)."""
        layout = self.layout_now()
        if layout is None or self._window is None or not self._window[0] or not self._window[1]:
            return None
        rows, columns = self._window
        return layout.cells_rect(layout.across - 1, min(rows), min(columns), max(rows), max(columns))

    def shown_cell_rect(self) -> QRectF | None:
        """The outlined cell."""
        layout = self.layout_now()
        return layout.cell_rect(0, *self._cell_shown) if layout and self._cell_shown else None

    def cursor_cell(self) -> Cell | None:
        """The cell that keys act on, while the view has the focus and the user moves a cursor in it."""
        return self._cursor if self.has_cursor and self._content is not None and self.hasFocus() else None

    def ensure_cells_visible(self, rows: Iterable[int], columns: Iterable[int]) -> None:
        """Scroll so far that these cells are in sight."""
        layout, rows, columns = self.layout_now(), list(rows), list(columns)
        if layout is None or not rows or not columns:
            return
        rect = layout.cells_rect(0, min(rows), min(columns), max(rows), max(columns))
        margin = min(self._cell, 40.0)
        rect = rect.adjusted(-margin, -margin, margin, margin)
        dx = _beyond(rect.left(), rect.right(), self.width()) if layout.width > self.width() else 0.0
        dy = _beyond(rect.top(), rect.bottom(), self.height()) if layout.height > self.height() else 0.0
        if dx or dy:
            self._scroll_by(QPointF(dx, dy))

    @property
    def _gap(self) -> float:
        return float(theme.px(16))

    @property
    def _title(self) -> float:
        return float(theme.px(20)) if self._content is not None and self._content.titles else 0.0

    def _room(self, size: QSize | None = None) -> tuple[float, float]:
        size = size or self.size()
        return max(size.width() - 2 * _EDGE, 1), max(size.height() - 2 * _EDGE, 1)

    def _layout(self, origin: QPointF) -> Layout:
        assert self._content is not None
        rows, columns = self._content.values.shape[:2]
        width, height = self._room()
        padded = self.grid_shape
        panes = self._content.pane_count
        across = layouts.panes_across(panes, *padded, width, height, self._gap, self._title)
        return Layout(rows, columns, self._padding, panes, across, self._cell, self._gap, self._title, origin)

    @staticmethod
    def _start(room: int, length: float) -> float:
        return (room - length) / 2 if length <= room else float(_EDGE)

    # --- scrolling ---

    def _scroll_by(self, distance: QPointF) -> None:
        before = QPointF(self._scroll)
        self._scroll += distance
        self._clamp_scroll()
        if self._scroll != before:
            self._repaint()
            self.scrolled.emit()

    def _clamp_scroll(self) -> None:
        if self._content is None:
            self._scroll = QPointF(0, 0)
            return
        base = self._layout(QPointF(0, 0))
        most_x = max(base.width + 2 * _EDGE - self.width(), 0.0)
        most_y = max(base.height + 2 * _EDGE - self.height(), 0.0)
        self._scroll = QPointF(
            min(max(self._scroll.x(), 0.0), most_x), min(max(self._scroll.y(), 0.0), most_y)
        )

    def _middle_cell(self) -> QPointF | None:
        """What lies in the middle of the view, in cells of the first pane."""
        layout = self.layout_now()
        if layout is None:
            return None
        corner = layout.pane_rect(0).topLeft()
        return (QPointF(self.width() / 2, self.height() / 2) - corner) / layout.cell

    def _scroll_to_middle(self, middle: QPointF | None) -> None:
        self._clamp_scroll()
        layout = self.layout_now()
        if layout is not None and middle is not None:
            corner = layout.pane_rect(0).topLeft()
            self._scroll += corner + middle * self._cell - QPointF(self.width() / 2, self.height() / 2)
            self._clamp_scroll()

    # --- painting ---

    def _restyle(self) -> None:
        self._style = None
        self._repaint()

    def _repaint(self) -> None:
        self._picture = None
        self.update()

    def style_now(self) -> GridStyle:
        """The theme as the painters need it."""
        if self._style is None:
            colors = theme.colors()
            heavier = 1.6 if self._presenting else 1.0
            self._style = GridStyle(
                font=theme.font("digits"),
                grid=QColor(colors.grid),
                padding_ground=QColor(colors.padding_ground),
                hatch=QColor(colors.hatch),
                text=QColor(colors.text),
                muted=QColor(colors.muted),
                unread=QColor(colors.unread),
                unwritten=QColor(colors.unwritten),
                unwritten_line=QColor(colors.line),
                outline=QColor(colors.outline),
                outline_contrast=QColor(colors.outline_contrast),
                accent=QColor(colors.accent_ink),
                digits_from=18.0 if self._digits else float("inf"),
                stroke=theme.px(2.2) * heavier,
                dark=theme.current().dark,
            )
        return self._style

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        layout = self.layout_now()
        if layout is not None:
            if self._picture is None:
                self._picture = self._painted(layout)
            painter.setOpacity(0.45 if self._dimmed else 1.0)
            painter.drawPixmap(0, 0, self._picture)
            self._paint_overlays(painter, layout)
        if self.hasFocus() and self._focus_by_key:
            painter.setOpacity(1.0)
            painter.setPen(QPen(theme.color("accent_ink"), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _painted(self, layout: Layout) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        assert self._content is not None
        painter = QPainter(picture)
        paint_grid(painter, self._content, layout, self.style_now(), QRectF(self.rect()))
        painter.end()
        return picture

    def _paint_overlays(self, painter: QPainter, layout: Layout) -> None:
        style, area = self.style_now(), QRectF(self.rect())
        for pane in range(layout.panes):
            painter.setClipRect(layout.pane_rect(pane).adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE))
            if self._written is not None:
                overlays.unwritten(painter, layout, pane, self._written, area, style)
            if self._hidden is not None:
                overlays.question(painter, layout.cell_rect(pane, *self._hidden), style)
            for rows, columns in (self._readers, self._marked):
                if rows and columns:
                    overlays.areas(painter, layout, pane, rows, columns, style.outline)
            if self._loop is not None:
                overlays.loop(painter, layout.cells_rect(pane, *self._loop), style)
            if self._region is not None:
                overlays.loop(painter, layout.cells_rect(pane, *self._region), style)
            if self._window is not None:
                overlays.window(painter, layout, pane, *self._window, style)
            for cell in self._winners:
                overlays.winner(painter, layout.cell_rect(pane, *cell), style)
            if self._cell_shown is not None:
                overlays.outline(painter, layout.cell_rect(pane, *self._cell_shown), style)
            if self.has_cursor and self.hasFocus() and self._focus_by_key:
                overlays.cursor(painter, layout.cell_rect(pane, *self._cursor), style)

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
        turns = event.angleDelta() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_wished.emit(1.25 ** float((event.angleDelta().y() or event.angleDelta().x()) / 120))
        elif self._is_larger():
            self._scroll_by(QPointF(-turns.x() * 60.0, -turns.y() * 60.0))
        else:
            event.ignore()

    def _is_larger(self) -> bool:
        layout = self.layout_now()
        return layout is not None and (layout.width > self.width() or layout.height > self.height())

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
        self._change("_region", (top, left, bottom, right))

    def _end_region(self, point: QPointF) -> None:
        place = self.cell_at(point)
        if place is not None:
            self._show_region(place[1:])
        region, self._region, self._region_from = self._region, None, None
        self.update()
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
        self.update()
        self.cell_pointed.emit(0, row, column)
        self.announce(f"row {row}, column {column}: {self._value_text(row, column)}")

    def _value_text(self, row: int, column: int) -> str:
        from convlab.drawing.numbers import full_text

        assert self._content is not None
        return ", ".join(full_text(float(value)) for value in self._content.values[row, column][:4])

    def announce(self, text: str) -> None:
        """Say something to people who use a screen reader."""
        self.setAccessibleDescription(text)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_key = (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        self._focus_by_key = event.reason() in by_key
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._empty.setGeometry(self.rect())
        self._clamp_scroll()
        self._repaint()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(80), theme.px(80))


class _Empty(QWidget):
    """What an empty view says, with a button that helps."""

    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text: QLabel = label("", "caption", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button: QPushButton = push_button("", self.clicked.emit)
        column = QVBoxLayout(self)
        column.addStretch()
        column.addWidget(self._text)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch()
        self.hide()

    def say(self, text: str, button: str) -> None:
        self._text.setText(text)
        self._button.setText(button)
        self._button.setAccessibleName(button.replace("&", ""))
        self._button.setVisible(bool(button))


def _beyond(start: float, end: float, room: int) -> float:
    """How far a stretch lies outside 0 … room; its start counts where it does not fit."""
    if start < 0 or end - start > room:
        return start
    return max(end - room, 0.0)
