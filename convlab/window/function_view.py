"""A function of one number as a curve: axes with numbers, and the point of the present value."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.numbers import cell_text
from convlab.window import theme

Function = Callable[[NDArray[Any]], NDArray[Any]]
_USUAL_REACH = 5.0
_SAMPLES = 401
_TICKS = 2  # on each side of zero


class FunctionView(QWidget):
    """Plots y = f(x) around zero, as far as the value needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._function: Function = lambda x: x
        self._formula = "x"
        self._value: float | None = None
        self._reach = _USUAL_REACH
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Function")
        theme.follow(self)

    def show_function(self, function: Function, formula: str) -> None:
        """Plot `function`, which takes an array (n,) and gives one; `formula` is what is said of it."""
        self._function, self._formula = function, formula
        self._describe()

    def show_value(self, value: float | None) -> None:
        """Mark the point at x = `value`; None takes the mark away."""
        self._value = value if value is not None and math.isfinite(value) else None
        self._reach = max(_USUAL_REACH, nice_reach(abs(self._value or 0.0)))
        self._describe()

    def _describe(self) -> None:
        text = f"f(x) = {self._formula}"
        if self._value is not None:
            text += f"; f({cell_text(self._value, 8)}) = {cell_text(self._at(self._value), 8)}"
        self.setAccessibleDescription(text)
        self.update()

    def _at(self, x: float) -> float:
        with np.errstate(all="ignore"):
            return float(self._function(np.array([x]))[0])

    # --- geometry ---

    def figure_rect(self) -> QRectF:
        """The plot without the numbers at its axes."""
        side = min(self.width() - theme.px(44), self.height() - theme.px(32))
        width = min(self.width() - theme.px(44), max(side, 1) * 1.6)
        left = theme.px(36) + (self.width() - theme.px(44) - width) / 2
        return QRectF(left, theme.px(8), max(width, 1), max(self.height() - theme.px(32), 1))

    def _heights(self, y: NDArray[Any]) -> tuple[float, float]:
        """The least and the greatest y that are shown: those of the curve, with zero, and a little room."""
        finite = y[np.isfinite(y)]
        low = min(float(finite.min(initial=0)), 0.0)
        high = max(float(finite.max(initial=0)), 0.0)
        limit = 2 * self._reach  # a steep function leaves the picture
        low, high = max(low, -limit), min(high, limit)
        room = 0.08 * ((high - low) or 1)
        return low - room, high + room

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        x = np.linspace(-self._reach, self._reach, _SAMPLES)
        with np.errstate(all="ignore"):
            y = np.asarray(self._function(x), np.float64)
        low, high = self._heights(y)
        rect = self.figure_rect()

        def place(a: float, b: float) -> QPointF:
            return QPointF(
                rect.left() + (a + self._reach) / (2 * self._reach) * rect.width(),
                rect.bottom() - (b - low) / (high - low) * rect.height(),
            )

        painter = QPainter(self)
        self._paint_axes(painter, rect, place, low, high)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        painter.setPen(QPen(theme.color("accent_ink"), theme.px(2)))
        shown = np.clip(
            np.nan_to_num(y, posinf=1e9, neginf=-1e9), low - 10 * (high - low), high + 10 * (high - low)
        )
        painter.drawPolyline(QPolygonF([place(float(a), float(b)) for a, b in zip(x, shown, strict=True)]))
        if self._value is not None:
            self._paint_value(painter, rect, place)

    def _paint_axes(
        self,
        painter: QPainter,
        rect: QRectF,
        place: Callable[[float, float], QPointF],
        low: float,
        high: float,
    ) -> None:
        painter.fillRect(rect, theme.color("base"))
        font = theme.font("caption")
        painter.setFont(font)
        line, ink = QPen(theme.color("line"), 1), QPen(theme.color("muted"), 1)
        count = _TICKS if rect.width() > theme.px(170) else 1
        for tick in np.linspace(-self._reach, self._reach, 2 * count + 1):
            at = place(float(tick), low)
            painter.setPen(line)
            painter.drawLine(QPointF(at.x(), rect.top()), QPointF(at.x(), rect.bottom()))
            painter.setPen(ink)
            box = QRectF(at.x() - theme.px(24), rect.bottom() + theme.px(2), theme.px(48), theme.px(18))
            text = cell_text(float(tick))
            over = box.center().x() + painter.fontMetrics().horizontalAdvance(text) / 2 - self.width()
            box.translate(-max(over, 0.0), 0.0)  # that of the right end stays within the view
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)
        for tick in _y_ticks(low, high, 5 if rect.height() > theme.px(110) else 2):
            at = place(-self._reach, tick)
            painter.setPen(line)
            painter.drawLine(QPointF(rect.left(), at.y()), QPointF(rect.right(), at.y()))
            painter.setPen(ink)
            box = QRectF(rect.left() - theme.px(40), at.y() - theme.px(9), theme.px(35), theme.px(18))
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cell_text(tick)
            )
        painter.setPen(ink)
        painter.drawLine(place(-self._reach, 0), place(self._reach, 0))
        painter.drawLine(place(0, low), place(0, high))
        painter.drawText(rect.adjusted(0, 0, -theme.px(4), -theme.px(2)), _CORNER, "x")
        painter.drawText(rect.adjusted(rect.width() / 2 + theme.px(5), theme.px(2), 0, 0), _TOP, "f(x)")

    def _paint_value(self, painter: QPainter, rect: QRectF, place: Callable[[float, float], QPointF]) -> None:
        assert self._value is not None
        result = self._at(self._value)
        point = place(self._value, result)
        pen = QPen(theme.color("outline"), max(1, theme.px(1)))
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(place(self._value, 0), point)
        painter.drawLine(point, place(0, result))
        painter.setPen(QPen(theme.color("card"), theme.px(2)))
        painter.setBrush(QColor(theme.color("outline")))
        painter.drawEllipse(point, theme.px(6), theme.px(6))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(96))


_CORNER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
_TOP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def nice_reach(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is at least `least`."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def _y_ticks(low: float, high: float, about: int) -> list[float]:
    """About so many round numbers between low and high, with zero among them."""
    step = nice_reach((high - low) / about)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [number * step for number in range(first, last + 1)]
