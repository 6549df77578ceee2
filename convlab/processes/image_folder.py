"""A folder of images with one subfolder per class, as data to train on.

With subfolders "train" and "test" these are the two parts; else one image in five is kept for the test.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.learning.events import Download
from convlab.operations.resizing import resized_planes
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.labelled_images import MAX_CLASSES, Parts
from convlab.processes.local_files import open_local

MAX_IMAGES = 100_000
LONGEST_SIDE, USUAL_SIDE = 128, 64
_TEST_EVERY = 5
_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".npy")
_WHAT_IT_HAS_TO_BE = "Put the images of each class into a subfolder of its own."

Pixels = NDArray[np.uint8]
Named = list[tuple[Path, int]]


def read_folder(
    path: str, tell: Callable[[Download], object]
) -> tuple[str, Parts, tuple[str, ...], tuple[str, ...]]:
    """The folder's name, its images as uint8, the names of the classes and what has to be said. Raises Problem.

    All get the size of the first where all have one, of at most 128 a side; else the middle square of each becomes
    64×64. They are grey if all of them are. tell: hears how many were read; what it raises ends the reading.
    """
    folder = Path(path)
    name = safe_text(folder.name or str(folder), 80)
    train, test, classes = _listed(folder, name)
    read = _Reading(len(train) + len(test), tell)
    pixels = [[read.one(file, label) for file, label in part] for part in (train, test)]
    kept = [[one for one in part if one is not None] for part in pixels]
    if not kept[0] or not kept[1]:
        raise _bad(name, "None of its files can be read as an image.", "Use PNG or JPEG files.")
    images = [image for part in kept for image, _ in part]
    size, channels = _common(images)
    arrays = [
        (
            np.stack([_fitted(image, size, channels) for image, _ in part]),
            np.array([label for _, label in part], np.int64),
        )
        for part in kept
    ]
    notes = _notes(read, images, size)
    return name, Parts(*arrays[0], *arrays[1]), classes, notes


class _Reading:
    """Reads one image after the other, and keeps those that fail in mind."""

    def __init__(self, count: int, tell: Callable[[Download], object]) -> None:
        self._count, self._tell, self._done = count, tell, 0
        self.failed: list[str] = []

    def one(self, file: Path, label: int) -> tuple[Pixels, int] | None:
        """(rows, columns, channels) and the label; None for a file that is no image."""
        self._done += 1
        if self._done % 50 == 1:
            self._tell(Download("images", self._done, self._count, "images"))
        try:
            return _pixels(file), label
        except Problem:
            self.failed.append(safe_text(file.name, 60))
            return None


def _listed(folder: Path, name: str) -> tuple[Named, Named, tuple[str, ...]]:
    """The files of both parts with their labels, and the classes."""
    parts = {one.name.lower(): one for one in _subfolders(folder, name)}
    if {"train", "test"} <= parts.keys():
        classes = tuple(sorted({one.name for one in _subfolders(parts["train"], name)}))
        return (
            _files(parts["train"], classes, name),
            _files(parts["test"], classes, name),
            _checked(classes, name),
        )
    classes = _checked(tuple(sorted(one.name for one in parts.values())), name)
    train: Named = []
    test: Named = []
    for label in range(len(classes)):
        files = _files(folder, classes, name, only=label)
        # Taken evenly from each class, and the same ones each time.
        test += files[_TEST_EVERY - 1 :: _TEST_EVERY]
        train += [file for index, file in enumerate(files) if index % _TEST_EVERY != _TEST_EVERY - 1]
    return train, test, classes


def _checked(classes: tuple[str, ...], name: str) -> tuple[str, ...]:
    if not 2 <= len(classes) <= MAX_CLASSES:
        count = f"{len(classes):,}" if classes else "no"
        why = f"It has {count} {'subfolder' if len(classes) == 1 else 'subfolders'}."
        raise _bad(name, why, _WHAT_IT_HAS_TO_BE)
    return classes


def _subfolders(folder: Path, name: str) -> list[Path]:
    try:
        return [one for one in folder.iterdir() if one.is_dir() and not one.name.startswith((".", "__"))]
    except OSError as error:
        raise _bad(name, f"The system says: {safe_text(error.strerror, 80)}.", "Choose another.") from None


def _files(folder: Path, classes: tuple[str, ...], name: str, only: int | None = None) -> Named:
    found: Named = []
    for label, one in enumerate(classes):
        if only in (None, label):
            found += [(file, label) for file in sorted(_images_in(folder / one))]
    if len(found) > MAX_IMAGES:
        raise _bad(name, f"It has more than {MAX_IMAGES:,} images.", "Use a part of them.")
    return found


def _images_in(folder: Path) -> Iterator[Path]:
    for place, _, files in os.walk(folder):  # links are not followed
        yield from (Path(place, file) for file in files if file.lower().endswith(_SUFFIXES))


def _pixels(file: Path) -> Pixels:
    from convlab.processes import pictures

    source = open_local(str(file))
    with source.file:
        decoded = pictures.decode(source, longest=4 * LONGEST_SIDE)
    planes = decoded.planes
    if planes.dtype != np.uint8:
        planes = np.clip(planes * (255 / decoded.white), 0, 255).astype(np.uint8)
    return np.moveaxis(planes, 0, -1)


def _common(images: list[Pixels]) -> tuple[tuple[int, int], int]:
    sizes = {image.shape[:2] for image in images}
    channels = max(image.shape[2] for image in images)
    if len(sizes) == 1 and max(*sizes.copy().pop()) <= LONGEST_SIDE:
        return sizes.pop(), channels
    return (USUAL_SIDE, USUAL_SIDE), channels


def _fitted(image: Pixels, size: tuple[int, int], channels: int) -> Pixels:
    if image.shape[:2] != size:
        side = min(image.shape[:2])
        top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
        planes: Any = np.moveaxis(image[top : top + side, left : left + side], -1, 0).astype(np.float32)
        image = np.moveaxis(np.rint(resized_planes(planes, *size)).astype(np.uint8), 0, -1)
    return np.repeat(image, channels, axis=2) if image.shape[2] < channels else image


def _notes(read: _Reading, images: list[Pixels], size: tuple[int, int]) -> tuple[str, ...]:
    notes = []
    if read.failed:
        count = len(read.failed)
        files = "1 file was" if count == 1 else f"{count:,} files were"
        notes.append(f"{files} left out: “{read.failed[0]}” cannot be read as an image.")
    if any(image.shape[:2] != size for image in images):
        notes.append(f"The middle of each image was made {size[0]}×{size[1]}.")
    return tuple(notes)


def _bad(name: str, why: str, remedy: str) -> Problem:
    return Problem(f"“{name}” cannot be used for training.", why, remedy)
