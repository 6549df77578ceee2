"""An array as cells: colours, numbers where they fit, the hatched padding ring, cells that nothing reads.

This is what a view keeps as one picture; what changes with every step is drawn over it by overlays.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from convlab.drawing.colors import NOT_A_NUMBER, ColorScale, is_light
from convlab.drawing.digits import DigitsPainter, digit_font, squeeze_for
from convlab.drawing.layout import Layout
from convlab.drawing.numbers import cell_text

LINES_FROM = 7.0  # pixels a cell: smaller ones are drawn without lines between them
VEIL = 0.82  # opacity of what lies over cells that nothing reads
_SMOOTH_BELOW = 1.0  # pixels of the screen a cell
BoolPair = tuple[NDArray[np.bool_], NDArray[np.bool_]]


@dataclass(frozen=True)
class GridStyle:
    """Colours and the font; a widget fills it from its theme. digits_from, lines_from: pixels that a cell needs for its
    number, and for lines around it."""

    font: QFont
    grid: QColor
    padding_ground: QColor
    hatch: QColor
    text: QColor
    muted: QColor
    unread: QColor
    unwritten: QColor
    unwritten_line: QColor
    outline: QColor
    outline_contrast: QColor
    accent: QColor
    digits_from: float = 20.0
    lines_from: float = LINES_FROM
    stroke: float = 2.0
    dark: bool = False


@dataclass(frozen=True, eq=False)
class GridContent:
    """What is shown: values (h, w, c), which channels in which pane (or all as colour), the padding around them."""

    values: NDArray[Any]
    scale: ColorScale
    panes: tuple[int, ...] | str
    titles: tuple[str, ...] = ()
    padding_mode: str = "zeros"
    unread: BoolPair | None = None
    texts: dict[float, str] = field(default_factory=dict)

    @property
    def pane_count(self) -> int:
        return 1 if self.panes == "color" else len(self.panes)

    def plane(self, pane: int) -> NDArray[Any]:
        """The values (h, w) of one pane; (h, w, 3) where colours are shown."""
        return self.values if self.panes == "color" else self.values[:, :, int(self.panes[pane])]

    def color_of(self, part: NDArray[Any]) -> NDArray[np.uint8]:
        """The colours (h, w, 3) of some of the values of a plane."""
        if self.panes != "color":
            return self.scale.colors_of(part)
        span = max(self.scale.high - self.scale.low, 1e-30)
        rgb = np.clip((part - self.scale.low) * (255 / span) + 0.5, 0, 255)
        unknown = np.isnan(rgb)
        if unknown.any():
            rgb = np.where(unknown, NOT_A_NUMBER[0], rgb)
        return np.asarray(rgb.astype(np.uint8))


def same_picture(one: GridContent | None, other: GridContent | None) -> bool:
    """Whether nothing has to be painted anew. Arrays are never changed in place: the same array has the same values."""
    if one is None or other is None:
        return one is other
    same_pair = (one.unread is None) == (other.unread is None) and all(
        np.array_equal(a, b) for a, b in zip(one.unread or (), other.unread or (), strict=True)
    )
    return (
        one.values is other.values
        and (one.scale, one.panes, one.titles) == (other.scale, other.panes, other.titles)
        and one.padding_mode == other.padding_mode
        and same_pair
    )


def paint_grid(
    painter: QPainter, content: GridContent, layout: Layout, style: GridStyle, area: QRectF
) -> None:
    """Everything of the array that lies in `area`."""
    for pane in range(content.pane_count):
        seen = layout.visible(pane, area)
        if seen is None:
            continue
        if any(map(any, layout.padding)):
            _paint_ring(painter, layout, pane, seen, style)
        _paint_cells(painter, content, layout, pane, seen, style)
        if layout.cell >= style.lines_from:
            paint_lines(painter, layout, pane, seen, style.grid)
        if layout.cell >= style.digits_from and content.panes != "color":
            _paint_digits(painter, content, layout, pane, seen, style)
        if content.titles:
            _paint_title(painter, content.titles[pane], layout, pane, style)


# --- colours ---


def _paint_cells(
    painter: QPainter,
    content: GridContent,
    layout: Layout,
    pane: int,
    seen: tuple[int, int, int, int],
    style: GridStyle,
) -> None:
    (top_pad, _), (left_pad, _) = layout.padding
    top, left = max(seen[0] - top_pad, 0), max(seen[1] - left_pad, 0)
    bottom, right = min(seen[2] - top_pad, layout.rows - 1), min(seen[3] - left_pad, layout.columns - 1)
    if bottom < top or right < left:
        return
    part = content.plane(pane)[top : bottom + 1, left : right + 1]
    read = None
    if content.unread is not None:
        read = content.unread[0][top : bottom + 1], content.unread[1][left : right + 1]
    target = layout.cells_rect(pane, top, left, bottom, right)
    ratio = painter.device().devicePixelRatioF()
    if layout.cell * ratio < _SMOOTH_BELOW:
        part = _shrunk(part, round(target.width() * ratio), round(target.height() * ratio))
    painter.drawImage(target, image_of(part, content, read, style.unread))


def image_of(
    part: NDArray[Any], content: GridContent, read: BoolPair | None = None, veil: QColor | None = None
) -> QImage:
    """One pixel for each value of `part` (h, w) or (h, w, 3).

    read: which of its rows and columns are read; `veil` is laid over the others. They may be longer than `part`, which
    was shrunk then.
    """
    veiled = read is not None and veil is not None and not (read[0].all() and read[1].all())
    if content.panes != "color" and not veiled:
        places, unknown = content.scale.places_of(part)
        if unknown is None:
            return _indexed(places, content.scale)
    rgb = content.color_of(part)
    if read is not None and veil is not None and not (read[0].all() and read[1].all()):
        rgb = _veiled(rgb, read, veil)
    # A QImage needs rows of a multiple of four bytes, which four-byte pixels have.
    pixels = np.empty((*rgb.shape[:2], 4), np.uint8)
    pixels[:, :, :3] = rgb[:, :, ::-1]  # 32-bit pixels are blue, green, red, alpha in memory
    pixels[:, :, 3] = 255
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


def _indexed(places: NDArray[np.uint8], scale: ColorScale) -> QImage:
    """An image of one byte a pixel with the scale's table: Qt looks the colours up faster than numpy does."""
    places = np.ascontiguousarray(places)
    height, width = places.shape
    picture = QImage(places.data, width, height, width, QImage.Format.Format_Indexed8).copy()
    picture.setColorTable(_color_table(scale.kind, scale.dark))
    return picture


