"""How much of an array is in sight: the size of its cells, how far it is scrolled, and so where every cell lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QSizeF

from convlab.drawing.layout import (
    Cell,
    Layout,
    Padding2D,
    cell_that_fits,
    panes_across,
    snapped,
    thick_enough,
)

EDGE = 6  # pixels left free around the cells, for outlines at any text scale
_AROUND = 40.0  # pixels at most that are kept in sight around a step


@dataclass(frozen=True)
class Grid:
    """What is laid out: panes of rows×columns cells with padding, gap pixels between panes and title above each."""

    rows: int
    columns: int
    padding: Padding2D
    panes: int = 1
    gap: float = 16.0
    title: float = 0.0

    @property
    def padded(self) -> Cell:
        """Rows and columns with the padding."""
        return self.rows + sum(self.padding[0]), self.columns + sum(self.padding[1])

    def across(self, room: QSizeF) -> int:
        """How many panes in a line let the cells be largest."""
        width, height = _inner(room)
        return panes_across(self.panes, *self.padded, width, height, self.gap, self.title)

    def fitting_cell(self, room: QSizeF) -> float:
        """The cell size in pixels at which everything fits into `room`, if it can be seen then."""
        width, height = _inner(room)
        cell = cell_that_fits(
            self.panes, self.across(room), *self.padded, width, height, self.gap, self.title
        )
        return snapped(thick_enough(cell, *self.padded))


class Viewport:
    """A grid seen through a window of `room` pixels. What is smaller is centred, what is larger is scrolled."""

    def __init__(self) -> None:
        self.cell = 8.0
        self._grid: Grid | None = None
        self._room = QSizeF(0, 0)
        self._scroll = QPointF(0, 0)
        self._placed: Layout | None = None

    def show(self, grid: Grid | None, room: QSizeF) -> None:
        """Another grid, or a window of another size; it stays scrolled as far as that is possible."""
        self._grid, self._room = grid, room
        self._clamp()

    def layout(self) -> Layout | None:
        """Where the cells are now; None without a grid."""
        if self._placed is None and self._grid is not None:
            base = self._base()
            x = _start(self._room.width(), base.width) - self._scroll.x()
            y = _start(self._room.height(), base.height) - self._scroll.y()
            self._placed = replace(base, origin=QPointF(round(x), round(y)))
        return self._placed

    @property
    def is_larger(self) -> bool:
        """Whether there is something to scroll."""
        layout = self.layout()
        return layout is not None and self._reach(layout) != QPointF(0, 0)

    def zoom(self, cell: float, at: QPointF | None = None) -> bool:
        """Cells of that many pixels; what is at a point of the window, else in its middle, stays there as far as that is
        possible. Whether anything changed."""
        cell = snapped(cell)
        if cell == self.cell:
            return False
        before, point = self.layout(), at if at is not None else self._center
        self.cell = cell
        self._clamp()
        layout = self.layout()
        if before is not None and layout is not None:
            pane = next((k for k in range(before.panes) if before.pane_rect(k).contains(point)), 0)
            in_cells = (point - before.pane_rect(pane).topLeft()) / before.cell
            self._scroll += layout.pane_rect(pane).topLeft() + in_cells * cell - point
            self._clamp()
        return True

    def scroll(self, distance: QPointF) -> bool:
        """Move on by so many pixels, not beyond the ends. Whether anything changed."""
        before = QPointF(self._scroll)
        self._scroll += distance
        self._clamp()
        return self._scroll != before

    def reveal(self, rows: Iterable[int], columns: Iterable[int]) -> bool:
        """Scroll so far that these cells are in sight. Whether anything changed."""
        layout, rows, columns = self.layout(), list(rows), list(columns)
        if layout is None or not rows or not columns or not self.is_larger:
            return False
        rect = layout.cells_rect(0, min(rows), min(columns), max(rows), max(columns))
        margin = min(self.cell, _AROUND)
        rect = rect.adjusted(-margin, -margin, margin, margin)
        reach = self._reach(layout)
        dx = _beyond(rect.left(), rect.right(), self._room.width()) if reach.x() else 0.0
        dy = _beyond(rect.top(), rect.bottom(), self._room.height()) if reach.y() else 0.0
        return bool(dx or dy) and self.scroll(QPointF(dx, dy))

    @property
    def _center(self) -> QPointF:
        return QPointF(self._room.width() / 2, self._room.height() / 2)

    def _base(self) -> Layout:
        grid = self._grid
        assert grid is not None
        across = grid.across(self._room)
        return Layout(
            grid.rows, grid.columns, grid.padding, grid.panes, across, self.cell, grid.gap, grid.title,
            QPointF(0, 0),
        )  # fmt: skip

    def _reach(self, layout: Layout) -> QPointF:
        """How far one can scroll. What fits without its free edge is centred, so it does not scroll."""
        wide, high = layout.width - self._room.width(), layout.height - self._room.height()
        return QPointF(wide + 2 * EDGE if wide > 0 else 0.0, high + 2 * EDGE if high > 0 else 0.0)

    def _clamp(self) -> None:
        self._placed = None
        if self._grid is None:
            self._scroll = QPointF(0, 0)
            return
        most = self._reach(self._base())
        self._scroll = QPointF(
            min(max(self._scroll.x(), 0.0), most.x()), min(max(self._scroll.y(), 0.0), most.y())
        )


def _inner(room: QSizeF) -> tuple[float, float]:
    return max(room.width() - 2 * EDGE, 1.0), max(room.height() - 2 * EDGE, 1.0)


def _start(room: float, length: float) -> float:
    return (room - length) / 2 if length <= room else float(EDGE)


def _beyond(start: float, end: float, room: float) -> float:
    """How far a stretch lies outside 0 … room; its start counts where it does not fit."""
    if start < 0 or end - start > room:
        return start
    return max(end - room, 0.0)
