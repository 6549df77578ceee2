"""Random operations twice: as ours and as a Keras layer, with the same weights and the same input.

Inputs and weights are multiples of 1/8 within ±4, so that every sum is exact in float32, in whatever order it is added:
a difference is then a wrong cell, never rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.operation import Operation
from convlab.operations.pointwise import ACTIVATIONS, Activation, BatchNormalization, Dropout, Rescaling
from convlab.operations.pooling import AveragePooling, GlobalAveragePooling, GlobalMaxPooling, MaxPooling
from convlab.operations.transpose import ConvolutionTranspose

NOT_IN_KERAS_3 = "hard_sigmoid_keras2"
FUSED = (None, None, "relu", "tanh", "sigmoid", "softmax", "elu")


class Case(NamedTuple):
    """`ours` makes the operation and `layer` the Keras layer; either may refuse. `x` is (height, width, channels)."""

    settings: str
    x: np.ndarray
    ours: Callable[[], Operation]
    layer: Callable[[], Any]
    weights: list[np.ndarray]


class Draw:
    """Random settings of one case."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def pair(self, low: int, high: int, equal: float = 0.6) -> tuple[int, int]:
        first = self.number(low, high)
        return first, first if self.chance(equal) else self.number(low, high)

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def one_of(self, *values: Any) -> Any:
        return values[self.number(0, len(values) - 1)]

    def eighths(self, *shape: int) -> np.ndarray:
        return (self.rng.integers(-32, 33, shape) / 8).astype(np.float32)

    def image(self, low: int = 1, high: int = 13, channels: int = 6) -> np.ndarray:
        return self.eighths(self.number(low, high), self.number(low, high), self.number(1, channels))

    def stride_and_dilation(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Mostly one of the two, rarely both: that is refused."""
        kind = self.number(0, 9)
        strides = self.pair(1, 4) if kind < 5 or kind == 9 else (1, 1)
        return strides, self.pair(1, 3) if kind >= 7 else (1, 1)


def convolution(draw: Draw) -> Case:
    x = draw.image()
    channels = x.shape[2]
    (kh, kw), (strides, dilation) = draw.pair(1, 5), draw.stride_and_dilation()
    groups = draw.one_of(*(n for n in range(1, channels + 1) if channels % n == 0))
    if groups == channels > 1 and max(strides) > 1:
        dilation = (
            1,
            1,
        )  # with both, the answer is a depthwise layer's: Keras refuses the one and computes the other
    filters = groups * draw.number(1, 3) + int(groups > 1 and draw.chance(0.05))
    kernel = draw.eighths(kh, kw, channels // groups, filters)
    bias = draw.eighths(filters) if draw.chance(0.7) else None
    padding, activation = draw.one_of("valid", "same"), draw.one_of(*FUSED)
    return Case(
        f"Conv2D {x.shape} {kernel.shape} {strides} {padding} d{dilation} g{groups} {activation}",
        x,
        lambda: Convolution(kernel, bias, strides, padding, dilation, groups, activation),
        lambda: keras_layers().Conv2D(
            filters, (kh, kw), strides, padding, dilation_rate=dilation, groups=groups, activation=activation,
            use_bias=bias is not None,
        ),
        [kernel] if bias is None else [kernel, bias],
    )  # fmt: skip


def depthwise(draw: Draw) -> Case:
    """Keras's (kh, kw, channels, multiplier) are our groups: output channel = channel*multiplier + m."""
    x = draw.image()
    channels, multiplier = max(x.shape[2], 2), draw.number(1, 3)
    x = np.resize(x, (*x.shape[:2], channels))
    kh, kw = draw.pair(1, 5)
    strides, dilation = draw.pair(1, 3), draw.one_of((1, 1), draw.pair(1, 3))
    kernel, bias = draw.eighths(kh, kw, channels, multiplier), draw.eighths(channels * multiplier)
    padding = draw.one_of("valid", "same")
    return Case(
        f"DepthwiseConv2D {x.shape} {kernel.shape} {strides} {padding} d{dilation}",
        x,
        lambda: Convolution(
            kernel.reshape(kh, kw, 1, channels * multiplier), bias, strides, padding, dilation, channels
        ),
        lambda: keras_layers().DepthwiseConv2D(
            (kh, kw), strides, padding, depth_multiplier=multiplier, dilation_rate=dilation
        ),
        [kernel, bias],
    )


def transposed(draw: Draw) -> Case:
    x = draw.image(high=9)
    (kh, kw), (strides, dilation) = draw.pair(1, 5), draw.stride_and_dilation()
    extra = draw.one_of(None, None, (draw.number(0, strides[0]), draw.number(0, strides[1])))
    kernel = draw.eighths(kh, kw, draw.number(1, 4), x.shape[2])
    bias, padding = draw.eighths(kernel.shape[2]), draw.one_of("valid", "same")
    activation = draw.one_of(*FUSED)
    return Case(
        f"Conv2DTranspose {x.shape} {kernel.shape} {strides} {padding} op{extra} d{dilation} {activation}",
        x,
        lambda: ConvolutionTranspose(kernel, bias, strides, padding, extra, dilation, activation),
        lambda: keras_layers().Conv2DTranspose(
            kernel.shape[2], (kh, kw), strides, padding, output_padding=extra, dilation_rate=dilation,
            activation=activation,
        ),
        [kernel, bias],
    )  # fmt: skip


def pooling(draw: Draw) -> Case:
    x = draw.image()
    pool, strides = draw.pair(1, 4), draw.one_of(None, draw.pair(1, 4))
    padding, largest = draw.one_of("valid", "same"), draw.chance(0.5)
    ours = MaxPooling if largest else AveragePooling
    name = "MaxPooling2D" if largest else "AveragePooling2D"
    return Case(
        f"{name} {x.shape} {pool} {strides} {padding}",
        x,
        lambda: ours(pool, strides, padding),
        lambda: getattr(keras_layers(), name)(pool, strides, padding),
        [],
    )


def global_pooling(draw: Draw) -> Case:
    x = draw.image()
    if draw.chance(0.5):
        return Case(
            f"GlobalMax {x.shape}", x, GlobalMaxPooling, lambda: keras_layers().GlobalMaxPooling2D(), []
        )
    return Case(
        f"GlobalAverage {x.shape}",
        x,
        GlobalAveragePooling,
        lambda: keras_layers().GlobalAveragePooling2D(),
        [],
    )


def activation(draw: Draw) -> Case:
    x = draw.image()
    name = draw.one_of(*(name for name in ACTIVATIONS if name != NOT_IN_KERAS_3))
    slope, alpha = draw.number(0, 8) / 8, draw.number(1, 16) / 8
    return Case(
        f"{name} {x.shape} {slope} {alpha}",
        x,
        lambda: Activation(name, slope, alpha),
        lambda: _keras_activation(name, slope, alpha),
        [],
    )


def _keras_activation(name: str, slope: float, alpha: float) -> Any:
    import keras

    if name == "leaky_relu":
        return keras.layers.LeakyReLU(negative_slope=slope)
    if name == "elu":
        return keras.layers.ELU(alpha=alpha)
    if name == "gelu_tanh":
        return keras.layers.Activation(lambda x: keras.activations.gelu(x, approximate=True))
    return keras.layers.Activation(name)


def normalization(draw: Draw) -> Case:
    x = draw.image()
    gamma, beta, mean = (draw.eighths(x.shape[2]) for _ in range(3))
    variance, epsilon = np.abs(draw.eighths(x.shape[2])) + np.float32(0.5), draw.one_of(1e-3, 1e-5)
    return Case(
        f"BatchNormalization {x.shape} {epsilon}",
        x,
        lambda: BatchNormalization(gamma, beta, mean, variance, epsilon),
        lambda: keras_layers().BatchNormalization(epsilon=epsilon),
        [gamma, beta, mean, variance],
    )


def dense(draw: Draw) -> Case:
    """On a vector, or on the channels of every cell of an image."""
    x = draw.image()
    x = x.reshape(-1)[:200] if draw.chance(0.7) else x
    kernel, name = draw.eighths(x.shape[-1], draw.number(1, 7)), draw.one_of(*FUSED)
    bias = draw.eighths(kernel.shape[1])
    return Case(
        f"Dense {x.shape} {kernel.shape} {name}",
        x,
        lambda: Dense(kernel, bias, name),
        lambda: keras_layers().Dense(kernel.shape[1], activation=name),
        [kernel, bias],
    )


def plain(draw: Draw) -> Case:
    """What has no weights and hardly any settings."""
    x, kind = draw.image(), draw.number(0, 2)
    scale, offset = draw.number(1, 16) / 8, draw.number(-8, 8) / 8
    makers: tuple[tuple[Callable[[], Operation], Callable[[], Any]], ...] = (
        (Flatten, lambda: keras_layers().Flatten()),
        (lambda: Dropout(0.5), lambda: keras_layers().Dropout(0.5)),
        (lambda: Rescaling(scale, offset), lambda: keras_layers().Rescaling(scale, offset)),
    )
    return Case(f"plain {kind} {x.shape} {scale} {offset}", x, *makers[kind], [])


KINDS = (
    *(convolution,) * 9, *(depthwise,) * 2, *(transposed,) * 4, *(pooling,) * 5,
    global_pooling, *(activation,) * 2, normalization, dense, plain,
)  # fmt: skip


def case(seed: int) -> Case:
    """The same case for the same seed, of any kind, the kinds in turn."""
    return KINDS[seed % len(KINDS)](Draw(seed))


def keras_layers() -> Any:
    import keras

    return keras.layers


def keras_output(case: Case) -> np.ndarray:
    """What Keras makes of it, (height, width, channels) or (numbers,). Raises where Keras refuses."""
    layer = case.layer()
    # Asked before it is computed: TensorFlow may abort the process over a maximum without cells.
    if any(n is not None and n < 1 for n in layer.compute_output_shape((1, *case.x.shape))):
        raise ValueError("Keras gives an output without cells")
    layer.build((None, *case.x.shape))
    if case.weights:
        layer.set_weights(case.weights)
    return np.asarray(layer(case.x[np.newaxis]))[0]
