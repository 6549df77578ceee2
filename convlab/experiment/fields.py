"""Checked reading of values from a stranger's description: each has the type and the range it should, or a sentence.

A check is a function from (value, where) to the checked value; `where` names the field in the sentence.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.plain_text import safe_text

Check = Callable[[Any, str], Any]

MAX_TEXT = 200


class FieldError(ValueError):
    """A field that is not what it should be; the text is the end of a sentence for the user."""


def whole(low: int, high: int) -> Check:
    """A whole number from low to high."""

    def check(value: Any, where: str) -> int:
        if type(value) is not int or not low <= value <= high:
            raise FieldError(f"{where} is not a whole number from {low:,} to {high:,}")
        return value

    return check


def pair(low: int, high: int) -> Check:
    """Two whole numbers, one for the rows and one for the columns."""
    one = whole(low, high)

    def check(value: Any, where: str) -> tuple[int, int]:
        first, second = _list(value, where, 2)
        return one(first, where), one(second, where)

    return check


def number(value: Any, where: str) -> float:
    """A finite number within float32."""
    if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > np.finfo(np.float32).max:
        raise FieldError(f"{where} is not a number")
    return float(value)


def truth(value: Any, where: str) -> bool:
    """true or false."""
    if type(value) is not bool:
        raise FieldError(f"{where} is neither true nor false")
    return value


def choice(*options: Any) -> Check:
    """One of some values."""

    def check(value: Any, where: str) -> Any:
        for option in options:
            if type(value) in (str, int, float) and value == option:
                return option
        known = (
            f"not one of {', '.join(str(option) for option in options)}" if len(options) < 6 else "unknown"
        )
        raise FieldError(f"{where} is {known}")

    return check


def text(value: Any, where: str) -> str:
    """A line of text that can be shown: printable, at most MAX_TEXT characters."""
    if type(value) is not str or len(value) > MAX_TEXT:
        raise FieldError(f"{where} is not a short text")
    return safe_text(value, MAX_TEXT)


def texts(value: Any, where: str) -> tuple[str, ...]:
    """At most 20 lines of text."""
    if type(value) is not list or len(value) > 20:
        raise FieldError(f"{where} is not a short list of texts")
    return tuple(text(item, where) for item in value)


def optional(check: Check) -> Check:
    """null, or what `check` takes."""
    return lambda value, where: None if value is None else check(value, where)


def padding(value: Any, where: str) -> str | tuple[tuple[int, int], tuple[int, int]]:
    """ "valid", "same" or own amounts ((top, bottom), (left, right))."""
    if type(value) is str:
        named: str = choice("valid", "same")(value, where)
        return named
    amounts = pair(0, 4096)
    rows, columns = _list(value, where, 2)
    return amounts(rows, where), amounts(columns, where)


def array(arrays: dict[str, NDArray[Any]], dimensions: int, types: tuple[type, ...] = (np.float32,)) -> Check:
    """The name of one of `arrays`, with so many dimensions, none empty, of one of the types, all finite."""

    def check(value: Any, where: str) -> NDArray[Any]:
        if type(value) is not str or value not in arrays:
            raise FieldError(f"the array of {where} is missing")
        found = arrays[value]
        if found.dtype.type not in types or found.ndim != dimensions or not found.size:
            raise FieldError(f"the array of {where} has another shape or type than it should")
        # The extremes are NaN if any value is; they need no memory, unlike isfinite of each.
        if found.dtype != np.uint8 and not (np.isfinite(found.min()) and np.isfinite(found.max())):
            raise FieldError(f"the array of {where} holds values that are not numbers")
        return found

    return check


def table(value: Any, where: str) -> dict[str, Any]:
    """An object with named fields."""
    if type(value) is not dict:
        raise FieldError(f"{where} is missing or not an object")
    return value


def _list(value: Any, where: str, length: int) -> list[Any]:
    if type(value) is not list or len(value) != length:
        raise FieldError(f"{where} is not a list of {length}")
    return value
