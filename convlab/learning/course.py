"""Course: the weights of one kernel from step to step, forth and back. The same seed and settings give the same course."""

from __future__ import annotations

from convlab.learning.one_kernel import (
    KernelLearner,
    LearningStep,
    Target,
    Windows,
    batch_positions,
    first_learner,
    has_diverged,
    has_settled,
    learned,
    step_of,
)
from convlab.operations.step import FloatArray

MOST_STEPS = 20_000
"""A course that has not arrived by then does not get there; and all its kernels are kept, to step back."""

Setting = tuple[float, int]


class Course:
    """Remembers every kernel since the start. `index` is the step that is looked at.

    most: how many steps it may have. rate and batch (how many positions a step looks at) may change at any time; what comes after is then learned anew.
    diverged: the last step asked for led too far away, and was not taken.
    """

    def __init__(
        self, windows: Windows, target: Target, start: FloatArray, seed: int, most: int = MOST_STEPS
    ) -> None:
        self.windows, self.target, self.seed, self._most = windows, target, seed, most
        self.index = 0
        self.diverged = False
        self._learners = [first_learner(start)]
        self._losses: list[float] = []
        self._taken: list[Setting] = []  # the setting with which step i led to i + 1
        self._known: tuple[int, int, LearningStep] | None = None
        self._losses.append(self.step(windows.count).loss)

    @property
    def learner(self) -> KernelLearner:
        return self._learners[self.index]

    @property
    def last(self) -> int:
        """The number of the last step that is known."""
        return len(self._learners) - 1

    @property
    def losses(self) -> list[float]:
        """After each step, the start among them."""
        return self._losses

    @property
    def loss(self) -> float:
        return self._losses[self.index]

    @property
    def is_over(self) -> bool:
        return self.index >= self._most

    def step(self, batch: int) -> LearningStep:
        """Prediction, error and gradient at the present weights."""
        if self._known is None or self._known[:2] != (self.index, batch):
            positions = batch_positions(self.windows, batch, self.seed, self.index)
            step = step_of(self.learner, self.windows, self.target, positions)
            self._known = (self.index, batch, step)
        return self._known[2]

    def has_settled(self, rate: float, batch: int) -> bool:
        """Whether nothing that is seen changes any more."""
        return has_settled(self.learner, self.step(batch), self.windows, rate)

    def forward(self, rate: float, batch: int) -> bool:
        """Take a step; False if it leads too far away, and for the last step of all."""
        if self.index < self.last and self._taken[self.index] == (rate, batch):
            self.index += 1
            return True
        if self.is_over:
            return False
        after = learned(self.learner, self.step(batch), rate)
        step = step_of(
            after, self.windows, self.target, batch_positions(self.windows, batch, self.seed, self.index + 1)
        )
        self.diverged = has_diverged(step.loss, self._losses[0])
        if self.diverged:
            return False
        self._forget_after(self.index)
        self._learners.append(after)
        self._losses.append(step.loss)
        self._taken.append((rate, batch))
        self.index += 1
        self._known = (self.index, batch, step)
        return True

    def seek(self, index: int) -> None:
        """Look at a step that is known."""
        self.index = min(max(index, 0), self.last)
        self.diverged = False

    def _forget_after(self, index: int) -> None:
        del self._learners[index + 1 :], self._losses[index + 1 :], self._taken[index:]
