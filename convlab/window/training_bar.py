"""TrainingBar: train, pause and stop; how far it is; what to do with the network then."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convlab.processes.client import RECIPES
from convlab.window import theme
from convlab.window.icons import icon
from convlab.window.learn_menu import GO_ON_KEY, PAUSE_KEY, STOP_KEY, TRAIN_KEY
from convlab.window.learn_session import DONE, FAILED, LOADING, PAUSED, STOPPING, TRAINING, LearnSession
from convlab.window.progress_line import ProgressLine
from convlab.window.training_words import kept_words, words_of
from convlab.window.widgets import Elided, tool_button

_NARROW = 760


class TrainingBar(QWidget):
    """Shows the session's state, and tells it what is wished."""

    save_wished = Signal()
    open_wished = Signal()

    def __init__(self, session: LearnSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._lent = False  # the focus of the first button
        self.main = tool_button("play", "Train", self.train_or_pause, text="Train", role="primary")
        self.stop = tool_button(
            "stop", "Stop, and keep the best weights so far", session.stop, key=STOP_KEY, text="Stop"
        )
        self.again = tool_button("redo", "Continue", self.go_on, key=GO_ON_KEY, text="Continue")
        self.words = Elided("")
        self.line = ProgressLine("Training")
        self.save = tool_button(
            "save", "Save the network", self.save_wished.emit, key="Ctrl+S", text="Save as…"
        )
        self.open = tool_button(
            "channels", "Open the network on the Network page", self.open_wished.emit, text="Open in Network"
        )
        self._arrange()
        for signal in (
            session.state_changed,
            session.run_changed,
            session.plan_changed,
            session.kept_changed,
        ):
            signal.connect(self.refresh)
        session.trainer.state_changed.connect(self.refresh)
        theme.follow(self, self._restyle)
        self._restyle()

    def _arrange(self) -> None:
        self._row = QHBoxLayout(self)
        self._middle = QVBoxLayout()
        self._middle.addStretch(1)
        self._middle.addWidget(self.words)
        self._middle.addWidget(self.line)
        self._middle.addStretch(1)
        for button in (self.main, self.stop, self.again):
            self._row.addWidget(button)
        self._row.addLayout(self._middle, 1)
        for button in (self.save, self.open):
            self._row.addWidget(button)

    # --- told by keys and buttons ---

    def train_or_pause(self) -> None:
        """What the first button does: train, pause, or go on after a pause."""
        session = self._session
        session.toggle_pause() if session.state in (TRAINING, PAUSED) else session.train()

    def go_on(self) -> None:
        """Continue the newest training that ended before its time."""
        kept = self._session.resumable
        if kept is not None:
            self._session.go_on(kept)

    # --- shown ---

    def refresh(self) -> None:
        """Show the state as it is now."""
        session, state = self._session, self._session.state
        held = self.hasFocus() or any(button.hasFocus() for button in (self.main, self.stop, self.again))
        main_had_it = self.main.hasFocus()
        self._show_main(state)
        self.stop.setVisible(session.busy or state == STOPPING)
        self.stop.setEnabled(state != STOPPING)
        kept = session.resumable
        self.again.setVisible(kept is not None)
        if kept is not None:
            record = kept.record
            title = RECIPES[record.plan.recipe].title if record.plan.recipe in RECIPES else record.plan.recipe
            how = kept_words(len(record.epochs), record.plan.epochs)
            self.again.setToolTip(f"Continue “{title}”: {how} ({GO_ON_KEY})")
        for button in (self.save, self.open):
            button.setVisible(session.run.result is not None and not session.busy)
        self.words.setText(words_of(session))
        self._show_line(state)
        if held:
            self._keep_focus(main_had_it)
        else:
            self._lent = False

    def _keep_focus(self, main_had_it: bool) -> None:
        """Whoever trains by keyboard stays here: else Qt would give the keys to another part of the window.

        While the first button cannot be used another one has its focus, and gives it back: Space shall pause, not stop.
        """
        buttons = (self.main, self.stop, self.again)
        self._lent = self._lent or main_had_it
        if self._lent and self.main.isEnabled():
            self._lent = False
            self.main.setFocus()
        if any(button.hasFocus() and button.isEnabled() for button in buttons):
            return
        able = (button for button in buttons if button.isEnabled() and button.isVisible())
        next(able, self).setFocus()

    def _show_main(self, state: str) -> None:
        text, name, key = {
            TRAINING: ("Pause", "pause", PAUSE_KEY),
            PAUSED: ("Resume", "play", PAUSE_KEY),
        }.get(state, ("Train", "play", TRAIN_KEY))
        self.main.setText(text)
        self.main.setIcon(icon(name, "accent_text"))
        self.main.setAccessibleName(text)
        self.main.setToolTip(f"{text} ({key})")
        self.main.setEnabled(state not in (STOPPING, LOADING) or not self._session.busy)

    def _show_line(self, state: str) -> None:
        run = self._session.run
        parts = run.plan.epochs
        shown = state in (TRAINING, PAUSED, STOPPING, FAILED, DONE)
        self.line.setVisible(shown)
        share: float | None = 0.0
        if state == DONE:  # the last batches may not have been told of
            share = len(run.epochs) / parts
        elif run.progress is not None:
            done = run.progress.epoch + run.progress.batch / max(run.progress.batches, 1)
            share = done / parts
        elif state == TRAINING:
            share = len(run.epochs) / parts if run.epochs else None
        self.line.show_share(share, parts, quiet=state not in (TRAINING, STOPPING))

    # --- layout ---

    def _restyle(self) -> None:
        side = theme.px(12)
        self._row.setContentsMargins(side, theme.px(8), side, theme.px(8))
        self._row.setSpacing(theme.px(8))
        self._middle.setSpacing(theme.px(2))
        self.setFixedHeight(theme.px(56))
        self._fold()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Words beside the icons where there is room for them."""
        wide = self.width() >= theme.px(_NARROW)
        style = Qt.ToolButtonStyle
        beside = style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly
        for button in (self.stop, self.again, self.save, self.open):
            button.setToolButtonStyle(beside)
        self.main.setMinimumWidth(theme.px(100))
