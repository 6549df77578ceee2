"""A softmax with its terms: e to the power of every class, their sum, and the quotient."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Context, Decimal

import numpy as np

from convlab.drawing.decimals import (
    Column,
    added_up,
    decimals_for,
    exact,
    is_short,
    number_text,
    quantized,
    trimmed,
)
from convlab.drawing.numbers import cell_text
from convlab.drawing.terms import Softmax, Term
from convlab.operations.step import FloatArray

MOST_CLASSES = 6
"""Powers shown one by one; of more, the largest, the cell's own, and the rest as one term."""
_FEW_DIGITS = 3
_PRECISION = Context(prec=8)
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
    numbers = [_power(float(values[i]), shift) for i in chosen]
    names = [classes[i] if i < len(classes) else f"class {i}" for i in chosen]
    if len(chosen) < len(powers):
        numbers.append(Decimal(repr(float(np.delete(powers, chosen).sum()))))
        names.append(f"{len(powers) - len(chosen):,} others")
    column = _column(numbers, rounded=bool((values != shift).any()))  # no other power of e is a decimal
    place = chosen.index(own)
    terms = tuple(
        Term(text, number, name=name, winner=at == place)
        for at, (text, number, name) in enumerate(zip(column.texts, column.numbers, names, strict=True))
    )
    own_number = _own_number(column.numbers[place], numbers[place], rounded=column.rounded)
    return Softmax(
        _power_text(shift), terms, number_text(own_number), number_text(column.total), column.rounded
    )


def _power(value: float, shift: float) -> Decimal:
    """e^(value − shift); also where that is too small for a float."""
    power = math.exp(value - shift)
    return Decimal(repr(power)) if power else _PRECISION.exp(Decimal(value - shift))


def _own_number(shown: Decimal, power: Decimal, *, rounded: bool) -> Decimal:
    """The power that is divided: as it stands among the terms, or with four digits where little is left of it there."""
    if not rounded or len(shown.as_tuple().digits) > _FEW_DIGITS:
        return shown
    return quantized(power, decimals_for([], power))


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


def _column(numbers: list[Decimal], *, rounded: bool) -> Column:
    """The powers and their sum, always marked as rounded where they are no whole ones."""
    column = added_up(list(map(trimmed, numbers)))
    return replace(column, rounded=rounded)


def _power_text(shift: float) -> str:
    if not shift:
        return "eˣ"
    return f"e^(x {'−' if shift > 0 else '+'} {cell_text(abs(shift), 6)})"
