"""Whether the weights that a file holds fit the layer that they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from convlab.network.description import Layer, OpenShape, Setting, Shape, Weight
from convlab.network.layer_kinds import KINDS, weight_roles
from convlab.network.shape_rules import axes_of
from convlab.plain_text import safe_text

Wanted = tuple[int | None, ...]
"""A shape of which some axes are known."""

_NOT_NEEDED = ("count",)
"""Of Normalization: how many numbers it saw when it learned, which changes nothing any more."""


def with_weights(layer: Layer, weights: tuple[Weight, ...]) -> Layer:
    """The layer with its weights; with a problem where they do not fit its settings."""
    layer = replace(layer, weights=weights)
    if layer.problem or layer.kind not in KINDS:
        return layer
    roles = _needed(weight_roles(layer.kind, layer.settings) or ())
    name = safe_text(layer.name)
    if roles and not weights:
        return replace(layer, problem=f"The file holds no weights for {name}.")
    if roles != _needed(weight.role for weight in weights) or not _fit(layer):
        return replace(layer, problem=f"The weights of {name} do not fit its settings.")
    return layer


def _needed(roles: Iterable[str]) -> list[str]:
    return sorted(role for role in roles if role not in _NOT_NEEDED)


def misfit(layer: Layer, inputs: Sequence[OpenShape]) -> str:
    """Why the weights are not for what reaches the layer, as a clause; "" if they are. Its axes exist."""
    wanted = channels_read(layer)
    if wanted is not None and inputs and inputs[0] and layer.kind != "BatchNormalization":
        if inputs[0][-1] not in (None, wanted):
            return f"its weights are for {wanted:,} channels, and {inputs[0][-1]:,} reach it"
        return ""
    sizes = _along_axes(layer, inputs[0]) if inputs and layer.weights else None
    shapes = {weight.shape for weight in layer.weights if weight.role not in _NOT_NEEDED}
    if sizes is not None and any(not _matches(shape, sizes) for shape in shapes):
        return "its weights are for another number of channels than reach it"
    return ""


def _along_axes(layer: Layer, shape: OpenShape) -> Wanted | None:
    """The shape of the weights of a layer that has one for every place along some axes; None for other layers."""
    rank = len(shape)
    if layer.kind == "PReLU":
        shared = layer.settings.get("shared_axes") or ()
        assert isinstance(shared, tuple)
        return tuple(1 if axis + 1 in shared else n for axis, n in enumerate(shape))
    if layer.kind in ("BatchNormalization", "LayerNormalization", "GroupNormalization", "Normalization"):
        axis = layer.settings.get("axis", -1)
        axes = () if axis is None else axes_of(axis, rank)
        return tuple(shape[one] for one in axes)
    return None


def image_axes(layer: Layer) -> int:
    """How many axes a kernel slides over, by the name of the kind."""
    return 1 if "1D" in layer.kind else 2


def channels_read(layer: Layer) -> int | None:
    """How many channels or numbers a layer's weights are for; None if they do not tell."""
    kernel, groups = layer.kernel, layer.settings.get("groups", 1)
    if layer.kind == "BatchNormalization":
        return layer.weights[-1].shape[0] if layer.weights and layer.weights[-1].shape else None
    if kernel is None or len(kernel.shape) < 2:
        return None
    if layer.kind == "Dense" and len(kernel.shape) == 2:
        return kernel.shape[0]
    if len(kernel.shape) != image_axes(layer) + 2:
        return None
    if layer.kind.endswith("Transpose"):
        return kernel.shape[-1]
    return kernel.shape[-2] * (
        groups if layer.kind in ("Conv1D", "Conv2D") and isinstance(groups, int) else 1
    )


def _fit(layer: Layer) -> bool:
    wanted = _wanted(layer)
    return all(
        weight.role not in wanted or _matches(weight.shape, wanted[weight.role]) for weight in layer.weights
    )


def _matches(shape: Shape, wanted: Wanted) -> bool:
    return len(shape) == len(wanted) and all(k in (n, None) for n, k in zip(shape, wanted, strict=True))


def _wanted(layer: Layer) -> Mapping[str, Wanted]:
    """The shapes of weights, as far as the settings tell them (Keras's `build` methods)."""
    settings = layer.settings
    filters = _whole(settings.get("filters"))
    if layer.kind.startswith(("Conv1D", "Conv2D")):
        kernel = _kernel(layer)
        last: Wanted = (filters, None) if layer.kind.endswith("Transpose") else (None, filters)
        return {"kernel": (*kernel, *last), "bias": (filters,)}
    if layer.kind.startswith("DepthwiseConv"):
        return {"depthwise_kernel": (*_kernel(layer), None, _whole(settings.get("depth_multiplier", 1)))}
    if layer.kind.startswith("SeparableConv"):
        kernel = _kernel(layer)
        return {
            "depthwise_kernel": (*kernel, None, _whole(settings.get("depth_multiplier", 1))),
            "pointwise_kernel": (*(1,) * len(kernel), None, filters),
            "bias": (filters,),
        }
    if layer.kind == "Dense":
        units = _whole(settings.get("units"))
        return {"kernel": (None, units), "bias": (units,)}
    return {}


def _kernel(layer: Layer) -> Wanted:
    size = layer.settings.get("kernel_size")
    return size if isinstance(size, tuple) else (_whole(size),) * image_axes(layer)


def _whole(value: Setting) -> int | None:
    return value if isinstance(value, int) else None
