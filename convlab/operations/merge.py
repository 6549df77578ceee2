"""Merge: several inputs become one, cell by cell, as Keras's Add, Concatenate and their relatives do.

Inputs of other sizes are stretched along axes of length 1; one with fewer axes gets axes of length 1 before them. So
(height, width, channels) times (1, 1, channels) or (channels,) scales whole feature maps (squeeze and excitation).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.operations.operation import Array, Shape, as_image, check_cell, image_of
from convlab.operations.step import FloatArray, IntArray, MergeStep
from convlab.problems import Problem

Source = tuple[int, int, int, int]
_Function = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]

_FUNCTIONS: dict[str, _Function] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "average": np.add,
    "maximum": np.maximum,
    "minimum": np.minimum,
}
MERGE_KINDS = (*_FUNCTIONS, "concatenate")


@dataclass(frozen=True)
class Merge:
    """kind: one of MERGE_KINDS. axis: along which inputs are concatenated, of an array without its batch, 0 the first
    or −1 the last. Raises ValueError for an unknown kind."""

    kind: str
    axis: int = -1

    def __post_init__(self) -> None:
        if self.kind not in MERGE_KINDS:
            raise ValueError(f"there is no way to merge named {self.kind!r}")

    @property
    def title(self) -> str:
        return self.kind.capitalize()

    @property
    def summary(self) -> str:
        if self.kind != "concatenate" or self.axis in (-1, 2):
            return "channels" if self.kind == "concatenate" else ""
        return f"axis {self.axis}".replace("-", "−")

    # --- geometry ---

    def output_shape(self, input_shapes: Sequence[Shape]) -> Shape:
        """The shape of the result. Raises Problem where Keras refuses."""
        if not input_shapes or (self.kind == "subtract" and len(input_shapes) != 2):
            raise Problem(
                f"{self.title} needs {'two inputs' if self.kind == 'subtract' else 'an input'},"
                f" not {len(input_shapes)}."
            )
        return self._joined(input_shapes) if self.kind == "concatenate" else self._stretched(input_shapes)

    def _stretched(self, input_shapes: Sequence[Shape]) -> Shape:
        try:
            return tuple(int(size) for size in np.broadcast_shapes(*input_shapes))
        except ValueError:
            raise Problem(
                f"Inputs of {_listed(input_shapes)} do not go together.",
                "Along each axis they are equally long, or one cell long.",
            ) from None

    def _joined(self, input_shapes: Sequence[Shape]) -> Shape:
        first, axis = input_shapes[0], self._axis(input_shapes[0])
        others = {(len(shape), *shape[:axis], *shape[axis + 1 :]) for shape in input_shapes}
        if len(others) > 1:
            raise Problem(
                f"Inputs of {_listed(input_shapes)} cannot be joined along axis {axis}.",
                "Along the other axes they have to be equally long.",
            )
        return (*first[:axis], sum(shape[axis] for shape in input_shapes), *first[axis + 1 :])

    def _axis(self, shape: Shape) -> int:
        if not -len(shape) <= self.axis < len(shape):
            raise Problem(f"There is no axis {self.axis} in {_sizes(shape)}.".replace("-", "−"))
        return self.axis % len(shape)

    def source_of(
        self, input_shapes: Sequence[Shape], row: int, column: int, filter: int = 0
    ) -> tuple[Source, ...]:
        """The input, row, column and channel of every number that an output cell is made of.

        IndexError outside the output. Vectors are one cell with many channels.
        """
        check_cell(self.output_shape(input_shapes), row, column, filter)
        place = (row, column, filter)
        if self.kind == "concatenate":
            number, moved = self._part(input_shapes, place)
            return ((number, *moved),)
        found = []
        for number, shape in enumerate(input_shapes):
            r, c, f = (at if size > 1 else 0 for at, size in zip(place, as_image(shape), strict=True))
            found.append((number, r, c, f))
        return tuple(found)

    def _part(
        self, input_shapes: Sequence[Shape], place: tuple[int, int, int]
    ) -> tuple[int, tuple[int, int, int]]:
        """Which of the joined inputs holds a cell, and where in it."""
        axis = self.image_axis(input_shapes)
        ends = np.cumsum([as_image(shape)[axis] for shape in input_shapes])
        number = int(np.searchsorted(ends, place[axis], side="right"))
        before = int(ends[number - 1]) if number else 0
        row, column, filter = (at - before if k == axis else at for k, at in enumerate(place))
        return number, (row, column, filter)

    def image_axis(self, input_shapes: Sequence[Shape]) -> int:
        """Along what inputs are joined: 0 rows, 1 columns, 2 channels."""
        return 3 - len(input_shapes[0]) + self._axis(input_shapes[0])

    def window_positions(
        self, input_shapes: Sequence[Shape], number: int, row: int, column: int
    ) -> tuple[IntArray, IntArray]:
        """The rows and columns of input `number` that output cell (row, column) reads in any channel."""
        offset = self._offset(input_shapes, number)
        found = []
        for axis, at in enumerate((row, column)):
            size = as_image(input_shapes[number])[axis]
            position = at - offset[axis] if self.kind == "concatenate" or size > 1 else 0
            found.append(np.array([position] if 0 <= position < size else [], np.int64))
        return found[0], found[1]

    def readers_of(
        self, input_shapes: Sequence[Shape], number: int, row: int, column: int
    ) -> tuple[IntArray, IntArray]:
        """The rows and columns of the output cells that read cell (row, column) of input `number`."""
        offset, output = self._offset(input_shapes, number), as_image(self.output_shape(input_shapes))
        found = []
        for axis, at in enumerate((row, column)):
            stretched = self.kind != "concatenate" and as_image(input_shapes[number])[axis] < output[axis]
            found.append(np.arange(output[axis]) if stretched else np.array([at + offset[axis]]))
        return found[0], found[1]

    def _offset(self, input_shapes: Sequence[Shape], number: int) -> tuple[int, int]:
        """How many rows and columns of the output lie before those of an input."""
        if self.kind != "concatenate":
            return 0, 0
        axis = self.image_axis(input_shapes)
        before = sum(as_image(shape)[axis] for shape in input_shapes[:number])
        return before if axis == 0 else 0, before if axis == 1 else 0

    # --- numbers ---

    def apply(self, inputs: Sequence[Array]) -> Array:
        """The whole output, float32. Raises Problem as `output_shape` does."""
        self.output_shape([x.shape for x in inputs])
        if self.kind == "concatenate":
            return np.concatenate(inputs, self.axis)
        return np.asarray(self._merged(list(inputs)), np.float32)

    def _merged(self, inputs: Sequence[NDArray[Any]]) -> NDArray[Any]:
        total = inputs[0]
        for x in inputs[1:]:
            total = _FUNCTIONS[self.kind](total, x)
        return total / total.dtype.type(len(inputs)) if self.kind == "average" else total

    def explain(self, inputs: Sequence[Array], row: int, column: int, filter: int = 0) -> MergeStep:
        """How one output cell is made; costs the same for every size. IndexError outside the output."""
        sources = self.source_of([x.shape for x in inputs], row, column, filter)
        images = [image_of(inputs[number]) for number, *_ in sources]
        values = np.array(
            [float(x[r, c, f]) for x, (_, r, c, f) in zip(images, sources, strict=True)], np.float64
        )
        return MergeStep(
            row, column, filter, np.array([row]), np.array([column]), np.ones((1, 1), np.bool_),
            values.reshape(1, 1, -1), np.arange(len(values)), self._result(values), self.kind, sources, values,
        )  # fmt: skip

    def _result(self, values: FloatArray) -> float:
        if self.kind == "concatenate":
            return float(values[0])
        return float(self._merged(list(values)))

    def weight_count(self) -> int:
        return 0

    def multiplications(self, input_shapes: Sequence[Shape]) -> int:
        """How many multiplications the whole output takes."""
        each = {"multiply": len(input_shapes) - 1, "average": 1}.get(self.kind, 0)
        return each * math.prod(self.output_shape(input_shapes)) if each else 0


def _listed(shapes: Sequence[Shape]) -> str:
    *first, last = dict.fromkeys(map(_sizes, shapes))
    return f"{', '.join(first)} and {last}" if first else last


def _sizes(shape: Shape) -> str:
    return "×".join(f"{size:,}" for size in shape)
