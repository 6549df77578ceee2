"""HDF5 read as data: groups, attributes and numbers of one file. The only place of ours that uses h5py.

HDF5 can do much that a network's file has no need of: links to other files, numbers kept in other files, filters loaded
as libraries. All of that is recognised before the library would follow it, in the order that this takes:

1. a name's link is looked at, and only then what it leads to is opened;
2. of a dataset first its layout, external files and filters are asked for, then its type, then its shape;
3. sizes are compared with what is stored, and only then numbers are read, by ourselves (hdf5_numbers).

What no check can prevent (a changed number that makes the library loop or crash) ends with the reader process.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

# Read once by the library when it is loaded: it then loads no filters from outside.
os.environ.setdefault("HDF5_PLUGIN_PRELOAD", "::")

import h5py
import numpy as np
from h5py import h5d, h5g, h5l, h5o, h5s
from numpy.typing import NDArray

from convlab.network import file_limits as limits
from convlab.network.hdf5_items import (
    BRAIN_FLOAT,
    Dataset,
    Parts,
    bomb,
    described,
    filters_of,
    text_of,
    texts_of,
)
from convlab.network.hdf5_numbers import Chunk, Filters, as_floats, read_chunked, read_contiguous
from convlab.network.refusals import Refused, damaged
from convlab.plain_text import safe_text

_FAULTS = (
    KeyError, OSError, RuntimeError, ValueError, TypeError, IndexError, SystemError, UnicodeError, OverflowError,
)  # fmt: skip


@dataclass
class Tree:
    """What is below a group: the groups and the arrays of numbers, in the order in which they were made."""

    groups: list[Parts] = field(default_factory=list)
    datasets: dict[Parts, Dataset] = field(default_factory=dict)


class Hdf5:
    """An HDF5 file, opened to be read. Everything here raises Refused for what cannot or must not be read."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._source, self._size = file, size
        self._declared = 0
        with _faults():
            self._file = h5py.File(file, "r")
            self._root = h5g.open(self._file.id, b"/")

    def close(self) -> None:
        self._file.close()

    def names(self, parts: Parts = ()) -> tuple[str, ...]:
        """What a group holds; nothing if it is no group."""
        with _faults():
            group = self._open(parts)
            return (
                tuple(text_of(link.name) for link in _links(group)) if isinstance(group, h5g.GroupID) else ()
            )

    def texts(self, parts: Parts, name: str) -> tuple[str, ...] | None:
        """The texts in an attribute of a group; None if there is none, or it is not text."""
        with _faults():
            owner = self._open(parts)
            return None if owner is None else texts_of(owner, name)

    def tree(self, parts: Parts = (), skip: Callable[[Parts], bool] = lambda parts: False) -> Tree:
        """Everything below a group, but what is to be skipped."""
        found, seen, count = Tree(), set[int](), 0
        with _faults():
            start = self._open(parts)
            waiting: list[tuple[Parts, Any]] = [(parts, start)] if isinstance(start, h5g.GroupID) else []
            while waiting:
                here, group = waiting.pop()
                found.groups.append(here)
                inner = []
                links = _links(group)
                count += len(links)
                _check_size(here, count)
                for link in links:
                    place = (*here, text_of(link.name))
                    if skip(place):
                        continue
                    item = _opened(group, link)
                    if isinstance(item, h5g.GroupID):
                        _check_circle(link.address, seen)
                        inner.append((link.address, place, item))
                    elif isinstance(item, h5d.DatasetID):
                        self._note(found, place, item)
                # Groups that were made later mostly stand further back.
                waiting += [(place, item) for _, place, item in sorted(inner, key=lambda one: -one[0])]
        return found

    def read(self, dataset: Dataset, out: NDArray[np.float32]) -> None:
        """The numbers of a dataset, into an array of its shape."""
        with _faults():
            if not dataset.size:
                return
            if dataset.offset is not None:
                read_contiguous(self._source, dataset.offset, dataset.raw, dataset.dtype == BRAIN_FLOAT, out)
                return
            item = self._open(dataset.parts)
            if not isinstance(item, h5d.DatasetID):
                raise damaged()
            if item.get_create_plist().get_layout() == h5d.CHUNKED:
                self._read_chunked(item, dataset, out)
            else:
                _read_small(item, dataset, out)

    def _read_chunked(self, item: Any, dataset: Dataset, out: NDArray[np.float32]) -> None:
        settings = item.get_create_plist()
        chunk = tuple(settings.get_chunk())
        most = math.prod(-(-n // step) for n, step in zip(dataset.shape, chunk, strict=True))
        found: list[Chunk] = []

        def note(info: Any) -> bool | None:
            found.append(Chunk(info.chunk_offset, info.byte_offset, info.size, info.filter_mask))
            return True if len(found) > most else None

        item.chunk_iter(note)
        if len(found) > most or any(one.start + one.stored > self._size for one in found):
            raise damaged("its numbers lie outside of it")
        brain = dataset.dtype == BRAIN_FLOAT
        read_chunked(self._source, found, Filters(filters_of(settings), chunk, dataset.raw, brain), out)

    def _open(self, parts: Parts) -> Any:
        """What is at a place, or None. One name at a time, and only what is really in this file."""
        item = self._root
        for name in parts:
            raw = name.encode("utf-8", "surrogateescape")
            if not isinstance(item, h5g.GroupID) or not item.links.exists(raw):
                return None
            link = item.links.get_info(raw)
            item = _opened(item, _Link(raw, link.type, link.u))
        return item

    def _note(self, found: Tree, place: Parts, item: Any) -> None:
        dataset = described(place, item, self._size)
        if dataset is None:
            return
        found.datasets[place] = dataset
        self._declared += dataset.bytes
        if len(found.datasets) > limits.MAX_DATASETS:
            raise Refused(f"It holds more than {limits.MAX_DATASETS:,} arrays.")
        if self._declared > min(limits.MAX_SUM_BYTES, 100 * self._size + 64 * limits.MB):
            raise bomb(place)


@contextmanager
def _faults() -> Iterator[None]:
    """What the library says about a damaged file is all one to the user."""
    try:
        yield
    except _FAULTS as error:
        if isinstance(error, OSError) and error.errno:
            raise
        if "truncated file" in str(error):
            raise Refused("It breaks off before its end.", "Copy or download it again.") from None
        raise damaged() from None


class _Link(NamedTuple):
    """A name in a group. kind: whether it is really there. address: where what it leads to is described."""

    name: bytes
    kind: int
    address: int


def _links(group: Any) -> list[_Link]:
    found: list[_Link] = []

    def note(name: bytes, info: Any) -> bool | None:
        found.append(_Link(name, info.type, info.u))
        return True if len(found) > limits.MAX_OBJECTS else None

    group.links.iterate(note, info=True)
    return found


def _check_size(place: Parts, count: int) -> None:
    if len(place) >= limits.MAX_DEPTH:
        raise Refused(f"Its groups are nested more than {limits.MAX_DEPTH} deep.")
    if count > limits.MAX_OBJECTS:
        raise Refused(f"It holds more than {limits.MAX_OBJECTS:,} parts.")


def _opened(group: Any, link: _Link) -> Any:
    """What a name in a group leads to, unless that is somewhere else."""
    if link.kind != h5l.TYPE_HARD:
        raise Refused(
            f"Its part “{safe_text(text_of(link.name), 40)}” is a link to another place, which ConvLab does not follow.",
            "Save the network again with Keras.",
        )
    return h5o.open(group, link.name)


def _check_circle(address: int, seen: set[int]) -> None:
    if address in seen:
        raise Refused("Its groups lead in a circle.", "Save the network again with Keras.")
    seen.add(address)


def _read_small(item: Any, dataset: Dataset, out: NDArray[np.float32]) -> None:
    """What is kept beside its description, or was never written."""
    if dataset.bytes > limits.UNPACKED_BYTES:
        raise damaged("its numbers are missing")
    brain = dataset.dtype == BRAIN_FLOAT
    raw = np.zeros(dataset.shape, "V2" if brain else dataset.raw)
    item.read(h5s.ALL, h5s.ALL, raw, mtype=item.get_type())
    out[...] = as_floats(raw.view(dataset.raw), brain)
