"""Files of numbers, .npy and text, as planes of an image. They come as they are: nothing is scaled."""

from __future__ import annotations

import io
import math
import mmap
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from convlab.experiment.image import MAX_PIXELS
from convlab.operations.numbers_text import MAX_NUMBERS, parse_numbers
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.local_files import Source, cannot_open

MAX_TEXT_BYTES = 64 * 1024 * 1024
_LONG_TEXT = 20_000
_PLAIN_TEXT = "0123456789+-.eE,; \t\r\n"
_MAX_HEADER_BYTES = 10_000
_SAVE_AGAIN = "Save it again with numpy.save as an array of plain numbers."


@dataclass(frozen=True, eq=False)
class Decoded:
    """planes: (1 or 3, height, width), uint8 or finite float32. white: the value that stands for white. size: (height,
    width) in the file."""

    planes: NDArray[Any]
    notes: tuple[str, ...]
    size: tuple[int, int]
    white: float


def read_text(source: Source) -> Decoded:
    """A table of numbers, one channel. Raises Problem."""
    if source.size > MAX_TEXT_BYTES:
        raise cannot_open(
            source.name, f"It is text of more than {MAX_TEXT_BYTES // 1024**2} MB.", "Open a part of it."
        )
    text = _decoded(source.file.read(MAX_TEXT_BYTES))
    try:
        numbers = _quickly(text)
        numbers = parse_numbers(text) if numbers is None else numbers
    except Problem as problem:
        if not source.name.lower().endswith((".csv", ".tsv", ".txt", ".dat")):
            raise cannot_open(source.name, "It is text, not a picture.", "Open the picture itself.") from None
        raise cannot_open(source.name, problem.what, problem.why or problem.remedy) from None
    return _as_decoded(numbers[np.newaxis], ())


def read_npy(source: Source) -> Decoded:
    """One image from an .npy file. Raises Problem. The header is checked against the file before memory is taken."""
    shape, fortran, dtype, start = header(source)
    check_dtype(dtype, source.name)
    count = math.prod(shape)
    if not count:
        raise cannot_open(source.name, f"Its array is empty: its shape is {_shape(shape)}.")
    if count * dtype.itemsize > source.size - start:
        raise cannot_open(source.name, "It breaks off before its end.", "Copy or download it again.")
    array = np.frombuffer(_content(source), dtype, count, start).reshape(shape, order="F" if fortran else "C")
    planes, notes = _planes(array, source.name)
    if planes.shape[1] * planes.shape[2] > MAX_PIXELS:
        why = f"Its image has {planes.shape[1]:,} × {planes.shape[2]:,} numbers; at most {MAX_PIXELS:,} are possible."
        raise cannot_open(source.name, why, "Save a part of it.")
    return _as_decoded(planes, notes)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _quickly(text: str) -> NDArray[np.float32] | None:
    """A long table as `parse_numbers` would read it, but by numpy's parser, which takes a hundredth of the time. None
    if it is short, or if anything in it is unusual: then the other parser says what."""
    if len(text) < _LONG_TEXT or text.strip(_PLAIN_TEXT):
        return None
    separator = next((mark for mark in "\t;" if mark in text), None)
    if separator is not None and "," in text:
        if "." in text:
            return None
        text = text.replace(",", ".")
    elif separator is None and "," in text:
        if " " in text and ", " not in text:
            return None
        separator = ","
    try:
        with np.errstate(over="ignore"):
            numbers = np.loadtxt(io.StringIO(text), comments=None, delimiter=separator, ndmin=2).astype(
                np.float32
            )
    except ValueError:
        return None
    return numbers if numbers.size <= MAX_NUMBERS and np.isfinite(numbers).all() else None


def header(source: Source) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """The head of an .npy file: shape, whether it is stored column by column, type, and where its numbers begin.

    Raises Problem if there is none.
    """
    try:
        version = npy.read_magic(source.file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, fortran, dtype = read(source.file, max_header_size=_MAX_HEADER_BYTES)
    except Exception:  # numpy promises ValueError, but its parser raises others for garbage
        raise cannot_open(source.name, "Its header is damaged.", _SAVE_AGAIN) from None
    if len(shape) > 8 or any(n < 0 for n in shape):
        raise cannot_open(source.name, "Its header is damaged.", _SAVE_AGAIN)
    return shape, fortran, dtype, source.file.tell()


def check_dtype(dtype: np.dtype[Any], name: str) -> None:
    """Raises Problem for what are no plain numbers."""
    if dtype.hasobject:
        why = "It holds Python objects, which can run a program when they are opened."
        raise cannot_open(name, why, _SAVE_AGAIN)
    if dtype.kind == "c":
        raise cannot_open(name, "It holds complex numbers.", "Save their real part or their absolute value.")
    if dtype.kind not in "biuf" or dtype.itemsize > 16:
        raise cannot_open(name, f"It holds {safe_text(dtype, 20)} values, not plain numbers.", _SAVE_AGAIN)


def _content(source: Source) -> Any:
    """The bytes of the file; a file on disk is mapped, so that only what is used is read."""
    try:
        return mmap.mmap(source.file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        source.file.seek(0, os.SEEK_SET)
        return source.file.read()


def _planes(array: NDArray[Any], name: str) -> tuple[NDArray[Any], tuple[str, ...]]:
    """The first image in an array, as (channels, h, w), and what had to be said about it."""
    notes: list[str] = []
    while array.ndim > 3 or (array.ndim == 3 and not {array.shape[0], array.shape[2]} & {1, 3, 4}):
        if len(array) > 1:
            notes.append(f"Only the first of {len(array):,} arrays in the file is shown.")
        array = array[0]
    if array.ndim < 2:
        return array.reshape(1, 1, -1), tuple(notes)
    if array.ndim == 2:
        return array[np.newaxis], tuple(notes)
    if array.shape[2] in (1, 3):
        return np.moveaxis(array, 2, 0), tuple(notes)
    if len(array) in (1, 3):
        if len(array) == 3:
            notes.append("Its first axis was taken for the three channels.")
        return array, tuple(notes)
    if array.shape[2] == 4:
        notes.append("Its fourth channel is left out.")
        return np.moveaxis(array[:, :, :3], 2, 0), tuple(notes)
    notes.append("Its first axis was taken for the channels; the fourth is left out.")
    return array[:3], tuple(notes)


def _as_decoded(planes: NDArray[Any], notes: tuple[str, ...]) -> Decoded:
    size = (int(planes.shape[1]), int(planes.shape[2]))
    if planes.dtype == np.uint8:
        return Decoded(np.ascontiguousarray(planes), notes, size, 255.0)
    with np.errstate(all="ignore"):
        numbers = np.array(planes, np.float32, order="C")
    finite = np.isfinite(numbers)
    if not finite.all():
        numbers[~finite] = 0
        count = finite.size - int(np.count_nonzero(finite))
        notes = (*notes, f"{count:,} of its values are not finite and became 0.")
    return Decoded(numbers, notes, size, _white(numbers))


def _white(numbers: NDArray[np.float32]) -> float:
    """The smallest of the levels 0 to 1, 0 to 9 and 0 to 255 that holds all numbers; 1 if none does."""
    low, high = float(numbers.min()), float(numbers.max())
    if low < 0 or high <= 1 or high > 255 or not np.array_equal(np.rint(numbers), numbers):
        return 1.0
    return 9.0 if high <= 9 else 255.0


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(f"{n:,}" for n in shape) or "()"
