"""Depthwise and separable convolutions as what they are: grouped convolutions."""

from __future__ import annotations

import numpy as np

from convlab.operations.convolution import Convolution
from convlab.operations.geometry import Padding
from convlab.operations.operation import Array, pair
from convlab.operations.pointwise import Activation


def depthwise(
    kernel: Array,
    bias: Array | None = None,
    strides: tuple[int, int] = (1, 1),
    padding: Padding = "valid",
    dilation_rate: tuple[int, int] = (1, 1),
    activation: str | Activation | None = None,
) -> Convolution:
    """Keras's DepthwiseConv2D: every channel is filtered by itself, `multiplier` times.

    kernel: float32 (height, width, channels, multiplier). Output channel = channel × multiplier + m. Raises Problem.
    """
    height, width, channels, multiplier = kernel.shape
    grouped = kernel.reshape(height, width, 1, channels * multiplier)
    if channels == 1 and max(pair(strides, "stride")) > 1:
        # One group is no depthwise convolution, and others refuse stride with dilation: the gaps become weights of 0.
        grouped, dilation_rate = _spread(grouped, pair(dilation_rate, "dilation")), (1, 1)
    return Convolution(grouped, bias, strides, padding, dilation_rate, channels, activation)


def separable_parts(
    depthwise_kernel: Array,
    pointwise_kernel: Array,
    bias: Array | None = None,
    strides: tuple[int, int] = (1, 1),
    padding: Padding = "valid",
    dilation_rate: tuple[int, int] = (1, 1),
    activation: str | Activation | None = None,
) -> tuple[Convolution, Convolution]:
    """Keras's SeparableConv2D: a depthwise convolution, then one of 1×1 that mixes the channels.

    depthwise_kernel (height, width, channels, multiplier), pointwise_kernel (1, 1, channels × multiplier, filters).
    """
    first = depthwise(depthwise_kernel, None, strides, padding, dilation_rate)
    return first, Convolution(pointwise_kernel, bias, activation=activation)


def _spread(kernel: Array, dilation_rate: tuple[int, int]) -> Array:
    """The kernel with its weights as far apart as a dilation lays them, and 0 between."""
    down, right = dilation_rate
    if dilation_rate == (1, 1):
        return kernel
    height, width = (kernel.shape[0] - 1) * down + 1, (kernel.shape[1] - 1) * right + 1
    spread = np.zeros((height, width, *kernel.shape[2:]), np.float32)
    spread[::down, ::right] = kernel
    return spread
