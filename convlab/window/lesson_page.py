"""The lesson about one kernel, as a page of the Lab: arrays, weights, the loss, the arithmetic of a gradient, and a player."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convlab.drawing.gradient import learned_text
from convlab.window import theme
from convlab.window.fronted import Fronted
from convlab.window.kernel_lesson import KernelLesson
from convlab.window.lesson_bar import KERNELS, LOSS, MAPS, LessonBar
from convlab.window.lesson_ground import with_learned
from convlab.window.lesson_kernels import HiddenCard, KernelCard
from convlab.window.lesson_maps import LessonMaps
from convlab.window.lesson_player import LessonPlayer
from convlab.window.lesson_rate import RateCard
from convlab.window.lesson_strip import LessonStrip
from convlab.window.lesson_transport import LessonTransport
from convlab.window.loss_view import LossView
from convlab.window.quiet_line import quiet_caption
from convlab.window.session import Session
from convlab.window.widgets import Card

_LOW = 560  # pixels at 100 %: in a lower page one part of the lesson is seen at a time
_TIGHT = 700
_TINY = 400
_SHARES, _UNCOVERED = (42, 22, 32, 24), (36, 36, 24, 24)


class LossCard(Card):
    """The loss as a number and as a curve."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Loss", parent=parent)
        quiet_caption(self)
        self.view = LossView()
        self.body.addWidget(self.view, 1)

    def show_lesson(self, lesson: KernelLesson) -> None:
        course = lesson.course
        self.view.show_losses(course.losses, course.index, lesson.best.loss)
        self.caption.setText(f"{learned_text(course.loss)} · mean squared error")


