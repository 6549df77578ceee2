"""Many small pictures at once have the colours that each would have on its own."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from convlab.drawing.colors import ColorScale
from convlab.drawing.histogram import bar_at, histogram_of
from convlab.drawing.tile_layout import TileLayout
from convlab.drawing.tiles import TileScales, colored, extents, image_of, in_color, reduced, scales_for

RANDOM = np.random.default_rng(5)


def rgb(pixels: np.ndarray) -> np.ndarray:
    return np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255], axis=-1)


@pytest.mark.parametrize("dark", [False, True])
def test_each_tile_is_coloured_by_its_own_scale(dark: bool) -> None:
    values = RANDOM.normal(size=(3, 5, 4)).astype(np.float32)
    values[1] = np.abs(values[1])
    scales = scales_for(*extents(values, (1, 2)), dark=dark)
    assert scales.signed.tolist() == [True, False, True]
    for tile, pixels in enumerate(colored(values, scales)):
        assert np.array_equal(rgb(pixels), scales.of(tile).colors_of(values[tile]))


def test_a_tile_that_is_no_number_is_grey_and_infinities_are_the_ends() -> None:
    values = np.array([[[np.nan, np.inf, -np.inf, 0.5]]], np.float32)
    scales = TileScales(np.array([0.0]), np.array([1.0]), np.array([False]))
    assert rgb(colored(values, scales))[0, 0].tolist() == [[128] * 3, [255] * 3, [0] * 3, [128] * 3]


def test_a_silent_map_is_black_not_half_bright() -> None:
    scales = scales_for(np.zeros(1), np.zeros(1))
    assert rgb(colored(np.zeros((1, 2, 2), np.float32), scales)).max() == 0


def test_one_range_for_all_makes_all_signed_if_one_is() -> None:
    lows, highs = np.array([0.0, -3.0]), np.array([2.0, 1.0])
    scales = scales_for(lows, highs, within=(-3.0, 2.0))
    assert scales.signed.all() and scales.of(0) == scales.of(1) == ColorScale("signed", -3.0, 3.0)


def test_the_range_of_a_map_leaves_out_what_is_not_finite() -> None:
    maps = np.array([[[1.0, np.nan], [np.inf, np.nan]]], np.float32)
    lows, highs = extents(maps, (0, 1))
    assert (lows.tolist(), highs.tolist()) == ([1.0, 0.0], [1.0, 0.0])


@pytest.mark.parametrize("channels", [1, 3, 70])
def test_large_maps_are_averaged_by_area(channels: int) -> None:
    maps = RANDOM.random((12, 8, channels), np.float32)
    means = maps.reshape(4, 3, 4, 2, channels).mean(axis=(1, 3))
    assert np.allclose(reduced(maps, 4, 4), means, atol=1e-6)


def test_small_maps_stay_as_they_are() -> None:
    maps = RANDOM.random((7, 7, 5), np.float32)
    assert reduced(maps, 80, 80) is maps


def test_in_colour_the_middle_of_a_symmetrical_range_is_grey() -> None:
    values = np.array([[[[-1.0, 0.0, 1.0]]]])
    scales = scales_for(np.array([-1.0]), np.array([1.0]), signed=True)
    assert rgb(in_color(values, scales))[0, 0, 0].tolist() == [0, 128, 255]


def test_an_image_holds_the_pixels() -> None:
    pixels = np.array([[0xFF112233, 0xFF445566, 0xFF778899]], np.uint32)
    picture = image_of(pixels)
    assert [picture.pixel(x, 0) for x in range(3)] == pixels[0].tolist()


# --- where tiles lie ---


def test_a_full_line_reaches_from_edge_to_edge() -> None:
    layout = TileLayout(100, 78, 78, 18, 8, 684, 4)
    assert layout.columns == 7
    assert layout.rect(0).left() == 4
    assert layout.rect(6).right() == pytest.approx(680, abs=1)


def test_a_few_tiles_stay_together() -> None:
    layout = TileLayout(3, 78, 78, 18, 8, 684, 4)
    assert layout.rect(1).left() - layout.rect(0).right() == 8


@pytest.mark.parametrize(
    ("count", "columns"),
    [(7, 7), (8, 4), (9, 5), (10, 5), (11, 7), (14, 7), (15, 5), (17, 6), (18, 7), (22, 7), (100, 7)],
)
def test_a_few_lines_are_about_even(count: int, columns: int) -> None:
    layout = TileLayout(count, 78, 78, 18, 8, 684, 4)
    assert layout.columns == columns
    assert layout.lines == -(-count // 7), "no line more than tiles of this size need"
    assert layout.rect(columns - 1).right() <= 680.5


def test_every_tile_is_found_where_it_is_painted() -> None:
    layout = TileLayout(50, 31, 40, 18, 8, 300, 4)
    for place in range(50):
        assert layout.at(layout.rect(place).center()) == place
        assert place in layout.visible(layout.rect(place).top(), layout.rect(place).bottom())
    assert layout.at(QPointF(20, layout.content_height + 50)) is None
    assert layout.at(QPointF(20, -30)) is None


def test_only_the_lines_in_sight_are_visible() -> None:
    layout = TileLayout(2048, 78, 78, 18, 8, 684, 4)
    assert len(layout.visible(10_000, 10_500)) <= 7 * 7


def test_no_tiles_need_no_room() -> None:
    layout = TileLayout(0, 78, 78, 18, 8, 684, 4)
    assert (layout.lines, layout.content_height, len(layout.visible(0, 500))) == (0, 8, 0)


# --- histograms ---


def test_the_bars_count_what_numpy_counts() -> None:
    values = RANDOM.normal(size=(70, 90)).astype(np.float32)
    counts, edges = np.histogram(values.astype(np.float64), 36)
    found = histogram_of(values)
    assert np.array_equal(found.counts, counts)
    assert found.edges(3) == pytest.approx(tuple(edges[3:5]))


def test_many_zeros_are_told_instead_of_drawn() -> None:
    found = histogram_of(np.array([0, 0, 0, 1, 2], np.float32), 2)
    assert (found.zeros, found.counts.tolist(), found.low) == (3, [0, 2], 0.0)


def test_what_is_not_finite_is_counted_apart() -> None:
    found = histogram_of(np.array([1, np.nan, np.inf, 3], np.float32), 2)
    assert (found.unknown, found.counts.tolist(), found.total) == (2, [1, 1], 4)
    assert histogram_of(np.full(3, np.nan)).unknown == 3


def test_equal_values_make_one_bar() -> None:
    assert (
        histogram_of(np.full((2, 2), 5.0)).counts.sum()
        == histogram_of(np.full((2, 2), 5.0)).counts.max()
        == 4
    )


def test_a_bar_is_found_where_it_stands() -> None:
    found = histogram_of(np.arange(10.0), 10)
    assert bar_at(found, QRectF(0, 0, 100, 20), 35) == 3
    assert bar_at(found, QRectF(0, 0, 100, 20), 120) is None
