"""An .npz of the user's: x_train, y_train, x_test, y_test, and class_names if it likes. Nothing in it is run."""

from __future__ import annotations

import math
import zipfile
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.labelled_images import MAX_CLASSES, MAX_NUMBERS, Parts
from convlab.processes.local_files import Source, cannot_open, open_local
from convlab.processes.number_files import check_dtype, header

KEYS = ("x_train", "y_train", "x_test", "y_test")
NAMES = "class_names"
_MAX_MEMBERS = 1000
_WHAT_IT_HAS_TO_BE = "Save it with numpy.savez(file, x_train=…, y_train=…, x_test=…, y_test=…)."


def read_archive(path: str) -> tuple[str, Parts, tuple[str, ...]]:
    """The file's name, its four arrays as they are stored, and the names of its classes, if it has them. Raises Problem."""
    source = open_local(path)
    with source.file:
        try:
            with zipfile.ZipFile(source.file) as archive:
                return source.name, *_read(archive, source.name)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError):
            raise cannot_open(source.name, "It is damaged, or no .npz file.", _WHAT_IT_HAS_TO_BE) from None
        except OSError as error:
            raise cannot_open(source.name, f"The system says: {safe_text(error.strerror, 80)}.") from None


def _read(archive: zipfile.ZipFile, name: str) -> tuple[Parts, tuple[str, ...]]:
    members = {info.filename: info for info in archive.infolist()[:_MAX_MEMBERS]}
    missing = [key for key in KEYS if f"{key}.npy" not in members]
    if missing:
        found = ", ".join(safe_text(member.removesuffix(".npy"), 20) for member in list(members)[:6])
        raise cannot_open(
            name, f"It has no {missing[0]}; it holds: {found or 'nothing'}.", _WHAT_IT_HAS_TO_BE
        )
    arrays = [_array(archive, members[f"{key}.npy"], f"{name}: {key}") for key in KEYS]
    names: tuple[str, ...] = ()
    if f"{NAMES}.npy" in members:
        names = _names(archive, members[f"{NAMES}.npy"], name)
    return Parts(*arrays), names


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> NDArray[Any]:
    """An array of plain numbers. Its header is checked before memory is taken."""
    with archive.open(info) as member:
        shape, fortran, dtype, _ = header(Source(cast(BinaryIO, member), info.file_size, name))
        check_dtype(dtype, name)
        return _content(member, shape, fortran, dtype, name)


def _names(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> tuple[str, ...]:
    with archive.open(info) as member:
        shape, _, dtype, _ = header(Source(cast(BinaryIO, member), info.file_size, f"{name}: {NAMES}"))
        if dtype.kind != "U" or len(shape) != 1 or not 2 <= shape[0] <= MAX_CLASSES or dtype.itemsize > 4096:
            raise cannot_open(name, "Its class_names is no list of texts.", "Save it as an array of strings.")
        found = _content(member, shape, False, dtype, name)
    return tuple(safe_text(text, 60) for text in found)


def _content(
    member: Any, shape: tuple[int, ...], fortran: bool, dtype: np.dtype[Any], name: str
) -> NDArray[Any]:
    count = math.prod(shape)
    if count > MAX_NUMBERS:
        raise Problem(
            f"“{name}” is too large.", f"It has {count:,} numbers.", f"At most {MAX_NUMBERS:,} are possible."
        )
    data = member.read(count * dtype.itemsize)
    if len(data) < count * dtype.itemsize:
        raise cannot_open(name, "It breaks off before its end.", "Copy or save it again.")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
