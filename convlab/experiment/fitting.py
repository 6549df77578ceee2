"""Fitting operations to the number of channels that reach them, so that an edit upstream breaks nothing downstream.

More channels repeat the slices there are, fewer keep the first ones. What fits already is returned as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense
from convlab.operations.operation import Operation
from convlab.operations.pointwise import BatchNormalization
from convlab.operations.transpose import ConvolutionTranspose
from convlab.problems import Problem

MAX_WEIGHTS = 4_000_000
"""No operation is grown beyond this: a dense layer on a photograph would need billions of weights."""


def fit_all(operations: Iterable[Operation], shape: tuple[int, ...]) -> tuple[Operation, ...]:
    """The operations, each fitted to what reaches it from an image of `shape`; from an impossible one on, unchanged."""
    fitted: list[Operation] = []
    reaching: tuple[int, ...] | None = shape
    for operation in operations:
        if reaching is not None:
            operation = fit(operation, reaching[-1])
            reaching = _shape_after(operation, reaching)
        fitted.append(operation)
    return tuple(fitted)


def fit(operation: Operation, channels: int) -> Operation:
    """The operation for `channels` input channels (for a dense layer, numbers).

    Where it cannot be fitted, or only with too many weights, it stays as it is; its output shape then says what is
    wrong.
    """
    try:
        return _fitted(operation, channels)
    except Problem:
        return operation


def _fitted(operation: Operation, channels: int) -> Operation:
    if isinstance(operation, Convolution):
        return _convolution(operation, channels)
    if isinstance(operation, ConvolutionTranspose) and operation.kernel.shape[3] != channels:
        return replace(operation, kernel=_repeated(operation.kernel, channels, 3))
    if isinstance(operation, BatchNormalization) and len(operation.gamma) != channels:
        names = ("gamma", "beta", "mean", "variance")
        parts: dict[str, Any] = {name: _repeated(getattr(operation, name), channels, 0) for name in names}
        return replace(operation, **parts)
    if isinstance(operation, Dense) and operation.kernel.shape[0] != channels:
        return replace(operation, kernel=_repeated(operation.kernel, channels, 0))
    return operation


def _convolution(operation: Convolution, channels: int) -> Convolution:
    """Groups keep their width, so a depthwise convolution stays depthwise and gets a filter for each new channel."""
    width = operation.kernel.shape[2]
    if width * operation.groups == channels:
        return operation
    if operation.groups == 1:
        return replace(operation, kernel=_repeated(operation.kernel, channels, 2))
    if channels % width:
        return replace(operation, kernel=_repeated(operation.kernel, channels, 2), groups=1)
    filters = operation.kernel.shape[3] // operation.groups * (channels // width)
    bias = None if operation.bias is None else _repeated(operation.bias, filters, 0)
    kernel = _repeated(operation.kernel, filters, 3)
    return replace(operation, kernel=kernel, bias=bias, groups=channels // width)


def _repeated(array: NDArray[Any], length: int, axis: int) -> NDArray[Any]:
    if array.size // array.shape[axis] * length > MAX_WEIGHTS:
        raise Problem(f"More than {MAX_WEIGHTS:,} weights would be needed.")
    return np.take(array, np.arange(length) % array.shape[axis], axis=axis)


def _shape_after(operation: Operation, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    try:
        return tuple(operation.output_shape(shape))
    except Problem:
        return None
