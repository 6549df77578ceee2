"""How the tiles of the strip look: coloured cells with numbers, hatched padding, outlines and words."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from convlab.drawing.colors import ColorScale
from convlab.drawing.digits import (
    DIGIT_HEIGHT,
    NARROWEST,
    digit_font,
    paint_number,
    sized_font,
    text_rgb,
    text_width,
)
from convlab.drawing.grid import GridStyle, paint_hatch

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class StripStyle:
    """Colours, fonts and the scales of the three views that the tiles repeat. unit: pixels for 1 px at 100 %."""

    grid: GridStyle
    body: QFont
    strong: QFont
    caption: QFont
    good: QColor
    warning: QColor
    line: QColor
    input_scale: ColorScale
    weight_scale: ColorScale
    output_scale: ColorScale
    unit: float = 1.0

    @cached_property
    def token(self) -> Hashable:
        """What pictures of pieces depend on, apart from the scales, whose colours are part of each piece's key."""
        colors = (self.grid.text, self.grid.muted, self.grid.outline, self.grid.padding_ground, self.line)
        return (*(color.rgba() for color in colors), self.body.pixelSize(), self.grid.stroke)

    @cached_property
    def kept(self) -> dict[Hashable, Any]:
        """Pieces of words and signs, which are the same in every step."""
        return {}


def split(rect: QRectF, tile: float) -> tuple[QRectF, QRectF]:
    """The tile and what lies below it."""
    top = QRectF(rect.left(), rect.top(), rect.width(), tile)
    return top, QRectF(rect.left(), top.bottom(), rect.width(), rect.height() - tile)


def caption_height(style: StripStyle) -> float:
    return style.caption.pixelSize() * 1.4


def caption_of(below: QRectF, style: StripStyle) -> QRectF:
    """Where a name stands right below its tile, though others in the line have more rows."""
    return QRectF(below.left(), below.top(), below.width(), min(below.height(), caption_height(style)))


@lru_cache(maxsize=16_384)
def rgb_of(scale: ColorScale, value: float) -> Rgb:
    red, green, blue = scale.colors_of(np.array([value], np.float32))[0].tolist()
    return red, green, blue


def paint_tile(
    painter: QPainter, rect: QRectF, text: str, rgb: Rgb, style: StripStyle, size: float = 0.8
) -> None:
    """A coloured cell with its number."""
    painter.fillRect(rect, QColor(*rgb))
    painter.setPen(QPen(style.line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    family, weight = style.grid.font.family(), int(style.grid.font.weight())
    pixels = max(7, int(rect.height() * size * DIGIT_HEIGHT))
    width, room = text_width(text, sized_font(family, pixels, weight)), (rect.width() - 4) / NARROWEST
    if width > room:
        pixels = max(6, int(pixels * room / width))
    font = sized_font(family, pixels, weight)
    paint_number(painter, rect.adjusted(2, 0, -2, 0), text, font, QColor(*text_rgb(*rgb)))


def paint_input(painter: QPainter, rect: QRectF, text: str, ground: Rgb | None, style: StripStyle) -> None:
    """An input cell; hatched as the padding ring is, where it lies in that."""
    if ground is not None:
        paint_tile(painter, rect, text, ground, style)
        return
    painter.fillRect(rect, style.grid.padding_ground)
    paint_hatch(painter, rect, style.grid.hatch, rect.width())
    font = digit_font(style.grid.font, rect.height() * 0.8, set())
    paint_number(painter, rect, text, font, style.grid.muted)


def paint_outline(painter: QPainter, rect: QRectF, style: StripStyle) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pens = (
        (style.grid.outline_contrast, style.grid.stroke + 2),
        (style.grid.outline, style.grid.stroke),
    )
    for color, width in pens:
        painter.setPen(QPen(color, width))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)


def paint_label(painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor) -> None:
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)


def paint_frame(painter: QPainter, rect: QRectF, text: str, style: StripStyle) -> None:
    """A number that is no cell: framed, without a colour of its own."""
    painter.setPen(QPen(style.line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    paint_label(painter, rect, text, style.body, style.grid.text)
