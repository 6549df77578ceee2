"""The film of a training: followed while it goes on, and played back by slider, buttons and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convlab.learning.events import Begun, Frame, LayerInfo
from convlab.window import theme
from convlab.window.film_card import FilmCard
from convlab.window.film_pictures import FILTERS, MAPS
from convlab.window.film_stage import ALL
from convlab.window.film_strip import chosen_places
from convlab.window.film_tiles import filters_of, is_apart, shown_channels, words_of
from convlab.window.learn_session import LearnSession
from tests.window.learn_fakes import fake_session, fill, filled_session, settle, trainer_of


def shown(qtbot: QtBot, session: LearnSession) -> FilmCard:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    card = FilmCard(session)
    qtbot.addWidget(card)
    card.resize(600, 640)
    card.show()
    qtbot.waitExposed(card)
    return card


@pytest.fixture
def card(qtbot: QtBot) -> FilmCard:
    return shown(qtbot, filled_session(frames=16))


def frame_like(frame: Frame, batch: int) -> Frame:
    return Frame(batch, frame.kernels, tuple(np.asarray(one, np.float32) for one in frame.maps))


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_before_a_training_it_says_what_will_be_here(qtbot: QtBot) -> None:
    card = shown(qtbot, fake_session())
    assert card.grid.content is None and not card.film_bar.isVisible()


def test_all_layers_are_seen_with_their_filters(card: FilmCard) -> None:
    assert card.layer == ALL
    contents = [strip.grid.content for strip in card.overview.strips]
    assert [content.count for content in contents if content is not None] == [32, 64]
    assert card.overview.strips[0].title.text() == "conv2d   32 filters 3×3"
    assert card.overview.strips[1].title.text() == "conv2d_1   64 filters 3×3×32"


def test_one_layer_alone_is_seen_large(card: FilmCard) -> None:
    card.layers.choose(1)
    assert card.layer == 1 and card.grid.content is not None and card.grid.content.count == 64
    assert "64 filters 3×3×32" in card.caption.text()
    assert card.grid.side > card.overview.strips[1].grid.side


def test_a_double_click_on_a_filter_opens_its_layer(card: FilmCard, qtbot: QtBot) -> None:
    grid = card.overview.strips[0].grid
    place = grid.tile_rect(5).center().toPoint()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert card.chosen == (0, 5)
    qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert card.layer == 0 and card.grid.chosen == 5


def test_the_feature_maps_are_those_of_the_frame(card: FilmCard, qtbot: QtBot) -> None:
    click(qtbot, card.tabs.button(MAPS))
    assert card.tab == MAPS and card.image.isVisible()
    assert "image 0" in card.image.name.text()
    content = card.overview.strips[0].grid.content
    assert content is not None and content.count == 32
    assert content.describe(0).startswith("Map 0: 0 to ")
    assert "32 maps 26×26" in card.overview.strips[0].title.text()


def test_the_slider_plays_the_history_back(card: FilmCard, qtbot: QtBot) -> None:
    player, slider = card.player, card.film_bar.slider
    assert player.live and player.place == player.count - 1 == slider.maximum()
    last = card.overview.strips[0].grid.content
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert 0 < player.place < player.count - 1 and not player.live
    assert player.place == pytest.approx(player.count / 2, abs=player.count / 10)
    now = card.overview.strips[0].grid.content
    assert now is not None and last is not None and now.describe(0) != last.describe(0)
    click(qtbot, card.film_bar.live_button)
    assert player.live and player.place == player.count - 1


@pytest.mark.parametrize("with_focus", ["slider", "card"])
def test_keys_move_through_the_film(card: FilmCard, qtbot: QtBot, with_focus: str) -> None:
    player = card.player
    widget = {"slider": card.film_bar.slider, "card": card}[with_focus]
    last = player.count - 1
    for key, place in (
        (Qt.Key.Key_Left, last - 1),
        (Qt.Key.Key_Left, last - 2),
        (Qt.Key.Key_Right, last - 1),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, last),
    ):
        qtbot.keyClick(widget, key)
        assert player.place == place
    assert player.live


def test_p_plays_from_the_start_to_the_end(card: FilmCard, qtbot: QtBot) -> None:
    player = card.player
    player.to_end()
    qtbot.keyClick(card.film_bar.slider, Qt.Key.Key_P)
    assert player.playing and player.place == 0
    qtbot.waitUntil(lambda: player.place >= 2, timeout=10_000)
    player.go(player.count - 2)
    qtbot.waitUntil(lambda: not player.playing, timeout=10_000)
    assert player.place == player.count - 1


def test_any_other_move_ends_playing(card: FilmCard, qtbot: QtBot) -> None:
    click(qtbot, card.film_bar.play_button)
    assert card.player.playing
    click(qtbot, card.film_bar.back_button)
    assert not card.player.playing


def test_the_moment_is_told_in_words(card: FilmCard) -> None:
    card.player.go(0)
    assert card.film_bar.moment.text() == f"Before the first batch · frame 1 of {card.player.count}"
    card.player.to_end()
    assert card.film_bar.moment.text().startswith("Batch 2,625, epoch 7 ·")


def test_new_frames_are_followed_only_while_it_is_live(qtbot: QtBot) -> None:
    session = filled_session(epochs=1, frames=12, done=False)
    card, trainer = shown(qtbot, session), trainer_of(session)
    player, newest = card.player, session.run.film[-1]
    assert card.film_bar.live_button.text() == "Live"
    trainer.tell(frame_like(newest, newest.batch + 10))
    assert player.frame is session.run.film[-1] and player.live
    player.go(4)
    seen = player.frame
    trainer.tell(frame_like(newest, newest.batch + 20))
    assert player.frame is seen and not player.live


def test_another_training_begins_another_film(qtbot: QtBot) -> None:
    session = filled_session(frames=8)
    card = shown(qtbot, session)
    card.layers.choose(1)
    card.player.go(3)
    session.train()
    settle(session)
    assert card.player.count == 0 and card.grid.content is None and card.layer == ALL
    fill(session, epochs=1, frames=5)


def test_a_network_without_convolution_is_told_so(qtbot: QtBot) -> None:
    session = fake_session()
    card = shown(qtbot, session)
    session.train()
    settle(session)
    trainer_of(session).tell(Begun((), 101_770, 375, 0))
    trainer_of(session).tell(Frame(0, (), ()))
    assert card.grid.content is None and not card.film_bar.isVisible()
    assert not card.controls.is_shown(card.layers)


def test_the_image_stays_that_of_the_film_until_the_next_training(qtbot: QtBot) -> None:
    session = filled_session(frames=8)
    card = shown(qtbot, session)
    card.show_tab(MAPS)
    before = card.image.name.text()
    session.choose_image(3)
    assert card.image.name.text() == before
    assert session.image_name in card.image.words.text()
    with qtbot.waitSignal(card.lab_image_wished):
        click(qtbot, card.image.button)


def test_one_scale_spans_the_whole_film(card: FilmCard) -> None:
    limit = max(float(np.abs(frame.kernels[0]).max()) for frame in card.player.film)
    assert card.player.limit(0) == pytest.approx(limit)
    card.player.go(0)
    assert card.player.limit(0) == pytest.approx(limit)


def test_filters_that_are_no_numbers_any_more_are_shown(qtbot: QtBot) -> None:
    session = filled_session(epochs=1, frames=6, done=False)
    card, newest = shown(qtbot, session), session.run.film[-1]
    lost = [np.full_like(kernel, np.nan) for kernel in newest.kernels]
    maps = [np.full(one.shape, np.nan, np.float32) for one in newest.maps]
    for tab in (FILTERS, MAPS):
        card.show_tab(tab)
        trainer_of(session).tell(Frame(newest.batch + 7 + (tab == MAPS), tuple(lost), tuple(maps)))
        card.grab()
    card.show_tab(FILTERS)
    content = card.overview.strips[0].grid.content
    assert content is not None and content.describe(0) == "Filter 0: no finite weight"
    assert np.isfinite(card.player.limit(0))


def test_each_filter_shows_the_channel_that_counts_most() -> None:
    filters = np.zeros((2, 3, 3, 4), np.float32)
    filters[0, 1, 1, 2], filters[1, :, :, 0], filters[1, 0, 0, 3] = -5, 1, 2
    assert shown_channels(filters).tolist() == [2, 0]


def test_a_chosen_filter_is_seen_from_the_first_batch_to_the_newest(card: FilmCard, qtbot: QtBot) -> None:
    assert not card.strip.isVisible()
    grid = card.overview.strips[1].grid
    place = grid.tile_rect(7).center().toPoint()
    with qtbot.waitSignal(card.filter_chosen) as told:
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [1, 7] and card.strip.isVisible()
    snapshots = card.strip.snapshots
    assert snapshots[0].batch == 0 and snapshots[-1].batch == card.player.film[-1].batch
    assert snapshots[0].picture != snapshots[-1].picture
    third = card.strip.rect_of(2).center().toPoint()
    qtbot.mouseClick(card.strip, Qt.MouseButton.LeftButton, pos=third)
    assert card.player.place == snapshots[2].place and not card.player.live
    card.show_tab(MAPS)
    assert card.strip.snapshots[0].picture.width() == 11


@pytest.mark.parametrize(
    ("count", "room", "places"),
    [(0, 5, []), (1, 5, [0]), (3, 5, [0, 1, 2]), (5, 3, [0, 2, 4]), (101, 2, [0, 100]), (9, 1, [0])],
)
def test_as_many_frames_as_there_is_room_for(count: int, room: int, places: list[int]) -> None:
    assert chosen_places(count, room) == places


@pytest.mark.parametrize(
    ("kernel", "maps", "apart", "words"),
    [
        ((3, 3, 1, 8), 8, False, "8 filters 3×3"),
        ((3, 3, 8, 16), 16, False, "16 filters 3×3×8"),
        ((3, 3, 8, 1), 1, False, "1 filter 3×3×8"),
        ((3, 3, 8, 1), 8, True, "8 filters 3×3"),
        ((5, 5, 8, 2), 16, True, "16 filters 5×5"),
    ],
)
def test_depthwise_kernels_have_a_filter_for_each_channel(
    kernel: tuple[int, ...], maps: int, apart: bool, words: str
) -> None:
    layer = LayerInfo("conv", kernel, (10, 10, maps))
    assert is_apart(layer) == apart and words_of(layer) == words
    values = np.arange(np.prod(kernel), dtype=np.float32).reshape(kernel)
    filters = filters_of(values, layer)
    assert len(filters) == maps
    if apart:  # Keras's order: filter n of channel c makes map c × multiplier + n
        channel, number = divmod(maps - 1, kernel[3])
        assert np.array_equal(filters[-1, :, :, 0], values[:, :, channel, number])
    else:
        assert np.array_equal(filters[0], values[:, :, :, 0])
