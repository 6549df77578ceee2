"""The pieces of the strip: input over weight over product, parts, signs, words and results, and how each is drawn."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from convlab.drawing.digits import digit_font, paint_number, sized_font, text_width
from convlab.drawing.numbers import signed
from convlab.drawing.strip_tiles import (
    StripStyle,
    paint_input,
    paint_label,
    paint_outline,
    paint_tile,
    rgb_of,
    split,
)
from convlab.drawing.terms import Arithmetic, Term

PLACE, MULTIPLY, ADD, BIAS, ACTIVATE, WRITE = range(6)
_WEIGHT, _PRODUCT = 0.62, 0.5  # heights of a term's lower rows, in tiles
_SIGN = 0.42
_TITLES = {
    "relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "selu": "SELU", "gelu": "GELU", "silu": "SiLU"
}  # fmt: skip
Draw = Callable[[QPainter, QRectF], None]


@dataclass(frozen=True)
class Item:
    """A piece of the strip: its width, how it is drawn, and which term it is, if it is one.

    key: pieces with equal keys look alike in one style and size. leads: it stays in the line of the piece after it.
    """

    width: float
    draw: Draw
    key: Hashable
    term: int | None = None
    leads: bool = False


def row_height(arithmetic: Arithmetic, tile: float, style: StripStyle) -> float:
    """The height of one line of pieces."""
    if any(term.factors for term in arithmetic.terms):
        return tile * (1 + _WEIGHT) + max(tile * _PRODUCT, _caption_height(style))
    if any(term.name for term in arithmetic.terms):
        return tile + _caption_height(style)
    return tile


def pieces_of(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    """All pieces that a phase shows, from left to right."""
    makers = {"sum": _sum_pieces, "max": _pool_pieces, "average": _pool_pieces, "function": _function_pieces}
    return makers[a.kind](a, tile, style, phase, hidden)


def _caption_height(style: StripStyle) -> float:
    return style.caption.pixelSize() * 1.4


# --- which pieces ---


_BRIEF_BELOW = 28  # pixels at 100 %: where tiles are that small there is no room to add a bias of nothing


def _sum_pieces(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items: list[Item] = []
    for index, term in enumerate(a.terms):
        if index:
            items.append(_sign("+", tile, style))
        items.append(_term(term, index, tile, style, phase, hidden))
    if hidden:
        return [*items, _sign("=", tile, style), _question(tile, style)]
    brief = a.bias_text == "0" and not a.activation and tile < _BRIEF_BELOW * style.unit
    if phase >= ADD and not (brief and phase >= WRITE):
        items += [_sign("=", tile, style), _value(a.sum_text, tile, style)]
    if phase >= BIAS and not brief:
        items.append(_words(f"{_with_sign(a.bias_text)} bias", tile, style))
        if a.bias_text != "0":
            items += [_sign("=", tile, style), _value(a.total_text, tile, style)]
    if a.activation and phase >= ACTIVATE:
        items.append(_words(f"{_TITLES.get(a.activation, a.activation)} →", tile, style, leads=True))
    elif phase >= WRITE:
        items.append(_sign("=", tile, style))
    if phase >= WRITE or (a.activation and phase >= ACTIVATE):
        items += [_result(a.result_text, tile, style), _mark(a, tile, style)]
    return items


def _pool_pieces(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items: list[Item] = []
    if a.kind == "max":
        items.append(_words("the largest of", tile, style, leads=True))
    show = phase >= ADD and not hidden
    for index, term in enumerate(a.terms):
        if index and a.kind == "average":
            items.append(_sign("+", tile, style))
        items.append(_cell(term, index, tile, style, winner=show and term.winner))
    if not a.terms:
        items.append(_words(f"{a.count:,} cells", tile, style))
    if hidden:
        return [*items, _sign("=", tile, style), _question(tile, style)]
    if a.kind == "average" and show and a.sum_text:
        count = _words(f"÷ {a.count:,} cells", tile, style)
        items += [_sign("=", tile, style), _value(a.sum_text, tile, style), count]
    if phase >= WRITE:
        items += [_sign("=", tile, style), _result(a.result_text, tile, style), _mark(a, tile, style)]
    return items


def _function_pieces(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items = [_named(term, index, tile, style) for index, term in enumerate(a.terms)]
    if phase >= ACTIVATE or hidden:
        items.append(_words(f"{a.note} =" if a.terms else a.note, tile, style, leads=True))
    if hidden:
        return [*items, _question(tile, style)]
    if phase >= ACTIVATE:
        items.append(_result(a.result_text, tile, style))
    if phase >= ACTIVATE and a.terms:
        items.append(_mark(a, tile, style))
    return items


# --- terms ---


def _term(term: Term, index: int, tile: float, style: StripStyle, phase: int, hidden: bool) -> Item:
    """Input over weight over product; a folded part is one value with its name."""
    factors = term.factors
    if factors is None:
        return _part(term, index, tile, style, hidden or phase < MULTIPLY)
    ground = rgb_of(style.input_scale, term.value) if term.inside else None
    weight = rgb_of(style.weight_scale, term.weight or 0.0) if phase >= MULTIPLY else None
    product = term.text if phase >= MULTIPLY and not hidden else ""

    def draw(painter: QPainter, rect: QRectF) -> None:
        top = QRectF(rect.left(), rect.top(), rect.width(), tile)
        paint_input(painter, top, factors[0], ground, style)
        below = QRectF(rect.left(), top.bottom(), rect.width(), round(tile * _WEIGHT))
        if weight is not None:
            paint_tile(painter, below, f"× {factors[1]}", weight, style, 0.66)
        bottom = QRectF(rect.left(), below.bottom(), rect.width(), rect.bottom() - below.bottom())
        paint_label(painter, bottom, product, style.caption, style.grid.text)

    width = tile if len(term.text) <= 3 else max(tile, text_width(term.text, style.caption) + 4)
    return Item(width, draw, ("term", factors, ground, weight, product), index)


def _part(term: Term, index: int, tile: float, style: StripStyle, hidden: bool) -> Item:
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
        paint_label(painter, below, name, style.caption, style.grid.muted)

    width = max(_wide(term.text, tile, style), text_width(name, style.caption) + tile * 0.2)
    return Item(width, draw, ("part", text, name, color), index)


def _cell(term: Term, index: int, tile: float, style: StripStyle, *, winner: bool) -> Item:
    color = rgb_of(style.input_scale, term.value)

    def draw(painter: QPainter, rect: QRectF) -> None:
        top, _ = split(rect, tile)
        paint_tile(painter, top, term.text, color, style)
        if winner:
            paint_outline(painter, top, style)

    return Item(
        max(tile, _wide(term.text, tile, style, 0.7)), draw, ("cell", term.text, color, winner), index
    )


def _named(term: Term, index: int, tile: float, style: StripStyle) -> Item:
    """A number with its name, as functions have them."""
    color = rgb_of(style.input_scale, term.value) if term.name == "x" else None

    def draw(painter: QPainter, rect: QRectF) -> None:
        top, below = split(rect, tile)
        if color is not None:
            paint_tile(painter, top, term.text, color, style)
        else:
            painter.setPen(QPen(style.line, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(top.adjusted(0.5, 0.5, -0.5, -0.5))
            paint_label(painter, top, term.text, style.body, style.grid.text)
        paint_label(painter, below, term.name, style.caption, style.grid.muted)

    named = text_width(term.name, style.caption) + tile * 0.2
    width = max(tile * 1.3, named, text_width(term.text, style.body) + tile * 0.4)
    return Item(width, draw, ("named", term.text, term.name, color), index)


# --- totals, signs and words ---


def _value(text: str, tile: float, style: StripStyle, outlined: bool = False) -> Item:
    color = rgb_of(style.output_scale, _number(text))

    def draw(painter: QPainter, rect: QRectF) -> None:
        top, _ = split(rect, tile)
        paint_tile(painter, top, text, color, style)
        if outlined:
            paint_outline(painter, top, style)

    return Item(_wide(text, tile, style), draw, ("value", text, color, outlined))


def _result(text: str, tile: float, style: StripStyle) -> Item:
    return _value(text, tile, style, outlined=True)


def _wide(text: str, tile: float, style: StripStyle, least: float = 1.1) -> float:
    """A total may need more room than a term: its tile grows rather than its digits shrink."""
    if len(text) == 1:
        return tile * least
    font = sized_font(style.grid.font.family(), max(8, int(tile * 0.5)), int(style.grid.font.weight()))
    return max(tile * least, text_width(text, font) + tile * 0.3)


def _number(text: str) -> float:
    known = {"∞": float("inf"), "−∞": float("-inf")}
    try:
        return known.get(text) or float(text.replace(",", "").replace("−", "-"))
    except ValueError:
        return float("nan")


def _question(tile: float, style: StripStyle) -> Item:
    def draw(painter: QPainter, rect: QRectF) -> None:
        top, _ = split(rect, tile)
        painter.fillRect(top, style.grid.unwritten)
        paint_number(painter, top, "?", digit_font(style.grid.font, tile, {"?"}), style.grid.text)
        paint_outline(painter, top, style)

    return Item(tile * 1.1, draw, ("question",))


def _sign(text: str, tile: float, style: StripStyle) -> Item:
    key = (text, tile)
    if key not in style.kept:
        style.kept[key] = _text(text, tile * _SIGN, tile, style.strong, style.grid.muted, leads=True)
    return style.kept[key]


def _words(text: str, tile: float, style: StripStyle, *, leads: bool = False) -> Item:
    key = (text, tile, leads)
    if key not in style.kept:
        width = text_width(text, style.body) + tile * 0.2
        style.kept[key] = _text(text, width, tile, style.body, style.grid.text, leads=leads)
    return style.kept[key]


def _mark(a: Arithmetic, tile: float, style: StripStyle) -> Item:
    """Whether the visible numbers are exact."""
    text, color = ("rounded", style.warning) if a.rounded else ("exact", style.good)
    return _text(text, text_width(text, style.strong) + tile * 0.5, tile, style.strong, color)


def _text(text: str, width: float, tile: float, font: QFont, color: QColor, *, leads: bool = False) -> Item:
    def draw(painter: QPainter, rect: QRectF) -> None:
        paint_label(painter, split(rect, tile)[0], text, font, color)

    return Item(width, draw, ("text", text, font.weight(), color.rgba()), leads=leads)


def _with_sign(text: str) -> str:
    """+ 3 or − 3, as it is added."""
    return f"− {text[1:]}" if text.startswith("−") else f"+ {signed(text)}"
