"""Random layers that only networks have, twice: as ours and as Keras's, with the same settings, weights and input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from convlab.operations.borders import CenterCrop, Cropping, ZeroPadding
from convlab.operations.dense import Flatten
from convlab.operations.merge import MERGE_KINDS, Merge
from convlab.operations.normalization import LayerNormalization, Normalization
from convlab.operations.pooling import GlobalAveragePooling, GlobalMaxPooling
from convlab.operations.rectifiers import PReLU, ReLU
from convlab.operations.reshape import Permute, Reshape
from convlab.operations.separable import depthwise
from convlab.operations.upsampling import UpSampling
from tests.operations.keras_cases import Case, Draw, keras_layers


class MergeCase(NamedTuple):
    """Several inputs, each without a batch; `layer` is Keras's."""

    settings: str
    inputs: list[np.ndarray]
    ours: Callable[[], Merge]
    layer: Callable[[], Any]


def borders(draw: Draw) -> Case:
    x, crops = draw.image(), draw.chance(0.5)
    high = 4 if crops else 3
    amounts = tuple((draw.number(0, high), draw.number(0, high)) for _ in range(2))
    ours, name = (Cropping, "Cropping2D") if crops else (ZeroPadding, "ZeroPadding2D")
    return Case(
        f"{name} {x.shape} {amounts}", x, lambda: ours(amounts), lambda: getattr(keras_layers(), name)(amounts), []
    )  # fmt: skip


def centre_crop(draw: Draw) -> Case:
    x = draw.image()
    size = draw.number(1, x.shape[0]), draw.number(1, x.shape[1])
    return Case(
        f"CenterCrop {x.shape} {size}",
        x,
        lambda: CenterCrop(*size),
        lambda: keras_layers().CenterCrop(*size),
        [],
    )


def upsampling(draw: Draw) -> Case:
    """Interpolated by powers of 2 only: for others TensorFlow rounds the places between the cells."""
    x, kind = draw.image(), draw.one_of("nearest", "bilinear", "bilinear")
    size = draw.pair(1, 5) if kind == "nearest" else (draw.one_of(1, 2, 4), draw.one_of(1, 2, 4))
    return Case(
        f"UpSampling2D {x.shape} {size} {kind}",
        x,
        lambda: UpSampling(size, kind),
        lambda: keras_layers().UpSampling2D(size, interpolation=kind),
        [],
    )


def reshaped(draw: Draw) -> Case:
    """To an image or a vector, sometimes with −1, sometimes to a shape that does not fit."""
    x = draw.image()
    x = x.reshape(-1) if draw.chance(0.3) else x
    target = [1, 1, 1]
    for factor in _factors(x.size):
        target[draw.number(0, 2)] *= factor
    if draw.chance(0.4):
        target[draw.number(0, 2)] = -1
    if draw.chance(0.1):
        target[0] = 997
    shape = tuple(target) if draw.chance(0.8) else (-1,)
    return Case(
        f"Reshape {x.shape} {shape}", x, lambda: Reshape(shape), lambda: keras_layers().Reshape(shape), []
    )


def _factors(number: int) -> list[int]:
    found, factor = [], 2
    while number > 1:
        while number % factor == 0:
            found.append(factor)
            number //= factor
        factor += 1
    return found


def permuted(draw: Draw) -> Case:
    x = draw.image()
    dims = tuple(int(axis) + 1 for axis in draw.rng.permutation(3))
    return Case(
        f"Permute {x.shape} {dims}", x, lambda: Permute(dims), lambda: keras_layers().Permute(dims), []
    )


def flattened_channels_first(draw: Draw) -> Case:
    """As flattening the same image with its channels first."""
    import keras

    x = draw.image()
    return Case(
        f"Flatten channels first {x.shape}",
        x,
        lambda: Flatten("channels_first"),
        lambda: keras.Sequential([keras_layers().Permute((3, 1, 2)), keras_layers().Flatten()]),
        [],
    )


def rectifier(draw: Draw) -> Case:
    x = draw.image()
    most = draw.one_of(None, None, 6.0, draw.number(1, 24) / 8)
    slope, threshold = draw.one_of(0.0, draw.number(0, 8) / 8), draw.one_of(0.0, draw.number(0, 16) / 8)
    return Case(
        f"ReLU {x.shape} {most} {slope} {threshold}",
        x,
        lambda: ReLU(most, slope, threshold),
        lambda: keras_layers().ReLU(most, slope, threshold),
        [],
    )


def learned_rectifier(draw: Draw) -> Case:
    x = draw.image() if draw.chance(0.7) else draw.eighths(draw.number(1, 20))
    shared = [axis for axis in range(1, x.ndim + 1) if draw.chance(0.5)]
    alpha = draw.eighths(*(1 if axis in shared else size for axis, size in enumerate(x.shape, 1)))
    return Case(
        f"PReLU {x.shape} {shared}",
        x,
        lambda: PReLU(alpha),
        lambda: keras_layers().PReLU(shared_axes=shared or None),
        [alpha],
    )


