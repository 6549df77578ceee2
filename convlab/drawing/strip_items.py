"""A single piece of the strip: how a term, a part, a total, a sign or a word is drawn, and how wide it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from convlab.drawing.digits import NARROWEST, digit_font, paint_number, sized_font, text_width
from convlab.drawing.strip_tiles import (
    StripStyle,
    caption_height,
    caption_of,
    paint_frame,
    paint_input,
    paint_label,
    paint_outline,
    paint_tile,
    rgb_of,
    split,
)
from convlab.drawing.terms import Arithmetic, Term

PLACE, MULTIPLY, ADD, BIAS, ACTIVATE, WRITE = range(6)
WEIGHT_HEIGHT, PRODUCT_HEIGHT = 0.62, 0.5  # of a term's lower rows, in tiles
_SIGN = 0.42
_USUAL_FACTOR = 7  # characters; for a longer one its tile grows rather than its digits shrink
Draw = Callable[[QPainter, QRectF], None]


@dataclass(frozen=True)
class Item:
    """A piece of the strip: its size, how it is drawn, and which term it is, if it is one.

    key: pieces with equal keys look alike in one style and size. leads: it stays in the line of the piece after it. breaks: it
    begins a line.
    """

    width: float
    height: float
    draw: Draw
    key: Hashable
    term: int | None = None
    leads: bool = False
    breaks: bool = False


# --- terms ---


def term_item(term: Term, index: int, tile: float, style: StripStyle, phase: int, hidden: bool) -> Item:
    """Input over weight over product, and its name if it has one; a folded part is one value with its name."""
    factors = term.factors
    if factors is None:
        return part_item(term, index, tile, style, hidden or phase < MULTIPLY)
    ground = rgb_of(style.input_scale, term.value) if term.inside else None
    weight = rgb_of(style.weight_scale, term.weight or 0.0) if phase >= MULTIPLY else None
    product = term.text if phase >= MULTIPLY and not hidden else ""

    def draw(painter: QPainter, rect: QRectF) -> None:
        top = QRectF(rect.left(), rect.top(), rect.width(), tile)
        paint_input(painter, top, factors[0], ground, style)
        below = QRectF(rect.left(), top.bottom(), rect.width(), round(tile * WEIGHT_HEIGHT))
        if weight is not None:
            paint_tile(painter, below, f"× {factors[1]}", weight, style, 0.66)
        bottom = QRectF(rect.left(), below.bottom(), rect.width(), rect.bottom() - below.bottom())
        if name:
            bottom.setHeight(bottom.height() - caption_height(style))
            label = QRectF(rect.left(), bottom.bottom(), rect.width(), caption_height(style))
            paint_label(painter, label, name, style.caption, style.grid.muted)
        paint_label(painter, bottom, product, style.caption, style.grid.text)

    name = term.name
    width = tile if len(term.text) <= 3 else max(tile, text_width(term.text, style.caption) + 4)
    width = max(width, text_width(name, style.caption) + 4) if name else width
    if len(factors[1]) > _USUAL_FACTOR:
        width = max(width, text_width(f"× {factors[1]}", style.caption) * NARROWEST + 4)
    rows = max(tile * PRODUCT_HEIGHT, caption_height(style)) + (caption_height(style) if name else 0)
    return Item(
        width,
        tile * (1 + WEIGHT_HEIGHT) + rows,
        draw,
        ("term", factors, ground, weight, product, name),
        index,
    )


def part_item(term: Term, index: int, tile: float, style: StripStyle, hidden: bool) -> Item:
    """The sum of a channel or a row; a frame shows that it can be opened."""
    color = None if hidden else rgb_of(style.output_scale, float(term.number))
    text = "" if hidden else term.text
    name = f"{term.name} ▸" if term.part is not None and term.part >= 0 else term.name
    name = f"◂ {name}" if term.part == -1 else name

    def draw(painter: QPainter, rect: QRectF) -> None:
        top, below = split(rect, tile)
        if color is None:
            painter.fillRect(top, style.grid.unwritten)
        else:
            paint_tile(painter, top, text, color, style)
        paint_label(painter, caption_of(below, style), name, style.caption, style.grid.muted)

    width = max(_wide(term.text, tile, style), text_width(name, style.caption) + tile * 0.2)
    return Item(width, tile + caption_height(style), draw, ("part", text, name, color), index)


def cell_item(term: Term, index: int, tile: float, style: StripStyle, *, winner: bool) -> Item:
    color = rgb_of(style.input_scale, term.value)

    def draw(painter: QPainter, rect: QRectF) -> None:
        top, _ = split(rect, tile)
        paint_tile(painter, top, term.text, color, style)
        if winner:
            paint_outline(painter, top, style)

    width = max(tile, _wide(term.text, tile, style, 0.7))
    return Item(width, tile, draw, ("cell", term.text, color, winner), index)


def named_item(
    term: Term, index: int | None, tile: float, style: StripStyle, *, winner: bool = False
) -> Item:
    """A number with its name, as functions have them: a coloured cell if it is one of the input's."""
    is_cell = term.cell is not None
    ground = rgb_of(style.input_scale, term.value) if is_cell and term.inside else None

    def draw(painter: QPainter, rect: QRectF) -> None:
        top, below = split(rect, tile)
        if is_cell:
            paint_input(painter, top, term.text, ground, style)
        else:
            paint_frame(painter, top, term.text, style)
        if winner:
            paint_outline(painter, top, style)
        paint_label(painter, caption_of(below, style), term.name, style.caption, style.grid.muted)

    named = text_width(term.name, style.caption) + tile * 0.2
    width = max(tile * 1.3, named, text_width(term.text, style.body) + tile * 0.4)
    return Item(
        width,
        tile + caption_height(style),
        draw,
        ("named", term.text, term.name, is_cell, ground, winner),
        index,
    )


