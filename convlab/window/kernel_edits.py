"""Edits of a layer's kernel: each takes a convolution (or a transposed one) and gives the next. No widgets.

A *slice* is the (kh, kw) part of the kernel that one filter lays over one input channel.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.operations import kernels
from convlab.operations.convolution import Convolution
from convlab.operations.transpose import ConvolutionTranspose

Layer = Convolution | ConvolutionTranspose
Array = NDArray[Any]

MAX_SIDE = 31


def ordered(operation: Layer) -> Array:
    """The kernel as (kh, kw, channels, filters); a transposed convolution keeps its own with the last two exchanged."""
    return operation.kernel if isinstance(operation, Convolution) else np.swapaxes(operation.kernel, 2, 3)


def filter_slices(operation: Layer, filter: int) -> Array:
    """All slices of one filter, (kh, kw, channels)."""
    return ordered(operation)[:, :, :, filter]


def filter_count(operation: Layer) -> int:
    return int(ordered(operation).shape[3])


def with_slice(operation: Layer, filter: int, channel: int | None, values: Array) -> Layer:
    """One slice replaced, or those of all channels if `channel` is None.

    All slices of a kernel have one size: where `values` has another, the others are resized around their centre.
    """
    kernel = _resized(ordered(operation), values.shape[:2])
    place = slice(None) if channel is None else slice(channel, channel + 1)
    kernel[:, :, place, filter] = values[:, :, np.newaxis]
    return _with(operation, kernel)


def with_weight(
    operation: Layer, filter: int, channel: int | None, cell: tuple[int, int], value: float
) -> Layer:
    """One weight replaced, in one channel's slice or in all of them."""
    kernel = ordered(operation).copy()
    kernel[cell[0], cell[1], slice(None) if channel is None else channel, filter] = value
    return _with(operation, kernel)


def with_size(operation: Layer, size: tuple[int, int]) -> Layer:
    """Every slice in another size, around the same centre."""
    return _with(operation, _resized(ordered(operation), size))


def with_bias(operation: Layer, filter: int, value: float) -> Layer:
    """The bias of one filter replaced; filters without one get 0."""
    bias = _bias(operation).copy()
    bias[filter] = value
    return replace(operation, bias=bias)


def with_filter_added(operation: Layer, like: int | None = None) -> Layer:
    """One more filter at the end: a copy of filter `like`, or one that copies its input."""
    kernel = ordered(operation)
    if like is None:
        added = np.zeros((*kernel.shape[:3], 1), kernel.dtype)
        added[kernel.shape[0] // 2, kernel.shape[1] // 2] = 1
    else:
        added = kernel[:, :, :, like : like + 1]
    bias = _bias(operation)
    more = np.append(bias, bias[like] if like is not None else 0).astype(np.float32)
    kept = None if operation.bias is None else more
    return _with(operation, np.concatenate((kernel, added), axis=3), bias=kept)


def without_filter(operation: Layer, filter: int) -> Layer:
    """One filter taken out; the last one stays."""
    if filter_count(operation) == 1:
        return operation
    bias = None if operation.bias is None else np.delete(operation.bias, filter)
    return _with(operation, np.delete(ordered(operation), filter, axis=3), bias=bias)


def slices_alike(operation: Layer, filter: int) -> bool:
    """Whether all channels have the same slice in this filter."""
    slices = filter_slices(operation, filter)
    return bool((slices == slices[:, :, :1]).all())


def _resized(kernel: Array, size: tuple[int, ...]) -> Array:
    if kernel.shape[:2] == tuple(size):
        return kernel.copy()
    result = np.empty((*size, *kernel.shape[2:]), np.float32)
    for channel in range(kernel.shape[2]):
        for filter in range(kernel.shape[3]):
            result[:, :, channel, filter] = kernels.resize(kernel[:, :, channel, filter], (size[0], size[1]))
    return result


def _bias(operation: Layer) -> Array:
    if operation.bias is None:
        return np.zeros(filter_count(operation), np.float32)
    return operation.bias


def _with(operation: Layer, kernel: Array, **others: Any) -> Layer:
    own = kernel if isinstance(operation, Convolution) else np.swapaxes(kernel, 2, 3)
    return replace(operation, kernel=np.ascontiguousarray(own, dtype=np.float32), **others)
