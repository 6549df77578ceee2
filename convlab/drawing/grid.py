"""An array as cells: colours, numbers where they fit, the hatched padding ring, cells that nothing reads.

This is what a view keeps as one picture; what changes with every step is drawn over it by overlays.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPixmap

from convlab.drawing.colors import ColorScale, text_color_on
from convlab.drawing.layout import Layout
from convlab.drawing.numbers import cell_text

LINES_FROM = 7.0  # pixels a cell: smaller ones are drawn without lines between them
DIGIT_HEIGHT = 0.58  # of the cell, for the size of the font; capitals are 0.73 of that
NARROWEST = 0.7  # how far digits are squeezed before they get smaller
_SMOOTH_BELOW = 1.0
BoolPair = tuple[NDArray[np.bool_], NDArray[np.bool_]]


@dataclass(frozen=True)
class GridStyle:
    """Colours and the font; a widget fills it from its theme. digits_from: pixels a cell needs for its number."""

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


def paint_grid(
    painter: QPainter, content: GridContent, layout: Layout, style: GridStyle, area: QRectF
) -> None:
    """Everything of the array that lies in `area`."""
    for pane in range(content.pane_count):
        seen = layout.visible(pane, area)
        if seen is None:
            continue
        if any(map(any, layout.padding)):
            _paint_ring(painter, layout, pane, style)
        _paint_cells(painter, content, layout, pane, seen)
        if content.unread is not None:
            _paint_unread(painter, content.unread, layout, pane, style)
        if layout.cell >= LINES_FROM:
            paint_lines(painter, layout, pane, seen, style.grid)
        if layout.cell >= style.digits_from and content.panes != "color":
            _paint_digits(painter, content, layout, pane, seen, style)
        if content.titles:
            _paint_title(painter, content.titles[pane], layout, pane, style)


# --- colours ---


def _paint_cells(
    painter: QPainter, content: GridContent, layout: Layout, pane: int, seen: tuple[int, int, int, int]
) -> None:
    (top_pad, _), (left_pad, _) = layout.padding
    top, left = max(seen[0] - top_pad, 0), max(seen[1] - left_pad, 0)
    bottom, right = min(seen[2] - top_pad, layout.rows - 1), min(seen[3] - left_pad, layout.columns - 1)
    if bottom < top or right < left:
        return
    part = content.plane(pane)[top : bottom + 1, left : right + 1]
    target = layout.cells_rect(pane, top, left, bottom, right)
    if layout.cell < _SMOOTH_BELOW:
        part = _shrunk(part, round(target.width()), round(target.height()))
    painter.drawImage(target, image_of(part, content))


def image_of(part: NDArray[Any], content: GridContent) -> QImage:
    """One pixel for each value; a QImage needs rows of a multiple of four bytes, which four-byte pixels have."""
    if content.panes == "color":
        span = max(content.scale.high - content.scale.low, 1e-30)
        rgb = np.clip((part - content.scale.low) * (255 / span) + 0.5, 0, 255).astype(np.uint8)
    else:
        rgb = content.scale.colors_of(part)
    pixels = np.empty((*rgb.shape[:2], 4), np.uint8)
    pixels[:, :, :3] = rgb[:, :, ::-1]  # 32-bit pixels are blue, green, red, alpha in memory
    pixels[:, :, 3] = 255
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


def _shrunk(part: NDArray[Any], width: int, height: int) -> NDArray[Any]:
    """Values averaged to about one for each pixel of the screen."""
    import cv2

    size = (max(1, width), max(1, height))
    if part.ndim == 2:
        return np.asarray(cv2.resize(np.ascontiguousarray(part), size, interpolation=cv2.INTER_AREA))
    planes = [_shrunk(part[:, :, channel], width, height) for channel in range(part.shape[2])]
    return np.stack(planes, axis=2)


# --- padding and unread cells ---


def _paint_ring(painter: QPainter, layout: Layout, pane: int, style: GridStyle) -> None:
    rect = layout.pane_rect(pane)
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


def _paint_unread(painter: QPainter, unread: BoolPair, layout: Layout, pane: int, style: GridStyle) -> None:
    """A veil over whole rows and columns that no window ever reads."""
    veil = QColor(style.unread)
    veil.setAlphaF(0.82)
    rows, columns = unread
    for row in np.flatnonzero(~rows):
        painter.fillRect(layout.cells_rect(pane, int(row), 0, int(row), layout.columns - 1), veil)
    for column in np.flatnonzero(~columns):
        for top, bottom in _gaps(rows):
            painter.fillRect(layout.cells_rect(pane, top, int(column), bottom, int(column)), veil)


def _gaps(rows: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of rows that are read: the others are veiled already."""
    read = np.flatnonzero(rows)
    if not read.size:
        return []
    breaks = np.flatnonzero(np.diff(read) > 1)
    starts, ends = np.concatenate(([0], breaks + 1)), np.concatenate((breaks, [len(read) - 1]))
    return [(int(read[a]), int(read[b])) for a, b in zip(starts, ends, strict=True)]


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
    plane = content.plane(pane)
    rows = np.arange(seen[0], seen[2] + 1) - top_pad
    columns = np.arange(seen[1], seen[3] + 1) - left_pad
    values = padded_values(plane, rows, columns, content.padding_mode)
    colors = content.scale.colors_of(values)
    texts = [[cell_label(float(value)) for value in line] for line in values]
    font = digit_font(style.font, layout.cell, {text for line in texts for text in line})
    family = font.family(), font.pixelSize(), int(font.weight())
    ratio = painter.device().devicePixelRatioF()
    for r, row in enumerate(rows.tolist()):
        for c, column in enumerate(columns.tolist()):
            inside = layout.is_inside(row, column)
            rgb = text_rgb(*colors[r, c].tolist()) if inside else style.muted.getRgb()[:3]
            picture = digits_picture(texts[r][c], family, rgb, layout.cell, ratio)
            painter.drawPixmap(layout.cell_rect(pane, row, column).topLeft(), picture)


