"""The arithmetic of a step as a strip of tiles: where its pieces lie, and how they are drawn."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion

from convlab.drawing.strip_pieces import (
    ACTIVATE,
    ADD,
    BIAS,
    MULTIPLY,
    PLACE,
    WRITE,
    Item,
    pieces_of,
)
from convlab.drawing.strip_tiles import StripStyle
from convlab.drawing.terms import Arithmetic

__all__ = ["ACTIVATE", "ADD", "BIAS", "MULTIPLY", "PLACE", "WRITE", "StripLayout", "StripStyle", "layout_strip", "paint_strip"]  # fmt: skip

_GAP = 0.12  # between pieces, in tiles
_BELOW = 0.2  # between lines
_SIZES = (60, 52, 46, 40, 34, 28, 23)  # tile sides at 100 %
_ONE_LINE_DOWN_TO = 34  # rather than that, a second line with larger tiles
_MOST_PICTURES = 2048
PIECE_MARGIN = 3  # pixels around a piece that its outline may need
_pictures: dict[Hashable, QPixmap] = {}


@dataclass(frozen=True)
class StripLayout:
    """Where the pieces lie; height of all lines in pixels. lines: how many the whole step needs."""

    places: tuple[tuple[QRectF, Item], ...]
    height: float
    tile: float
    style: StripStyle
    lines: int

    def term_at(self, point: QPointF) -> int | None:
        """Which term lies at a point."""
        return next(
            (item.term for rect, item in self.places if item.term is not None and rect.contains(point)), None
        )

    def term_rect(self, term: int) -> QRectF | None:
        return next((rect for rect, item in self.places if item.term == term), None)


def layout_strip(
    arithmetic: Arithmetic,
    width: float,
    style: StripStyle,
    phase: int = WRITE,
    *,
    hidden: bool = False,
    lines: int = 2,
    largest: float = 46,
) -> StripLayout:
    """The strip for a phase in `width` pixels. hidden: the result is to be guessed, so the products are left out.

    The size of the tiles is that of the whole step, so that they keep their places from phase to phase.
    """
    best = _whole_step(arithmetic, width, style, lines, [side for side in _SIZES if side <= largest])
    if phase == WRITE and not hidden:
        return best
    pieces = pieces_of(arithmetic, best.tile, style, phase, hidden)
    part = _flow(pieces, width, best.tile, style)
    return StripLayout(part.places, max(part.height, best.height), best.tile, style, best.lines)


def _whole_step(
    arithmetic: Arithmetic, width: float, style: StripStyle, lines: int, sizes: list[int]
) -> StripLayout:
    """The largest tiles with which everything is in one line; if they would be small, those that fit `lines` lines."""
    tries = [(size, 1) for size in sizes if size >= _ONE_LINE_DOWN_TO] + [(size, lines) for size in sizes]
    best: StripLayout | None = None
    for size, most in tries:
        tile = float(round(size * style.unit))
        pieces = pieces_of(arithmetic, tile, style, WRITE, False)
        best = _flow(pieces, width, tile, style)
        if best.lines <= most:
            break
    assert best is not None
    return best


def paint_strip(painter: QPainter, strip: StripLayout, region: QRegion | None = None) -> None:
    """Draw every piece (that touches `region`) in its place.

    Pictures of pieces are kept, since the same ones come again with every step.
    """
    ratio = painter.device().devicePixelRatioF()
    for rect, item in strip.places:
        if region is not None and not region.intersects(_with_margin(rect).toRect()):
            continue
        width, height = rect.width(), rect.height()
        key = (item.key, width, height, strip.tile, strip.style.token, ratio)
        picture = _pictures.get(key)
        if picture is None:
            picture = _pictures[key] = _picture_of(item, width, height, ratio)
            if len(_pictures) > _MOST_PICTURES:
                del _pictures[next(iter(_pictures))]
        painter.drawPixmap(QPointF(rect.left() - PIECE_MARGIN, rect.top() - PIECE_MARGIN), picture)


def _with_margin(rect: QRectF) -> QRectF:
    return rect.adjusted(-PIECE_MARGIN, -PIECE_MARGIN, PIECE_MARGIN, PIECE_MARGIN)


def _picture_of(item: Item, width: float, height: float, ratio: float) -> QPixmap:
    size = width + 2 * PIECE_MARGIN, height + 2 * PIECE_MARGIN
    picture = QPixmap(math.ceil(size[0] * ratio), math.ceil(size[1] * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    item.draw(painter, QRectF(PIECE_MARGIN, PIECE_MARGIN, width, height))
    painter.end()
    return picture


def _flow(items: list[Item], width: float, tile: float, style: StripStyle) -> StripLayout:
    """Pieces from left to right, going on in the next line when one is full; a sign stays with what follows it."""
    lines: list[list[tuple[int, Item]]] = [[]]
    x, gap = 0, round(tile * _GAP)
    for number, item in enumerate(items):
        wide = math.ceil(item.width)  # whole pixels: the pictures of tiles would be blurred or leave gaps
        needed: float = wide
        if item.leads and number + 1 < len(items):
            needed += gap + items[number + 1].width
        if x and (item.breaks or x + needed > width):
            x = 0
            lines.append([])
        lines[-1].append((x, item))
        x += wide + gap
    return _stacked(lines, tile, style)


def _stacked(lines: list[list[tuple[int, Item]]], tile: float, style: StripStyle) -> StripLayout:
    """The lines below each other, each as high as its highest piece."""
    places: list[tuple[QRectF, Item]] = []
    y, below = 0, round(tile * _BELOW)
    for line in lines:
        high = math.ceil(max((item.height for _, item in line), default=tile))
        places += [(QRectF(x, y, math.ceil(item.width), high), item) for x, item in line]
        y += high + below
    return StripLayout(tuple(places), y - below, tile, style, len(lines))
