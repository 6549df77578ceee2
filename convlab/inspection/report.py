"""A network as plain values for JSON: one entry for each layer of the file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Layer, Network, OpenShape, Setting
from convlab.network.layer_kinds import KINDS

Array = NDArray[np.float32]
Stored = Mapping[int, Sequence[Array]]
"""The weights of each row as they are stored."""

_OLD_ACTIVATIONS = {"hard_sigmoid_keras2": "hard_sigmoid"}


def report(network: Network, stored: Stored | None = None) -> dict[str, Any]:
    """Shapes of maps begin with null for the batch, shapes of kernels are those in the file. stored: for checksums."""
    rows = [row for row, layer in enumerate(network.layers) if not layer.settings.get("implied")]
    return {
        "file": network.name,
        "format": network.format,
        "keras_version": network.keras_version,
        "input_shape": _with_batch(network.input_shape),
        "parameters": network.parameters,
        "layers": [_layer(network, row, stored) for row in rows],
        "notices": list(network.notices),
    }


def _layer(network: Network, row: int, stored: Stored | None) -> dict[str, Any]:
    layer = network.layers[row]
    kernel = layer.kernel or layer.weight("embeddings")
    found: dict[str, Any] = {
        "name": layer.name,
        "path": layer.path,
        "class": layer.file_kind or None,
        "kind": layer.kind or None,
        "output_shape": _with_batch(_output_shape(network, row)),
        "kernel_shape": None if kernel is None else list(kernel.stored or kernel.shape),
        "strides": _plain(_setting(layer, "strides")),
        "padding": _plain(_setting(layer, "padding")),
        "activation": _setting(layer, "activation"),
        "parameters": layer.parameters,
    }
    if layer.problem:
        found["problem"] = layer.problem
    if stored is not None:
        found |= _checksums(layer, stored.get(row, ()), kernel)
    return found


def _checksums(layer: Layer, arrays: Sequence[Array], kernel: Any) -> dict[str, Any]:
    weights = [
        {
            "role": weight.role,
            "place": weight.place,
            "shape": list(array.shape),
            "dtype": weight.dtype,
            "sha1_f32": _sha1(array),
        }
        for weight, array in zip(layer.weights, arrays, strict=True)
    ]
    number = layer.weights.index(kernel) if kernel is not None else None
    return {"kernel_sha1": None if number is None else weights[number]["sha1_f32"], "weights": weights}


def _sha1(array: Array) -> str:
    """Of the float32 bytes in C order, little-endian: to be compared, not to be trusted."""
    data = np.ascontiguousarray(array, "<f4")
    return hashlib.sha1(data.reshape(-1).view(np.uint8).data, usedforsecurity=False).hexdigest()


def _with_batch(shape: OpenShape | None) -> list[int | None] | None:
    return None if shape is None else [None, *shape]


def _output_shape(network: Network, row: int) -> OpenShape | None:
    """Of the first use; of a nested network that of its last node whose output is used outside of it."""
    nodes = network.nodes_of[row]
    if nodes or not network.layers[row].is_network:
        return network.nodes[nodes[0]].shape if nodes else None
    inside = {number for number, node in enumerate(network.nodes) if _is_within(network, node.layer, row)}
    leaving = [
        number
        for number in sorted(inside)
        if number in network.outputs or any(reader not in inside for reader in network.readers_of[number])
    ]
    return network.nodes[leaving[0]].shape if leaving else None


def _is_within(network: Network, row: int, outer: int) -> bool:
    parent = network.layers[row].parent
    while parent is not None:
        if parent == outer:
            return True
        parent = network.layers[parent].parent
    return False


def _setting(layer: Layer, name: str) -> Setting:
    """A setting, or what Keras takes where the file does not tell it; None for layers without such a setting."""
    kind = KINDS.get(layer.kind)
    if kind is None or name not in kind.settings or not layer.file_kind:
        return None
    value = layer.settings.get(name)
    if name == "activation":
        text = value if isinstance(value, str) else "linear"
        return _OLD_ACTIVATIONS.get(text, text)
    if value is not None:
        return value
    if name == "padding":
        return "valid" if "Conv" in layer.kind or "Pooling" in layer.kind else None
    if "Pooling" in layer.kind:
        return layer.settings.get("pool_size", (2,) if "1D" in layer.kind else (2, 2))
    return (1,) if "1D" in layer.kind else (1, 1)


def _plain(value: Setting) -> Any:
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
