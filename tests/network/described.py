"""Networks described by hand, for tests that need no file and no Keras."""

from __future__ import annotations

from typing import Any

from convlab.network.description import Layer, Network, Node, OpenShape, Weight


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
