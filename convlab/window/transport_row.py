"""What the transports of both players have in common: buttons, a slider, where one is, and how fast."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QSlider, QToolButton, QWidget

from convlab.window import theme
from convlab.window.fields import combo, show_in_combo
from convlab.window.icons import icon
from convlab.window.pace import SPEEDS, Pace
from convlab.window.widgets import label, tool_button


def speed_text(speed: float) -> str:
    """A speed in words, such as "4 a second"."""
    return f"{speed:,g} a second" if speed >= 1 else "1 in 2 seconds"


class JumpingSlider(QSlider):
    """A slider on a card, whose handle goes to where one clicks, and follows from there."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else all below is painted with every step

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("card"))
        painter.end()
        super().paintEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            handle = theme.px(16)
            place = round(event.position().x()) - handle // 2
            room = max(self.width() - handle, 1)
            value_at = self.style().sliderValueFromPosition
            self.setValue(value_at(self.minimum(), self.maximum(), place, room))
        super().mousePressEvent(event)


class TransportRow(QWidget):
    """One line of controls for a player. `plays` names its main button: "Play", "Learn"."""

    def __init__(self, pace: Pace, plays: str, slider_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._pace, self._plays, self._clicker = pace, plays, False
        self._buttons: Sequence[QToolButton] = ()
        self.play_button = tool_button("play", plays, pace.toggle, key="P", role="primary")
        self.slider = JumpingSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(slider_name)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.place = label()
        self.speed = combo("Speed", [(speed_text(s), s) for s in SPEEDS], self._choose_speed)
        self.speed.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._row = QHBoxLayout(self)

    def set_clicker(self, on: bool) -> None:
        """In presentation mode only what a lecturer touches stays."""
        self._clicker = on
        self._fold()

    def refresh(self) -> None:
        """Show where the player is."""
        raise NotImplementedError

    def _fold(self) -> None:
        """When it gets narrow, what has a key and is rarely clicked goes first."""
        raise NotImplementedError

    def _arrange(self, buttons: Sequence[QToolButton], more: Sequence[QToolButton] = ()) -> None:
        """The buttons before the slider, and those at the end of the line; from now on the player is followed."""
        self._buttons = buttons
        for button in buttons:
            self._row.addWidget(button)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.place)
        self._row.addWidget(self.speed)
        for button in more:
            self._row.addWidget(button)
        self._pace.playing_changed.connect(self._show_playing)
        self._pace.speed_changed.connect(self._show_speed)
        self._show_speed(self._pace.speed)
        theme.follow(self, self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        side = theme.px(12)
        self._row.setContentsMargins(side, theme.px(8), side, theme.px(8))
        self._row.setSpacing(theme.px(6))
        self.slider.setMinimumSize(theme.px(60), theme.px(24))
        for button in self._buttons:
            button.setMinimumWidth(theme.px(40 if button is not self.play_button else 52))
        self.refresh()
        self._show_playing(self._pace.playing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold()
        super().resizeEvent(event)

    def _show_place(self, text: str, longest: str) -> None:
        """The label keeps the size of its longest text: nothing moves while playing, and nothing is laid out anew."""
        self.place.setText(text)
        metrics = self.place.fontMetrics()
        self.place.setFixedSize(metrics.horizontalAdvance(longest) + 2, metrics.height() + 2)

    def _show_slider(self, last: int, value: int) -> None:
        blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, last)
        self.slider.setValue(value)
        self.slider.blockSignals(blocked)

    def _show_playing(self, playing: bool) -> None:
        self.play_button.setIcon(icon("pause" if playing else "play"))
        name = "Pause" if playing else self._plays
        self.play_button.setAccessibleName(name)
        self.play_button.setToolTip(f"{name} (P)")

    def _show_speed(self, speed: float) -> None:
        show_in_combo(self.speed, speed)

    def _choose_speed(self, speed: object) -> None:
        assert isinstance(speed, float)
        self._pace.set_speed(speed)
