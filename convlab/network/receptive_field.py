"""Which cells of earlier layers a cell depends on, and which cells of later layers depend on it.

Exact for every layer that can be stepped through (the cells that take part at all: channels, and weights that happen to
be 0, are not looked at); through any other layer everything is taken to depend on everything.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from convlab.network.description import Network
from convlab.network.preparation import picture_size
from convlab.network.relations import (
    NOTHING,
    Mask,
    Region,
    Relation,
    Shape,
    cells_of_shape,
    joined,
    mask_of,
    whole,
)
from convlab.network.relations_of import relations_of


def receptive_field(network: Network, node: int, row: int, column: int) -> Mapping[int, Mask]:
    """For the node itself and every node that its cell (row, column) depends on, the mask (h, w) of these cells.

    A vector of n numbers is one row of n cells: its masks are (1, n), and of a cell in it `column` is the index.
    Nodes of open or unknown shape, and what lies behind them, are left out. IndexError outside the map.
    """
    graph = _graph_of(network)
    regions = {node: graph.cell(node, row, column)}
    for number in range(node, -1, -1):
        for source, relation in graph.sources(number) if number in regions else ():
            _join(regions, source, relation.back(regions[number]))
    return graph.masks(regions)


def dependents(network: Network, node: int, row: int, column: int) -> Mapping[int, Mask]:
    """For the node itself and every node that depends on its cell (row, column), the mask of the cells that do.

    Shapes as for `receptive_field`. IndexError outside the map.
    """
    graph = _graph_of(network)
    return _spread(graph, node, graph.cell(node, row, column))


def dependents_of_pixel(network: Network, node: int, row: int, column: int) -> Mapping[int, Mask]:
    """The same for a pixel of the picture that an input node shows: `dependents` unless the input is a vector.

    Raises Problem for an input that is no picture, IndexError outside it.
    """
    graph = _graph_of(network)
    shape = graph.shape(node)
    rows, columns, channels = picture_size(shape)
    if not (0 <= row < rows and 0 <= column < columns):
        raise IndexError(f"pixel ({row}, {column}) is outside {rows}×{columns}")
    if len(shape) > 1:
        return dependents(network, node, row, column)
    first = (row * columns + column) * channels
    region = graph.cell(node, 0, first)
    region[0][1][first : first + channels] = True
    return _spread(graph, node, region)


def pixels_of(mask: Mask, shape: Shape) -> Mask:
    """The mask of an input node as one of the picture that it shows: (rows, columns). Raises Problem for no picture."""
    rows, columns, _ = picture_size(shape)
    return np.asarray(mask.reshape(rows, columns, -1).any(axis=2))


def cell_of(shape: Shape, row: int, column: int, filter: int) -> tuple[int, int]:
    """Where a number, counted as operations count, lies among a node's cells.

    For operations a vector is one cell of many channels, and a table one row of cells with channels.
    """
    if len(shape) == 3:
        return row, column
    return (column, filter) if len(shape) == 2 else (0, filter)


def _spread(graph: _Graph, node: int, region: Region) -> dict[int, Mask]:
    """Forwards from a region of a node through all that depends on it."""
    network = graph.network
    regions = {node: region}
    for number in range(node + 1, len(network.nodes)):
        if not regions.keys().isdisjoint(network.nodes[number].inputs):
            for source, relation in graph.sources(number):
                _join(regions, number, relation.forward(regions.get(source, NOTHING)))
    return graph.masks(regions)


def _join(regions: dict[int, Region], node: int, region: Region) -> None:
    if region:
        regions[node] = joined(regions.get(node, NOTHING), region)


class _Graph:
    """The relations of a network's nodes to their inputs, each worked out when it is first asked for."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._shapes = [_closed(node.shape) for node in network.nodes]
        self._sources: dict[int, tuple[tuple[int, Relation], ...]] = {}

    def sources(self, node: int) -> tuple[tuple[int, Relation], ...]:
        """The nodes that a node reads, with how; none where a shape is not known."""
        if node not in self._sources:
            self._sources[node] = self._found(node)
        return self._sources[node]

    def _found(self, node: int) -> tuple[tuple[int, Relation], ...]:
        inputs = self.network.nodes[node].inputs
        shapes = [self._shapes[source] for source in inputs]
        out = self._shapes[node]
        sizes = [shape for shape in shapes if shape is not None]
        if out is None or len(sizes) < len(shapes):
            return ()
        return tuple(zip(inputs, relations_of(self.network.layer_of(node), sizes, out), strict=True))

    def shape(self, node: int) -> Shape:
        """Raises IndexError for a node without cells, or whose cells are not known."""
        shape = self._shapes[node]
        if shape is None:
            raise IndexError(f"node {node} has no cells")
        return shape

    def cell(self, node: int, row: int, column: int) -> Region:
        """One cell of a node. Raises IndexError."""
        rows, columns = cells_of_shape(self.shape(node))
        if not (0 <= row < rows and 0 <= column < columns):
            raise IndexError(f"cell ({row}, {column}) is outside {rows}×{columns}")
        ((of_rows, of_columns),) = whole((rows, columns))
        of_rows[:], of_columns[:] = False, False
        of_rows[row] = of_columns[column] = True
        return ((of_rows, of_columns),)

    def masks(self, regions: Mapping[int, Region]) -> dict[int, Mask]:
        shapes = ((node, region, self._shapes[node]) for node, region in regions.items())
        return {
            node: mask_of(region, cells_of_shape(shape))
            for node, region, shape in shapes
            if shape is not None
        }


def _closed(shape: tuple[int | None, ...] | None) -> Shape | None:
    """A shape with cells: known, of one to three axes."""
    if shape is None or not 1 <= len(shape) <= 3:
        return None
    sizes = tuple(n for n in shape if n is not None)
    return sizes if len(sizes) == len(shape) else None


_KEPT = 2  # the open network, and the same with its open sizes filled in
_graphs: list[_Graph] = []


def _graph_of(network: Network) -> _Graph:
    """The graph of a network; those of the last ones are kept, so that pointing from cell to cell costs little."""
    for graph in _graphs:
        if graph.network is network:
            return graph
    _graphs.insert(0, _Graph(network))
    del _graphs[_KEPT:]
    return _graphs[0]
