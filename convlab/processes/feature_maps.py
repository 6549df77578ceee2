"""Feature maps as they travel between the window and the engine, checked: the engine may be lying."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Network, OpenShape, Shape
from convlab.processes.protocol import Message

Array = NDArray[np.float32]
Key = tuple[int, bool]
"""A node, and whether its map before the layer's own activation is meant."""


@dataclass(frozen=True, eq=False)
class Maps:
    """arrays: float32, read-only, without the batch axis: (rows, columns, channels) or (numbers,). A map that could not be
    computed is not among them. seconds: how long the compiled call took that they are from."""

    arrays: Mapping[Key, Array]
    seconds: float


def plain(keys: Iterable[Key]) -> list[list[int]]:
    """Keys as JSON."""
    return [[node, int(before)] for node, before in keys]


def keys_of(header: dict[str, Any], nodes: int) -> tuple[Key, ...]:
    """The keys in an answer about a network of so many nodes. Raises ValueError or KeyError if they are none."""
    listed = header["keys"]
    if type(listed) is not list:
        raise ValueError("not a list of maps")
    for item in listed:
        if type(item) is not list or len(item) != 2 or not all(type(n) is int for n in item):
            raise ValueError("not a list of maps")
        if not 0 <= item[0] < nodes or item[1] not in (0, 1):
            raise ValueError("a map of no node")
    return tuple((node, bool(before)) for node, before in listed)


def maps_of(message: Message, wanted: Collection[Key], network: Network) -> Maps:
    """The maps in an answer, for a network whose shapes are closed. Raises ValueError, KeyError or TypeError for lies."""
    keys = keys_of(message.header, len(network.nodes))
    seconds = message.header["seconds"]
    if message.header["reply"] != "maps" or len(keys) != len(message.arrays) or len(set(keys)) != len(keys):
        raise ValueError("not maps")
    if type(seconds) not in (int, float) or not 0 <= seconds < 1e6 or not set(keys) <= set(wanted):
        raise ValueError("not the maps that were wanted")
    for key, array in zip(keys, message.arrays, strict=True):
        if array.dtype != np.float32 or array.shape != network.nodes[key[0]].shape:
            raise ValueError("a map of another shape")
        array.setflags(write=False)
    return Maps(dict(zip(keys, message.arrays, strict=True)), float(seconds))


def bytes_of(keys: Iterable[Key], network: Network) -> int:
    """How much memory these maps need, a little more than that for each so that they can be lined up."""
    return sum(_size(network.nodes[node].shape) * 4 + 64 for node, _ in keys)


def _size(shape: OpenShape | None) -> int:
    size = 1
    for n in shape or (0,):
        size *= n or 0
    return size


def closed(shape: OpenShape | None) -> Shape | None:
    """A shape that is wholly known, else None."""
    if shape is None:
        return None
    known = tuple(n for n in shape if n is not None)
    return known if len(known) == len(shape) else None
