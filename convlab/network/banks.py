"""What a layer has learned, arranged to be looked at: kernels as banks of filters, everything else as lists of numbers.

Other than `filters.py`, which edits, this knows every array of every layer, those of unknown kinds included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Layer, Network, OpenShape, Weight
from convlab.plain_text import safe_text

Array = NDArray[np.float32]

TITLES = {
    "kernel": "Kernel",
    "depthwise_kernel": "Depthwise",
    "pointwise_kernel": "Pointwise",
    "recurrent_kernel": "Recurrent",
    "embeddings": "Embeddings",
    "gamma": "γ",
    "beta": "β",
    "moving_mean": "mean",
    "moving_variance": "variance",
    "bias": "bias",
    "alpha": "α",
}
_PASSING = ("Dropout", "Activation", "GaussianDropout", "AlphaDropout", "GaussianNoise", "Identity", "ReLU")


@dataclass(frozen=True)
class Picture:
    """The image whose numbers a dense layer reads, and whether it reads them channel by channel."""

    rows: int
    columns: int
    channels: int
    channels_first: bool = False

    def filters(self, kernel: Array) -> Array:
        """Weights (numbers, units) as filters (units, rows, columns, channels) over the image; a view."""
        rows, columns, channels = self.rows, self.columns, self.channels
        if self.channels_first:
            return kernel.reshape(channels, rows, columns, -1).transpose(3, 1, 2, 0)
        return kernel.reshape(rows, columns, channels, -1).transpose(3, 0, 1, 2)


@dataclass(frozen=True, eq=False)
class Bank:
    """Filters of one size: a view of one weight of the layer.

    kernels: float32 (filters, height, width, channels). biases: (filters,), None where there are none. number: which
    of the layer's weights it is. makes_maps: whether filter n makes map n of the layer.
    """

    title: str
    kernels: Array
    biases: Array | None
    number: int
    makes_maps: bool = True

    @property
    def count(self) -> int:
        return self.kernels.shape[0]

    @property
    def height(self) -> int:
        return self.kernels.shape[1]

    @property
    def width(self) -> int:
        return self.kernels.shape[2]

    @property
    def channels(self) -> int:
        return self.kernels.shape[3]


@dataclass(frozen=True, eq=False)
class Series:
    """A list of numbers that a layer has learned, mostly one for each channel: (numbers,)."""

    title: str
    values: Array
    number: int


def banks_of(layer: Layer, weights: Sequence[Array], picture: Picture | None = None) -> tuple[Bank, ...]:
    """The layer's arrays that are made of filters, in the file's order.

    picture: for a dense layer, the image whose numbers it reads (see `picture_read`), so that a unit's weights can be
    shown as one.
    """
    biases = next((a for w, a in zip(layer.weights, weights, strict=True) if w.role == "bias"), None)
    found = [
        _bank(layer, number, np.asarray(array), picture)
        for number, array in enumerate(weights)
        if _is_bank(layer.weights[number])
    ]
    last = len(found) - 1
    return tuple(
        Bank(
            bank.title,
            bank.kernels,
            biases if place == last and biases is not None and biases.shape == (bank.count,) else None,
            bank.number,
            place == last and bank.makes_maps,
        )
        for place, bank in enumerate(found)
    )


def series_of(layer: Layer, weights: Sequence[Array]) -> tuple[Series, ...]:
    """The layer's other arrays: biases, scales, means…"""
    return tuple(
        Series(_title(layer.weights[number]), np.asarray(array).reshape(-1), number)
        for number, array in enumerate(weights)
        if not _is_bank(layer.weights[number])
    )


def picture_read(network: Network, row: int) -> Picture | None:
    """The image that the first use of a dense layer reads flattened; None where it reads none."""
    nodes = network.nodes_of[row]
    source = network.nodes[nodes[0]].inputs[:1] if nodes and network.layers[row].kind == "Dense" else ()
    while source:
        node = network.nodes[source[0]]
        before = network.layers[node.layer]
        if before.kind == "Flatten" and node.inputs:
            return _picture(network.nodes[node.inputs[0]].shape, before.settings.get("order"))
        source = node.inputs[:1] if before.kind in _PASSING else ()
    return None


def reads_picture(network: Network, row: int) -> bool:
    """Whether the first use of a layer reads the image itself, perhaps scaled or padded, in three colours."""
    nodes = network.nodes_of[row]
    source = network.nodes[nodes[0]].inputs[:1] if nodes else ()
    while source:
        node = network.nodes[source[0]]
        kind = network.layers[node.layer].kind
        if not node.inputs:
            return node.shape is not None and len(node.shape) == 3 and node.shape[2] == 3
        plain = (
            "InputLayer",
            "Rescaling",
            "Normalization",
            "Resizing",
            "CenterCrop",
            "ZeroPadding2D",
            "Cropping2D",
        )
        source = node.inputs[:1] if kind in plain or kind.startswith("Random") else ()
    return False


def _picture(shape: OpenShape | None, order: object) -> Picture | None:
    if shape is None or len(shape) != 3 or None in shape:
        return None
    rows, columns, channels = (n or 1 for n in shape)
    return Picture(rows, columns, channels, order == "channels_first") if rows * columns > 1 else None


def _title(weight: Weight) -> str:
    return TITLES.get(weight.role) or safe_text(weight.role, 24)


def _is_bank(weight: Weight) -> bool:
    return sum(n > 1 for n in weight.shape) > 1 or "kernel" in weight.role


def _bank(layer: Layer, number: int, array: Array, picture: Picture | None) -> Bank:
    weight = layer.weights[number]
    return Bank(
        _title(weight), _as_filters(layer.kind, weight.role, array, picture), None, number,
        weight.role not in ("recurrent_kernel", "embeddings"),
    )  # fmt: skip


def _as_filters(kind: str, role: str, array: Array, picture: Picture | None) -> Array:
    """Any array as (filters, height, width, channels); a view."""
    if role == "alpha":
        return _four_axes(array)[0].transpose(2, 0, 1)[..., np.newaxis]
    if kind == "Dense" and picture is not None and array.ndim == 2:
        return picture.filters(array)
    array = _four_axes(array)
    if role == "depthwise_kernel" or (kind.startswith("DepthwiseConv") and role == "kernel"):
        height, width, channels, multiplier = array.shape
        return array.reshape(height, width, channels * multiplier, 1).transpose(2, 0, 1, 3)
    if kind.endswith("Transpose"):
        return array.transpose(2, 0, 1, 3)
    return array.transpose(3, 0, 1, 2)


def _four_axes(array: Array) -> Array:
    """With axes of 1 in front, or with the foremost axes made into one."""
    if array.ndim > 4:
        return array.reshape(-1, *array.shape[-3:])
    return array.reshape((1,) * (4 - array.ndim) + array.shape)
