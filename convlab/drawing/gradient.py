"""The gradient of one weight as a line of arithmetic: error × input at every position looked at, added up, × 2 ÷ their
number; then the step: weight − rate × gradient. What is visible adds up, or the line says "rounded"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np

from convlab.drawing.colors import ColorScale
from convlab.drawing.decimals import (
    EXACT_DECIMALS,
    decimals_for,
    exact_factor,
    is_short,
    number_text,
    places,
    quantized,
    rounded_to_sum,
    trimmed,
)
from convlab.drawing.numbers import MINUS, cell_text
from convlab.drawing.terms import Arithmetic, Term
from convlab.learning.one_kernel import GradientSum

MOST_SINGLE = 12  # positions shown one by one; more are added up by row
MOST_ROWS = 9
_CHARACTERS, _CHARACTERS_IN_CELL = 8, 6
_SNAP, _SNAP_DECIMALS = (
    1e-11,
    7,
)  # what a sum of short decimals in binary differs from the short decimal it is
_MOST_DECIMALS = 12
_EXACT_STEP = 7  # decimals of a weight that are shown before it is rounded
_LEAST_DIGITS, _MOST_DIGITS = 3, 6  # of a rounded factor
_NOTHING = ColorScale("signed", -1.0, 1.0)


@dataclass(frozen=True)
class GradientLine(Arithmetic):
    """terms add up to sum_text; × 2 ÷ count it is gradient_text, of which the rate's part is taken from the weight.

    change_text: what is added to the weight, with its sign. result_text: the next weight. gradient_scale,
    kernel_scale: the colours of the two grids.
    """

    gradient_text: str = ""
    rate_text: str = ""
    weight_text: str = ""
    change_text: str = ""
    gradient_scale: ColorScale = field(default=_NOTHING)
    kernel_scale: ColorScale = field(default=_NOTHING)


def learned_text(value: float) -> str:
    """A weight, a gradient or a loss, with four significant digits."""
    return f"{value:,.0f}".replace("-", MINUS) if 1e4 <= abs(value) < 1e9 else cell_text(value, _CHARACTERS)


def grid_text(value: float) -> str:
    """A weight or a gradient as it stands in its cell: three digits can be read from afar."""
    return cell_text(float(f"{value:.3g}"), _CHARACTERS_IN_CELL)


def gradient_line(
    terms: GradientSum,
    weight: float,
    rate: float,
    unfold: int | None = None,
    most: int = MOST_ROWS,
    scales: tuple[ColorScale, ColorScale] = (_NOTHING, _NOTHING),
) -> GradientLine:
    """The line of a weight. unfold: an output row whose terms are shown in full. most: rows that
    are shown one by one. scales: of gradients and of weights."""
    parts = _parts(terms, unfold, most)
    numbers, total, shown_gradient, precise = _added(parts, len(terms.products), terms.gradient)
    shown, factors_precise = _with_texts(parts, numbers, precise)
    step = _update(weight, rate, terms.gradient, precise)
    return GradientLine(
        kind="gradient",
        terms=shown,
        sum_text=number_text(total),
        bias_text="",
        total_text=number_text(total),
        result_text=step.after,
        activation="",
        rounded=not (precise and factors_precise and step.precise),
        decimals=EXACT_DECIMALS,
        note=_note(terms, unfold),
        spoken=f"gradient {shown_gradient}, the weight {step.before} becomes {step.after}",
        count=len(terms.products),
        gradient_text=shown_gradient,
        rate_text=learned_text(rate),
        weight_text=step.before,
        change_text=step.change,
        gradient_scale=scales[0],
        kernel_scale=scales[1],
    )


def _short(value: float) -> Decimal:
    """The number as a Decimal; a sum of short decimals as the short decimal that it is."""
    near = round(float(value), _SNAP_DECIMALS)
    close = abs(near - value) <= _SNAP * max(1.0, abs(value))
    return trimmed(Decimal(repr(near if close else float(value))))


# --- what is visible ---


def _parts(terms: GradientSum, unfold: int | None, most: int) -> list[Term]:
    """Single terms where they are few, else the sum of each output row; rows that add nothing are left out."""
    if len(terms.products) <= MOST_SINGLE:
        return [_single(terms, place) for place in range(len(terms.products))]
    sums = np.bincount(terms.rows, weights=terms.products)
    by_row = {row: _short(sums[row]) for row in np.unique(terms.rows).tolist()}
    if unfold is not None and unfold in by_row:
        return _one_row(terms, unfold, by_row)
    rows = {row: total for row, total in by_row.items() if total}
    chosen = sorted(rows, key=lambda row: -abs(rows[row]))
    if len(chosen) > most:
        chosen = chosen[: most - 1]
    parts = [Term("", rows[row], name=f"row {row}", part=row) for row in sorted(chosen)]
    others = [total for row, total in rows.items() if row not in chosen]
    if others:
        parts.append(Term("", sum(others, Decimal(0)), name=f"{len(others)} more rows"))
    return parts or [Term("", Decimal(0), name="all rows")]


def _one_row(terms: GradientSum, row: int, by_row: dict[int, Decimal]) -> list[Term]:
    """The strongest terms of a row, what else is in it, and the other rows as one part."""
    places: list[int] = np.flatnonzero(terms.rows == row).tolist()
    strongest = sorted(places, key=lambda place: (-abs(terms.products[place]), place))[:MOST_SINGLE]
    parts = [_single(terms, place) for place in sorted(strongest)]
    rest = by_row[row] - sum((part.number for part in parts), Decimal(0))
    if len(places) > len(parts) and rest:
        parts.append(Term("", rest, name=f"{len(places) - len(parts)} more"))
    others = sum((total for other, total in by_row.items() if other != row), Decimal(0))
    return [*parts, Term("", others, name="other rows", part=-1)]


def _single(terms: GradientSum, place: int) -> Term:
    error, value = float(terms.errors[place]), float(terms.inputs[place])
    return Term(
        "",
        _short(error) * _short(value),
        cell=(place, 0, 0),
        value=value,
        weight=error,
        inside=bool(terms.inside[place]),
    )


def _added(parts: Sequence[Term], count: int, gradient: float) -> tuple[list[Decimal], Decimal, str, bool]:
    """The visible numbers, their visible sum, the visible gradient, and whether all of that is exact.

    Rounded ones have so many decimals that the visible sum × 2 ÷ count rounds to the visible gradient.
    """
    numbers = [part.number for part in parts]
    total = trimmed(sum(numbers, Decimal(0)))
    mean = total * 2 / count
    if all(map(is_short, [*numbers, total, mean])) and mean * count == total * 2:
        return numbers, total, number_text(trimmed(mean)), True
    text, decimals = learned_text(gradient), decimals_for(numbers, total)
    while decimals < _MOST_DECIMALS and learned_text(float(quantized(total, decimals) * 2 / count)) != text:
        decimals += 1
    shown = quantized(total, decimals)
    return rounded_to_sum(numbers, decimals, shown), shown, text, False


def _with_texts(
    parts: Sequence[Term], numbers: Sequence[Decimal], precise: bool
) -> tuple[tuple[Term, ...], bool]:
    """The parts with their texts, and whether every factor stands there exactly."""
    shown, unit = [], min((_unit(number) for number in numbers), default=Decimal(1))
    for part, number in zip(parts, numbers, strict=True):
        factors = None
        if part.cell is not None:
            factors, factors_precise = _factors(part, number, unit)
            precise = precise and (factors_precise or not number)
        value = part.value if factors else float(number)
        shown.append(replace(part, text=number_text(number), number=number, factors=factors, value=value))
    return tuple(shown), precise


def _factors(part: Term, number: Decimal, unit: Decimal) -> tuple[tuple[str, str], bool]:
    """Input and error as text, and whether both are exact.

    Rounded, they have as few digits as make the visible product, to half a unit of its last decimal. Where that was
    rounded the other way for the sum's sake, no digits do, and a whole unit is close enough.
    """
    values = _short(part.value), _short(part.weight or 0.0)
    texts = [exact_factor(float(value)) for value in values]
    if texts[0] is not None and texts[1] is not None:
        return (texts[0], texts[1]), True
    tries = [
        [_to_digits(v, digits) if text is None else v for v, text in zip(values, texts, strict=True)]
        for digits in range(_LEAST_DIGITS, _MOST_DIGITS + 1)
    ]
    off = [abs(a * b - number) for a, b in tries]
    limit = unit / 2 if min(off) <= unit / 2 else unit
    chosen = next((one for one, by in zip(tries, off, strict=True) if by <= limit), tries[-1])
    shown = [text or number_text(trimmed(one)) for text, one in zip(texts, chosen, strict=True)]
    return (shown[0], shown[1]), False


def _to_digits(number: Decimal, digits: int) -> Decimal:
    """Rounded to so many significant digits; those before the point stay."""
    return quantized(number, max(digits - 1 - number.adjusted(), 0)) if number else number


def _unit(number: Decimal) -> Decimal:
    """One in the last decimal of a number as it stands."""
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


# --- the step ---


@dataclass(frozen=True)
class _Update:
    before: str
    change: str
    after: str
    precise: bool


def _update(weight: float, rate: float, gradient: float, precise: bool) -> _Update:
    """weight + change = the next weight, all three to equal decimals, or exactly."""
    before, change = _short(weight), trimmed(-_short(rate) * _short(gradient))
    after = trimmed(before + change)
    precise = precise and all(places(number) <= _EXACT_STEP for number in (before, change, after))
    if not precise:
        decimals = EXACT_DECIMALS
        if change:
            decimals = min(max(decimals, 1 - change.adjusted()), _MOST_DECIMALS)
        after = quantized(after, decimals)
        change = quantized(change, decimals)
        before = after - change
    sign = f"{MINUS} " if change < 0 else "+ "
    return _Update(number_text(before), sign + number_text(abs(change)), number_text(after), precise)


def _note(terms: GradientSum, unfold: int | None) -> str:
    count = len(terms.products)
    if count <= MOST_SINGLE:
        return "input × error wherever this weight lay, all added up"
    if unfold is not None:
        return "one row of positions term by term; click “other rows” to fold it again"
    return f"input × error at {count:,} positions, added up by row; click a row to see its terms"
