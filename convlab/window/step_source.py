"""StepSource: what the player and its cards ask. The Lab's session is one, and so is a cell of a trained network.

So one player, one strip of arithmetic and one output card serve a kernel that was edited by hand and a learned layer.
"""

from __future__ import annotations

import weakref
from collections.abc import Hashable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from convlab.drawing.colors import ColorScale, scale_for
from convlab.operations.dense import Dense
from convlab.operations.merge import Merge
from convlab.operations.operation import Operation
from convlab.operations.step import IntArray, Step
from convlab.problems import Problem

Array = NDArray[np.float32]
_MOST_SCALES = 64


class StepSource(QObject):
    """One operation with its input and output; which filter of it is looked at, and how its output is shown.

    first_filter: the number by which people call the first filter.
    """

    # After an edit: experiment_changed, then output_changed. After a change of focus: stage_changed, then
    # output_changed; it comes once more when an output that took time is ready.
    experiment_changed = Signal()
    stage_changed = Signal()
    filter_changed = Signal()
    output_changed = Signal()
    display_changed = Signal()

    first_filter: ClassVar[int] = 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.filter = 0
        self.show_all = False
        self._scales: dict[object, tuple[weakref.ref[Array], ColorScale]] = {}

    # --- the operation and its arrays ---

    @property
    def operation(self) -> Operation | Merge | None:
        raise NotImplementedError

    @property
    def kind(self) -> Hashable:
        """Equal as long as it is the same operation, whatever its weights are."""
        raise NotImplementedError

    @property
    def facts(self) -> str:
        """What is known of the operation before anything is computed; "" if there is nothing to tell."""
        raise NotImplementedError

    @property
    def input_array(self) -> Array | None:
        """What is read, as it is shown: (rows, columns, channels); None while it is not there."""
        raise NotImplementedError

    @property
    def output_array(self) -> Array | None:
        """What is written, as it is shown: (rows, columns, filters); None while it is not there."""
        raise NotImplementedError

    @property
    def output_shape(self) -> tuple[int, ...] | None:
        """The shape of the output; None where a setting cannot be, or there is no operation."""
        raise NotImplementedError

    @property
    def shown_shape(self) -> tuple[int, int, int] | None:
        """Rows, columns and filters of the output as it is shown; a vector is one row."""
        shape = self.output_shape
        if shape is None:
            return None
        return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, shape[0], 1)

    @property
    def grid_shape(self) -> tuple[int, int]:
        """Rows and columns of output positions to step through. (0, 0) if there are none."""
        shape = self.shown_shape
        return (0, 0) if shape is None else shape[:2]

    @property
    def problem(self) -> Problem | None:
        """Why the operation has no output, if it has none."""
        raise NotImplementedError

    @property
    def remedy(self) -> str:
        """What a button beside the problem is called; "" for none."""
        return ""

    @property
    def empty(self) -> str:
        """What the output card says where there is no operation; "" if there is one."""
        return ""

    @property
    def busy(self) -> bool:
        raise NotImplementedError

    @property
    def waiting(self) -> str:
        """What is waited for while it is busy."""
        return "The input is being computed."

    # --- steps ---

    def step_at(self, row: int, column: int) -> Step | None:
        """How an output cell, as it is shown, got its value; None while its input is not there."""
        raise NotImplementedError

    def window_of(self, step: Step) -> tuple[IntArray, IntArray]:
        """Where the step's window lies in the input as it is shown."""
        raise NotImplementedError

    def readers_of(self, row: int, column: int) -> tuple[IntArray, IntArray]:
        """The output cells, as they are shown, that read an input cell; none where there is no output."""
        raise NotImplementedError

    # --- words and colours ---

    @property
    def filter_word(self) -> str:
        """What the channels of the output are called."""
        return "filter"

    @property
    def input_word(self) -> str:
        """What the channels of the input are called, where they have no names."""
        return "input" if isinstance(self.operation, Dense) else "channel"

    @property
    def number_word(self) -> str:
        """What the numbers of a vector are called that the operation writes."""
        return "unit" if isinstance(self.operation, Dense) else "number"

    @property
    def input_names(self) -> tuple[str, ...]:
        """What the input's channels (of a merge: the inputs) are called, if not by numbers."""
        return ()

    @property
    def output_names(self) -> tuple[str, ...]:
        """What the output's numbers are called, if they are classes with names."""
        return ()

    @property
    def strongest_first(self) -> bool:
        """Whether channels are told by how much they add, not by their numbers."""
        return False

    @property
    def input_white(self) -> float | None:
        """The value of white, where the input is an image."""
        return None

    @property
    def output_white(self) -> float | None:
        """The value of white, where the output is an image."""
        return None

    @property
    def size_text(self) -> str:
        """How large the output is."""
        rows, columns = self.grid_shape
        return f"{rows:,} × {columns:,}" if rows else ""

    def place_text(self, row: int, column: int, filter: int) -> str:
        """A step's cell in words; of a vector its number is `filter`."""
        shape = self.output_shape
        if shape is not None and len(shape) == 1:
            return f"{self.number_word.capitalize()} {filter:,}"
        filters = self.shown_shape[2] if self.shown_shape is not None else 1
        more = f", {self.filter_word} {filter + self.first_filter}" if filters > 1 else ""
        return f"Row {row}, column {column}{more}"

    def longest_place(self) -> str:
        """The longest of these texts."""
        rows, columns = self.grid_shape
        shape = self.output_shape
        number = max(rows * columns, 1) - 1 if shape is not None and len(shape) == 1 else self.filter
        return self.place_text(max(rows, 1) - 1, max(columns, 1) - 1, number)

    def cell_text(self, row: int, column: int) -> str:
        """An output cell, as it is shown, in words."""
        return f"row {row}, column {column}"

    def scale_of(self, values: Array, white: float | None = None, *, dark: bool = False) -> ColorScale:
        """The colours of an array; asked for with every step, so the range of the newest arrays is remembered."""
        whole = values if values.base is None else values.base
        key = (id(whole), values.shape, values.__array_interface__["data"][0], white, dark)
        known = self._scales.get(key)
        if known is not None and known[0]() is whole:
            return known[1]
        if len(self._scales) > _MOST_SCALES:
            self._scales.clear()
        scale = scale_for(values, white, dark=dark)
        self._scales[key] = (weakref.ref(whole), scale)
        return scale

    def input_scale(self, *, dark: bool = False) -> ColorScale | None:
        """The colours of the input as its view shows it; None while it is not there."""
        x = self.input_array
        return None if x is None else self.scale_of(x, self.input_white, dark=dark)

    # --- what is looked at ---

    def choose_filter(self, filter: int) -> None:
        """Look at another filter; beyond the last it is the last."""
        filters = self.shown_shape[2] if self.shown_shape is not None else 1
        filter = min(max(filter, 0), max(filters - 1, 0))
        if filter != self.filter:
            self.filter = filter
            self.filter_changed.emit()

    def choose_display(self, *, show_all: bool) -> None:
        """Show the output as it is written, or all at once."""
        if show_all != self.show_all:
            self.show_all = show_all
            self.display_changed.emit()
