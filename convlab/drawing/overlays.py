"""How each mark over the cells looks: outlines, highlights, what is not written yet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from convlab.drawing.digits import digit_font, paint_number
from convlab.drawing.grid import LINES_FROM, GridStyle, coverage, paint_lines
from convlab.drawing.layout import Layout, runs

SMALLEST_MARK = 12.0  # pixels: a window on a photograph must still be found
_CONTRAST = 2.5  # pixels by which the outer tone is wider than the inner one
_HIGHLIGHT = 0.30  # opacity
_FRAMED_FROM = 14.0  # pixels a cell: highlighted cells that are smaller get no frame of their own


def at_least(rect: QRectF, side: float = SMALLEST_MARK) -> QRectF:
    """The rectangle, widened around its middle where it is too small to be seen."""
    wider, higher = max(side - rect.width(), 0.0) / 2, max(side - rect.height(), 0.0) / 2
    return rect.adjusted(-wider, -higher, wider, higher)


def with_outline(rect: QRectF, style: GridStyle) -> QRectF:
    """All that is painted when this rectangle is outlined."""
    reach = (style.stroke + _CONTRAST) / 2 + 1
    return at_least(rect).adjusted(-reach, -reach, reach, reach)


def outline(painter: QPainter, rect: QRectF, style: GridStyle) -> None:
    """A two-tone outline, visible on every ground; tiny cells get one that is larger than they are."""
    rect = at_least(rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(style.outline_contrast, style.stroke + _CONTRAST))
    painter.drawRoundedRect(rect, 2, 2)
    painter.setPen(QPen(style.outline, style.stroke))
    painter.drawRoundedRect(rect, 2, 2)


def window(
    painter: QPainter,
    layout: Layout,
    pane: int,
    rows: Sequence[int],
    columns: Sequence[int],
    style: GridStyle,
) -> None:
    """The window as one outline; with a dilation also each of its cells."""
    if not rows or not columns:
        return
    row_runs, column_runs = runs(rows), runs(columns)
    if len(row_runs) * len(column_runs) > 1 and layout.cell >= LINES_FROM:
        painter.setPen(QPen(style.outline, max(1.5, style.stroke * 0.75)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(
            [
                layout.cells_rect(pane, top, left, bottom, right).adjusted(2, 2, -2, -2)
                for top, bottom in row_runs
                for left, right in column_runs
            ]
        )
    outline(painter, layout.cells_rect(pane, min(rows), min(columns), max(rows), max(columns)), style)


def areas(
    painter: QPainter,
    layout: Layout,
    pane: int,
    rows: Sequence[int],
    columns: Sequence[int],
    area: QRectF,
    color: QColor,
) -> None:
    """A soft highlight over every pair of the rows and columns that lies in `area`."""
    if not len(rows) or not len(columns):
        return
    hull = layout.cells_rect(pane, min(rows), min(columns), max(rows), max(columns))
    seen = layout.visible(pane, at_least(hull).intersected(area))
    if seen is None:
        return
    (top_pad, _), (left_pad, _) = layout.padding
    marked_rows = _marked(rows, seen[0] - top_pad, seen[2] - top_pad)
    marked_columns = _marked(columns, seen[1] - left_pad, seen[3] - left_pad)
    target = layout.cells_rect(
        pane, seen[0] - top_pad, seen[1] - left_pad, seen[2] - top_pad, seen[3] - left_pad
    )
    painter.drawImage(target, _veil(marked_rows, marked_columns, target, color))
    if layout.cell >= _FRAMED_FROM:
        _paint_frames(painter, layout, pane, marked_rows, marked_columns, target, color)
    elif max(hull.width(), hull.height()) < SMALLEST_MARK:
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(at_least(hull))


def _marked(positions: Sequence[int], first: int, last: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of the positions first … last are among `positions`."""
    numbers = np.fromiter(positions, np.int64) - first
    result = np.zeros(last - first + 1, np.bool_)
    result[numbers[(numbers >= 0) & (numbers < result.size)]] = True
    return result


def _veil(rows: np.ndarray, columns: np.ndarray, target: QRectF, color: QColor) -> QImage:  # type: ignore[type-arg]
    """One colour, more or less transparent: where the marked rows and columns cross."""
    down, across = coverage(rows, round(target.height())), coverage(columns, round(target.width()))
    alpha = np.outer(down, across)[:, :, None] * _HIGHLIGHT
    pixels = (alpha * np.array([color.blue(), color.green(), color.red(), 255])).astype(np.uint8)
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _paint_frames(
    painter: QPainter,
    layout: Layout,
    pane: int,
    rows: np.ndarray,  # type: ignore[type-arg]
    columns: np.ndarray,  # type: ignore[type-arg]
    target: QRectF,
    color: QColor,
) -> None:
    """A line around each run of marked cells."""
    cell = layout.cell
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    column_runs = runs(np.flatnonzero(columns))
    painter.drawRects(
        [
            QRectF(
                target.left() + left * cell,
                target.top() + top * cell,
                (right - left + 1) * cell,
                (bottom - top + 1) * cell,
            ).adjusted(0.5, 0.5, -0.5, -0.5)
            for top, bottom in runs(np.flatnonzero(rows))
            for left, right in column_runs
        ]
    )


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
        rect = layout.cells_rect(pane, top, left, bottom, right).intersected(area)
        painter.fillRect(rect, style.unwritten)
        seen = layout.visible(pane, rect) if layout.cell >= LINES_FROM else None
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
