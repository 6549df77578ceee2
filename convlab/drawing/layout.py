"""Where the cells of an array lie on the screen: panes side by side, each with its padding ring, at one cell size."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

THINNEST = 16.0  # pixels of the shorter side of an array
Cell = tuple[int, int]
Padding2D = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Layout:
    """Panes of rows×columns cells plus padding, `cell` pixels each, with `gap` between panes and `title` above each.

    origin: the top left corner of the first pane's title, in pixels. across: how many panes stand in one line.
    """

    rows: int
    columns: int
    padding: Padding2D
    panes: int
    across: int
    cell: float
    gap: float
    title: float
    origin: QPointF

    @property
    def padded_rows(self) -> int:
        return self.rows + sum(self.padding[0])

    @property
    def padded_columns(self) -> int:
        return self.columns + sum(self.padding[1])

    @property
    def pane_width(self) -> float:
        return self.padded_columns * self.cell

    @property
    def pane_height(self) -> float:
        return self.padded_rows * self.cell

    @property
    def width(self) -> float:
        """Of all panes together."""
        return self.across * self.pane_width + (self.across - 1) * self.gap

    @property
    def height(self) -> float:
        lines = -(-self.panes // self.across)
        return lines * (self.pane_height + self.title) + (lines - 1) * self.gap

    def pane_rect(self, pane: int) -> QRectF:
        """The cells of one pane, the padding ring included."""
        line, place = divmod(pane, self.across)
        x = self.origin.x() + place * (self.pane_width + self.gap)
        y = self.origin.y() + line * (self.pane_height + self.title + self.gap) + self.title
        return QRectF(x, y, self.pane_width, self.pane_height)

    def cells_rect(self, pane: int, top: int, left: int, bottom: int, right: int) -> QRectF:
        """The cells from (top, left) to (bottom, right), both included; negative ones lie in the padding."""
        corner = self.pane_rect(pane).topLeft()
        x = corner.x() + (left + self.padding[1][0]) * self.cell
        y = corner.y() + (top + self.padding[0][0]) * self.cell
        return QRectF(x, y, (right - left + 1) * self.cell, (bottom - top + 1) * self.cell)

    def cell_rect(self, pane: int, row: int, column: int) -> QRectF:
        return self.cells_rect(pane, row, column, row, column)

    def cell_at(self, point: QPointF) -> tuple[int, int, int] | None:
        """(pane, row, column) at a point; None between and outside the panes. Rows may be negative: padding."""
        for pane in range(self.panes):
            rect = self.pane_rect(pane)
            if rect.contains(point):
                row = math.floor((point.y() - rect.y()) / self.cell) - self.padding[0][0]
                column = math.floor((point.x() - rect.x()) / self.cell) - self.padding[1][0]
                return pane, row, column
        return None

    def is_inside(self, row: int, column: int) -> bool:
        """Whether a cell belongs to the array and not to its padding."""
        return 0 <= row < self.rows and 0 <= column < self.columns

    def visible(self, pane: int, area: QRectF) -> tuple[int, int, int, int] | None:
        """The first row and column and the last row and column, in padded cells, that `area` shows; None for none."""
        rect = self.pane_rect(pane)
        seen = rect.intersected(area)
        if seen.isEmpty():
            return None
        top, left = int((seen.top() - rect.top()) / self.cell), int((seen.left() - rect.left()) / self.cell)
        bottom = min(math.ceil((seen.bottom() - rect.top()) / self.cell), self.padded_rows) - 1
        right = min(math.ceil((seen.right() - rect.left()) / self.cell), self.padded_columns) - 1
        return top, left, max(bottom, top), max(right, left)


def panes_across(
    panes: int, rows: int, columns: int, width: float, height: float, gap: float, title: float
) -> int:
    """How many panes in a line let the cells be largest."""
    return max(
        range(1, panes + 1), key=lambda n: cell_that_fits(panes, n, rows, columns, width, height, gap, title)
    )


def cell_that_fits(
    panes: int, across: int, rows: int, columns: int, width: float, height: float, gap: float, title: float
) -> float:
    """The cell size in pixels at which all panes fit into width×height; rows and columns include the padding."""
    lines = -(-panes // across)
    wide = (width - (across - 1) * gap) / (across * columns)
    high = (height - lines * title - (lines - 1) * gap) / (lines * rows)
    return max(min(wide, high), 1e-3)


def thick_enough(cell: float, rows: int, columns: int) -> float:
    """A line of 1×5000 cells that fits is thinner than a pixel: cells so large that it can be seen. Then it scrolls."""
    return max(cell, THINNEST / min(rows, columns))


def snapped(cell: float) -> float:
    """Whole pixels where cells can be told apart, so that they are crisp and equal."""
    return float(math.floor(cell)) if cell >= 4 else cell


def runs(positions: object) -> list[tuple[int, int]]:
    """Positions as runs of neighbours (first, last), ascending."""
    found: list[tuple[int, int]] = []
    for position in sorted({int(position) for position in positions}):  # type: ignore[attr-defined]
        if found and position == found[-1][1] + 1:
            found[-1] = (found[-1][0], position)
        else:
            found.append((position, position))
    return found
