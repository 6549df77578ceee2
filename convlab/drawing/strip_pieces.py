"""Which pieces the strip of a step is made of, from left to right, in each of its phases."""

from __future__ import annotations

from decimal import Decimal

from convlab.drawing.gradient import GradientLine
from convlab.drawing.gradient_pieces import gradient_pieces
from convlab.drawing.numbers import signed
from convlab.drawing.strip_items import (
    ACTIVATE,
    ADD,
    BIAS,
    MULTIPLY,
    PLACE,
    WRITE,
    Item,
    cell_item,
    mark_item,
    named_item,
    question_item,
    result_item,
    sign_item,
    term_item,
    value_item,
    words_item,
)
from convlab.drawing.strip_tiles import StripStyle
from convlab.drawing.terms import Arithmetic, Softmax, Term

__all__ = ["ACTIVATE", "ADD", "BIAS", "MULTIPLY", "PLACE", "WRITE", "Item", "pieces_of"]

_TITLES = {
    "relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "selu": "SELU", "gelu": "GELU", "silu": "SiLU"
}  # fmt: skip


def pieces_of(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    """All pieces that a phase shows, from left to right."""
    if isinstance(a, GradientLine):
        return gradient_pieces(a, tile, style, phase)
    makers = {
        "sum": _sum_pieces,
        "max": _pool_pieces,
        "average": _pool_pieces,
        "merge": _merge_pieces,
        "function": _function_pieces,
    }
    return makers[a.kind](a, tile, style, phase, hidden)


_BRIEF_BELOW = 28  # pixels at 100 %: where tiles are that small there is no room to add a bias of nothing


def _sum_pieces(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items: list[Item] = []
    for index, term in enumerate(a.terms):
        if index:
            items.append(sign_item("+", tile, style))
        items.append(term_item(term, index, tile, style, phase, hidden))
    if hidden:
        return [*items, sign_item("=", tile, style), question_item(tile, style)]
    small = a.bias_text == "0" and tile < _BRIEF_BELOW * style.unit
    brief = not a.activation and (small or not a.bias_text)
    if phase >= ADD and not (brief and phase >= WRITE):
        items += [sign_item("=", tile, style), value_item(a.sum_text, tile, style)]
    if phase >= BIAS and not brief:
        items.append(words_item(f"{_with_sign(a.bias_text)} bias", tile, style))
        if a.bias_text != "0" and (a.activation or phase < WRITE):  # without one the total is the result
            items += [sign_item("=", tile, style), value_item(a.total_text, tile, style)]
    if a.softmax and phase >= ACTIVATE:
        items += _softmax_pieces(a.softmax, tile, style, f"softmax, {a.softmax.power}:")
    elif a.activation and phase >= ACTIVATE:
        items.append(words_item(f"{_TITLES.get(a.activation, a.activation)} →", tile, style, leads=True))
    elif phase >= WRITE:
        items.append(sign_item("=", tile, style))
    if phase >= WRITE or (a.activation and phase >= ACTIVATE):
        items += [result_item(a.result_text, tile, style), mark_item(a, tile, style)]
    return items


def _pool_pieces(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items: list[Item] = []
    if a.kind == "max":
        items.append(words_item("the largest of", tile, style, leads=True))
    show = phase >= ADD and not hidden
    for index, term in enumerate(a.terms):
        if index and a.kind == "average":
            items.append(sign_item("+", tile, style))
        items.append(cell_item(term, index, tile, style, winner=show and term.winner))
    if not a.terms:
        items.append(
            words_item(f"{'the sum of ' if a.kind == 'average' else ''}{a.count:,} cells", tile, style)
        )
    if hidden:
        return [*items, sign_item("=", tile, style), question_item(tile, style)]
    if a.kind == "average" and show and a.sum_text:
        count = words_item(f"÷ {a.count:,} cells", tile, style)
        items += [sign_item("=", tile, style), value_item(a.sum_text, tile, style), count]
    if phase >= WRITE:
        items += [
            sign_item("=", tile, style),
            result_item(a.result_text, tile, style),
            mark_item(a, tile, style),
        ]
    return items


def _merge_pieces(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items: list[Item] = [words_item(a.lead, tile, style, leads=True)] if a.lead else []
    show = phase >= ADD and not hidden
    for index, term in enumerate(a.terms):
        if index and a.sign:
            items.append(sign_item(a.sign, tile, style))
        items.append(named_item(term, index, tile, style, winner=show and term.winner))
    if not a.terms:
        items.append(words_item(f"{a.count:,} inputs", tile, style))
    if hidden:
        return [*items, sign_item("=", tile, style), question_item(tile, style)]
    if a.sum_text and show:
        count = words_item(f"÷ {a.count:,} inputs", tile, style)
        items += [sign_item("=", tile, style), value_item(a.sum_text, tile, style), count]
    if phase >= WRITE or (show and a.sign and not a.sum_text):
        items += [sign_item("=", tile, style), result_item(a.result_text, tile, style)]
    return [*items, mark_item(a, tile, style)] if phase >= WRITE else items


def _function_pieces(a: Arithmetic, tile: float, style: StripStyle, phase: int, hidden: bool) -> list[Item]:
    items = [named_item(term, index, tile, style) for index, term in enumerate(a.terms)]
    if a.softmax and phase >= ACTIVATE and not hidden:
        items += _softmax_pieces(a.softmax, tile, style, f"{a.softmax.power}:")
    elif phase >= ACTIVATE or hidden:
        words = a.lead or (f"{a.note} =" if a.terms else a.note)
        items.append(words_item(words, tile, style, leads=True))
    if hidden:
        return [*items, question_item(tile, style)]
    if phase >= ACTIVATE:
        items.append(result_item(a.result_text, tile, style))
    if phase >= ACTIVATE and a.terms:
        items.append(mark_item(a, tile, style))
    return items


def _softmax_pieces(softmax: Softmax, tile: float, style: StripStyle, words: str) -> list[Item]:
    """The powers of all classes, the own one outlined, their sum, and what is divided by it."""
    items = [words_item(words, tile, style, leads=True)]
    for place, term in enumerate(softmax.terms):
        if place:
            items.append(sign_item("+", tile, style))
        items.append(named_item(term, None, tile, style, winner=term.winner))
    total = Term(softmax.sum_text, Decimal(0), name="sum")
    items += [sign_item("=", tile, style), named_item(total, None, tile, style)]
    quotient = f"{softmax.own_text} ÷ {softmax.sum_text} ="
    return [*items, words_item(quotient, tile, style, leads=True)]


def _with_sign(text: str) -> str:
    """+ 3 or − 3, as it is added."""
    return f"− {text[1:]}" if text.startswith("−") else f"+ {signed(text)}"
