"""Networks of channels-first images, described channels last: a window sees the same cells either way.

Kernels are the same for both orders. Axes are turned; what depends on the order of numbers in memory (Flatten, Reshape)
is turned where that is possible, and is not computed where it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from convlab.network.description import Layer, OpenShape
from convlab.network.entries import Entry
from convlab.plain_text import safe_text

_AXES = {1: -1, -3: -1, 2: 1, -2: 1, 3: 2, -1: 2}
"""Axes of (batch, channels, rows, columns), as axes of (batch, rows, columns, channels)."""

_DEPENDS_ON_ORDER = ("Reshape", "Permute", "PReLU", "Normalization")


def is_channels_first(entries: Sequence[Entry]) -> bool:
    """Whether the layers that slide over images say so."""
    return any(entry.config.get("data_format") in ("channels_first", "th") for entry in entries) or any(
        entry.config.get("dim_ordering") == "th" for entry in entries
    )


def image_last(shape: OpenShape) -> OpenShape:
    """(channels, rows, columns) as (rows, columns, channels)."""
    return (*shape[1:], shape[0]) if len(shape) == 3 else shape


def turned(layer: Layer, entry: Entry) -> Layer:
    """A layer of a channels-first network, for images whose channels are last."""
    if layer.problem:
        return layer
    settings = dict(layer.settings)
    if layer.kind in ("BatchNormalization", "LayerNormalization", "GroupNormalization", "Concatenate"):
        axis = settings.get("axis", -1)
        if axis not in _AXES:
            return _not_turned(layer)
        settings["axis"] = _AXES[axis]  # type: ignore[index]
        if layer.kind != "Concatenate" and settings["axis"] != -1:
            return _not_turned(layer)
    elif layer.kind == "Flatten" and entry.config.get("data_format") != "channels_first":
        settings["order"] = "channels_first"
    elif layer.kind == "Softmax" or layer.kind in _DEPENDS_ON_ORDER:
        return _not_turned(layer) if layer.kind != "Softmax" else layer
    return replace(layer, settings=settings)


def _not_turned(layer: Layer) -> Layer:
    text = f"{safe_text(layer.name)} ({layer.kind}) is not computed in a network whose channels come first."
    return replace(layer, problem=text)
