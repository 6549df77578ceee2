"""Predict: the next value is hidden, guessed, revealed and scored."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

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
