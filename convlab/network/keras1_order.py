"""The axes of kernels that Keras 0.x and 1.x wrote, and Theano's way of looking at them.

Today's order is (rows, columns, input channels, filters). Sources: Keras 2.3, `keras/engine/saving.py`,
preprocess_weights_for_loading: Theano's order is (filters, input channels, rows, columns), one-dimensional kernels had an
axis more, and transposed ones had their channels the other way round. The back end Theano turned kernels round (a true
convolution), so that its kernels stand upside down today; files name the back end since Keras 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convlab.network.description import Layer, Setting, Shape
from convlab.network.stored_weights import Order

_FLIPPED = {"Conv1D": 1, "Conv2D": 2, "Conv3D": 3, "Conv2DTranspose": 2}
_FILTERS_FIRST = (2, 3, 1, 0)


def order_of(
    layer: Layer, config: Mapping[str, Any], role: str, stored: Shape, keras_version: str, backend: str
) -> Order:
    """How today's kernel is made from a stored one; of all other weights the order is today's.

    config: the layer's settings as the file has them, layer.settings: by today's names.
    """
    if role not in ("kernel", "depthwise_kernel", "pointwise_kernel"):
        return Order()
    order = _old_order(layer, config, role, stored) if is_old(keras_version) else Order()
    flips = _FLIPPED.get(layer.kind, 0) if backend.lower() == "theano" else 0
    return Order(order.axes, order.shape, flips)


def is_old(keras_version: str) -> bool:
    """Whether it is Keras 0.x or 1.x, which did not always say so."""
    return keras_version.split(".")[0] in ("", "0", "1")


def _old_order(layer: Layer, config: Mapping[str, Any], role: str, stored: Shape) -> Order:
    if len(stored) != 4:
        return Order()
    theano = config.get("dim_ordering") == "th"
    if layer.kind == "Conv1D":
        return _of_one_dimension(layer, stored)
    if layer.kind == "Conv2DTranspose":
        return Order((2, 3, 0, 1) if theano else (0, 1, 3, 2))
    if layer.kind in ("SeparableConv2D", "DepthwiseConv2D"):
        return Order(_FILTERS_FIRST) if theano else Order()
    if layer.kind != "Conv2D":
        return Order()
    size, filters = _pair(layer.settings.get("kernel_size")), layer.settings.get("filters")
    fits_today = stored[:2] == size and stored[3] == filters
    fits_theano = stored[2:] == size and stored[0] == filters
    return Order(_FILTERS_FIRST) if fits_theano and (theano or not fits_today) else Order()


def _of_one_dimension(layer: Layer, stored: Shape) -> Order:
    """(length, 1, in, filters), or before Keras 1.2 (filters, in, length, 1)."""
    length = _pair(layer.settings.get("kernel_size"))[0]
    today = stored[:2] == (length, 1) and stored[3] == layer.settings.get("filters")
    turned = stored if today else tuple(stored[axis] for axis in _FILTERS_FIRST)
    shape = (turned[0], *turned[2:])
    if turned[1] != 1:
        return Order()
    return Order((), shape) if today else Order(_FILTERS_FIRST, shape)


def _pair(value: Setting) -> Shape:
    if isinstance(value, tuple):
        return tuple(n for n in value if isinstance(n, int))
    return (value, value) if isinstance(value, int) else ()
