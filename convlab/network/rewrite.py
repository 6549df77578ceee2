"""A copy of a network's file with other weights in it, and everything else as it was.

As Keras writes files, weights lie in one piece, uncompressed: then only their bytes change, and in a .keras the checksum.
Packed ones are written anew, by the HDF5 library and as an archive, in memory.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from numpy.typing import NDArray

from convlab.network import file_limits as limits
from convlab.network.hdf5_items import BRAIN_FLOAT, Dataset
from convlab.network.hdf5_numbers import as_stored
from convlab.network.refusals import Refused, damaged
from convlab.network.zip_file import Member, read_fully

if TYPE_CHECKING:
    from convlab.network.network_file import Container

Change = tuple[Dataset, NDArray[np.float32]]
Allocate = Callable[..., NDArray[Any]]

_CRC_AT_PART, _CRC_IN_LIST = 14, 16
_FLAGS_AT_PART = 6
_CRC_FOLLOWS = 1 << 3


def copy_with(container: Container, changes: Sequence[Change], allocate: Allocate) -> NDArray[np.uint8]:
    """changes: datasets and their numbers, in the stored axes. Raises Refused."""
    member = container.member
    in_place = member is None or container.start > 0
    if in_place and all(dataset.offset is not None for dataset, _ in changes):
        return _patched(container, changes, allocate)
    if (member.size if member is not None else container.size) > limits.MAX_INFLATED_BYTES:
        raise Refused(
            "It is packed, and too large to be written anew.", "Save it from Keras without compression."
        )
    weights = _written(container, changes)
    return np.frombuffer(weights if member is None else _archive(container, member, weights), np.uint8)


def _patched(container: Container, changes: Sequence[Change], allocate: Allocate) -> NDArray[np.uint8]:
    copy = allocate((container.size,), np.uint8)
    container.file.seek(0)
    if read_fully(container.file, copy.data) < container.size:
        raise damaged("it breaks off")
    member = container.member
    if member is not None and zlib.crc32(_content(copy, member)) != member.crc:
        raise damaged(f"its part {member.name} is not what was saved")
    for dataset, numbers in changes:
        raw = _raw(dataset, numbers).tobytes()
        start = container.start + (dataset.offset or 0)
        copy[start : start + len(raw)] = np.frombuffer(raw, np.uint8)
    if member is not None:
        _sign(copy, member)
    return copy


def _sign(copy: NDArray[np.uint8], member: Member) -> None:
    """The checksum of a part that has changed, in all the places where an archive has it."""
    crc = np.frombuffer(zlib.crc32(_content(copy, member)).to_bytes(4, "little"), np.uint8)
    places = [member.header + _CRC_AT_PART, member.entry + _CRC_IN_LIST]
    if copy[member.header + _FLAGS_AT_PART] & _CRC_FOLLOWS:
        end = member.start + member.stored
        marked = copy[end : end + 4].tobytes() == b"PK\x07\x08"
        places = [end + (4 if marked else 0), places[1]]
    for place in places:
        copy[place : place + 4] = crc


def _content(copy: NDArray[np.uint8], member: Member) -> memoryview:
    return copy[member.start : member.start + member.size].data


def _raw(dataset: Dataset, numbers: NDArray[np.float32]) -> NDArray[Any]:
    return as_stored(np.ascontiguousarray(numbers), dataset.raw, dataset.dtype == BRAIN_FLOAT)


def _written(container: Container, changes: Sequence[Change]) -> bytes:
    """The HDF5 file, written by the library."""
    container.inner.seek(0)
    file = io.BytesIO(container.inner.read())
    try:
        with h5py.File(file, "r+") as hdf5:
            for dataset, numbers in changes:
                raw = _raw(dataset, numbers)
                hdf5["/".join(dataset.parts)][...] = raw.view("V2") if dataset.dtype == BRAIN_FLOAT else raw
    except (OSError, KeyError, ValueError, TypeError, RuntimeError):
        raise damaged("it cannot be written anew") from None
    return file.getvalue()


def _archive(container: Container, member: Member, weights: bytes) -> bytes:
    """The archive with other weights, all parts in their order."""
    found = io.BytesIO()
    container.file.seek(0)
    with zipfile.ZipFile(container.file) as before, zipfile.ZipFile(found, "w") as after:
        if sum(info.file_size for info in before.infolist()) > 2 * limits.MAX_INFLATED_BYTES:
            raise Refused(
                "It is packed, and too large to be written anew.", "Save it from Keras without compression."
            )
        for info in before.infolist():
            if info.filename == member.name:
                after.writestr(info, weights)
                continue
            with before.open(info) as source, after.open(info, "w") as target:
                while piece := source.read(limits.MB):
                    target.write(piece)
    return found.getvalue()
