"""The geometry of each kind of layer as relations between cells; no weight is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convlab.network.description import Layer
from convlab.network.operations_of import operations_of
from convlab.network.relations import (
    SAME,
    AllOfAxis,
    Axes,
    AxisRelation,
    Everything,
    OneAfterAnother,
    Relation,
    Shape,
    axis_relation,
    cells_of_shape,
    part_relation,
    rearranged,
    stretched_relation,
    window_relation,
)
from convlab.operations.dense import Dense, Flatten
from convlab.operations.merge import Merge
from convlab.operations.normalization import LayerNormalization
from convlab.operations.operation import Operation
from convlab.operations.pointwise import Activation
from convlab.operations.reshape import Permute, Reshape
from convlab.operations.transpose import ConvolutionTranspose, StampAxis
from convlab.problems import Problem


def relations_of(layer: Layer, sizes: Sequence[Shape], out: Shape) -> tuple[Relation, ...]:
    """How the cells of a layer's output depend on those of each input; shapes of one to three axes.

    Of a layer that is not known, everything depends on everything.
    """
    unknown = tuple(Everything(cells_of_shape(out), cells_of_shape(size)) for size in sizes)
    # Its geometry is needed, not its numbers: one 0 stands for all weights of an array, at no cost.
    weights = [np.broadcast_to(np.float32(0), weight.shape) for weight in layer.weights]
    try:
        operations = operations_of(layer, weights)
        if isinstance(operations, Merge):
            return _of_merge(operations, sizes, out) if out == operations.output_shape(sizes) else unknown
        if len(sizes) != 1:
            return unknown
        found = _of_operations(operations, sizes[0])
    except (Problem, ValueError):
        return unknown
    return unknown if found is None or found[1] != out else (found[0],)


def _of_operations(operations: Sequence[Operation], size: Shape) -> tuple[Relation, Shape] | None:
    """The relation of one operation after another, and the shape in the end; None for shapes that are no cells."""
    parts: list[Relation] = []
    for operation in operations:
        out = tuple(operation.output_shape(size))
        if not 1 <= len(out) <= 3:
            return None
        parts.append(_of_operation(operation, size, out))
        size = out
    return parts[0] if len(parts) == 1 else OneAfterAnother(tuple(parts)), size


def _of_operation(operation: Operation, size: Shape, out: Shape) -> Relation:
    if isinstance(operation, Permute):
        return rearranged(size, out, [axis - 1 for axis in operation.dims])
    if isinstance(operation, Flatten | Reshape):
        turned = isinstance(operation, Flatten) and operation.order == "channels_first" and len(size) == 3
        return rearranged(size, out, (2, 0, 1) if turned else None)
    if len(size) < 3 or len(out) < 3:
        return _of_numbers(operation, size, out)
    if isinstance(operation, ConvolutionTranspose):
        return Axes(*map(_stamps, operation.stamp_axes(size)))
    if type(operation).window_positions is not Operation.window_positions:
        return _one_by_one(operation, size, out)
    if type(operation).axes is Operation.axes:
        return Axes()
    return Axes(*map(window_relation, operation.axes(size)))


def _of_numbers(operation: Operation, size: Shape, out: Shape) -> Relation:
    """Where a cell of input or output is a single number: channels are cells too."""
    if len(size) != len(out):
        return Everything(cells_of_shape(out), cells_of_shape(size))
    if not _mixes_channels(operation):
        return Axes()
    # In a table the rows stay for themselves; a vector is one row.
    return Axes(SAME, AllOfAxis(out[-1], size[-1]))


def _mixes_channels(operation: Operation) -> bool:
    if isinstance(operation, Activation):
        return operation.name == "softmax"
    return isinstance(operation, Dense | LayerNormalization)


def _stamps(axis: StampAxis) -> AxisRelation:
    """Each cell of the kernel leads from an output position to at most one input position."""
    starts = np.arange(axis.out)[:, np.newaxis] + axis.left - np.arange(axis.kernel) * axis.dilation
    inputs = starts // axis.stride
    return axis_relation(np.where(starts % axis.stride == 0, inputs, -1), axis.size)


def _one_by_one(operation: Operation, size: Shape, out: Shape) -> Relation:
    """For an operation with a geometry of its own: each row and each column asked for."""
    rows = [operation.window_positions(size, row, 0)[0] for row in range(out[0])]
    columns = [operation.window_positions(size, 0, column)[1] for column in range(out[1])]
    return Axes(_listed(rows, size[0]), _listed(columns, size[1]))


def _listed(reads: Sequence[np.ndarray], size: int) -> AxisRelation:
    positions = np.full((len(reads), max(map(len, reads))), -1, np.int64)
    for number, cells in enumerate(reads):
        positions[number, : len(cells)] = cells
    return axis_relation(positions, size)


def _of_merge(merge: Merge, sizes: Sequence[Shape], out: Shape) -> tuple[Relation, ...]:
    cells = cells_of_shape(out)
    if merge.kind == "concatenate":
        return _of_parts(merge.axis % len(out), sizes, cells)
    if any(len(size) != len(out) for size in sizes):
        return tuple(_of_stretched(size, out) for size in sizes)
    return tuple(_stretched(cells_of_shape(size), cells) for size in sizes)


def _of_stretched(size: Shape, out: Shape) -> Relation:
    """An input with fewer axes, to which axes of length 1 are added before its own."""
    longer = (*(1,) * (len(out) - len(size)), *size)
    there = _stretched(cells_of_shape(longer), cells_of_shape(out))
    return there if longer == size else OneAfterAnother((rearranged(size, longer), there))


def _stretched(size: tuple[int, int], out: tuple[int, int]) -> Relation:
    return Axes(stretched_relation(out[0], size[0]), stretched_relation(out[1], size[1]))


def _of_parts(axis: int, sizes: Sequence[Shape], cells: tuple[int, int]) -> tuple[Relation, ...]:
    """Inputs that lie one after another along an axis; of three axes the last one is no axis of cells."""
    found: list[Relation] = []
    start = 0
    for size in sizes:
        rows, columns = cells_of_shape(size)
        if len(size) == 1:
            found.append(Axes(SAME, part_relation(cells[1], columns, start)))
        elif axis == 0:
            found.append(Axes(part_relation(cells[0], rows, start), SAME))
        elif axis == 1:
            found.append(Axes(SAME, part_relation(cells[1], columns, start)))
        else:
            found.append(Axes())
        start += size[axis]
    return tuple(found)
