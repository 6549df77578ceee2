"""A weighted sum as arithmetic whose visible numbers add up.

Short decimals multiply and add as whole numbers, exactly. Where that needs too many digits everything visible is rounded
to equal decimals, so that it still adds up to the rounded total, and the line says "rounded".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from convlab.drawing.decimals import (
    EXACT_DECIMALS,
    decimals_for,
    exact,
    exact_factor,
    factor_text,
    is_short,
    number_text,
    quantized,
    rounded_text,
    rounded_to_sum,
    trimmed,
    weight_factor_text,
)
from convlab.drawing.numbers import cell_text
from convlab.drawing.softmax import is_exact, softmax_of
from convlab.drawing.sum_parts import parts_of, products_of
from convlab.drawing.terms import Arithmetic, Softmax, Telling, Term
from convlab.operations.step import WeightedSum


@dataclass(frozen=True)
class _Sum:
    """A sum as it stands: the numbers of its parts, and what they and the bias make. precise: nothing is rounded."""

    numbers: list[Decimal]
    precise: bool
    decimals: int
    total: Decimal
    sum_text: str
    bias_text: str
    total_text: str


def weighted_sum(step: WeightedSum, telling: Telling) -> Arithmetic:
    """The line of a weighted sum."""
    if not (np.isfinite(step.products).all() and np.isfinite([step.total, step.result, step.bias]).all()):
        return _not_finite(step)
    products = products_of(step)
    parts = parts_of(step, products, telling)
    added = _added(step, parts, precise=products.decimals is not None)
    terms, precise = _with_texts(parts, added)
    result, result_precise = _result(step, added, precise)
    softmax = _softmax(step, telling)
    if softmax is not None:
        result_precise = is_exact(softmax, step.result)
    return Arithmetic(
        kind="sum",
        terms=terms,
        sum_text=added.sum_text,
        bias_text=added.bias_text if step.has_bias else "",
        total_text=added.total_text,
        result_text=result,
        activation="" if step.activation == "linear" else step.activation,
        rounded=not (precise and result_precise),
        decimals=added.decimals,
        note=_note(terms, step, telling.word),
        spoken=_spoken(step, terms, added.total_text, result),
        softmax=softmax,
    )


def _softmax(step: WeightedSum, telling: Telling) -> Softmax | None:
    return None if step.totals is None else softmax_of(step.totals, step.filter, telling.classes)


# --- adding up ---


def _added(step: WeightedSum, parts: list[Term], *, precise: bool) -> _Sum:
    """The sum of all parts and the bias, exactly if that is `precise` and short, else all of it rounded."""
    numbers, bias = [part.number for part in parts], trimmed(exact(step.bias))
    summed = sum(numbers, Decimal(0))
    total = summed + bias
    if not precise or not all(map(is_short, [*numbers, bias, total])):
        return _rounded(numbers, bias, summed)
    texts = [number_text(trimmed(number)) for number in (summed, bias, total)]
    return _Sum(numbers, True, EXACT_DECIMALS, trimmed(total), *texts)


def _rounded(numbers: list[Decimal], bias: Decimal, summed: Decimal) -> _Sum:
    """All to equal decimals, so that what is visible adds up."""
    total = summed + bias
    decimals = decimals_for([*numbers, bias], total)
    shown_bias = quantized(bias, decimals)
    shown = rounded_to_sum(numbers, decimals, quantized(total, decimals) - shown_bias)
    shown_sum = sum(shown, Decimal(0))
    shown_total = shown_sum + shown_bias
    pairs = ((shown_sum, summed), (shown_bias, bias), (shown_total, total))
    texts = [rounded_text(rounded, number, decimals) for rounded, number in pairs]
    return _Sum(shown, False, decimals, shown_total, *texts)


# --- texts ---


def _with_texts(parts: list[Term], added: _Sum) -> tuple[tuple[Term, ...], bool]:
    """The parts with their final numbers, and whether every number that stands there is exact."""
    terms, precise = [], added.precise
    for part, number in zip(parts, added.numbers, strict=True):
        text = number_text(number) if added.precise else rounded_text(number, part.number, added.decimals)
        if part.cell is None or part.weight is None:
            terms.append(Term(text, number, name=part.name, value=float(number), part=part.part))
            continue
        factors, factors_precise = _factors(part.value, part.weight, precise)
        precise = precise and (factors_precise or not number)
        # By position, and without `replace`: this is done with every step.
        terms.append(Term(text, number, factors, part.name, part.cell, part.value, part.weight, part.inside))
    return tuple(terms), precise


def _factors(value: float, weight: float, precise: bool) -> tuple[tuple[str, str], bool]:
    """Both factors as text, exact if the line is and they are short; whether they are exact."""
    texts = (exact_factor(value), exact_factor(weight)) if precise else (None, None)
    shown = (texts[0] or factor_text(value), texts[1] or weight_factor_text(weight))
    return shown, None not in texts


def _result(step: WeightedSum, added: _Sum, precise: bool) -> tuple[str, bool]:
    """The result as text, and whether nothing was rounded to write it."""
    if step.activation in ("linear", ""):
        return added.total_text, True
    if step.activation == "relu":
        negative = added.total < 0 or added.total_text.startswith(">")
        return "0" if negative else added.total_text, True
    result = exact(step.result)
    if precise and is_short(result):
        return number_text(trimmed(result)), True
    return number_text(quantized(result, decimals_for([], result))), False


def _note(terms: tuple[Term, ...], step: WeightedSum, word: str) -> str:
    if all(term.cell is not None for term in terms):
        return "each input cell times the weight below it, all added up"
    rows, columns, channels = step.products.shape
    if channels > 1 and rows * columns == 1:
        return f"{channels:,} products of an input and its weight, the largest one by one"
    word = word if channels > 1 else "row"
    if any(term.cell is not None for term in terms):
        return f"one {word} term by term; click “other {word}s” to fold it again"
    foldable = any(term.part is not None for term in terms)
    return f"{step.products.size:,} products, added up by {word}" + (
        f"; click a {word} to see its terms" if foldable else ""
    )


def _spoken(step: WeightedSum, terms: tuple[Term, ...], total: str, result: str) -> str:
    """The step in words, for people who do not see it."""
    where = f"Row {step.row}, column {step.column}"
    after = f", {step.activation} gives {result}" if step.activation not in ("linear", "") else ""
    said = [_term_in_words(term) for term in terms if term.number]
    bias = f", with the bias {number_text(trimmed(exact(step.bias)))}" if step.bias else ""
    if not said:
        return f"{where}: all products are 0{bias}, makes {total}{after}"
    return f"{where}: {', plus '.join(said)}{bias}, makes {total}{after}"


def _term_in_words(term: Term) -> str:
    return f"{term.factors[0]} times {term.factors[1]}" if term.factors else f"{term.name} {term.text}"


def _not_finite(step: WeightedSum) -> Arithmetic:
    """Infinite or missing numbers do not add up on paper: only the result is said."""
    text = cell_text(step.result)
    spoken = f"Row {step.row}, column {step.column}: {text}"
    return Arithmetic(
        "function", (), "", "", "", text, "", True, 0, "the window holds numbers that are not finite", spoken
    )
