"""Player: which output cell is being computed, and how far its computation is shown."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QObject, Signal

from convlab.operations.step import MergeStep, PoolingStep, Step, WeightedSum
from convlab.window.pace import Pace
from convlab.window.step_source import StepSource

Region = tuple[int, int, int, int]


class Phase(IntEnum):
    """The parts of one step, in order. WRITE is the whole step: its result stands in the output."""

    PLACE = 0
    MULTIPLY = 1
    ADD = 2
    BIAS = 3
    ACTIVATE = 4
    WRITE = 5


def phases_of(step: Step | None) -> tuple[Phase, ...]:
    """The phases that this step really has: a bias of nothing or no activation is not shown as a part."""
    if isinstance(step, WeightedSum):
        skipped = {Phase.ACTIVATE} if step.activation == "linear" else set()
        skipped |= {Phase.BIAS} if step.bias == 0 else set()
        return tuple(phase for phase in Phase if phase not in skipped)
    if isinstance(step, MergeStep) and step.kind == "concatenate":
        return (Phase.PLACE, Phase.WRITE)
    if isinstance(step, PoolingStep | MergeStep):
        return (Phase.PLACE, Phase.ADD, Phase.WRITE)
    return (Phase.PLACE, Phase.ACTIVATE, Phase.WRITE)


class Player(Pace):
    """Steps through the output cells of the focused operation, row by row."""

    step_changed = Signal()
    phase_changed = Signal()
    loop_changed = Signal()
    predicting_changed = Signal(bool)

    def __init__(self, source: StepSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.row = 0
        self.column = 0
        self.phase = Phase.WRITE
        self.loop: Region | None = None
        self.predicting = False
        self.hidden = False
        self._step: Step | None = None
        source.filter_changed.connect(self._fit)
        source.output_changed.connect(self._fit)

    # --- where ---

    @property
    def count(self) -> int:
        """How many steps there are."""
        rows, columns = self._source.grid_shape
        return rows * columns

    @property
    def index(self) -> int:
        """The number of the present step, from 0, row by row."""
        return self.row * self._source.grid_shape[1] + self.column

    @property
    def written(self) -> int:
        """How many output cells are written: with its last phase the present one is, unless it is to be guessed."""
        done = self.phase == Phase.WRITE and not self.hidden
        return self.index + (1 if done else 0) if self.count else 0

    @property
    def current(self) -> Step | None:
        """The present step; None where there is none, or while its input is being computed."""
        if self._step is None:
            self._step = self._source.step_at(self.row, self.column)
        return self._step

    # --- moving ---

    def go(self, row: int, column: int, phase: Phase = Phase.WRITE) -> None:
        """Make (row, column) the present step, clamped to the output."""
        rows, columns = self._source.grid_shape
        row, column = min(max(row, 0), max(rows - 1, 0)), min(max(column, 0), max(columns - 1, 0))
        moved = (row, column) != (self.row, self.column)
        changed_phase = phase != self.phase
        self.row, self.column, self.phase = row, column, phase
        if moved:
            self._step = None
            self.hidden = self.predicting
            self.step_changed.emit()
        elif changed_phase:
            self.phase_changed.emit()

    def seek(self, index: int) -> None:
        columns = self._source.grid_shape[1]
        if columns:
            index = min(max(index, 0), self.count - 1)
            self.go(index // columns, index % columns)

    def step(self) -> None:
        """Go on by one step; an unfinished or hidden one is shown first. In a loop the first cell follows the last."""
        if self.hidden:
            self.reveal()
        elif self.phase != Phase.WRITE:
            self.go(self.row, self.column)
        else:
            self.go(*self._after(self.row, self.column))

    def back(self) -> None:
        if self.loop is not None:
            self.go(*self._before_in_loop())
        else:
            self.seek(self.index - 1)

    def substep(self) -> None:
        """Go on by one phase; after the last, to the first phase of the next step. What is hidden is revealed first."""
        if self.hidden:
            self.reveal()
            return
        later = [phase for phase in phases_of(self.current) if phase > self.phase]
        if later:
            self.go(self.row, self.column, later[0])
        elif not self._at_end():
            self.go(*self._after(self.row, self.column), phase=Phase.PLACE)

    def substep_back(self) -> None:
        """Go back by one phase; before the first, to the whole of the step before."""
        earlier = [phase for phase in phases_of(self.current) if phase < self.phase]
        if earlier:
            self.go(self.row, self.column, earlier[-1])
        else:
            self.back()

    def to_start(self) -> None:
        self.go(*(self.loop[:2] if self.loop else (0, 0)))

    def to_end(self) -> None:
        self.go(*(self.loop[2:] if self.loop else (self._source.grid_shape[0], self._source.grid_shape[1])))

    def next_row(self) -> None:
        last = self.loop[2] if self.loop else self._source.grid_shape[0] - 1
        self.go(min(self.row + 1, last), self.column)

    def previous_row(self) -> None:
        self.go(max(self.row - 1, self.loop[0] if self.loop else 0), self.column)

    # --- predicting ---

    def set_predicting(self, predicting: bool) -> None:
        """Hide each value that is stepped to, from the next one on, until it is revealed."""
        if predicting != self.predicting:
            self.predicting = predicting
            if not predicting:
                self.reveal()
            self.predicting_changed.emit(predicting)

    def reveal(self) -> None:
        """Show the value that was to be guessed."""
        if self.hidden:
            self.hidden = False
            self.phase_changed.emit()

    # --- playing ---

    def play(self) -> None:
        """Step by itself; from the start again when the end was reached."""
        if self.playing or not self.count:
            return
        if self._at_end() and self.loop is None:
            self.to_start()
        super().play()

    def set_loop(self, region: Region | None) -> None:
        """Stay within these output cells (first row, first column, last row, last column), or anywhere."""
        self.loop = self._clamped(region) if region else None
        self.loop_changed.emit()
        if self.loop is not None and not self._in_loop(self.row, self.column):
            self.go(*self.loop[:2])

    def _parts(self) -> int:
        return len(phases_of(self.current))

    def _tick(self) -> None:
        if self.predicting:
            self.step()
        elif self._in_parts:
            self.substep()
            self._timer.setInterval(self._interval())
        else:
            self._skip(self._due())
        if self._at_end() and self.loop is None and self.phase == Phase.WRITE and not self.hidden:
            self.pause()

    def _skip(self, steps: int) -> None:
        """Go on by several steps and tell once: faster than the screen, nobody sees those between."""
        row, column = self.row, self.column
        if self.loop is None:
            if steps:
                self.seek(self.index + steps)
            return
        for _ in range(steps):
            row, column = self._after(row, column)
        self.go(row, column)

    # --- the order of cells ---

    def _at_end(self) -> bool:
        return self.count == 0 or self.index >= self.count - 1

    def _in_loop(self, row: int, column: int) -> bool:
        return self.loop is None or (
            self.loop[0] <= row <= self.loop[2] and self.loop[1] <= column <= self.loop[3]
        )

    def _after(self, row: int, column: int) -> tuple[int, int]:
        top, left, bottom, right = self.loop or (0, 0, *(n - 1 for n in self._source.grid_shape))
        if column < right:
            return row, column + 1
        if row < bottom:
            return row + 1, left
        return (top, left) if self.loop else (row, column)

    def _before_in_loop(self) -> tuple[int, int]:
        assert self.loop is not None
        top, left, bottom, right = self.loop
        if self.column > left:
            return self.row, self.column - 1
        return (self.row - 1, right) if self.row > top else (bottom, right)

    def _clamped(self, region: Region) -> Region | None:
        rows, columns = self._source.grid_shape
        if not rows or not columns:
            return None
        top, left, bottom, right = region
        return min(top, rows - 1), min(left, columns - 1), min(bottom, rows - 1), min(right, columns - 1)

    def _fit(self) -> None:
        """The operation is another one: keep the position where it still exists."""
        rows, columns = self._source.grid_shape
        self.row, self.column = min(self.row, max(rows - 1, 0)), min(self.column, max(columns - 1, 0))
        if self.loop is not None:
            self.loop = self._clamped(self.loop)
        if not self.count:
            self.pause()
        self._step = None
        self.step_changed.emit()
