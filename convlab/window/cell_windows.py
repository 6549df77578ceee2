"""Where a step's window lies in the inputs of a network's layer as they are shown, and who reads an input's cell."""

from __future__ import annotations

import numpy as np

from convlab.operations.dense import Dense
from convlab.operations.merge import Merge
from convlab.operations.normalization import LayerNormalization
from convlab.operations.operation import Operation
from convlab.operations.pointwise import Activation
from convlab.operations.step import IntArray, MergeStep, Step
from convlab.window.cell_layer import CellLayer
from convlab.window.shown_cells import ShownCells

Positions = tuple[IntArray, IntArray]
_NONE = np.zeros(0, np.int64)


def windows_of(layer: CellLayer, step: Step) -> tuple[Positions, ...]:
    """For each input the rows and columns of the window; none in an input that the step does not read."""
    shapes = layer.input_shapes
    if not isinstance(step, MergeStep):
        return (ShownCells(shapes[0]).positions(step.rows, step.columns, step.channels),)
    found: list[Positions] = [(_NONE, _NONE)] * len(shapes)
    for number, *cell in step.sources:
        row, column, _ = ShownCells(shapes[number]).place_of(*cell)
        found[number] = (np.array([row]), np.array([column]))
    return tuple(found)


def readers_of(layer: CellLayer, number: int, row: int, column: int) -> Positions:
    """The output cells that read a cell of input `number`; none where they are no rows times columns."""
    operation, cells, shapes = layer.operation, layer.cells, layer.input_shapes
    if operation is None or cells is None or layer.problem is not None or number >= len(shapes):
        return _NONE, _NONE
    shape = shapes[number]
    if isinstance(operation, Merge):
        images = len(shape) == len(cells.shape) == 3
        one = (np.array([row]), np.array([column]))
        return operation.readers_of(shapes, number, row, column) if images else one
    if len(shape) == len(cells.shape) == 3:
        return operation.readers_of(shape, row, column)
    if len(shape) != len(cells.shape):
        return _NONE, _NONE
    if not _mixes_numbers(operation):
        return np.array([row]), np.array([column])
    rows, columns, _ = cells.grid
    return (np.array([row]) if len(shape) == 2 else np.arange(rows)), np.arange(columns)


def _mixes_numbers(operation: Operation) -> bool:
    """Whether each number of a vector, or of a row of a table, is made from all of them."""
    if isinstance(operation, Activation):
        return operation.name == "softmax"
    return isinstance(operation, Dense | LayerNormalization)
