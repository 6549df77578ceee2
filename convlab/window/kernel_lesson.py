"""KernelLesson: what is learned in the lesson about one kernel, from what start, and how far it has come.

Like the session it is the only place where this changes. The Lab's experiment is only read.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from convlab.drawing.gradient import learned_text
from convlab.experiment.image import Image
from convlab.learning.course import Course
from convlab.learning.one_kernel import (
    GradientSum,
    LearningStep,
    Optimum,
    Target,
    Windows,
    gradient_sum,
    noise,
    optimum,
    rate_limit,
    suggested_rate,
)
from convlab.operations import kernels
from convlab.operations.step import FloatArray
from convlab.problems import Problem
from convlab.window.lesson_ground import Ground, ground_of
from convlab.window.session import Session

LABS, PAINTED, SURPRISE = "lab's", "painted", "surprise"
NOISE, ZEROS, PRESENT = "noise", "zeros", "present"
FIRST_TARGET = "sobel-vertical"
Cell = tuple[int, int, int]


class News(NamedTuple):
    """A sentence about how it goes. role: "good", "bad" or "warning"."""

    text: str
    role: str


class KernelLesson(QObject):
    """The task, the settings and the course.

    choice: the hidden kernel (a key of the gallery, or LABS), or PAINTED. start: NOISE, ZEROS or PRESENT. cell: the
    weight whose gradient is told. uncovered: whether the hidden kernel is to be seen.
    """

    task_changed = Signal()  # another input, target or start: the course begins anew
    moved = Signal()  # another step of the course
    settings_changed = Signal()  # rate or batch
    cell_changed = Signal()
    uncovered_changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.choice: str = FIRST_TARGET
        self.start = NOISE
        self.seed = 1
        self.cell: Cell = (0, 0, 0)
        self.uncovered = False
        self.painted: Image | None = None
        self.rate_is_chosen = False
        self.batch_is_chosen = False
        self.ground: Ground = ground_of(session)
        self._begin(self.ground)

    # --- the task ---

    def refresh(self) -> None:
        """Follow the Lab: another image or another setting there is another task; the same goes on."""
        ground = ground_of(self._session)
        if not ground.is_like(self.ground):
            self._begin(ground)
            self.task_changed.emit()
        else:
            self.ground = ground

    def _begin(self, ground: Ground) -> None:
        self.ground = ground
        self.painted, self.uncovered = None, False
        if self.choice == PAINTED:
            self.choice = FIRST_TARGET
        self._lay_out()
        self._start_course()

    def _lay_out(self) -> None:
        """The windows of the input, under a kernel large enough for the hidden one."""
        size = self.ground.size
        if self.choice in kernels.KERNELS:
            named = kernels.named(self.choice).values.shape
            size = max(size[0], named[0]), max(size[1], named[1])
        try:
            self.windows: Windows = self.ground.windows(size)
        except Problem:  # the hidden one does not fit into so small an input: as much of it as does
            self.windows = self.ground.windows(self.ground.size)
        self.target = self._make_target()
        self.cell = tuple(min(a, n - 1) for a, n in zip(self.cell, self.windows.kernel_shape, strict=True))  # type: ignore[assignment]
        self.best: Optimum = optimum(self.windows, self.target)
        if not self.batch_is_chosen:
            self.batch = self.windows.count
        self.batch = min(self.batch, self.windows.count)
        if not self.rate_is_chosen:
            self.rate = suggested_rate(self.windows, self.batch)

    def _make_target(self) -> Target:
        if self.choice == PAINTED and self.painted is not None:
            return Target.painted(self.windows, self.painted.pixels[:, :, 0])
        return Target.of_kernel(self.windows, self._hidden_kernel())

    def _hidden_kernel(self) -> NDArray[np.floating]:
        rows, columns, channels = self.windows.kernel_shape
        if self.choice == LABS:
            return self.ground.own
        values = kernels.resize(kernels.named(self.choice).values, (rows, columns))
        return values[:, :, np.newaxis].repeat(channels, axis=2)

    def _start_course(self) -> None:
        self.course = Course(self.windows, self.target, self._first_kernel(), self.seed)

    def _first_kernel(self) -> FloatArray:
        shape = self.windows.kernel_shape
        if self.start == ZEROS:
            return np.zeros(shape)
        if self.start == PRESENT:
            slices = [kernels.resize(self.ground.own[:, :, c], shape[:2]) for c in range(shape[2])]
            return np.stack(slices, axis=2).astype(np.float64)
        return noise(shape, self.seed)

    def choose_target(self, choice: str) -> None:
        """Another hidden kernel, one that nobody knows (SURPRISE), or a target to be painted."""
        if choice == SURPRISE:
            others = [
                key
                for key, one in kernels.KERNELS.items()
                if key != self.choice and max(one.values.shape) <= 3
            ]
            choice = random.choice(others)
        if choice == PAINTED:
            self.painted = Image(np.zeros((*self.windows.grid, 1), np.float32), self.ground.level)
        self.choice, self.uncovered = choice, False
        self._anew()

    def paint(self, image: Image) -> None:
        """The painted target is another one: the weights stay, and go on from there."""
        kernel = self.course.learner.kernel
        self.painted = image
        self.target = self._make_target()
        self.best = optimum(self.windows, self.target)
        self.course = Course(self.windows, self.target, kernel, self.seed)
        self.task_changed.emit()

    def choose_start(self, start: str) -> None:
        self.start = start
        self._anew()

    def roll(self) -> None:
        """Other noise to begin with."""
        self.seed = random.randrange(1, 10_000)
        self.start = NOISE
        self._anew()

    def _anew(self) -> None:
        self._lay_out()
        self._start_course()
        self.task_changed.emit()
        self.settings_changed.emit()

    @property
    def is_painted(self) -> bool:
        return self.choice == PAINTED

    @property
    def hidden_name(self) -> str:
        """What the hidden kernel is called."""
        return "The Lab’s kernel" if self.choice == LABS else kernels.named(self.choice).name

    # --- settings ---

    def set_rate(self, rate: float) -> None:
        self.rate, self.rate_is_chosen = float(f"{rate:.6g}"), True  # a field tells single precision
        self.course.diverged = False
        self.settings_changed.emit()

    def suggest_rate(self) -> None:
        """Back to the rate that is safe and quick."""
        self.set_rate(suggested_rate(self.windows, self.batch))
        self.rate_is_chosen = False

    def set_batch(self, batch: int) -> None:
        """How many positions a step looks at. A rate that was not chosen follows."""
        self.batch = min(max(batch, 1), self.windows.count)
        self.batch_is_chosen = self.batch < self.windows.count
        if not self.rate_is_chosen:
            self.rate = suggested_rate(self.windows, self.batch)
        self.course.diverged = False
        self.settings_changed.emit()

    @property
    def limit(self) -> float:
        """The rate above which steps with all positions diverge."""
        return rate_limit(self.windows)

    @property
    def safe_limit(self) -> float:
        """The rate up to which steps with this batch are sure not to."""
        return rate_limit(self.windows, self.batch)

    # --- what is looked at ---

    @property
    def step(self) -> LearningStep:
        return self.course.step(self.batch)

    @property
    def terms(self) -> GradientSum:
        """The gradient of the chosen weight, term by term."""
        return gradient_sum(self.step, self.windows, self.cell)

    def choose_cell(self, cell: Cell) -> None:
        if cell != self.cell:
            self.cell = cell
            self.cell_changed.emit()

    def uncover(self, on: bool) -> None:
        """Show the hidden kernel, or hide it again."""
        if on != self.uncovered and not self.is_painted:
            self.uncovered = on
            self.uncovered_changed.emit()

    # --- the course ---

    def forward(self) -> bool:
        """One step; False where there is none. Tells nobody: several may be taken at once."""
        return self.course.forward(self.rate, self.batch)

    def seek(self, index: int) -> None:
        if index != self.course.index:
            self.course.seek(index)
            self.moved.emit()

    @property
    def settled(self) -> bool:
        return self.course.has_settled(self.rate, self.batch)

    @property
    def distance(self) -> float:
        """The largest difference between a learned and a hidden weight."""
        hidden = self.target.hidden
        return 0.0 if hidden is None else float(np.abs(self.course.learner.kernel - hidden).max())

    @property
    def news(self) -> News | None:
        """What there is to say at the present step."""
        course = self.course
        if course.diverged:
            return News(
                f"The steps lead away from the target: above a rate of {learned_text(self.safe_limit)} they "
                f"{'diverge' if self.batch >= self.windows.count else 'may diverge'}. Choose a smaller one.", "bad",
            )  # fmt: skip
        if not np.isfinite(self.limit):
            return News(
                "The input is 0 everywhere, so that every gradient is 0: draw something first.", "warning"
            )
        if course.is_over:
            return News(f"{course.index:,} steps are enough: it does not get there like this.", "warning")
        return self._arrival() if self.settled else None

    def _arrival(self) -> News:
        steps = f"{self.course.index:,} step{'s' if self.course.index != 1 else ''}"
        if self.course.loss > 1e-4 * max(float(np.mean(self.target.values**2)), 1e-12):
            return News(
                f"Settled after {steps}: no kernel of this size comes closer; the loss stays at "
                f"{learned_text(self.best.loss)}.", "good",
            )  # fmt: skip
        if not self.windows.tells_all_apart:
            return News("The output is right, but this input does not tell all kernels apart.", "warning")
        return News(f"Settled after {steps}: the output is the target.", "good")
