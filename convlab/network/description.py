"""Network: what a Keras file describes, as frozen values. The weights themselves are read when they are needed.

A network has *layers*, the rows that people see (nested networks hold further layers), and *nodes*: one node for each
time that a layer is applied, in an order in which every node comes after its inputs. Nested networks are laid open:
their inner layers are nodes like all others, and they themselves have none. A layer that is used twice has two nodes.
Everything that is computed (shapes, maps, receptive fields, steps) goes along the nodes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Shape = tuple[int, ...]
OpenShape = tuple[int | None, ...]
"""A shape without the batch axis, (height, width, channels) or (numbers,); None where it depends on the image."""

Setting = bool | int | float | str | None | tuple[Any, ...]


@dataclass(frozen=True)
class Weight:
    """One array that a layer has learned.

    role: "kernel", "bias", "depthwise_kernel", "pointwise_kernel", "gamma", "beta", "moving_mean", "moving_variance",
    "alpha"…; for layers that we do not know the name in the file. shape: in today's order of Keras (see
    keras-reference: kernel height, width, input channels, filters). stored: the shape in the file, which differs
    for Theano's order. place: where in the file it is; only the reader understands it.
    """

    role: str
    shape: Shape
    place: str = ""
    stored: Shape = ()
    dtype: str = "float32"

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Layer:
    """A row of the list of layers.

    path: unique within the network: the names of the networks around it and its own, joined by "/" (which a name of
    Keras 2 may hold too). kind: today's
    Keras class, such as "Conv2D"; file_kind: as the file calls it, such as "Convolution2D". settings: by today's
    names, checked, only those that matter for the result. parent: the row of the network around it.
    problem: why it cannot be computed, as a sentence; "" if it can. Nested networks (is_network) compute nothing
    themselves.
    """

    path: str
    name: str
    kind: str
    file_kind: str = ""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    weights: tuple[Weight, ...] = ()
    parent: int | None = None
    depth: int = 0
    is_network: bool = False
    problem: str = ""

    @property
    def parameters(self) -> int:
        """How many numbers it has learned."""
        return sum(weight.size for weight in self.weights)

    def weight(self, role: str) -> Weight | None:
        return next((weight for weight in self.weights if weight.role == role), None)

    @property
    def kernel(self) -> Weight | None:
        """The weight that is shown as filters: kernel or depthwise kernel, of any number of axes."""
        return self.weight("kernel") or self.weight("depthwise_kernel")


@dataclass(frozen=True)
class Node:
    """One application of a layer.

    layer: its row. inputs: the nodes it reads, in order; an InputLayer's has none. shape: of its output as far as it
    follows from the file; None if unknown. call: 0 for the first use of the layer. problem: why it has no maps, as a
    sentence: its layer's, its settings', or that of a node before it.
    """

    layer: int
    inputs: tuple[int, ...] = ()
    shape: OpenShape | None = None
    call: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Network:
    """A checked description. name: the file's. format: "keras", "h5", "weights.h5" (Keras 3) or "h5 weights".

    inputs, outputs: nodes. notices: sentences to be told once, about what cannot be computed and why. class_names: as
    the file tells them, if it does. nodes may be empty (weights only: look, not compute).
    """

    name: str
    format: str
    keras_version: str = ""
    layers: tuple[Layer, ...] = ()
    nodes: tuple[Node, ...] = ()
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def parameters(self) -> int:
        return sum(layer.parameters for layer in self.layers)

    @cached_property
    def nodes_of(self) -> tuple[tuple[int, ...], ...]:
        """For each layer its nodes, first use first; of a nested network and of unconnected layers none."""
        found: list[list[int]] = [[] for _ in self.layers]
        for number, node in enumerate(self.nodes):
            found[node.layer].append(number)
        return tuple(map(tuple, found))

    @cached_property
    def readers_of(self) -> tuple[tuple[int, ...], ...]:
        """For each node the nodes that read its output."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for number, node in enumerate(self.nodes):
            for source in dict.fromkeys(node.inputs):
                found[source].append(number)
        return tuple(map(tuple, found))

    def layer_of(self, node: int) -> Layer:
        return self.layers[self.nodes[node].layer]

    def is_image(self, node: int) -> bool:
        """Whether an image enters there: the InputLayer of a network within this one passes on what it reads."""
        return self.layer_of(node).kind == "InputLayer" and not self.nodes[node].inputs

    @property
    def input_shape(self) -> OpenShape | None:
        """Of the first input; None where there is none or the file does not tell."""
        return self.nodes[self.inputs[0]].shape if self.inputs else None
