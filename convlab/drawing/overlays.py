"""What is drawn over the cells and changes with every step: outlines, highlights, what is not written yet."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from convlab.drawing.grid import LINES_FROM, GridStyle, digit_font, paint_lines, paint_number
from convlab.drawing.layout import Layout, runs

_SMALLEST_MARK = 9.0  # pixels: a window on a photograph must still be found


def outline(painter: QPainter, rect: QRectF, style: GridStyle, weight: float = 1.0) -> None:
    """A two-tone outline, visible on every ground; tiny cells get one that is larger than they are."""
    if rect.width() < _SMALLEST_MARK:
        rect = QRectF(rect.center() - QPointF(_SMALLEST_MARK / 2, _SMALLEST_MARK / 2), rect.center())
        rect.setSize(rect.size() * 2)
    width = style.stroke * weight
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(style.outline_contrast, width + 2.5))
    painter.drawRoundedRect(rect, 2, 2)
    painter.setPen(QPen(style.outline, width))
    painter.drawRoundedRect(rect, 2, 2)


def window(
    painter: QPainter, layout: Layout, pane: int, rows: list[int], columns: list[int], style: GridStyle
) -> None:
    """The window as one outline; with a dilation also each of its cells."""
    if not rows or not columns:
        return
    row_runs, column_runs = runs(rows), runs(columns)
    if len(row_runs) * len(column_runs) > 1 and layout.cell >= LINES_FROM:
        painter.setPen(QPen(style.outline, max(1.5, style.stroke * 0.75)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for top, bottom in row_runs:
            for left, right in column_runs:
                painter.drawRect(layout.cells_rect(pane, top, left, bottom, right).adjusted(2, 2, -2, -2))
    outline(painter, layout.cells_rect(pane, min(rows), min(columns), max(rows), max(columns)), style)


def areas(
    painter: QPainter, layout: Layout, pane: int, rows: Iterable[int], columns: Iterable[int], color: QColor
) -> None:
    """A soft highlight over every pair of the rows and columns."""
    fill = QColor(color)
    fill.setAlphaF(0.30)
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(fill)
    column_runs = runs(columns)
    for top, bottom in runs(rows):
        for left, right in column_runs:
            rect = layout.cells_rect(pane, top, left, bottom, right)
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def unwritten(
    painter: QPainter, layout: Layout, pane: int, count: int, area: QRectF, style: GridStyle
) -> None:
    """Cells from number `count` on, row by row, as a pale empty grid: at most two rectangles."""
    row, column = divmod(count, layout.columns)
    last_row, last_column = layout.rows - 1, layout.columns - 1
    if row > last_row:
        return
    rects = []
    if column:
        rects.append((row, column, row, last_column))
        row += 1
    if row <= last_row:
        rects.append((row, 0, last_row, last_column))
    for top, left, bottom, right in rects:
        rect = layout.cells_rect(pane, top, left, bottom, right)
        painter.fillRect(rect, style.unwritten)
        seen = layout.visible(pane, area.intersected(rect)) if layout.cell >= LINES_FROM else None
        if seen is not None:
            paint_lines(painter, layout, pane, seen, style.unwritten_line)


def question(painter: QPainter, rect: QRectF, style: GridStyle) -> None:
    """The value that is to be guessed."""
    painter.fillRect(rect, style.unwritten)
    font = digit_font(style.font, max(rect.height(), 14.0), {"?"})
    font.setWeight(QFont.Weight.Bold)
    paint_number(painter, rect, "?", font, style.outline)


def winner(painter: QPainter, rect: QRectF, style: GridStyle) -> None:
    """The cell of a pool that holds the maximum."""
    inset = max(2.0, rect.width() * 0.07)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((style.outline_contrast, style.stroke + 1.5), (style.outline, style.stroke)):
        painter.setPen(QPen(color, width))
        painter.drawEllipse(rect.adjusted(inset, inset, -inset, -inset))


def loop(painter: QPainter, rect: QRectF, style: GridStyle) -> None:
    """The region in which the player goes round."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(style.accent, max(1.5, style.stroke * 0.8), Qt.PenStyle.DashLine))
    painter.drawRect(rect.adjusted(1, 1, -1, -1))


def cursor(painter: QPainter, rect: QRectF, style: GridStyle) -> None:
    """The cell that the keys act on."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(255, 255, 255), 3.0))
    painter.drawRect(rect.adjusted(1.5, 1.5, -1.5, -1.5))
    painter.setPen(QPen(style.accent, 2.0, Qt.PenStyle.DotLine))
    painter.drawRect(rect.adjusted(1.5, 1.5, -1.5, -1.5))
