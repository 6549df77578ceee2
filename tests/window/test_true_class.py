"""The true class of an image, by its name."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convlab.learning.class_words import short_name
from convlab.network.class_names import DATA_SETS
from convlab.window.result_card import WRONG, ResultCard
from convlab.window.true_class import Truth, class_word, is_right, truth_of, verdict_words
from tests.window.learn_fakes import CLASSES, fake_session, filled_session

_CLOTHES = DATA_SETS["clothes"].names


@pytest.mark.parametrize(
    ("image", "word"),
    [
        ("ankle boot, image 17", "ankle boot"),
        ("T-shirt, test image 9,999", "T-shirt"),
        ("a, b, image 0", "a, b"),
        ("Shirt", ""),
        ("shirt, image", ""),
        ("holiday, image 3 of 4.png", ""),
        ("", ""),
    ],
)
def test_images_of_data_are_called_after_their_class(image: str, word: str) -> None:
    assert class_word(image) == word


@pytest.mark.parametrize("number", range(10))
def test_every_class_is_found_by_its_name_and_by_its_short_name(number: int) -> None:
    for word in (_CLOTHES[number], short_name(_CLOTHES, number)):
        assert truth_of(f"{word}, image 3", _CLOTHES) == Truth(number, _CLOTHES[number])


def test_a_name_that_several_classes_have_tells_none() -> None:
    assert truth_of("cat, image 1", ("cat", "cat", "dog")) is None
    assert truth_of("cat, image 1", ("cat", "cat"), ("dog", "cat")) == Truth(1, "cat")


def test_the_largest_number_decides_and_nan_is_none() -> None:
    truth = Truth(1, "dog")
    assert is_right(np.array([0.2, 0.7, 0.1], np.float32), truth)
    assert not is_right(np.array([0.8, 0.1, 0.1], np.float32), truth)
    assert is_right(np.array([np.nan, 0.1, 0.05], np.float32), truth)


def test_the_verdict_is_said_in_words() -> None:
    assert verdict_words(Truth(7, "7"), True) == "right: it is a seven"
    assert verdict_words(Truth(0, "x" * 99), False).endswith("…xxxxxxxxxxx”")


def test_the_learn_page_calls_its_images_so(qtbot: QtBot) -> None:
    session = fake_session()
    qtbot.waitUntil(lambda: session.samples is not None)
    samples = session.samples
    assert samples is not None
    for place in range(len(samples.labels)):
        truth = truth_of(session.name_of(samples, place), CLASSES)
        assert truth is not None and truth.number == samples.labels[place]


def test_the_result_calls_its_mistakes_so(qtbot: QtBot) -> None:
    session = filled_session(done=True)
    card = ResultCard(session)
    qtbot.addWidget(card)
    card.resize(700, 500)
    card.show()
    card.show_tab(WRONG)
    qtbot.waitUntil(lambda: not card.wrong.tile_rect(0).isEmpty())
    place = card.wrong.tile_rect(0).center().toPoint()
    with qtbot.waitSignal(card.open_wished) as wished:
        qtbot.mouseClick(card.wrong.viewport(), Qt.MouseButton.LeftButton, pos=place)
    truth = truth_of(wished.args[1], session.run.class_names)
    assert truth is not None and truth.number == card.shown[0].label
