"""CellSource: a layer of a trained network as what the player and its cards ask; which layer it is, others decide."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QObject

from convlab.drawing.colors import ColorScale
from convlab.drawing.facts import facts_text
from convlab.operations.merge import Merge
from convlab.operations.operation import Operation, image_of
from convlab.operations.step import Step
from convlab.problems import Problem
from convlab.window import cell_windows, cell_words
from convlab.window.cell_layer import Array, CellLayer, Place, shown
from convlab.window.cell_windows import Positions
from convlab.window.network_session import NetworkSession
from convlab.window.prepared_pixels import Preparing
from convlab.window.shown_cells import ShownCells
from convlab.window.step_source import StepSource
from convlab.window.verdict import Verdict, verdict_on

NOWHERE: Positions = (np.zeros(0, np.int64), np.zeros(0, np.int64))
_WAITING = {
    "opening": "The network is being opened.",
    "reading": "The weights are being read.",
    "starting": "TensorFlow is starting.",
    "building": "The network is being built.",
}


class CellSource(StepSource):
    """All that follows from the present layer: its arrays, its steps, what they are called and how they look."""

    first_filter = 0

    def __init__(self, session: NetworkSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.now: CellLayer | None = None
        self.show_all = True
        self.looked_at: tuple[tuple[int, int], ...] = ()  # inputs and channels that are shown

    @property
    def is_image(self) -> bool:
        """Whether it is a pixel of the image, behind which there is no layer."""
        return self.now is not None and self.now.network.is_image(self.now.node)

    def shown_place(self, place: Place) -> tuple[int, int, int]:
        """The row, column and filter at which a place of the present layer is shown, within its output."""
        if self.cells is None:
            return 0, 0, 0
        found = self.cells.place_of(place.row, place.column, place.filter)
        row, column, filter = (
            min(max(at, 0), size - 1) for at, size in zip(found, self.cells.grid, strict=True)
        )
        return row, column, filter

    def place_at(self, row: int, column: int) -> Place | None:
        """The place of an output cell, as it is shown."""
        if self.now is None or self.cells is None:
            return None
        return Place(self.now.node, *self.cells.cell_of(row, column, self.filter), self.now.part)

    # --- the operation ---

    @property
    def operation(self) -> Operation | Merge | None:
        return self.now.operation if self.now is not None else None

    @property
    def kind(self) -> Hashable:
        return (self.now.node, self.now.part) if self.now is not None else None

    @property
    def facts(self) -> str:
        now, operation = self.now, self.operation
        if now is None or operation is None or not now.input_shapes or isinstance(operation, Preparing):
            return ""
        return facts_text(operation, now.input_shapes if now.merge is not None else now.input_shapes[0])

    @property
    def problem(self) -> Problem | None:
        now, maps = self.now, self._session.maps
        if now is None:
            return None
        if now.problem is None and now.inputs is None and maps.engine_state == "missing":
            return Problem(maps.engine_why)
        return now.problem

    @property
    def empty(self) -> str:
        return "" if self.now is not None else "Here is the map of the cell that is stepped into."

    @property
    def busy(self) -> bool:
        return self.now is not None and self.problem is None and not self.now.is_ready

    @property
    def waiting(self) -> str:
        return _WAITING.get(self._session.state, super().waiting) if self.busy else ""

    @property
    def is_fresh(self) -> bool:
        """Whether Keras's map belongs to the same image and weights as what is read."""
        return bool(self._session.maps.fresh)

    # --- arrays ---

    @property
    def cells(self) -> ShownCells | None:
        """How the output is shown."""
        return self.now.cells if self.now is not None else None

    @property
    def shown_inputs(self) -> tuple[Array, ...]:
        """What is read, as it is shown: for each input (rows, columns, channels); nothing while it is not there."""
        return shown(self.now.read()) if self.now is not None else ()

    @property
    def input_cells(self) -> tuple[ShownCells, ...]:
        """How each input is shown."""
        return tuple(map(ShownCells, self.now.input_shapes)) if self.now is not None else ()

    @property
    def input_array(self) -> Array | None:
        inputs = self.shown_inputs
        return inputs[0] if inputs else None

    @property
    def output_shape(self) -> tuple[int, ...] | None:
        return self.now.output_shape if self.now is not None else None

    @property
    def shown_shape(self) -> tuple[int, int, int] | None:
        return self.cells.grid if self.cells is not None else None

    @property
    def output_array(self) -> Array | None:
        written = self.now.written() if self.now is not None else None
        return None if written is None or self.cells is None else self.cells.array(written)

    # --- steps ---

    def step_at(self, row: int, column: int) -> Step | None:
        rows, columns = self.grid_shape
        if self.now is None or self.cells is None or not (0 <= row < rows and 0 <= column < columns):
            return None
        return self.now.step(*self.cells.cell_of(row, column, self.filter))

    def verdict(self, step: Step) -> Verdict | None:
        """What Keras says of a step; None where it does not tell, or not yet."""
        now = self.now
        if now is None or not now.is_told or now.keras is None or not self.is_fresh:
            return None
        value = image_of(now.keras)[step.row, step.column, step.filter]
        return verdict_on(step, float(value))

    def windows_of(self, step: Step) -> tuple[Positions, ...]:
        """For each input, where the step's window lies in it as it is shown."""
        return cell_windows.windows_of(self.now, step) if self.now is not None else ()

    def window_of(self, step: Step) -> Positions:
        return self.windows_of(step)[0]

    def readers_of(self, row: int, column: int, number: int = 0) -> Positions:
        """The output cells that read a cell of input `number`."""
        return cell_windows.readers_of(self.now, number, row, column) if self.now is not None else NOWHERE

    # --- words ---

    @property
    def filter_word(self) -> str:
        if self.is_image:
            return "channel"
        return "unit" if self.number_word == "unit" else "map"

    @property
    def input_names(self) -> tuple[str, ...]:
        return cell_words.input_names(self.now, self._session.work.preparation)

    @property
    def strongest_first(self) -> bool:
        return not self.input_names  # colours keep their order

    @property
    def output_names(self) -> tuple[str, ...]:
        """The classes, where the present output is the network's prediction."""
        now, names = self.now, self._session.names
        is_output = now is not None and now.is_last and now.node == self._session.output_node
        return names if is_output and self.output_shape == (len(names),) else ()

    @property
    def input_white(self) -> float | None:
        if self.is_image:
            return self._session.work.image.white
        now = self.now
        reads_image = now is not None and now.part == 0 and len(now.sources) == 1
        return self._white if reads_image and now and cell_words.is_image(now, now.sources[0]) else None

    def input_scale(self, *, dark: bool = False) -> ColorScale | None:
        """One for all inputs and channels; where single maps are shown, as wide as these need."""
        inputs = self.shown_inputs
        if not inputs:
            return None
        planes = [inputs[number][:, :, channel] for number, channel in self.looked_at if number < len(inputs)]
        singles = bool(planes) and (len(inputs) > 1 or len(planes) == 1)
        scales = [self.scale_of(x, self.input_white, dark=dark) for x in (planes if singles else inputs)]
        return max(scales, key=lambda scale: scale.high)

    @property
    def output_white(self) -> float | None:
        return self._white if self.is_image else None

    @property
    def _white(self) -> float | None:
        """The value of white in the image as networks get it; None where it has a sign."""
        return {"0 to 1": 1.0, "0 to 255": 255.0}.get(self._session.work.preparation.scaling)

    @property
    def size_text(self) -> str:
        shape = self.output_shape
        return (
            f"{shape[0]:,} {self.number_word}s"
            if shape is not None and len(shape) == 1
            else super().size_text
        )

    def place_text(self, row: int, column: int, filter: int) -> str:
        if self.is_image and self.cells is not None and len(self.cells.shape) == 3:
            return cell_words.pixel_text(row, column, filter, self.cells.shape[2])
        if self.cells is None or len(self.cells.shape) == 3:
            return super().place_text(row, column, filter)
        return cell_words.number_text(
            self.cells, row, column, filter, self.output_names, word=self.number_word
        )

    def longest_place(self) -> str:
        if self.cells is None:
            return ""
        rows, columns, _ = self.cells.grid
        texts = [self.place_text(*self.cells.cell_of(rows - 1, columns - 1, self.filter))]
        names = self.output_names
        if names:  # of a thousand, only the one with the longest name is put into words
            longest = max(range(len(names)), key=lambda number: len(names[number]) + len(str(number)))
            texts.append(self.place_text(0, 0, longest))
        return max(texts, key=len)

    def cell_text(self, row: int, column: int) -> str:
        if self.cells is None or len(self.cells.shape) > 1:
            return super().cell_text(row, column)
        return self.place_text(*self.cells.cell_of(row, column, 0)).lower()
