"""BuiltNetwork: a network of Keras layers made from our own description. Keras never sees the file that it came from.

What cannot be computed is left out, and all that depends on it; the rest gives its maps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from convlab.network.description import Network, Shape
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.feature_maps import Key
from convlab.processes.keras_layers import Part, has_own_activation

Tensor = Any
Array = NDArray[np.float32]
MAX_BYTES = 1024**3
"""Maps that are in memory at the same time, for one question."""

_FLOAT_BYTES = 4


class BuiltNetwork:
    """The layers of a network, made by Keras, with their weights.

    network: its description, whose shapes are those of the images, or open. weights: by row, as the description lists them.
    """

    def __init__(self, network: Network, weights: Mapping[int, Sequence[Array]]) -> None:
        self.network = network
        self.problems: dict[int, str] = {}  # of layers, by row
        self._parts: dict[int, Part] = {}
        self._waiting: dict[
            int, tuple[Array, ...]
        ] = {}  # weights of layers that are made when sizes are known
        for row, layer in enumerate(network.layers):
            if _is_made(network, row) and not layer.problem:
                self._make(row, weights.get(row, ()), network)

    def _make(self, row: int, weights: Sequence[Array], sized: Network) -> None:
        """Make one layer; one that Keras refuses is left out, one whose input's size is open waits."""
        layer, shapes = self.network.layers[row], _input_shapes(sized, row)
        if shapes is None:
            self._waiting[row] = tuple(map(np.array, weights))  # others may lie where they lay
            return
        try:
            self._parts[row] = Part(layer, shapes, weights)
        except MemoryError:
            raise
        except Problem as problem:
            self.problems[row] = problem.sentence
        except Exception as error:  # whatever Keras finds wrong with its settings
            self.problems[row] = f"Keras refuses {layer.name}: {safe_text(str(error), 200)}"

    def _make_waiting(self, sized: Network) -> None:
        waiting, self._waiting = self._waiting, {}
        for row, weights in waiting.items():
            self._make(row, weights, sized)

    @property
    def _computable(self) -> list[int]:
        """The nodes that have maps as far as we know, in order."""
        rows = {self.network.nodes[node].layer for node in self.network.inputs}
        return _computable(self.network, rows | self._parts.keys() | self._waiting.keys())

    @property
    def keys(self) -> frozenset[Key]:
        """What can be asked for, as far as that follows from the description."""
        return frozenset(key for node in self._computable for key in self._keys_of(node))

    def _keys_of(self, node: int) -> tuple[Key, ...]:
        own = bool(self.network.nodes[node].inputs) and has_own_activation(self.network.layer_of(node))
        return ((node, False), (node, True)) if own else ((node, False),)

    def set_weights(self, row: int, weights: Sequence[Array]) -> None:
        """Other weights of a layer, used from the next call on. Raises Problem if they do not fit."""
        if row in self._waiting:
            self._waiting[row] = tuple(map(np.array, weights))
        elif row in self._parts:
            self._parts[row].set_weights(weights)

    def before(self, node: int, *inputs: Tensor) -> Tensor:
        """One node's map before its own activation."""
        return self._parts[self.network.nodes[node].layer].before(inputs)

    def compile(self, sized: Network, wanted: Iterable[Key] = ()) -> Program:
        """All maps in one call, for inputs of the present sizes; only those that are `wanted`, if all would be too much.

        sized: the description with closed shapes. Raises Problem if even those need too much memory.
        """
        self._make_waiting(sized)
        nodes = [node for node in self._computable if not sized.nodes[node].problem and _closed(sized, node)]
        askable = frozenset(key for node in nodes for key in self._keys_of(node))
        keys = [key for key in askable if not key[1] or _is_vector(sized, key[0])]
        complete = _bytes_of(sized, keys) <= MAX_BYTES
        if not complete:
            keys = [key for key in wanted if key in askable]
            nodes = sorted(_needed(sized, {node for node, _ in keys}) & set(nodes))
            _check_memory(sized, nodes, keys)
        return Program(self, sized, nodes, frozenset(keys), askable, complete)

    def evaluate(self, node: int, found: dict[Key, Tensor]) -> None:
        """Compute one node from the maps that were found; nothing if they are not all there."""
        place = self.network.nodes[node]
        part = self._parts.get(place.layer)
        inputs = [found.get((source, False)) for source in place.inputs]
        if part is None or any(one is None for one in inputs):
            return
        before = part.before(inputs)
        if has_own_activation(self.network.layer_of(node)):
            found[node, True] = before
        found[node, False] = part.after(before)


