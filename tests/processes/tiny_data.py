"""Data small enough to learn from in a moment: bars that lie or stand, on 12×12 cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convlab.learning.plan import NPZ, Plan, Source

SHAPE = (12, 12, 1)


def images(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Half of the bars lie (class 0), half stand (class 1); each has a place of its own, and there is noise."""
    random = np.random.default_rng(seed)
    labels = (np.arange(count) % 2).astype(np.uint8)
    pixels = random.integers(0, 60, (count, 12, 12))
    for image, label in zip(pixels, labels, strict=True):
        place = random.integers(1, 10)
        bar = image if label == 0 else image.T
        bar[place : place + 2] += 150
    return pixels.astype(np.uint8), labels


def write_npz(path: Path, train: int = 200, test: int = 40) -> Path:
    """An .npz of such images."""
    x_train, y_train = images(train, 1)
    x_test, y_test = images(test, 2)
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return path


def plan_for(path: Path, recipe: str = "fashion-first", epochs: int = 2, **how: object) -> Plan:
    """A training that takes a second or two."""
    return Plan(recipe, Source(NPZ, str(path)), epochs, **{"batch": 16, **how})  # type: ignore[arg-type]
