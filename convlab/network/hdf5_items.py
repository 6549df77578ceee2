"""What may be asked of a group or a dataset of HDF5 before its content is read: type, shape, filters, texts.

Everything is checked in the order in which asking is safe, and against what is stored; raises Refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5d, h5s, h5t, h5z

from convlab.network import file_limits as limits
from convlab.network.description import Shape
from convlab.network.refusals import Refused, damaged
from convlab.plain_text import safe_text

Parts = tuple[str, ...]
"""A place in the file: the names on the way to it."""

BRAIN_FLOAT = "bfloat16"
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


def described(place: Parts, item: Any, file_size: int) -> Dataset | None:
    """A dataset that may be read; None if it holds something other than numbers."""
    settings = item.get_create_plist()
    layout = settings.get_layout()
    if layout == h5d.VIRTUAL or settings.get_external_count():
        raise Refused(
            "Its numbers are kept in other files, which ConvLab does not open.", "Save it again with Keras."
        )
    filters_of(settings)
    kind = _number_type(item)
    if kind is None:
        return None
    shape = _shape(item)
    dataset = Dataset(place, shape, kind[1], kind[0])
    stored = int(item.get_storage_size())
    _check_size(dataset, stored)
    if layout == h5d.CHUNKED:
        _check_chunks(settings, dataset)
    if layout != h5d.CONTIGUOUS or stored != dataset.bytes or not dataset.size:
        return dataset
    offset = item.get_offset()
    if offset is None or offset + stored > file_size:
        raise damaged("its numbers lie outside of it")
    return Dataset(place, shape, kind[1], kind[0], int(offset))


def filters_of(settings: Any) -> tuple[tuple[int, str], ...]:
    """What the numbers went through when they were written: the number of each filter and its name.

    settings: those with which the dataset was created.
    """
    found = []
    for number in range(settings.get_nfilters()):
        code, _, _, title = settings.get_filter(number)
        if code not in _FILTERS:
            shown = safe_text(text_of(title) or str(code), 30)
            raise Refused(f"Its numbers are packed in a way that ConvLab does not read ({shown}).")
        found.append((number, _FILTERS[code]))
    return tuple(found)


def _number_type(item: Any) -> tuple[str, str] | None:
    """The numpy type of what is stored and its name; None for what is not a number."""
    kind = item.get_type()
    if kind.get_class() == h5t.OPAQUE and kind.get_size() == 2:
        return ("<u2", BRAIN_FLOAT) if texts_of(item, "dtype") == (BRAIN_FLOAT,) else None
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
        raise bomb(dataset.parts)


def bomb(parts: Parts) -> Refused:
    shown = safe_text("/".join(parts), 60)
    return Refused(
        f"Its array “{shown}” claims to be far larger than what is stored of it.", "It is no network."
    )


def _check_chunks(settings: Any, dataset: Dataset) -> None:
    chunk = settings.get_chunk()
    if len(chunk) != len(dataset.shape) or 0 in chunk:
        raise damaged("its numbers are cut in a wrong way")
    if math.prod(chunk) * np.dtype(dataset.raw).itemsize > limits.MAX_CHUNK_BYTES:
        raise Refused(
            f"Its numbers are packed in pieces of more than {limits.MAX_CHUNK_BYTES // limits.MB} MB."
        )
    count = math.prod(-(-n // step) for n, step in zip(dataset.shape, chunk, strict=True))
    if count > limits.MAX_CHUNKS:
        raise Refused(f"Its numbers are cut in more than {limits.MAX_CHUNKS:,} pieces.")


def texts_of(owner: Any, name: str) -> tuple[str, ...] | None:
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
    return tuple(map(text_of, np.asarray(value).reshape(-1).tolist()))


class _Holder:
    """What h5py's attributes want of an object."""

    def __init__(self, identifier: Any) -> None:
        self.id = identifier


def text_of(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)
