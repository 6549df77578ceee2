"""The prediction: live, with names, with the arithmetic of softmax, and with a reason where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from convlab.experiment.image import Image
from convlab.network.class_names import DATA_SETS
from convlab.network.description import Network
from convlab.window import theme
from convlab.window.network_session import NetworkSession
from convlab.window.prediction_card import PredictionCard
from tests.network.described import graph
from tests.window.network_fakes import (
    FakeEngine,
    FakeReader,
    convolution,
    dense,
    fake_session,
    pattern,
    settle,
    small_network,
)


def _card(
    qtbot: QtBot, session: NetworkSession, width: int = 1000, height: int = 170, scale: float = 1.0
) -> PredictionCard:
    theme.apply(dark=False, scale=scale)
    card = PredictionCard(session)
    qtbot.addWidget(card)
    card.resize(width, height)
    card.show()
    qtbot.waitExposed(card)
    return card


def _boot(session: NetworkSession, name: str = "ankle boot, test image 17") -> None:
    """An image of the data, as the Learn page gives it."""
    session.name_classes(DATA_SETS["clothes"].names, "from the file")
    session.edit_image("Image from the Data", Image(session.image.pixels, name=name))
    settle(session)


def _says(session: NetworkSession, number: int) -> None:
    """The network answers with this class from now on."""
    assert session.network is not None
    row = len(session.network.layers) - 1
    weights = session.weights_of(row)
    assert weights is not None
    session.edit_weights("x", {(row, 1): np.eye(10, dtype=np.float32)[number] * 1000})
    settle(session)


def _vector(count: int, activation: str) -> Network:
    return graph([(4,)], (dense("out", 4, count, activation), (0,)))


def _sentence(card: PredictionCard) -> str:
    """What stands in the place of the bars."""
    return " ".join(part.text() for part in card._empty.findChildren(QLabel))


def test_all_ten_classes_are_shown_with_their_names(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    bars = card.bars._bars
    assert [bar.name for bar in bars] == list("0123456789")
    assert session.prediction is not None
    assert next(bar.number for bar in bars if bar.wins) == int(session.prediction.argmax())
    assert card.caption.text() == session.names_source


def test_the_bars_follow_the_image(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    before = card.bars._bars
    session.edit_image("Invert", session.image.inverted())
    settle(session)
    assert card.bars._bars != before


def test_pointing_at_a_bar_shows_how_it_came_about(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    qtbot.mouseMove(card.bars, card.bars.bar_rect(3).center())
    assert card.line.text().startswith("3: x = ")
    assert "÷" in card.line.text()


def test_arrow_keys_go_from_bar_to_bar(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    card.activateWindow()
    card.bars.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(card.bars.hasFocus)
    qtbot.keyClick(card.bars, Qt.Key.Key_Home)
    assert card.line.text().startswith("0: x = ")
    qtbot.keyClick(card.bars, Qt.Key.Key_Down)
    assert card.line.text().startswith("5: x = ")
    qtbot.keyClick(card.bars, Qt.Key.Key_Right)
    assert card.line.text().startswith("6: x = ")


def test_names_of_a_data_set_are_chosen_in_the_menu(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    menu = card.names_button.menu()
    menu.aboutToShow.emit()
    actions = {action.text(): action for action in menu.actions()}
    assert actions["Digits (MNIST)"].isChecked()
    assert "Faces (FER-2013)" not in actions  # seven classes
    actions["Clothes (Fashion-MNIST)"].trigger()
    assert session.names == DATA_SETS["clothes"].names
    assert card.bars._bars[9].name == "ankle boot"
    assert card.caption.text() == "Clothes (Fashion-MNIST)"


def test_a_right_prediction_is_called_right(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    assert not card.verdict.isVisible()
    _boot(session)
    _says(session, 9)
    assert card.verdict.text() == "right: it is an ankle boot" and card.verdict.isVisible()
    assert [bar.name for bar in card.bars._bars if bar.true] == ["ankle boot"]


def test_a_wrong_prediction_names_the_true_class_and_marks_its_bar(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    _boot(session)
    _says(session, 7)
    assert card.verdict.text() == "wrong: it is an ankle boot"
    true = card.bars.bar_rect(9)
    framed = card.bars.grab(true).toImage()
    other = card.bars.grab(card.bars.bar_rect(8)).toImage()
    text = theme.color("text").rgb()
    middle = true.width() // 2
    assert [framed.pixel(middle, y) for y in range(framed.height())].count(text) == 2  # the track's frame
    assert text not in [other.pixel(middle, y) for y in range(other.height())]
    qtbot.mouseMove(card.bars, true.center())
    assert "ankle boot, the true class" in card.bars.toolTip()


def test_what_nobody_knows_is_neither_right_nor_wrong(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    for name in ("Ankle boot", "boot, image 3", "my ankle boot.png", ""):
        _boot(session, name)
        assert not card.verdict.isVisible()
        assert not any(bar.true for bar in card.bars._bars)


def test_the_true_class_is_known_by_the_files_names_when_others_are_chosen(qtbot: QtBot) -> None:
    network = replace(small_network(), class_names=DATA_SETS["clothes"].names)
    session = fake_session(network)
    card = _card(qtbot, session)
    _boot(session, "T-shirt, test image 2")
    session.name_classes(tuple(f"class {n}" for n in range(10)), "numbers")
    _says(session, 0)
    assert card.verdict.text() == "right: it is a T-shirt"
    assert [bar.name for bar in card.bars._bars if bar.true] == ["class 0"]


def test_the_verdict_waits_for_the_numbers_of_the_present_image(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    _boot(session)
    _says(session, 9)
    session.fake_engine.holds = True
    session.edit_image("Image from the Data", Image(session.image.pixels, name="bag, image 3"))
    card.refresh()
    assert card.verdict.text() == "right: it is an ankle boot"


def test_after_clear_the_image_is_a_drawing_of_no_known_class(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    _boot(session)
    assert card.verdict.isVisible()
    session.edit_image("Clear Image", session.image.cleared())
    settle(session)
    assert session.image.name == "drawing" and not card.verdict.isVisible()


def test_names_from_a_file_are_wished(qtbot: QtBot) -> None:
    card = _card(qtbot, fake_session(small_network()))
    menu = card.names_button.menu()
    menu.aboutToShow.emit()
    with qtbot.waitSignal(card.names_wished):
        menu.actions()[0].trigger()


def test_in_a_small_card_the_largest_classes_stand_first(qtbot: QtBot) -> None:
    card = _card(qtbot, fake_session(small_network()), width=420, height=170, scale=2.0)
    assert card.bars._bars[0].wins
    assert not card.line.isVisible()
    assert "÷" in card.caption.text()
    theme.apply(scale=1.0)


@pytest.mark.parametrize(
    ("count", "activation", "said"),
    [
        (1, "sigmoid", "One number from 0 to 1"),
        (3, "sigmoid", "together they need not be 100 %"),
        (1, "linear", "One plain number"),
        (3, "linear", "no probabilities"),
    ],
)
def test_what_the_numbers_mean_is_said_in_words(qtbot: QtBot, count: int, activation: str, said: str) -> None:
    card = _card(qtbot, fake_session(_vector(count, activation), image=pattern(2, 2)))
    assert said in card.line.text()


def test_an_image_as_output_is_said_in_words(qtbot: QtBot) -> None:
    network = graph([(28, 28, 1)], (convolution("decoded", 1, 3, "sigmoid"), (0,)))
    card = _card(qtbot, fake_session(network))
    assert _sentence(card).startswith("The network answers with 3 maps of 28×28: choose decoded")


def test_one_of_several_outputs_is_chosen(qtbot: QtBot) -> None:
    network = graph(
        [(4,)],
        (dense("first", 4, 2, "softmax"), (0,)),
        (dense("second", 4, 3, "softmax"), (0,)),
        outputs=(1, 2),
    )
    session = fake_session(network, image=pattern(2, 2))
    card = _card(qtbot, session)
    assert len(card.bars._bars) == 2
    card.outputs.setFocus()
    qtbot.keyClick(card.outputs, Qt.Key.Key_Down)
    settle(session)
    assert [bar.name for bar in card.bars._bars] == ["class 0", "class 1", "class 2"]
    assert card.outputs.currentText().startswith("second")


def test_why_there_is_no_prediction_is_said(qtbot: QtBot) -> None:
    network = small_network()
    sentence = "lambda is a Lambda: it holds a program, and ConvLab runs no programs from files."
    nodes = (*network.nodes[:-1], replace(network.nodes[-1], problem=sentence))
    card = _card(qtbot, fake_session(replace(network, nodes=nodes)))
    assert _sentence(card).strip() == sentence


def test_the_state_of_the_engine_is_said(qtbot: QtBot) -> None:
    reader, engine = FakeReader(small_network(), {}), FakeEngine()
    session = NetworkSession(reader, engine, pattern(8, 8))  # type: ignore[arg-type]
    card = _card(qtbot, session)
    assert "What a network says" in _sentence(card)
    started = fake_session(small_network(), wait=False)
    started.fake_engine.holds = True
    started.fake_engine.tell("starting")
    settle(started, 50)
    assert "TensorFlow is starting…" in _sentence(_card(qtbot, started))
    started.fake_engine.tell("missing", "TensorFlow is not installed.")
    absent = _card(qtbot, started)
    assert "TensorFlow is not installed." in _sentence(absent)


def test_a_prediction_that_is_no_number_is_shown_as_it_is(qtbot: QtBot) -> None:
    broken = {(1, False): np.full(3, np.nan, np.float32), (1, True): np.full(3, np.nan, np.float32)}
    card = _card(qtbot, fake_session(_vector(3, "softmax"), maps=broken, image=pattern(2, 2)))
    assert [bar.text for bar in card.bars._bars] == ["NaN"] * 3
    assert not card.grab().isNull()


def test_names_from_a_file_are_plain_text(qtbot: QtBot) -> None:
    network = replace(_vector(2, "softmax"), class_names=("<b>bold</b>", "x" * 300))
    session = fake_session(network, image=pattern(2, 2))
    card = _card(qtbot, session)
    qtbot.mouseMove(card.bars, card.bars.bar_rect(0).center())
    assert "&lt;b&gt;" in card.bars.toolTip()


def test_a_line_that_begins_with_markup_shows_it_as_text(qtbot: QtBot) -> None:
    network = replace(_vector(2, "softmax"), class_names=("<b>bold</b>", "<i>slanted</i>"))
    card = _card(qtbot, fake_session(network, image=pattern(2, 2)), width=300, height=260)
    card.grab()
    assert card.line.text().startswith("<")
    assert card.line.toolTip().startswith("<qt>&lt;")


def test_without_a_prediction_nothing_is_said_of_classes(qtbot: QtBot) -> None:
    session = fake_session(small_network(), wait=False)
    session.fake_engine.holds = True
    settle(session, 200)
    card = _card(qtbot, session)
    assert session.prediction is None and card.caption.text() == ""
    assert not card.names_button.isVisible()


def test_in_a_strip_the_bars_and_the_choice_of_names_remain(qtbot: QtBot) -> None:
    theme.apply(dark=False, scale=1.0)
    holder = QWidget()
    qtbot.addWidget(holder)
    card = PredictionCard(fake_session(small_network()), holder)
    card.setGeometry(0, 0, 700, 56)
    holder.show()
    assert not card.title.isVisible() and card.bars.isVisible() and card.names_button.isVisible()
    qtbot.waitUntil(lambda: card.bars.height() >= 32)
    card.resize(700, 180)
    assert card.title.isVisible() and card.names_button.text().startswith("Names")


def test_the_card_wishes_for_as_many_lines_as_its_bars_fill(qtbot: QtBot) -> None:
    ten = _card(qtbot, fake_session(small_network()))
    thousand = _card(qtbot, fake_session(small_network(1000)))
    narrow, wide, high = 1000, 1700, 800
    assert ten.wished_height(narrow, high) > ten.wished_height(wide, high)
    assert thousand.wished_height(narrow, high) == ten.wished_height(wide, high)
    assert ten.wished_height(narrow, 300) < ten.wished_height(wide, high)
