"""Outline: the layers that a recipe makes, without Keras: what each is, the shape of its output and its weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Shape = tuple[int, ...]
Call = tuple[str, tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """A layer. kind: the name of Keras's class; words: its settings; shape: of its output, without the batch."""

    kind: str
    words: str
    shape: Shape
    weights: int


class _Layers:
    """Stands in for keras.layers: notes what would be made."""

    def __getattr__(self, kind: str) -> Callable[..., Call]:
        return lambda *arguments, **settings: (kind, arguments, settings)


def outline(
    make: Callable[[Any, float, int], list[Any]], dropout: float, shape: Shape, classes: int
) -> tuple[Row, ...]:
    """What `make(layers, dropout, classes)` makes for images of this shape, (rows, columns, channels).

    Raises ValueError for images that are too small, and for a kind of layer that is not known here.
    """
    rows: list[Row] = []
    for kind, arguments, settings in make(_Layers(), dropout, classes):
        if kind not in _KINDS:
            raise ValueError(f"no such layer: {kind}")
        row = _KINDS[kind](kind, rows[-1].shape if rows else shape, arguments, settings)
        if min(row.shape) < 1:
            raise ValueError("the images are too small")
        rows.append(row)
    return tuple(rows)


def _convolution(kind: str, shape: Shape, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Row:
    filters, size = arguments
    separable = kind == "SeparableConv2D"
    lost = 0 if settings.get("padding") == "same" else size - 1
    weights = shape[2] * filters + size * size * shape[2] if separable else size * size * shape[2] * filters
    weights += filters if settings.get("use_bias", True) else 0
    words = [f"{size}×{size}", f"{filters:,} filters", *_activation(settings)]
    return Row(kind, " · ".join(words), (shape[0] - lost, shape[1] - lost, filters), weights)


def _pooling(kind: str, shape: Shape, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Row:
    (size,) = arguments
    return Row(kind, f"{size}×{size}", (shape[0] // size, shape[1] // size, shape[2]), 0)


def _dense(kind: str, shape: Shape, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Row:
    (units,) = arguments
    words = [f"{units:,} units", *_activation(settings)]
    return Row(kind, " · ".join(words), (units,), shape[-1] * units + units)


def _flatten(kind: str, shape: Shape, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Row:
    count = 1
    for length in shape:
        count *= length
    return Row(kind, "all numbers in one row", (count,), 0)


def _mean(kind: str, shape: Shape, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Row:
    return Row(kind, "mean of each map", (shape[2],), 0)


def _dropout(kind: str, shape: Shape, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Row:
    return Row(kind, f"leaves out {100 * arguments[0]:g} %", shape, 0)


def _normalization(kind: str, shape: Shape, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Row:
    return Row(kind, "scaled and shifted, map by map", shape, 4 * shape[-1])


def _function(kind: str, shape: Shape, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Row:
    return Row(kind, "".join(_activation({"activation": arguments[0]})), shape, 0)


_TITLES = {"relu": "ReLU", "softmax": "softmax", "linear": "linear"}


def _activation(settings: dict[str, Any]) -> list[str]:
    name = settings.get("activation")
    return [_TITLES.get(str(name), str(name))] if name is not None else []


_KINDS: dict[str, Callable[[str, Shape, tuple[Any, ...], dict[str, Any]], Row]] = {
    "Conv2D": _convolution,
    "SeparableConv2D": _convolution,
    "MaxPooling2D": _pooling,
    "Flatten": _flatten,
    "Dense": _dense,
    "GlobalAveragePooling2D": _mean,
    "Dropout": _dropout,
    "BatchNormalization": _normalization,
    "Activation": _function,
}
