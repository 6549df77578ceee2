"""The guess of the class: a field, a button that reveals, the verdict and the running score."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from convlab.drawing.numbers import full_text, parse_number
from convlab.window import theme
from convlab.window.player import Player
from convlab.window.predicting import Score
from convlab.window.widgets import label, push_button

_QUESTION = "What comes out?"
_MARKS = "0123456789-−.,"  # what a number can begin with
_KEYPAD_OR_SHIFT = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier


class GuessRow(QWidget):
    """Shown while predicting. Enter reveals and scores; an empty field only reveals."""

    answered = Signal()

    def __init__(self, player: Player, score: Score, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player, self._score = player, score
        self.question = label(_QUESTION, "strong")
        self.field = QLineEdit()
        self.field.setAccessibleName("Guess")
        self.field.setPlaceholderText("guess")
        self.field.returnPressed.connect(self._answer)
        self.reveal = push_button("&Reveal", self._answer)
        self.reveal.setToolTip("Reveal the value (Enter, or R)")
        self.verdict = label()
        self.points = label("", "caption")
        self._row = QHBoxLayout(self)
        for widget in (self.question, self.field, self.reveal, self.verdict, self.points):
            self._row.addWidget(widget)
        player.predicting_changed.connect(self.refresh)
        player.step_changed.connect(self.refresh)
        player.phase_changed.connect(self.refresh)
        score.changed.connect(self.refresh)
        theme.follow(self, self._space)
        self._space()
        self.refresh()

    def refresh(self) -> None:
        """Ask while the value is hidden; judge once it is not."""
        player, score = self._player, self._score
        self.setVisible(player.predicting)
        if not player.hidden:
            self.field.clear()
        for widget in (self.question, self.field, self.reveal):
            widget.setVisible(player.hidden)
        self.verdict.setVisible(score.verdict is not None)
        if score.verdict is not None and score.guess is not None:
            self.verdict.setText("✓ right" if score.verdict else f"not {full_text(score.guess)}")
            self.verdict.setProperty("role", "good" if score.verdict else "bad")
            self.verdict.style().polish(self.verdict)
        self.points.setText(f"{score.right} of {score.asked} right" if score.asked else "")

    def ask_for(self, place: str) -> None:
        """Name the cell that is asked for, while the panel tells of another one; "" once it tells of this one again."""
        self.question.setText(f"{place} = ?" if place else _QUESTION)

    def take(self, event: QKeyEvent) -> bool:
        """Let a number that is typed elsewhere on the page be the guess; whether the key was the guess's.

        After an answer the focus goes back to the output, where Space goes on: the next guess needs no click.
        """
        mark = event.text()
        if not (self._player.hidden and mark and mark in _MARKS) or event.modifiers() & ~_KEYPAD_OR_SHIFT:
            return False
        self.field.setFocus()
        self.field.insert(mark)
        return True

    def _answer(self) -> None:
        guess = parse_number(self.field.text())
        if guess is not None:
            self._score.answer(guess)
        elif not self.field.text().strip():
            self._player.reveal()
        else:
            self.field.selectAll()  # no number: let it be typed again
            return
        self.field.clear()
        self.answered.emit()

    def _space(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(8))
        self.field.setFixedWidth(theme.px(96))