def fixed_normalization(draw: Draw) -> Case:
    x = draw.image()
    shape = draw.one_of((), (x.shape[2],))
    mean, variance = draw.eighths(*shape), np.abs(draw.eighths(*shape)) * draw.number(0, 4)
    axis = -1 if shape else None
    return Case(
        f"Normalization {x.shape} {shape} {variance}",
        x,
        lambda: Normalization(mean, variance),
        lambda: keras_layers().Normalization(axis, mean, variance),
        [],
    )


def layer_normalization(draw: Draw) -> Case:
    x = draw.image() if draw.chance(0.7) else draw.eighths(draw.number(1, 20))
    gamma, beta, epsilon = draw.eighths(x.shape[-1]), draw.eighths(x.shape[-1]), draw.one_of(1e-3, 1e-6)
    return Case(
        f"LayerNormalization {x.shape} {epsilon}",
        x,
        lambda: LayerNormalization(gamma, beta, epsilon),
        lambda: keras_layers().LayerNormalization(epsilon=epsilon),
        [gamma, beta],
    )


def depthwise_by_its_own_name(draw: Draw) -> Case:
    """One channel too, with a stride and a dilation: that Keras computes here, and for no other convolution."""
    x = draw.image(low=3, channels=3)
    kh, kw = draw.pair(1, 4)
    strides, dilation = (draw.number(1, 3),) * 2, draw.pair(1, 2)
    kernel = draw.eighths(kh, kw, x.shape[2], draw.number(1, 3))
    bias, padding = draw.eighths(kernel.shape[2] * kernel.shape[3]), draw.one_of("valid", "same")
    return Case(
        f"depthwise {x.shape} {kernel.shape} {strides} {padding} d{dilation}",
        x,
        lambda: depthwise(kernel, bias, strides, padding, dilation, "relu"),
        lambda: keras_layers().DepthwiseConv2D(
            (kh, kw), strides, padding, kernel.shape[3], dilation_rate=dilation, activation="relu"
        ),
        [kernel, bias],
    )


def pooled_to_one_cell(draw: Draw) -> Case:
    x, largest = draw.image(), draw.chance(0.5)
    ours, name = (GlobalMaxPooling, "GlobalMaxPooling2D") if largest else (
        GlobalAveragePooling, "GlobalAveragePooling2D"
    )  # fmt: skip
    return Case(
        f"{name} keepdims {x.shape}",
        x,
        lambda: ours(keepdims=True),
        lambda: getattr(keras_layers(), name)(keepdims=True),
        [],
    )


NETWORK_KINDS = (
    borders, borders, centre_crop, upsampling, upsampling, reshaped, permuted, flattened_channels_first, rectifier,
    learned_rectifier, fixed_normalization, layer_normalization, depthwise_by_its_own_name, pooled_to_one_cell,
)  # fmt: skip


def network_case(seed: int) -> Case:
    """The same case for the same seed, the kinds in turn."""
    return NETWORK_KINDS[seed % len(NETWORK_KINDS)](Draw(seed))


_NAMES = {"concatenate": "Concatenate"} | {kind: kind.capitalize() for kind in MERGE_KINDS}


def merge_case(seed: int) -> MergeCase:
    """Images or vectors of equal shapes, of shapes that stretch, or (seldom) of shapes that do not go together."""
    draw = Draw(seed)
    kind = MERGE_KINDS[seed % len(MERGE_KINDS)]
    shape = draw.image().shape if draw.chance(0.8) else (draw.number(1, 20),)
    many = 2 if kind == "subtract" else draw.number(2, 4)
    axis = draw.number(0, len(shape) - 1)
    make = joined_shape if kind == "concatenate" else stretched_shape
    inputs = [draw.eighths(*make(draw, shape, axis)) for _ in range(many)]
    told = axis if draw.chance(0.5) else axis - len(shape)
    settings = {"axis": told + 1 if told >= 0 else told} if kind == "concatenate" else {}
    return MergeCase(
        f"{kind} {told} {[x.shape for x in inputs]}",
        inputs,
        lambda: Merge(kind, told),
        lambda: getattr(keras_layers(), _NAMES[kind])(**settings),
    )


def joined_shape(draw: Draw, shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    wrong = draw.chance(0.03)
    return tuple(
        draw.number(1, 4) if k == axis else size + wrong for k, size in enumerate(shape)
    )  # fmt: skip


def stretched_shape(draw: Draw, shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    if draw.chance(0.03):
        return tuple(size + 1 for size in shape)
    if len(shape) == 3 and draw.chance(0.2):
        return (1, 1, shape[2])
    if len(shape) == 3 and draw.chance(0.1):
        return (shape[2],)
    return shape
