"""MapParts: what stands in the card of one map, and where: the map, its colours, a value, its filter, a histogram."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from convlab.drawing.layout import snapped
from convlab.drawing.viewport import EDGE
from convlab.window import theme
from convlab.window.array_view import ColorBar
from convlab.window.filter_slices import FilterSlices
from convlab.window.fitted_view import FittedView
from convlab.window.histogram_view import HistogramView
from convlab.window.widgets import Elided, label, push_button

_STEP_TEXTS = ("Step through this cell", "Step through", "Step")
_LEAST, _SMALL, _ONE_CELL = (
    90,
    140,
    84,
)  # heights at 100 %: the least of a part, of a map that gives way, of a number
_FLAT, _WIDE = (
    1.3,
    250,
)  # a place so many times as wide as high, and of so many pixels at 100 %, has two columns
_ANY = 16_777_215  # Qt's largest width
_SHARE = 0.6  # of what the map, its filter and the histogram have together, that the map may take


class MapView(FittedView):
    """A map whose cells can be opened by a double click."""

    cell_opened = Signal(int, int)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.cell_at(QPointF(event.position()))
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.cell_opened.emit(*place[1:])


class MapParts(QWidget):
    """Below each other; beside each other where the place is low and wide. Without a map only its filter is seen."""

    step_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = MapView()
        self.bar = ColorBar()
        self.place = Elided("", "caption")
        self.value = label("", "strong")
        self.step_button = push_button(_STEP_TEXTS[0], self.step_wished.emit, role="primary")
        self.slices = FilterSlices()
        self.histogram = HistogramView("Histogram of the map's values", 56)
        self._shape: tuple[int, int] | None = None
        self._arrange()
        theme.follow(self, self._space)
        self._space()

    def _arrange(self) -> None:
        self.view.setAccessibleName("Map")
        self.view.has_cursor = True
        line = QHBoxLayout()
        line.addWidget(self.place, 1)
        line.addWidget(self.value)
        inner = QWidget()
        self._more = QVBoxLayout(inner)
        for widget in (self.slices, self.histogram):
            self._more.addWidget(widget)
        self._more.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inner)
        self._column = QVBoxLayout()
        self._column.addWidget(self.bar)
        self._column.addLayout(line)
        self._column.addWidget(self.step_button)
        self._column.addWidget(self.area, 1)
        self._column.addStretch(0)
        self._split = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._split.setContentsMargins(0, 0, 0, 0)
        self._split.addWidget(self.view)
        self._split.addLayout(self._column, 1)

    def _space(self) -> None:
        for layout in (self._column, self._more, self._split):
            layout.setSpacing(theme.px(8))
        self._more.setContentsMargins(0, 0, theme.px(4), 0)
        self.fit(self._shape)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(self._shape)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(60))

    # --- sizes ---

    def fit(self, shape: tuple[int, int] | None) -> None:
        """Show a map of so many rows and columns as large as it can be; None for no map."""
        self._shape = shape
        single = shape == (1, 1)
        for widget in (self.view, self.step_button, self.histogram, self.place, self.value):
            widget.setVisible(shape is not None)
        self.bar.setVisible(shape is not None and not single)
        room, high = self.width(), self.height()
        beside = room > _FLAT * high and room >= theme.px(_WIDE) and not single
        way = QBoxLayout.Direction
        self._split.setDirection(way.LeftToRight if beside else way.TopToBottom)
        if beside and shape is not None:
            self.view.setFixedSize(room // 2, self._view_height(room // 2, high))
            room -= room // 2 + self._split.spacing()
            self._fit_more(room, high - self._words_height())
        else:
            self._fit_above(room, high - self._words_height() - self._split.spacing())
        fitting = (text for text in _STEP_TEXTS if self._button_width(text) <= room)
        self.step_button.setText(next(fitting, _STEP_TEXTS[-1]))

    def _fit_above(self, room: int, left: int) -> None:
        """The map above all else; it gives way a little so that its filter and the histogram are seen."""
        self.view.setMinimumWidth(0)
        self.view.setMaximumWidth(_ANY)
        high = self._view_height(room, left, _SHARE)
        self._fit_more(room, left - high if self._shape is not None else left)
        missing = self._more_height() - (left - high)
        if self._shape is not None and 0 < missing <= high - theme.px(_SMALL):
            high -= missing
            self._fit_more(room, left - high)
        self.view.setFixedHeight(high)

    def _view_height(self, width: int, room: int, share: float = 1.0) -> int:
        """Of a map in a column of that width: so high as it needs, within its share of the room."""
        rows, columns = self._shape or (1, 1)
        if rows * columns == 1:
            return theme.px(_ONE_CELL)
        wished = math.ceil(snapped((width - 2 * EDGE) / columns) * rows) + 2 * EDGE
        most = max(round(room * share), theme.px(_LEAST))
        if room - min(wished, most) < theme.px(_LEAST):  # nothing else would fit
            most = max(room, theme.px(_LEAST) // 2)
        return min(max(wished, theme.px(40)), most)

    def _fit_more(self, room: int, left: int) -> None:
        """The filter in two lines if the histogram has room below it, else in one; neither where there is none."""
        shown = self._shape is not None
        self.slices.setMaximumWidth(max(room - theme.px(4), 1))
        self.slices.show_lines(2)
        if shown and self._more_height() > left:
            self.slices.show_lines(1)
        self.area.setVisible(not shown or left >= theme.px(_LEAST))

    def _more_height(self) -> int:
        """Pixels of the filter and the histogram."""
        parts = [self.slices.height_needed, self.histogram.sizeHint().height()]
        return sum(part + self._more.spacing() for part in parts if part)

    def _words_height(self) -> int:
        """Pixels of the colours, the value and the button."""
        if self._shape is None:
            return 0
        shown = [self.value, self.step_button, *([] if self.bar.isHidden() else [self.bar])]
        return sum(widget.sizeHint().height() + self._column.spacing() for widget in shown)

    def _button_width(self, text: str) -> int:
        return self.step_button.fontMetrics().horizontalAdvance(text) + theme.px(32)
