"""The transport: the buttons, the slider and the speed that move the player."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QSlider, QToolButton, QWidget

from convlab.window import theme
from convlab.window.icons import icon
from convlab.window.player import SPEEDS, Player
from convlab.window.widgets import combo, label, show_in_combo, tool_button

_SLIDER_STEPS = 1_000_000  # a slider counts in 32 bits and pixels: beyond this many cells it moves in parts


def speed_text(speed: float) -> str:
    """A speed in words, such as "4 a second"."""
    return f"{speed:,g} a second" if speed >= 1 else "1 in 2 seconds"


class JumpingSlider(QSlider):
    """A slider whose handle goes to where one clicks, and follows from there."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            handle = theme.px(16)
            place = round(event.position().x()) - handle // 2
            room = max(self.width() - handle, 1)
            value_at = self.style().sliderValueFromPosition
            self.setValue(value_at(self.minimum(), self.maximum(), place, room))
        super().mousePressEvent(event)


class Transport(QWidget):
    """To the start, back, play, step, to the end; where one is; how fast; loop and predict."""

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._player = player
        self._clicker = False
        self.start_button = tool_button("to-start", "To the first step", player.to_start, key="Home")
        self.row_back_button = tool_button("previous-row", "Previous row", player.previous_row, key="PgUp")
        self.back_button = tool_button("step-back", "Step back", player.back, key="Shift+Space")
        self.play_button = tool_button("play", "Play", player.toggle, key="P", role="primary")
        self.step_button = tool_button("step", "Step", player.step, key="Space")
        self.row_button = tool_button("next-row", "Next row", player.next_row, key="PgDn")
        self.end_button = tool_button("to-end", "To the last step", player.to_end, key="End")
        self.slider = JumpingSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Step")
        self.slider.setToolTip("Drag to any step")
        self.slider.valueChanged.connect(self._slid)
        self.place = label()
        self.speed = combo("Speed", [(speed_text(s), s) for s in SPEEDS], self._choose_speed)
        self.speed.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.speed.setToolTip("Speed of playing: [ slower, ] faster")
        self.loop_button = tool_button(
            "loop", "Loop the present row (drag with Shift in the output for any region)", self.toggle_loop,
            key="L", checkable=True,
        )  # fmt: skip
        self.predict_button = tool_button(
            "predict",
            "Predict: hide the next value",
            self._toggle_predict,
            key="G",
            checkable=True,
            text="Predict",
        )
        self._arrange()
        player.step_changed.connect(self._refresh)
        player.phase_changed.connect(self._refresh)
        player.playing_changed.connect(self._show_playing)
        player.speed_changed.connect(lambda speed: show_in_combo(self.speed, speed))
        player.loop_changed.connect(self._refresh)
        player.predicting_changed.connect(self.predict_button.setChecked)
        theme.follow(self, self._restyle)
        show_in_combo(self.speed, player.speed)
        self._refresh()

    def set_clicker(self, on: bool) -> None:
        """In presentation mode only what a lecturer touches stays."""
        self._clicker = on
        self._fold()

    def _arrange(self) -> None:
        self._row = QHBoxLayout(self)
        for button in self._buttons():
            self._row.addWidget(button)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.place)
        self._row.addWidget(self.speed)
        self._row.addWidget(self.loop_button)
        self._row.addWidget(self.predict_button)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._space()

    def _buttons(self) -> list[QToolButton]:
        return [
            self.start_button,
            self.row_back_button,
            self.back_button,
            self.play_button,
            self.step_button,
            self.row_button,
            self.end_button,
        ]

    def _space(self) -> None:
        side = theme.px(12)
        self._row.setContentsMargins(side, theme.px(8), side, theme.px(8))
        self._row.setSpacing(theme.px(6))
        self.slider.setMinimumSize(theme.px(60), theme.px(24))
        for button in self._buttons():
            button.setMinimumWidth(theme.px(40 if button is not self.play_button else 52))

    def _restyle(self) -> None:
        self._space()
        self._refresh()
        self._show_playing(self._player.playing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold()
        super().resizeEvent(event)

    def _fold(self) -> None:
        """When it gets narrow, what has a key and is rarely clicked goes first."""
        narrow, narrower = self.width() < theme.px(860), self.width() < theme.px(640)
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        self.predict_button.setToolButtonStyle(style)
        for button in (self.row_back_button, self.row_button):
            button.setVisible(not narrow and not self._clicker)
        for button in (self.start_button, self.end_button):
            button.setVisible(not narrower)
        self.loop_button.setVisible(not narrower and not self._clicker)
        self.speed.setVisible(not self._clicker)

    # --- told by the player ---

    def _refresh(self) -> None:
        player = self._player
        count, index = player.count, player.index
        blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, max(min(count, _SLIDER_STEPS) - 1, 0))
        self.slider.setValue(self._to_slider(index))
        self.slider.blockSignals(blocked)
        self.place.setText(f"step {index + 1:,} of {count:,}" if count else "no steps")
        self._keep_width(count)
        for button in (*self._buttons(), self.slider, self.predict_button, self.loop_button):
            button.setEnabled(count > 0)
        self.loop_button.setChecked(player.loop is not None)

    def _keep_width(self, count: int) -> None:
        """The label keeps the size of its longest text: nothing moves while playing, and nothing is laid out anew."""
        metrics = self.place.fontMetrics()
        widest = metrics.horizontalAdvance(f"step {count:,} of {count:,}")
        self.place.setFixedSize(widest + 2, metrics.height() + 2)

    def _show_playing(self, playing: bool) -> None:
        self.play_button.setIcon(icon("pause" if playing else "play"))
        name = "Pause" if playing else "Play"
        self.play_button.setAccessibleName(name)
        self.play_button.setToolTip(f"{name} (P)")

    # --- tells the player ---

    def _to_slider(self, index: int) -> int:
        count = self._player.count
        return index if count <= _SLIDER_STEPS else index * (_SLIDER_STEPS - 1) // max(count - 1, 1)

    def _slid(self, value: int) -> None:
        count = self._player.count
        self._player.seek(value if count <= _SLIDER_STEPS else value * (count - 1) // (_SLIDER_STEPS - 1))

    def _choose_speed(self, speed: object) -> None:
        assert isinstance(speed, float)
        self._player.set_speed(speed)

    def toggle_loop(self) -> None:
        player = self._player
        row = (player.row, 0, player.row, max(player.count, 1) - 1)
        player.set_loop(None if player.loop else row)

    def _toggle_predict(self) -> None:
        self._player.set_predicting(self.predict_button.isChecked())
