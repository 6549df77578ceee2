"""The confusion matrix of a network as a picture: what it gets right in one colour, what it mistakes in the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from convlab.drawing.colors import ColorScale, text_color_on
from convlab.drawing.tiles import image_of

_LEAST_NUMBERS = 15.0  # pixels a cell at 100 %: smaller ones have no numbers
_LEAST_DIGITS = 7.0  # pixels of a font at 100 %: smaller ones cannot be read
_LEAST_NAME = 11.0  # pixels a row: lower ones have no names
_MOST_NAMES = 0.3  # of the room that names may take
_RIGHT, _WRONG = 0.62, 0.8  # of the scale, at most: black or white numbers are legible on it
_FAINT = 0.1  # what a single mistake has at least


@dataclass(frozen=True)
class MatrixLook:
    """Fonts and colours; unit: pixels that make one at 100 %."""

    font: QFont
    text: QColor
    muted: QColor
    line: QColor
    strong: QColor
    unit: float
    dark: bool


@dataclass(frozen=True)
class MatrixLayout:
    """Where the cells are: a square of count×count cells, the names of its rows left and of its columns above."""

    count: int
    area: QRectF
    names: float

    @property
    def cell(self) -> float:
        return self.area.width() / max(self.count, 1)

    def rect(self, row: int, column: int) -> QRectF:
        cell = self.cell
        return QRectF(self.area.left() + column * cell, self.area.top() + row * cell, cell, cell)

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """(row, column) of the cell at a point."""
        if not self.count or not self.area.contains(point):
            return None
        row = int((point.y() - self.area.top()) / self.cell)
        column = int((point.x() - self.area.left()) / self.cell)
        return min(row, self.count - 1), min(column, self.count - 1)


def matrix_layout(names: tuple[str, ...], room: QRectF, look: MatrixLook, ratio: float) -> MatrixLayout:
    """The largest square that has room beside its names; cells are whole pixels where they are more than one."""
    count = len(names)
    metrics = QFontMetricsF(look.font)
    gap = 6 * look.unit
    longest = max((metrics.horizontalAdvance(name) for name in names), default=0.0) + gap
    side = min(room.width(), room.height())
    width = min(longest, _MOST_NAMES * side)
    side = max(side - width, 1.0)
    if side / max(count, 1) < _LEAST_NAME * look.unit:
        width, side = 0.0, min(room.width(), room.height())
    cell = side * ratio / max(count, 1)
    cell = (math.floor(cell) if cell >= 1 else cell) / ratio
    side = cell * count
    left = room.left() + max((room.width() - width - side) / 2, 0.0) + width
    return MatrixLayout(count, QRectF(round(left), round(room.top() + width), side, side), width)


def matrix_colors(confusion: NDArray[np.int64], dark: bool) -> NDArray[np.uint8]:
    """(classes, classes, 3). A row's shares: the right ones towards the blue end, the mistakes, as against the worst of
    them, towards the red one."""
    totals = np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    shares = confusion / totals
    right = np.eye(len(confusion), dtype=bool)
    worst = shares[~right].max(initial=0.0)
    mistakes = np.sqrt(shares / worst) if worst > 0 else shares
    values = np.where(right, -_RIGHT * shares, _WRONG * np.maximum(mistakes, _FAINT) * (confusion > 0))
    return ColorScale("signed", -1.0, 1.0, dark).colors_of(values)


def matrix_picture(colors: NDArray[np.uint8]) -> QImage:
    """One pixel a cell."""
    red, green, blue = (colors[..., part].astype(np.uint32) for part in range(3))
    return image_of(np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue)


def paint_matrix(
    painter: QPainter,
    confusion: NDArray[np.int64],
    names: tuple[str, ...],
    layout: MatrixLayout,
    look: MatrixLook,
    pointed: tuple[int, int] | None = None,
) -> None:
    """Cells, numbers where they fit, names; the row and the column of the pointed cell have strong names."""
    colors = matrix_colors(confusion, look.dark)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, layout.cell < 1)
    painter.drawImage(layout.area, matrix_picture(colors))
    if layout.cell >= 6 * look.unit:
        _paint_lines(painter, layout, look)
    if layout.cell >= _LEAST_NUMBERS * look.unit:
        _paint_numbers(painter, confusion, colors, layout, look)
    if layout.names:
        _paint_names(painter, names, layout, look, pointed)


def _paint_lines(painter: QPainter, layout: MatrixLayout, look: MatrixLook) -> None:
    area = layout.area
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for place in range(1, layout.count):
        away = place * layout.cell
        painter.fillRect(QRectF(area.left() + away, area.top(), 1, area.height()), look.line)
        painter.fillRect(QRectF(area.left(), area.top() + away, area.width(), 1), look.line)


def _paint_numbers(
    painter: QPainter,
    confusion: NDArray[np.int64],
    colors: NDArray[np.uint8],
    layout: MatrixLayout,
    look: MatrixLook,
) -> None:
    """What is 0 stays empty: the mistakes are seen at once. They are few, so that their digits may be larger than those of
    the many that are right."""
    right = np.eye(len(confusion), dtype=bool)
    for group in (np.where(right, confusion, 0), np.where(right, 0, confusion)):
        font = number_font(int(group.max(initial=0)), layout.cell, look)
        if font is None:
            continue
        painter.setFont(font)
        for row, column in np.argwhere(group > 0).tolist():
            painter.setPen(QColor(*text_color_on(tuple(colors[row, column].tolist()))))
            text = f"{int(group[row, column])}"
            painter.drawText(layout.rect(row, column), int(Qt.AlignmentFlag.AlignCenter), text)


def number_font(most: int, cell: float, look: MatrixLook) -> QFont | None:
    """In which a number fits into a cell of so many pixels; None where nobody could read it."""
    font = QFont(look.font)
    size = float(font.pixelSize())
    needed = QFontMetricsF(font).horizontalAdvance(f"{most}") + 2 * look.unit
    fitting = round(min(size, size * cell / needed))
    if fitting < _LEAST_DIGITS * look.unit:
        return None
    font.setPixelSize(fitting)
    return font


def _paint_names(
    painter: QPainter,
    names: tuple[str, ...],
    layout: MatrixLayout,
    look: MatrixLook,
    pointed: tuple[int, int] | None,
) -> None:
    painter.setFont(look.font)
    metrics, gap = QFontMetricsF(look.font), 6 * look.unit
    room = layout.names - gap
    for place, name in enumerate(names):
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        row, column = layout.rect(place, 0), layout.rect(0, place)
        painter.setPen(look.strong if pointed and pointed[0] == place else look.muted)
        beside = QRectF(row.left() - layout.names, row.top(), room, row.height())
        painter.drawText(beside, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        painter.setPen(look.strong if pointed and pointed[1] == place else look.muted)
        painter.save()
        painter.translate(column.center().x(), column.top() - gap)
        painter.rotate(-90)
        above = QRectF(0, -column.width() / 2, room, column.width())
        painter.drawText(above, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()


def paint_pointed(painter: QPainter, layout: MatrixLayout, cell: tuple[int, int], pen: QPen) -> None:
    """A frame around one cell, large enough to be seen around tiny ones."""
    rect, least = layout.rect(*cell), 3 * pen.widthF()
    grown = max(least - rect.width(), 0.0) / 2
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(-grown, -grown, grown, grown))
