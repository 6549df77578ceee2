"""The arithmetic of a step as a strip of tiles: input over weight over product, joined by +, = and the result."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from convlab.drawing.arithmetic import Arithmetic, Term
from convlab.drawing.colors import ColorScale
from convlab.drawing.grid import (
    DIGIT_HEIGHT,
    GridStyle,
    digit_font,
    paint_hatch,
    paint_number,
    sized_font,
    text_rgb,
    text_width,
)
from convlab.drawing.numbers import signed

PLACE, MULTIPLY, ADD, BIAS, ACTIVATE, WRITE = range(6)
_WEIGHT, _PRODUCT = 0.62, 0.5  # heights of a term's lower rows, in tiles
_SIGN, _GAP = 0.42, 0.12
_SIZES = (
    46,
    40,
    34,
    28,
)  # tile sides at 100 %: the largest at which the line needs no more than `lines` lines
_TITLES = {
    "relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "selu": "SELU", "gelu": "GELU", "silu": "SiLU"
}  # fmt: skip


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


Draw = Callable[[QPainter, QRectF], None]


@dataclass(frozen=True)
class Item:
    """A piece of the strip: its width, how it is drawn, and which term it is, if it is one."""

    width: float
    draw: Draw
    term: int | None = None


@dataclass(frozen=True)
class StripLayout:
    """Where the pieces lie; height of all lines in pixels."""

    places: tuple[tuple[QRectF, Item], ...]
    height: float
    tile: float

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
    """The strip for a phase in `width` pixels. hidden: the result is to be guessed, so the products are left out."""
    best: StripLayout | None = None
    for size in (side for side in _SIZES if side <= largest):
        tile = float(round(size * style.unit))
        items = _items(arithmetic, tile, style, phase, hidden)
        best, count = _flow(items, width, tile, _row_height(arithmetic, tile, style))
        if count <= lines:
            break
    assert best is not None
    return best


def paint_strip(painter: QPainter, strip: StripLayout) -> None:
    """Draw every piece in its place."""
    for rect, item in strip.places:
        item.draw(painter, rect)


def _row_height(arithmetic: Arithmetic, tile: float, style: StripStyle) -> float:
    if any(term.factors for term in arithmetic.terms):
        return tile * (1 + _WEIGHT + _PRODUCT)
    return tile + QFontMetricsF(style.caption).height() * 1.15


def _flow(items: list[Item], width: float, tile: float, row: float) -> tuple[StripLayout, int]:
    """Pieces from left to right, going on in the next line when one is full."""
    places: list[tuple[QRectF, Item]] = []
    x = y = 0.0
    lines = 1
    for item in items:
        if x and x + item.width > width:
            x, y, lines = 0.0, y + row + tile * 0.2, lines + 1
        # Whole pixels: the pictures of tiles would be blurred or leave gaps between them.
        places.append((QRectF(round(x), round(y), math.ceil(item.width), row), item))
        x += math.ceil(item.width) + tile * _GAP
    return StripLayout(tuple(places), y + row, tile), lines


# --- pieces ---


def _items(arithmetic: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    makers = {"sum": _sum_items, "max": _pool_items, "average": _pool_items, "function": _function_items}
    return makers[arithmetic.kind](arithmetic, tile, style, phase, hidden)


def _sum_items(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items: list[Item] = []
    for index, term in enumerate(a.terms):
        if index:
            items.append(_sign("+", tile, style))
        items.append(_term(term, index, tile, style, phase, hidden))
    if hidden:
        return [*items, _sign("=", tile, style), _question(tile, style)]
    if phase >= ADD:
        items += [_sign("=", tile, style), _value(a.sum_text, tile, style)]
    has_bias = a.bias_text != "0"
    if phase >= BIAS:
        items.append(_words(f"{_with_sign(a.bias_text)} bias", tile, style))
        if has_bias:
            items += [_sign("=", tile, style), _value(a.total_text, tile, style)]
    if a.activation and phase >= ACTIVATE:
        items.append(_words(f"{_TITLES.get(a.activation, a.activation)} →", tile, style))
    elif phase >= WRITE:
        items.append(_sign("=", tile, style))
    if phase >= WRITE or (a.activation and phase >= ACTIVATE):
        items += [_result(a.result_text, tile, style), _mark(a, tile, style)]
    return items


def _pool_items(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items: list[Item] = []
    if a.kind == "max":
        items.append(_words("the largest of", tile, style))
    show = phase >= ADD and not hidden
    for index, term in enumerate(a.terms):
        if index:
            items.append(_sign("+" if a.kind == "average" else "", tile, style))
        items.append(_cell(term, index, tile, style, winner=show and term.winner))
    if not a.terms:
        items.append(_words(f"{a.count:,} cells", tile, style))
    if hidden:
        return [*items, _sign("=", tile, style), _question(tile, style)]
    if a.kind == "average" and show:
        items += [
            _sign("=", tile, style),
            _value(a.sum_text, tile, style),
            _words(f"÷ {a.count:,} cells", tile, style),
        ]
    if phase >= WRITE:
        items += [_sign("=", tile, style), _result(a.result_text, tile, style), _mark(a, tile, style)]
    return items


def _function_items(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items = [_named(term, index, tile, style) for index, term in enumerate(a.terms)]
    if phase >= ACTIVATE or hidden:
        items.append(_words(f"{a.note} =" if a.note else "=", tile, style))
    if hidden:
        return [*items, _question(tile, style)]
    if phase >= ACTIVATE:
        items += [_result(a.result_text, tile, style), _mark(a, tile, style)]
    return items


def _term(term: Term, index: int, tile: float, style: StripStyle, phase: int, hidden: bool) -> Item:
    """Input over weight over product; a folded part is one value with its name."""
    if term.factors is None:
        return _part(term, index, tile, style, hidden)

    def draw(painter: QPainter, rect: QRectF) -> None:
        assert term.factors is not None
        top = QRectF(rect.left(), rect.top(), rect.width(), tile)
        _input_tile(painter, top, term, term.factors[0], style)
        if phase < MULTIPLY:
            return
        below = QRectF(rect.left(), top.bottom(), rect.width(), round(tile * _WEIGHT))
        _tile(
            painter, below, f"× {term.factors[1]}", _rgb(style.weight_scale, term.weight or 0.0), style, 0.66
        )
        if not hidden:
            product = QRectF(rect.left(), below.bottom(), rect.width(), tile * _PRODUCT)
            _label(painter, product, term.text, style.caption, style.grid.text)

    width = max(tile, _text_width(term.text, style.caption) + 4)
    return Item(width, draw, index)


def _part(term: Term, index: int, tile: float, style: StripStyle, hidden: bool) -> Item:
    width = max(tile * 1.5, _text_width(term.name, style.caption) + tile * 0.2)

    def draw(painter: QPainter, rect: QRectF) -> None:
        top = QRectF(rect.left(), rect.top(), rect.width(), tile)
        text = "·" if hidden else term.text
        _tile(painter, top, text, _rgb(style.output_scale, float(term.number)), style)
        _label(
            painter,
            QRectF(rect.left(), top.bottom(), rect.width(), rect.height() - tile),
            term.name,
            style.caption,
            style.grid.muted,
        )

    return Item(width, draw, index)


def _cell(term: Term, index: int, tile: float, style: StripStyle, *, winner: bool) -> Item:
    def draw(painter: QPainter, rect: QRectF) -> None:
        top = QRectF(rect.left(), rect.top(), rect.width(), tile)
        _tile(painter, top, term.text, _rgb(style.input_scale, term.value), style)
        if winner:
            _outline(painter, top, style)

    return Item(tile, draw, index)


def _named(term: Term, index: int, tile: float, style: StripStyle) -> Item:
    """A number with its name, as functions have them."""
    width = max(tile * 1.3, _text_width(term.name, style.caption) + tile * 0.2)

    def draw(painter: QPainter, rect: QRectF) -> None:
        top = QRectF(rect.left(), rect.top(), rect.width(), tile)
        if term.name == "x":
            _tile(painter, top, term.text, _rgb(style.input_scale, term.value), style)
        else:
            painter.setPen(QPen(style.line, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(top)
            _label(painter, top, term.text, style.body, style.grid.text)
        _label(
            painter,
            QRectF(rect.left(), top.bottom(), rect.width(), rect.height() - tile),
            term.name,
            style.caption,
            style.grid.muted,
        )

    return Item(width, draw, index)


def _value(text: str, tile: float, style: StripStyle) -> Item:
    return Item(
        _wide(text, tile, style), lambda painter, rect: _number_tile(painter, rect, text, tile, style, False)
    )


def _result(text: str, tile: float, style: StripStyle) -> Item:
    return Item(
        _wide(text, tile, style), lambda painter, rect: _number_tile(painter, rect, text, tile, style, True)
    )


def _wide(text: str, tile: float, style: StripStyle) -> float:
    """A total may need more room than a term: its tile grows rather than its digits shrink."""
    font = QFont(style.grid.font)
    font.setPixelSize(max(8, int(tile * 0.5)))
    return max(tile * 1.1, QFontMetricsF(font).horizontalAdvance(text) + tile * 0.3)


def _number_tile(
    painter: QPainter, rect: QRectF, text: str, tile: float, style: StripStyle, outlined: bool
) -> None:
    top = QRectF(rect.left(), rect.top(), rect.width(), tile)
    _tile(painter, top, text, _rgb(style.output_scale, _number(text)), style)
    if outlined:
        _outline(painter, top, style)


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "").replace("−", "-"))
    except ValueError:
        return float("nan")


def _question(tile: float, style: StripStyle) -> Item:
    def draw(painter: QPainter, rect: QRectF) -> None:
        top = QRectF(rect.left(), rect.top(), rect.width(), tile)
        painter.fillRect(top, style.grid.unwritten)
        paint_number(painter, top, "?", digit_font(style.grid.font, tile, {"?"}), style.grid.outline)
        _outline(painter, top, style)

    return Item(tile * 1.1, draw)


def _sign(text: str, tile: float, style: StripStyle) -> Item:
    def draw(painter: QPainter, rect: QRectF) -> None:
        _label(
            painter, QRectF(rect.left(), rect.top(), rect.width(), tile), text, style.strong, style.grid.muted
        )

    return Item(tile * (_SIGN if text else 0.05), draw)


def _words(text: str, tile: float, style: StripStyle) -> Item:
    def draw(painter: QPainter, rect: QRectF) -> None:
        _label(
            painter, QRectF(rect.left(), rect.top(), rect.width(), tile), text, style.body, style.grid.text
        )

    return Item(_text_width(text, style.body) + tile * 0.2, draw)


def _mark(a: Arithmetic, tile: float, style: StripStyle) -> Item:
    """Whether the visible numbers are exact."""
    text, color = ("rounded", style.warning) if a.rounded else ("exact", style.good)

    def draw(painter: QPainter, rect: QRectF) -> None:
        _label(painter, QRectF(rect.left(), rect.top(), rect.width(), tile), text, style.strong, color)

    return Item(_text_width(text, style.strong) + tile * 0.5, draw)


# --- drawing ---


@lru_cache(maxsize=16_384)
def _rgb(scale: ColorScale, value: float) -> tuple[int, int, int]:
    red, green, blue = scale.colors_of(np.float32(value)).tolist()
    return red, green, blue


def _tile(
    painter: QPainter,
    rect: QRectF,
    text: str,
    rgb: tuple[int, int, int],
    style: StripStyle,
    size: float = 0.8,
) -> None:
    """A coloured cell with its number; pictures of tiles are kept, since the same ones come again with every step."""
    font = (
        style.grid.font.family(),
        max(7, int(rect.height() * size * DIGIT_HEIGHT)),
        int(style.grid.font.weight()),
    )
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(
        rect.topLeft(), _tile_picture(text, rgb, rect.width(), rect.height(), font, style.line.rgb(), ratio)
    )


@lru_cache(maxsize=4096)
def _tile_picture(
    text: str,
    rgb: tuple[int, int, int],
    width: float,
    height: float,
    font: tuple[str, int, int],
    line: int,
    ratio: float,
) -> QPixmap:
    pixmap = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(*rgb))
    painter = QPainter(pixmap)
    rect = QRectF(0, 0, width, height)
    painter.setPen(QPen(QColor(line), 1))
    painter.drawRect(rect.adjusted(0, 0, -1, -1))
    paint_number(painter, rect.adjusted(2, 0, -2, 0), text, sized_font(*font), QColor(*text_rgb(*rgb)))
    painter.end()
    return pixmap


def _input_tile(painter: QPainter, rect: QRectF, term: Term, text: str, style: StripStyle) -> None:
    if term.inside:
        _tile(painter, rect, text, _rgb(style.input_scale, term.value), style)
        return
    painter.fillRect(rect, style.grid.padding_ground)
    paint_hatch(painter, rect, style.grid.hatch, rect.width())
    font = digit_font(style.grid.font, rect.height() * 0.8, set())
    paint_number(painter, rect, text, font, style.grid.muted)


def _outline(painter: QPainter, rect: QRectF, style: StripStyle) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in (
        (style.grid.outline_contrast, style.grid.stroke + 2),
        (style.grid.outline, style.grid.stroke),
    ):
        painter.setPen(QPen(color, width))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)


def _label(painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor) -> None:
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)


def _text_width(text: str, font: QFont) -> float:
    return text_width(text, font)


def _with_sign(text: str) -> str:
    """+ 3 or − 3, as it is added."""
    return f"− {text[1:]}" if text.startswith("−") else f"+ {signed(text)}"
