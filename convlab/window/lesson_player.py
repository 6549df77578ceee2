"""LessonPlayer: steps through the course of a kernel, forth and back, by itself or by hand, as the player does through cells."""

from __future__ import annotations

from enum import IntEnum
from time import perf_counter

from PySide6.QtCore import QObject, Signal

from convlab.window.kernel_lesson import KernelLesson
from convlab.window.pace import FRAME_MS, Pace

HURRY = 100
"""How many steps the button for many takes."""

_BUDGET = 0.008  # seconds of a frame for taking steps
_TO_THE_END = 5_000


class Moment(IntEnum):
    """The parts of a step, in order: what follows from the weights, and at last where they go."""

    PREDICTION = 0
    ERROR = 1
    GRADIENT = 2
    WHOLE = 3


class LessonPlayer(Pace):
    """Moves the lesson's course."""

    moment_changed = Signal()

    def __init__(self, lesson: KernelLesson, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lesson = lesson
        self.moment = Moment.WHOLE
        self._hurried = 0  # steps that are still to be taken as fast as possible
        self._plays = False
        lesson.task_changed.connect(self._begin_anew)

    # --- by hand ---

    def step(self) -> None:
        """The next step; one that is not shown whole is shown whole first."""
        if self.moment != Moment.WHOLE:
            self._show(Moment.WHOLE)
        else:
            self._take(1)

    def back(self) -> None:
        self._go(self._lesson.course.index - 1)

    def substep(self) -> None:
        """The next part of the step; after the last the first of the next step."""
        if self.moment != Moment.WHOLE:
            self._show(Moment(self.moment + 1))
        elif self._take(1):
            self._show(Moment.PREDICTION)

    def substep_back(self) -> None:
        if self.moment != Moment.PREDICTION:
            self._show(Moment(self.moment - 1))
        else:
            self.back()

    def to_start(self) -> None:
        self.pause()
        self._go(0)

    def to_end(self) -> None:
        """To where nothing changes any more, as fast as it can be shown."""
        self._hurry(_TO_THE_END)

    def hurry(self) -> None:
        """Many steps, as fast as they can be shown."""
        self._hurry(HURRY)

    def hurry_back(self) -> None:
        self._go(self._lesson.course.index - HURRY)

    def seek(self, index: int) -> None:
        self._go(index)

    # --- by itself ---

    def play(self) -> None:
        if not self.playing:
            self._plays = True
            super().play()

    def pause(self) -> None:
        self._plays, self._hurried = False, 0
        super().pause()

    # --- inside ---

    def _hurry(self, steps: int) -> None:
        self._hurried = steps if steps == _TO_THE_END else self._hurried + steps
        self._start(FRAME_MS)

    def _parts(self) -> int:
        return len(Moment)

    def _interval(self) -> int:
        return FRAME_MS if self._hurried else super()._interval()

    def _tick(self) -> None:
        if self._hurried:
            self._hurry_on()
        elif self._in_parts:
            self.substep()
        else:
            self._take(self._due())

    def _hurry_on(self) -> None:
        taken = self._take(self._hurried)
        if not self.playing:
            return
        self._hurried -= taken
        if not self._hurried and self._plays:
            self._start(self._interval())
        elif not self._hurried:
            self.pause()

    def _take(self, steps: int) -> int:
        """So many steps, or as many as there is time for in a frame; tells once. Stops where there is no way on."""
        lesson, until = self._lesson, perf_counter() + _BUDGET
        taken, stops = 0, False
        while taken < steps and not stops and (not taken or perf_counter() < until):
            stops = not lesson.forward()
            taken += not stops
            stops = stops or (self.playing and lesson.settled)
        if stops:
            self.pause()
        if taken:
            self.moment = Moment.WHOLE
        if taken or stops:
            lesson.moved.emit()
        return taken

    def _go(self, index: int) -> None:
        before = self._lesson.course.index
        self.moment = Moment.WHOLE
        self._lesson.seek(min(max(index, 0), self._lesson.course.last))
        if self._lesson.course.index == before:
            self.moment_changed.emit()

    def _show(self, moment: Moment) -> None:
        if moment != self.moment:
            self.moment = moment
            self.moment_changed.emit()

    def _begin_anew(self) -> None:
        self._show(Moment.WHOLE)
