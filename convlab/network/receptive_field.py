"""Which cells of earlier layers a cell depends on, and which cells of later layers depend on it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Network

Mask = NDArray[np.bool_]


def receptive_field(network: Network, node: int, row: int, column: int) -> Mapping[int, Mask]:
    """For the node itself and every node that its cell (row, column) depends on, the mask (h, w) of these cells.

    A vector of n numbers is one row of n cells: its masks are (1, n), and of a cell in it `column` is the index.
    Nodes of open or unknown shape, and what lies behind layers that are not known, are left out. IndexError outside.
    """
    return {}


def dependents(network: Network, node: int, row: int, column: int) -> Mapping[int, Mask]:
    """For the node itself and every node that depends on its cell (row, column), the mask of the cells that do."""
    return {}
