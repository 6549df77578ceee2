"""The list of layers: what stands in it, and what choosing, folding and finding do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from pytestqt.qtbot import QtBot

from convlab.network.description import Layer, Network, Node
from convlab.window import theme
from convlab.window.layer_list import LayerListCard
from convlab.window.network_session import NetworkSession
from tests.window.network_fakes import (
    FakeEngine,
    FakeReader,
    fake_session,
    pattern,
    residual_network,
    settle,
    small_network,
)

_CODE = Qt.ItemDataRole.DisplayRole


def _card(qtbot: QtBot, session: NetworkSession, width: int = 280) -> LayerListCard:
    theme.apply(dark=False, scale=1.0)
    card = LayerListCard(session)
    qtbot.addWidget(card)
    card.resize(width, 480)
    card.show()
    qtbot.waitExposed(card)
    return card


def _names(card: LayerListCard) -> list[str]:
    return [str(card.model.index(place).data(_CODE)) for place in range(card.model.rowCount())]


def _click(qtbot: QtBot, card: LayerListCard, index: QModelIndex, at: QPoint | None = None) -> None:
    point = at or card.list.visualRect(index).center()
    qtbot.mouseClick(card.list.viewport(), Qt.MouseButton.LeftButton, pos=point)


def _with_box(network: Network) -> Network:
    """The first two layers after the input lie in a network named box."""
    rows = network.layers
    box = Layer("box", "box", "Functional", is_network=True)
    inner = [replace(row, path=f"box/{row.name}", parent=1, depth=1) for row in rows[1:3]]
    nodes = tuple(replace(node, layer=node.layer + (node.layer > 0)) for node in network.nodes)
    return replace(network, layers=(rows[0], box, *inner, *rows[3:]), nodes=nodes)


def test_the_first_layer_with_filters_is_marked(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    assert _names(card) == ["input_0", "conv2d", "conv2d_1", "max_pooling2d", "flatten", "dense"]
    assert card.list.currentIndex().data() == "conv2d"
    assert card.caption.text() == "24,486 parameters"


def test_a_click_and_the_arrow_keys_choose(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    _click(qtbot, card, card.model.index(3))
    assert session.layer is not None and session.layer.name == "max_pooling2d"
    for key, name in (
        (Qt.Key.Key_Up, "conv2d_1"),
        (Qt.Key.Key_End, "dense"),
        (Qt.Key.Key_Home, "input_0"),
    ):
        qtbot.keyClick(card.list, key)
        assert session.layer.name == name


def test_what_another_view_chooses_is_marked(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    with qtbot.assertNotEmitted(card.list.chosen):
        session.choose_row(5)
    assert card.list.currentIndex().data() == "dense"


def test_typing_into_the_list_finds_a_name(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    card.list.setFocus()
    qtbot.keyClicks(card.list, "de")
    assert session.layer is not None and session.layer.name == "dense"


def test_finding_narrows_the_list_until_escape(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    card.focus_search()
    qtbot.keyClicks(card.search, "conv")
    assert _names(card) == ["conv2d", "conv2d_1"]
    qtbot.keyClick(card.search, Qt.Key.Key_Down)
    qtbot.keyClick(card.list, Qt.Key.Key_Down)
    assert session.layer is not None and session.layer.name == "conv2d_1"
    qtbot.keyClick(card.search, Qt.Key.Key_Escape)
    assert len(_names(card)) == 6
    assert card.list.currentIndex().data() == "conv2d_1"


def test_each_use_of_a_shared_layer_can_be_chosen(qtbot: QtBot) -> None:
    session = fake_session(residual_network())
    card = _card(qtbot, session)
    place = _names(card).index("relu (use 2)")
    _click(qtbot, card, card.model.index(place))
    assert session.network is not None and session.node is not None
    assert session.layer is not None and session.layer.name == "relu"
    assert session.network.nodes[session.node].call == 1
    assert card.list.currentIndex().row() == place


def test_a_nested_network_is_folded_by_its_mark_and_by_keys(qtbot: QtBot) -> None:
    session = fake_session(_with_box(small_network()))
    card = _card(qtbot, session)
    session.choose_row(3)
    qtbot.keyClick(card.list, Qt.Key.Key_Left)
    assert session.layer is not None and session.layer.name == "box"
    qtbot.keyClick(card.list, Qt.Key.Key_Left)
    assert _names(card) == ["input_0", "box", "max_pooling2d", "flatten", "dense"]
    mark = card.list.visualRect(card.model.index(1)).topLeft() + QPoint(12, 15)
    _click(qtbot, card, card.model.index(1), mark)
    assert "conv2d_1" in _names(card)


def test_a_layer_in_a_folded_network_that_is_chosen_elsewhere_is_unfolded(qtbot: QtBot) -> None:
    session = fake_session(_with_box(small_network()))
    card = _card(qtbot, session)
    card.model.fold(1, True)
    session.choose_row(3)
    assert card.list.currentIndex().data() == "conv2d_1"


def test_a_problem_is_told_as_plain_text(qtbot: QtBot) -> None:
    network = small_network()
    sentence = "<b>lambda</b> is a Lambda: ConvLab runs no programs from files."
    rows = (*network.layers[:-1], replace(network.layers[-1], name="<i>x</i>", problem=sentence))
    nodes = (*network.nodes[:-1], replace(network.nodes[-1], problem=sentence))
    session = fake_session(replace(network, layers=rows, nodes=nodes))
    card = _card(qtbot, session)
    index = card.model.index(card.model.rowCount() - 1)
    assert index.data() == "<i>x</i>"
    assert "&lt;b&gt;lambda&lt;/b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_without_a_network_a_button_opens_one(qtbot: QtBot) -> None:
    session = NetworkSession(FakeReader(small_network(), {}), FakeEngine(), pattern(8, 8))  # type: ignore[arg-type]
    card = _card(qtbot, session)
    assert not card.search.isVisible()
    with qtbot.waitSignal(card.open_wished):
        card._empty.clicked.emit()


def test_a_stroke_on_the_image_leaves_the_list_alone(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session)
    told: list[object] = []
    card.model.dataChanged.connect(lambda *_: told.append(True))
    image = session.image
    session.edit_image("Draw", image.with_cell(0, 0, image.white - float(image.pixels[0, 0, 0])))
    settle(session)
    assert not told


def test_while_another_network_is_opened_the_old_list_stays(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    card = _card(qtbot, session, width=420)
    session.open(Path("/networks/other.keras"))
    assert len(_names(card)) == 6
    assert card.caption.text() == "opening other.keras…"
    settle(session)
    assert card.caption.text() == "24,486 parameters"


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_five_thousand_layers_are_painted_in_every_width(qtbot: QtBot, scale: float) -> None:
    layers = tuple(Layer(f"r_{row}", f"r_{row}", "Activation") for row in range(5000))
    nodes = tuple(
        Node(row, (max(0, row - 1), max(0, row - 9)) if row else (), (8, 8, 4)) for row in range(5000)
    )
    network = Network("deep.keras", "keras", "3.15", layers, nodes, (0,), (4999,))
    session = fake_session(network, {}, {}, wait=False)
    settle(session, 50)
    card = _card(qtbot, session)
    theme.apply(scale=scale)
    for width in (200, 600):
        card.resize(width, 400)
        session.choose_row(4000)
        assert not card.grab().isNull()
    assert card.model.rowCount() == 5000
    theme.apply(scale=1.0)
