"""Where to look first in a network: its first filters, what its prediction is made from, why a layer has no maps."""

from __future__ import annotations

from convlab.network.description import Network, OpenShape

_FILTER_KINDS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose")


def first_row(network: Network) -> int | None:
    """The first layer with filters, else the first with weights, else the first; None for no layers."""
    layers = network.layers
    rows = range(len(layers))
    chosen = [row for row in rows if layers[row].kind in _FILTER_KINDS]
    chosen = chosen or [row for row in rows if layers[row].weights] or list(rows)
    return chosen[0] if chosen else None


def has_own_activation(network: Network, row: int) -> bool:
    """Whether a layer applies an activation to what it computes, so that it has maps before and after it."""
    layer = network.layers[row]
    activation = layer.settings.get("activation", "linear")
    return layer.kind != "Activation" and activation not in (None, "linear")


def logits_of(network: Network, node: int) -> tuple[int, bool] | None:
    """The node, and whether its map before the activation is meant, that the activation of an output is applied to.

    None where an output has no activation.
    """
    layer = network.layer_of(node)
    if layer.kind in ("Softmax", "Activation") and network.nodes[node].inputs:
        return network.nodes[node].inputs[0], False
    return (node, True) if has_own_activation(network, network.nodes[node].layer) else None


def why_not_applied(network: Network, row: int) -> str:
    """Why a layer without a node has no maps."""
    layer = network.layers[row]
    if layer.problem:
        return layer.problem
    if layer.is_network:
        return "This is a network within the network: choose one of its layers."
    return "Nothing is connected to this layer."


def closed(shape: OpenShape | None, size: tuple[int, int]) -> OpenShape:
    """An image's shape with `size` for the rows and columns that the network leaves open."""
    if shape is None or len(shape) < 2:
        return shape or ()
    return tuple(size[axis] if n is None and axis < 2 else n for axis, n in enumerate(shape))
