"""FilmBar: the time slider of a training's film, with play, one frame on or back, and live."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from convlab.window import theme
from convlab.window.film_player import FilmPlayer
from convlab.window.icons import icon
from convlab.window.transport_row import JumpingSlider
from convlab.window.widgets import Elided, tool_button

_NARROW = 330  # pixels at 100 % below which the slider has a line of its own


class FilmBar(QWidget):
    """Told by a FilmPlayer, and moves it."""

    def __init__(self, player: FilmPlayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self.back_button = tool_button("step-back", "One frame back", player.back, key="Left")
        self.play_button = tool_button("play", "Play the film", player.toggle, key="P")
        self.step_button = tool_button("step", "One frame on", player.forward, key="Right")
        self.live_button = tool_button(
            "", "Follow the training", player.to_end, key="End", text="Live", checkable=True
        )
        self.slider = JumpingSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Moment of the training")
        self.slider.setToolTip("Drag to any moment of the training (Left, Right, Home, End)")
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.slider.valueChanged.connect(self._slid)
        self.moment = Elided("", "caption")
        self._arrange()
        player.moved.connect(self._refresh)
        player.playing_changed.connect(self._show_playing)
        theme.follow(self, self._restyle)
        self._restyle()

    def _arrange(self) -> None:
        self._row, self._below = QHBoxLayout(), QHBoxLayout()
        for button in (self.back_button, self.play_button, self.step_button):
            self._row.addWidget(button)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.live_button)
        self._below.addWidget(self.moment, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._row)
        column.addLayout(self._below)

    def _restyle(self) -> None:
        self._row.setSpacing(theme.px(4))
        self.slider.setMinimumSize(theme.px(60), theme.px(24))
        self._refresh()
        self._show_playing(self._player.playing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow the slider stays, which the arrow keys move as well."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(_NARROW)
        for button in (self.back_button, self.step_button):
            button.setVisible(not narrow)

    def _refresh(self) -> None:
        player = self._player
        blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, max(player.count - 1, 0))
        self.slider.setPageStep(max(player.count // 10, 1))
        self.slider.setValue(player.place)
        self.slider.blockSignals(blocked)
        for widget in (self.back_button, self.play_button, self.step_button, self.slider, self.live_button):
            widget.setEnabled(player.count > 1)
        self.live_button.setChecked(player.live and player.count > 0)
        self.live_button.setText("Live" if player.training else "End")
        text = f"{player.moment} · frame {player.place + 1:,} of {player.count:,}" if player.count else ""
        self.moment.setText(text[:1].upper() + text[1:])
        self.slider.setAccessibleDescription(player.moment)

    def _show_playing(self, playing: bool) -> None:
        self.play_button.setIcon(icon("pause" if playing else "play"))
        name = "Pause the film" if playing else "Play the film"
        self.play_button.setAccessibleName(name)
        self.play_button.setToolTip(f"{name} (P)")

    def _slid(self, value: int) -> None:
        self._player.pause()
        self._player.go(value)
