"""The transport of the lesson: start, back, play, step, many steps, to the end; the course as a slider; how fast."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from convlab.window import theme
from convlab.window.kernel_lesson import KernelLesson
from convlab.window.lesson_player import HURRY, LessonPlayer
from convlab.window.transport_row import TransportRow
from convlab.window.widgets import tool_button


class LessonTransport(TransportRow):
    """Moves the lesson's player; the same keys as those of the Lab's."""

    def __init__(self, lesson: KernelLesson, player: LessonPlayer, parent: QWidget | None = None) -> None:
        super().__init__(player, "Learn", "Step of the course", parent)
        self._lesson = lesson
        self.start_button = tool_button("to-start", "Back to the start", player.to_start, key="Home")
        self.back_button = tool_button("step-back", "Step back", player.back, key="Shift+Space")
        self.step_button = tool_button("step", "Step", player.step, key="Space")
        self.many_button = tool_button("", f"{HURRY} steps", player.hurry, key="PgDn", text=f"+{HURRY}")
        self.end_button = tool_button("to-end", "Until nothing changes any more", player.to_end, key="End")
        self.slider.setToolTip("Drag to any step that was taken")
        self.slider.valueChanged.connect(player.seek)
        self.speed.setToolTip("Speed of learning: [ slower, ] faster")
        first, last = (self.start_button, self.back_button), (self.many_button, self.end_button)
        self._arrange((*first, self.play_button, self.step_button, *last))

    def refresh(self) -> None:
        course = self._lesson.course
        self._show_slider(max(course.last, 1), course.index)
        self.slider.setEnabled(course.last > 0)
        self._show_place(
            f"step {course.index:,}", longest=f"step {max(course.last, 999):,}".replace("1", "8")
        )
        for button in (self.start_button, self.back_button):
            button.setEnabled(course.index > 0)

    def _fold(self) -> None:
        self.speed.setVisible(not self._clicker and self.width() >= theme.px(640))
