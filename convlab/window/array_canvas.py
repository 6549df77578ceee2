"""ArrayCanvas: an array as cells that can be scrolled, with marks over them. ArrayView adds mouse and keys.

The cells are kept as one picture, over which the marks of the present step are drawn, and only where something changed:
so a step costs the same for every size of array.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.colors import ColorScale
from convlab.drawing.grid import BoolPair, GridContent, GridStyle, paint_grid, same_picture
from convlab.drawing.layout import Cell, Layout, Padding2D
from convlab.drawing.marks import Marks, written_between
from convlab.drawing.viewport import EDGE, Grid, Viewport
from convlab.window import theme
from convlab.window.empty_note import EmptyNote
from convlab.window.grid_style import DIGITS_FROM, grid_style
from convlab.window.hairline import paint_edges

LEGIBLE = (
    22  # pixels a cell at 100 %; it grows faster than the text, whose digits at 200 % must be 24 pixels high
)
_DIMMED = 0.45  # opacity of the old picture while a new one is computed
_NO_PADDING: Padding2D = ((0, 0), (0, 0))


class ArrayCanvas(QWidget):
    """Shows an array; see the module. Positions are (row, column) of the array; negative ones lie in its padding."""

    scrolled = Signal()
    empty_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # It lies on a card and paints that ground too, so that a step need not paint the card.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._content: GridContent | None = None
        self._marks = Marks()
        self._padding = _NO_PADDING
        self._viewport = Viewport()
        self._zoom_at: QPointF | None = None  # what stays where it is when the cells grow; None: the middle
        self._picture: QPixmap | None = None
        self._style: GridStyle | None = None
        self._digits = True
        self._dimmed = False
        self._presenting = False
        self._empty = EmptyNote(self)
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
        """Show values (h, w, c), one pane for each channel in `panes`, or "color" for all three as one picture.

        padding: ((top, bottom), (left, right)) cells around it, filled as padding_mode says. unread: which rows and
        which columns are read; cells outside of both are greyed.
        """
        content = None
        if values is not None and scale is not None:
            everything = unread is None or (bool(unread[0].all()) and bool(unread[1].all()))
            content = GridContent(values, scale, panes, titles, padding_mode, None if everything else unread)
            self._empty.hide()
        if same_picture(content, self._content) and padding == self._padding:
            return
        if content is None or self._content is None or content.values.shape != self._content.values.shape:
            self._forget_cursor()
        self._content, self._padding = content, padding
        self._place()

    def _forget_cursor(self) -> None:
        """The array has another shape."""

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
        """Write the values into the cells, where they are large enough."""
        if shown != self._digits:
            self._digits = shown
            self._restyle()

    def set_presentation(self, on: bool) -> None:
        """Heavier outlines, for a projector."""
        if on != self._presenting:
            self._presenting = on
            self._restyle()

    # --- told: what lies over the cells ---

    def show_window(self, rows: Iterable[int], columns: Iterable[int], inside: object = None) -> None:
        """Outline the window at these positions."""
        self._mark("window", ([int(row) for row in rows], [int(column) for column in columns]))

    def hide_window(self) -> None:
        self._mark("window", None)

    def show_cell(self, cell: Cell | None) -> None:
        """Outline one cell: the output of the present step."""
        self._mark("cell", cell)

    def show_readers(self, rows: Iterable[int], columns: Iterable[int]) -> None:
        """Highlight the cells that read what one points at; nothing for empty positions."""
        self._mark("readers", (tuple(rows), tuple(columns)))

    def show_marked(self, rows: Iterable[int], columns: Iterable[int]) -> None:
        """Highlight the cells that a weight multiplies."""
        self._mark("marked", (tuple(rows), tuple(columns)))

    def show_written(self, count: int | None) -> None:
        """Only the first `count` cells, row by row, are written; None: all are."""
        before, layout = self._marks.written, self.layout_now()
        if count == before:
            return
        self._marks.written = count
        for pane in range(layout.panes if layout else 0):
            assert layout is not None
            self.update(written_between(layout, pane, before, count).toAlignedRect())

    def show_hidden(self, cell: Cell | None) -> None:
        """A question mark instead of this cell."""
        self._mark("hidden", cell)

    def show_winners(self, cells: Iterable[Cell]) -> None:
        """Ring the cells that hold the maximum of a pool."""
        self._mark("winners", list(cells))

    def show_loop(self, region: tuple[int, int, int, int] | None) -> None:
        """Frame the region (top, left, bottom, right, all included) in which the player goes round."""
        self._mark("loop", region)

    def show_shade(self, mask: NDArray[np.bool_] | None) -> None:
        """Veil the cells where `mask` (rows, columns) is False; None: no cell."""
        if mask is not self._marks.shade:
            self._marks.shade = mask
            self.update()

    def _mark(self, name: str, value: object) -> None:
        """Change one mark, and paint anew where it was and where it is."""
        if getattr(self._marks, name) == value:
            return
        layout = self.layout_now()
        panes = range(layout.panes) if layout else range(0)
        for new in (False, True):
            if new:
                setattr(self._marks, name, value)
            for pane in panes:
                assert layout is not None
                for rect in self._marks.places(name, layout, pane, self.style_now()):
                    self.update(rect.toAlignedRect())

    # --- geometry ---

    @property
    def has_array(self) -> bool:
        return self._content is not None

    @property
    def shows_digits(self) -> bool:
        """Whether the cells are large enough for their numbers, and these are wanted."""
        return self.has_array and self._digits and self.cell_size >= DIGITS_FROM

    @property
    def cell_size(self) -> float:
        """Pixels a cell."""
        return self._viewport.cell

    @property
    def grid_shape(self) -> Cell:
        """Rows and columns of one pane, with its padding."""
        grid = self._grid()
        return grid.padded if grid else (0, 0)

    @property
    def legible_cell_size(self) -> float:
        return float(round(LEGIBLE * theme.current().scale ** 1.4))

    def fit_cell_size(self, size: QSize | None = None) -> float:
        """The cell size in pixels at which everything fits into the view (or into `size`), if it can be seen then."""
        grid = self._grid()
        return grid.fitting_cell(QSizeF(size or self.size())) if grid else 1.0

    def set_cell_size(self, pixels: float) -> None:
        """The size of a cell; the array is centred where it is smaller than the view, else it scrolls."""
        if self._viewport.zoom(pixels, self._zoom_at):
            self._repaint()

    def layout_now(self) -> Layout | None:
        """Where the cells are now; None without an array."""
        return self._viewport.layout()

    def cell_rect(self, pane: int, row: int, column: int) -> QRectF:
        """A cell in this widget's coordinates; empty without an array."""
        layout = self.layout_now()
        return layout.cell_rect(pane, row, column) if layout else QRectF()

    def cell_at(self, point: QPointF) -> tuple[int, int, int] | None:
        """(pane, row, column) at a point of the widget; rows and columns may lie in the padding."""
        layout = self.layout_now()
        return layout.cell_at(point) if layout else None

    def window_rect(self) -> QRectF | None:
        """The outlined window in the last pane (the one nearest to what the corner lines lead to)."""
        layout, window = self.layout_now(), self._marks.window
        if layout is None or window is None or not window[0] or not window[1]:
            return None
        rows, columns = window
        return layout.cells_rect(layout.across - 1, min(rows), min(columns), max(rows), max(columns))

    def pane_rects(self) -> list[QRectF]:
        """Where the arrays lie, one rectangle for each pane."""
        layout = self.layout_now()
        return [layout.pane_rect(pane) for pane in range(layout.panes)] if layout is not None else []

    def shown_cell_rect(self) -> QRectF | None:
        """The outlined cell."""
        layout, cell = self.layout_now(), self._marks.cell
        return layout.cell_rect(0, *cell) if layout and cell else None

    def ensure_cells_visible(self, rows: Iterable[int], columns: Iterable[int]) -> None:
        """Scroll so far that these cells are in sight."""
        if self._viewport.reveal(rows, columns):
            self._repaint()
            self.scrolled.emit()

    def _scroll_by(self, distance: QPointF) -> None:
        if self._viewport.scroll(distance):
            self._repaint()
            self.scrolled.emit()

    def _grid(self) -> Grid | None:
        """What is laid out now, at the scale of the theme."""
        if self._content is None:
            return None
        rows, columns = self._content.values.shape[:2]
        title = theme.px(20) if self._content.titles else 0
        return Grid(rows, columns, self._padding, self._content.pane_count, theme.px(16), title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._empty.setGeometry(self.rect())
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(80), theme.px(80))

    # --- painting ---

    def _restyle(self) -> None:
        self._style = None
        self._place()

    def _place(self) -> None:
        """The grid, the widget or the theme has another size."""
        self._viewport.show(self._grid(), QSizeF(self.size()))
        self._repaint()

    def _repaint(self) -> None:
        """The cells are others or lie elsewhere: everything has to be painted anew."""
        self._picture = None
        self.update()

    def style_now(self) -> GridStyle:
        """The theme as the painters need it."""
        if self._style is None:
            digits_from = DIGITS_FROM if self._digits else float("inf")
            self._style = grid_style(heavier=1.6 if self._presenting else 1.0, digits_from=digits_from)
        return self._style

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        layout = self.layout_now()
        if layout is None:
            painter.fillRect(event.rect(), theme.color("card"))
        else:
            self._paint_picture(painter, layout, event)
            area = QRectF(event.rect())
            for pane in range(layout.panes):
                painter.setClipRect(layout.pane_rect(pane).adjusted(-EDGE, -EDGE, EDGE, EDGE))
                self._marks.paint(painter, layout, pane, area, self.style_now())
        painter.end()

    def _paint_picture(self, painter: QPainter, layout: Layout, event: QPaintEvent) -> None:
        """The kept picture of the cells, where the event asks for it: piece by piece, which is several times as fast as
        to let Qt clip all of it by many pieces."""
        if self._picture is None:
            self._picture = self._painted(layout)
        if self._dimmed:
            painter.fillRect(event.rect(), theme.color("card"))
            painter.setOpacity(_DIMMED)
        ratio = self._picture.devicePixelRatio()
        region = QRegion(event.region())  # kept, since its rectangles lie in its own memory
        for area in region:  # type: ignore[attr-defined]
            source = QRectF(area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio)
            painter.drawPixmap(QRectF(area), self._picture, source)

    def _painted(self, layout: Layout) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.color("card"))
        assert self._content is not None
        painter = QPainter(picture)
        paint_edges(painter, self.pane_rects())
        paint_grid(painter, self._content, layout, self.style_now(), QRectF(self.rect()))
        painter.end()
        return picture
