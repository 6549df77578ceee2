"""The kernel of the lesson with its gradient, and the hidden kernel, which can be uncovered beside it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from convlab.drawing.colors import ColorScale
from convlab.drawing.gradient import grid_text, learned_text
from convlab.window import theme
from convlab.window.kernel_lesson import KernelLesson
from convlab.window.learned_grid import LearnedGrid
from convlab.window.lesson_player import LessonPlayer, Moment
from convlab.window.quiet_line import quiet_caption
from convlab.window.widgets import Card, Segmented, label

__all__ = ["HiddenCard", "KernelCard", "kernel_scale"]


def kernel_scale(*kernels: NDArray[np.floating]) -> ColorScale:
    """One scale for weights that are to be compared; round, so that it does not change with every step."""
    largest = max(float(np.abs(kernel).max()) for kernel in kernels)
    limit = 2.0 ** math.ceil(math.log2(max(largest, 1.0)))
    return ColorScale("signed", -limit, limit, theme.current().dark)


class KernelCard(Card):
    """kernel − rate × gradient: the law of the step, with both as grids of which one weight is chosen."""

    weight_pointed = Signal(object)  # (row, column), or None

    def __init__(self, lesson: KernelLesson, player: LessonPlayer, parent: QWidget | None = None) -> None:
        super().__init__("Kernel", parent=parent)
        self._lesson, self._player = lesson, player
        self._first_gradient: ColorScale = ColorScale("signed", -1.0, 1.0)
        quiet_caption(self)
        self.kernel, self.gradient = LearnedGrid("Learned kernel"), LearnedGrid("Gradient")
        self.law = _between()
        self.channels = Segmented((("Red", 0), ("Green", 1), ("Blue", 2)), "Channel")
        self.channels.chosen.connect(self._choose_channel)
        self.header.addWidget(self.channels)
        self._line = QHBoxLayout()
        self._line.addWidget(self.kernel, 1)
        self._line.addWidget(self.law)
        self._line.addWidget(self.gradient, 1)
        self.body.addLayout(self._line, 1)
        for grid in (self.kernel, self.gradient):
            grid.cell_chosen.connect(self._choose)
            grid.cell_pointed.connect(self._mark)
        theme.follow(self, self._restyle)
        self._restyle()

    @property
    def gradient_scale(self) -> ColorScale:
        """Fixed at the start of a course, so that the colours fade as the gradient gets small."""
        return self._first_gradient

    def set_presentation(self, on: bool) -> None:
        """Larger words between the grids."""
        self.law.setProperty("role", "title" if on else "strong")
        self.law.style().polish(self.law)

    def begin(self) -> None:
        """Another course."""
        course = self._lesson.course
        seen = course.index
        course.seek(0)
        largest = float(np.abs(course.step(self._lesson.windows.count).gradient).max())
        course.seek(seen)
        limit = largest if largest > 0 and math.isfinite(largest) else 1.0
        self._first_gradient = ColorScale("signed", -limit, limit, theme.current().dark)
        self.refresh()

    def refresh(self) -> None:
        lesson, channel = self._lesson, self._lesson.cell[2]
        kernel = lesson.course.learner.kernel
        self.kernel.show_weights(kernel[:, :, channel], kernel_scale(kernel))
        self.gradient.show_weights(lesson.step.gradient[:, :, channel], self._first_gradient)
        self.gradient.show_blank(self._player.moment < Moment.GRADIENT)
        steps = lesson.course.index
        self.caption.setText(
            f"after {steps:,} step{'s' if steps != 1 else ''}" if steps else "before the first step"
        )
        _say(self.law, f"− {learned_text(lesson.rate)}\n× gradient")
        for grid in (self.kernel, self.gradient):
            grid.show_chosen(lesson.cell[:2])
        self.channels.setVisible(kernel.shape[2] == 3)
        self.channels.show_choice(channel)

    def _choose(self, row: int, column: int) -> None:
        self._lesson.choose_cell((row, column, self._lesson.cell[2]))

    def _choose_channel(self, channel: object) -> None:
        assert isinstance(channel, int)
        self._lesson.choose_cell((*self._lesson.cell[:2], channel))

    def _mark(self, row: int, column: int) -> None:
        for grid in (self.kernel, self.gradient):
            grid.show_marked((row, column) if row >= 0 else None)
        self.weight_pointed.emit((row, column) if row >= 0 else None)

    def _restyle(self) -> None:
        self._line.setSpacing(theme.px(8))
        self._first_gradient = ColorScale(
            "signed", self._first_gradient.low, self._first_gradient.high, theme.current().dark
        )
        self.refresh()


class HiddenCard(Card):
    """The hidden kernel behind question marks; uncovered it stands beside its difference from the learned one."""

    def __init__(self, lesson: KernelLesson, parent: QWidget | None = None) -> None:
        super().__init__("Hidden kernel", parent=parent)
        quiet_caption(self)
        self._lesson = lesson
        self._shown: object = None  # what is seen while it is covered
        self.hidden, self.difference = LearnedGrid("Hidden kernel"), LearnedGrid("Difference")
        self.law = _between()
        self.law.setText("learned\n− hidden =")
        self._line = QHBoxLayout()
        self._line.addWidget(self.hidden, 1)
        self._line.addWidget(self.law)
        self._line.addWidget(self.difference, 1)
        self.body.addLayout(self._line, 1)
        for grid in (self.hidden, self.difference):
            grid.cell_chosen.connect(
                lambda row, column: self._lesson.choose_cell((row, column, self._lesson.cell[2]))
            )
        theme.follow(self, self._restyle)
        self._restyle()

    def refresh(self) -> None:
        lesson, channel = self._lesson, self._lesson.cell[2]
        hidden, learned = lesson.target.hidden, lesson.course.learner.kernel
        if hidden is None:
            return
        uncovered = lesson.uncovered
        shown = None if uncovered else (id(hidden), channel, lesson.cell, theme.current())
        if shown is not None and shown == self._shown:
            return
        self._shown = shown
        covered = np.zeros(hidden.shape[:2])
        scale = kernel_scale(hidden, learned) if uncovered else kernel_scale(learned)
        self.hidden.show_weights(hidden[:, :, channel] if uncovered else covered, scale)
        self.hidden.show_covered(not uncovered)
        _say(self.title, lesson.hidden_name if uncovered else "Hidden kernel")
        for widget in (self.law, self.difference):
            widget.setVisible(uncovered)
        if uncovered:
            self.difference.show_weights((learned - hidden)[:, :, channel], scale)
        self.caption.setText(f"at most {grid_text(lesson.distance)} off" if uncovered else "")
        for grid in (self.hidden, self.difference):
            grid.show_chosen(lesson.cell[:2])

    def _restyle(self) -> None:
        self._line.setSpacing(theme.px(12))
        self.refresh()


def _between() -> QLabel:
    """Words between two grids."""
    words = label("", "strong")
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return words


def _say(words: QLabel, text: str) -> None:
    """Another text, if it is another one: to set it lays out the window."""
    if words.text() != text:
        words.setText(text)
