"""The marks over the cells of an array: which ones there are now, and where each of them lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from convlab.drawing import overlays
from convlab.drawing.grid import GridStyle
from convlab.drawing.layout import Cell, Layout
from convlab.drawing.shade import Mask, paint_shade

Region = tuple[int, int, int, int]  # top, left, bottom, right, all included
Positions = tuple[Sequence[int], Sequence[int]]  # rows and columns


@dataclass
class Marks:
    """What a view is told to draw over its cells; None or empty for what is not shown.

    window: the positions under the kernel, which may lie in the padding. cell: the output of the present step.
    readers, marked: highlighted positions. written: how many cells are written, row by row. hidden: the cell with the
    question mark. winners: the cells that hold a pool's maximum. loop, region: where the player goes round, and what
    the mouse spans just now. cursor: the cell that keys act on. shade: (rows, columns), False for cells that do not
    take part.
    """

    window: Positions | None = None
    cell: Cell | None = None
    readers: Positions = ((), ())
    marked: Positions = ((), ())
    written: int | None = None
    hidden: Cell | None = None
    winners: list[Cell] = field(default_factory=list)
    loop: Region | None = None
    region: Region | None = None
    cursor: Cell | None = None
    shade: Mask | None = None

    def paint(self, painter: QPainter, layout: Layout, pane: int, area: QRectF, style: GridStyle) -> None:
        """Draw all of them over one pane, as far as they lie in `area`."""
        if self.shade is not None:
            paint_shade(painter, layout, pane, self.shade, style)
        if self.written is not None:
            overlays.unwritten(painter, layout, pane, self.written, area, style)
        if self.hidden is not None:
            overlays.question(painter, layout.cell_rect(pane, *self.hidden), style)
        for rows, columns in (self.readers, self.marked):
            overlays.areas(painter, layout, pane, rows, columns, area, style.outline)
        for region in (self.loop, self.region):
            if region is not None:
                overlays.loop(painter, layout.cells_rect(pane, *region), style)
        if self.window is not None:
            overlays.window(painter, layout, pane, *self.window, style)
        for cell in self.winners:
            overlays.winner(painter, layout.cell_rect(pane, *cell), style)
        if self.cell is not None:
            overlays.outline(painter, layout.cell_rect(pane, *self.cell), style)
        if self.cursor is not None:
            overlays.cursor(painter, layout.cell_rect(pane, *self.cursor), style)

    def places(self, name: str, layout: Layout, pane: int, style: GridStyle) -> list[QRectF]:
        """What has to be painted anew when this mark comes, goes or moves; `written` is asked of written_between."""
        value = getattr(self, name)
        if name in ("cell", "hidden", "cursor"):
            spans = [] if value is None else [(*value, *value)]
        elif name == "winners":
            spans = [(*cell, *cell) for cell in value]
        elif name in ("loop", "region"):
            spans = [] if value is None else [value]
        else:
            spans = _hull(value)
        return [overlays.with_outline(layout.cells_rect(pane, *span), style) for span in spans]


def written_between(layout: Layout, pane: int, before: int | None, after: int | None) -> QRectF:
    """The cells that are written by one count and not by the other; None stands for all."""
    total = layout.rows * layout.columns
    first, last = sorted(total if count is None else min(max(count, 0), total) for count in (before, after))
    if first == last:
        return QRectF()
    (top, left), (bottom, right) = divmod(first, layout.columns), divmod(last - 1, layout.columns)
    if top != bottom:
        left, right = 0, layout.columns - 1
    return layout.cells_rect(pane, top, left, bottom, right).adjusted(-1, -1, 1, 1)


def _hull(positions: Positions | None) -> list[Region]:
    if positions is None or not len(positions[0]) or not len(positions[1]):
        return []
    rows, columns = positions
    return [(min(rows), min(columns), max(rows), max(columns))]