# --- totals, signs and words ---


def value_item(text: str, tile: float, style: StripStyle, outlined: bool = False) -> Item:
    color = rgb_of(style.output_scale, _number(text))

    def draw(painter: QPainter, rect: QRectF) -> None:
        top, _ = split(rect, tile)
        paint_tile(painter, top, text, color, style)
        if outlined:
            paint_outline(painter, top, style)

    return Item(_wide(text, tile, style), tile, draw, ("value", text, color, outlined))


def result_item(text: str, tile: float, style: StripStyle) -> Item:
    return value_item(text, tile, style, outlined=True)


def _wide(text: str, tile: float, style: StripStyle, least: float = 1.1) -> float:
    """A total may need more room than a term: its tile grows rather than its digits shrink."""
    if len(text) == 1:
        return tile * least
    font = sized_font(style.grid.font.family(), max(8, int(tile * 0.5)), int(style.grid.font.weight()))
    return max(tile * least, text_width(text, font) + tile * 0.3)


def _number(text: str) -> float:
    known = {"∞": float("inf"), "−∞": float("-inf")}
    if text[:1] in ("<", ">"):  # less than the last decimal
        return 0.0
    try:
        return known.get(text) or float(text.replace(",", "").replace("−", "-"))
    except ValueError:
        return float("nan")


def question_item(tile: float, style: StripStyle) -> Item:
    def draw(painter: QPainter, rect: QRectF) -> None:
        top, _ = split(rect, tile)
        painter.fillRect(top, style.grid.unwritten)
        paint_number(painter, top, "?", digit_font(style.grid.font, tile, {"?"}), style.grid.text)
        paint_outline(painter, top, style)

    return Item(tile * 1.1, tile, draw, ("question",))


def sign_item(text: str, tile: float, style: StripStyle) -> Item:
    key = (text, tile)
    if key not in style.kept:
        style.kept[key] = _text(text, tile * _SIGN, tile, style.strong, style.grid.muted, leads=True)
    return style.kept[key]


def words_item(text: str, tile: float, style: StripStyle, *, leads: bool = False) -> Item:
    key = (text, tile, leads)
    if key not in style.kept:
        width = text_width(text, style.body) + tile * 0.2
        style.kept[key] = _text(text, width, tile, style.body, style.grid.text, leads=leads)
    return style.kept[key]


def mark_item(a: Arithmetic, tile: float, style: StripStyle) -> Item:
    """Whether the visible numbers are exact."""
    text, color = ("rounded", style.warning) if a.rounded else ("exact", style.good)
    return _text(text, text_width(text, style.strong) + tile * 0.5, tile, style.strong, color)


def _text(text: str, width: float, tile: float, font: QFont, color: QColor, *, leads: bool = False) -> Item:
    def draw(painter: QPainter, rect: QRectF) -> None:
        paint_label(painter, split(rect, tile)[0], text, font, color)

    return Item(width, tile, draw, ("text", text, font.weight(), color.rgba()), leads=leads)
