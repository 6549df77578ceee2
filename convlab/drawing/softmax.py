"""A softmax with its terms: e to the power of every class, their sum, and the quotient."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from convlab.drawing.decimals import (
    decimals_for,
    exact,
    is_short,
    number_text,
    quantized,
    rounded_to_sum,
    trimmed,
)
from convlab.drawing.numbers import cell_text
from convlab.drawing.terms import Softmax, Term
from convlab.operations.step import FloatArray

MOST_CLASSES = 6
"""Powers shown one by one; of more, the largest, the cell's own, and the rest as one term."""
_FEW_DIGITS = 3
_FURTHEST = 16  # e^16 is about 9,000,000: beyond, the largest is taken from all


def softmax_of(values: FloatArray, own: int, classes: tuple[str, ...] = ()) -> Softmax | None:
    """The powers of values (classes,) float64, of which number `own` is asked for; None where one is not finite.

    classes: what they are called, if not by numbers.
    """
    if not np.isfinite(values).all():
        return None
    shift = float(values.max()) if np.abs(values).max() > _FURTHEST else 0.0
    powers = np.exp(values - shift)
    chosen = _strongest(powers, own)
    numbers = [Decimal(repr(float(powers[i]))) for i in chosen]
    names = [classes[i] if i < len(classes) else f"class {i}" for i in chosen]
    if len(chosen) < len(powers):
        numbers.append(Decimal(repr(float(np.delete(powers, chosen).sum()))))
        names.append(f"{len(powers) - len(chosen):,} others")
    rounded = bool((values != shift).any())  # no other power of e is a decimal
    numbers, total = (list(map(trimmed, numbers)), Decimal(len(powers))) if not rounded else _rounded(numbers)
    terms = tuple(
        Term(
            number_text(number),
            number,
            name=name,
            winner=place < len(chosen) and chosen[place] == own,
        )
        for place, (number, name) in enumerate(zip(numbers, names, strict=True))
    )
    own_number = _own_number(numbers[chosen.index(own)], float(powers[own]), rounded=rounded)
    return Softmax(_power(shift), terms, number_text(own_number), number_text(total), rounded)


def _own_number(shown: Decimal, power: float, *, rounded: bool) -> Decimal:
    """The power that is divided: as it stands among the terms, or with four digits where little is left of it there."""
    return shown if not rounded or len(shown.as_tuple().digits) > _FEW_DIGITS else _four_digits(power)


def is_exact(softmax: Softmax, result: float) -> bool:
    """Whether nothing was rounded, the quotient included."""
    return not softmax.rounded and is_short(exact(result))


def _strongest(powers: FloatArray, own: int) -> list[int]:
    """Which classes are shown: all of a few in their order, else the largest first, and the own one in any case."""
    if len(powers) <= MOST_CLASSES:
        return list(range(len(powers)))
    order = np.argsort(-powers, kind="stable").tolist()
    largest = order[: MOST_CLASSES - 1]
    return largest if own in largest else [*largest[:-1], own]


def _rounded(numbers: list[Decimal]) -> tuple[list[Decimal], Decimal]:
    """To equal decimals, so that they still add up to the rounded sum."""
    total = sum(numbers, Decimal(0))
    decimals = decimals_for(numbers, total)
    total = quantized(total, decimals)
    return rounded_to_sum(numbers, decimals, total), total


def _four_digits(value: float) -> Decimal:
    number = Decimal(repr(value))
    return quantized(number, decimals_for([], number))


def _power(shift: float) -> str:
    if not shift:
        return "eˣ"
    return f"e^(x {'−' if shift > 0 else '+'} {cell_text(abs(shift), 6)})"
