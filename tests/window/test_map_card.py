"""One map, large: its values, the cell that is pinned, and the way into it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convlab.drawing.numbers import full_text
from convlab.network.receptive_field import dependents
from convlab.window import theme
from convlab.window.map_card import MapCard
from convlab.window.network_session import NetworkSession
from tests.network.described import graph, layer
from tests.window.network_fakes import fake_session, settle, small_network


@pytest.fixture
def card(qtbot: QtBot) -> MapCard:
    return shown(qtbot, fake_session(small_network()))


def shown(qtbot: QtBot, session: NetworkSession) -> MapCard:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    card = MapCard(session)
    qtbot.addWidget(card)
    card.resize(380, 640)
    card.show()
    qtbot.waitExposed(card)
    return card


def choose(card: MapCard, row: int, filter: int = 0) -> NetworkSession:
    session = card.session
    session.choose_row(row)
    settle(session)
    session.choose_filter(filter)
    return session


def move(qtbot: QtBot, card: MapCard, row: int, column: int) -> None:
    qtbot.mouseMove(card.view, card.view.cell_rect(0, row, column).center().toPoint())


def test_pointing_tells_the_value_and_the_session(card: MapCard, qtbot: QtBot) -> None:
    session = choose(card, 2, 7)
    array = session.map_array
    assert array is not None
    move(qtbot, card, 11, 4)
    assert card.place.text() == "row 11, column 4"
    assert card.value.text() == full_text(float(array[11, 4, 7]))
    assert session.pointed == (2, 11, 4)


def test_a_click_pins_a_cell_and_the_button_steps_into_it(card: MapCard, qtbot: QtBot) -> None:
    session = choose(card, 2, 3)
    place = card.view.cell_rect(0, 20, 19).center().toPoint()
    qtbot.mouseClick(card.view, Qt.MouseButton.LeftButton, pos=place)
    assert card.pinned == (20, 19)
    with qtbot.waitSignal(session.step_wished) as wished:
        qtbot.mouseClick(card.step_button, Qt.MouseButton.LeftButton)
    assert wished.args == [2, 20, 19, 3]


def test_a_double_click_steps_into_a_cell(card: MapCard, qtbot: QtBot) -> None:
    session = choose(card, 2, 3)
    place = card.view.cell_rect(0, 5, 6).center().toPoint()
    with qtbot.waitSignal(session.step_wished) as wished:
        qtbot.mouseDClick(card.view, Qt.MouseButton.LeftButton, pos=place)
    assert wished.args == [2, 5, 6, 3]


def test_keys_go_to_a_cell_pin_it_and_step_into_it(card: MapCard, qtbot: QtBot) -> None:
    session = choose(card, 2)
    card.activateWindow()
    card.view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(card.view.hasFocus)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Space):
        qtbot.keyClick(card.view, key)
    assert card.pinned == (2, 1)
    with qtbot.waitSignal(session.step_wished) as wished:
        qtbot.keyClick(card.view, Qt.Key.Key_Return)
    assert wished.args == [2, 2, 1, 0]


def test_the_strongest_cell_is_meant_until_one_is_pinned(card: MapCard) -> None:
    session = choose(card, 1, 1)
    array = session.map_array
    assert array is not None
    assert card.pinned == divmod(int(np.abs(array[:, :, 1]).argmax()), array.shape[1])


def test_a_pinned_cell_stays_when_another_map_of_the_layer_is_chosen(card: MapCard) -> None:
    session = choose(card, 2)
    card.pin(9, 8)
    session.choose_filter(4)
    assert card.pinned == (9, 8)
    choose(card, 1)
    assert card.pinned != (9, 8)


def colors(card: MapCard) -> np.ndarray:
    """The colour in the middle of each cell."""
    picture = card.view.grab().toImage()
    points = [[card.view.cell_rect(0, r, c).center().toPoint() for c in range(28)] for r in range(28)]
    return np.array([[picture.pixel(point) for point in line] for line in points])


def test_cells_that_depend_on_a_pixel_are_highlighted(card: MapCard) -> None:
    session = choose(card, 2)
    assert session.network is not None
    before = colors(card)
    session.point(pixel=(10, 12))
    assert np.array_equal(colors(card) != before, dependents(session.network, 0, 10, 12)[2])
    session.point()
    assert np.array_equal(colors(card), before)


def test_a_unit_of_a_dense_layer_is_one_number(card: MapCard, qtbot: QtBot) -> None:
    session = choose(card, 5, 6)
    array = session.map_array
    assert array is not None
    assert (card.title.text(), card.value.text()) == ("Unit 6", full_text(float(array[6])))
    with qtbot.waitSignal(session.step_wished) as wished:
        card.step()
    assert wished.args == [5, 0, 0, 6]
    card.pin(0, 0)
    assert session.pointed == (5, 0, 6)


def test_its_filter_is_shown_strongest_channels_first_and_leads_to_all(card: MapCard, qtbot: QtBot) -> None:
    session = choose(card, 2, 5)
    weights = session.weights_of(2)
    assert weights is not None
    strengths = np.linalg.norm(weights[0][..., 5].reshape(9, 8), axis=0)
    shown_first = card.slices.grid.order.tolist()
    assert shown_first == np.argsort(-strengths, kind="stable").tolist()[: len(shown_first)]
    assert card.slices.title.text() == "Its filter, strongest channels first"
    card.area.ensureWidgetVisible(card.slices)
    with qtbot.waitSignal(card.filters_wished):
        place = card.slices.grid.tile_rect(shown_first[0]).center().toPoint()
        qtbot.mouseClick(card.slices.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_layer_without_filters_shows_none(card: MapCard) -> None:
    choose(card, 3)
    assert not card.slices.isVisible()


def test_the_input_cannot_be_stepped_into(card: MapCard) -> None:
    choose(card, 0)
    assert card.pinned is not None
    assert not card.step_button.isEnabled()


def test_the_map_follows_the_image(card: MapCard) -> None:
    session = choose(card, 1, 2)
    before = card.value.text()
    session.edit_image("Draw", session.image.with_pixels(session.image.white - session.image.pixels))
    settle(session)
    assert card.value.text() != before


def test_maps_of_one_cell_and_of_one_line_can_be_looked_at(qtbot: QtBot) -> None:
    network = graph(
        [(1, 30, 1)], (layer("ReLU", "line"), (0,)), (layer("GlobalMaxPooling2D", "all", keepdims=True), (1,))
    )
    card = shown(qtbot, fake_session(network))
    for row in (1, 2):
        choose(card, row)
        assert not card.grab().isNull()
        assert card.view.cell_rect(0, 0, 0).width() >= 1


@pytest.mark.parametrize("chosen", [False, True])
def test_nobody_begins_with_a_silent_map_unless_it_was_chosen(qtbot: QtBot, chosen: bool) -> None:
    network = small_network()
    random = fake_session(network)
    choose_row = next(row for row, one in enumerate(network.layers) if one.kind == "Conv2D")
    weights = {row: random.weights_of(row) or () for row in range(len(network.layers))}
    kernel, *others = weights[choose_row]
    silent = kernel.copy()
    silent[..., 0] = 0
    weights[choose_row] = (silent, *(np.zeros_like(other) for other in others))
    session = fake_session(network, weights)
    session.choose_row(choose_row)
    if chosen:
        session.choose_filter(0)
    settle(session)
    maps = session.map_array
    assert maps is not None and not maps[..., 0].any() and maps.any()
    strongest = int(np.abs(maps).mean(axis=(0, 1)).argmax())
    assert session.filter == (0 if chosen else strongest)
