"""What a layer computes, as the operations that the Lab knows: a network's numbers are stepped like any others.

Settings are by Keras 3's names, weights in the order of Layer.weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Layer
from convlab.operations.operation import Operation
from convlab.problems import Problem

if TYPE_CHECKING:
    from convlab.operations.merge import Merge

Array = NDArray[np.float32]


def operations_of(layer: Layer, weights: Sequence[Array]) -> tuple[Operation, ...] | Merge:
    """The operations of a layer, first to last; none for an InputLayer; a Merge for a layer that joins several inputs.

    Most layers are one operation, its activation included; a SeparableConv2D is two. weights: as the description of the
    layer lists them. Raises Problem, which names the layer, for a layer that cannot be stepped through.
    """
    raise Problem(f"{layer.name} cannot be stepped through.")


def is_stepped(layer: Layer) -> bool:
    """Whether `operations_of` knows this kind of layer."""
    return False
