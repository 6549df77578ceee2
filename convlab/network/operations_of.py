"""What a layer computes, as the operations that the Lab knows: a network's numbers are stepped like any others.

Settings are by Keras 3's names with Keras 3's defaults; weights come in the order of Layer.weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Layer
from convlab.operations.activations import ACTIVATIONS, ALIASES
from convlab.operations.borders import CenterCrop, Cropping, ZeroPadding
from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.merge import Merge
from convlab.operations.normalization import LayerNormalization, Normalization
from convlab.operations.operation import Operation
from convlab.operations.pointwise import Activation, BatchNormalization, Dropout, Rescaling
from convlab.operations.pooling import AveragePooling, GlobalAveragePooling, GlobalMaxPooling, MaxPooling
from convlab.operations.rectifiers import PReLU, ReLU
from convlab.operations.resampling import Resizing
from convlab.operations.reshape import Permute, Reshape
from convlab.operations.separable import depthwise, separable_parts
from convlab.operations.transpose import ConvolutionTranspose
from convlab.operations.upsampling import UpSampling
from convlab.plain_text import safe_text
from convlab.problems import Problem

Array = NDArray[np.float32]
Weights = Mapping[str, Array]
Operations = tuple[Operation, ...]

_NO_WEIGHTS = "Its weights are not all there."
_SLOPE_OF_FUNCTION = 0.2  # keras.activations.leaky_relu's; the layer LeakyReLU's own default is 0.3


ONLY_IN_TRAINING = (
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "GaussianNoise",
    "AlphaDropout", "ActivityRegularization", "Identity", "RandomBrightness", "RandomColorDegeneration",
    "RandomColorJitter", "RandomContrast", "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale",
    "RandomHue", "RandomInvert", "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation",
    "RandomSharpness", "RandomShear", "RandomTranslation", "RandomZoom",
)  # fmt: skip
"""Layers that pass everything unchanged once a network is trained."""


def operations_of(layer: Layer, weights: Sequence[Array]) -> Operations | Merge:
    """The operations of a layer, first to last; none for an InputLayer; a Merge for a layer that joins several inputs.

    Most layers are one operation, its activation included; a SeparableConv2D is two, and so is a global pooling that
    keeps its axes. weights: float32, as the description of the layer lists them. Raises Problem, which names the layer,
    for one that cannot be stepped through.
    """
    if layer.problem:
        raise Problem(layer.problem)
    if layer.kind in _MERGES:
        return Merge(_MERGES[layer.kind], _axis(layer))
    make = _MAKERS.get(layer.kind)
    if make is None:
        raise _not_stepped(layer, "What it computes is not shown cell by cell.")
    if len(weights) != len(layer.weights):
        raise _not_stepped(layer, _NO_WEIGHTS)
    by_role = {weight.role: array for weight, array in zip(layer.weights, weights, strict=True)}
    try:
        return make(layer, by_role)
    except KeyError as reason:
        raise _not_stepped(layer, _NO_WEIGHTS) from reason
    except (TypeError, ValueError) as reason:
        raise _not_stepped(layer, "With these settings it is not shown cell by cell.") from reason


def is_stepped(layer: Layer) -> bool:
    """Whether layers of this kind can be stepped through; an InputLayer cannot: it is where the steps end."""
    return (
        not layer.problem and (layer.kind in _MAKERS or layer.kind in _MERGES) and layer.kind != "InputLayer"
    )


def _not_stepped(layer: Layer, why: str) -> Problem:
    name, kind = safe_text(layer.name), safe_text(layer.kind or layer.file_kind or "layer")
    return Problem(f"{name} ({kind}) cannot be stepped through.", why)


def function_of(layer: Layer) -> Activation | None:
    """The activation that a layer applies to what it computes; None for none. Raises ValueError for an unknown one."""
    name = layer.settings.get("activation")
    if name is None or name == "linear":
        return None
    known = ALIASES.get(str(name), str(name))
    if known not in ACTIVATIONS:
        raise ValueError(f"there is no activation named {name!r}")
    return Activation(
        known,
        negative_slope=_number(layer, "activation_slope", _SLOPE_OF_FUNCTION),
        alpha=_number(layer, "activation_alpha", 1.0),
    )


def _axis(layer: Layer) -> int:
    """Along which axis a layer joins its inputs; Keras counts the batch as axis 0, operations have none."""
    axis = layer.settings.get("axis", -1)
    if not isinstance(axis, int) or axis == 0:
        raise _not_stepped(layer, "It joins its inputs along an axis that is not shown.")
    return axis - 1 if axis > 0 else axis


# --- layers with kernels ---


def _convolution(layer: Layer, weights: Weights) -> Operations:
    settings = _chosen(layer, "strides", "padding", "dilation_rate", "groups")
    return (Convolution(weights["kernel"], weights.get("bias"), **settings, activation=function_of(layer)),)


def _depthwise(layer: Layer, weights: Weights) -> Operations:
    kernel = weights["depthwise_kernel"] if "depthwise_kernel" in weights else weights["kernel"]
    settings = _chosen(layer, "strides", "padding", "dilation_rate")
    return (depthwise(kernel, weights.get("bias"), **settings, activation=function_of(layer)),)


def _separable(layer: Layer, weights: Weights) -> Operations:
    return separable_parts(
        weights["depthwise_kernel"],
        weights["pointwise_kernel"],
        weights.get("bias"),
        **_chosen(layer, "strides", "padding", "dilation_rate"),
        activation=function_of(layer),
    )


def _transposed(layer: Layer, weights: Weights) -> Operations:
    settings = _chosen(layer, "strides", "padding", "output_padding", "dilation_rate")
    return (
        ConvolutionTranspose(
            weights["kernel"], weights.get("bias"), **settings, activation=function_of(layer)
        ),
    )


def _dense(layer: Layer, weights: Weights) -> Operations:
    return (Dense(weights["kernel"], weights.get("bias"), function_of(layer)),)


# --- normalisation ---


def _batch_normalization(layer: Layer, weights: Weights) -> Operations:
    if not _works_on_the_last_axis(layer):
        raise ValueError("of another axis")
    mean, variance = weights["moving_mean"], weights["moving_variance"]
    gamma = weights.get("gamma", np.ones_like(mean))
    beta = weights.get("beta", np.zeros_like(mean))
    return (BatchNormalization(gamma, beta, mean, variance, _number(layer, "epsilon", 1e-3)),)


def _layer_normalization(layer: Layer, weights: Weights) -> Operations:
    if not _works_on_the_last_axis(layer) or layer.settings.get("rms_scaling"):
        raise ValueError("of another axis or kind")
    either = weights["gamma"] if "gamma" in weights else weights["beta"]
    gamma, beta = weights.get("gamma", np.ones_like(either)), weights.get("beta", np.zeros_like(either))
    return (LayerNormalization(gamma, beta, _number(layer, "epsilon", 1e-3)),)


def _normalization(layer: Layer, weights: Weights) -> Operations:
    if layer.settings.get("axis", -1) in (1, 2, -2, -3):
        raise ValueError("of another axis")
    mean, variance = (
        weights[name] if name in weights else _without_leading_ones(layer.settings[name])
        for name in ("mean", "variance")
    )
    return (Normalization(mean, variance),)


def _without_leading_ones(numbers: Any) -> Array:
    """Numbers for the last axes: files of Keras 2 give them with all axes, the batch included."""
    array = np.array(numbers, np.float32)
    while array.ndim > 1 and len(array) == 1:
        array = array[0]
    return array


# --- activations ---


def _activation(layer: Layer, weights: Weights) -> Operations:
    return (function_of(layer) or Activation("linear"),)


def _softmax(layer: Layer, weights: Weights) -> Operations:
    if not _works_on_the_last_axis(layer):
        raise ValueError("of another axis")
    return (Activation("softmax"),)


def _relu(layer: Layer, weights: Weights) -> Operations:
    limit = layer.settings.get("max_value")
    slope, threshold = _number(layer, "negative_slope", 0.0), _number(layer, "threshold", 0.0)
    if limit is None and not slope and not threshold:
        return (Activation("relu"),)
    return (ReLU(None if limit is None else _number(layer, "max_value", 0.0), slope, threshold),)


def _resizing(layer: Layer, weights: Weights) -> Operations:
    if layer.settings.get("crop_to_aspect_ratio") or layer.settings.get("pad_to_aspect_ratio"):
        raise ValueError("keeps proportions")
    return (Resizing(**_chosen(layer, "height", "width", "interpolation")),)


def _dropout(layer: Layer, weights: Weights) -> Operations:
    return (Dropout(_number(layer, "rate", 0.0)),)


# --- global pooling ---


def _global(pooling: Operation) -> Callable[[Layer, Weights], Operations]:
    def make(layer: Layer, weights: Weights) -> Operations:
        return (pooling, Reshape((1, 1, -1))) if layer.settings.get("keepdims") else (pooling,)

    return make


# --- settings ---


def _with(operation: type[Operation], *names: str) -> Callable[[Layer, Weights], Operations]:
    """For an operation without weights whose fields are called as the layer's settings are."""

    def make(layer: Layer, weights: Weights) -> Operations:
        return (operation(**_chosen(layer, *names)),)

    return make


