"""The loss after every step as a curve, on a scale of powers of ten, on which steady learning is a straight line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from convlab.drawing.numbers import cell_text

_LOWEST = 1e-12  # of the largest loss: less is rounding
_LEAST_STEPS = 10
_MOST_TICKS = 5


@dataclass(frozen=True)
class CurveStyle:
    """Colours, font and the length of 1 px at 100 %."""

    text: QColor
    muted: QColor
    line: QColor
    curve: QColor
    point: QColor
    ground: QColor
    caption: QFont
    unit: float


@dataclass(frozen=True)
class CurveLayout:
    """Where a loss lies: `rect` holds steps 0 to `steps` and losses 10^low to 10^high."""

    rect: QRectF
    steps: int
    low: float
    high: float

    def place(self, step: float, loss: float) -> QPointF:
        height = (math.log10(max(loss, 10**self.low)) - self.low) / (self.high - self.low)
        return QPointF(
            self.rect.left() + self.rect.width() * step / self.steps,
            self.rect.bottom() - self.rect.height() * height,
        )

    def step_at(self, x: float) -> int:
        """The step nearest to a place of the widget."""
        return round((x - self.rect.left()) / max(self.rect.width(), 1) * self.steps)


def layout_curve(area: QRectF, losses: Sequence[float], style: CurveStyle) -> CurveLayout:
    """Room for all losses, whole powers of ten at both ends, with the numbers of the axes beside it."""
    largest = max(losses, default=1.0) or 1.0
    smallest = max(min(losses, default=1.0), largest * _LOWEST)
    low, high = math.floor(math.log10(smallest)), math.ceil(math.log10(largest))
    high = high if high > low else low + 1
    metrics = QFontMetricsF(style.caption)
    left = metrics.horizontalAdvance("1,000") + 8 * style.unit
    bottom = metrics.height() + 4 * style.unit
    top = metrics.height() / 2
    return CurveLayout(
        area.adjusted(left, top, -8 * style.unit, -bottom), max(len(losses) - 1, _LEAST_STEPS), low, high
    )


def paint_curve(
    painter: QPainter,
    layout: CurveLayout,
    losses: Sequence[float],
    index: int,
    style: CurveStyle,
    floor: float = 0.0,
) -> None:
    """The curve with the present step as a point. floor: the least loss that is possible, if that is more than 0."""
    _paint_axes(painter, layout, style)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if floor >= 10**layout.low:
        painter.setPen(QPen(style.muted, style.unit, Qt.PenStyle.DashLine))
        y = layout.place(0, floor).y()
        painter.drawLine(QPointF(layout.rect.left(), y), QPointF(layout.rect.right(), y))
    painter.setPen(QPen(style.curve, 2 * style.unit))
    painter.drawPolyline(QPolygonF([layout.place(step, loss) for step, loss in _thinned(losses, layout)]))
    painter.setPen(QPen(style.ground, 2 * style.unit))
    painter.setBrush(style.point)
    radius = 5.5 * style.unit
    painter.drawEllipse(layout.place(index, losses[index]), radius, radius)


def _thinned(losses: Sequence[float], layout: CurveLayout) -> list[tuple[int, float]]:
    """About two points a pixel at most: the first and the last, and of each part between its extremes."""
    values: NDArray[np.float64] = np.asarray(losses)
    every = max(1, math.ceil(len(values) / max(layout.rect.width(), 1)))
    if every == 1:
        return list(enumerate(values.tolist()))
    places = {0, len(values) - 1}
    for start in range(0, len(values), every):
        part = values[start : start + every]
        places |= {start + int(part.argmin()), start + int(part.argmax())}
    return [(place, float(values[place])) for place in sorted(places)]


def _paint_axes(painter: QPainter, layout: CurveLayout, style: CurveStyle) -> None:
    rect = layout.rect
    painter.setFont(style.caption)
    height = QFontMetricsF(style.caption).height()
    room = max(1, min(_MOST_TICKS, int(rect.height() / (1.6 * height))))
    every = max(1, math.ceil((layout.high - layout.low) / room))
    for power in range(int(layout.high), int(layout.low) - 1, -every):
        y = layout.place(0, 10.0**power).y()
        painter.setPen(style.line)
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        painter.setPen(style.muted)
        place = QRectF(0, y - height / 2, rect.left() - 6 * style.unit, height)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _power(power))
    painter.setPen(style.muted)
    below = QRectF(rect.left(), rect.bottom() + 3 * style.unit, rect.width(), height)
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "steps")
    painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{layout.steps:,}")


def _power(power: int) -> str:
    return f"{10**power:,}" if 0 <= power <= 3 else (cell_text(10.0**power, 6) if power < 0 else f"1e{power}")
