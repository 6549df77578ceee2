"""Weights in the files of Keras ≥ 2.12 (`model.weights.h5` in a .keras, and *.weights.h5): numbered, not named.

They lie at `layers/<key>/vars/<number>`, those of nested networks at `layers/<key>/layers/<key>/vars/<number>`. A key is
the class of the layer in small letters, and from the second layer of a class on a number: conv2d, conv2d_1… in the order
of the layers in the file (keras/src/saving/saving_lib.py, _save_container_state). Keras 2.12 and 2.13 call the group
`_layer_checkpoint_dependencies`, counted some layers twice, so that numbers are left out, and on Windows wrote paths with
backslashes as one name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Union

from convlab.network.hdf5_items import Dataset, Parts
from convlab.network.refusals import damaged
from convlab.network.stored_weights import Found, Rows

if TYPE_CHECKING:
    from convlab.network.entries import Entry

CONTAINERS = ("layers", "_layer_checkpoint_dependencies")
VARIABLES = "vars"

Branch = dict[str, Union["Branch", Dataset]]
"""What a group holds, by name; names with backslashes taken apart."""

Wants = Callable[["Entry"], bool]
"""Whether a layer has weights, as far as is known."""

_MAX_PARTS = 64


def snake(class_name: str) -> str:
    """The key of the first layer of a class: as Keras makes it (keras/src/utils/naming.py, to_snake_case)."""
    name = re.sub(r"\W+", "", class_name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def plain_parts(parts: Parts) -> Parts:
    """A place with names that hold a path, as Windows made them, taken apart."""
    return tuple(part for name in parts for part in re.split(r"[\\/]", name) if part)


def branch_of(datasets: Mapping[Parts, Dataset]) -> Branch:
    """The arrays as a tree of groups."""
    root: Branch = {}
    for place, dataset in datasets.items():
        parts = plain_parts(place)
        if not parts or len(parts) > _MAX_PARTS:
            continue
        branch = root
        for name in parts[:-1]:
            inner = branch.setdefault(name, {})
            if isinstance(inner, Dataset):
                raise damaged("two of its parts are at the same place")
            branch = inner
        if parts[-1] in branch:
            raise damaged("two of its parts are at the same place")
        branch[parts[-1]] = dataset
    return root


def numbered(entries: Sequence[Entry], root: Branch, wants: Wants) -> Rows:
    """The arrays of each layer. What has no place among the layers is left out."""
    found: Rows = {}
    waiting = [(entries, root)]
    while waiting:
        inner, branch = waiting.pop()
        for entry, own in _pairs(inner, _container(branch), wants):
            if entry.entries is not None:
                waiting.append((entry.entries, own))
            elif entry.row is not None:
                found[entry.row] = tuple(arrays_of(own))
    return found


def arrays_of(branch: Branch, before: str = "") -> Iterator[Found]:
    """All arrays of a layer: its own first, in their order, then those of the layers that it holds."""
    own = branch.get(VARIABLES)
    if isinstance(own, dict):
        for name, item in sorted(own.items(), key=lambda pair: _natural(pair[0])):
            if isinstance(item, Dataset):
                yield Found(before + name, item)
    for name, item in branch.items():
        if name != VARIABLES and isinstance(item, dict):
            yield from arrays_of(item, f"{before}{name}/")


def _container(branch: Branch) -> Branch:
    for name in CONTAINERS:
        inner = branch.get(name)
        if isinstance(inner, dict):
            return inner
    return {}


def _pairs(entries: Sequence[Entry], branch: Branch, wants: Wants) -> Iterator[tuple[Entry, Branch]]:
    """Each layer with its group."""
    alike: dict[str, list[Entry]] = {}
    for entry in entries:
        if not entry.is_operation:
            alike.setdefault(snake(entry.class_name), []).append(entry)
    for stem, layers in alike.items():
        groups = _groups(branch, stem)
        if all(number < len(layers) for number in groups):
            yield from ((layers[number], group) for number, group in groups.items())
        else:
            # Numbers were left out: what has weights comes in the order of the layers.
            wanting = [entry for entry in layers if wants(entry)]
            yield from zip(wanting, groups.values(), strict=False)


def _groups(branch: Branch, stem: str) -> dict[int, Branch]:
    """The groups of a class that hold arrays, by their numbers, in order."""
    found: dict[int, Branch] = {}
    for name, item in branch.items():
        number = re.fullmatch(rf"{re.escape(stem)}(?:_(\d{{1,9}}))?", name)
        if number and isinstance(item, dict) and next(arrays_below(item), None) is not None:
            found[int(number[1] or 0)] = item
    return dict(sorted(found.items()))


def arrays_below(branch: Branch) -> Iterator[Dataset]:
    for item in branch.values():
        if isinstance(item, Dataset):
            yield item
        else:
            yield from arrays_below(item)


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() and len(name) < 10 else (1 << 30, name)
