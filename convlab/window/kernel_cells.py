"""How one slice of a kernel looks: where its cells are, their colours and digits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QTransform

from convlab.drawing.colors import ColorScale
from convlab.drawing.digits import FILLED, NARROWEST, paint_number, text_rgb, text_width
from convlab.drawing.numbers import weight_text
from convlab.window import theme

SMALLEST_DIGITS = 8  # pixels at any scale; below it nothing is written, and pointing tells the value
_LINES_FROM = 6  # pixels a cell
TALLEST = 0.42  # of a cell, for the size of the font
_WIDEST = FILLED / NARROWEST  # wider texts are squeezed, and only then smaller


@dataclass(frozen=True)
class CellPlan:
    """Where the cells of a (rows, columns) grid are: squares of `side` pixels from (left, top) on."""

    rows: int
    columns: int
    side: float
    left: float
    top: float

    @classmethod
    def fitted(cls, area: QRectF, rows: int, columns: int) -> CellPlan:
        """The largest whole-pixel cells that fit into `area`, in its middle."""
        side = max(min(area.width() / columns, area.height() / rows), 1.0)
        side = float(int(side)) if side >= 4 else side
        left = area.left() + (area.width() - side * columns) // 2
        top = area.top() + (area.height() - side * rows) // 2
        return cls(rows, columns, side, left, top)

    @property
    def outline(self) -> QRectF:
        return QRectF(self.left, self.top, self.columns * self.side, self.rows * self.side)

    def rect(self, row: int, column: int) -> QRectF:
        return QRectF(self.left + column * self.side, self.top + row * self.side, self.side, self.side)

    def span(self, first: tuple[int, int], last: tuple[int, int]) -> QRectF:
        """The rectangle around two cells and all between them."""
        return self.rect(*first).united(self.rect(*last))

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        row = int((point.y() - self.top) // self.side)
        column = int((point.x() - self.left) // self.side)
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None


def slice_texts(values: NDArray[Any]) -> list[list[str]]:
    """The weights (rows, columns) as text: where some are fractions such as 1/64, so is 1/16, not 0.0625."""
    texts = [[weight_text(float(value)) for value in line] for line in values]
    if any("/" in text for line in texts for text in line):
        short = [[weight_text(float(value), 2) for value in line] for line in values]
        texts = [
            [b if "/" in b else a for a, b in zip(*pair, strict=True)]
            for pair in zip(texts, short, strict=True)
        ]
    return texts


def digits_font(texts: list[str], side: float, tallest: float = TALLEST) -> QFont | None:
    """The largest font in which the longest text fits a cell of `side` pixels; None if it would be illegible."""
    font = theme.font("digits")
    font.setPixelSize(100)
    widest = max((text_width(text, font) for text in set(texts)), default=0)
    size = int(min(tallest * side, _WIDEST * side * 100 / max(widest, 1)))
    if size < SMALLEST_DIGITS:
        return None
    font.setPixelSize(size)
    return font


def paint_weights(
    painter: QPainter, plan: CellPlan, values: NDArray[Any], scale: ColorScale, turn: float = 0.0
) -> None:
    """Paint the cells (rows, columns) with their weights, turned by `turn` degrees; the digits stay upright."""
    colors = scale.colors_of(values)
    turned = _turned_about_middle(plan.outline, turn)
    painter.save()
    painter.setTransform(turned, True)
    painter.drawImage(plan.outline, _image_of(colors))
    if plan.side >= _LINES_FROM:
        _paint_lines(painter, plan)
    painter.restore()
    if plan.side > SMALLEST_DIGITS:
        paint_texts(painter, plan, slice_texts(values), colors, turned)


def _image_of(colors: NDArray[Any]) -> QImage:
    """One pixel for each of the colours (rows, columns, 3): one picture is quicker than a thousand rectangles."""
    pixels = np.full((*colors.shape[:2], 4), 255, np.uint8)
    pixels[:, :, :3] = colors[:, :, ::-1]  # 32-bit pixels are blue, green, red, alpha in memory
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


def _paint_lines(painter: QPainter, plan: CellPlan) -> None:
    """Thin lines between the cells."""
    painter.setPen(QPen(theme.color("grid"), 1.0))
    box = plan.outline
    for column in range(1, plan.columns):
        x = plan.rect(0, column).left()
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
    for row in range(1, plan.rows):
        y = plan.rect(row, 0).top()
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


def _turned_about_middle(rect: QRectF, degrees: float) -> QTransform:
    """A turn of `rect` about its middle, made smaller so that its corners stay inside it."""
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    width, height = rect.width(), rect.height()
    scale = min(width / (width * cosine + height * sine), height / (width * sine + height * cosine))
    center = rect.center()
    turned = QTransform().translate(center.x(), center.y()).rotate(degrees).scale(scale, scale)
    return turned.translate(-center.x(), -center.y())


def paint_texts(
    painter: QPainter,
    plan: CellPlan,
    texts: list[list[str]],
    colors: NDArray[Any],
    turned: QTransform | None = None,
    tallest: float = TALLEST,
) -> None:
    """Write `texts` into the cells, black or white on their `colors` (rows, columns, 3), all in one size."""
    font = digits_font([text for line in texts for text in line], plan.side, tallest)
    if font is None:
        return
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            rect = plan.rect(row, column)
            if turned is not None:
                rect.moveCenter(turned.map(rect.center()))
            paint_number(painter, rect, text, font, QColor(*text_rgb(*colors[row, column].tolist())))


def paint_frame(painter: QPainter, rect: QRectF, color: str, width: float) -> None:
    """A frame of `width` pixels just inside `rect`, in a colour of the theme."""
    pen = QPen(theme.color(color), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRect(rect.adjusted(half, half, -half, -half))


def paint_two_tone(painter: QPainter, rect: QRectF, inner: str, outer: str, width: float) -> None:
    """A frame that is seen on every ground: `inner` with a thin line of `outer` around it, inside `rect`."""
    line = max(1.0, width / 2)
    paint_frame(painter, rect, outer, line)
    paint_frame(painter, rect.adjusted(line, line, -line, -line), inner, width)
