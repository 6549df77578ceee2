"""The image of the network: drawn on with the mouse, prepared, and shaded by receptive fields."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from convlab.experiment.image import Image, blank
from convlab.network.description import Network
from convlab.window import theme
from convlab.window.network_image_card import NetworkImageCard
from convlab.window.network_session import NetworkSession
from convlab.window.preparation_panel import PreparationPanel
from tests.network.described import graph, layer, sequence
from tests.window.network_fakes import convolution, dense, fake_session, pattern, settle, small_network


def _card(qtbot: QtBot, session: NetworkSession, width: int = 300, height: int = 340) -> NetworkImageCard:
    theme.apply(dark=False, scale=1.0)
    card = NetworkImageCard(session)
    qtbot.addWidget(card)
    card.resize(width, height)
    card.show()
    qtbot.waitExposed(card)
    return card


def _at(card: NetworkImageCard, row: int, column: int) -> QPoint:
    return card.view.cell_rect(0, row, column).center().toPoint()


def _stroke(qtbot: QtBot, card: NetworkImageCard, *cells: tuple[int, int]) -> None:
    """With the left button down from the first cell over all others."""
    button = Qt.MouseButton.LeftButton
    qtbot.mousePress(card.view, button, pos=_at(card, *cells[0]))
    for cell in cells[1:]:
        qtbot.mouseMove(card.view, _at(card, *cell))
    qtbot.mouseRelease(card.view, button, pos=_at(card, *cells[-1]))


def _colour_network(rows: int = 8, columns: int = 8, channels: int = 3) -> Network:
    return graph([(rows, columns, channels)], (convolution("conv2d", channels, 4), (0,)))


def test_the_preparation_is_in_sight(qtbot: QtBot) -> None:
    card = _card(qtbot, fake_session(small_network()))
    assert card.preparation.button.text() == "28×28 grey · 0 to 1 ▾"


def test_a_stroke_moves_the_prediction_and_is_one_undo_step(qtbot: QtBot) -> None:
    session = fake_session(small_network(), image=blank(28, 28))
    card = _card(qtbot, session)
    before = session.image
    assert session.prediction is not None
    first = session.prediction.copy()
    card.draw()
    _stroke(qtbot, card, (5, 5), (5, 12), (14, 12))
    settle(session)
    assert session.image.pixels[5, 9, 0] == session.image.pixels[10, 12, 0] == 1
    assert not np.array_equal(session.prediction, first)
    session.undo()
    assert session.image is before


def test_without_draw_the_mouse_only_points(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    before = session.image
    qtbot.mouseClick(card.view, Qt.MouseButton.LeftButton, pos=_at(card, 3, 4))
    assert session.image is before


def test_the_eraser_and_the_right_button_make_black(qtbot: QtBot) -> None:
    session = fake_session(small_network(), image=pattern(28, 28).inverted())
    card = _card(qtbot, session)
    card.draw("eraser")
    _stroke(qtbot, card, (2, 2))
    assert session.image.pixels[2, 2, 0] == 0
    card.draw("pen")
    qtbot.mouseClick(card.view, Qt.MouseButton.RightButton, pos=_at(card, 20, 20))
    assert session.image.pixels[20, 20, 0] == 0


def test_drawing_on_an_image_of_another_size_makes_one_that_the_network_reads_as_it_is(qtbot: QtBot) -> None:
    """What the network got before the stroke it still gets everywhere but under the pen."""
    random = np.random.default_rng(3).random((40, 60), np.float32)
    session = fake_session(small_network(), image=Image(random))
    session.edit("Invert", session.work.with_preparation(replace(session.work.preparation, invert=True)))
    card = _card(qtbot, session)
    before = session.prepared()
    photograph = session.image
    card.draw()
    _stroke(qtbot, card, (14, 14))
    after = session.prepared()
    assert before is not None and after is not None
    assert session.image.pixels.shape == (28, 28, 1)
    under_the_pen = slice(13, 17)
    kept = np.ones((28, 28), bool)
    kept[under_the_pen, under_the_pen] = False
    assert after[14, 14, 0] == 1
    np.testing.assert_allclose(after[kept], before[kept], atol=1e-6)
    session.undo()
    assert session.image is photograph and session.work.preparation.invert


def test_a_network_that_reads_colours_is_drawn_on_in_colours(qtbot: QtBot) -> None:
    session = fake_session(_colour_network(), image=blank(8, 8))
    card = _card(qtbot, session)
    card.draw()
    card.tools.show_value((1.0, 0.0, 0.0))
    _stroke(qtbot, card, (4, 4))
    assert session.image.pixels[4, 4].tolist() == [1, 0, 0]


def test_clear_makes_black_of_the_networks_size(qtbot: QtBot) -> None:
    session = fake_session(small_network(), image=pattern(64, 64))
    card = _card(qtbot, session)
    card.clear()
    assert session.image.pixels.shape == (28, 28, 1)
    assert not session.image.pixels.any()


def test_pointing_tells_the_pixel_and_what_the_network_gets_there(qtbot: QtBot) -> None:
    session = fake_session(small_network(), image=blank(28, 28).with_cell(3, 5, 0.5))
    session.edit("x", session.work.with_preparation(replace(session.work.preparation, scaling="−1 to 1")))
    card = _card(qtbot, session)
    qtbot.mouseMove(card.view, _at(card, 3, 5))
    assert session.pointed_pixel == (3, 5)
    assert card.note.text() == "row 3, column 5: 0"
    qtbot.mouseMove(card.view, _at(card, 3, 6))
    assert card.note.text() == "row 3, column 6: −1"


def test_the_name_of_the_image_stands_below_it_while_nothing_is_pointed_at(qtbot: QtBot) -> None:
    session = fake_session(small_network(), image=replace(blank(28, 28), name="ankle boot, test image 1,234"))
    card = _card(qtbot, session, width=420)
    assert card.note.shown == "ankle boot, test image 1,234"
    qtbot.mouseMove(card.view, _at(card, 3, 5))
    assert card.note.shown == "row 3, column 5: 0"
    session.point()
    assert card.note.shown == "ankle boot, test image 1,234"
    session.edit_image("Open", replace(blank(28, 28), name="<b>shirt</b>.png"))
    assert card.note.text() == "<b>shirt</b>.png"


def test_where_there_is_no_room_for_the_name_the_class_is_said(qtbot: QtBot) -> None:
    session = fake_session(small_network(), image=replace(blank(28, 28), name="ankle boot, test image 1,234"))
    card = _card(qtbot, session, width=200)
    assert card.note.shown == "ankle boot"
    assert "ankle boot, test image 1,234" in card.note.toolTip()


def test_what_a_cell_does_not_depend_on_is_shaded(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    session.point(cell=(3, 5, 5))  # of the pooling: two 3×3 convolutions before it
    mask = card._mask()
    assert mask is not None and mask.shape == (28, 28)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (8, 13, 8, 13)
    session.point()
    assert card._mask() is None


def test_a_vector_is_shown_as_the_picture_that_it_is(qtbot: QtBot) -> None:
    network = graph([(784,)], (dense("dense", 784, 10, "softmax"), (0,)))
    session = fake_session(network, image=pattern(28, 28))
    card = _card(qtbot, session)
    assert card.preparation.button.text() == "28×28 grey · 0 to 1 ▾"
    session.point(cell=(1, 0, 3))
    mask = card._mask()
    assert mask is not None and mask.shape == (28, 28) and mask.all()


def test_an_input_that_is_no_image_says_so(qtbot: QtBot) -> None:
    network = sequence((4, 4, 4, 4), layer("Activation", "a", activation="relu"))
    card = _card(qtbot, fake_session(network, wait=False))
    settle(card._session, 30)  # type: ignore[arg-type]
    assert not card.view.has_array
    assert not card.draw_button.isEnabled()


def test_the_preparation_is_changed_in_its_panel_and_undone(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    qtbot.mouseClick(card.preparation.button, Qt.MouseButton.LeftButton)
    panel = card.findChild(PreparationPanel)
    assert panel is not None
    panel.scaling.setFocus()
    qtbot.keyClick(panel.scaling, Qt.Key.Key_Down)
    assert session.work.preparation.scaling == "−1 to 1"
    qtbot.mouseClick(panel.invert, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.invert.height() // 2))
    assert session.work.preparation.invert
    assert card.preparation.button.toolTip().startswith("28×28 grey · −1 to 1 · inverted")
    session.undo()
    assert not panel.invert.isChecked()
    assert panel.back.isVisibleTo(panel)
    qtbot.mouseClick(panel.back, Qt.MouseButton.LeftButton)
    assert session.work.preparation.scaling == "0 to 1"
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_an_open_size_is_chosen_in_the_panel(qtbot: QtBot) -> None:
    network = _colour_network()
    nodes = (
        replace(network.nodes[0], shape=(None, None, 3)),
        replace(network.nodes[1], shape=(None, None, 4)),
    )
    session = fake_session(replace(network, nodes=nodes))
    card = _card(qtbot, session)
    panel = card.open_panel()
    assert panel.size_fields.isVisibleTo(panel)
    field = panel.size_fields.first
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "40")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert session.work.size == (40, 128)
    assert session.input_shape == (40, 128, 3)
    panel.close()


def test_buttons_without_room_are_in_the_menu(qtbot: QtBot) -> None:
    card = _card(qtbot, fake_session(small_network()), 300, 200)
    words = {part.word: part for part in card.buttons._parts}
    assert not words["From Lab"].button.isVisibleTo(card)
    with qtbot.waitSignal(card.lab_wished):
        words["From Lab"].action.trigger()
    card.resize(300, 400)
    assert all(part.button.isVisibleTo(card) for part in words.values())


@pytest.mark.parametrize(
    ("word", "signal"),
    [("Load…", "open_wished"), ("Samples", "samples_wished"), ("Paste", "paste_wished")],
)
def test_buttons_tell_what_is_wished(qtbot: QtBot, word: str, signal: str) -> None:
    card = _card(qtbot, fake_session(small_network()), 320, 420)
    button = next(b for b in card.findChildren(QToolButton) if b.text() == word)
    with qtbot.waitSignal(getattr(card, signal)):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [160, 280, 700])
def test_the_image_has_room_at_every_width_and_text_size(qtbot: QtBot, scale: float, width: int) -> None:
    card = _card(qtbot, fake_session(small_network()))
    theme.apply(scale=scale)
    card.resize(max(width, card.minimumSizeHint().width()), 330)
    card.grab()
    assert card.view.cell_size >= 2
    assert card.view.isVisible() and card.preparation.isVisible()
    theme.apply(scale=1.0)
