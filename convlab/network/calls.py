"""Calls: what a layer is applied to, out of the ways in which versions of Keras wrote it down.

Keras 3:  {"args": [T, 2.0], "kwargs": {}} where T = {"class_name": "__keras_tensor__", "config": {"keras_history": [layer, node, tensor]}}
Keras 2:  [[layer, node, tensor, {…}], …], or one such item for an operation with numbers among its arguments
Either may hold a dictionary of inputs, whose values count in the order of their keys.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from convlab.network.entries import Entry, unreadable

_MAX_INPUTS = 1000
_MAX_DEPTH = 8
_UNIMPORTANT = ("training", "name")


class Ref(NamedTuple):
    """An output of a layer: its name, which of its calls, which of its outputs."""

    name: str
    node: int
    tensor: int


@dataclass(frozen=True)
class Call:
    """operands: what it is applied to, in order: outputs of layers, and numbers. strange: something else was there.

    as_trained: it is applied as while a network learns, whatever is done with the network. old: as Keras 2 wrote it.
    """

    operands: tuple[Ref | float, ...]
    strange: bool = False
    as_trained: bool = False
    old: bool = False

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
    values = _by_key(value) if type(value) is dict else value
    if type(values) is not list or len(values) > _MAX_INPUTS:
        raise unreadable("It does not say what comes out of it.")
    found: list[Ref] = []
    for item in values:
        found += [_ref(item)] if _is_ref(item) else outputs_of(item) if item != value else ()
    return tuple(found)


def _call(item: Any) -> Call:
    if type(item) is dict and "args" in item:
        given = item.get("kwargs")
        more: dict[str, Any] = given if type(given) is dict else {}
        operands = (*_of_keras_3(item["args"], 0), *_named(more, lambda value: _of_keras_3(value, 0)))
        return _limited(operands, as_trained=more.get("training") not in (None, False))
    parts = _parts(_by_key(item) if type(item) is dict else item)
    named = [part[3] for part in parts if len(part) > 3 and type(part[3]) is dict]
    trained = any(more.get("training") not in (None, False) for more in named)
    return _limited(tuple(_of_keras_2(parts)), as_trained=trained, old=True)


def _by_key(table: dict[str, Any]) -> list[Any]:
    """Keras takes dictionaries apart in the order of their keys."""
    return [table[key] for key in sorted(table)]


def _named(
    more: dict[str, Any], read: Callable[[Any], Iterable[Ref | float | _Strange]]
) -> Iterator[Ref | float | _Strange]:
    """What arguments with names hold, but for those that change nothing."""
    for name, value in more.items():
        if name not in _UNIMPORTANT and value is not None:
            yield from read(value)


class _Strange:
    """An argument that is neither a tensor nor a number."""


_STRANGE = _Strange()


def _limited(
    operands: tuple[Ref | float | _Strange, ...], *, as_trained: bool = False, old: bool = False
) -> Call:
    if len(operands) > _MAX_INPUTS:
        raise unreadable("One of its layers has too many inputs.")
    plain = tuple(operand for operand in operands if not isinstance(operand, _Strange))
    return Call(plain, len(plain) < len(operands), as_trained, old)


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
    elif type(value) is dict and "class_name" not in value:
        yield from _of_keras_3(_by_key(value), depth + 1)
    elif _is_number(value):
        yield float(value)
    elif value is not None:
        yield _STRANGE


def _parts(item: Any) -> list[list[Any]]:
    """The references of one call in Keras 2's words."""
    if type(item) is not list:
        raise unreadable("Its layers are connected in a way that is not known.")
    parts = [item] if item and type(item[0]) is str else item
    if any(type(part) is not list for part in parts):
        raise unreadable("One of its layers is connected to nothing.")
    return parts


def _of_keras_2(parts: list[list[Any]]) -> Iterator[Ref | float | _Strange]:
    for part in parts:
        if part and part[0] == "_CONSTANT_VALUE" and len(part) > 2:
            yield float(part[2]) if _is_number(part[2]) else _STRANGE
        else:
            yield _ref(part)
        more = part[3] if len(part) > 3 and type(part[3]) is dict else {}
        yield from _named(more, lambda value: (_argument_of_keras_2(value),))


def _argument_of_keras_2(value: Any) -> Ref | float | _Strange:
    return _ref(value) if _is_ref(value) else float(value) if _is_number(value) else _STRANGE


def _is_number(value: Any) -> bool:
    return (type(value) is int and abs(value) < 2**63) or (type(value) is float and math.isfinite(value))


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
