"""Score: what the class guessed, and how often it was right."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from convlab.window.player import Player

_CLOSE = 0.01  # a guess within one per cent of the value, or half a hundredth near zero, counts as right


def is_right(guess: float, value: float) -> bool:
    """Whether a guess is close enough: within 1 % of the value, or 0.005 of it where it is near zero."""
    return abs(guess - value) <= max(_CLOSE * abs(value), _CLOSE / 2)


class Score(QObject):
    """Counts guesses. A value that was revealed without a guess does not count."""

    changed = Signal()

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self.asked = 0
        self.right = 0
        self.guess: float | None = None
        self.verdict: bool | None = None
        player.step_changed.connect(self._moved)
        player.predicting_changed.connect(self._switched)

    def answer(self, guess: float) -> bool | None:
        """Take the guess for the hidden value and reveal it; None if nothing is hidden."""
        step = self._player.current
        if step is None or not self._player.hidden:
            return None
        self.guess, self.verdict = guess, is_right(guess, step.result)
        self.asked += 1
        self.right += self.verdict
        self._player.reveal()
        self.changed.emit()
        return self.verdict

    def reset(self) -> None:
        self.asked = self.right = 0
        self._moved()

    def _switched(self, on: bool) -> None:
        if on:
            self.reset()
        else:
            self._moved()

    def _moved(self) -> None:
        self.guess = self.verdict = None
        self.changed.emit()
