"""What a trained network mistakes: the matrix, its words, and the way to the images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convlab.window import theme
from convlab.window.learn_session import LearnSession
from convlab.window.result_card import MATRIX, WRONG, ResultCard
from tests.window.learn_fakes import fake_session, filled_session, settle


def shown(qtbot: QtBot, session: LearnSession, width: int = 400, height: int = 440) -> ResultCard:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    card = ResultCard(session)
    qtbot.addWidget(card)
    card.resize(width, height)
    card.show()
    qtbot.waitExposed(card)
    return card


@pytest.fixture
def card(qtbot: QtBot) -> ResultCard:
    return shown(qtbot, with_shirts(filled_session(epochs=1, frames=2)))


def with_shirts(session: LearnSession) -> LearnSession:
    """Three classes; of the first, 17 were taken for the second, and two of these are among the surest mistakes."""
    session.run.class_names = ("Shirt", "Pullover", "Ankle boot")
    old = session.run.result
    assert old is not None
    confusion = np.array([[80, 17, 3], [5, 95, 0], [0, 0, 100]])
    pairs = [(0, 1), (0, 2), (1, 0), (0, 1)]
    wrong = tuple(
        replace(one, label=label, predicted=taken)
        for one, (label, taken) in zip(old.wrong, pairs, strict=False)
    )
    session.run.result = replace(old, confusion=confusion, wrong=wrong, test_accuracy=275 / 300)
    return session


def center(card: ResultCard, row: int, column: int) -> QPoint:
    return card.matrix.cell_rect(row, column).center().toPoint()


def test_before_the_training_is_over_it_says_what_will_be_here(qtbot: QtBot) -> None:
    card = shown(qtbot, fake_session())
    assert not card.matrix.isVisible() and not card.tabs.isVisible() and not card.headline.isVisible()
    assert card.wrong.isVisible() and card.wrong.content is None


def test_the_accuracy_is_told_with_how_many_were_tested(card: ResultCard) -> None:
    assert card.headline.text() == "91.67 % of 300 test images right · loss 0.047"


def test_the_pair_that_is_confused_most_is_told_first(card: ResultCard) -> None:
    assert card.words.text() == "Most often: 17 shirts were taken for pullovers."


def test_pointing_at_a_cell_says_it_in_words(card: ResultCard, qtbot: QtBot) -> None:
    qtbot.mouseMove(card.matrix, center(card, 0, 0))
    qtbot.mouseMove(card.matrix, center(card, 0, 2))
    assert card.matrix.cell == (0, 2)
    assert card.words.text() == "3 shirts were taken for ankle boots."
    qtbot.mouseMove(card.matrix, center(card, 2, 2))
    assert card.words.text() == "100 of 100 ankle boots were recognised."


def test_arrow_keys_walk_over_the_matrix_from_where_it_is_worst(card: ResultCard, qtbot: QtBot) -> None:
    matrix = card.matrix
    qtbot.keyClick(matrix, Qt.Key.Key_Right)
    assert matrix.cell == (0, 1)
    for key, cell in (
        (Qt.Key.Key_Right, (0, 2)),
        (Qt.Key.Key_Right, (0, 2)),
        (Qt.Key.Key_Down, (1, 2)),
        (Qt.Key.Key_Left, (1, 1)),
    ):
        qtbot.keyClick(matrix, key)
        assert matrix.cell == cell


def test_a_click_on_a_cell_shows_its_images_alone(card: ResultCard, qtbot: QtBot) -> None:
    assert len(card.shown) == 4 and card.tab == MATRIX
    qtbot.mouseClick(card.matrix, Qt.MouseButton.LeftButton, pos=center(card, 0, 1))
    assert card.tab == WRONG and card.wrong.isVisible()
    assert [(one.label, one.predicted) for one in card.shown] == [(0, 1), (0, 1)]
    assert card.which.text() == "Shirts taken for pullovers"
    qtbot.mouseClick(card.all_button, Qt.MouseButton.LeftButton)
    assert len(card.shown) == 4


def test_the_diagonal_shows_all_mistakes_of_a_class(card: ResultCard, qtbot: QtBot) -> None:
    qtbot.mouseClick(card.matrix, Qt.MouseButton.LeftButton, pos=center(card, 0, 0))
    assert [one.predicted for one in card.shown] == [1, 2, 1]
    assert card.which.text() == "Shirts taken for something else"


def test_a_cell_without_images_says_so(card: ResultCard, qtbot: QtBot) -> None:
    qtbot.mouseClick(card.matrix, Qt.MouseButton.LeftButton, pos=center(card, 2, 0))
    assert card.shown == () and card.wrong.content is None


@pytest.mark.parametrize("by", ["click", "enter"])
def test_a_mistake_is_opened(card: ResultCard, qtbot: QtBot, by: str) -> None:
    card.show_tab(WRONG)
    qtbot.waitUntil(lambda: not card.wrong.tile_rect(2).isEmpty())
    place = card.wrong.tile_rect(2).center().toPoint()
    with qtbot.waitSignal(card.open_wished) as wished:
        if by == "click":
            qtbot.mouseClick(card.wrong.viewport(), Qt.MouseButton.LeftButton, pos=place)
        else:
            for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
                qtbot.keyClick(card.wrong, key)
    pixels, words = wished.args
    assert pixels is card.shown[2].pixels
    assert words == f"pullover, test image {card.shown[2].index:,}"


def test_each_mistake_is_told_in_words(card: ResultCard) -> None:
    content = card.wrong.content
    assert content is not None
    assert content.describe(0) == "Test image 0: shirt, taken for pullover, more than 99 %"


@pytest.mark.parametrize(("width", "height"), [(760, 400), (400, 760)])
def test_both_are_shown_where_there_is_room(qtbot: QtBot, width: int, height: int) -> None:
    card = shown(qtbot, with_shirts(filled_session(epochs=1, frames=2)), width, height)
    assert card.matrix.isVisible() and card.wrong.isVisible() and not card.tabs.isVisible()
    qtbot.mouseClick(card.matrix, Qt.MouseButton.LeftButton, pos=center(card, 0, 2))
    assert card.matrix.isVisible() and len(card.shown) == 1


def test_a_network_that_is_always_right_is_told_so(qtbot: QtBot) -> None:
    session = with_shirts(filled_session(epochs=1, frames=2))
    old = session.run.result
    assert old is not None
    session.run.result = replace(old, confusion=np.diag([9, 9, 9]), wrong=(), test_accuracy=1.0)
    card = shown(qtbot, session)
    assert card.headline.text().startswith("100.00 % of 27")
    assert card.words.text() == "No image was taken for another class."


def test_a_hundred_classes_with_long_names_are_painted(qtbot: QtBot) -> None:
    session = filled_session(epochs=1, frames=2)
    old = session.run.result
    assert old is not None
    session.run.class_names = tuple(f"an animal with a long name, number {n}" for n in range(100))
    confusion = np.eye(100, dtype=np.int64) * 9
    confusion[3, 97] = 4
    session.run.result = replace(old, confusion=confusion)
    card = shown(qtbot, session)
    qtbot.mouseMove(card.matrix, center(card, 3, 96))
    qtbot.wait(50)  # what is told of a cell may need another line
    qtbot.mouseMove(card.matrix, center(card, 3, 97))
    assert card.matrix.cell == (3, 97) and "number 97" in card.words.text()
    assert not card.grab().isNull()


def test_another_training_takes_the_result_away(qtbot: QtBot) -> None:
    session = filled_session(epochs=1, frames=2)
    card = shown(qtbot, session)
    assert card.matrix.isVisible()
    session.train()
    settle(session)
    assert not card.matrix.isVisible() and card.wrong.content is None


@pytest.mark.parametrize("width", [250, 300, 400, 700])
def test_nothing_moves_while_one_points_at_cell_after_cell(qtbot: QtBot, width: int) -> None:
    session = with_shirts(filled_session(epochs=1, frames=2))
    session.run.class_names = ("Shirt", "a pullover with a long name, and short sleeves", "Ankle boot")
    card = shown(qtbot, session, width)
    QApplication.processEvents()
    before, places = card.matrix.geometry(), [(row, column) for row in range(3) for column in range(3)]
    for row, column in places:
        for away in (2, 0):
            qtbot.mouseMove(card.matrix, center(card, row, column) - QPoint(away, 0))
            QApplication.processEvents()
        assert card.matrix.cell == (row, column) and card.matrix.geometry() == before
        assert card.words.heightForWidth(card.words.width()) <= card.words.height()


def test_what_was_chosen_among_the_mistakes_is_not_outlined_among_others(
    card: ResultCard, qtbot: QtBot
) -> None:
    card.show_tab(WRONG)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right):
        qtbot.keyClick(card.wrong, key)
    assert card.wrong.chosen == 1
    card.choose_cell(0, 1)
    assert card.wrong.chosen is None
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right):
        qtbot.keyClick(card.wrong, key)
    session = card._session
    session.result_changed.emit()  # another one
    assert card.wrong.chosen is None and len(card.shown) == 4
