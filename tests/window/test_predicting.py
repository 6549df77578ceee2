"""Predict: the next value is hidden, guessed, revealed and scored."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convlab.window.main_window import MainWindow
from convlab.window.player import Player
from convlab.window.predicting import Score, is_right
from convlab.window.session import Session


def _game(qtbot: QtBot) -> tuple[Session, Player, Score]:
    session = Session()
    player = Player(session, session)
    score = Score(player, session)
    player.go(4, 1)
    player.set_predicting(True)
    player.step()
    return session, player, score


def test_the_right_number_counts(qtbot: QtBot) -> None:
    session, player, score = _game(qtbot)
    assert player.hidden
    assert score.answer(35) is True
    assert (score.right, score.asked) == (1, 1) and not player.hidden


def test_a_wrong_number_counts_as_asked(qtbot: QtBot) -> None:
    session, player, score = _game(qtbot)
    assert score.answer(12) is False
    assert (score.right, score.asked, score.verdict) == (0, 1, False)


def test_a_value_that_was_only_thought_of_is_revealed_and_not_counted(qtbot: QtBot) -> None:
    session, player, score = _game(qtbot)
    player.step()
    assert not player.hidden and score.asked == 0


def test_nothing_can_be_answered_when_nothing_is_hidden(qtbot: QtBot) -> None:
    session, player, score = _game(qtbot)
    player.reveal()
    assert score.answer(35) is None and score.asked == 0


def test_the_verdict_goes_when_one_goes_on(qtbot: QtBot) -> None:
    session, player, score = _game(qtbot)
    score.answer(35)
    player.step()
    assert score.verdict is None and player.hidden


def test_predicting_anew_begins_with_no_score(qtbot: QtBot) -> None:
    session, player, score = _game(qtbot)
    score.answer(35)
    player.set_predicting(False)
    player.set_predicting(True)
    assert (score.right, score.asked) == (0, 0)


def test_close_is_within_one_per_cent() -> None:
    assert is_right(0.33, 0.3333) and is_right(99.5, 100) and is_right(0.0, 0.004)
    assert not is_right(0.3, 0.3333) and not is_right(-35, 35)


def _press(qtbot: QtBot, keys: str | Qt.Key) -> None:
    """Keys for whatever has the focus."""
    for key in keys if isinstance(keys, str) else (keys,):
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key)


def test_one_guess_follows_the_other_without_a_click(window: MainWindow, qtbot: QtBot) -> None:
    player, score = window.player, window.score
    player.go(4, 0)
    window.lab.output.view.setFocus()
    _press(qtbot, Qt.Key.Key_G)
    for guess, right in (("13", 1), ("34.8", 2), ("-.5", 2)):
        _press(qtbot, Qt.Key.Key_Space)
        assert player.hidden
        _press(qtbot, guess)
        assert window.lab.step_panel.guess.field.text() == guess
        _press(qtbot, Qt.Key.Key_Return)
        assert not player.hidden and score.right == right
    assert score.asked == 3


def test_digits_in_the_input_are_the_guess_only_while_a_value_is_hidden(
    window: MainWindow, qtbot: QtBot
) -> None:
    lab, session = window.lab, window.session
    before = session.experiment.image
    lab.output.view.setFocus()
    _press(qtbot, Qt.Key.Key_G)
    _press(qtbot, Qt.Key.Key_Space)
    lab.input.view.setFocus()
    _press(qtbot, Qt.Key.Key_Right)
    _press(qtbot, "7")
    assert lab.step_panel.guess.field.text() == "7" and session.experiment.image is before
    _press(qtbot, Qt.Key.Key_Return)
    lab.input.view.setFocus()
    _press(qtbot, "7")
    assert np.count_nonzero(session.experiment.image.pixels != before.pixels) == 1
