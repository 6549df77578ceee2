"""The filter card: what it shows, its ghost, which filter it follows, and that everything in it can be reached."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from convlab.window import theme
from convlab.window.filter_card import FilterCard
from tests.network.described import graph, layer
from tests.window.filter_bench import (
    CONV,
    DENSE,
    NORM,
    POOL,
    WEIGHTS,
    Bench,
    make_bench,
    network,
    weights,
)
from tests.window.kernel_bench import LEFT, pick, plain_theme
from tests.window.network_fakes import convolution, dense, fake_session, pooling, settle


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return make_bench(qtbot)


# --- the ghost ---


def test_the_ghost_shows_what_was_learned_while_something_is_changed(bench: Bench) -> None:
    ghost = bench.card.ghost
    assert ghost.hint.isVisible() and not ghost.view.isVisible()
    bench.type("9", 0, 0, place=1)
    assert ghost.view.isVisible() and not ghost.hint.isVisible()
    np.testing.assert_array_equal(ghost.view.values, WEIGHTS[:, :, 1, 0])
    assert ghost.title.text() == "Channel 1, as learned" and ghost.weights.text() == "1 of 18 changed"
    bench.session.undo()
    assert not ghost.view.isVisible()


def test_a_restored_filter_is_no_change_any_more(bench: Bench) -> None:
    bench.type("9", 0, 0)
    bench.card.bias.setFocus()
    bench.press(Qt.Key.Key_Up)
    bench.session.choose_filter(2)
    bench.choose(bench.card.buttons.zero, "The whole filter")
    bench.session.choose_filter(0)
    bench.qtbot.keyClick(bench.card.ghost.restore, Qt.Key.Key_Space)
    assert bench.label == "Restore Filter 0 of conv" and not bench.card.ghost.view.isVisible()
    assert bench.session.changed_since_saved  # filter 2 is still zero
    bench.session.choose_filter(2)
    bench.qtbot.mouseClick(bench.card.ghost.restore, LEFT)
    assert not bench.session.work.edits and not bench.session.changed_since_saved


# --- which filter ---


def test_the_card_and_the_session_follow_each_other(bench: Bench) -> None:
    bench.session.choose_filter(2)
    assert bench.card.index.value() == 2 and bench.card.index.text() == "2 of 4"
    np.testing.assert_array_equal(bench.grid().values, WEIGHTS[:, :, 0, 2])
    bench.card.index.setFocus()
    bench.press(Qt.Key.Key_Up)
    assert bench.session.filter == 3
    np.testing.assert_array_equal(bench.grid().values, WEIGHTS[:, :, 0, 3])
    bench.session.choose_filter(9)  # there is no such filter: the last one stays in sight
    assert bench.card.index.value() == 3 and bench.grid().isVisible()


def test_another_layers_filter_is_chosen_by_nobody_but_the_user(bench: Bench) -> None:
    bench.session.choose_filter(3)
    bench.session.choose_row(DENSE)
    assert bench.session.filter == 0 and bench.card.index.text() == "0 of 3"
    assert bench.card.caption.text() == "4 inputs" and bench.grid().values.shape == (1, 1)


@pytest.mark.parametrize(
    ("row", "words"), [(POOL, "it has learned nothing"), (NORM, "its 16 weights slide over no image")]
)
def test_layers_without_filters_say_so_in_a_sentence(bench: Bench, row: int, words: str) -> None:
    bench.session.choose_row(row)
    text = bench.card.note.findChild(QLabel)
    assert isinstance(text, QLabel) and words in text.text() and text.isVisible()
    assert not bench.grid().isVisible() and not bench.card.index.isVisible()


def test_weights_that_have_not_come_are_waited_for(qtbot: QtBot) -> None:
    session = fake_session(network(), weights(), wait=False)
    card = FilterCard(session)
    qtbot.addWidget(card)
    assert card.note.isVisibleTo(card) and not card.index.isVisibleTo(card)
    settle(session)
    assert not card.note.isVisibleTo(card)
    bench = Bench(qtbot, session)
    assert bench.grid().isVisible() and bench.grid().values.shape == (3, 3)


def test_a_theme_can_change_before_any_filter_was_shown(qtbot: QtBot) -> None:
    plain_theme()
    Bench(qtbot, fake_session(graph([(8, 8, 1)], (pooling("pool"), (0,)))))
    theme.apply(dark=True)
    plain_theme()


def test_nan_weights_are_shown_and_can_be_replaced(qtbot: QtBot) -> None:
    plain_theme()
    sick = np.full((3, 3, 2, 4), np.nan, np.float32)
    session = fake_session(network(), {**weights(), CONV: [sick, np.full(4, np.nan, np.float32)]})
    session.choose_row(CONV)
    settle(session)
    bench = Bench(qtbot, session)
    assert bench.card.bias.text() == "NaN" and not bench.card.ghost.view.isVisible()
    bench.card.grab()
    bench.type("0.5", 0, 0)
    assert bench.now[0, 0, 0, 0] == 0.5 and np.isnan(bench.now).sum() == sick.size - 1
    assert bench.card.ghost.weights.text() == "1 of 18 changed"
    bench.card.bias.setFocus()
    bench.press(Qt.Key.Key_Return)
    assert np.isnan(bench.biases).all()
    bench.card.bias.selectAll()
    bench.qtbot.keyClicks(bench.card.bias, "1")
    bench.press(Qt.Key.Key_Return)
    assert bench.biases[0] == 1 and bench.card.bias.text() == "1"


# --- seen and reached ---


def test_everything_in_the_card_is_reached_with_tab_and_has_a_name(bench: Bench) -> None:
    bench.type("9", 0, 0)
    bench.card.index.setFocus()
    seen: list[QWidget] = []
    for _ in range(40):
        widget = QApplication.focusWidget()
        assert widget is not None and widget.accessibleName(), widget
        seen.append(widget)
        bench.press(Qt.Key.Key_Tab)
    card = bench.card
    for wanted in (
        card.buttons.zero,
        card.buttons.flip,
        card.buttons.swap,
        card.buttons.more,
        card.bias,
        card.ghost.restore,
        card.lab_button,
    ):
        assert wanted in seen
    assert set(card.slices.grids) <= set(seen)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [300, 420])
def test_no_button_is_cut_off_however_narrow_or_large(bench: Bench, scale: float, width: int) -> None:
    theme.apply(scale=scale)
    bench.type("9", 0, 0)
    bench.card.resize(width, 700)
    bench.qtbot.wait(1)
    for button in bench.card.findChildren(QPushButton) + bench.card.findChildren(QToolButton):
        if button.isVisible() and button.text():
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())
            right = button.mapTo(bench.card, QPoint(button.width(), 0)).x()
            assert right <= bench.card.width()
    plain_theme()


def test_the_weight_under_the_mouse_is_told(bench: Bench) -> None:
    bench.qtbot.mouseMove(bench.grid(), bench.at(1, 0))
    assert bench.card.info.text().startswith("row 1, column 0:")


def test_colours_name_the_channels_of_a_layer_that_reads_a_colour_image(qtbot: QtBot) -> None:
    session = fake_session(graph([(8, 8, 3)], (convolution("a", 3, 3), (0,)), (convolution("b", 3, 2), (1,))))
    session.choose_row(1)
    bench = Bench(qtbot, session)
    assert bench.grid(2).accessibleName() == "Kernel for blue"
    session.choose_row(2)
    assert bench.grid(2).accessibleName() == "Kernel for channel 2"


# --- units and single weights ---


def dense_bench(qtbot: QtBot, inputs: int) -> Bench:
    """The second unit of a dense layer."""
    kernel = np.arange(2 * inputs, dtype=np.float32).reshape(inputs, 2) / 100
    net = graph([(1, 1, inputs)], (layer("Flatten", "flatten"), (0,)), (dense("hidden", inputs, 2), (1,)))
    session = fake_session(net, {2: [kernel, np.zeros(2, np.float32)]})
    bench = Bench(qtbot, session)
    session.choose_row(2)
    session.choose_filter(1)
    settle(session)
    return bench


def test_a_unit_is_called_so_and_its_weights_are_a_list_to_edit(qtbot: QtBot) -> None:
    bench = dense_bench(qtbot, 200)
    card = bench.card
    assert card.title.text() == "Unit" and card.caption.text() == "200 inputs"
    assert len(card.slices.grids) == 1 and bench.grid().values.size > 9
    assert not card.buttons.flip.isVisible() and not card.buttons.more.isVisible()
    assert bench.grid().values[-1, -1] == np.float32(3.99)  # the strongest weight is in sight
    bench.type("7", 0, 1)
    first = 200 - bench.grid().values.size
    weights = bench.session.weights_of(2)
    assert weights is not None and weights[0][first + 1, 1] == 7
    assert bench.label == "Edit Unit 1 of hidden"
    bench.click(0, 1)
    bench.choose(card.buttons.zero, f"Input {first + 1} only")
    assert bench.session.weights_of(2)[0][first + 1, 1] == 0  # type: ignore[index]


def test_another_page_of_weights_is_chosen_by_its_inputs(qtbot: QtBot) -> None:
    bench = dense_bench(qtbot, 200)
    chooser = bench.card.slices.findChild(QComboBox)
    assert chooser is not None
    pick(qtbot, chooser, "Inputs 0")
    size = bench.grid().values.size
    assert chooser.currentText() == f"Inputs 0 to {size - 1}"
    np.testing.assert_allclose(bench.grid().values.ravel(), np.arange(1, 2 * size, 2) / 100, rtol=1e-6)
