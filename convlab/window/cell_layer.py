"""CellLayer: one use of a layer with the arrays that it reads and writes, as far as they are there.

A snapshot: when maps, weights or the image change, another one takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convlab.network.description import Layer, Network, OpenShape
from convlab.operations.chain import Chain
from convlab.operations.merge import Merge
from convlab.operations.operation import Operation, Shape
from convlab.operations.step import MergeStep, Step
from convlab.problems import Problem
from convlab.window.shown_cells import ShownCells

Array = NDArray[np.float32]
Operations = tuple[Operation, ...] | Merge
LAST = -1
"""The last of a layer's operations: what the layer writes."""


@dataclass(frozen=True)
class Place:
    """A cell of a network. node: of the network; part: which of its layer's operations, LAST for the last.

    row, column, filter: as operations count, so of a vector (0, 0, number).
    """

    node: int
    row: int
    column: int
    filter: int
    part: int = LAST


@dataclass(frozen=True, eq=False)
class CellLayer:
    """network, node: which use of which layer. operations: what it computes, () while its weights are not there.

    part: which of the operations is stepped. why: why it cannot be stepped through at all. inputs: what the layer
    reads, None while it is not there. keras: what Keras computed for it. chain: of all operations but a merge, over
    the input; it computes what Keras does not tell.
    """

    network: Network
    node: int
    operations: Operations = ()
    part: int = 0
    why: Problem | None = None
    inputs: tuple[Array, ...] | None = None
    keras: Array | None = None
    chain: Chain | None = None

    def with_arrays(self, inputs: tuple[Array, ...] | None, keras: Array | None) -> CellLayer:
        """With what it reads and writes now; what was computed from the same input is kept."""
        chain = None
        if inputs is not None and isinstance(self.operations, tuple) and self.operations:
            old = self.chain
            chain = (
                Chain(inputs[0], self.operations) if old is None else old.with_(inputs[0], self.operations)
            )
        return replace(self, inputs=inputs, keras=keras, chain=chain)

    # --- what it is ---

    @property
    def layer(self) -> Layer:
        return self.network.layer_of(self.node)

    @property
    def sources(self) -> tuple[int, ...]:
        """The nodes that are read."""
        return self.network.nodes[self.node].inputs

    @property
    def part_count(self) -> int:
        """How many operations the layer is, one after another."""
        return 1 if isinstance(self.operations, Merge) else max(len(self.operations), 1)

    @property
    def is_last(self) -> bool:
        """Whether the present part is what the layer writes."""
        return self.part == self.part_count - 1

    @property
    def merge(self) -> Merge | None:
        return self.operations if isinstance(self.operations, Merge) else None

    @property
    def operation(self) -> Operation | Merge | None:
        if isinstance(self.operations, Merge):
            return self.operations
        return self.operations[self.part] if self.operations else None

    # --- sizes, be the arrays there or not ---

    @cached_property
    def input_shapes(self) -> tuple[Shape, ...]:
        """Of what the present part reads; () where that is not known."""
        if self.inputs is not None:
            shapes = tuple(tuple(x.shape) for x in self.inputs)
        else:
            found = [closed(self.network.nodes[node].shape) for node in self.sources]
            shapes = tuple(shape for shape in found if shape is not None)
            if len(shapes) < len(found):
                return ()
        before = () if isinstance(self.operations, Merge) else self.operations[: self.part]
        try:
            for operation in before:
                shapes = (tuple(operation.output_shape(shapes[0])),)
        except (Problem, IndexError):
            return ()
        return shapes

    @cached_property
    def output_shape(self) -> Shape | None:
        """Of what the present part writes; None where it cannot be, or is not known."""
        operation, shapes = self.operation, self.input_shapes
        if operation is None or not shapes:
            return closed(self.network.nodes[self.node].shape)
        try:
            whole = shapes if isinstance(operation, Merge) else shapes[0]
            return tuple(operation.output_shape(whole))  # type: ignore[arg-type]
        except Problem:
            return None

    @cached_property
    def cells(self) -> ShownCells | None:
        """How the output is shown."""
        try:
            return None if self.output_shape is None else ShownCells(self.output_shape)
        except Problem:
            return None

    @cached_property
    def problem(self) -> Problem | None:
        """Why there are no steps, and will be none."""
        node = self.network.nodes[self.node]
        if self.why is not None or node.problem:
            return self.why or Problem(node.problem)
        if self.chain is not None:
            return self.chain.problem(self.part + 1)
        if self.merge is not None and self.input_shapes:
            try:
                self.merge.output_shape(self.input_shapes)
            except Problem as problem:
                return problem
        return None

    # --- arrays ---

    @property
    def is_ready(self) -> bool:
        """Whether steps can be told now."""
        if self.inputs is None or self.operation is None or self.problem is not None:
            return False
        return self.chain is None or self.chain.is_ready(self.part)

    def read(self) -> tuple[Array, ...]:
        """What the present part reads; nothing while it is not there."""
        if not self.is_ready or self.inputs is None:
            return ()
        return self.inputs if self.chain is None else (self.chain.output(self.part),)

    @property
    def is_told(self) -> bool:
        """Whether Keras says what the present part writes."""
        return self.is_last and self.keras is not None and self.keras.shape == self.output_shape

    def written(self) -> Array | None:
        """What the present part writes: as Keras says, else as it follows; None while it is not there."""
        if self.problem is not None:
            return None
        if self.is_told:
            return self.keras
        chain = self.chain
        return chain.output(self.part + 1) if chain is not None and chain.is_ready(self.part + 1) else None

    def step(self, row: int, column: int, filter: int) -> Step | None:
        """How a cell got its value; None while its input is not there."""
        operation, inputs = self.operation, self.read()
        if operation is None or not inputs:
            return None
        x = inputs if isinstance(operation, Merge) else inputs[0]
        return operation.explain(x, row, column, filter)  # type: ignore[arg-type]

    # --- where its numbers come from ---

    def place_of_input(self, number: int, row: int, column: int, channel: int) -> Place | None:
        """The cell of the layer before that is a cell of input `number`; None where the image ends the way."""
        if self.part > 0:
            return Place(self.node, row, column, channel, self.part - 1)
        if not self.sources:
            return None
        return Place(self.sources[number], row, column, channel)

    def strongest(self, step: Step) -> Place | None:
        """The cell that adds most to a step: the largest product, the winner of a pool, the largest of a merge."""
        if isinstance(step, MergeStep):
            number = int(np.argmax(np.abs(np.nan_to_num(step.values))))
            return self.place_of_input(*step.sources[number])
        row, column, place = strongest_cell(step)
        return self.place_of_input(
            0, int(step.rows[row]), int(step.columns[column]), int(step.channels[place])
        )


def strongest_cell(step: Step) -> tuple[int, int, int]:
    """Where in a step's window the number is that adds most: (row, column, channel) of the window."""
    strength = np.nan_to_num(np.abs(getattr(step, "products", step.window)))
    winners = getattr(step, "winners", None)
    if winners is not None and winners.any():
        strength = winners[:, :, np.newaxis].astype(np.float64)
    elif step.window.shape[:2] == (1, 1) and step.filter in step.channels and not hasattr(step, "products"):
        return 0, 0, int(np.flatnonzero(step.channels == step.filter)[0])
    strength = np.where(step.inside[:, :, np.newaxis], strength, -1.0)
    row, column, channel = np.unravel_index(int(np.argmax(strength)), strength.shape)
    return int(row), int(column), int(channel)


def closed(shape: OpenShape | None) -> Shape | None:
    """A shape without open sizes; None for others."""
    if shape is None or any(n is None for n in shape):
        return None
    return tuple(n for n in shape if n is not None)


def shown(arrays: Sequence[Array]) -> tuple[Array, ...]:
    """Arrays as they lie on the screen: (rows, columns, channels)."""
    return tuple(ShownCells(tuple(x.shape)).array(x) for x in arrays)
