"""A layer in a few words, as they stand beside its name: "3×3 · same · ReLU · 32 filters of 3×3×64"."""

from __future__ import annotations

from collections.abc import Iterable

from convlab.network.description import Layer
from convlab.network.filters import filter_count, kernel_number
from convlab.network.operations_of import function_of
from convlab.plain_text import safe_text

_KINDS = {
    "InputLayer": "the image as the network gets it",
    "MaxPooling2D": "maximum of each window",
    "AveragePooling2D": "mean of each window",
    "GlobalMaxPooling2D": "maximum of each map",
    "GlobalAveragePooling2D": "mean of each map",
    "Flatten": "all numbers in one row",
    "BatchNormalization": "batch normalisation",
    "LayerNormalization": "layer normalisation",
    "Dropout": "passes everything on at inference",
    "Add": "sum of its inputs",
    "Subtract": "difference of its inputs",
    "Multiply": "product of its inputs",
    "Average": "mean of its inputs",
    "Maximum": "maximum of its inputs",
    "Minimum": "minimum of its inputs",
    "Concatenate": "its inputs one after another",
}


def words_of(layer: Layer) -> str:
    """The settings that one asks for first, then what the filters are; for unknown kinds the name of the class."""
    parts = [
        _size(layer),
        _padding(layer),
        _strides(layer),
        _dilation(layer),
        _groups(layer),
        activation_title(layer),
    ]
    parts += [_filters(layer) or _KINDS.get(layer.kind, "" if any(parts) else _class(layer))]
    return " · ".join(part for part in parts if part)


def activation_title(layer: Layer) -> str:
    """Such as "ReLU"; "" for a layer without an activation."""
    try:
        function = function_of(layer)
    except ValueError:
        return safe_text(layer.settings.get("activation", ""), 24)
    return function.title if function is not None else ""


def times(numbers: Iterable[object]) -> str:
    """Such as "3×3"."""
    return "×".join(f"{n:,}" if isinstance(n, int) else str(n) for n in numbers)


def _pair(layer: Layer, name: str) -> tuple[object, ...]:
    value = layer.settings.get(name)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _size(layer: Layer) -> str:
    size = _pair(layer, "kernel_size") or _pair(layer, "pool_size") or _pair(layer, "size")
    return times(size)


def _padding(layer: Layer) -> str:
    padding = layer.settings.get("padding")
    return padding if isinstance(padding, str) else ""


def _strides(layer: Layer) -> str:
    return _same("stride", _pair(layer, "strides"))


def _dilation(layer: Layer) -> str:
    return _same("dilation", _pair(layer, "dilation_rate"))


def _same(word: str, pair: tuple[object, ...]) -> str:
    """ "stride 2", or "stride 2×1" where the axes differ; "" for 1."""
    if not pair or set(pair) == {1}:
        return ""
    return f"{word} {pair[0] if len(set(pair)) == 1 else times(pair)}"


def _groups(layer: Layer) -> str:
    groups = layer.settings.get("groups", 1)
    return f"{groups} groups" if isinstance(groups, int) and groups > 1 else ""


def _filters(layer: Layer) -> str:
    """How many filters of which size; of a dense layer how many units of how many weights."""
    number, count = kernel_number(layer), filter_count(layer)
    if number is None or count == 0:
        return ""
    shape = layer.weights[number].shape
    if layer.kind == "Dense":
        return f"{_counted(count, 'unit')} of {_counted(shape[0], 'weight')}"
    if layer.kind == "SeparableConv2D":
        return f"{_counted(count, 'filter')} over {shape[2]:,} depthwise maps"
    if layer.kind == "DepthwiseConv2D":
        return f"{_counted(count, 'filter')} of {times(shape[:2])}, one channel each"
    size = (*shape[:2], shape[3]) if layer.kind == "Conv2DTranspose" else shape[:-1]
    return f"{_counted(count, 'filter')} of {times(size)}"


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _class(layer: Layer) -> str:
    return safe_text(layer.file_kind or layer.kind, 40)
