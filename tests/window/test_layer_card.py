"""The layer looked at: maps that follow the image, filters of every kind of layer, and the map that is large."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convlab.network.description import Network, Weight
from convlab.window import theme
from convlab.window.filter_tiles import FilterPictures
from convlab.window.layer_card import LayerCard
from convlab.window.layer_words import words_of
from convlab.window.map_card import MapCard
from tests.network.described import graph, layer
from tests.window.network_fakes import (
    FakeSession,
    convolution,
    dense,
    fake_session,
    pattern,
    pooling,
    random_weights,
    settle,
    small_network,
)


class Page(QWidget):
    """Both cards of one session."""

    def __init__(self, session: FakeSession) -> None:
        super().__init__()
        self.session = session
        self.layer, self.map = LayerCard(session), MapCard(session)
        row = QHBoxLayout(self)
        row.addWidget(self.layer, 2)
        row.addWidget(self.map, 1)

    def choose(self, row: int) -> None:
        self.session.choose_row(row)
        settle(self.session)


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    yield shown(qtbot, fake_session(small_network()))
    theme.apply(dark=False, scale=1.0)


def shown(qtbot: QtBot, session: FakeSession) -> Page:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    page = Page(session)
    qtbot.addWidget(page)
    page.resize(1100, 650)
    page.show()
    qtbot.waitExposed(page)
    return page


def kinds() -> Network:
    normal = tuple(Weight(role, (6,)) for role in ("gamma", "beta", "moving_mean", "moving_variance"))
    separable = (
        Weight("depthwise_kernel", (3, 3, 6, 1)),
        Weight("pointwise_kernel", (1, 1, 6, 8)),
        Weight("bias", (8,)),
    )
    settings = {"kernel_size": (3, 3), "strides": (1, 1), "padding": "same"}
    return graph(
        [(16, 16, 3)],
        (convolution("first", 3, 6, size=5), (0,)),
        (layer("BatchNormalization", "normal", normal, epsilon=1e-3), (1,)),
        (layer("DepthwiseConv2D", "depth", (Weight("depthwise_kernel", (3, 3, 6, 1)),), **settings), (2,)),
        (layer("SeparableConv2D", "separable", separable, filters=8, **settings), (3,)),
        (layer("Conv2DTranspose", "up", (Weight("kernel", (2, 2, 4, 8)),), filters=4, kernel_size=(2, 2), strides=(2, 2), padding="same"), (4,)),
        (pooling("pool"), (5,)),
        (layer("GlobalAveragePooling2D", "mean"), (6,)),
        (dense("classes", 4, 5, "softmax"), (7,)),
    )  # fmt: skip


# --- maps ---


def test_the_maps_of_the_layer_are_there_with_the_strongest_first(page: Page) -> None:
    maps, array = page.layer.maps, page.session.map_array
    assert array is not None
    strengths = np.sqrt((array**2).mean(axis=(0, 1)))
    assert (np.diff(strengths[maps.grid.order]) <= 1e-7).all()
    silent = int((array.reshape(-1, 8) == 0).all(axis=0).sum())
    assert maps.note.text() == f"{silent} of 8 filters {'is' if silent == 1 else 'are'} silent on this image."


def test_maps_can_be_put_in_the_order_of_their_numbers(page: Page) -> None:
    page.layer.maps.sort.choose("index")
    assert page.layer.maps.grid.order.tolist() == list(range(8))
    page.layer.maps.sort.choose("similarity")
    assert sorted(page.layer.maps.grid.order.tolist()) == list(range(8))


def test_maps_keep_their_places_while_they_follow_a_stroke(page: Page, qtbot: QtBot) -> None:
    """They are sorted anew when the hand rests."""
    before = page.layer.maps.grid.order.tolist()
    image = page.session.image
    page.session.edit_image("Draw", image.with_pixels(image.white - image.pixels), "stroke")
    settle(page.session)
    assert page.layer.maps.grid.order.tolist() == before
    array = page.session.map_array
    assert array is not None
    wanted = np.argsort(-np.sqrt((array**2).mean(axis=(0, 1))), kind="stable").tolist()
    qtbot.waitUntil(lambda: page.layer.maps.grid.order.tolist() == wanted, timeout=3000)


def test_before_and_after_the_activation_are_two_choices(page: Page) -> None:
    when = page.layer.maps.when
    assert page.layer.maps.controls.is_shown(when)
    when.choose(True)
    settle(page.session)
    assert page.session.before and page.session.map_array is not None
    assert "before ReLU" in page.map.caption.text()
    page.choose(3)
    assert not page.layer.maps.controls.is_shown(when)


def test_a_fixed_scale_says_what_it_does_not_reach(page: Page) -> None:
    scale = page.layer.maps.scale
    scale.button.choose("fixed")
    scale.field.setValue(1e-4)
    array = page.session.map_array
    assert array is not None
    beyond = int((np.abs(array).max(axis=(0, 1)) > 1e-4).sum())
    assert f"{beyond} of them reach beyond the fixed scale." in page.layer.maps.note.text()
    assert page.layer.maps.bar.isVisible()


def test_a_vector_is_shown_as_bars_with_the_names_of_the_classes(page: Page) -> None:
    page.session.name_classes(tuple(f"<i>{n}</i>" for n in range(10)), "a file")
    page.choose(5)
    content = page.layer.maps.grid.content
    assert content is not None and content.describe(3).startswith("<i>3</i>: 0.")
    assert page.map.title.text() == f"<i>{page.session.filter}</i>"


def test_without_tensorflow_it_says_why_and_filters_are_there(qtbot: QtBot) -> None:
    session = fake_session(small_network(), maps={}, wait=False)
    session.fake_engine.tell("missing", "TensorFlow is not installed.")
    settle(session)
    page = shown(qtbot, session)
    page.layer.refresh()
    assert page.layer.maps.grid.content is None
    page.layer.show_tab("filters")
    assert page.layer.filters.grid.content is not None


def test_with_no_network_it_offers_to_open_one(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    session.close()
    page = shown(qtbot, session)
    assert page.layer.title.text() == "Layer"
    with qtbot.waitSignal(page.layer.open_wished):
        page.layer.maps.grid.empty_clicked.emit()


def test_maps_with_nan_are_marked(qtbot: QtBot) -> None:
    array = np.ones((4, 4, 3), np.float32)
    array[0, 0, 1] = np.nan
    network = graph([(4, 4, 1)], (convolution("one", 1, 3), (0,)))
    page = shown(qtbot, fake_session(network, maps={(1, False): array, (1, True): array}))
    content = page.layer.maps.grid.content
    assert content is not None
    assert [content.caption(tile) for tile in range(3)] == ["0", "1 · NaN", "2"]
    assert "1 holds values that are no finite numbers." in page.layer.maps.note.text()


# --- filters ---


@pytest.mark.parametrize("row", range(9))
def test_every_kind_of_layer_has_a_sensible_view(row: int, qtbot: QtBot) -> None:
    session = fake_session(kinds(), image=pattern(16, 16, 3))
    page = shown(qtbot, session)
    page.layer.show_tab("filters")
    page.choose(row)
    filters = page.layer.filters
    titles = [entry.title for entry in filters.entries]
    expected = {
        1: ["Kernel", "bias"], 2: ["γ β mean variance"], 3: ["Depthwise"], 4: ["Depthwise", "Pointwise", "bias"],
        5: ["Kernel"], 8: ["Kernel", "bias"],
    }.get(row, [])  # fmt: skip
    assert titles == expected
    for number in range(len(titles)):
        filters.which.choose(number)
        for way in filters.way.values() or [None]:
            filters.way.choose(way)
            assert not page.grab().isNull()
            assert filters.grid.content is not None
    if not titles:
        assert filters.grid.empty.isVisible()


def test_the_first_filters_of_a_colour_image_are_in_colour(qtbot: QtBot) -> None:
    page = shown(qtbot, fake_session(kinds(), image=pattern(16, 16, 3)))
    page.layer.show_tab("filters")
    assert page.layer.filters.way.value == "color"
    assert "grey stands for 0" in page.layer.filters.note.text()


def test_dead_filters_are_counted(qtbot: QtBot) -> None:
    network = small_network()
    weights = random_weights(network)
    weights[1][0][..., 2] = 0
    page = shown(qtbot, fake_session(network, weights))
    page.layer.show_tab("filters")
    assert "1 of 8 filters is dead" in page.layer.filters.note.text()
    page.layer.filters.sort.choose("strength")
    assert page.layer.filters.grid.order[-1] == 2


def test_filters_that_decayed_are_counted_too(qtbot: QtBot) -> None:
    network = small_network()
    weights = random_weights(network)
    weights[1][0][..., 3:5] *= 1e-30
    page = shown(qtbot, fake_session(network, weights))
    page.layer.show_tab("filters")
    assert "2 of 8 filters are as good as dead" in page.layer.filters.note.text()


def test_an_edited_filter_is_shown_and_keeps_its_place(page: Page) -> None:
    page.layer.show_tab("filters")
    page.layer.filters.sort.choose("strength")
    before = page.layer.filters.grid.order.tolist()
    weights = page.session.weights_of(1)
    assert weights is not None
    changed = np.array(weights[0])
    changed[..., before[-1]] *= 100
    page.session.edit_weights("Edit", {(1, 0): changed})
    settle(page.session)
    assert page.layer.filters.grid.order.tolist() == before
    content = page.layer.filters.grid.content
    assert isinstance(content, FilterPictures)
    assert content.scales_of([before[-1]]).highs[0] == np.abs(changed[..., before[-1]]).max()


def test_filters_and_maps_are_chosen_together(page: Page, qtbot: QtBot) -> None:
    page.layer.show_tab("filters")
    place = page.layer.filters.grid.tile_rect(5).center().toPoint()
    qtbot.mouseClick(page.layer.filters.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.session.filter == page.layer.maps.grid.chosen == 5
    assert page.map.title.text() == "Map 5"


def test_the_statistics_are_those_of_all_weights(page: Page) -> None:
    page.layer.show_tab("filters")
    assert page.layer.filters.note.text().startswith("72 weights from ")
    assert page.layer.filters.histogram.histogram is not None
    assert page.layer.filters.histogram.histogram.counts.sum() == 72


def test_filters_are_there_before_anything_is_computed(qtbot: QtBot) -> None:
    session = fake_session(small_network(), wait=False)
    session.fake_engine.holds = True
    settle(session, 50)
    page = shown(qtbot, session)
    with qtbot.waitSignal(page.layer.filters_painted):
        page.layer.show_tab("filters")
    assert page.layer.maps.grid.content is None


# --- the card ---


def test_the_caption_says_the_settings() -> None:
    words = [words_of(one) for one in kinds().layers[1:]]
    assert words[0] == "5×5 · same · ReLU · 6 filters of 5×5×3"
    assert words[1] == "batch normalisation"
    assert words[2] == "3×3 · same · 6 filters of 3×3, one channel each"
    assert words[3] == "3×3 · same · 8 filters over 6 depthwise maps"
    assert words[4] == "2×2 · same · stride 2 · 4 filters of 2×2×8"
    assert words[5] == "2×2 · valid · stride 2 · maximum of each window"
    assert words[7] == "Softmax · 5 units of 4 weights"


def test_names_from_files_are_no_markup(qtbot: QtBot) -> None:
    network = graph([(8, 8, 1)], (convolution("<b>bold</b>", 1, 2), (0,)))
    page = shown(qtbot, fake_session(network, image=pattern(8, 8)))
    assert page.layer.title.text() == "<b>bold</b>"
    assert page.layer.title.textFormat() == Qt.TextFormat.PlainText


def test_a_long_name_does_not_widen_the_card(qtbot: QtBot) -> None:
    network = graph([(8, 8, 1)], (convolution("block_" + 50 * "x", 1, 2), (0,)))
    page = shown(qtbot, fake_session(network, image=pattern(8, 8)))
    assert page.layer.minimumSizeHint().width() < 350
    page.layer.resize(350, 600)
    assert "…" in page.layer.title.text()
    assert 50 * "x" in page.layer.title.toolTip()


@pytest.mark.parametrize(("width", "scale", "dark"), [(1100, 1.0, True), (620, 1.0, False), (900, 2.0, True)])
def test_it_can_be_used_in_narrow_windows_and_with_large_text(
    page: Page, qtbot: QtBot, width: int, scale: float, dark: bool
) -> None:
    theme.apply(dark=dark, scale=scale)
    page.resize(width, 620)
    qtbot.wait(50)
    controls = page.layer.maps.controls
    seen = [widget for widget in (page.layer.maps.sort, controls.more) if widget.isVisible()]
    assert len(seen) == 1
    assert page.layer.rect().contains(seen[0].mapTo(page.layer, seen[0].rect().bottomRight()))
    assert len(controls.menu().actions()) == 3
    assert page.layer.maps.grid.height() > 80


def test_everything_that_takes_the_focus_has_a_name(page: Page) -> None:
    widgets = page.findChildren(QWidget)
    nameless = [
        widget for widget in widgets
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not widget.accessibleName()
    ]  # fmt: skip
    assert nameless == []


def test_all_maps_of_a_layer_share_the_kind_of_their_colours(page: Page) -> None:
    """Maps without negative values are not grey between signed ones of the same layer."""
    page.session.choose_before(True)
    settle(page.session)
    facts = page.layer.maps.facts
    assert facts is not None and facts.range[0] < 0 < facts.highs.max()
    assert facts.scales("each", 1.0, False).signed.all()
    page.session.choose_before(False)
    settle(page.session)
    after = page.layer.maps.facts
    assert after is not None and not after.scales("each", 1.0, False).signed.any()


def test_without_maps_there_is_no_order_and_no_scale_to_choose(qtbot: QtBot) -> None:
    session = fake_session(small_network(), wait=False)
    session.fake_engine.holds = True
    settle(session, 200)
    maps = shown(qtbot, session).layer.maps
    choices = (maps.when, maps.sort, maps.scale.button, maps.scale.field)
    assert maps.facts is None and not any(map(maps.controls.is_shown, choices))
