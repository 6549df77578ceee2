"""What people call the filters of a layer, and what these read: a dense layer has units, which have inputs."""

from __future__ import annotations

from convlab.network.description import Layer


def filter_word(layer: Layer | None) -> str:
    """What one of its filters is called."""
    return "unit" if layer is not None and layer.kind == "Dense" else "filter"


def channel_word(layer: Layer | None) -> str:
    """What one of the things is called that its filters have a weight (or a slice of weights) for."""
    return "input" if layer is not None and layer.kind == "Dense" else "channel"
