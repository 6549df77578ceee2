"""Which pieces the strip of a gradient is made of: the terms, their sum, the gradient, and the step of the weight."""

from __future__ import annotations

from dataclasses import replace

from convlab.drawing.gradient import GradientLine
from convlab.drawing.numbers import MINUS
from convlab.drawing.strip_items import (
    ADD,
    BIAS,
    WRITE,
    Item,
    mark_item,
    result_item,
    sign_item,
    term_item,
    value_item,
    words_item,
)
from convlab.drawing.strip_tiles import StripStyle


def gradient_pieces(line: GradientLine, tile: float, style: StripStyle, phase: int) -> list[Item]:
    """All pieces that a phase shows: up to BIAS the gradient, with WRITE the step too."""
    items: list[Item] = []
    for index, term in enumerate(line.terms):
        if index:
            items.append(sign_item("+", tile, style))
        items.append(term_item(term, index, tile, style, phase, False))
    if phase >= ADD:
        items += [sign_item("=", tile, style), value_item(line.sum_text, tile, style)]
    if phase >= BIAS:
        of_gradients = replace(style, output_scale=line.gradient_scale)
        items.append(words_item(f"× 2 ÷ {line.count:,} =", tile, style, leads=True))
        items.append(result_item(line.gradient_text, tile, of_gradients))
    return items + _step(line, tile, style) if phase >= WRITE else items


_BRIEF_BELOW = 30  # pixels at 100 %: tiles that small stand where there is no room for the change on its own


def _step(line: GradientLine, tile: float, style: StripStyle) -> list[Item]:
    """weight − rate × gradient = weight + change = the next weight."""
    of_weights = replace(style, output_scale=line.kernel_scale)
    gradient = f"({line.gradient_text})" if line.gradient_text.startswith(MINUS) else line.gradient_text
    brief = tile < _BRIEF_BELOW * style.unit
    change = (
        [] if brief else [words_item(f"{line.weight_text} {line.change_text} =", tile, style, leads=True)]
    )
    return [
        replace(words_item("weight", tile, style, leads=True), breaks=True),
        value_item(line.weight_text, tile, of_weights),
        words_item(f"{MINUS} {line.rate_text} × {gradient} =", tile, style),
        *change,
        result_item(line.result_text, tile, of_weights),
        mark_item(line, tile, style),
    ]
