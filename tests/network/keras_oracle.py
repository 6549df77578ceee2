"""What Keras computes for every node of a network of ours: its own layers, called one after another along our nodes.

That the nodes are connected rightly shows in the end: the outputs have to be those of the whole Keras network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from convlab.network.description import Network
from convlab.network.keras_file import open_network
from convlab.network.landmarks import closed
from convlab.network.operations_of import is_stepped, operations_of
from convlab.network.shapes import with_input_shapes
from convlab.operations.merge import Merge
from convlab.operations.operation import image_of
from convlab.operations.step import Step

RELATIVE = 1e-4
NOTHING = 0.01  # of a map's largest number: what is smaller is compared as if it were so large, since terms cancelled
CELLS = 200


class Opened(NamedTuple):
    """A network as we read it, with all its weights by row."""

    network: Network
    weights: Mapping[int, tuple[np.ndarray, ...]]


def opened(path: Path) -> Opened:
    with path.open("rb") as file:
        read = open_network(file, path.name, path.stat().st_size)
        rows = [row for row, layer in enumerate(read.network.layers) if layer.weights]
        return Opened(read.network, {row: tuple(read.weights(row)) for row in rows})


def sized(network: Network, images: Sequence[np.ndarray]) -> Network:
    """With the sizes of these images where it leaves them open."""
    given = zip(network.inputs, images, strict=True)
    return with_input_shapes(
        network, {node: closed(network.nodes[node].shape, image.shape[:2]) for node, image in given}
    )


def maps_of(made: Any, network: Network, images: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The maps of all nodes, without the batch. made: the Keras network."""
    given = dict(zip(network.inputs, images, strict=True))
    maps: list[np.ndarray] = []
    for number, node in enumerate(network.nodes):
        reads = [maps[source][np.newaxis] for source in node.inputs]
        layer = network.layers[node.layer]
        if number in given:
            maps.append(given[number])
        elif layer.kind == "InputLayer":
            maps.append(reads[0][0])
        else:
            called = layer_at(made, layer.path)(reads if len(reads) > 1 else reads[0], training=False)
            maps.append(np.asarray(called)[0])
    return maps


def layer_at(made: Any, path: str) -> Any:
    """A layer of a Keras network, nested ones by their path."""
    found = made
    for name in path.split("/"):
        found = found.get_layer(name)
    return found


def outputs_of(made: Any, images: Sequence[np.ndarray]) -> list[np.ndarray]:
    """What the whole Keras network gives, without the batch."""
    batches = [image[np.newaxis] for image in images]
    given = made(batches if len(batches) > 1 else batches[0], training=False)
    return [np.asarray(one)[0] for one in (given if isinstance(given, list | tuple) else [given])]


def agrees(made: Any, read: Opened, images: Sequence[np.ndarray], seed: int) -> None:
    """Shapes, connections, and CELLS random cells, each explained, agree with Keras."""
    network = sized(read.network, images)
    assert not [node.problem for node in network.nodes if node.problem]
    maps = maps_of(made, network, images)
    assert [node.shape for node in network.nodes] == [one.shape for one in maps]
    for node, theirs in zip(network.outputs, outputs_of(made, images), strict=True):
        np.testing.assert_allclose(maps[node], theirs, rtol=1e-5, atol=1e-6 * np.abs(theirs).max())
    stepped = [number for number in range(len(maps)) if is_stepped(network.layer_of(number))]
    rng = np.random.default_rng(seed)
    for node in (*stepped, *rng.choice(stepped, CELLS - min(len(stepped), CELLS))):
        cell_agrees(read, network, maps, int(node), rng)


def cell_agrees(
    read: Opened, network: Network, maps: list[np.ndarray], node: int, rng: np.random.Generator
) -> None:
    """One random cell of a node, explained from Keras's own maps before it."""
    theirs = image_of(maps[node])
    cell = tuple(int(rng.integers(size)) for size in theirs.shape)
    step = explained(read, network, maps, node, cell)
    allowed = RELATIVE * max(abs(theirs[cell]), NOTHING * np.abs(theirs).max())
    where = f"{network.layer_of(node)} at {cell}"
    assert abs(step.result - theirs[cell]) <= allowed, f"{where}: {step.result} is not {theirs[cell]}"


def explained(
    read: Opened, network: Network, maps: list[np.ndarray], node: int, cell: tuple[int, ...]
) -> Step:
    place = network.nodes[node]
    operations = operations_of(network.layers[place.layer], read.weights.get(place.layer, ()))
    inputs = [maps[source] for source in place.inputs]
    if isinstance(operations, Merge):
        assert operations.output_shape([one.shape for one in inputs]) == place.shape
        return operations.explain(inputs, *cell)
    (x,) = inputs
    for operation in operations[:-1]:
        x = operation.apply(x)
    assert tuple(operations[-1].output_shape(x.shape)) == place.shape
    return operations[-1].explain(x, *cell)
