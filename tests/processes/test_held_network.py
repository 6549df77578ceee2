"""The way of a network from the window to the engine, at the limits of what a file may hold."""

from __future__ import annotations

import numpy as np
import pytest

from convlab import strict_json
from convlab.network import document, file_limits
from convlab.network.description import Layer, Network, Node, Weight
from convlab.processes.held_network import HeldNetwork
from convlab.processes.protocol import Parser, frames

SHAPE = (3, 3, 100_000, 1, 1, 1)


def large(layers: int, weights: int) -> Network:
    """A chain with so many weights of six axes in all; long names."""
    each = -(-weights // (layers - 1))
    rows = [Layer("input", "input", "InputLayer", "InputLayer")]
    for row in range(1, layers):
        own = tuple(Weight(f"weight {n}", SHAPE) for n in range(min(each, weights - (row - 1) * each)))
        name = f"{'block_of_a_network/' * 5}layer_{row}"
        rows.append(
            Layer(
                name, name, "Conv2D", "Conv2D", {"filters": 7, "kernel_size": (3, 3), "strides": (1, 1)}, own
            )
        )
    nodes = tuple(Node(row, (row - 1,) if row else (), (28, 28, 7)) for row in range(layers))
    return Network("large.h5", "h5", layers=tuple(rows), nodes=nodes, inputs=(0,), outputs=(layers - 1,))


@pytest.mark.slow
def test_the_largest_network_that_a_file_may_hold_gets_to_the_engine() -> None:
    network = large(document.MAX_LAYERS, file_limits.MAX_DATASETS)
    assert sum(len(layer.weights) for layer in network.layers) == file_limits.MAX_DATASETS
    empty = np.empty((3, 3, 0, 1, 1, 1), np.float32)  # numbers would take too much memory
    weights = {
        row: (empty,) * len(layer.weights) for row, layer in enumerate(network.layers) if layer.weights
    }
    parser = Parser()
    question = HeldNetwork(network, weights).description()
    (message,) = [message for piece in frames(question) for message in parser.feed(piece)]
    described, *arrays = message.arrays
    assert described.size > 2_000_000 and len(arrays) == file_limits.MAX_DATASETS
    told = strict_json.loads(described.tobytes(), file_limits.MAX_DESCRIPTION_BYTES)
    assert document.from_document(told) == network
    assert sum(count for _, count in message.header["weights"]) == len(arrays)
