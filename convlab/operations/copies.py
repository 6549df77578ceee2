"""What operations have in common that move numbers about and change none."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from convlab.operations.operation import Array, Operation, Shape, cells_of, check_cell, image_of
from convlab.operations.step import PointwiseStep

Source = tuple[int, int, int]


class Copy(Operation):
    """Every output cell is a copy of one input cell, or of the padding around the input."""

    name: ClassVar[str] = ""

    @abstractmethod
    def source_of(self, input_shape: Shape, row: int, column: int, filter: int = 0) -> Source:
        """The input's row, column and channel that an output cell copies; they may lie in the padding."""

    def explain(self, x: Array, row: int, column: int, filter: int = 0) -> PointwiseStep:
        check_cell(self.output_shape(x.shape), row, column, filter)
        return copy_step(x, row, column, filter, self.source_of(x.shape, row, column, filter), self.name)


@dataclass(frozen=True)
class Identity(Copy):
    """Passes its input on as it is."""

    title = "Identity"
    name: ClassVar[str] = "copy"

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def source_of(self, input_shape: Shape, row: int, column: int, filter: int = 0) -> Source:
        return row, column, filter

    def apply(self, x: Array) -> Array:
        return x


def copy_step(x: Array, row: int, column: int, filter: int, source: Source, name: str) -> PointwiseStep:
    """The step of a cell that copies `source`; of padding, which is 0, where that lies outside x."""
    rows, columns, channels = (np.array([index]) for index in source)
    window, inside = cells_of(image_of(x), rows, columns, channels)
    padded = not inside.all()
    return PointwiseStep(
        row, column, filter, rows, columns, inside, window, channels, float(window[0, 0, 0]),
        "padding" if padded else name, "padding: 0" if padded else "x",
    )  # fmt: skip
