"""Weights in legacy .h5 files (Keras 0.x to 3.x): a group for each layer, whose attribute names its arrays in order.

A nested network is one group with all its weights in one list; Keras loads it by order: what is trained first, layer by
layer, then what is not (keras/src/legacy/saving/legacy_h5_format.py, _legacy_weights). Its names tell the same wherever
they are complete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from convlab.network.hdf5 import Hdf5, Tree
from convlab.network.hdf5_items import Parts
from convlab.network.numbered_weights import plain_parts
from convlab.network.stored_weights import Found, Rows
from convlab.network.weight_names import is_seed, role_of

if TYPE_CHECKING:
    from convlab.network.entries import Entry

Roles = Callable[["Entry"], "tuple[str, ...] | None"]
"""The roles of a layer's weights in Keras's order; None if the layer is not known."""

NOT_TRAINED = frozenset(("moving_mean", "moving_variance", "mean", "variance", "count"))
_UNIQUE = re.compile(r"_\d+$")


def listed(file: Hdf5, parts: Parts, name: str) -> tuple[str, ...]:
    """A list in an attribute, or in several with numbers where it was too long for one."""
    whole = file.texts(parts, name)
    if whole is not None:
        return whole
    found: list[str] = []
    number = 0
    while (piece := file.texts(parts, f"{name}{number}")) is not None:
        found += piece
        number += 1
    return tuple(found)


def groups_of(file: Hdf5, base: Parts, tree: Tree) -> dict[str, tuple[Found, ...]]:
    """For each layer that the file lists its arrays."""
    names = listed(file, base, "layer_names") or _numbered_layers(file, base)
    places = {plain_parts(place): dataset for place, dataset in tree.datasets.items()}
    found: dict[str, tuple[Found, ...]] = {}
    for name in names:
        group = (*base, *filter(None, name.split("/")))
        start = plain_parts(group)
        arrays = [
            (weight, places.get((*start, *plain_parts((weight,))))) for weight in _weight_names(file, group)
        ]
        found[name] = tuple(Found(weight, dataset) for weight, dataset in arrays if dataset is not None)
    return found


def named(entries: Sequence[Entry], groups: dict[str, tuple[Found, ...]], roles: Roles) -> Rows:
    """The arrays of each row."""
    found: Rows = {}
    for entry, arrays in _pairs(entries, groups, roles):
        if entry.entries is not None:
            found.update(_taken_apart(entry, arrays, roles))
        elif entry.row is not None:
            found[entry.row] = arrays
    return found


def _numbered_layers(file: Hdf5, base: Parts) -> tuple[str, ...]:
    """Keras 0.x did not name them: layer_0, layer_1…"""
    names = [name for name in file.names(base) if re.fullmatch(r"layer_\d{1,6}", name)]
    return tuple(sorted(names, key=lambda name: int(name[6:])))


def _weight_names(file: Hdf5, group: Parts) -> tuple[str, ...]:
    names = listed(file, group, "weight_names")
    if names or not re.fullmatch(r"layer_\d+", group[-1] if group else ""):
        return names
    numbered = [name for name in file.names(group) if re.fullmatch(r"param_\d{1,6}", name)]
    return tuple(sorted(numbered, key=lambda name: int(name[6:])))


def _pairs(
    entries: Sequence[Entry], groups: dict[str, tuple[Found, ...]], roles: Roles
) -> Iterator[tuple[Entry, tuple[Found, ...]]]:
    """Each layer with its arrays: by name, and if the names are others, those that have weights one after the other."""
    own = {entry.name: entry for entry in entries}
    filled = {name: arrays for name, arrays in groups.items() if arrays}
    if all(name in own for name in filled):
        yield from ((own[name], arrays) for name, arrays in filled.items())
        return
    wanting = [entry for entry in entries if not entry.is_operation and roles(entry) != ()]
    if len(wanting) == len(filled):
        yield from zip(wanting, filled.values(), strict=True)
    else:
        yield from ((own[name], arrays) for name, arrays in filled.items() if name in own)


def _taken_apart(entry: Entry, arrays: Sequence[Found], roles: Roles) -> Rows:
    """The arrays of a nested network, given to its layers."""
    leaves = [(leaf, trained) for leaf, trained in _leaves(entry) if leaf.row is not None]
    learned = [one for one in arrays if not is_seed(one.name)]
    by_name = _by_name(leaves, learned, roles)
    return by_name if by_name is not None else _by_order(leaves, learned, roles)


def _leaves(entry: Entry, trained: bool = True) -> Iterator[tuple[Entry, bool]]:
    """The layers in a nested network, and whether they are trained."""
    for inner in entry.entries or ():
        if inner.is_operation:
            continue
        if inner.entries is not None:
            yield from _leaves(inner, trained and entry.trainable)
        else:
            yield inner, trained and entry.trainable and inner.trainable


def _by_name(leaves: Sequence[tuple[Entry, bool]], arrays: Sequence[Found], roles: Roles) -> Rows | None:
    """By the layer's name in the array's name; None unless each layer gets exactly what it needs."""
    own: dict[Parts, list[int]] = {}
    for leaf, _ in leaves:
        own.setdefault(plain_parts((leaf.name,)), []).append(leaf.row or 0)
    found: dict[int, list[Found]] = {leaf.row or 0: [] for leaf, _ in leaves}
    for one in arrays:
        rows = own.get(_owner(plain_parts((one.name,))[:-1], own), [])
        if len(rows) != 1:
            return None
        found[rows[0]].append(one)
    for leaf, _ in leaves:
        wanted, got = roles(leaf), found[leaf.row or 0]
        if wanted is not None and len(wanted) != len({role_of(one.name) for one in got}):
            return None
    return {row: tuple(items) for row, items in found.items() if items}


def _owner(path: Parts, own: dict[Parts, list[int]]) -> Parts:
    """The layer whose name ends a path, also without the number that made the path unique."""
    for start in range(len(path)):
        tail = path[start:]
        plain = (*tail[:-1], _UNIQUE.sub("", tail[-1]))
        if tail in own or plain in own:
            return tail if tail in own else plain
    return path[:1] if path[:1] in own else ()


def _by_order(leaves: Sequence[tuple[Entry, bool]], arrays: Sequence[Found], roles: Roles) -> Rows:
    """As Keras loads them. Nothing if the count is another one, or a layer is not known."""
    first: list[tuple[int, str]] = []
    last: list[tuple[int, str]] = []
    for leaf, trained in leaves:
        wanted = roles(leaf)
        if wanted is None:
            return {}
        for role in wanted:
            (first if trained and role not in NOT_TRAINED else last).append((leaf.row or 0, role))
    if len(first) + len(last) != len(arrays):
        return {}
    found: dict[int, list[Found]] = {}
    for (row, role), one in zip((*first, *last), arrays, strict=True):
        found.setdefault(row, []).append(Found(role, one.dataset))
    return {row: tuple(items) for row, items in found.items()}
