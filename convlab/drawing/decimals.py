"""Decimals as people write them: exact where they are short, else rounded so that sums still add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from convlab.drawing.numbers import MINUS, cell_text, signed, weight_text

EXACT_DECIMALS = 4  # as many are shown before everything is rounded
SIGNIFICANT = 4
_LONGEST_FACTOR = (
    7  # characters of an exact number in a tile, a minus aside; longer ones would be squeezed beyond reading
)
_MOST_EXTRA = 4  # more digits for a total that is far smaller than its terms
_LARGE, _SMALL = 9, -5  # powers of ten from which numbers are written with an exponent


def exact(value: float) -> Decimal:
    """The shortest decimal that is this number as float32; of a number that is no float32, as float64."""
    with np.errstate(over="ignore"):
        single = np.float32(value)
    return Decimal(str(single)) if float(single) == value else Decimal(repr(float(value)))


def number_text(number: Decimal) -> str:
    """A Decimal with a real minus sign, thousands separated; with an exponent where it would be too long."""
    if not number:
        return "0"
    if number.adjusted() >= _LARGE or number.adjusted() < _SMALL:
        return signed(f"{number.normalize():e}".replace("e+", "e"))
    return signed(f"{number:,f}")


def rounded_text(shown: Decimal, number: Decimal, decimals: int) -> str:
    """The text of `shown`, to which a number was rounded; what became 0 without being 0 is less than the last decimal."""
    if shown or not number:
        return number_text(shown)
    unit = number_text(Decimal(1).scaleb(-decimals))
    return f"<{unit}" if number > 0 else f">{MINUS}{unit}"


def negated(text: str) -> str:
    """The text of the number times −1."""
    if text == "0":
        return text
    turned = text.removeprefix(MINUS) if text.startswith(MINUS) else f"{MINUS}{text}"
    return {"<": ">−", ">": "<"}[text[0]] + text.lstrip("<>−") if text[0] in "<>" else turned


def trimmed(number: Decimal) -> Decimal:
    """The same number without zeros at its end."""
    if not number:
        return Decimal(0)
    if number != number.to_integral_value():
        return number.normalize()
    return number.quantize(Decimal(1)) if number.adjusted() < 20 else number


def places(number: Decimal) -> int:
    """How many decimals the number has; 0 or less for whole numbers."""
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def is_short(number: Decimal) -> bool:
    """Whether a number is shown exactly."""
    if not number:
        return True
    return places(number) <= EXACT_DECIMALS and abs(number) < 10**_LARGE


def quantized(number: Decimal, decimals: int) -> Decimal:
    """Rounded half to even, to that many decimals (negative ones: tens, hundreds, …); there is no negative zero."""
    if number.adjusted() < -decimals - 1:  # less than a tenth of the unit: too far away for quantize
        return Decimal(0)
    return number.quantize(Decimal(1).scaleb(-decimals)) + 0


def decimals_for(numbers: Sequence[Decimal], total: Decimal) -> int:
    """To how many decimals to round: four digits for the largest number, and some for a total that is much smaller."""
    largest = max((abs(number) for number in (*numbers, total)), default=Decimal(0))
    if not largest:
        return EXACT_DECIMALS
    decimals = SIGNIFICANT - 1 - largest.adjusted()
    if total:
        decimals = max(decimals, min(SIGNIFICANT - 2 - total.adjusted(), decimals + _MOST_EXTRA))
    return max(decimals, 0) if largest.adjusted() < _LARGE else decimals


def rounded_to_sum(numbers: Sequence[Decimal], decimals: int, target: Decimal) -> list[Decimal]:
    """All numbers to equal decimals, those with the largest remainders the other way, so that their sum is `target`."""
    unit = Decimal(1).scaleb(-decimals)
    rounded = [quantized(number, decimals) for number in numbers]
    steps = int((target - sum(rounded, Decimal(0))) / unit)
    way = 1 if steps > 0 else -1
    order = sorted(range(len(numbers)), key=lambda i: (not numbers[i], (rounded[i] - numbers[i]) * way))
    for turn in range(abs(steps) if order else 0):
        rounded[order[turn % len(order)]] += way * unit
    return rounded


@dataclass(frozen=True)
class Column:
    """Numbers that add up to a total as they stand below each other; rounded to equal decimals where some are long."""

    numbers: list[Decimal]
    texts: list[str]
    total: Decimal
    total_text: str
    rounded: bool


def added_up(numbers: Sequence[Decimal]) -> Column:
    """Exactly if all numbers and their sum are short, else all rounded so that what is visible adds up."""
    total = trimmed(sum(numbers, Decimal(0)))
    if all(map(is_short, [*numbers, total])):
        return Column(list(numbers), list(map(number_text, numbers)), total, number_text(total), False)
    decimals = decimals_for(numbers, total)
    shown_total = quantized(total, decimals)
    shown = rounded_to_sum(numbers, decimals, shown_total)
    texts = [rounded_text(rounded, number, decimals) for rounded, number in zip(shown, numbers, strict=True)]
    return Column(shown, texts, shown_total, rounded_text(shown_total, total, decimals), True)


@lru_cache(maxsize=16_384)
def factor_text(value: float) -> str:
    """A factor in its tile, short: at most four significant digits, as in its cell of the array.

    Never a fraction: those of neighbouring pixels, such as 4/15 and 236/255, cannot be compared at a glance.
    """
    return cell_text(value, _room(value))


@lru_cache(maxsize=16_384)
def weight_factor_text(value: float) -> str:
    """A weight in its tile: as every factor, but as a fraction where it is one, such as 1/9, as in the kernel."""
    return weight_text(value, _room(value))


def _room(value: float) -> int:
    return 6 if value < 0 else 5


@lru_cache(maxsize=16_384)
def exact_factor(value: float) -> str | None:
    """A factor in its tile exactly; None if it is too long for one."""
    text = number_text(trimmed(exact(value)))
    return text if len(text.lstrip(MINUS)) <= _LONGEST_FACTOR else None


def whole_numbers(values: NDArray[np.float64], most: int = 6) -> tuple[NDArray[np.float64], int] | None:
    """Values (float64 of float32 data) as whole multiples of 10^-decimals, and the decimals; None if some are longer.

    A decimal counts if it has at most seven digits: below 2^23 units the fewest decimals that give the same float32
    again are its shortest decimal. Whole numbers may have up to 2^24.
    """
    if not np.abs(values).max(initial=0.0) < 2**24:
        return None
    singles, missing = values.astype(np.float32), np.ones(values.shape, np.bool_)
    shortest = np.zeros_like(values)
    for decimals in range(most + 1):
        units = np.rint(values * 10.0**decimals)
        fits = missing & ((units / 10.0**decimals).astype(np.float32) == singles)
        if decimals:
            fits &= np.abs(units) < 2**23
        shortest[fits] = units[fits] / 10.0**decimals
        missing &= ~fits
        if not missing.any():
            return np.rint(shortest * 10.0**decimals), decimals
    return None
