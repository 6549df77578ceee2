"""Images with labels: checked, counted, and as a network sees them. The user's own data and the known sets alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.learning.events import DataInfo
from convlab.problems import Problem

MAX_CLASSES, MAX_SIDE = 1000, 512
MAX_NUMBERS = 750_000_000
"""All pixels together, three gigabytes as float32."""
LEAST_TRAIN, LEAST_TEST = 10, 1
CHECKED_AT_ONCE = 4096

Images = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Data:
    """x_train, x_test: float32 (n, rows, columns, channels), from 0 to 1. y_train, y_test: int64 (n,), from 0."""

    info: DataInfo
    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Parts:
    """What a file or a folder holds, as it is stored."""

    x_train: Images
    y_train: NDArray[Any]
    x_test: Images
    y_test: NDArray[Any]


def data_of(name: str, parts: Parts, class_names: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> Data:
    """class_names: those that are known; else classes are called by their numbers. Raises Problem for what is no set of
    images with labels, saying which array is wrong and how."""
    x_train, x_test = _images(parts.x_train, "x_train", name), _images(parts.x_test, "x_test", name)
    if x_train.shape[1:] != x_test.shape[1:]:
        raise _bad(
            name,
            f"Its images for training are {_size(x_train)}, those for the test {_size(x_test)}.",
            "Give them one size.",
        )
    y_train = _labels(parts.y_train, len(x_train), "train", name)
    y_test = _labels(parts.y_test, len(x_test), "test", name)
    _check_counts(x_train, y_train, y_test, len(class_names), name)
    classes = max(len(class_names), int(y_train.max()) + 1)
    low, high = _range(x_train, "x_train", name), _range(x_test, "x_test", name)
    span = min(low[0], high[0]), max(low[1], high[1])
    names = class_names or tuple(map(str, range(classes)))
    height, width, channels = x_train.shape[1:]
    info = DataInfo(
        name,
        names,
        (height, width, channels),
        *span,
        _counts(y_train, classes),
        _counts(y_test, classes),
        notes,
    )
    return Data(info, _scaled(x_train, *span), y_train, _scaled(x_test, *span), y_test)


def _images(array: Images, key: str, name: str) -> Images:
    """As (n, rows, columns, channels)."""
    if array.dtype.kind not in "buif":
        raise _bad(name, f"{key} does not hold numbers.", "Save pixels as plain numbers.")
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim != 4 or array.shape[3] not in (1, 3, 4) or 0 in array.shape:
        raise _bad(
            name,
            f"The shape of {key} is {_shape(array.shape)}.",
            "It has to be (images, rows, columns) or (images, rows, columns, channels) with 1, 3 or 4 channels.",
        )
    if max(array.shape[1:3]) > MAX_SIDE or array.size > MAX_NUMBERS:
        raise _bad(name, f"The images in {key} are too many or too large.", f"At most {MAX_SIDE} a side.")
    return array


def _labels(array: NDArray[Any], count: int, part: str, name: str) -> NDArray[np.int64]:
    key = f"y_{part}"
    if array.dtype.kind not in "buif":
        raise _bad(name, f"{key} does not hold numbers.", "Labels are whole numbers from 0.")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2 and array.shape[0] == count and _is_one_hot(array):
        array = array.argmax(axis=1)
    if array.shape != (count,):
        raise _bad(
            name,
            f"x_{part} has {count:,} images, but the shape of {key} is {_shape(array.shape)}.",
            "Each image has one label.",
        )
    with np.errstate(invalid="ignore"):
        whole = array.astype(np.int64)
        wrong = np.flatnonzero(~(whole == array))
    if len(wrong):
        raise _bad(
            name, f"Label {wrong[0]:,} of {key} is {array[wrong[0]]:g}.", "Labels are whole numbers from 0."
        )
    return whole


def _is_one_hot(array: NDArray[Any]) -> bool:
    return bool(((array == 0) | (array == 1)).all() and (array.sum(axis=1) == 1).all())


def _check_counts(
    x_train: Images, y_train: NDArray[np.int64], y_test: NDArray[np.int64], known: int, name: str
) -> None:
    if len(x_train) < LEAST_TRAIN or len(y_test) < LEAST_TEST:
        raise _bad(
            name,
            f"It has {len(x_train):,} images for training and {len(y_test):,} for the test.",
            f"At least {LEAST_TRAIN} and {LEAST_TEST} are needed.",
        )
    for key, labels in (("y_train", y_train), ("y_test", y_test)):
        if labels.min() < 0:
            raise _bad(
                name, f"{key} holds the label {str(labels.min()).replace('-', '−')}.", "Labels count from 0."
            )
        if known and labels.max() >= known:
            raise _bad(
                name,
                f"{key} holds the label {labels.max():,}, but there are names for {known:,} classes.",
                "Labels count from 0.",
            )
    if y_train.max() >= MAX_CLASSES:
        raise _bad(
            name,
            f"y_train holds the label {y_train.max():,}.",
            f"At most {MAX_CLASSES:,} classes are possible.",
        )
    if y_test.max() > y_train.max() and not known:
        raise _bad(
            name,
            f"y_test holds the label {y_test.max():,}, which no image for training has.",
            "Both parts have the same classes.",
        )
    if len(np.unique(y_train)) < 2:
        raise _bad(name, "All images for training have the same label.", "Two classes are needed at least.")


def _range(images: Images, key: str, name: str) -> tuple[float, float]:
    """The smallest and the largest number; looked at in pieces, so that no copy of all is made."""
    low, high = np.inf, -np.inf
    for start in range(0, len(images), CHECKED_AT_ONCE):
        piece = images[start : start + CHECKED_AT_ONCE]
        finite = np.isfinite(piece)
        if not finite.all():
            index = start + int(np.argmin(finite.all(axis=(1, 2, 3))))
            raise _bad(
                name,
                f"Image {index:,} of {key} holds values that are not finite (NaN or infinite).",
                "Replace them, or leave the image out.",
            )
        low, high = min(low, float(piece.min())), max(high, float(piece.max()))
    return low, high


def _scaled(images: Images, low: float, high: float) -> NDArray[np.float32]:
    """0 to 1: as it is, 255 for white, or the smallest to the largest number."""
    scaled = images.astype(np.float32)
    if low < 0 or high > 255:
        scaled -= np.float32(low)
        scaled /= np.float32(high - low)
    elif high > 1:
        scaled /= np.float32(255)
    return scaled


def _counts(labels: NDArray[np.int64], classes: int) -> tuple[int, ...]:
    return tuple(int(count) for count in np.bincount(labels, minlength=classes))


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(f'{n:,}' for n in shape)})"


def _size(images: Images) -> str:
    height, width, channels = images.shape[1:]
    return f"{height}×{width} with {channels} {'channel' if channels == 1 else 'channels'}"


def _bad(name: str, why: str, remedy: str) -> Problem:
    return Problem(f"“{name}” cannot be used for training.", why, remedy)
