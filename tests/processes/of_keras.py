"""A network's description taken from a live Keras network: what reading its file must come to. For tests of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Layer, Network, Node, Weight

_ROLES = {
    "mean",
    "variance",
    "kernel",
    "depthwise_kernel",
    "pointwise_kernel",
    "bias",
    "gamma",
    "beta",
    "alpha",
}
_ROLES |= {"moving_mean", "moving_variance"}


def described(network: Any, **settings: Any) -> tuple[Network, dict[int, tuple[NDArray[Any], ...]]]:
    """The description and the weights of a functional network without networks in it; settings: name -> more settings."""
    rows = {layer.name: row for row, layer in enumerate(network.layers)}
    layers = tuple(_layer(layer, settings.get(layer.name, {})) for layer in network.layers)
    nodes: list[Node] = []
    numbers: dict[tuple[str, int], int] = {}
    for place in _in_order(network):
        layer, index, tensors, output = place
        inputs = tuple(numbers[source] for source in tensors)
        numbers[layer.name, index] = len(nodes)
        nodes.append(Node(rows[layer.name], inputs, tuple(output.shape[1:]), call=index))
    inputs = tuple(numbers[_source(tensor)] for tensor in network.inputs)
    outputs = tuple(numbers[_source(tensor)] for tensor in network.outputs)
    weights = {
        row: tuple(np.asarray(weight) for weight in _weights(layer))
        for row, layer in enumerate(network.layers)
        if layer.weights
    }
    return Network(
        "network", "keras", layers=layers, nodes=tuple(nodes), inputs=inputs, outputs=outputs
    ), weights


def _weights(layer: Any) -> list[Any]:
    return [weight for weight in layer.weights if weight.name in _ROLES]


def _layer(layer: Any, more: Mapping[str, Any]) -> Layer:
    kind = type(layer).__name__
    settings = {key: value for key, value in layer.get_config().items() if not isinstance(value, dict)}
    weights = tuple(Weight(_role(kind, weight.name), tuple(weight.shape)) for weight in _weights(layer))
    return Layer(layer.name, layer.name, kind, kind, {**settings, **more}, weights)


def _role(kind: str, name: str) -> str:
    return "depthwise_kernel" if kind.startswith("Depthwise") and name == "kernel" else name


def _source(tensor: Any) -> tuple[str, int]:
    layer, index, _ = tensor._keras_history
    return layer.name, index


def _in_order(network: Any) -> list[tuple[Any, int, list[tuple[str, int]], Any]]:
    found = []
    for depth in sorted(network._nodes_by_depth, reverse=True):
        for node in network._nodes_by_depth[depth]:
            layer = node.operation
            index = layer._inbound_nodes.index(node)
            found.append((layer, index, [_source(tensor) for tensor in node.input_tensors], node.outputs[0]))
    return found
