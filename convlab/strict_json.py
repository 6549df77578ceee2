"""JSON from strangers: plain values only. No NaN, no infinity, no duplicate keys, no deep nesting, no huge text."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32


def loads(data: bytes, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """The value in UTF-8 encoded JSON. Raises ValueError, whose text says what is wrong, and nothing else."""
    if len(data) > max_bytes:
        raise ValueError(f"the description is larger than {max_bytes // 1024:,} kB")
    try:
        value = json.loads(
            data.decode("utf-8-sig"),
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_small,
            object_pairs_hook=_without_duplicates,
        )
    except RecursionError:
        raise ValueError("the description is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("the description is not text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"the description breaks off or is garbled in line {error.lineno}") from None
    _check_depth(value, max_depth)
    return value


def dumps(value: Any) -> bytes:
    """`value` as UTF-8 encoded JSON that `loads` takes back. Raises ValueError for what it would not take."""
    data = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8")
    loads(data)
    return data


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"the description holds {text}, which is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("the description holds a number that is too large")
    return number


def _small(text: str) -> int:
    if len(text) > 18:
        raise ValueError("the description holds a number that is too large")
    return int(text)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the description names the same thing twice")
    return found


def _check_depth(value: Any, most: int) -> None:
    """Level by level, so that no nesting can exhaust the stack here."""
    level = [value]
    for _ in range(most):
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise ValueError("the description is nested too deeply")
