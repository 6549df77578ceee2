"""Checks of single settings: each takes a value as it stands in a file, and gives it back plain, or raises ValueError."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlab.network.description import Setting
from convlab.operations.activations import ACTIVATIONS, ALIASES

Checker = Callable[[Any], Setting]

MAX_SIZE = 2**20
MAX_SIDE = 2**14
MAX_KERNEL = 4096
MAX_AXES = 6
_MOST_NUMBERS = 100_000


def whole(low: int, high: int) -> Checker:
    def check(value: Any) -> int:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int or not low <= value <= high:
            raise ValueError
        return value

    return check


def number(low: float = -1e30, high: float = 1e30) -> Checker:
    """A finite number; numpy's own, as some versions of Keras write them, are taken too."""

    def check(value: Any) -> float | int:
        if type(value) is dict and "value" in value:
            value = value["value"]
        if type(value) is dict and type(value.get("config")) is dict:
            value = value["config"].get("value")
        if type(value) not in (int, float) or not low <= value <= high:  # which NaN is not
            raise ValueError
        return value  # type: ignore[no-any-return]

    return check


def numbers(value: Any) -> Setting:
    """Numbers in lists of any depth up to MAX_AXES, one number, or None."""
    left = [_MOST_NUMBERS]

    def plain(part: Any, depth: int) -> Setting:
        if type(part) in (list, tuple) and depth < MAX_AXES:
            return tuple(plain(inner, depth + 1) for inner in part)
        left[0] -= 1
        if left[0] < 0:
            raise ValueError
        return number()(part)

    return None if value is None else plain(value, 0)


def number_or_row(value: Any) -> Setting:
    """One number, or one for every channel."""
    if type(value) not in (list, tuple):
        return number()(value)
    if not 0 < len(value) <= _MOST_NUMBERS:
        raise ValueError
    return tuple(number()(part) for part in value)


def off(value: Any) -> Setting:
    """For what ConvLab does not compute: it has to be switched off."""
    if value not in (None, False, 0):
        raise ValueError
    return False


def flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError
    return value


def choice(*possible: str) -> Checker:
    def check(value: Any) -> str:
        if type(value) is not str or value not in possible:
            raise ValueError
        return value

    return check


def optional(checker: Checker) -> Checker:
    return lambda value: None if value is None else checker(value)


def several(count: int, low: int, high: int) -> Checker:
    """`count` whole numbers as a tuple, or one number for all of them; for one axis just the number."""
    one = whole(low, high)

    def check(value: Any) -> Setting:
        values = value if type(value) in (list, tuple) else [value] * count
        if len(values) != count:
            raise ValueError
        found = tuple(one(part) for part in values)
        return found if count > 1 else found[0]

    return check


def border(value: Any) -> Setting:
    """(before, after), or one number for both."""
    return several(2, 0, MAX_KERNEL)(value)


def borders(value: Any) -> Setting:
    """((top, bottom), (left, right)), from one number, a pair, two pairs, or Keras 1's four numbers."""
    if type(value) in (list, tuple) and len(value) == 4:
        value = [value[:2], value[2:]]
    sides = value if type(value) in (list, tuple) else [value] * 2
    if len(sides) != 2:
        raise ValueError
    return tuple(border(side) for side in sides)


def axis(value: Any) -> Setting:
    """An axis, batch included; one in a list, as Keras 2 writes it, is that axis. Several stay a tuple; None is all."""
    if value is None:
        return None
    values = value if type(value) in (list, tuple) else [value]
    found = tuple(whole(-MAX_AXES, MAX_AXES)(part) for part in values)
    if not found:
        raise ValueError
    return found if len(found) > 1 else found[0]


def dims(value: Any) -> Setting:
    values = value if type(value) in (list, tuple) else [value]
    if not 0 < len(values) <= MAX_AXES:
        raise ValueError
    return tuple(whole(1, MAX_AXES)(part) for part in values)


def open_shape(value: Any) -> Setting:
    """Without the batch axis; None where it is open."""
    if type(value) not in (list, tuple) or len(value) > MAX_AXES:
        raise ValueError
    return tuple(None if part is None else whole(1, MAX_SIZE)(part) for part in value)


def target_shape(value: Any) -> Setting:
    values = value if type(value) in (list, tuple) else [value]
    if len(values) > MAX_AXES:
        raise ValueError
    found = tuple(whole(-1, 2**31)(part) for part in values)
    if found.count(-1) > 1 or 0 in found:
        raise ValueError
    return found


def activation(value: Any) -> str:
    """A name in our own table. An object counts only where it is Keras's way to write such a name."""
    if value is None:
        return "linear"
    if type(value) is dict:
        value = _function_name(value)
    if type(value) is not str:
        raise ValueError
    name = ALIASES.get(value, value)
    if name not in ACTIVATIONS:
        raise ValueError
    return name


def _function_name(value: dict[str, Any]) -> Any:
    home, name = value.get("module"), value.get("config")
    ours = home is None or (
        type(home) is str and home.split(".")[0] in ("builtins", "keras", "tf_keras", "tensorflow")
    )
    if (
        value.get("class_name") != "function"
        or not ours
        or value.get("registered_name") not in (None, "function", name)
    ):
        raise ValueError
    return name