class LessonPage(Fronted, QWidget):
    """Arranges the parts and shows in all of them what the lesson tells; `left` when somebody wants back to the Lab."""

    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.lesson = KernelLesson(session, self)
        self.player = LessonPlayer(self.lesson, self)
        self.bar = LessonBar(self.lesson)
        self.maps = LessonMaps(self.lesson, self.player)
        self.kernels = KernelCard(self.lesson, self.player)
        self.hidden = HiddenCard(self.lesson)
        self.loss = LossCard()
        self.rate = RateCard(self.lesson)
        self.strip = LessonStrip(self.lesson, self.player)
        self.transport = LessonTransport(self.lesson, self.player)
        self._presenting = False
        self._part = KERNELS
        self._level: tuple[bool, ...] = ()
        self._due = QTimer(self, singleShot=True, interval=0)
        self._due.timeout.connect(self._show)
        self.hand_focus_to(self.kernels.kernel)
        self._arrange()
        self._connect()
        self._make_keys()
        self._begin()

    # --- layout ---

    def _arrange(self) -> None:
        self._lower = QHBoxLayout()
        for card in (self.kernels, self.hidden, self.loss, self.rate):
            self._lower.addWidget(card)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.maps, 60)
        self._column.addLayout(self._lower, 40)
        self._column.addWidget(self.strip)
        self._column.addWidget(self.transport)
        theme.follow(self, self._space)

    def _space(self) -> None:
        low, tight = self.height() < theme.px(_LOW), self.height() < theme.px(_TIGHT)
        gap = theme.px(6 if tight else 12)
        self._column.setSpacing(gap)
        self._lower.setSpacing(gap)
        for card in (self.kernels, self.hidden, self.loss, self.rate, self.strip):
            card.set_tight(tight)
        self.maps.set_tight(tight, tiny=self.height() < theme.px(_TINY))
        self.bar.show_parts(low)
        self._show_part(low)
        tiny = self.height() < theme.px(_TINY)
        for titled in (self.kernels, self.hidden, self.loss, self.rate):
            titled.title.setVisible(not tiny)
            titled.caption.setVisible(not tiny)
        self.strip.set_room(compact=low, presenting=self._presenting and not low, titled=not tiny)

    def _show_part(self, low: bool) -> None:
        """All parts, or where there is no room for them the chosen one."""
        part = self._part
        self.maps.setVisible(not low or part == MAPS)
        self.kernels.setVisible(not low or part == KERNELS)
        self.hidden.setVisible((not low or part == KERNELS) and not self.lesson.is_painted)
        self.loss.setVisible(not low or part == LOSS)
        self._column.setStretchFactor(self._lower, 0 if low and part == MAPS else 40)
        uncovered = self.lesson.uncovered
        for card, share in zip(
            (self.kernels, self.hidden, self.loss, self.rate),
            _UNCOVERED if uncovered else _SHARES,
            strict=True,
        ):
            self._lower.setStretchFactor(card, share)
        self.rate.setVisible((not low and not self._presenting) or (low and part == LOSS))

    def _choose_part(self, part: object) -> None:
        self._part = str(part)
        self._space()
        fronts = {KERNELS: self.kernels.kernel, MAPS: self.maps.target.view, LOSS: self.loss.view}
        self.hand_focus_to(fronts[self._part])

    def set_presentation(self, on: bool) -> None:
        """Fold away what a class does not look at."""
        self._presenting = on
        self.transport.set_clicker(on)
        self.kernels.set_presentation(on)
        self.maps.set_presentation(on)
        self._space()

    # --- connections ---

    def _connect(self) -> None:
        lesson, player = self.lesson, self.player
        lesson.task_changed.connect(self._begin)
        for signal in (
            lesson.moved,
            lesson.settings_changed,
            lesson.uncovered_changed,
            player.moment_changed,
        ):
            signal.connect(self._due.start)
        lesson.cell_changed.connect(self._show_cell)
        lesson.uncovered_changed.connect(self._space)
        player.playing_changed.connect(self._due.start)
        self.maps.painted.connect(lesson.paint)
        self.kernels.weight_pointed.connect(self.maps.show_weight)
        self.strip.position_pointed.connect(self.maps.show_marked)
        self.loss.view.step_chosen.connect(player.seek)
        self.bar.left.connect(self.left)
        self.bar.use_wished.connect(self.use)
        self.bar.part_chosen.connect(self._choose_part)
        self._session.experiment_changed.connect(self._follow_lab)

    def _make_keys(self) -> None:
        player = self.player
        self.keys = {
            "Space": player.step,
            "Shift+Space": player.back,
            "Backspace": player.back,
            "P": player.toggle,
            ".": player.substep,
            ",": player.substep_back,
            "Home": player.to_start,
            "End": player.to_end,
            "PgDown": player.hurry,
            "PgUp": player.hurry_back,
            "]": player.faster,
            "[": player.slower,
            "U": lambda: self.lesson.uncover(not self.lesson.uncovered),
            "Esc": self.left.emit,
        }

    # --- showing ---

    def open(self) -> None:
        """Go on where the lesson was, or begin with what is in the Lab now."""
        self.lesson.refresh()
        self._show()

    def _follow_lab(self) -> None:
        if self.isVisible():
            self.lesson.refresh()

    def _begin(self) -> None:
        """Another task."""
        self._due.stop()
        self.kernels.begin()
        self.maps.begin()
        self.strip.begin(self.kernels.gradient_scale)
        self._show()
        self._show_part(self.height() < theme.px(_LOW))

    def _show(self) -> None:
        self._due.stop()
        self.kernels.refresh()
        self.hidden.refresh()
        self.maps.refresh()
        self.loss.show_lesson(self.lesson)
        self.strip.refresh()
        self.bar.refresh()
        self.transport.refresh()

    def _show_cell(self) -> None:
        self.kernels.refresh()  # at once: the next arrow key starts from here
        self.hidden.refresh()
        self.maps.show_cell()
        self.strip.begin(self.kernels.gradient_scale)
        self._due.start()

    def use(self) -> None:
        """Put the learned kernel into the Lab, as one edit there, and go back to it."""
        session, lesson = self._session, self.lesson
        experiment, place = with_learned(session.experiment, lesson.ground, lesson.course.learner.kernel)
        self.left.emit()
        session.edit("Learn Kernel", experiment)
        session.choose_stage(place)

    # --- events ---

    def act(self, key: str) -> None:
        """Do what a key does here, if it does anything."""
        slot = self.keys.get(QKeySequence(key).toString())
        if slot is not None:
            slot()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused widget wanted; none of them is for the Lab behind."""
        self.act(QKeySequence(event.keyCombination()).toString())
        event.accept()

    def hideEvent(self, event: QHideEvent) -> None:
        self.player.pause()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        height = self.height()
        level = tuple(height < theme.px(limit) for limit in (_LOW, _TIGHT, _TINY))
        if level != self._level:
            self._level = level
            self._space()
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 300)
