"""LearnSession: what is trained, and what is known of it; with LearnData the only place where these change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from convlab.learning.events import Begun, Event, Frame, Result
from convlab.learning.plan import Plan
from convlab.learning.run import Run
from convlab.problems import Problem
from convlab.processes.client import RECIPES, KeptRun, RunFiles, kept_runs, new_run, taken
from convlab.window.background import AT_ONCE, Background
from convlab.window.learn_data import LearnData

if TYPE_CHECKING:
    from convlab.processes.client import Request, Trainer

IDLE, LOADING, READY, TRAINING, PAUSED, STOPPING, DONE, FAILED = (
    "idle", "loading", "ready", "training", "paused", "stopping", "done", "failed",
)  # fmt: skip
BUSY = (TRAINING, PAUSED, STOPPING)


class LearnSession(LearnData):
    """run: what is trained now, or was last; before the first training an empty one. folder: where that run is kept.

    kept: trainings of this and earlier days that have ended or can go on, the newest first. removed: those that can be
    brought back, the last one last.
    state: "idle" without data, "loading", "ready" to train, "training", "paused", "stopping", "done" or "failed".
    """

    run_changed = Signal()  # progress, or an epoch is done; after run_begun
    run_begun = Signal()  # another run: everything known of the one before is gone
    frame_added = Signal()
    state_changed = Signal()
    result_changed = Signal()
    kept_changed = Signal()
    removed_changed = Signal()  # a kept training was removed, or brought back

    def __init__(self, trainer: Trainer, runs: Path, parent: QObject | None = None) -> None:
        super().__init__(trainer, parent)
        self.runs = runs
        self.run = Run(self.plan)
        self.folder: Path | None = None
        self.kept: list[KeptRun] = []
        self.removed: list[RunFiles] = []
        self._reading = Background(self)
        self._training: Request | None = None
        self._phase = ""  # of the training: one of BUSY, DONE or FAILED; "" while there was none
        self._waits: tuple[Plan, Path, bool] | None = None  # a training that begins when its data are there
        self.data_changed.connect(self._tell_state)
        self.samples_changed.connect(self._begin_waiting)

    # --- asked ---

    @property
    def state(self) -> str:
        """In one word; see the class."""
        if self._phase in BUSY:
            return self._phase
        if self.loading or self._waits is not None:
            return LOADING
        if self._phase:
            return self._phase
        return READY if self.info is not None else IDLE

    @property
    def busy(self) -> bool:
        """Whether a training is under way: nothing of its plan can be changed."""
        return self.state in BUSY or self._waits is not None

    # --- training ---

    def train(self) -> None:
        """Train the plan from new weights, in a folder of its own; loads the data first if need be."""
        if self.busy:
            return
        try:
            folder = new_run(self.plan.recipe, self.runs).folder
        except Problem as problem:
            self.problem_met.emit(problem)
            return
        self._begin(self.plan, folder, go_on=False)

    def go_on(self, kept: KeptRun) -> None:
        """Go on with a training that ended before its time, from its last epoch that was kept."""
        if self.busy or not kept.resumable:
            return
        now = RunFiles(kept.folder).kept()  # another window may have gone on with it since one looked
        if now is None or not now.resumable:
            self.problem_met.emit(_why_not_on(now))
            self.read_kept()
            return
        kept = now
        self._take(kept.record.plan)
        if kept.folder != self.folder:
            self.run = Run(self.plan, kept.record.class_names, epochs=list(kept.record.epochs))
            self.folder = kept.folder
            self.run_begun.emit()
        self._begin(self.plan, kept.folder, go_on=True)

    def _begin(self, plan: Plan, folder: Path, *, go_on: bool) -> None:
        self._waits = (plan, folder, go_on)
        self.kept = []  # what was kept before is not what can go on after this training
        if self.info is None:
            self.load()
            self.state_changed.emit()
        elif self.image is not None:
            self._begin_waiting()

    def _begin_waiting(self) -> None:
        if self._waits is None or self.info is None or self.image is None:
            return
        (plan, folder, go_on), self._waits = self._waits, None
        self._phase = TRAINING
        if not go_on:
            self.run, self.folder = Run(plan, self.info.class_names), folder
            self.run_begun.emit()
        self._training = self.trainer.train(
            plan, folder, self.image, go_on=go_on, told=self._told, done=self._ended, failed=self._broke
        )
        self.state_changed.emit()
        self.run_changed.emit()

    def _told(self, event: Event) -> None:
        self.run.take(event)
        if isinstance(event, Frame):
            self.frame_added.emit()
        else:
            self.run_changed.emit()
        if isinstance(event, Begun):
            self.state_changed.emit()

    def _ended(self, result: Result) -> None:
        self._training, self._phase = None, DONE
        self.run.result = result
        self.run_changed.emit()
        self.result_changed.emit()
        self.state_changed.emit()
        self.read_kept()

    def _broke(self, problem: Problem) -> None:
        """The epochs that are done are kept: the training can go on from there."""
        self._training, self._phase = None, FAILED
        self.run_changed.emit()
        self.state_changed.emit()
        self.problem_met.emit(problem)
        self.read_kept()

    def pause(self) -> None:
        if self._phase == TRAINING:
            self.trainer.pause()
            self._turn(PAUSED)

    def resume(self) -> None:
        if self._phase == PAUSED:
            self.trainer.resume()
            self._turn(TRAINING)

    def toggle_pause(self) -> None:
        self.resume() if self._phase == PAUSED else self.pause()

    def stop(self) -> None:
        """End the training after the batch in hand; the best weights so far are kept, tested and written."""
        if self._phase in (TRAINING, PAUSED):
            self.trainer.stop()
            self._turn(STOPPING)
        elif self._waits is not None:
            self.cancel_loading()

    def _turn(self, phase: str) -> None:
        self._phase = phase
        self.state_changed.emit()

    # --- what is kept ---

    def read_kept(self) -> None:
        """Look which trainings are kept, in a thread."""
        runs, last = self.runs, None if self.busy else self.folder

        def read() -> list[KeptRun]:
            if last is not None:
                RunFiles(last).come_to_rest()  # our trainer may be dying still: nobody else is at it
            return kept_runs(runs)

        self._reading.ask(read, self._take_kept, AT_ONCE + 1)

    def _take_kept(self, kept: list[KeptRun]) -> None:
        self.kept = kept
        self.kept_changed.emit()

    def remove(self, folder: Path) -> bool:
        """Keep a training no longer, if it is not the present one. Returns whether that could be done."""
        if folder == self.folder:
            return False
        return self._move(lambda: self.removed.append(RunFiles(folder).put_away()))

    def bring_back(self) -> bool:
        """Keep the training again that was removed last. Returns whether there was one, and that could be done."""
        return bool(self.removed) and self._move(lambda: self.removed.pop().put_back())

    def _move(self, move: Callable[[], object]) -> bool:
        try:
            move()
        except Problem as problem:
            self.problem_met.emit(problem)
            return False
        self.removed_changed.emit()
        self.read_kept()
        return True

    @property
    def resumable(self) -> KeptRun | None:
        """The newest training, if it ended before its time; None while another one is under way."""
        newest = next(iter(self.kept), None)
        known = newest is not None and newest.resumable and newest.record.plan.recipe in RECIPES
        return newest if known and not self.busy else None

    # --- data that a training waits for ---

    def cancel_loading(self) -> None:
        """Give up loading, and what waits for it."""
        self._waits = None
        super().cancel_loading()
        self.state_changed.emit()

    def _not_loaded(self, problem: Problem) -> None:
        self._waits = None
        super()._not_loaded(problem)

    def _not_shown(self, problem: Problem) -> None:
        self._waits = None
        super()._not_shown(problem)
        self.state_changed.emit()

    def _tell_state(self) -> None:
        self.state_changed.emit()


def _why_not_on(kept: KeptRun | None) -> Problem:
    """kept: what is found now of a training that could go on a while ago."""
    if kept is not None and kept.under_way:
        return taken()
    why = "It is not kept any more." if kept is None else "It was trained to its end meanwhile."
    return Problem("This training cannot go on.", why, "Train again from the start.")
