"""Camera: the filters and feature maps of a network in training, at one moment."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from convlab.learning.events import Array, Frame, LayerInfo


class Camera:
    """Takes frames of a network: one compiled call for all maps of the image. Without an image it only knows the layers."""

    def __init__(self, model: Any, image: Array | None) -> None:
        self._layers = [layer for layer in model.layers if _is_filmed(layer)]
        self.layers = tuple(_info(layer) for layer in self._layers)
        self._probe: Any = None
        if self._layers and image is not None:
            self._image = tf.constant(image[np.newaxis], tf.float32)
            outputs = keras.Model(model.inputs, [layer.output for layer in self._layers])
            self._probe = tf.function(lambda pixels: outputs(pixels, training=False), autograph=False)
            self._probe(self._image)  # compiled before the time counts

    def take(self, batch: int) -> Frame:
        """The network as it is now."""
        maps = self._probe(self._image)
        maps = maps if isinstance(maps, list | tuple) else [maps]
        kernels = tuple(kernel_of(layer) for layer in self._layers)
        return Frame(batch, kernels, tuple(_own(one[0]) for one in maps))


def kernel_of(layer: Any) -> Array:
    """(rows, columns, channels, filters), or for a depthwise layer (rows, columns, channels, filters per channel).

    A convolution that is separable in depth has the kernel of the plain one that does the same: its slices, weighted.
    """
    if hasattr(layer, "pointwise_kernel"):
        slices, weights = _own(layer.depthwise_kernel), _own(layer.pointwise_kernel)
        rows, columns, channels, each = slices.shape
        return np.einsum("rcim,imo->rcio", slices, weights.reshape(channels, each, -1)).astype(np.float32)
    return _own(layer.kernel)


def _own(value: Any) -> Array:
    return np.array(keras.ops.convert_to_numpy(value), np.float32)


def _is_filmed(layer: Any) -> bool:
    kinds = keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.SeparableConv2D
    return isinstance(layer, kinds)


def _info(layer: Any) -> LayerInfo:
    rows, columns, filters = layer.output.shape[1:]
    return LayerInfo(layer.name, kernel_of(layer).shape, (int(rows), int(columns), int(filters)))
