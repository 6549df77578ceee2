"""The page of a network's cell, used with mouse and keys as a person would."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convlab.network.description import Network
from convlab.window import theme
from convlab.window.application import make_application
from convlab.window.cell_layer import Place
from convlab.window.player import Phase
from convlab.window.step_page import StepPage
from tests.network.described import graph, layer
from tests.window.network_fakes import (
    FakeSession,
    convolution,
    dense,
    fake_session,
    pattern,
    pooling,
    residual_network,
    settle,
    small_network,
)


def page_of(network: Network, channels: int = 1, size: tuple[int, int] = (1440, 840)) -> StepPage:
    make_application(["test"])
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    shape = network.input_shape or (28, 28, 1)
    session = fake_session(network, image=pattern(shape[0] or 28, shape[1] or 28, channels))
    page = StepPage(session)
    page.resize(*size)
    page.show()
    return page


@pytest.fixture(scope="module")
def made(qapp: QApplication) -> Iterator[StepPage]:
    page = page_of(small_network())
    yield page
    page.hide()
    page.deleteLater()
    theme.apply(dark=False, scale=1.0)


@pytest.fixture
def page(made: StepPage, qtbot: QtBot) -> StepPage:
    """One page for all tests, at a cell of the second convolution, as it was at first."""
    while made.session.history.can_undo:
        made.session.undo()
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    made.player.set_predicting(False)
    made.resize(1440, 840)
    made.activateWindow()
    enter(made, 2, 6, 9, 3)
    return made


def enter(page: StepPage, *place: int) -> None:
    page.enter(*place)
    rest(page)


def rest(page: StepPage) -> None:
    """Until maps have come and everything is laid out."""
    settle(page.session)
    for _ in range(8):
        QApplication.processEvents()


def here(page: StepPage) -> Place | None:
    return page.journey.here


def press(
    page: StepPage, qtbot: QtBot, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    qtbot.keyClick(page.focusWidget() or page.output.view, key, how)
    rest(page)


def click_input(page: StepPage, qtbot: QtBot, pane: int, row: int, column: int, view: int = 0) -> None:
    shown = page.input.views[view]
    center = shown.cell_rect(pane, row, column).center().toPoint()
    qtbot.mouseMove(shown, QPoint(1, 1))
    qtbot.mouseMove(shown, center)
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton, pos=center)
    rest(page)


def term_names(page: StepPage) -> list[str]:
    arithmetic = page.step_panel.strip.arithmetic
    assert arithmetic is not None
    return [term.name for term in arithmetic.terms]


def click_term(page: StepPage, qtbot: QtBot, term: int) -> None:
    center = page.step_panel.strip.term_center(term)
    assert center is not None
    qtbot.mouseClick(page.step_panel.strip, Qt.MouseButton.LeftButton, pos=center.toPoint())
    rest(page)


# --- what one sees ---


def test_a_cell_is_shown_with_window_filter_arithmetic_and_keras_value(page: StepPage) -> None:
    step = page.player.current
    assert step is not None
    assert (step.row, step.column, step.filter) == (6, 9, 3)
    assert page.step_panel.title.text() == "Row 6, column 9, map 3"
    assert page.verdict.text() == "Keras: 0.9292 ✓ agrees"
    assert page.input.views[0].window_rect() is not None
    assert [pane.channel for pane in page.input.panes] == [6, 1, 2, 3]
    assert sum(view.isVisible() for view in page.kernel.slices.views) == 4
    assert page.kernel.slices.views[0].values.tolist() == step.weights[:, :, 6].tolist()  # type: ignore[attr-defined]
    assert page.breadcrumbs.texts == ("conv2d_1 (6, 9) map 3",)


def test_the_receptive_field_is_shown_on_the_image(page: StepPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.field.extent.text() == "5 × 5 of 28 × 28", timeout=2000)
    enter(page, 5, 0, 0, 2)
    qtbot.waitUntil(lambda: page.field.extent.text() == "all 28 × 28 pixels", timeout=2000)


def test_the_strongest_channels_stand_first_and_stay_while_playing(page: StepPage, qtbot: QtBot) -> None:
    before = page.input.panes
    page.player.play()
    page.player.go(20, 20)
    rest(page)
    assert page.input.panes == before
    page.player.pause()
    rest(page)
    assert [pane.channel for pane in page.input.panes] == strongest(page)


def strongest(page: StepPage) -> list[int]:
    """The four channels whose part of the sum is the largest, by hand."""
    step = page.player.current
    assert step is not None
    sums = {int(c): abs(float(s)) for c, s in zip(step.channels, step.products.sum(axis=(0, 1)), strict=True)}  # type: ignore[attr-defined]
    return sorted(sums, key=lambda channel: -sums[channel])[:4]


def test_one_channel_can_be_chosen(page: StepPage, qtbot: QtBot) -> None:
    page.input.channels.setFocus()
    qtbot.keyClick(page.input.channels, Qt.Key.Key_Down)
    rest(page)
    assert [pane.channel for pane in page.input.panes] == [0]
    assert page.kernel.slices.views[1].isHidden()


def test_a_value_that_is_to_be_guessed_is_not_told_by_keras(page: StepPage, qtbot: QtBot) -> None:
    press(page, qtbot, Qt.Key.Key_Right)
    assert page.verdict.text()
    page.player.set_predicting(True)
    page.player.step()
    rest(page)
    assert page.player.hidden
    assert page.verdict.text() == ""
    page.player.reveal()
    rest(page)
    assert "agrees" in page.verdict.text()


def test_while_the_parts_of_a_step_are_shown_keras_waits_for_the_result(page: StepPage) -> None:
    page.player.go(6, 10, Phase.MULTIPLY)
    rest(page)
    assert page.verdict.text() == ""


# --- going on ---


def test_a_click_on_a_cell_of_the_window_leads_to_the_layer_before(page: StepPage, qtbot: QtBot) -> None:
    click_input(page, qtbot, 2, 5, 10)
    assert here(page) == Place(1, 5, 10, 2, 0)
    assert (page.player.row, page.player.column, page.cells.filter) == (5, 10, 2)
    assert page.breadcrumbs.texts == ("conv2d (5, 10) map 2", "conv2d_1 (6, 9) map 3")
    click_input(page, qtbot, 0, 6, 11)
    assert here(page) == Place(0, 6, 11, 0, 0)
    assert page.step_panel.title.text() == "Pixel in row 6, column 11"
    assert not page.breadcrumbs.deeper_button.isEnabled()
    assert page.verdict.text() == ""


def test_a_click_beside_the_window_shows_who_reads_the_cell(page: StepPage, qtbot: QtBot) -> None:
    click_input(page, qtbot, 0, 20, 20)
    assert here(page) == Place(2, 6, 9, 3, 0)
    assert page.pointing.pinned == (20, 20)


def test_a_hand_shows_where_a_click_leads_on(page: StepPage, qtbot: QtBot) -> None:
    view = page.input.views[0]
    qtbot.mouseMove(view, view.cell_rect(0, 20, 20).center().toPoint())
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor
    qtbot.mouseMove(view, view.cell_rect(0, 6, 9).center().toPoint())
    assert view.cursor().shape() == Qt.CursorShape.PointingHandCursor


def test_keys_lead_on_to_the_strongest_input_and_back(page: StepPage, qtbot: QtBot) -> None:
    begin, step = here(page), page.player.current
    assert step is not None
    row, column, channel = np.unravel_index(np.abs(step.products).argmax(), step.products.shape)  # type: ignore[attr-defined]
    press(page, qtbot, Qt.Key.Key_Return)
    assert here(page) == Place(1, 5 + int(row), 8 + int(column), int(channel), 0)
    press(page, qtbot, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert here(page) is not None and here(page).node == 0  # type: ignore[union-attr]
    press(page, qtbot, Qt.Key.Key_Backspace)
    press(page, qtbot, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert here(page) == begin
    with qtbot.waitSignal(page.left):
        press(page, qtbot, Qt.Key.Key_Backspace)


def test_the_cursor_of_the_input_leads_on(page: StepPage, qtbot: QtBot) -> None:
    page.input.views[0].setFocus(Qt.FocusReason.TabFocusReason)
    press(page, qtbot, Qt.Key.Key_Right)
    press(page, qtbot, Qt.Key.Key_Return)
    assert here(page) == Place(1, 6, 10, 6, 0)


def test_escape_leaves_and_stops_watching_maps(page: StepPage, qtbot: QtBot) -> None:
    page.player.play()
    with qtbot.waitSignal(page.left):
        qtbot.keyClick(page.output.view, Qt.Key.Key_Escape)
    assert not page.player.playing
    assert page.cells.now is None


def test_breadcrumbs_lead_back_to_any_cell(page: StepPage, qtbot: QtBot) -> None:
    enter(page, 5, 0, 0, 2)
    for _ in range(4):
        press(page, qtbot, Qt.Key.Key_Return)
    assert [text.split(" ")[0] for text in page.breadcrumbs.texts] == [
        "conv2d", "conv2d_1", "max_pooling2d", "flatten", "dense"
    ]  # fmt: skip
    qtbot.mouseClick(page.breadcrumbs.crumb(3), Qt.MouseButton.LeftButton)
    rest(page)
    assert page.breadcrumbs.texts[0].startswith("flatten number")
    assert len(page.breadcrumbs.texts) == 2


def test_a_moved_step_is_where_one_comes_back_to(page: StepPage, qtbot: QtBot) -> None:
    page.player.go(10, 11)
    page.cells.choose_filter(5)
    rest(page)
    press(page, qtbot, Qt.Key.Key_Return)
    press(page, qtbot, Qt.Key.Key_Backspace)
    assert here(page) == Place(2, 10, 11, 5, 0)


def test_a_term_of_the_strip_leads_to_its_input(page: StepPage, qtbot: QtBot) -> None:
    assert term_names(page)[:4] == ["channel 6", "channel 1", "channel 2", "channel 3"]
    click_term(page, qtbot, 1)
    assert here(page) == Place(2, 6, 9, 3, 0)  # a channel is unfolded first
    assert page.step_panel.strip.tip_at(center_of(page, 4)).endswith("click to step into this input")
    click_term(page, qtbot, 4)
    assert here(page) == Place(1, 6, 9, 1, 0)


def center_of(page: StepPage, term: int) -> QPointF:
    center = page.step_panel.strip.term_center(term)
    assert center is not None
    return center


def test_a_dense_layer_is_left_through_one_of_its_numbers(page: StepPage, qtbot: QtBot) -> None:
    enter(page, 5, 0, 0, 2)
    strongest_first = term_names(page)[0]
    click_term(page, qtbot, 0)
    assert here(page) == Place(4, 0, 0, int(strongest_first.split(" ")[1].replace(",", "")), 0)
    press(page, qtbot, Qt.Key.Key_Backspace)
    click_input(page, qtbot, 0, 1, 3)
    assert here(page) == Place(4, 0, 0, 49 + 3, 0)


def test_numbers_of_vectors_are_told_by_column_or_by_filter(page: StepPage) -> None:
    enter(page, 5, 0, 7, 0)
    assert page.step_panel.title.text() == "Unit 7"
    enter(page, 5, 0, 0, 7)
    assert page.step_panel.title.text() == "Unit 7"


def test_every_input_of_a_merge_is_shown_and_leads_on(qtbot: QtBot) -> None:
    page = page_of(residual_network(), channels=3)
    qtbot.addWidget(page)
    enter(page, 6, 4, 5, 1)
    assert [view.isVisible() for view in page.input.views] == [True, True, False, False]
    assert [pane.title for pane in page.input.panes] == ["relu, map 1", "block2_conv, map 1"]
    click_input(page, qtbot, 0, 4, 5, view=1)
    assert here(page) == Place(5, 4, 5, 1, 0)
    press(page, qtbot, Qt.Key.Key_Backspace)
    click_term(page, qtbot, 0)
    assert here(page) == Place(4, 4, 5, 1, 0)  # the first use of the shared activation
    assert page.breadcrumbs.texts[0] == "relu (4, 5) map 1"


# --- the network changes, the window changes ---


def test_a_drawn_image_moves_the_step_and_keeps_the_place(page: StepPage) -> None:
    session = page.session
    before = page.player.current
    session.edit_image("Other", pattern(28, 28).with_pixels(1 - pattern(28, 28).pixels))
    rest(page)
    after = page.player.current
    assert before is not None and after is not None
    assert here(page) == Place(2, 6, 9, 3, 0)
    assert after.result != before.result
    assert "agrees" in page.verdict.text()


def test_the_place_is_kept_while_there_are_no_maps(qtbot: QtBot) -> None:
    page = page_of(small_network())
    qtbot.addWidget(page)
    session = page.session
    assert isinstance(session, FakeSession)
    session.fake_engine.holds = True
    session.maps.renew()
    page.enter(3, 4, 5, 6)
    for _ in range(8):
        QApplication.processEvents()
    assert page.player.current is None
    assert (page.player.row, page.player.column, page.cells.filter) == (4, 5, 6)
    assert page.step_panel.caption.text() == "The input is being computed."
    session.fake_engine.tell("missing", "TensorFlow could not be started.")
    for _ in range(8):
        QApplication.processEvents()
    assert page.cells.problem is not None
    assert here(page) == Place(3, 4, 5, 6, 0)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [(1024, 700), (1440, 840)])
def test_the_result_stays_in_sight_in_small_windows_with_large_text(
    page: StepPage, size: tuple[int, int], scale: float
) -> None:
    theme.apply(scale=scale)
    page.resize(*size)
    rest(page)
    rest(page)
    for widget in (page.step_panel, page.transport, page.breadcrumbs, page.input, page.kernel, page.output):
        assert widget.isVisible()
        assert page.rect().contains(widget.geometry()) or widget.parent() is not page
    assert page.verdict.isVisible()
    assert "agrees" in page.verdict.text()
    assert 1 <= len(page.input.panes) <= 4


def test_presenting_folds_away_what_a_class_does_not_look_at(page: StepPage) -> None:
    page.set_presentation(True)
    rest(page)
    assert page.field.isHidden()
    assert page.step_panel.facts.isHidden()
    assert page.transport.speed.isHidden()
    page.set_presentation(False)
    rest(page)
    assert page.field.isVisible()


def test_a_long_way_folds_into_a_menu(qtbot: QtBot) -> None:
    chain = [(convolution(f"a_rather_long_layer_name_{k}", 1 if k == 0 else 2, 2), (k,)) for k in range(6)]
    page = page_of(graph([(8, 8, 1)], *chain), size=(1024, 700))
    qtbot.addWidget(page)
    enter(page, 6, 4, 4, 1)
    for _ in range(5):
        press(page, qtbot, Qt.Key.Key_Return)
    assert len(page.breadcrumbs.texts) == 6
    assert page.breadcrumbs.more.isVisible()
    assert page.breadcrumbs.crumb(0).isVisible()
    furthest = page.breadcrumbs.more.menu().actions()[-1]
    assert furthest.text() == "a_rather_long_layer_name_5 (4, 4) map 1"
    furthest.trigger()
    rest(page)
    assert len(page.breadcrumbs.texts) == 1


def test_names_from_files_are_plain_text(qtbot: QtBot) -> None:
    network = graph(
        [(8, 8, 1)],
        (convolution("<b>bold</b>", 1, 2), (0,)),
        (pooling("&amp"), (1,)),
        (layer("Flatten", "flat"), (2,)),
        (dense("<a href='x'>x</a>", 32, 3, "softmax"), (3,)),
    )
    page = page_of(network)
    qtbot.addWidget(page)
    enter(page, 1, 2, 2, 1)
    assert page.breadcrumbs.crumb(0).text() == "<b>bold</b> (2, 2) map 1"
    assert page.breadcrumbs.crumb(0).toolTip() == "<qt>&lt;b&gt;bold&lt;/b&gt; (2, 2) map 1</qt>"
    assert page.breadcrumbs.crumb(0).accessibleName() == "<b>bold</b> (2, 2) map 1"


def test_every_widget_that_takes_keys_has_a_name(page: StepPage) -> None:
    from PySide6.QtWidgets import QWidget

    nameless = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.isVisible()
        and not widget.accessibleName()
        and type(widget).__name__ not in ("QLineEdit", "QSplitterHandle", "QExpandingLineEdit")
    ]
    assert nameless == []


def test_in_a_narrow_card_the_number_of_the_map_has_the_room_of_its_word(page: StepPage) -> None:
    output = page.output
    assert output.filter.isVisible() and output.filter_label.isVisible()
    output.resize(150, output.height())
    assert output.filter.isVisible() and not output.filter_label.isVisible()
    page.resize(1442, 840)
    rest(page)
    assert output.filter_label.isVisible()