def _chosen(layer: Layer, *names: str) -> dict[str, Any]:
    """These settings as far as the layer has them."""
    return {name: layer.settings[name] for name in names if layer.settings.get(name) is not None}


def _works_on_the_last_axis(layer: Layer) -> bool:
    """The last axis is −1, or 3 of an image (Keras counts the batch); where sizes are known it is always called −1."""
    axis = layer.settings.get("axis", -1)
    return (axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis) in (-1, 3)


def _number(layer: Layer, name: str, default: float) -> float:
    value = layer.settings.get(name, default)
    if not isinstance(value, int | float):
        raise TypeError(f"{name} is {value!r}")
    return float(value)


_POOL = ("pool_size", "strides", "padding")
_MAKERS: dict[str, Callable[[Layer, Weights], Operations]] = {
    "InputLayer": lambda layer, weights: (),
    "Conv2D": _convolution,
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    "Conv2DTranspose": _transposed,
    "Dense": _dense,
    "Flatten": _with(Flatten, "order"),
    "Reshape": _with(Reshape, "target_shape"),
    "Permute": _with(Permute, "dims"),
    "MaxPooling2D": _with(MaxPooling, *_POOL),
    "AveragePooling2D": _with(AveragePooling, *_POOL),
    "GlobalMaxPooling2D": _global(GlobalMaxPooling()),
    "GlobalAveragePooling2D": _global(GlobalAveragePooling()),
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "Normalization": _normalization,
    "Rescaling": lambda layer, weights: (
        Rescaling(_number(layer, "scale", 1 / 255), _number(layer, "offset", 0.0)),
    ),
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": lambda layer, weights: (
        Activation("leaky_relu", negative_slope=_number(layer, "negative_slope", 0.3)),
    ),
    "ThresholdedReLU": lambda layer, weights: (ReLU(threshold=_number(layer, "theta", 1.0)),),
    "ELU": lambda layer, weights: (Activation("elu", alpha=_number(layer, "alpha", 1.0)),),
    "PReLU": lambda layer, weights: (PReLU(weights["alpha"]),),
    "Softmax": _softmax,
    "ZeroPadding2D": _with(ZeroPadding, "padding"),
    "Cropping2D": _with(Cropping, "cropping"),
    "Resizing": _resizing,
    "CenterCrop": _with(CenterCrop, "height", "width"),
    "UpSampling2D": _with(UpSampling, "size", "interpolation"),
    **dict.fromkeys(ONLY_IN_TRAINING, _dropout),
}

_MERGES = {
    kind: kind.lower()
    for kind in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
}
