"""Paints a line of the list of layers: lanes of the graph, a bar in the colour of the kind, name, shape, parameters."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from convlab.window import theme
from convlab.window.icons import icon
from convlab.window.layer_model import LINE, Line

_NARROW = 196  # below it, at 100 %, the shape stands beneath the name
_WIDE = 330  # from it on the parameters have room
_ONE, _TWO = 30, 46
_LANE = 10
_INDENT, _LITTLE_INDENT = 14, 6
_LEAST = 120  # below it, at 100 %, there is no room for the graph
_RIGHT_ALIGNED = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


class LayerDelegate(QStyledItemDelegate):
    """Told the width of the list, since narrow lists have two lines of text for each layer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._width = 0
        self.dimmed = False

    def show_width(self, width: int) -> bool:
        """The list is that wide; whether its lines have another height now."""
        before = self.is_narrow
        self._width = width
        return before != self.is_narrow

    @property
    def is_narrow(self) -> bool:
        return self._width < theme.px(_NARROW)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme.px(80), theme.px(_TWO if self.is_narrow else _ONE))

    def fold_rect(self, rect: QRect, line: Line) -> QRect:
        """Where a click folds or unfolds a nested network, in a line that fills `rect`."""
        side = theme.px(18)
        indent = theme.px(_LITTLE_INDENT if self.is_narrow else _INDENT)
        left = rect.left() + theme.px(4) + self._lanes_width(line) + line.depth * indent
        return QRect(left, rect.center().y() - side // 2, side, side)

    def _lanes_width(self, line: Line) -> int:
        if not line.lanes or self._width < theme.px(_LEAST):
            return 0
        return line.lanes * theme.px(_LANE) + theme.px(4)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line = index.data(LINE)
        if not isinstance(line, Line):
            return
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.dimmed:
            painter.setOpacity(0.45)
        _paint_ground(painter, rect, state)
        if self._lanes_width(line):
            _paint_lanes(painter, rect, line)
        left = self._paint_mark(painter, rect, line)
        self._paint_words(painter, rect.adjusted(left - rect.left(), 0, -theme.px(8), 0), line, selected)
        painter.restore()

    def _paint_mark(self, painter: QPainter, rect: QRect, line: Line) -> int:
        """The bar of the kind, or the fold mark of a network; returns where the words begin. In a graph its dots have
        the colours of the kinds."""
        place = self.fold_rect(rect, line)
        if line.folded is not None:
            icon("chevron-right" if line.folded else "chevron-down", "muted").paint(painter, place)
            return place.right() + theme.px(5)
        if self._lanes_width(line):
            return place.left() + theme.px(6)
        bar = QRectF(place.left() + theme.px(4), 0, theme.px(4), theme.px(14))
        bar.moveTop(rect.center().y() + 0.5 - bar.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(line.color))
        painter.drawRoundedRect(bar, bar.width() / 2, bar.width() / 2)
        return int(bar.right()) + theme.px(10)

    def _paint_words(self, painter: QPainter, rect: QRect, line: Line, selected: bool) -> None:
        if line.problem:
            side = theme.px(16)
            place = QRect(rect.right() - side + 1, rect.center().y() - side // 2, side, side)
            icon("warning", "warning").paint(painter, place)
            rect = rect.adjusted(0, 0, -side - theme.px(6), 0)
        name = theme.font("strong" if selected or line.folded is not None else "body")
        ink = "accent_ink" if selected else ("muted" if line.problem else "text")
        if self.is_narrow:
            middle = rect.center().y()
            _words(painter, QRect(rect.left(), rect.top(), rect.width(), middle - rect.top()), name, ink, line.name,
                   Qt.AlignmentFlag.AlignBottom)  # fmt: skip
            said = line.shape or line.parameters
            _words(painter, QRect(rect.left(), middle, rect.width(), rect.bottom() - middle), theme.font("caption"),
                   "muted", said, Qt.AlignmentFlag.AlignTop, Qt.TextElideMode.ElideRight)  # fmt: skip
            return
        right = self._paint_numbers(painter, rect, line, QFontMetrics(name).horizontalAdvance(line.name))
        _words(painter, rect.adjusted(0, 0, -right, 0), name, ink, line.name)

    def _paint_numbers(self, painter: QPainter, rect: QRect, line: Line, name: int) -> int:
        """Shape and parameters at the right, beside a name so many pixels wide; returns how much room they take."""
        font = theme.font("caption")
        painter.setFont(font)
        painter.setPen(theme.color("muted"))
        metrics = QFontMetrics(font)
        gap = theme.px(10)
        painter.drawText(rect, _RIGHT_ALIGNED, line.shape)
        wide = rect.width() >= theme.px(_WIDE)
        said = line.parameters if wide else line.parameters.replace("parameter", "param")
        shape, parameters = map(metrics.horizontalAdvance, (line.shape, said))
        column = metrics.horizontalAdvance("112×112×1,024") + gap if wide else 0
        if (
            (line.shape and not wide)
            or not line.parameters
            or column + parameters + gap + name > rect.width()
        ):
            return shape + gap
        painter.drawText(rect.adjusted(0, 0, -column, 0), _RIGHT_ALIGNED, said)
        return column + parameters + gap


def _words(
    painter: QPainter,
    rect: QRect,
    font: QFont,
    ink: str,
    text: str,
    upright: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
    elided: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
) -> None:
    """One line of text; what has no room of a name is left out of its middle, since names often differ at their end."""
    painter.setFont(font)
    painter.setPen(theme.color(ink))
    shown = QFontMetrics(font).elidedText(text, elided, rect.width())
    painter.drawText(rect, int(upright | Qt.AlignmentFlag.AlignLeft), shown)


def _paint_ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
    area = QRectF(rect).adjusted(1, 1, -1, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected:
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setBrush(theme.color("accent_soft"))
        painter.setPen(
            QPen(theme.color("accent_ink" if focused else "accent"), theme.px(2) if focused else 1)
        )
        area.adjust(0.5, 0.5, -0.5, -0.5)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(theme.color("hover"))
    else:
        return
    painter.drawRoundedRect(area, theme.px(6), theme.px(6))


# --- the graph ---


def _paint_lanes(painter: QPainter, rect: QRect, line: Line) -> None:
    """The lines that come from the entry above and lead to the one below, and this entry's dot on its lane."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(_lane_color(), max(1.0, theme.px(3) / 2)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = rect.center().y() + 0.5
    for above, here in line.lane.into:
        _paint_line(painter, rect, above, here, middle - rect.height())
    for here, below in line.after.into:
        _paint_line(painter, rect, here, below, middle)
    if line.lane.lane is not None:
        radius = theme.px(8) / 2
        painter.setPen(QPen(theme.color("card"), theme.px(3) / 2))
        painter.setBrush(theme.color(line.color))
        painter.drawEllipse(QPointF(_across(rect, line.lane.lane), middle), radius + 1, radius + 1)
    painter.restore()


def _paint_line(painter: QPainter, rect: QRect, upper: int, lower: int, top: float) -> None:
    """From the middle of one line of the list, at `top`, to the middle of the next one."""
    start = QPointF(_across(rect, upper), top)
    end = QPointF(_across(rect, lower), top + rect.height())
    if upper == lower:
        painter.drawLine(start, end)
        return
    path = QPainterPath(start)
    bend = QPointF(0, rect.height() * 0.55)
    path.cubicTo(start + bend, end - bend, end)
    painter.drawPath(path)


def _across(rect: QRect, lane: int) -> float:
    return rect.left() + theme.px(8) + lane * theme.px(_LANE)


def _lane_color() -> QColor:
    color = theme.color("muted")
    color.setAlphaF(0.6)
    return color
