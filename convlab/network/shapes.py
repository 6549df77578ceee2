"""The shapes of all maps, from the settings alone, and what has no maps: followed along the nodes. Open sizes stay open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from convlab.network.description import Layer, Network, Node, OpenShape
from convlab.network.fitting_weights import misfit
from convlab.network.shape_rules import Impossible, output_shape
from convlab.plain_text import safe_text

_FLOAT_BYTES = 4


def with_input_shapes(network: Network, given: Mapping[int, OpenShape]) -> Network:
    """The network with other shapes of its inputs: all shapes, and what cannot be computed for them, anew."""
    nodes: list[Node] = []
    culprits: list[int] = []  # for each node the first one on the way to it that has a reason of its own
    for number, node in enumerate(network.nodes):
        worse = [culprits[source] for source in node.inputs if nodes[source].problem]
        if not node.inputs:
            nodes.append(_input(network.layers[node.layer], node, given.get(number, node.shape)))
        else:
            waits_for = network.layer_of(worse[0]) if worse else None
            nodes.append(_applied(network.layers[node.layer], nodes, node, waits_for))
        culprits.append(worse[0] if worse and not network.layers[node.layer].problem else number)
    return replace(network, nodes=tuple(nodes))


def memory_of(network: Network) -> int:
    """Bytes of all maps together, float32; open sizes count as 1."""
    return sum(_FLOAT_BYTES * math.prod(n or 1 for n in node.shape or ()) for node in network.nodes)


def _input(layer: Layer, node: Node, shape: OpenShape | None) -> Node:
    why = "" if shape is not None else "The file does not tell the size of the image."
    return replace(node, shape=shape, problem=layer.problem or why)


def _applied(layer: Layer, before: Sequence[Node], node: Node, waits_for: Layer | None) -> Node:
    """A node with its shape, and why it has no maps: its layer's reason, its own, or that of a node before it."""
    if layer.problem:
        return replace(node, shape=None, problem=layer.problem)
    shapes = [before[source].shape for source in node.inputs]
    known = [shape for shape in shapes if shape is not None]
    shape, why = _shape_and_reason(layer, known) if len(known) == len(shapes) else (None, _UNKNOWN)
    if waits_for is not None:  # the shape is of use to look at, though there are no maps
        why = f"It depends on {safe_text(waits_for.name)}, which is not computed."
    return replace(node, shape=shape, problem=why)


_UNKNOWN = "The size of its input is not known."


def _shape_and_reason(layer: Layer, inputs: Sequence[OpenShape]) -> tuple[OpenShape | None, str]:
    """The shape of the output, or None and why the layer cannot be applied."""
    try:
        shape, why = output_shape(layer, inputs), misfit(layer, inputs)
    except Impossible as reason:
        shape, why = None, str(reason)
    return (shape, "") if not why else (None, f"{safe_text(layer.name)} cannot be computed: {why}.")
