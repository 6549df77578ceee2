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
from typing import Any, BinaryIO

os.environ.setdefault(
    "HDF5_PLUGIN_PRELOAD", "::"
)  # read once by the library: no filter is loaded from outside

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5l, h5o, h5s, h5t, h5z
from numpy.typing import NDArray

from convlab.network import file_limits as limits
from convlab.network.description import Shape
from convlab.network.hdf5_numbers import Chunk, Filters, as_floats, read_chunked, read_contiguous
from convlab.network.refusals import Refused, damaged
from convlab.plain_text import safe_text

Parts = tuple[str, ...]
"""A place in the file: the names on the way to it."""

_FAULTS = (KeyError, OSError, RuntimeError, ValueError, TypeError, IndexError, SystemError, UnicodeError)
_BRAIN_FLOAT = "bfloat16"
_TYPES: tuple[tuple[Any, str, str], ...] = (
    (h5t.IEEE_F32LE, "<f4", "float32"),
    (h5t.IEEE_F16LE, "<f2", "float16"),
    (h5t.IEEE_F64LE, "<f8", "float64"),
    (h5t.IEEE_F32BE, ">f4", "float32"),
    (h5t.IEEE_F16BE, ">f2", "float16"),
    (h5t.IEEE_F64BE, ">f8", "float64"),
    *(
        (getattr(h5t, f"STD_{letter}{8 * size}{end}"), f"{mark}{kind}{size}", f"{name}{8 * size}")
        for letter, kind, name in (("I", "i", "int"), ("U", "u", "uint"))
        for size in (1, 2, 4, 8)
        for end, mark in (("LE", "<"), ("BE", ">"))
    ),
)
_FILTERS = {h5z.FILTER_DEFLATE: "deflate", h5z.FILTER_SHUFFLE: "shuffle", h5z.FILTER_FLETCHER32: "fletcher32"}