@lru_cache(maxsize=65_536)
def cell_label(value: float) -> str:
    return cell_text(value)


@lru_cache(maxsize=1024)
def text_rgb(red: int, green: int, blue: int) -> tuple[int, int, int]:
    return text_color_on((red, green, blue))


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


def digit_font(font: QFont, cell: float, texts: set[str]) -> QFont:
    """One font for all: as high as the cell permits, smaller only if a text would have to be squeezed too far."""
    result = QFont(font)
    size = max(7, int(cell * DIGIT_HEIGHT))
    result.setPixelSize(size)
    widest = max((text_width(text, result) for text in texts), default=0.0)
    room = cell * 0.88 / NARROWEST
    if widest > room:
        result.setPixelSize(max(6, int(size * room / widest)))
    return result


def text_width(text: str, font: QFont) -> float:
    """The width of a text in pixels; measured once."""
    return _advance(text, font.family(), font.pixelSize(), int(font.weight()))


@lru_cache(maxsize=16_384)
def _advance(text: str, family: str, size: int, weight: int) -> float:
    return QFontMetricsF(sized_font(family, size, weight)).horizontalAdvance(text)


@lru_cache(maxsize=256)
def sized_font(family: str, size: int, weight: int) -> QFont:
    """A font of that size in pixels, with figures of equal width; the same object each time."""
    font = QFont(family)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@lru_cache(maxsize=8192)
def digits_picture(
    text: str, family: tuple[str, int, int], rgb: tuple[int, int, int], cell: float, ratio: float
) -> QPixmap:
    """A number in the middle of a cell, squeezed if it must be. Kept, since the same numbers come again and again."""
    side = max(1, round(cell * ratio))
    pixmap = QPixmap(side, side)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    paint_number(painter, QRectF(0, 0, cell, cell), text, sized_font(*family), QColor(*rgb))
    painter.end()
    return pixmap


def paint_number(painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor) -> None:
    """A text in the middle of `rect`, squeezed horizontally where it is wider."""
    width = text_width(text, font)
    squeeze = min(1.0, rect.width() * 0.88 / width) if width else 1.0
    painter.save()
    painter.setFont(font)
    painter.setPen(color)
    painter.translate(rect.center())
    painter.scale(squeeze, 1.0)
    painter.drawText(
        QRectF(-rect.width() / squeeze, -rect.height() / 2, 2 * rect.width() / squeeze, rect.height()),
        Qt.AlignmentFlag.AlignCenter,
        text,
    )
    painter.restore()


def _paint_title(painter: QPainter, text: str, layout: Layout, pane: int, style: GridStyle) -> None:
    rect = layout.pane_rect(pane)
    font = QFont(style.font)
    font.setPixelSize(max(9, round(layout.title * 0.62)))
    painter.setFont(font)
    painter.setPen(style.muted)
    place = QRectF(rect.left(), rect.top() - layout.title, max(rect.width(), 60.0), layout.title)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
