"""Numbers as they stand on the screen: a real minus sign, thousands separated, as many digits as are needed."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import numpy as np

from convlab.operations.numbers_text import parse_numbers
from convlab.problems import Problem

MINUS = "\u2212"
SIGNIFICANT = 4
_SMALLEST_DECIMAL = 1e-4
_LARGEST_DENOMINATOR = 273  # of the usual kernels: 9, 16, 25, 256 and 273 for Gaussians


@lru_cache(maxsize=65_536)
def cell_text(value: float, characters: int = 5) -> str:
    """A value in a cell: four significant digits, fewer where they would need more than `characters`.

    Whole numbers stay whole: 12345, not 12340. What is too long is written as 1.2e9, and what is below 0.0001 as 4.4e−5;
    down to there a decimal may be as long as that, since −0.003 is read more easily than −3e−3.
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    if value == int(value) or abs(value) >= 10 ** (SIGNIFICANT - 1):
        text = f"{value:.0f}"  # no digit before the point is ever rounded away
        if len(text.lstrip("-")) <= characters + (value == int(value)):
            return signed(text)
    else:
        text = _decimal(value, characters)
        if not text and abs(value) >= _SMALLEST_DECIMAL:
            text = _decimal(value, characters + 1)
        if text:
            return signed(text)
    return signed(_scientific(value, characters + 1))


@lru_cache(maxsize=16_384)
def full_text(value: float) -> str:
    """A value in full: the shortest decimal that is this float32, thousands separated; else seven digits."""
    if not math.isfinite(value):
        return cell_text(value)
    with np.errstate(over="ignore"):
        single = np.float32(value)
    if abs(value) >= 1e16 or 0 < abs(value) < 1e-5:
        return _with_exponent(str(single) if float(single) == value else f"{value:.7g}")
    if float(single) == value:
        return signed(f"{Decimal(str(single)):,f}".removesuffix(".0"))
    return signed(f"{Decimal(f'{value:.7g}'):,f}")


def _with_exponent(text: str) -> str:
    """8.5e-08 as 8.5e−8: a real minus sign, and no idle zero."""
    mantissa, _, exponent = text.partition("e")
    return signed(mantissa) + (f"e{signed(str(int(exponent)))}" if exponent else "")


@lru_cache(maxsize=16_384)
def weight_text(value: float, characters: int = 6) -> str:
    """A weight: a fraction such as 1/9 where it is one and its decimal does not end, else as in a cell."""
    return _fraction(value, characters) or cell_text(value, characters)


def full_weight_text(value: float) -> str:
    """A weight in full: a fraction where it is shown as one, else all its digits."""
    return _fraction(value) or full_text(value)


def weight_edit_text(value: float) -> str:
    """A weight as it stands in a field: read again it is the same number, unlike what stands in its cell."""
    return _fraction(value) or edit_text(value)


def _fraction(value: float, characters: int = 6) -> str:
    """Such as 1/9; "" for a weight that is none, or whose decimal is no longer than `characters`."""
    if not (math.isfinite(value) and 0 < abs(value) < 1):
        return ""
    fraction = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
    close = fraction != 0 and abs(float(fraction) - value) <= 1e-7 * abs(value)
    if not close or len(str(np.float32(abs(value)))) <= characters:
        return ""
    return signed(f"{fraction.numerator}/{fraction.denominator}")


def edit_text(value: float) -> str:
    """A value in full as it stands in a field: 1,000 would be read as 1 with a decimal comma."""
    return full_text(value).replace(",", "")


def parse_number(text: str) -> float | None:
    """A typed number: a real minus, a decimal comma, a fraction, thousands as in 1,000.5; None for anything else."""
    text = text.strip()
    if not text or any(mark in text for mark in " \t;\n"):
        return None
    try:
        numbers = parse_numbers(f"{text}\t")  # beside a TAB no comma separates
    except Problem:
        return None
    return float(numbers[0, 0]) if numbers.size == 1 else None


def signed(text: str) -> str:
    """Text of a number with a real minus sign; a zero has none."""
    if text.startswith("-") and not any(digit in text for digit in "123456789"):
        text = text[1:]
    return text.replace("-", MINUS)


def _decimal(value: float, characters: int) -> str:
    """With as many digits as `characters` permit; "" where they permit none."""
    texts = (_plain(value, digits) for digits in range(SIGNIFICANT, 0, -1))
    return next((text for text in texts if len(text) <= characters), "")


def _plain(value: float, digits: int) -> str:
    """A rounded decimal without an exponent and without zeros at its end."""
    text = f"{Decimal(f'{value:.{digits}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scientific(value: float, characters: int) -> str:
    """As 1.23e9: with as many digits as `characters` permit, one at least."""
    for digits in range(SIGNIFICANT - 1, -1, -1):
        mantissa, exponent = f"{value:.{digits}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if digits else mantissa
        text = f"{mantissa}e{int(exponent)}"
        if len(text) <= characters:
            break
    return text
