"""How the images of a network have to be prepared: a guess, with the reason in one sentence, since files do not tell.

What a preparation does to the numbers stands in preparation.py; its names are given here too.
Looked at in this order: layers that scale the image themselves; the family of networks that it belongs to; what its
output looks like; its input. People see the sentence beside the choice, and can choose otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from convlab.network.description import Layer, Network, OpenShape
from convlab.network.families import family_of
from convlab.network.landmarks import closed
from convlab.network.operations_of import ONLY_IN_TRAINING
from convlab.network.preparation import (
    CHANNELS,
    FITS,
    SCALINGS,
    Preparation,
    picture_size,
    pictured,
    prepare,
)
from convlab.network.shapes import with_input_shapes
from convlab.plain_text import safe_text

__all__ = [
    "CHANNELS",
    "FITS",
    "SCALINGS",
    "Guess",
    "Preparation",
    "guess",
    "open_size",
    "picture_size",
    "pictured",
    "prepare",
]

OPEN_SIZE = 128
"""Rows and columns proposed where a network leaves them open: quick to compute, and 32 divides it, which deep networks
with branches need."""
_OTHER_SIZES = (224, 256, 64, 32)  # tried where that size does not come through

_SMALL = 64  # rows and columns of what counts as a small image
_PASSING = {
    "InputLayer", "Reshape", "Permute", "Resizing", "CenterCrop", "ZeroPadding2D", "Cropping2D",
    "RandomCrop", *ONLY_IN_TRAINING,
}  # fmt: skip
_PROGRAMS = {"Lambda", "TFOpLambda", "SlicingOpLambda", "TrueDivide", "Divide", "GetItem"}
_SMALLEST_LARGE_SCALE = 0.05  # below it (1/255, 1/127.5) a Rescaling expects levels up to 255


@dataclass(frozen=True)
class Guess:
    """A preparation, and why it is proposed: one sentence."""

    preparation: Preparation
    why: str


def guess(network: Network) -> Guess:
    """How the images of this network probably have to be prepared."""
    scaling, why = _by_layers(network) or _by_family(network) or _by_output(network) or _by_input(network)
    return Guess(Preparation(fit=_fit(network), scaling=scaling), why)


def open_size(network: Network) -> tuple[int, int] | None:
    """Rows and columns to begin with where the first input leaves them open; None where it does not."""
    shape = network.input_shape
    if shape is None or len(shape) < 2 or None not in shape[:2]:
        return None
    family = family_of(network)
    proposed = dict.fromkeys((family.size if family is not None else OPEN_SIZE, OPEN_SIZE, *_OTHER_SIZES))
    sizes = [(shape[0] or shape[1] or side, shape[1] or shape[0] or side) for side in proposed]
    return next((size for size in sizes if _is_possible(network, size)), sizes[0])


def _is_possible(network: Network, size: tuple[int, int]) -> bool:
    """Whether an image of this size comes through to the outputs."""
    given = {node: closed(network.nodes[node].shape, size) for node in network.inputs}
    sized = with_input_shapes(network, given)
    return not any(sized.nodes[node].problem for node in network.outputs)


# --- evidence: a scaling and a sentence, or nothing ---

Evidence = tuple[str, str]


def _by_layers(network: Network) -> Evidence | None:
    """The network scales its images itself."""
    for layer in _first_layers(network):
        name = safe_text(layer.name)
        if layer.kind == "Rescaling":
            return _by_rescaling(layer, name)
        if layer.kind == "Normalization":
            return "0 to 255", f"Its layer {name} normalises the image itself, so it gets levels of 0 to 255."
        if layer.kind in _PROGRAMS:
            return "0 to 255", f"Its first layer {name} is a program, most often one that scales 0 to 255."
    return None


def _by_rescaling(layer: Layer, name: str) -> Evidence:
    if _largest(layer.settings.get("scale")) < _SMALLEST_LARGE_SCALE:
        return "0 to 255", f"Its layer {name} scales the image itself, so it gets levels of 0 to 255."
    return "0 to 1", f"Its layer {name} scales the image itself, from 0 to 1."


def _largest(value: Any) -> float:
    """Of a number, or of one number for each channel."""
    if isinstance(value, tuple):
        return max(map(_largest, value), default=0.0)
    return abs(float(value)) if isinstance(value, int | float) else 0.0


def _by_family(network: Network) -> Evidence | None:
    family = family_of(network)
    if family is None:
        return None
    return family.scaling, f"It looks like {_article(family.title)}, and these were trained so in Keras."


def _article(title: str) -> str:
    return f"an {title}" if title[0] in "AEIOUX" else f"a {title}"


def _by_output(network: Network) -> Evidence | None:
    """Networks that make images mostly give what they get."""
    if not network.outputs:
        return None
    node = network.nodes[network.outputs[0]]
    activation = network.layers[node.layer].settings.get("activation")
    if node.shape is None or len(node.shape) != 3 or activation not in ("tanh", "sigmoid"):
        return None
    scaling = "−1 to 1" if activation == "tanh" else "0 to 1"
    return scaling, f"Its output is an image of {scaling} ({activation}), so its input probably is too."


def _by_input(network: Network) -> Evidence:
    shape = network.input_shape
    if shape is not None and _is_small_and_grey(shape):
        return "0 to 1", "It reads small grey images, which are nearly always given as 0 to 1."
    return "0 to 1", "Nothing in the file tells; 0 to 1 is the most common."


# --- the network ---


def _first_layers(network: Network) -> Iterator[Layer]:
    """The layers that an image meets first, along the only way there is, up to the first that does not merely pass it."""
    node = network.inputs[0] if network.inputs else None
    while node is not None:
        layer = network.layer_of(node)
        yield layer
        if layer.kind not in _PASSING:
            return
        readers = network.readers_of[node]
        node = readers[0] if len(readers) == 1 else None


def _is_small_and_grey(shape: OpenShape) -> bool:
    sides = [n for n in shape[:2] if n is not None]
    grey = len(shape) == 2 or (len(shape) == 3 and shape[2] == 1)
    return grey and len(sides) == 2 and max(sides) <= _SMALL


def _fit(network: Network) -> str:
    """Drawings keep their proportions; Teachable Machine cuts the middle out; everybody else stretches."""
    if any(layer.is_network and layer.name == "model1" for layer in network.layers):
        return "crop"
    shape = network.input_shape
    return "pad" if shape is not None and _is_small_and_grey(shape) else "resize"
