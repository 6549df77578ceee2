"""What kinds of layers look like in lists: a colour for each family, and a shape in words."""

from __future__ import annotations

from convlab.network.description import Layer, OpenShape
from convlab.network.layer_kinds import MERGES

_FILTERS = ("Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
_FILTERS_TOO = ("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D")
_SCALING = ("Rescaling", "Resizing", "CenterCrop")


def kind_color(layer: Layer) -> str:
    """The name, in the palette, of the colour of the family that a layer belongs to."""
    kind = layer.kind
    if kind in _FILTERS or kind in _FILTERS_TOO:
        return "kind_filters"
    if "Pooling" in kind or kind.startswith("UpSampling"):
        return "kind_pooling"
    if kind == "Dense":
        return "kind_dense"
    if "Normalization" in kind or kind in _SCALING:
        return "kind_scaling"
    return "kind_merge" if kind in MERGES else "kind_other"


def shape_text(shape: OpenShape | None) -> str:
    """Such as "28×28×64", "1,000", "?×?×3"; "" for one that is not known."""
    return "×".join("?" if n is None else f"{n:,}" for n in shape or ())


def count_text(count: int, thing: str) -> str:
    """Such as "1 map" or "1,024 maps"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
