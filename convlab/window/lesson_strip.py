"""The strip of the lesson: how the gradient of the chosen weight came about, and where the weight goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from convlab.drawing.colors import ColorScale, scale_for
from convlab.drawing.gradient import MOST_ROWS, GradientLine, gradient_line
from convlab.drawing.strip import StripStyle
from convlab.learning.one_kernel import GradientSum
from convlab.window import theme
from convlab.window.function_view import nice_reach
from convlab.window.grid_style import strip_style
from convlab.window.kernel_lesson import KernelLesson, News
from convlab.window.lesson_kernels import kernel_scale
from convlab.window.lesson_player import LessonPlayer, Moment
from convlab.window.player import Phase
from convlab.window.strip_view import StripView
from convlab.window.widgets import Card, Elided

_COMPACT, _USUAL, _PRESENTING = 28.0, 40.0, 56.0  # sides of the largest tiles at 100 %
_FEW_ROWS, _MOST_LINES = 4, 2
_SPOKEN_UP_TO = 2.0  # steps a second: nobody can listen faster
_BEFORE = {
    Moment.PREDICTION: ("The prediction", "what the present weights make of the input"),
    Moment.ERROR: ("The error", "prediction − target, at every position; its squares make the loss"),
}
_PHASES = {Moment.GRADIENT: Phase.BIAS, Moment.WHOLE: Phase.WRITE}


class LessonStrip(Card):
    """Title with the weight, the strip, and what there is to say about the course."""

    position_pointed = Signal(object)  # (row, column) of the output, or None

    def __init__(self, lesson: KernelLesson, player: LessonPlayer, parent: QWidget | None = None) -> None:
        super().__init__("Gradient", parent=parent)
        self._lesson, self._player = lesson, player
        self._unfolded: int | None = None
        self._most = MOST_ROWS
        self._terms: GradientSum | None = None
        self._gradients = ColorScale("signed", -1.0, 1.0)
        self._titled = True
        self._styled: tuple[object, StripStyle] | None = None
        self.strip = StripView()
        self.strip.setAccessibleName("Arithmetic of the gradient")
        self.news = Elided("", "good")
        self.header.addWidget(self.news, 1)
        self.body.addWidget(self.strip)
        self.strip.term_pointed.connect(self._pointed)
        self.strip.term_clicked.connect(self._clicked)
        self.strip.width_changed.connect(self._try_all_rows)
        theme.follow(self, self._restyle)

    def begin(self, gradients: ColorScale) -> None:
        """Another course, whose gradients have these colours."""
        self._gradients, self._unfolded = gradients, None
        self.strip.begin_anew()
        self.refresh()

    def refresh(self) -> None:
        lesson, moment = self._lesson, self._player.moment
        line = self._line()
        phase = _PHASES.get(moment)
        self.title.setText(self._place())
        self._show_news(lesson.news)
        if phase is None:
            title, words = _BEFORE[moment]
            self.title.setText(title)
            self.caption.setText(words)
            self.strip.show_arithmetic(None, self._style(line), Phase.WRITE, False)
            return
        self.caption.setText(line.note)
        self.caption.setVisible(self._titled and lesson.news is None)
        self._show_line(line, phase)
        self._say(f"{self._place()}: {line.spoken}")

    def _show_line(self, line: GradientLine, phase: Phase) -> None:
        """The line; with fewer rows where it would fill the window."""
        self.strip.show_arithmetic(line, self._style(line), phase, False)
        if self.strip.line_count > _MOST_LINES and self._most > _FEW_ROWS:
            self._most = _FEW_ROWS
            self.strip.show_arithmetic(None, self._style(line), phase, False)
            self.strip.forget_height()
            line = self._line()
            self.strip.show_arithmetic(line, self._style(line), phase, False)

    def _try_all_rows(self) -> None:
        """There is more room, or less."""
        self._most = MOST_ROWS
        self.refresh()

    @property
    def spoken(self) -> str:
        """The line in words."""
        return self.strip.accessibleDescription()

    def set_room(self, *, compact: bool, presenting: bool, titled: bool) -> None:
        """Smaller tiles in a low window, larger ones for a class."""
        largest = _COMPACT if compact else (_PRESENTING if presenting else _USUAL)
        self.strip.set_room(largest, 2)
        self._titled = titled
        self.title.setVisible(titled)
        self._try_all_rows()

    # --- what is told ---

    def _line(self) -> GradientLine:
        lesson = self._lesson
        self._terms = lesson.terms
        kernel = lesson.course.learner.kernel
        weight = float(kernel[lesson.cell])
        scales = (self._gradients, kernel_scale(kernel))
        return gradient_line(self._terms, weight, lesson.rate, self._unfolded, self._most, scales)

    def _place(self) -> str:
        row, column, channel = self._lesson.cell
        names = self._lesson.ground.names
        more = f", {names[channel]}" if names else (f", channel {channel}" if self._channels > 1 else "")
        return f"Gradient of row {row}, column {column}{more}"

    @property
    def _channels(self) -> int:
        return self._lesson.windows.kernel_shape[2]

    def _show_news(self, news: News | None) -> None:
        self.news.setText(news.text if news else "")
        self.news.setToolTip(news.text if news else "")
        self.news.setVisible(news is not None)
        if news is not None and self.news.property("role") != news.role:
            self.news.setProperty("role", news.role)
            self.news.style().polish(self.news)

    def _say(self, text: str) -> None:
        changed = text != self.strip.accessibleDescription()
        self.strip.setAccessibleDescription(text)
        if changed and not (self._player.playing and self._player.speed > _SPOKEN_UP_TO):
            self.strip.announce(text)

    # --- gestures ---

    def _pointed(self, index: int | None) -> None:
        line = self.strip.arithmetic
        term = line.terms[index] if line and index is not None and index < len(line.terms) else None
        if term is None or term.cell is None or self._terms is None:
            self.position_pointed.emit(None)
        else:
            place = term.cell[0]
            self.position_pointed.emit((int(self._terms.rows[place]), int(self._terms.columns[place])))

    def _clicked(self, index: int) -> None:
        """Unfold the row of a part, or fold it again."""
        line = self.strip.arithmetic
        part = line.terms[index].part if line is not None and index < len(line.terms) else None
        if part is not None:
            self._unfolded = part if part >= 0 else None
            self.refresh()

    # --- looks ---

    def _restyle(self) -> None:
        """The colours of the theme: those of the gradients too, which are else kept for a whole course."""
        self._styled = None
        self._gradients = replace(self._gradients, dark=theme.current().dark)
        self.strip.forget_height()
        self._try_all_rows()

    def _style(self, line: GradientLine) -> StripStyle:
        """Colours and fonts; made anew only when a range or the theme is another one, so that little is painted anew."""
        ground, dark = self._lesson.ground, theme.current().dark
        errors = float(np.abs(self._lesson.target.values).max()) or 1.0
        largest = nice_reach(max(abs(float(term.number)) for term in line.terms))
        scales = (
            scale_for(ground.pixels, ground.white, dark=dark),
            ColorScale("signed", -errors, errors, dark),
            ColorScale("signed", -largest, largest, dark),
        )
        if self._styled is None or self._styled[0] != scales:
            self._styled = (scales, strip_style(*scales))
        return self._styled[1]
