"""HeldNetwork: the network that the engine is to hold, with its present weights, and what of it the engine has got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Network
from convlab.processes.feature_maps import Key, plain
from convlab.processes.protocol import Message

Array = NDArray[np.float32]
Weights = tuple[Array, ...]


@dataclass(eq=False)
class HeldNetwork:
    """What the process is to hold, and what of it has been sent to it."""

    network: Network
    weights: dict[int, Weights]
    in_process: bool = False
    changed: set[int] = field(default_factory=set)
    images: Mapping[int, Array] = field(default_factory=dict)
    sized: dict[object, Network] = field(default_factory=dict)

    def lost(self) -> None:
        """The process is gone."""
        self.in_process, self.images = False, {}
        self.changed.clear()

    def sized_for(self, images: Mapping[int, Array]) -> Network:
        """The description with the sizes that follow from those of the images. Nodes that have no maps at
        these sizes say why."""
        shapes = {node: tuple(image.shape) for node, image in images.items()}
        if all(self.network.nodes[node].shape == shape for node, shape in shapes.items()):
            return self.network
        from convlab.network.shapes import with_input_shapes  # a start does without it

        sizes = tuple(sorted(shapes.items()))
        if sizes not in self.sized:
            self.sized = {sizes: with_input_shapes(self.network, dict(shapes))}
        return self.sized[sizes]

    def description(self) -> Message:
        """The question that hands over the network as it is now."""
        from convlab.network.document import to_bytes  # a start does without it

        self.changed.clear()
        document = np.frombuffer(to_bytes(self.network), np.uint8)
        counts = [[row, len(weights)] for row, weights in self.weights.items()]
        arrays = [array for weights in self.weights.values() for array in weights]
        return Message({"do": "load", "weights": counts}, (document, *arrays))

    def question(self, images: Mapping[int, Array], wanted: tuple[Key, ...]) -> Message:
        """What is wanted, with the images and the weights that the process has not got yet."""
        new = self._new_images(images)
        weights = {row: self.weights[row] for row in sorted(self.changed)}
        self.images = dict(images)
        self.changed.clear()
        counts = [[row, len(arrays)] for row, arrays in weights.items()]
        header = {"do": "maps", "images": list(new), "weights": counts, "wanted": plain(wanted)}
        return Message(header, (*new.values(), *(array for arrays in weights.values() for array in arrays)))

    def _new_images(self, images: Mapping[int, Array]) -> Mapping[int, Array]:
        """Those that the process has not got yet; all or none."""
        same = self.images.keys() == images.keys() and all(
            self.images[node] is images[node] for node in images
        )
        return {} if same else images
