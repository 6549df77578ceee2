"""Calls: what a layer is applied to, out of the ways in which versions of Keras wrote it down.

Keras 3:  {"args": [T, 2.0], "kwargs": {}} where T = {"class_name": "__keras_tensor__", "config": {"keras_history": [layer, node, tensor]}}
Keras 2:  [[layer, node, tensor, {…}], …], or one such item for an operation with numbers among its arguments
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from convlab.network.entries import Entry, unreadable

_MAX_INPUTS = 1000
_MAX_DEPTH = 8
_UNIMPORTANT = ("training", "mask", "name")


class Ref(NamedTuple):
    """An output of a layer: its name, which of its calls, which of its outputs."""

    name: str
    node: int
    tensor: int


@dataclass(frozen=True)
class Call:
    """operands: what it is applied to, in order: outputs of layers, and numbers. strange: something else was there."""

    operands: tuple[Ref | float, ...]
    strange: bool = False

    @property
    def refs(self) -> tuple[Ref, ...]:
        return tuple(operand for operand in self.operands if isinstance(operand, Ref))


def calls_of(entry: Entry) -> tuple[Call, ...]:
    """All calls of an entry. Raises Problem for what is no wiring."""
    return tuple(_call(item) for item in entry.inbound)


def outputs_of(value: Any) -> tuple[Ref, ...]:
    """`input_layers` or `output_layers` of a network: a list, one alone, or a dictionary."""
    if _is_ref(value):
        return (_ref(value),)
    values = list(value.values()) if type(value) is dict else value
    if type(values) is not list or len(values) > _MAX_INPUTS:
        raise unreadable("It does not say what comes out of it.")
    found: list[Ref] = []
    for item in values:
        found += [_ref(item)] if _is_ref(item) else outputs_of(item) if item != value else ()
    return tuple(found)


def _call(item: Any) -> Call:
    if type(item) is dict:
        operands = tuple(_of_keras_3(item.get("args", []), 0))
        more = item.get("kwargs", {})
        named = (
            {key: value for key, value in more.items() if key not in _UNIMPORTANT}
            if type(more) is dict
            else {}
        )
        return _limited((*operands, *_of_keras_3(list(named.values()), 0)))
    if type(item) is list:
        return _limited(tuple(_of_keras_2(item)))
    raise unreadable("Its layers are connected in a way that is not known.")


class _Strange:
    """An argument that is neither a tensor nor a number."""


_STRANGE = _Strange()


def _limited(operands: tuple[Ref | float | _Strange, ...]) -> Call:
    if len(operands) > _MAX_INPUTS:
        raise unreadable("One of its layers has too many inputs.")
    plain = tuple(operand for operand in operands if not isinstance(operand, _Strange))
    return Call(plain, len(plain) < len(operands))


def _of_keras_3(value: Any, depth: int) -> Iterator[Ref | float | _Strange]:
    if depth > _MAX_DEPTH:
        raise unreadable("Its layers are connected in a way that is not known.")
    if type(value) in (list, tuple):
        for part in value:
            yield from _of_keras_3(part, depth + 1)
    elif type(value) is dict and value.get("class_name") == "__keras_tensor__":
        config = value.get("config")
        history = config.get("keras_history") if type(config) is dict else None
        if not _is_ref(history):
            raise unreadable("One of its layers is connected to nothing.")
        yield _ref(history)
    elif _is_number(value):
        yield float(value)
    elif value is not None:
        yield _STRANGE


def _of_keras_2(item: list[Any]) -> Iterator[Ref | float | _Strange]:
    parts = [item] if item and type(item[0]) is str else item
    for part in parts:
        if type(part) is list and part and part[0] == "_CONSTANT_VALUE" and len(part) > 2:
            yield float(part[2]) if _is_number(part[2]) else _STRANGE
        elif _is_ref(part):
            yield _ref(part)
        else:
            raise unreadable("One of its layers is connected to nothing.")
        more = part[3] if len(part) > 3 and type(part[3]) is dict else {}
        for name, value in more.items():
            if name in _UNIMPORTANT or value is None:
                continue
            yield _ref(value) if _is_ref(value) else float(value) if _is_number(value) else _STRANGE


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _is_ref(value: Any) -> bool:
    return (
        type(value) in (list, tuple)
        and len(value) >= 3
        and type(value[0]) is str
        and value[0] != "_CONSTANT_VALUE"
        and all(type(part) is int and 0 <= part < 2**31 for part in value[1:3])
    )


def _ref(value: Any) -> Ref:
    if not _is_ref(value):
        raise unreadable("One of its layers is connected to nothing.")
    return Ref(value[0], value[1], value[2])
