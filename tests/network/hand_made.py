"""Files as Keras writes them, made by hand: small, without Keras, and with anything changed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
Change = Callable[[h5py.File], object]

RNG = np.random.default_rng(3)
KERNEL = RNG.normal(size=(3, 3, 1, 2)).astype(np.float32)
BIAS = np.array([0.5, -0.25], np.float32)
DENSE = RNG.normal(size=(72, 4)).astype(np.float32)
DENSE_BIAS = np.zeros(4, np.float32)
NUMBERED = {
    "layers/conv2d/vars/0": KERNEL,
    "layers/conv2d/vars/1": BIAS,
    "layers/dense/vars/0": DENSE,
    "layers/dense/vars/1": DENSE_BIAS,
}
NAMED: Mapping[str, Arrays] = {
    "conv": {"conv/kernel:0": KERNEL, "conv/bias:0": BIAS},
    "flatten": {},
    "dense": {"dense/kernel:0": DENSE, "dense/bias:0": DENSE_BIAS},
}


def item(class_name: str, name: str, **config: Any) -> dict[str, Any]:
    """A layer of a Sequential, as Keras 3 writes it."""
    return {"module": "keras.layers", "class_name": class_name, "config": {"name": name, **config}}


def layers() -> list[dict[str, Any]]:
    return [
        item("InputLayer", "image", batch_shape=[None, 8, 8, 1]),
        item("Conv2D", "conv", filters=2, kernel_size=[3, 3], activation="relu"),
        item("Flatten", "flatten"),
        item("Dense", "dense", units=4, activation="softmax"),
    ]


def sequential(items: Sequence[Any] | None = None) -> dict[str, Any]:
    """The description of a network: convolution, flatten, dense, unless it has other layers."""
    config = {"name": "net", "layers": layers() if items is None else list(items)}
    return {"module": "keras", "class_name": "Sequential", "config": config}


def hdf5(arrays: Arrays = NUMBERED, change: Change = lambda file: None, **how: Any) -> bytes:
    """An HDF5 file of these arrays. how: such as compression="gzip"."""
    data = io.BytesIO()
    with h5py.File(data, "w") as file:
        for place, array in arrays.items():
            file.create_dataset(place, data=array, **(how if array.ndim else {}))
        change(file)
    return data.getvalue()


def keras_members(config: Any = None, weights: bytes | None = None) -> dict[str, bytes]:
    text = (
        config
        if isinstance(config, bytes)
        else json.dumps(sequential() if config is None else config).encode()
    )
    return {
        "metadata.json": b'{"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}',
        "config.json": text,
        "model.weights.h5": hdf5() if weights is None else weights,
    }


def keras_zip(
    config: Any = None, weights: bytes | None = None, method: int = zipfile.ZIP_STORED, **more: bytes
) -> bytes:
    """A .keras. more: further members, "__" for the dot in their names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in keras_members(config, weights).items():
            archive.writestr(name, content)
        for name, content in more.items():
            archive.writestr(name.replace("__", "."), content)
    return data.getvalue()


def legacy(
    config: Any = None,
    groups: Mapping[str, Arrays] = NAMED,
    *,
    version: str = "2.4.0",
    backend: str = "tensorflow",
    change: Change = lambda file: None,
    weights_only: bool = False,
    long_text: bool = False,
    **how: Any,
) -> bytes:
    """An .h5 of Keras 2. long_text: the description in the global heap, as Keras stores it."""
    text = config if isinstance(config, str) else json.dumps(sequential() if config is None else config)
    data = io.BytesIO()
    with h5py.File(data, "w") as file:
        if not weights_only:
            file.attrs["model_config"] = text if long_text or len(text) > 60_000 else np.bytes_(text.encode())
        root = file if weights_only else file.create_group("model_weights")
        for owner in (root, file):
            if version:
                owner.attrs["keras_version"] = np.bytes_(version.encode())
            if backend:
                owner.attrs["backend"] = np.bytes_(backend.encode())
        root.attrs["layer_names"] = np.array([name.encode() for name in groups], "S")
        for name, arrays in groups.items():
            group = root.create_group(name)
            group.attrs["weight_names"] = np.array([one.encode() for one in arrays], "S")
            for one, array in arrays.items():
                group.create_dataset(one, data=array, **(how if array.ndim else {}))
        change(file)
    return data.getvalue()
