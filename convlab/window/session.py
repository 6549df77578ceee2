"""Session: what is open, and the only place where it changes.

The user's work is one frozen Experiment with its history. What is not work (which stage is in focus, which filter and
which cell one looks at) lives here too, outside undo. Views ask the session and are told by its signals.
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QObject, Signal

from convlab.drawing.facts import facts_text
from convlab.experiment.experiment import Experiment, first_experiment
from convlab.experiment.history import History
from convlab.experiment.image import Image
from convlab.operations.chain import Chain
from convlab.operations.operation import Operation
from convlab.operations.step import IntArray, Step
from convlab.problems import Problem
from convlab.window.computing import Computer
from convlab.window.step_source import Array, StepSource

_FIRST = np.zeros(1, np.int64)
_NONE = np.zeros(0, np.int64)
IMAGE_STAGE = -1
ALL_AT_ONCE_FROM = 64 * 64  # cells; a larger output is shown whole, since nobody waits for it to be written


class Session(StepSource):
    """The experiment, its history, and what of it is looked at."""

    problem_met = Signal(object)

    def __init__(self, experiment: Experiment | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        experiment = experiment or first_experiment()
        self.history: History[Experiment] = History(experiment)
        self.saved: Experiment | None = experiment  # what is on the disk, or nothing worth saving
        self.chain = Chain(experiment.image.pixels, experiment.operations)
        self.stage = 0 if experiment.operations else IMAGE_STAGE
        self.computer = Computer(self)
        self.computer.ready.connect(self._computed)
        self.computer.failed.connect(self.problem_met)
        self._choose_display()
        self._compute()

    # --- the work ---

    @property
    def experiment(self) -> Experiment:
        return self.history.present

    @property
    def changed_since_saved(self) -> bool:
        return self.experiment is not self.saved

    @property
    def image(self) -> Image:
        return self.experiment.image

    def edit_image(self, label: str, image: Image, merge_key: str | None = None) -> None:
        self.edit(label, self.experiment.with_image(image), merge_key)

    def edit(self, label: str, experiment: Experiment, merge_key: str | None = None) -> None:
        """Make `experiment` the present one; edits in a row with the same `merge_key` are one undo step."""
        if experiment is not self.experiment:
            self._take(self.history.done(label, experiment, merge_key))

    def seal(self) -> None:
        """End a burst: the next edit is an undo step of its own, whatever its merge key."""
        self.history = self.history.sealed()

    def undo(self) -> None:
        if self.history.can_undo:
            self._take(self.history.undone())

    def redo(self) -> None:
        if self.history.can_redo:
            self._take(self.history.redone())

    def replace(self, experiment: Experiment, *, saved: bool) -> None:
        """Open another experiment; the history begins anew."""
        self.saved = experiment if saved else None
        self._take(History(experiment))
        self.choose_stage(0 if experiment.operations else IMAGE_STAGE)

    def mark_saved(self, experiment: Experiment) -> None:
        self.saved = experiment
        self.experiment_changed.emit()

    def _take(self, history: History[Experiment]) -> None:
        before, self.history = self.experiment, history
        now = self.experiment
        self.chain = self.chain.with_(now.image.pixels, now.operations)
        self.stage = min(self.stage, len(now.operations) - 1)
        self.filter = min(self.filter, max(self._filters() - 1, 0))
        if now.image.pixels.shape != before.image.pixels.shape:
            self._choose_display()
        self._compute(quiet=True)
        self.experiment_changed.emit()
        self.output_changed.emit()

    # --- what is looked at ---

    @property
    def operation_index(self) -> int:
        """The operation that is stepped: the one in focus, or the first while the image is in focus."""
        return max(self.stage, 0)

    @property
    def operation(self) -> Operation | None:
        operations = self.experiment.operations
        return operations[self.operation_index] if operations else None

    @property
    def input_shape(self) -> tuple[int, ...] | None:
        return self._shape(self.operation_index)

    @property
    def output_shape(self) -> tuple[int, ...] | None:
        """The shape of the focused operation's output; None where a setting cannot be, or there is no operation."""
        return self._shape(self.operation_index + 1) if self.operation else None

    @property
    def problem(self) -> Problem | None:
        """Why the focused operation has no output, if it has none."""
        return self.chain.problem(self.operation_index + 1) if self.operation else None

    @property
    def input_array(self) -> Array | None:
        return self._array(self.operation_index)

    @property
    def output_array(self) -> Array | None:
        return self._array(self.operation_index + 1) if self.operation else None

    @property
    def kind(self) -> Hashable:
        operation, shape = self.operation, self.input_shape
        weights = operation and operation.weight_count()
        return self.stage, type(operation), weights, shape and shape[-1]

    @property
    def facts(self) -> str:
        operation, shape = self.operation, self.input_shape
        if operation is None or shape is None or self.problem is not None:
            return ""
        return facts_text(operation, shape)

    @property
    def empty(self) -> str:
        return "" if self.operation else "Here is the output of an operation. The chain above has none yet."

    @property
    def remedy(self) -> str:
        return "Undo"

    @property
    def input_names(self) -> tuple[str, ...]:
        is_colour = self.operation_index == 0 and self.image.channels == 3
        return ("red", "green", "blue") if is_colour else ()

    @property
    def input_white(self) -> float | None:
        return self.image.white if self.operation_index == 0 else None

    @property
    def busy(self) -> bool:
        return self.computer.busy

    def step_at(self, row: int, column: int) -> Step | None:
        """How the output cell got its value; None while its input is not there."""
        operation = self.operation
        rows, columns = self.grid_shape
        if operation is None or not (0 <= row < rows and 0 <= column < columns):
            return None
        if not self.chain.is_ready(self.operation_index):
            return None
        x, shape = self.chain.output(self.operation_index), self.output_shape
        if shape is not None and len(shape) == 1:
            return operation.explain(x, 0, 0, column)
        return operation.explain(x, row, column, self.filter)

    def window_of(self, step: Step) -> tuple[IntArray, IntArray]:
        """Where the step's window lies in the input as it is shown: a vector is shown as one row of cells."""
        shape = self.input_shape
        if shape is not None and len(shape) == 1:
            return _FIRST, step.channels
        return step.rows, step.columns

    def readers_of(self, row: int, column: int) -> tuple[IntArray, IntArray]:
        """The output cells, as they are shown, that read an input cell; none where there is no output."""
        operation, shape, outputs = self.operation, self.input_shape, self.grid_shape
        if operation is None or shape is None or self.problem is not None:
            return _NONE, _NONE
        if len(shape) == 3 and len(self.output_shape or ()) == 3:
            return operation.readers_of(shape, row, column)
        one_by_one = len(shape) == 1 and operation.weight_count() == 0
        return _FIRST, np.array([column]) if one_by_one else np.arange(outputs[1])

    def choose_stage(self, stage: int) -> None:
        """Put an operation into focus, or the image (IMAGE_STAGE)."""
        stage = min(max(stage, IMAGE_STAGE), len(self.experiment.operations) - 1)
        if stage == self.stage:
            return
        self.stage = stage
        self.filter = min(self.filter, max(self._filters() - 1, 0))
        self._compute(quiet=True)
        self.stage_changed.emit()
        self.output_changed.emit()

    def _choose_display(self) -> None:
        rows, columns = self.experiment.image.pixels.shape[:2]
        self.choose_display(show_all=rows * columns > ALL_AT_ONCE_FROM)

    # --- the outputs ---

    def _shape(self, stage: int) -> tuple[int, ...] | None:
        return None if self.chain.problem(stage) else self.chain.shape(stage)

    def _filters(self) -> int:
        shape = self.output_shape
        return shape[2] if shape is not None and len(shape) == 3 else 1

    def _array(self, stage: int) -> Array | None:
        if self.chain.problem(stage) is not None or not self.chain.is_ready(stage):
            return None
        x = self.chain.output(stage)
        return x if x.ndim == 3 else x.reshape(1, -1, 1)

    def _compute(self, quiet: bool = False) -> None:
        if self.operation is None or self.problem is not None:
            return
        if self.computer.want(self.chain, self.operation_index + 1) and not quiet:
            self.output_changed.emit()

    def _computed(self, chain: Chain) -> None:
        if chain is self.chain:
            self._compute(quiet=True)  # the focus may have moved on to a later stage meanwhile
            self.output_changed.emit()