class Program:
    """The compiled call for one size of the inputs.

    complete: whether it computes all maps that there are. askable: these; those before an activation may be made later.
    inputs: the nodes whose images it takes. problems: of nodes, found while it was compiled.
    """

    def __init__(
        self,
        built: BuiltNetwork,
        sized: Network,
        nodes: Sequence[int],
        outputs: frozenset[Key],
        askable: frozenset[Key],
        complete: bool,
    ) -> None:
        self.complete = complete
        self.inputs = tuple(node for node in sized.inputs if node in set(nodes))
        self.problems: dict[int, str] = {}
        self._built = built
        self._sized = sized
        self._nodes = nodes
        self._outputs = outputs
        self._order: tuple[Key, ...] = ()
        self._befores: dict[int, Any] = {}
        specs = [tf.TensorSpec((1, *_shape(sized, node)), tf.float32) for node in self.inputs]
        self._call = tf.function(self._trace, autograph=False).get_concrete_function(*specs)
        failed = _dependents(sized, self.problems)
        self.askable = frozenset(key for key in askable if key[0] not in failed)

    def _trace(self, *images: Tensor) -> list[Tensor]:
        found: dict[Key, Tensor] = {
            (node, False): image for node, image in zip(self.inputs, images, strict=True)
        }
        for node in self._nodes:
            if node not in self.inputs:
                self._evaluate(node, found)
        self._order = tuple(key for key in found if key in self._outputs)
        return [found[key] for key in self._order]

    def _evaluate(self, node: int, found: dict[Key, Tensor]) -> None:
        """One node; what TensorFlow refuses, or computes with another shape than we did, is left out."""
        layer, shape = self._sized.layer_of(node), self._sized.nodes[node].shape
        try:
            self._built.evaluate(node, found)
            result = found.get((node, False))
            if result is not None and tuple(result.shape[1:]) != shape:
                self.problems[node] = f"The size of {layer.name}’s maps is not the expected one."
        except Exception as error:
            self.problems[node] = f"TensorFlow refuses {layer.name}: {safe_text(str(error), 200)}"
        if node in self.problems:
            found.pop((node, False), None)
            found.pop((node, True), None)

    def run(self, images: Mapping[int, Array]) -> Computed:
        """All maps of these images: float32 (rows, columns, channels) each, or whatever shape the input nodes have."""
        tensors = [tf.constant(images[node][np.newaxis], tf.float32) for node in self.inputs]
        return Computed(self, dict(zip(self._order, self._call(*tensors), strict=True)))

    def before(self, node: int, found: Mapping[Key, Tensor]) -> Tensor | None:
        """A node's map before its own activation, from the maps that were found; None if they do not suffice."""
        inputs = [found.get((source, False)) for source in self._sized.nodes[node].inputs]
        if (node, True) not in self.askable or any(one is None for one in inputs):
            return None
        if node not in self._befores:
            call = tf.function(partial(self._built.before, node), autograph=False)
            self._befores[node] = call.get_concrete_function(*inputs)
        return self._befores[node](*inputs)


class Computed:
    """The maps of one call, where TensorFlow left them."""

    def __init__(self, program: Program, found: dict[Key, Tensor]) -> None:
        self._program = program
        self._found = found

    def get(self, key: Key) -> Array | None:
        """A map without the batch axis; None if it is not there.

        Maps before an activation are computed from their inputs when they are asked for: if they were outputs of the
        compiled call, it could not join a layer with its activation, and would need twice the memory.
        """
        tensor = self._found.get(key)
        if tensor is None and key[1]:
            tensor = self._found[key] = self._program.before(key[0], self._found)
        return None if tensor is None else np.asarray(tensor)[0]


def _is_made(network: Network, row: int) -> bool:
    """Whether a layer computes something: it is used, and not only as an input of the network."""
    return any(network.nodes[node].inputs for node in network.nodes_of[row])


def _input_shapes(network: Network, row: int) -> list[Shape] | None:
    """What a layer reads at its first use of which all sizes are known; None if there is none yet."""
    for node in network.nodes_of[row]:
        sources = network.nodes[node].inputs
        if sources and all(_closed(network, source) for source in sources):
            return [_shape(network, source) for source in sources]
    return None


def _computable(network: Network, rows: Iterable[int]) -> list[int]:
    """The nodes without a problem that depend on none with one, if these rows are those that were made."""
    made, found = set(rows), set()
    for number, node in enumerate(network.nodes):
        fed = number in network.inputs or (node.inputs and all(source in found for source in node.inputs))
        if fed and node.layer in made and not node.problem:
            found.add(number)
    return sorted(found)


def _needed(network: Network, nodes: Iterable[int]) -> set[int]:
    """These nodes and all that they depend on."""
    found, waiting = set(), list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += network.nodes[node].inputs
    return found


def _dependents(network: Network, nodes: Iterable[int]) -> set[int]:
    """These nodes and all that depend on them."""
    found = set(nodes)
    for number, node in enumerate(network.nodes):
        if not found.isdisjoint(node.inputs):
            found.add(number)
    return found


def _shape(network: Network, node: int) -> Shape:
    return tuple(n or 0 for n in network.nodes[node].shape or ())


def _closed(network: Network, node: int) -> bool:
    shape = network.nodes[node].shape
    return shape is not None and all(n is not None and n > 0 for n in shape)


def _is_vector(network: Network, node: int) -> bool:
    return len(_shape(network, node)) == 1


def _bytes_of(network: Network, keys: Iterable[Key]) -> int:
    return sum(int(np.prod(_shape(network, node), dtype=object)) * _FLOAT_BYTES for node, _ in keys)


def _check_memory(network: Network, nodes: Iterable[int], keys: Sequence[Key]) -> None:
    """A layer and what it reads are in memory together, besides the maps that are kept."""
    most = max(
        (_bytes_of(network, [(one, False) for one in (node, *network.nodes[node].inputs)]) for node in nodes),
        default=0,
    )
    needed = most + _bytes_of(network, keys)
    if needed > MAX_BYTES:
        raise Problem(
            f"This network needs about {needed / 1024**3:.1f} GB at this image size.",
            "ConvLab computes up to 1 GB of feature maps at a time.",
            "Choose a smaller size for the image.",
        )
