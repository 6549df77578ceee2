"""A small network as a file, made by hand: two convolutions, a pooling, a third convolution, and a prediction."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.network.hand_made import hdf5, item, keras_zip, sequential

SIDE = 12


def arrays(seed: int = 5) -> dict[str, np.ndarray]:
    """The weights, by their places in the file."""
    random = np.random.default_rng(seed)
    shapes = {
        "conv2d": ((3, 3, 1, 6), (6,)),
        "conv2d_1": ((3, 3, 6, 5), (5,)),
        "conv2d_2": ((3, 3, 5, 4), (4,)),
        "dense": ((144, 3), (3,)),
    }
    return {
        f"layers/{key}/vars/{number}": random.normal(0, 0.4, shape).astype(np.float32)
        for key, pair in shapes.items()
        for number, shape in enumerate(pair)
    }


def layers() -> list[dict[str, Any]]:
    same = {"kernel_size": [3, 3], "padding": "same", "activation": "relu"}
    return [
        item("InputLayer", "image", batch_shape=[None, SIDE, SIDE, 1]),
        item("Conv2D", "first", filters=6, **same),
        item("Conv2D", "second", filters=5, **same),
        item("MaxPooling2D", "pool", pool_size=[2, 2]),
        item("Conv2D", "fourth", filters=4, **same),
        item("Flatten", "flatten"),
        item("Dense", "classes", units=3, activation="softmax"),
    ]


def small_network(folder: Path, name: str = "small.keras", items: list[dict[str, Any]] | None = None) -> Path:
    """The file; `items` are other layers around the same weights."""
    file = folder / name
    file.write_bytes(keras_zip(sequential(items or layers()), hdf5(arrays()), zipfile.ZIP_STORED))
    return file


def network_with_lambda(folder: Path) -> Path:
    """The same with a Lambda before the fourth layer: what comes before it is computed, what comes after is not."""
    items = layers()
    program = item("Lambda", "scaled", function={"class_name": "__lambda__", "config": {"code": "4wEAAAA="}})
    return small_network(folder, "lambda.keras", [*items[:4], program, *items[4:]])
