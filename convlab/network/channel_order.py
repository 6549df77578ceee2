"""Networks of channels-first images, described channels last: a window sees the same cells either way.

Kernels are the same for both orders. Axes are turned where three of them are an image; what depends on the order of
numbers in memory (Flatten, Reshape) is turned where that is possible, and is not computed where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from convlab.network.description import Layer, Node, OpenShape, Setting
from convlab.network.entries import Entry
from convlab.network.layer_kinds import MERGES
from convlab.plain_text import safe_text

_AXES = {1: -1, -3: -1, 2: 1, -2: 1, 3: 2, -1: 2}
"""Axes of (batch, channels, rows, columns), as axes of (batch, rows, columns, channels)."""

_FIRST, _LAST = ("channels_first", "th"), ("channels_last", "tf")
_IMAGE_AXES = 3
_ONE_WEIGHT_AXIS = ("BatchNormalization", "LayerNormalization", "GroupNormalization", "Normalization")


def is_channels_first(entries: Sequence[Entry]) -> bool:
    """Whether most of the layers that slide over images say so. Keras 0 did not say, and had no other order."""
    orders = [_order(entry) for entry in entries if entry.class_name != "Flatten"]
    first, last = (sum(order in known for order in orders) for known in (_FIRST, _LAST))
    if not first and not last:
        return any("nb_row" in entry.config and "border_mode" in entry.config for entry in entries)
    return first > 0 and first >= last


def _order(entry: Entry) -> str:
    order = entry.config.get("data_format", entry.config.get("dim_ordering"))
    return order if type(order) is str else ""


def image_last(shape: OpenShape) -> OpenShape:
    """(channels, rows, columns) as (rows, columns, channels)."""
    return (*shape[1:], shape[0]) if len(shape) == _IMAGE_AXES else shape


def turned(layers: Sequence[Layer], entries: Sequence[Entry], nodes: Sequence[Node]) -> list[Layer]:
    """The layers of a channels-first network, for images whose channels are last; with problems where that cannot be.

    entries: of the first rows, in order; rows after them are inputs that no entry describes.
    """
    found, axes = list(layers), list[int]()
    seen: set[int] = set()
    for node in nodes:
        row = node.layer
        read = [axes[source] for source in node.inputs]
        if read and row < len(entries) and row not in seen and not found[row].problem:
            seen.add(row)
            found[row] = _turned(found[row], entries[row], read)
        axes.append(_axes_after(found[row], read))
    return found


def _axes_after(layer: Layer, read: Sequence[int]) -> int:
    """How many axes the output has, the batch not counted."""
    settings = layer.settings
    if not read:
        shape = settings.get("shape")
        return len(shape) if isinstance(shape, tuple) else _IMAGE_AXES
    if layer.kind == "Flatten" or (layer.kind.startswith("Global") and not settings.get("keepdims")):
        return 1
    if layer.kind == "Reshape" and isinstance(settings.get("target_shape"), tuple):
        return len(settings["target_shape"])  # type: ignore[arg-type]
    return 2 if layer.kind == "RepeatVector" else max(read)


def _turned(layer: Layer, entry: Entry, read: Sequence[int]) -> Layer:
    order = _order(entry)
    if layer.kind.endswith(("1D", "1DTranspose")):
        return _not_turned(layer) if order in _FIRST else layer
    if order in _LAST and layer.kind != "Flatten":
        name = safe_text(layer.name)
        return replace(layer, problem=f"{name} reads images in another order than the rest of the network.")
    if layer.kind == "Reshape":
        return _reshape(layer, read[0])
    if max(read) != _IMAGE_AXES:
        return layer
    if layer.kind in MERGES and min(read) != _IMAGE_AXES:
        return _not_turned(layer)
    if layer.settings.get("activation") == "softmax":  # along the last axis, which was the columns
        return _not_turned(layer)
    turn = _TURNS.get(layer.kind)
    return layer if turn is None else turn(layer, order)


def _along_axes(layer: Layer, order: str) -> Layer:
    axis = layer.settings.get("axis", -1)
    if axis is None:
        return layer
    several = axis if isinstance(axis, tuple) else (axis,)
    if any(one not in _AXES for one in several) or (len(several) > 1 and layer.kind in _ONE_WEIGHT_AXIS):
        return _not_turned(layer)
    new = tuple(_AXES[one] for one in several)  # type: ignore[index]
    return _with(layer, axis=new if isinstance(axis, tuple) else new[0])


def _flatten(layer: Layer, order: str) -> Layer:
    """From Keras 2.2 on, one that knew of the order turned the image itself."""
    return layer if order in _FIRST else _with(layer, order="channels_first")


def _reshape(layer: Layer, axes: int) -> Layer:
    """A row of numbers out of an image is flat; an image of one channel has one order; others are not turned."""
    target = layer.settings.get("target_shape")
    assert isinstance(target, tuple)
    if axes == _IMAGE_AXES:
        flat = replace(layer, kind="Flatten", settings={"order": "channels_first"})
        return flat if len(target) == 1 else _not_turned(layer)
    if len(target) != _IMAGE_AXES:
        return layer
    return _with(layer, target_shape=(*target[1:], 1)) if target[0] == 1 else _not_turned(layer)


def _permute(layer: Layer, order: str) -> Layer:
    return layer if layer.settings.get("dims") == (1, 2, 3) else _not_turned(layer)


def _rescale(layer: Layer, order: str) -> Layer:
    rows = [isinstance(layer.settings.get(name), tuple) for name in ("scale", "offset")]
    return _not_turned(layer) if any(rows) else layer


def _not_turned(layer: Layer, order: str = "") -> Layer:
    text = f"{safe_text(layer.name)} ({layer.kind}) is not computed in a network whose channels come first."
    return replace(layer, problem=text)


def _with(layer: Layer, **settings: Setting) -> Layer:
    return replace(layer, settings={**layer.settings, **settings})


_TURNS: Mapping[str, Callable[[Layer, str], Layer]] = {
    **dict.fromkeys((*_ONE_WEIGHT_AXIS, "Softmax", "Concatenate"), _along_axes),
    "Flatten": _flatten,
    "Permute": _permute,
    "Rescaling": _rescale,
    "Dense": _not_turned,
    "PReLU": _not_turned,
}
"""What is done about the kinds that depend on the order; all others slide over rows and columns, or look at single cells."""
