"""The transport of the lesson: start, back, play, step, many steps, to the end; the course as a slider; how fast."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from convlab.window import theme
from convlab.window.icons import icon
from convlab.window.kernel_lesson import KernelLesson
from convlab.window.lesson_player import HURRY, LessonPlayer
from convlab.window.player import SPEEDS
from convlab.window.transport import JumpingSlider, speed_text
from convlab.window.widgets import combo, label, show_in_combo, tool_button


class LessonTransport(QWidget):
    """Moves the lesson's player; the same keys as those of the Lab's."""

    def __init__(self, lesson: KernelLesson, player: LessonPlayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lesson, self._player, self._clicker = lesson, player, False
        self.start_button = tool_button("to-start", "Back to the start", player.to_start, key="Home")
        self.back_button = tool_button("step-back", "Step back", player.back, key="Shift+Space")
        self.play_button = tool_button("play", "Learn", player.toggle, key="P", role="primary")
        self.step_button = tool_button("step", "Step", player.step, key="Space")
        self.many_button = tool_button("", f"{HURRY} steps", player.hurry, key="PgDn", text=f"+{HURRY}")
        self.end_button = tool_button("to-end", "Until nothing changes any more", player.to_end, key="End")
        self.slider = JumpingSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Step of the course")
        self.slider.setToolTip("Drag to any step that was taken")
        self.slider.valueChanged.connect(player.seek)
        self.place = label()
        self.speed = combo("Speed", [(speed_text(s), s) for s in SPEEDS], self._choose_speed)
        self.speed.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.speed.setToolTip("Speed of learning: [ slower, ] faster")
        self._row = QHBoxLayout(self)
        for button in self._buttons():
            self._row.addWidget(button)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.place)
        self._row.addWidget(self.speed)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        player.playing_changed.connect(self._show_playing)
        player.speed_changed.connect(lambda speed: show_in_combo(self.speed, speed))
        show_in_combo(self.speed, player.speed)
        theme.follow(self, self._restyle)
        self._restyle()

    def _buttons(self) -> list[QToolButton]:
        return [
            self.start_button,
            self.back_button,
            self.play_button,
            self.step_button,
            self.many_button,
            self.end_button,
        ]

    def refresh(self) -> None:
        course = self._lesson.course
        blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, max(course.last, 1))
        self.slider.setValue(course.index)
        self.slider.setEnabled(course.last > 0)
        self.slider.blockSignals(blocked)
        self.place.setText(f"step {course.index:,}")
        metrics = self.place.fontMetrics()
        widest = metrics.horizontalAdvance(f"step {max(course.last, 999):,}".replace("1", "8"))
        self.place.setFixedSize(widest + 2, metrics.height() + 2)
        for button in (self.start_button, self.back_button):
            button.setEnabled(course.index > 0)

    def set_clicker(self, on: bool) -> None:
        """In presentation mode only what a lecturer touches stays."""
        self._clicker = on
        self._fold()

    def _show_playing(self, playing: bool) -> None:
        self.play_button.setIcon(icon("pause" if playing else "play"))
        name = "Pause" if playing else "Learn"
        self.play_button.setAccessibleName(name)
        self.play_button.setToolTip(f"{name} (P)")

    def _choose_speed(self, speed: object) -> None:
        assert isinstance(speed, float)
        self._player.set_speed(speed)

    def _restyle(self) -> None:
        side = theme.px(12)
        self._row.setContentsMargins(side, theme.px(8), side, theme.px(8))
        self._row.setSpacing(theme.px(6))
        self.slider.setMinimumSize(theme.px(60), theme.px(24))
        for button in self._buttons():
            button.setMinimumWidth(theme.px(40 if button is not self.play_button else 52))
        self.refresh()
        self._show_playing(self._player.playing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold()
        super().resizeEvent(event)

    def _fold(self) -> None:
        self.speed.setVisible(not self._clicker and self.width() >= theme.px(640))
