"""ClassBars: the numbers of a prediction as bars with names, in as many columns as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.prediction import Bar
from convlab.window import theme
from convlab.window.tooltips import plain

_NARROWEST = 128  # a column, at 100 %
_LEAST, _MOST = 32, 48  # the height of a bar with its name
_GAP = 20


class ClassBars(QWidget):
    """Told the bars; tells which one the mouse or the keyboard is on. Arrow keys move."""

    pointed = Signal(int)  # the bar's place among all; −1 for none
    resized = Signal()  # there may be room for more bars now, or for fewer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Prediction")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._bars: tuple[Bar, ...] = ()
        self._hovered = -1
        self._current = -1
        self._by_key = False
        theme.follow(self)

    # --- told ---

    def show_bars(self, bars: tuple[Bar, ...]) -> None:
        """Show these."""
        if bars == self._bars:
            return
        self._bars = bars
        self._current = min(self._current, len(bars) - 1)
        self._hovered = min(self._hovered, len(bars) - 1)
        self.setAccessibleDescription(self._spoken())
        self.update()

    @property
    def place(self) -> int:
        """The bar that is pointed at, or that keys are on; −1 for none."""
        if self._hovered >= 0:
            return self._hovered
        return self._current if self.hasFocus() else -1

    @property
    def room(self) -> int:
        """For how many bars there is room."""
        return self._columns(self.width()) * max(1, (self.height() + theme.px(4)) // theme.px(_LEAST))

    def bar_rect(self, place: int) -> QRect:
        """Where a bar with its name lies."""
        columns, rows = self._grid()
        gap = theme.px(_GAP)
        width = (self.width() + gap) / columns
        height = min(max(self.height() / rows, 1), theme.px(_MOST))
        row, column = divmod(place, columns)
        return QRectF(column * width, row * height, width - gap, height).toRect()

    # --- layout ---

    def lines_for(self, count: int, width: int) -> int:
        """How many lines so many bars fill, in a view of that width."""
        return -(-count // self._columns(width))

    def _grid(self) -> tuple[int, int]:
        """Columns and rows, as equally full as possible."""
        count = max(1, len(self._bars))
        rows = self.lines_for(count, self.width())
        return -(-count // rows), rows

    def _columns(self, width: int) -> int:
        """How many bars have room side by side."""
        gap = theme.px(_GAP)
        return max(1, (width + gap) // (theme.px(_NARROWEST) + gap))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(4 * _NARROWEST), 2 * theme.px(_MOST))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(_NARROWEST), theme.px(_LEAST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, bar in enumerate(self._bars):
            rect = self.bar_rect(place)
            if rect.intersects(event.rect()):
                self._paint_bar(painter, rect, bar, place)
        painter.end()

    def _paint_bar(self, painter: QPainter, rect: QRect, bar: Bar, place: int) -> None:
        thick = theme.px(8)
        line = QFontMetrics(theme.font("body")).height()
        inner = max(rect.height() - thick - line - theme.px(3), 0)
        words = QRect(rect.left(), rect.top() + inner // 3, rect.width(), line)
        self._paint_words(painter, words, bar, place)
        room = QRectF(rect.left(), words.bottom() + theme.px(3), rect.width(), thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(room, thick / 4, thick / 4)
        left, right = room.left() + bar.start * room.width(), room.left() + bar.end * room.width()
        painter.setBrush(_bar_color(bar))
        painter.drawRoundedRect(
            QRectF(left, room.top(), max(right - left, theme.px(2)), thick), thick / 4, thick / 4
        )
        if bar.true:
            self._paint_frame(painter, room)
        if place == self._current and self.hasFocus() and self._by_key:
            painter.setPen(QPen(theme.color("accent_ink"), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            outer = QRectF(words).united(room).adjusted(0, 0, 0, theme.px(3))
            painter.drawRoundedRect(outer.adjusted(1, 1, -1, -1), theme.px(4), theme.px(4))

    def _paint_frame(self, painter: QPainter, room: QRectF) -> None:
        """Around all the room of the true class's bar: how far it should have reached."""
        line = theme.px(1)
        painter.setPen(QPen(theme.color("text"), line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        corner = room.height() / 4
        painter.drawRoundedRect(room.adjusted(line / 2, line / 2, -line / 2, -line / 2), corner, corner)

    def _paint_words(self, painter: QPainter, rect: QRect, bar: Bar, place: int) -> None:
        font = theme.font("strong" if bar.wins else "body")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(theme.color("text" if bar.wins or place == self.place else "muted"))
        vertically = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, int(vertically | Qt.AlignmentFlag.AlignRight), bar.text)
        room = rect.width() - metrics.horizontalAdvance(bar.text) - theme.px(6)
        name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, int(vertically | Qt.AlignmentFlag.AlignLeft), name)
        if bar.aside:
            end = rect.left() + metrics.horizontalAdvance(name) + theme.px(6)
            self._paint_aside(painter, QRect(end, rect.top(), rect.left() + room - end, rect.height()), bar)

    def _paint_aside(self, painter: QPainter, rect: QRect, bar: Bar) -> None:
        """After the name, where there is room for it: of the true class the frame says it too."""
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("muted"))
        metrics = painter.fontMetrics()
        fits = (words for words in bar.aside if metrics.horizontalAdvance(words) <= rect.width())
        painter.drawText(
            rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), next(fits, "")
        )

    # --- pointing ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._place_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place >= 0:
            self._by_key = False
            self._go_to(place)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def _place_at(self, point: QPointF) -> int:
        places = range(len(self._bars))
        return next((place for place in places if self.bar_rect(place).contains(point.toPoint())), -1)

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            bar = self._bars[place] if place >= 0 else None
            self.setToolTip(plain(bar.spoken) if bar is not None else "")
            self._tell()

    def _go_to(self, place: int) -> None:
        self._current = place
        self._tell()
        bar = self._bars[place]
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, bar.spoken))

    def _tell(self) -> None:
        self.update()
        self.pointed.emit(self.place)

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._grid()[0]
        last = len(self._bars) - 1
        ways = {
            Qt.Key.Key_Left: self._current - 1,
            Qt.Key.Key_Right: self._current + 1,
            Qt.Key.Key_Up: self._current - columns,
            Qt.Key.Key_Down: self._current + columns,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        place = ways.get(Qt.Key(event.key()))
        if place is None or last < 0:
            super().keyPressEvent(event)
        elif 0 <= place <= last:
            self._by_key = True
            self._go_to(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        if self._current < 0 and self._bars:
            self._current = next((place for place, bar in enumerate(self._bars) if bar.wins), 0)
        self._tell()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._tell()
        super().focusOutEvent(event)

    def _spoken(self) -> str:
        """The likeliest ones, for a screen reader."""
        likely = sorted(self._bars, key=lambda bar: bar.end - bar.start, reverse=True)[:3]
        true = next((f"; the true class is {bar.name}" for bar in self._bars if bar.true), "")
        return ", ".join(f"{bar.name} {bar.text}" for bar in likely) + true


def _bar_color(bar: Bar) -> QColor:
    color = theme.color("kind_filters" if theme.current().dark and bar.wins else "accent")
    if not bar.wins:
        color = theme.color("kind_filters")
        color.setAlphaF(0.45)
    return color
