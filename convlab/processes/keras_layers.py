"""Layers of Keras, made from descriptions: a table of the kinds that compute, and of the settings that reach Keras.

Nothing else of a description gets there: no name is looked up anywhere, and what is not in the table is not made.
Settings are by Keras 3's names. The activation that is part of a layer is applied apart, so that its map before it can be
seen. Imported by the engine only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers as kl
from numpy.typing import NDArray

from convlab.network.description import Layer, Shape
from convlab.problems import Problem

Tensor = Any
Array = NDArray[np.float32]
Function = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class _Row:
    """A kind of layer: its class, the settings that it takes, and what it is always told besides."""

    made_by: Callable[..., Any]
    settings: tuple[str, ...] = ()
    always: Mapping[str, Any] = field(default_factory=dict)


# What is drawn at random at first would be thrown away.
_ZERO_KERNEL = {"kernel_initializer": "zeros"}
_ZERO_DEPTHWISE = {"depthwise_initializer": "zeros"}
_ZERO_SEPARABLE = {"depthwise_initializer": "zeros", "pointwise_initializer": "zeros"}
_FILTERS = ("filters", "kernel_size", "strides", "padding", "use_bias")
_DEPTHWISE = ("kernel_size", "strides", "padding", "dilation_rate", "depth_multiplier", "use_bias")
_POOL = ("pool_size", "strides", "padding")
_NORMALIZED = ("axis", "epsilon", "center", "scale")
_GLOBAL = ("keepdims",)


def _leaky_relu(negative_slope: float = 0.3) -> Function:
    return kl.LeakyReLU(negative_slope=negative_slope)


def _thresholded_relu(theta: float = 1.0) -> Function:
    """Gone from Keras 3."""
    return lambda x: x * tf.cast(x > theta, x.dtype)


def _flatten(order: str = "channels_last") -> Function:
    """In the order of a channels_first network, whose maps are channels last here, the numbers come channel by channel."""

    def channel_by_channel(x: Tensor) -> Tensor:
        axes = (0, len(x.shape) - 1, *range(1, len(x.shape) - 1))
        return tf.reshape(tf.transpose(x, axes), (x.shape[0], -1))

    return channel_by_channel if order == "channels_first" else kl.Flatten()


class _Normalization(kl.Layer):  # type: ignore[misc]
    """Keras's Normalization without what it needs to adapt itself: (x − mean) / max(√variance, ε).

    mean, variance: for the axes that are kept, aligned with them from right to left, as Keras 3 does it.
    """

    def __init__(self, axis: Any = -1, mean: Any = None, variance: Any = None) -> None:
        super().__init__(name="normalization")  # its own would begin with "__", which TensorFlow refuses
        self._axes = () if axis is None else tuple(axis) if isinstance(axis, tuple | list) else (axis,)
        self._given = (0.0 if mean is None else mean), (1.0 if variance is None else variance)

    def build(self, input_shape: tuple[int, ...]) -> None:
        kept = sorted(axis % len(input_shape) for axis in self._axes)
        self._shape = tuple(n if axis in kept else 1 for axis, n in enumerate(input_shape))
        sizes = tuple(input_shape[axis] for axis in kept)
        self.mean, self.variance = (
            self.add_weight(shape=sizes, initializer=_constant(value, sizes), trainable=False)
            for value in self._given
        )

    def call(self, x: Tensor) -> Tensor:
        deviation = tf.maximum(tf.sqrt(tf.reshape(self.variance, self._shape)), keras.config.epsilon())
        return (x - tf.reshape(self.mean, self._shape)) / deviation


def _constant(value: Any, sizes: tuple[int, ...]) -> Any:
    """The numbers as a start; those of older files, which have all axes, are the same without the ones."""
    numbers = np.asarray(value, np.float32)
    numbers = np.squeeze(numbers) if numbers.ndim > len(sizes) else numbers
    return keras.initializers.Constant(np.broadcast_to(numbers, sizes))


_SAME = _Row(lambda: lambda x: x)

_ROWS: Mapping[str, _Row] = {
    "Conv1D": _Row(kl.Conv1D, (*_FILTERS, "dilation_rate", "groups"), _ZERO_KERNEL),
    "Conv2D": _Row(kl.Conv2D, (*_FILTERS, "dilation_rate", "groups"), _ZERO_KERNEL),
    "DepthwiseConv1D": _Row(kl.DepthwiseConv1D, _DEPTHWISE, _ZERO_DEPTHWISE),
    "DepthwiseConv2D": _Row(kl.DepthwiseConv2D, _DEPTHWISE, _ZERO_DEPTHWISE),
    "SeparableConv1D": _Row(kl.SeparableConv1D, ("filters", *_DEPTHWISE), _ZERO_SEPARABLE),
    "SeparableConv2D": _Row(kl.SeparableConv2D, ("filters", *_DEPTHWISE), _ZERO_SEPARABLE),
    "Conv1DTranspose": _Row(kl.Conv1DTranspose, (*_FILTERS, "output_padding", "dilation_rate"), _ZERO_KERNEL),
    "Conv2DTranspose": _Row(kl.Conv2DTranspose, (*_FILTERS, "output_padding", "dilation_rate"), _ZERO_KERNEL),
    "Dense": _Row(kl.Dense, ("units", "use_bias"), _ZERO_KERNEL),
    "MaxPooling1D": _Row(kl.MaxPooling1D, _POOL),
    "MaxPooling2D": _Row(kl.MaxPooling2D, _POOL),
    "AveragePooling1D": _Row(kl.AveragePooling1D, _POOL),
    "AveragePooling2D": _Row(kl.AveragePooling2D, _POOL),
    "GlobalMaxPooling1D": _Row(kl.GlobalMaxPooling1D, _GLOBAL),
    "GlobalMaxPooling2D": _Row(kl.GlobalMaxPooling2D, _GLOBAL),
    "GlobalAveragePooling1D": _Row(kl.GlobalAveragePooling1D, _GLOBAL),
    "GlobalAveragePooling2D": _Row(kl.GlobalAveragePooling2D, _GLOBAL),
    "ZeroPadding1D": _Row(kl.ZeroPadding1D, ("padding",)),
    "ZeroPadding2D": _Row(kl.ZeroPadding2D, ("padding",)),
    "Cropping1D": _Row(kl.Cropping1D, ("cropping",)),
    "Cropping2D": _Row(kl.Cropping2D, ("cropping",)),
    "UpSampling1D": _Row(kl.UpSampling1D, ("size",)),
    "UpSampling2D": _Row(kl.UpSampling2D, ("size", "interpolation")),
    "CenterCrop": _Row(kl.CenterCrop, ("height", "width")),
    "Resizing": _Row(
        kl.Resizing,
        (
            "height",
            "width",
            "interpolation",
            "crop_to_aspect_ratio",
            "pad_to_aspect_ratio",
            "fill_mode",
            "fill_value",
        ),
    ),
    "Rescaling": _Row(kl.Rescaling, ("scale", "offset")),
    "Normalization": _Row(_Normalization, ("axis", "mean", "variance")),
    "BatchNormalization": _Row(kl.BatchNormalization, _NORMALIZED),
    "LayerNormalization": _Row(kl.LayerNormalization, _NORMALIZED),
    "GroupNormalization": _Row(kl.GroupNormalization, ("groups", *_NORMALIZED)),
    "Flatten": _Row(_flatten, ("order",)),
    "Reshape": _Row(kl.Reshape, ("target_shape",)),
    "Permute": _Row(kl.Permute, ("dims",)),
    "RepeatVector": _Row(kl.RepeatVector, ("n",)),
    "ReLU": _Row(kl.ReLU, ("max_value", "negative_slope", "threshold")),
    "LeakyReLU": _Row(_leaky_relu, ("negative_slope",)),
    "PReLU": _Row(kl.PReLU, ("shared_axes",)),
    "ELU": _Row(kl.ELU, ("alpha",)),
    "Softmax": _Row(kl.Softmax, ("axis",)),
    "ThresholdedReLU": _Row(_thresholded_relu, ("theta",)),
    "Activation": _SAME,
    "InputLayer": _SAME,  # of a network within the network
    "Add": _Row(kl.Add),
    "Subtract": _Row(kl.Subtract),
    "Multiply": _Row(kl.Multiply),
    "Average": _Row(kl.Average),
    "Maximum": _Row(kl.Maximum),
    "Minimum": _Row(kl.Minimum),
    "Concatenate": _Row(kl.Concatenate, ("axis",)),
    # What is random while a network learns, and does nothing afterwards.
    **dict.fromkeys(
        (
            "ActivityRegularization",
            "AlphaDropout",
            "Dropout",
            "GaussianDropout",
            "GaussianNoise",
            "Identity",
            "RandomBrightness",
            "RandomColorDegeneration",
            "RandomColorJitter",
            "RandomContrast",
            "RandomErasing",
            "RandomFlip",
            "RandomGaussianBlur",
            "RandomGrayscale",
            "RandomHue",
            "RandomInvert",
            "RandomPerspective",
            "RandomPosterization",
            "RandomRotation",
            "RandomSaturation",
            "RandomSharpness",
            "RandomShear",
            "RandomTranslation",
            "RandomZoom",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
        ),
        _SAME,
    ),
}
_MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")

_ACTIVATIONS: Mapping[str, Function] = {
    "relu": keras.activations.relu,
    "relu6": keras.activations.relu6,
    "leaky_relu": keras.activations.leaky_relu,
    "elu": keras.activations.elu,
    "selu": keras.activations.selu,
    "gelu": keras.activations.gelu,
    "gelu_tanh": lambda x: keras.activations.gelu(x, approximate=True),
    "sigmoid": keras.activations.sigmoid,
    "hard_sigmoid": keras.activations.hard_sigmoid,
    "hard_sigmoid_keras2": lambda x: tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0),
    "tanh": keras.activations.tanh,
    "softmax": keras.activations.softmax,
    "softplus": keras.activations.softplus,
    "softsign": keras.activations.softsign,
    "silu": keras.activations.silu,
    "hard_silu": keras.activations.hard_silu,
    "exponential": keras.activations.exponential,
    "mish": keras.activations.mish,
}

_UNUSED_ROLES = ("count",)  # how many numbers a Normalization has seen

_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "kernel": ("kernel",),
    "depthwise_kernel": ("depthwise_kernel", "kernel"),
    "pointwise_kernel": ("pointwise_kernel",),
    "bias": ("bias",),
    "gamma": ("gamma",),
    "beta": ("beta",),
    "moving_mean": ("moving_mean",),
    "moving_variance": ("moving_variance",),
    "mean": ("mean",),
    "variance": ("variance",),
    "alpha": ("alpha",),
}
"""Where a layer of Keras keeps a weight, by its role: the first that it has."""

SETTINGS: Mapping[str, tuple[str, ...]] = {kind: row.settings for kind, row in _ROWS.items()}
"""What of a description reaches Keras, by kind of layer; the activation is applied apart."""


class Part:
    """One layer, made and given its weights.

    layer: its description. input_shapes: of what it reads at its first use, without the batch axis. weights: as the
    description lists them. Raises Problem for what is not in the table, or does not fit.
    """

    def __init__(self, layer: Layer, input_shapes: Sequence[Shape], weights: Sequence[Array]) -> None:
        self.name = layer.name
        self.activation = _activation(layer)
        self._merges = layer.kind in _MERGES
        self._roles = tuple(weight.role for weight in layer.weights)
        row = _ROWS.get(layer.kind)
        if row is None:
            raise Problem(f"{layer.name} is a {layer.kind}, which ConvLab does not compute.")
        settings = {key: layer.settings[key] for key in row.settings if key in layer.settings}
        self._function = row.made_by(**settings, **row.always)
        if isinstance(self._function, kl.Layer):
            shapes = [(None, *shape) for shape in input_shapes]
            self._function.build(shapes if self._merges else shapes[0])
        self._check_complete()
        self.set_weights(weights)

    def before(self, inputs: Sequence[Tensor]) -> Tensor:
        """What it computes, before its own activation."""
        return self._call(list(inputs) if self._merges else inputs[0])

    def _call(self, value: Any) -> Tensor:
        if isinstance(self._function, kl.BatchNormalization):
            return self._function(value, training=False)
        return self._function(value)

    def after(self, value: Tensor) -> Tensor:
        """The result, from what `before` computed."""
        return value if self.activation is None else self.activation(value)

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Other numbers, in the order of the description; the next call uses them. Raises Problem if they do not fit."""
        variables = [self._variable(role) for role in self._roles if role not in _UNUSED_ROLES]
        arrays = [
            array for role, array in zip(self._roles, weights, strict=False) if role not in _UNUSED_ROLES
        ]
        shapes = [None if variable is None else tuple(variable.shape) for variable in variables]
        if len(weights) != len(self._roles) or shapes != [array.shape for array in arrays]:
            raise Problem(f"The weights of {self.name} do not fit its settings.")
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)

    def _variable(self, role: str) -> Any:
        """Where the layer keeps a weight; None if it has none of this role."""
        for name in _ATTRIBUTES.get(role, ()):
            if getattr(self._function, name, None) is not None:
                return getattr(self._function, name)
        return None

    def _check_complete(self) -> None:
        """A weight that nobody gave would be zeros, which is wrong without being seen."""
        if isinstance(self._function, kl.Layer) and not isinstance(self._function, _Normalization):
            missing = len(self._function.weights) - len(self._roles)
            if missing:
                raise Problem(f"{self.name} has not all of its weights.")


def has_own_activation(layer: Layer) -> bool:
    """Whether a layer applies a function to what it computes itself, so that it has maps before it and after it."""
    return layer.kind != "Activation" and layer.settings.get("activation", "linear") not in (None, "linear")


def _activation(layer: Layer) -> Function | None:
    """The function that a layer applies to what it computes; None for none."""
    name = layer.settings.get("activation")
    if name is None or name == "linear":
        return None
    if name == "leaky_relu" and "activation_slope" in layer.settings:
        return kl.LeakyReLU(negative_slope=layer.settings["activation_slope"])
    if name == "elu" and "activation_alpha" in layer.settings:
        return kl.ELU(alpha=layer.settings["activation_alpha"])
    function = _ACTIVATIONS.get(name) if isinstance(name, str) else None
    if function is None:
        raise Problem(f"The activation of {layer.name} is not one that ConvLab computes.")
    return function
