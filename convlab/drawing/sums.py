"""A weighted sum as arithmetic: terms one by one where they are few, else folded by channel or by row.

Short decimals multiply and add as whole numbers, exactly. Where that needs too many digits everything visible is rounded
to equal decimals, so that it still adds up to the rounded total, and the line says "rounded".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from convlab.drawing.decimals import (
    EXACT_DECIMALS,
    decimals_for,
    exact,
    exact_factor,
    factor_text,
    is_short,
    number_text,
    quantized,
    rounded_to_sum,
    trimmed,
    whole_numbers,
)
from convlab.drawing.numbers import cell_text
from convlab.drawing.softmax import is_exact, softmax_of
from convlab.drawing.terms import Arithmetic, Term
from convlab.operations.step import WeightedSum

MOST_TERMS = 25  # a 5×5 window; larger ones are folded
MOST_PARTS = 9  # folded parts shown one by one, the strongest first; the rest is one more part
_MOST_WHOLE = 2**62
Cell = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class _Products:
    """All products of a step: `numbers` (kh, kw, c) are whole multiples of 10^-decimals, or floats if decimals is None."""

    numbers: NDArray[np.generic]
    decimals: int | None

    def decimal(self, number: object) -> Decimal:
        """A product, or a sum of some, as a Decimal."""
        if self.decimals is None:
            return Decimal(repr(float(number)))  # type: ignore[arg-type]
        whole = int(number)  # type: ignore[call-overload]
        return Decimal(whole) if not self.decimals else trimmed(Decimal(whole).scaleb(-self.decimals))


def weighted_sum(
    step: WeightedSum,
    unfold: int | None,
    channels: tuple[str, ...] = (),
    most: int = MOST_TERMS,
    classes: tuple[str, ...] = (),
    *,
    strongest_first: bool = False,
) -> Arithmetic:
    """The line of a weighted sum. unfold: the channel (or the row, if there is one channel) to be shown in full.

    channels: what the input's channels are called, if not by numbers. most: terms that are shown without folding.
    classes: what the output's channels are called. strongest_first: the order of folded channels, if all are shown.
    """
    if not (np.isfinite(step.products).all() and np.isfinite([step.total, step.result, step.bias]).all()):
        return _not_finite(step)
    products = _products(step)
    parts = _parts(step, products, unfold, channels, most, strongest_first)
    bias = trimmed(exact(step.bias))
    numbers = [part.number for part in parts]
    total = sum(numbers, bias)
    precise = products.decimals is not None and all(map(is_short, [*numbers, bias, total]))
    decimals = EXACT_DECIMALS
    if not precise:
        decimals = decimals_for([*numbers, bias], total)
        bias = quantized(bias, decimals)
        numbers = rounded_to_sum(numbers, decimals, quantized(total, decimals) - bias)
    terms, precise = _with_texts(parts, numbers, precise)
    summed = sum(numbers, Decimal(0))
    total = summed + bias
    if precise:
        summed, total = trimmed(summed), trimmed(total)
    result, result_precise = _result(step, total, precise)
    softmax = None if step.totals is None else softmax_of(step.totals, step.filter, classes)
    if softmax is not None:
        result_precise = is_exact(softmax, step.result)
    total_text = number_text(total)
    return Arithmetic(
        kind="sum",
        terms=terms,
        sum_text=number_text(summed),
        bias_text=number_text(bias) if step.has_bias else "",
        total_text=total_text,
        result_text=result,
        activation="" if step.activation == "linear" else step.activation,
        rounded=not (precise and result_precise),
        decimals=decimals,
        note=_note(terms, step),
        spoken=_spoken(step, terms, total_text, result),
        softmax=softmax,
    )


def _products(step: WeightedSum) -> _Products:
    """As whole numbers if all factors that count are short decimals and nothing can overflow, else as floats."""
    counts = step.products != 0
    if not counts.any():
        return _Products(np.zeros(step.products.shape, np.int64), 0)
    window, weights = np.where(counts, step.window, 0.0), np.where(counts, step.weights, 0.0)
    factors = whole_numbers(window), whole_numbers(weights)
    if factors[0] is None or factors[1] is None:
        return _Products(step.products, None)
    decimals = factors[0][1] + factors[1][1]
    if float(np.abs(step.products).sum()) * 10.0**decimals >= _MOST_WHOLE:
        return _Products(step.products, None)
    return _Products(factors[0][0].astype(np.int64) * factors[1][0].astype(np.int64), decimals)


# --- folding ---


def _parts(
    step: WeightedSum,
    products: _Products,
    unfold: int | None,
    channel_names: tuple[str, ...],
    most: int,
    strongest_first: bool,
) -> list[Term]:
    """What is visible, before any rounding: single terms, or a part for each channel (or row), the strongest first."""
    rows, columns, channels = step.products.shape
    if unfold is not None and channels > 1:
        return _one_channel(step, products, unfold)
    if unfold is not None and columns <= MOST_TERMS:
        cells = [(unfold, column, 0) for column in range(columns)]
        rest = products.numbers.sum() - products.numbers[unfold].sum()
        return [*_singles(step, products, cells), _rest(products, rest, "other rows", rows > 1)]
    if step.products.size <= most:
        return _singles(step, products, list(np.ndindex(rows, columns, channels)))  # type: ignore[arg-type]
    if channels > 1:
        names = [
            channel_names[channel] if channel < len(channel_names) else f"channel {channel}"
            for channel in step.channels.tolist()
        ]
        sums = products.numbers.sum(axis=(0, 1))
        return _folded(products, sums, names, "channels", can_unfold=True, strongest_first=strongest_first)
    names = [f"row {int(row)}" for row in step.rows]
    return _folded(
        products, products.numbers.sum(axis=(1, 2)), names, "rows", can_unfold=columns <= MOST_TERMS
    )


def _one_channel(step: WeightedSum, products: _Products, channel: int) -> list[Term]:
    """The terms of one channel (its rows, if it has too many), and the other channels as one part."""
    rows, columns, _ = step.products.shape
    mine = products.numbers[:, :, channel]
    rest = _rest(products, products.numbers.sum() - mine.sum(), "other channels", True)
    if rows * columns > MOST_TERMS:
        names = [f"row {int(row)}" for row in step.rows]
        return [*_folded(products, mine.sum(axis=1), names, "rows", can_unfold=False), rest]
    return [*_singles(step, products, [(r, c, channel) for r in range(rows) for c in range(columns)]), rest]


def _singles(step: WeightedSum, products: _Products, cells: list[Cell]) -> list[Term]:
    window, weights, inside = step.window, step.weights, step.inside
    return [
        Term(
            "",
            products.decimal(products.numbers[cell]),
            None,
            "",
            cell,
            float(window[cell]),
            float(weights[cell]),
            bool(inside[cell[0], cell[1]]),
        )
        for cell in cells
    ]


def _rest(products: _Products, number: object, name: str, can_fold: bool) -> Term:
    return Term("", products.decimal(number), name=name, part=-1 if can_fold else None)


def _folded(
    products: _Products,
    sums: NDArray[np.generic],
    names: list[str],
    word: str,
    *,
    can_unfold: bool,
    strongest_first: bool = False,
) -> list[Term]:
    """A part for each sum, in order if all can be shown; else the strongest ones and the rest as one part."""
    strongest = np.argsort(-np.abs(sums.astype(np.float64)), kind="stable").tolist()
    if len(sums) <= MOST_PARTS:
        chosen = strongest if strongest_first else list(range(len(sums)))
    else:
        chosen = strongest[: MOST_PARTS - 1]
    parts = [
        Term("", products.decimal(sums[i]), name=names[i], part=i if can_unfold else None) for i in chosen
    ]
    if len(chosen) < len(sums):
        others = np.delete(sums, chosen)
        parts.append(Term("", products.decimal(others.sum()), name=f"{len(others):,} more {word}"))
    return parts


# --- texts ---


def _with_texts(parts: list[Term], numbers: list[Decimal], precise: bool) -> tuple[tuple[Term, ...], bool]:
    """The parts with their final numbers, and whether every number that stands there is exact."""
    terms = []
    for part, number in zip(parts, numbers, strict=True):
        text = number_text(number)
        if part.cell is None or part.weight is None:
            terms.append(Term(text, number, name=part.name, value=float(number), part=part.part))
            continue
        factors, factors_precise = _factors(part.value, part.weight, precise)
        precise = precise and (factors_precise or not number)
        # By position, and without `replace`: this is done with every step.
        terms.append(Term(text, number, factors, "", part.cell, part.value, part.weight, part.inside))
    return tuple(terms), precise


def _factors(value: float, weight: float, precise: bool) -> tuple[tuple[str, str], bool]:
    """Both factors as text, exact if the line is and they are short; whether they are exact."""
    texts = (exact_factor(value), exact_factor(weight)) if precise else (None, None)
    shown = (texts[0] or factor_text(value), texts[1] or factor_text(weight))
    return shown, None not in texts


def _result(step: WeightedSum, total: Decimal, precise: bool) -> tuple[str, bool]:
    """The result as text, and whether nothing was rounded to write it."""
    if step.activation in ("linear", ""):
        return number_text(total), True
    if step.activation == "relu":
        return number_text(max(total, Decimal(0))), True
    result = exact(step.result)
    if precise and is_short(result):
        return number_text(trimmed(result)), True
    return number_text(quantized(result, decimals_for([], result))), False


def _note(terms: tuple[Term, ...], step: WeightedSum) -> str:
    if all(term.cell is not None for term in terms):
        return "each input cell times the weight below it, all added up"
    word = "channel" if step.products.shape[2] > 1 else "row"
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