@lru_cache(maxsize=4)
def _color_table(kind: Literal["grey", "signed"], dark: bool) -> list[int]:
    return [0xFF000000 | r << 16 | g << 8 | b for r, g, b in ColorScale(kind, dark=dark).table.tolist()]


def _veiled(rgb: NDArray[np.uint8], read: BoolPair, color: QColor) -> NDArray[np.uint8]:
    """The colours with a veil over all that no window ever reads."""
    down, across = coverage(read[0], rgb.shape[0]), coverage(read[1], rgb.shape[1])
    veil = VEIL - VEIL * np.outer(down, across)[:, :, None]
    mixed = rgb + (np.array(color.getRgb()[:3], np.float32) - rgb) * veil  # type: ignore[index]
    return np.asarray(mixed + 0.5).astype(np.uint8)


def coverage(marked: NDArray[np.bool_], pixels: int) -> NDArray[np.float32]:
    """How much of each of `pixels` equal parts is marked, 0 to 1: a line of cells as a line of pixels."""
    pixels = max(pixels, 1)
    if pixels == len(marked):
        return marked.astype(np.float32)
    sums = np.concatenate(([0.0], np.cumsum(marked)))
    edges = np.interp(np.linspace(0, len(marked), pixels + 1), np.arange(len(sums)), sums)
    return (np.diff(edges) * (pixels / len(marked))).astype(np.float32)


def _shrunk(part: NDArray[Any], width: int, height: int) -> NDArray[Any]:
    """Values averaged to about one for each pixel of the screen.

    Squares of whole cells are averaged first, which is many times faster than averaging parts of cells.
    """
    import cv2

    if part.ndim == 3:
        return np.stack([_shrunk(part[:, :, c], width, height) for c in range(part.shape[2])], axis=2)
    size = (max(1, width), max(1, height))
    squares = min(part.shape[0] // size[1], part.shape[1] // size[0])
    if squares > 1:
        whole = part.shape[1] // squares, part.shape[0] // squares
        part = part[: whole[1] * squares, : whole[0] * squares]
        part = cv2.resize(np.ascontiguousarray(part), whole, interpolation=cv2.INTER_AREA)
    way = cv2.INTER_LINEAR if squares > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(np.ascontiguousarray(part), size, interpolation=way))


# --- padding and lines ---


def _paint_ring(
    painter: QPainter, layout: Layout, pane: int, seen: tuple[int, int, int, int], style: GridStyle
) -> None:
    """The ground of the padding, as far as it is in sight: of a zoomed photograph mostly nothing is."""
    (top, _), (left, _) = layout.padding
    inside = seen[0] >= top and seen[1] >= left
    if inside and seen[2] < top + layout.rows and seen[3] < left + layout.columns:
        return
    rect = layout.cells_rect(pane, seen[0] - top, seen[1] - left, seen[2] - top, seen[3] - left)
    painter.fillRect(rect, style.padding_ground)
    if layout.cell >= LINES_FROM:
        paint_hatch(painter, rect, style.hatch, layout.cell)


