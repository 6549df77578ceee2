"""Networks described by hand, for tests that need no file and no Keras."""

from __future__ import annotations

from typing import Any

import numpy as np

from convlab.network.description import Layer, Network, Node, OpenShape, Weight
from convlab.network.operations_of import operations_of
from convlab.operations.merge import Merge


def layer(kind: str, name: str = "", weights: tuple[Weight, ...] = (), **settings: Any) -> Layer:
    """A layer on its own; its name is its kind in small letters unless it is given."""
    called = name or kind.lower()
    return Layer(called, called, kind, kind, settings, weights)


def sequence(shape: OpenShape | None, *layers: Layer, shapes: tuple = (), name: str = "") -> Network:
    """An input of `shape` and one layer after another. shapes: of the layers' outputs, the last first-known."""
    rows = (layer("InputLayer", "input"), *layers)
    outputs = (shape, *shapes, *[None] * (len(layers) - len(shapes)))
    nodes = tuple(Node(row, (row - 1,) if row else (), outputs[row]) for row in range(len(rows)))
    return Network(name or "net.keras", "keras", "3.15.1", rows, nodes, (0,), (len(rows) - 1,))


def kernel(*shape: int, role: str = "kernel") -> tuple[Weight, ...]:
    return (Weight(role, shape),)


def graph(
    inputs: list[tuple[int, ...]], *entries: tuple[Layer, tuple[int, ...]], outputs: tuple = ()
) -> Network:
    """Nodes for inputs of these shapes, then one for each (layer, the nodes that it reads), with shapes worked out.

    A layer that stands twice is shared.
    """
    rows = [layer("InputLayer", f"input_{number}") for number in range(len(inputs))]
    nodes = [Node(number, (), shape) for number, shape in enumerate(inputs)]
    for one, reads in entries:
        if one not in rows:
            rows.append(one)
        row = rows.index(one)
        shape = output_shape(one, [nodes[source].shape for source in reads])
        nodes.append(Node(row, reads, shape, sum(node.layer == row for node in nodes)))
    last = outputs or (len(nodes) - 1,)
    return Network("net.keras", "keras", "3.15.1", tuple(rows), tuple(nodes), tuple(range(len(inputs))), last)


def output_shape(one: Layer, shapes: list) -> tuple[int, ...]:
    operations = operations_of(one, [np.zeros(weight.shape, np.float32) for weight in one.weights])
    if isinstance(operations, Merge):
        return operations.output_shape(shapes)
    shape = shapes[0]
    for operation in operations:
        shape = tuple(operation.output_shape(shape))
    return shape


def computed(network: Network, weights: dict[int, list[np.ndarray]], images: dict[int, np.ndarray]) -> list:
    """The maps of all nodes by our own operations."""
    maps: list[np.ndarray] = []
    for number, node in enumerate(network.nodes):
        if number in images:
            maps.append(images[number])
            continue
        operations = operations_of(network.layers[node.layer], weights.get(node.layer, []))
        reads = [maps[source] for source in node.inputs]
        if isinstance(operations, Merge):
            maps.append(operations.apply(reads))
            continue
        x = reads[0]
        for operation in operations:
            x = operation.apply(x)
        maps.append(x)
    return maps
