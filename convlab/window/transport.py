"""The transport: the buttons, the slider and the speed that move the player."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from convlab.window import theme
from convlab.window.player import Player
from convlab.window.transport_row import TransportRow
from convlab.window.widgets import tool_button

_SLIDER_STEPS = 1_000_000  # a slider counts in 32 bits and pixels: beyond this many cells it moves in parts


class Transport(TransportRow):
    """To the start, back, play, step, to the end; where one is; how fast; loop and predict."""

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(player, "Play", "Step", parent)
        self._player = player
        self.start_button = tool_button("to-start", "To the first step", player.to_start, key="Home")
        self.row_back_button = tool_button("previous-row", "Previous row", player.previous_row, key="PgUp")
        self.back_button = tool_button("step-back", "Step back", player.back, key="Shift+Space")
        self.step_button = tool_button("step", "Step", player.step, key="Space")
        self.row_button = tool_button("next-row", "Next row", player.next_row, key="PgDn")
        self.end_button = tool_button("to-end", "To the last step", player.to_end, key="End")
        self.slider.setToolTip("Drag to any step")
        self.slider.valueChanged.connect(self._slid)
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
        buttons = (
            self.start_button,
            self.row_back_button,
            self.back_button,
            self.play_button,
            self.step_button,
            self.row_button,
            self.end_button,
        )
        self._arrange(buttons, (self.loop_button, self.predict_button))
        player.step_changed.connect(self.refresh)
        player.phase_changed.connect(self.refresh)
        player.loop_changed.connect(self.refresh)
        player.predicting_changed.connect(self.predict_button.setChecked)

    def _fold(self) -> None:
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

    def refresh(self) -> None:
        player = self._player
        count, index = player.count, player.index
        self._show_slider(max(min(count, _SLIDER_STEPS) - 1, 0), self._to_slider(index))
        text = f"step {index + 1:,} of {count:,}" if count else "no steps"
        self._show_place(text, longest=f"step {count:,} of {count:,}")
        for button in (*self._buttons, self.slider, self.predict_button, self.loop_button):
            button.setEnabled(count > 0)
        self.loop_button.setChecked(player.loop is not None)

    # --- tells the player ---

    def _to_slider(self, index: int) -> int:
        count = self._player.count
        return index if count <= _SLIDER_STEPS else index * (_SLIDER_STEPS - 1) // max(count - 1, 1)

    def _slid(self, value: int) -> None:
        count = self._player.count
        self._player.seek(value if count <= _SLIDER_STEPS else value * (count - 1) // (_SLIDER_STEPS - 1))

    def toggle_loop(self) -> None:
        player = self._player
        row = (player.row, 0, player.row, max(player.count, 1) - 1)
        player.set_loop(None if player.loop else row)

    def _toggle_predict(self) -> None:
        self._player.set_predicting(self.predict_button.isChecked())