def paint_hatch(painter: QPainter, rect: QRectF, color: QColor, cell: float) -> None:
    """Slanted lines, a few in each cell, that continue from cell to cell."""
    step = max(4.0, cell / 5)
    painter.save()
    painter.setClipRect(rect)
    painter.setPen(QPen(color, 1.0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    reach = rect.width() + rect.height()
    distance = 0.0
    while distance < reach:
        start = QPointF(rect.left() + distance, rect.top())
        painter.drawLine(start, QPointF(rect.left() + distance - rect.height(), rect.bottom()))
        distance += step
    painter.restore()


def paint_lines(
    painter: QPainter, layout: Layout, pane: int, seen: tuple[int, int, int, int], color: QColor
) -> None:
    """Thin lines between the cells in sight."""
    corner = layout.pane_rect(pane).topLeft()
    cell = layout.cell
    top, left, bottom, right = seen
    x0, x1 = corner.x() + left * cell, corner.x() + (right + 1) * cell
    y0, y1 = corner.y() + top * cell, corner.y() + (bottom + 1) * cell
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    thickness = 1.0 if cell < 40 else 2.0
    for row in range(top + 1, bottom + 1):
        painter.fillRect(QRectF(x0, corner.y() + row * cell - thickness / 2, x1 - x0, thickness), color)
    for column in range(left + 1, right + 1):
        painter.fillRect(QRectF(corner.x() + column * cell - thickness / 2, y0, thickness, y1 - y0), color)


# --- digits ---


def _paint_digits(
    painter: QPainter,
    content: GridContent,
    layout: Layout,
    pane: int,
    seen: tuple[int, int, int, int],
    style: GridStyle,
) -> None:
    (top_pad, _), (left_pad, _) = layout.padding
    rows = np.arange(seen[0], seen[2] + 1) - top_pad
    columns = np.arange(seen[1], seen[3] + 1) - left_pad
    values = padded_values(content.plane(pane), rows, columns, content.padding_mode)
    texts = [[cell_text(value) for value in line] for line in values.tolist()]
    inks = _inks(content, values, rows, columns, layout, style)
    all_texts = {text for line in texts for text in line}
    font = digit_font(style.font, layout.cell, all_texts)
    squeeze = squeeze_for(font, layout.cell, all_texts)
    family = font.family(), font.pixelSize(), int(font.weight())
    cell, corner = layout.cell, layout.pane_rect(pane).topLeft()
    digits = DigitsPainter(painter, family, squeeze, cell)
    ys = (corner.y() + np.arange(seen[0], seen[2] + 1) * cell).tolist()
    xs = (corner.x() + np.arange(seen[1], seen[3] + 1) * cell).tolist()
    for y, line, colors in zip(ys, texts, inks, strict=True):
        for x, text, ink in zip(xs, line, colors, strict=True):
            digits.paint(x, y, text, ink)


def _inks(
    content: GridContent,
    values: NDArray[Any],
    rows: NDArray[Any],
    columns: NDArray[Any],
    layout: Layout,
    style: GridStyle,
) -> list[list[int]]:
    """The colour of each number (0xRRGGBB): black or white on a cell, quiet in the padding and where nothing reads."""
    inks = np.where(is_light(content.scale.colors_of(values)), 0, 0xFFFFFF)
    inside = (rows >= 0) & (rows < layout.rows), (columns >= 0) & (columns < layout.columns)
    if content.unread is not None:
        read_rows = content.unread[0][np.clip(rows, 0, layout.rows - 1)]
        read_columns = content.unread[1][np.clip(columns, 0, layout.columns - 1)]
        inks[~np.logical_and.outer(read_rows, read_columns)] = style.text.rgb() & 0xFFFFFF
    inks[~np.logical_and.outer(*inside)] = style.muted.rgb() & 0xFFFFFF
    result: list[list[int]] = inks.tolist()
    return result


def padded_values(plane: NDArray[Any], rows: NDArray[Any], columns: NDArray[Any], mode: str) -> NDArray[Any]:
    """The values (rows, columns) at positions that may lie in the padding, which is filled as the operation does."""
    height, width = plane.shape[:2]
    if mode == "reflect":
        rows, columns = _mirrored(rows, height), _mirrored(columns, width)
    source = plane[np.ix_(np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1))]
    if mode != "zeros":
        return np.asarray(source)
    outside = (rows < 0)[:, None] | (rows >= height)[:, None] | (columns < 0) | (columns >= width)
    return np.where(outside, np.float32(0), source)


def _mirrored(positions: NDArray[Any], size: int) -> NDArray[Any]:
    return np.asarray(size - 1 - np.abs(size - 1 - np.abs(positions)))


def _paint_title(painter: QPainter, text: str, layout: Layout, pane: int, style: GridStyle) -> None:
    rect = layout.pane_rect(pane)
    font = QFont(style.font)
    font.setPixelSize(max(9, round(layout.title * 0.62)))
    painter.setFont(font)
    painter.setPen(style.muted)
    place = QRectF(rect.left(), rect.top() - layout.title, max(rect.width(), 60.0), layout.title)
    room = round(place.width() + layout.gap / 2)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
    place.setWidth(room)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
