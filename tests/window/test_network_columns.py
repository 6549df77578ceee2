"""Where the cards of the Network page stand: in wide and narrow windows, with small and large text, by mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convlab.window import theme
from convlab.window.network_page import NetworkPage
from convlab.window.widgets import Card
from tests.window.network_fakes import fake_session, residual_network, small_network

LEFT = Qt.MouseButton.LeftButton
WIDE, LOW = (1440, 850), (1440, 820)  # the second one with large text


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[NetworkPage]:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    session = fake_session(small_network())
    page = NetworkPage(session)
    for _ in page.build():
        pass
    qtbot.addWidget(page)
    page.resize(*WIDE)
    page.show()
    page.activateWindow()
    qtbot.waitExposed(page)
    yield page
    theme.apply(dark=False, scale=1.0)


def folded(page: NetworkPage, qtbot: QtBot, size: tuple[int, int] = LOW, scale: float = 2.0) -> None:
    theme.apply(dark=False, scale=scale, reduced_motion=True)
    page.resize(*size)
    qtbot.waitUntil(lambda: page.overview.main.folded)


def place_of(page: NetworkPage, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def test_in_a_wide_window_all_cards_are_seen_and_no_switch(page: NetworkPage) -> None:
    columns = page.overview
    cards = (page.layers, page.image, page.layer, page.map, page.prediction)
    assert all(card.isVisible() for card in cards) and not page.filter.isVisible()
    assert not columns.side.switch.isVisible() and not columns.main.switch.isVisible()
    page.layer.show_tab("filters")
    assert page.filter.isVisible() and not page.map.isVisible()


@pytest.mark.parametrize(
    ("size", "scale"), [((1024, 690), 2.0), ((1024, 720), 1.0), ((1024, 710), 1.5), ((1440, 780), 3.0)]
)
def test_no_card_is_larger_than_the_page(
    page: NetworkPage, qtbot: QtBot, size: tuple[int, int], scale: float
) -> None:
    theme.apply(dark=False, scale=scale, reduced_motion=True)
    page.resize(*size)
    for tab in ("maps", "filters"):
        page.layer.show_tab(tab)
        qtbot.wait(20)
        assert (page.width(), page.height()) == size
        shown = [card for card in page.findChildren(Card) if card.isVisible()]
        assert len(shown) >= 3
        assert all(page.rect().contains(place_of(page, card)) for card in shown)


def test_the_switches_lead_to_the_image_and_to_the_large_map(page: NetworkPage, qtbot: QtBot) -> None:
    folded(page, qtbot)
    columns = page.overview
    assert page.layers.isVisible() and not page.image.isVisible()
    qtbot.mouseClick(columns.side.switch.button("image"), LEFT)
    assert page.image.isVisible() and not page.layers.isVisible()
    assert page.layer.isVisible() and not page.map.isVisible()
    qtbot.mouseClick(columns.main.switch.button("large"), LEFT)
    assert page.map.isVisible() and not page.layer.isVisible()
    qtbot.mouseClick(columns.main.switch.button("filters"), LEFT)
    assert page.layer.isVisible() and page.layer.tab == "filters"
    qtbot.mouseClick(columns.main.switch.button("large"), LEFT)
    assert page.filter.isVisible() and not page.map.isVisible()


def test_the_switch_names_the_map_that_is_shown_large(page: NetworkPage, qtbot: QtBot) -> None:
    folded(page, qtbot)
    page.session.choose_filter(5)
    assert page.overview.main.switch.button("large").text() == "Map 5"
    page.layer.show_tab("filters")
    assert page.overview.main.switch.button("large").text() == "Filter 5"


def test_enter_on_a_map_brings_it_in_front(page: NetworkPage, qtbot: QtBot) -> None:
    folded(page, qtbot)
    page.layer.setFocus()
    qtbot.keyClick(page.layer.grid, Qt.Key.Key_Home)
    qtbot.keyClick(page.layer.grid, Qt.Key.Key_Return)
    assert page.map.isVisible()
    page.map.slices.opened.emit()
    assert page.layer.isVisible() and page.layer.tab == "filters"


def test_searching_and_drawing_bring_their_cards_in_front(page: NetworkPage, qtbot: QtBot) -> None:
    folded(page, qtbot)
    page.image.keys["D"]()
    assert page.image.isVisible() and page.image.drawing
    page.layers.focus_search()
    assert page.layers.isVisible()
    qtbot.waitUntil(page.layers.search.hasFocus)


def test_the_step_button_is_whole_in_a_folded_page(page: NetworkPage, qtbot: QtBot) -> None:
    folded(page, qtbot, (1024, 690))
    page.overview.show_main("large")
    qtbot.wait(20)
    button = page.map.step_button
    assert place_of(page, page.map).contains(place_of(page, button))
    assert button.fontMetrics().horizontalAdvance(button.text()) < button.width()


def test_the_first_key_goes_to_the_maps_and_not_to_the_search(page: NetworkPage, qtbot: QtBot) -> None:
    page.setFocus()
    qtbot.waitUntil(page.layer.maps.grid.hasFocus)
    page.layers.search.setFocus()
    reader = page.session.fake_reader  # type: ignore[attr-defined]
    reader.network, reader.weights = residual_network(), fake_session(residual_network()).fake_reader.weights
    page.session.open(page.session.path)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.session.opening is None)
    qtbot.waitUntil(page.layer.maps.grid.hasFocus)


def test_what_is_hidden_gives_the_focus_to_its_switch(page: NetworkPage, qtbot: QtBot) -> None:
    folded(page, qtbot)
    page.layer.setFocus()
    page.overview.show_main("large")
    assert page.overview.main.switch.button("large").hasFocus()


def test_zooming_changes_the_tiles_or_the_map_that_has_the_focus(page: NetworkPage, qtbot: QtBot) -> None:
    grid, view = page.layer.grid, page.map.view
    page.layer.setFocus()
    side, cell = grid.side, view.cell_size
    page.zoom_by(0.8)
    assert grid.side < side and view.cell_size == cell
    page.zoom_to_fit()
    assert grid.side == side
    view.setFocus()
    page.zoom_by(1.25)
    assert view.cell_size > cell and grid.side == side
    page.zoom_to_fit()
    assert view.cell_size == cell


def test_a_handle_that_was_dragged_keeps_its_place(page: NetworkPage, qtbot: QtBot) -> None:
    splitter = page.overview.main.splitter
    handle = splitter.handle(1)
    middle = handle.rect().center()
    qtbot.mousePress(handle, LEFT, pos=middle)
    qtbot.mouseMove(handle, middle - QPoint(90, 0))
    qtbot.mouseRelease(handle, LEFT, pos=middle - QPoint(90, 0))
    dragged = splitter.sizes()
    page.resize(WIDE[0], WIDE[1] - 30)
    assert splitter.sizes() == dragged
