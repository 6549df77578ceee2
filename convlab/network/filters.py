"""Filters of a layer as arrays of one shape, whatever the layer's kind, and edits of them.

A filter is what makes one output channel: a kernel (height, width, channels that it reads) and a bias. Where it lies
in the layer's weights differs from kind to kind (Keras's orders):

    Conv2D            kernel (height, width, in, filters)             filter f = kernel[:, :, :, f]
    Conv2DTranspose   kernel (height, width, filters, in)             filter f = kernel[:, :, f, :]
    DepthwiseConv2D   kernel (height, width, in, multiplier)          filter c * multiplier + m = kernel[:, :, c, m]
    SeparableConv2D   pointwise kernel (1, 1, in * mult., filters)    filter f = pointwise_kernel[:, :, :, f]
    Conv1D            kernel (length, in, filters)                    filter f = kernel[:, :, f], one row
    Dense             kernel (inputs, units)                          filter u = kernel[:, u], one cell
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Layer

Array = NDArray[np.float32]
Edits = Mapping[int, Array]
"""New arrays of a layer, by their number among its weights."""

_ROLES = {
    "Conv2D": "kernel",
    "Conv2DTranspose": "kernel",
    "DepthwiseConv2D": "",
    "SeparableConv2D": "pointwise_kernel",
    "Conv1D": "kernel",
    "Dense": "kernel",
}
_AXES = {"Conv1D": 3, "Dense": 2}
"""Of the kernel; 4 for the others."""
FLIPS: dict[str, tuple[int, ...]] = {"left to right": (1,), "upside down": (0,), "by 180°": (0, 1)}


@dataclass(frozen=True, eq=False)
class Filter:
    """kernel: float32 (height, width, channels); bias: None where the layer has none."""

    kernel: Array
    bias: float | None = None


def kernel_number(layer: Layer) -> int | None:
    """Which of the layer's weights holds its filters; None for layers without any, or with a kernel of other axes."""
    role = _ROLES.get(layer.kind)
    if role is None:
        return None
    wanted = {role} if role else {"kernel", "depthwise_kernel"}
    axes = _AXES.get(layer.kind, 4)
    return next(
        (
            number
            for number, weight in enumerate(layer.weights)
            if weight.role in wanted and len(weight.shape) == axes and weight.size
        ),
        None,
    )


def filter_count(layer: Layer) -> int:
    """How many filters the layer has; 0 for layers without any."""
    number = kernel_number(layer)
    if number is None:
        return 0
    shape = layer.weights[number].shape
    if layer.kind == "DepthwiseConv2D":
        return shape[2] * shape[3]
    return shape[2] if layer.kind == "Conv2DTranspose" else shape[-1]


def filter_of(layer: Layer, weights: Sequence[Array], index: int) -> Filter:
    """One filter. Raises IndexError for a layer or an index without one."""
    if not 0 <= index < filter_count(layer):
        raise IndexError(f"{layer.path} has no filter {index}")
    number = kernel_number(layer)
    assert number is not None
    kernel = _view(layer, weights[number])[index]
    bias = _bias_number(layer)
    return Filter(kernel, None if bias is None else float(weights[bias][index]))


def with_filter(layer: Layer, weights: Sequence[Array], index: int, new: Filter) -> Edits:
    """The arrays of the layer that change when a filter is replaced. Raises ValueError for another shape."""
    number = kernel_number(layer)
    assert number is not None
    changed = np.array(weights[number], np.float32, order="C")
    place = _view(layer, changed)[index]
    if place.shape != new.kernel.shape:
        raise ValueError(f"a filter of {new.kernel.shape} in the place of one of {place.shape}")
    place[...] = new.kernel
    edits = {number: changed}
    bias = _bias_number(layer)
    if bias is not None and new.bias is not None and new.bias != float(weights[bias][index]):
        biases = np.array(weights[bias], np.float32)
        biases[index] = new.bias
        edits[bias] = biases
    return edits


def zeroed(old: Filter, channel: int | None = None) -> Filter:
    """All weights 0, or those of one channel; with all of them the bias too, so that the map is silent."""
    kernel = np.array(old.kernel)
    kernel[:, :, slice(None) if channel is None else channel] = 0
    return Filter(kernel, 0.0 if channel is None and old.bias is not None else old.bias)


def flipped(old: Filter, way: str, channel: int | None = None) -> Filter:
    """Mirrored in one of the FLIPS, or one channel of it."""
    kernel = np.array(old.kernel)
    part = slice(None) if channel is None else slice(channel, channel + 1)
    kernel[:, :, part] = np.flip(old.kernel[:, :, part], FLIPS[way])
    return Filter(kernel, old.bias)


def swapped(layer: Layer, weights: Sequence[Array], first: int, second: int) -> Edits:
    """Two filters in each other's place, with their biases."""
    one, other = filter_of(layer, weights, first), filter_of(layer, weights, second)
    edits = dict(with_filter(layer, weights, first, other))
    mixed = [edits.get(number, array) for number, array in enumerate(weights)]
    return {**edits, **with_filter(layer, mixed, second, one)}


def _bias_number(layer: Layer) -> int | None:
    shape = (filter_count(layer),)
    biases = (n for n, weight in enumerate(layer.weights) if weight.role == "bias" and weight.shape == shape)
    return next(biases, None)


def _view(layer: Layer, kernel: Array) -> Array:
    """The kernel as (filters, height, width, channels), a view: what is written there is written in the kernel."""
    if layer.kind == "DepthwiseConv2D":
        height, width, channels, multiplier = kernel.shape
        return kernel.reshape(height, width, channels * multiplier, 1).transpose(2, 0, 1, 3)
    if layer.kind == "Conv2DTranspose":
        return kernel.transpose(2, 0, 1, 3)
    rows = kernel.reshape((1,) * (4 - kernel.ndim) + kernel.shape)
    return rows.transpose(3, 0, 1, 2)