@dataclass(frozen=True)
class Dataset:
    """An array of numbers in the file.

    dtype: its name, such as "float32" or "bfloat16". raw: the numpy type of what is stored. offset: where its bytes
    are in the HDF5 file, if they lie there in one piece and as they are; else None.
    """

    parts: Parts
    shape: Shape
    dtype: str
    raw: str
    offset: int | None = None

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        return self.size * np.dtype(self.raw).itemsize


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
            return tuple(map(_text, _children(group))) if isinstance(group, h5g.GroupID) else ()

    def texts(self, parts: Parts, name: str) -> tuple[str, ...] | None:
        """The texts in an attribute of a group; None if there is none, or it is not text."""
        with _faults():
            owner = self._open(parts)
            return None if owner is None else _texts(owner, name)

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
                for name in _children(group):
                    place = (*here, _text(name))
                    count += 1
                    if skip(place):
                        continue
                    _check_place(place, count)
                    item = _opened(group, name)
                    if isinstance(item, h5g.GroupID):
                        inner.append((_address(item, seen), place, item))
                    elif isinstance(item, h5d.DatasetID):
                        self._note(found, place, item)
                waiting += [(place, item) for _, place, item in sorted(inner, key=lambda one: -one[0])]
        return found

    def read(self, dataset: Dataset, out: NDArray[np.float32]) -> None:
        """The numbers of a dataset, into an array of its shape."""
        with _faults():
            if not dataset.size:
                return
            if dataset.offset is not None:
                read_contiguous(self._source, dataset.offset, dataset.raw, dataset.dtype == _BRAIN_FLOAT, out)
                return
            item = self._open(dataset.parts)
            if not isinstance(item, h5d.DatasetID):
                raise damaged()
            if item.get_create_plist().get_layout() == h5d.CHUNKED:
                self._read_chunked(item, dataset, out)
            else:
                _read_small(item, dataset, out)

    def _read_chunked(self, item: Any, dataset: Dataset, out: NDArray[np.float32]) -> None:
        chunk = tuple(item.get_create_plist().get_chunk())
        most = math.prod(-(-n // step) for n, step in zip(dataset.shape, chunk, strict=True))
        found: list[Chunk] = []

        def note(info: Any) -> bool | None:
            found.append(Chunk(info.chunk_offset, info.byte_offset, info.size, info.filter_mask))
            return True if len(found) > most else None

        item.chunk_iter(note)
        if len(found) > most or any(one.start + one.stored > self._size for one in found):
            raise damaged("its numbers lie outside of it")
        brain = dataset.dtype == _BRAIN_FLOAT
        read_chunked(self._source, found, Filters(_filters(item), chunk, dataset.raw, brain), out)

    def _open(self, parts: Parts) -> Any:
        """What is at a place, or None. One name at a time, and only what is really in this file."""
        item = self._root
        for name in parts:
            raw = name.encode("utf-8", "surrogateescape")
            if not isinstance(item, h5g.GroupID) or not item.links.exists(raw):
                return None
            item = _opened(item, raw)
        return item

    def _note(self, found: Tree, place: Parts, item: Any) -> None:
        dataset = _described(place, item, self._size)
        if dataset is None:
            return
        found.datasets[place] = dataset
        self._declared += dataset.bytes
        if len(found.datasets) > limits.MAX_DATASETS:
            raise Refused(f"It holds more than {limits.MAX_DATASETS:,} arrays.")
        if self._declared > min(limits.MAX_SUM_BYTES, 100 * self._size + 64 * limits.MB):
            raise _bomb(place)


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


def _children(group: Any) -> list[bytes]:
    if group.get_num_objs() > limits.MAX_OBJECTS:
        raise Refused(f"It holds more than {limits.MAX_OBJECTS:,} parts.")
    return list(group)


def _check_place(place: Parts, count: int) -> None:
    if len(place) > limits.MAX_DEPTH:
        raise Refused(f"Its groups are nested more than {limits.MAX_DEPTH} deep.")
    if count > limits.MAX_OBJECTS:
        raise Refused(f"It holds more than {limits.MAX_OBJECTS:,} parts.")


def _opened(group: Any, name: bytes) -> Any:
    """What a name in a group leads to, unless that is somewhere else."""
    if group.links.get_info(name).type != h5l.TYPE_HARD:
        raise Refused(
            f"Its part “{safe_text(_text(name), 40)}” is a link to another place, which ConvLab does not follow.",
            "Save the network again with Keras.",
        )
    return h5o.open(group, name)


def _address(group: Any, seen: set[int]) -> int:
    """Where in the file a group is described: groups that were made later mostly stand further back."""
    address = int(h5o.get_info(group).addr)
    if address in seen:
        raise Refused("Its groups lead in a circle.", "Save the network again with Keras.")
    seen.add(address)
    return address


def _described(place: Parts, item: Any, file_size: int) -> Dataset | None:
    """A dataset that may be read; None if it holds something other than numbers."""
    settings = item.get_create_plist()
    layout = settings.get_layout()
    if layout == h5d.VIRTUAL or settings.get_external_count():
        raise Refused(
            "Its numbers are kept in other files, which ConvLab does not open.", "Save it again with Keras."
        )
    _filters(item)
    kind = _number_type(item)
    if kind is None:
        return None
    shape = _shape(item)
    dataset = Dataset(place, shape, kind[1], kind[0])
    stored = int(item.get_storage_size())
    _check_size(dataset, stored)
    if layout == h5d.CHUNKED:
        _check_chunks(item, dataset)
    if layout != h5d.CONTIGUOUS or stored != dataset.bytes or not dataset.size:
        return dataset
    offset = item.get_offset()
    if offset is None or offset + stored > file_size:
        raise damaged("its numbers lie outside of it")
    return Dataset(place, shape, kind[1], kind[0], int(offset))


def _filters(item: Any) -> tuple[tuple[int, str], ...]:
    """What the numbers went through when they were written: the number of each filter and its name."""
    settings = item.get_create_plist()
    found = []
    for number in range(settings.get_nfilters()):
        code, _, _, title = settings.get_filter(number)
        if code not in _FILTERS:
            shown = safe_text(_text(title) or str(code), 30)
            raise Refused(f"Its numbers are packed in a way that ConvLab does not read ({shown}).")
        found.append((number, _FILTERS[code]))
    return tuple(found)


def _number_type(item: Any) -> tuple[str, str] | None:
    """The numpy type of what is stored and its name; None for what is not a number."""
    kind = item.get_type()
    if kind.get_class() == h5t.OPAQUE and kind.get_size() == 2:
        return ("<u2", _BRAIN_FLOAT) if _texts(item, "dtype") == (_BRAIN_FLOAT,) else None
    if kind.get_class() not in (h5t.FLOAT, h5t.INTEGER):
        return None
    return next(((raw, name) for known, raw, name in _TYPES if kind.equal(known)), None)


def _shape(item: Any) -> Shape:
    space = item.get_space()
    if space.get_simple_extent_type() == h5s.NULL:
        return (0,)
    shape = tuple(int(n) for n in space.get_simple_extent_dims())
    if len(shape) > limits.MAX_DIMENSIONS:
        raise Refused(f"It holds an array of more than {limits.MAX_DIMENSIONS} axes.")
    return shape


def _check_size(dataset: Dataset, stored: int) -> None:
    if dataset.bytes > limits.MAX_DATASET_BYTES:
        raise Refused(
            f"Its array “{safe_text('/'.join(dataset.parts), 60)}” is larger than "
            f"{limits.MAX_DATASET_BYTES // limits.MB:,} MB."
        )
    if dataset.bytes > limits.UNPACKED_BYTES and dataset.bytes > limits.UNPACKED_RATIO * stored:
        raise _bomb(dataset.parts)


def _bomb(parts: Parts) -> Refused:
    shown = safe_text("/".join(parts), 60)
    return Refused(
        f"Its array “{shown}” claims to be far larger than what is stored of it.", "It is no network."
    )


def _check_chunks(item: Any, dataset: Dataset) -> None:
    chunk = item.get_create_plist().get_chunk()
    if len(chunk) != len(dataset.shape) or 0 in chunk:
        raise damaged("its numbers are cut in a wrong way")
    if math.prod(chunk) * np.dtype(dataset.raw).itemsize > limits.MAX_CHUNK_BYTES:
        raise Refused(
            f"Its numbers are packed in pieces of more than {limits.MAX_CHUNK_BYTES // limits.MB} MB."
        )
    count = math.prod(-(-n // step) for n, step in zip(dataset.shape, chunk, strict=True))
    if count > limits.MAX_CHUNKS:
        raise Refused(f"Its numbers are cut in more than {limits.MAX_CHUNKS:,} pieces.")


def _read_small(item: Any, dataset: Dataset, out: NDArray[np.float32]) -> None:
    """What is kept beside its description, or was never written."""
    if dataset.bytes > limits.UNPACKED_BYTES:
        raise damaged("its numbers are missing")
    brain = dataset.dtype == _BRAIN_FLOAT
    raw = np.zeros(dataset.shape, "V2" if brain else dataset.raw)
    item.read(h5s.ALL, h5s.ALL, raw, mtype=item.get_type())
    out[...] = as_floats(raw.view(dataset.raw), brain)


def _texts(owner: Any, name: str) -> tuple[str, ...] | None:
    key = name.encode()
    if not h5a.exists(owner, key):
        return None
    attribute = h5a.open(owner, key)
    space, kind = attribute.get_space(), attribute.get_type()
    if kind.get_class() != h5t.STRING and not (
        kind.get_class() == h5t.FLOAT and not space.get_simple_extent_npoints()
    ):
        return None
    count = space.get_simple_extent_npoints() if space.get_simple_extent_type() != h5s.NULL else 0
    if not count:
        return ()
    length = 16 if kind.is_variable_str() else kind.get_size()
    if count > limits.MAX_ATTRIBUTE_ITEMS or count * length > limits.MAX_ATTRIBUTE_BYTES:
        raise Refused(f"Its attribute “{safe_text(name, 40)}” is too large.")
    value = h5py.AttributeManager(_Holder(owner))[name]
    return tuple(map(_text, np.asarray(value).reshape(-1).tolist()))


class _Holder:
    """What h5py's attributes want of an object."""

    def __init__(self, identifier: Any) -> None:
        self.id = identifier


def _text(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)
