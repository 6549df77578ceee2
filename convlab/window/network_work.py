"""NetworkWork: what the user makes on the Network page, as one frozen value: the image, and filters that were changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.experiment.image import Image
from convlab.network import landmarks, preprocessing, shapes
from convlab.network.description import Network, OpenShape
from convlab.network.preprocessing import Preparation

Array = NDArray[np.float32]
Place = tuple[int, int]
"""A weight of the network: the row of its layer, and its number among the layer's weights."""


@dataclass(frozen=True, eq=False)
class NetworkWork:
    """An edit is a function from one to the next, so undo costs nothing.

    size: (rows, columns) of the input where the network leaves it open; None where it does not. edits: arrays that
    take the place of those in the file, by place; read-only.
    """

    image: Image
    preparation: Preparation
    size: tuple[int, int] | None = None
    edits: Mapping[Place, Array] = field(default_factory=dict)

    def with_image(self, image: Image) -> NetworkWork:
        return self if image is self.image else replace(self, image=image)

    def with_preparation(self, preparation: Preparation) -> NetworkWork:
        return self if preparation == self.preparation else replace(self, preparation=preparation)

    def with_size(self, size: tuple[int, int]) -> NetworkWork:
        return self if size == self.size else replace(self, size=size)

    def with_edits(self, edits: Mapping[Place, Array | None]) -> NetworkWork:
        """These weights changed too; None takes a change back."""
        kept = {place: array for place, array in {**self.edits, **edits}.items() if array is not None}
        for array in kept.values():
            array.setflags(write=False)
        return replace(self, edits=kept)

    def arrays(self) -> Iterator[NDArray[Any]]:
        """All arrays that this value keeps in memory."""
        yield self.image.pixels
        yield from self.edits.values()

    def sized(self, network: Network) -> Network:
        """The network with all shapes that follow from the chosen size."""
        if self.size is None:
            return network
        filled = {node: landmarks.closed(network.nodes[node].shape, self.size) for node in network.inputs}
        return shapes.with_input_shapes(network, filled)

    def prepared(self, shape: OpenShape | None) -> Array | None:
        """The image for an input of this shape; None where that is open or unknown."""
        if shape is None or None in shape:
            return None
        closed = tuple(n or 1 for n in shape)
        return preprocessing.prepare(self.image.pixels, self.image.white, closed, self.preparation)


def changed_rows(before: Mapping[Place, Array], now: Mapping[Place, Array]) -> list[int]:
    """The layers of which a weight is another one."""
    places = before.keys() | now.keys()
    return sorted({row for row, number in places if before.get((row, number)) is not now.get((row, number))})
