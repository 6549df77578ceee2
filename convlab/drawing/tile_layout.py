"""Where many tiles of one size lie in a column that is scrolled: lines of as many as fit, from the top left on.

Where a few lines would end with one that is nearly empty, all are made about even: eight tiles in 4 + 4, not 7 + 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF

_FEW_LINES = 3


@dataclass(frozen=True)
class TileLayout:
    """count tiles of width×height pixels, each with `caption` pixels below it, at least `gap` apart.

    room: the width in which they lie; what is left over in it widens the gaps between the columns, so that a full line
    reaches from edge to edge. margin: pixels left free all around.
    """

    count: int
    width: float
    height: float
    caption: float = 0.0
    gap: float = 8.0
    room: float = 400.0
    margin: float = 4.0

    @cached_property
    def columns(self) -> int:
        """As many as fit, or as make a few lines even."""
        fitting, count = self._fitting, max(self.count, 1)
        lines = -(-count // fitting)
        last = count - (lines - 1) * fitting
        uneven = 1 < lines <= _FEW_LINES and 2 * last < fitting
        return -(-count // lines) if uneven else min(fitting, count)

    @property
    def _fitting(self) -> int:
        """How many columns there is room for."""
        return max(1, int((self.room - 2 * self.margin + self.gap) // (self.width + self.gap)))

    @cached_property
    def lines(self) -> int:
        return -(-self.count // self.columns)

    @property
    def line_height(self) -> float:
        return self.height + self.caption + self.gap

    @property
    def content_height(self) -> int:
        """Of all lines with the margins."""
        return math.ceil(max(self.lines * self.line_height - self.gap, 0) + 2 * self.margin)

    @cached_property
    def step(self) -> float:
        """From the left side of a column to that of the next one."""
        columns, inner = self.columns, self.room - 2 * self.margin
        if columns < 2 or (self.lines < 2 and columns < self._fitting):
            return self.width + self.gap
        return min((inner - self.width) / (columns - 1), self.width + 3 * self.gap)

    def rect(self, place: int) -> QRectF:
        """The tile at a place, without its caption, as if nothing were scrolled; on whole pixels."""
        line, column = divmod(place, self.columns)
        return QRectF(
            round(self.margin + column * self.step),
            round(self.margin + line * self.line_height),
            self.width,
            self.height,
        )

    def caption_rect(self, place: int) -> QRectF:
        """What stands below a tile may be wider than it, up to the middle of the gaps."""
        rect, spare = self.rect(place), (self.step - self.width) / 2
        return QRectF(rect.left() - spare, rect.bottom(), rect.width() + 2 * spare, self.caption)

    def whole_rect(self, place: int) -> QRectF:
        """The tile with its caption."""
        return self.rect(place).adjusted(0, 0, 0, self.caption)

    def visible(self, top: float, bottom: float) -> range:
        """The places of the lines between these heights."""
        first = math.floor((top - self.margin) / self.line_height)
        last = math.floor((bottom - self.margin) / self.line_height)
        first, last = max(first, 0), min(last, self.lines - 1)
        return range(min(first * self.columns, self.count), min((last + 1) * self.columns, self.count))

    def at(self, point: QPointF) -> int | None:
        """The place of the tile at a point; its caption and half the gap around it count."""
        line = math.floor((point.y() - self.margin) / self.line_height)
        column = math.floor((point.x() - self.margin + (self.step - self.width) / 2) / self.step)
        place = line * self.columns + column
        return place if line >= 0 and 0 <= column < self.columns and place < self.count else None
