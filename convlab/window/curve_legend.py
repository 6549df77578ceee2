"""What is painted over the picture of the curves: what the lines are, and the epoch that is pointed at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.curve_ranges import ACCURACY, LOSS
from convlab.drawing.curves import RUNNING_ALPHA, Pane
from convlab.window import theme

HEAD = 24
"""Pixels at 100 % above a pane."""
TITLES = {LOSS: "Loss", ACCURACY: "Accuracy"}
_SAMPLE, _GAP = 16, 10  # pixels at 100 %: of a line, and between entries
_LINE = 18


@dataclass(frozen=True)
class Entry:
    """A line of the curves: its name, its colour and the value that it has now, as text."""

    name: str
    color: QColor
    text: str = ""
    dashed: bool = False


class LegendLines(QWidget):
    """Which line is which training, each in a line of its own: [(colour, name, what it has reached), …]."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[tuple[str, str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Trainings that are compared")
        theme.follow(self)

    def show_lines(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Show these; hidden without any."""
        self._lines = tuple(lines)
        self.setAccessibleDescription("; ".join(f"{name} {reached}" for _, name, reached in lines))
        self.setVisible(bool(lines))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(_LINE) * len(self._lines))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        metrics, middle = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
        for place, (color, name, reached) in enumerate(self._lines):
            line = QRectF(0, place * theme.px(_LINE), self.width(), theme.px(_LINE))
            _paint_sample(painter, Entry(name, QColor(color)), 0, line.center().y())
            painter.setPen(theme.color("muted"))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | middle), reached)
            room = line.width() - theme.px(_SAMPLE) - metrics.horizontalAdvance(reached) - theme.px(_GAP)
            painter.setPen(theme.color("text"))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room))
            line.setLeft(theme.px(_SAMPLE))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | middle), text)


def paint_head(painter: QPainter, pane: Pane, entries: Sequence[Entry], *, told: bool) -> None:
    """The pane's name at the left and its lines at the right. Where there is little room they lose their names, then
    their values. told: the values are those of the epoch that is pointed at."""
    left = max(pane.area.left() - theme.px(34), theme.px(4))
    room = QRectF(left, pane.area.top() - theme.px(HEAD), pane.area.right() - left, theme.px(18))
    painter.setFont(theme.font("strong"))
    painter.setPen(theme.color("text"))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), TITLES[pane.kind])
    free = room.width() - painter.fontMetrics().horizontalAdvance(TITLES[pane.kind]) - theme.px(_GAP)
    painter.setFont(theme.font("caption"))
    x = room.right()
    for entry, text in reversed(_fitting(painter, entries, free)):
        x -= painter.fontMetrics().horizontalAdvance(text)
        painter.setPen(theme.color("text" if told else "muted"))
        place = QRectF(x, room.top(), room.right() - x + 1, room.height())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        _paint_sample(painter, entry, x - theme.px(_SAMPLE), room.center().y())
        x -= theme.px(_SAMPLE + _GAP)


def _fitting(painter: QPainter, entries: Sequence[Entry], free: float) -> list[tuple[Entry, str]]:
    """The entries with as much of their texts as there is room for; none where there is none at all."""
    metrics = painter.fontMetrics()
    for way in (lambda one: f"{one.name} {one.text}".strip(), lambda one: one.text or one.name):
        texts = [way(entry) for entry in entries]
        if sum(metrics.horizontalAdvance(text) + theme.px(_SAMPLE + _GAP) for text in texts) <= free:
            return list(zip(entries, texts, strict=True))
    return []


def _paint_sample(painter: QPainter, entry: Entry, x: float, y: float) -> None:
    pen = QPen(entry.color, theme.px(2))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if entry.dashed:
        pen.setDashPattern([1.6, 1.0])
    painter.setPen(pen)
    painter.drawLine(QPointF(x, y), QPointF(x + theme.px(_SAMPLE - 5), y))


def paint_line(
    painter: QPainter, pane: Pane, xs: Sequence[float], ys: Sequence[float], color: QColor
) -> None:
    """Running values (epochs, values) over the picture, as it draws them; NaN is a gap."""
    path, draws = QPainterPath(), False
    for x, y in zip(xs, ys, strict=True):
        point = QPointF(pane.x_of(x), pane.y_of(y)) if math.isfinite(y) else None
        if point is not None and draws:
            path.lineTo(point)
        elif point is not None:
            path.moveTo(point)
        draws = point is not None
    pen = QColor(color)
    pen.setAlphaF(RUNNING_ALPHA)
    painter.save()
    painter.setClipRect(pane.area)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(pen, theme.px(1)))
    painter.drawPath(path)
    painter.restore()


def paint_epoch(painter: QPainter, pane: Pane, epoch: int, dots: Sequence[tuple[float, QColor]]) -> None:
    """A line at one epoch, counted from 0, and rings around its values."""
    x = pane.x_of(epoch + 1)
    painter.setPen(QPen(theme.color("field_line"), theme.px(1)))
    painter.drawLine(QPointF(x, pane.area.top()), QPointF(x, pane.area.bottom()))
    painter.setBrush(theme.color("card"))
    for value, color in dots:
        if pane.y[0] <= value <= pane.y[1]:
            painter.setPen(QPen(color, theme.px(2)))
            painter.drawEllipse(QPointF(x, pane.y_of(value)), theme.px(4), theme.px(4))
