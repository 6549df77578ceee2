"""Drawing: strokes, brushes and filling."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlab.experiment.image import Image, blank
from convlab.experiment.painting import Brush, fill, paint_line

cells = st.tuples(st.integers(-4, 12), st.integers(-4, 12))


def picture(image):
    return ["".join("#" if cell else "." for cell in row) for row in image.pixels[:, :, 0]]


def test_a_click_paints_one_cell():
    assert picture(paint_line(blank(3, 4), (1, 2), (1, 2), Brush())) == ["....", "..#.", "...."]


def test_a_stroke_joins_two_cells_without_gaps():
    image = paint_line(blank(4, 8), (0, 0), (3, 7), Brush())
    assert picture(image) == ["##......", "..##....", "....##..", "......##"]


def test_a_brush_of_two_covers_the_cell_and_the_next():
    assert picture(paint_line(blank(4, 4), (1, 1), (1, 1), Brush(2))) == ["....", ".##.", ".##.", "...."]


def test_a_brush_of_three_is_a_square_around_the_cell():
    assert picture(paint_line(blank(4, 5), (1, 2), (1, 2), Brush(3))) == [".###.", ".###.", ".###.", "....."]


def test_larger_brushes_are_round():
    assert picture(paint_line(blank(5, 5), (2, 2), (2, 2), Brush(5))) == [
        ".###.",
        "#####",
        "#####",
        "#####",
        ".###.",
    ]


def test_what_goes_over_the_border_is_left_out():
    assert picture(paint_line(blank(2, 3), (0, -5), (0, 9), Brush())) == ["###", "..."]
    assert picture(paint_line(blank(3, 3), (-1, -1), (-1, -1), Brush(3))) == ["#..", "...", "..."]


def test_a_stroke_wholly_outside_changes_nothing():
    image = blank(3, 3)
    assert paint_line(image, (9, 9), (50, 9), Brush(3)) is image


def test_the_eraser_is_a_brush_of_zero():
    image = Image(np.ones((2, 2)))
    assert picture(paint_line(image, (0, 0), (1, 0), Brush(1, 0.0))) == [".#", ".#"]


def test_painting_over_the_same_value_gives_the_same_image():
    image = paint_line(blank(5, 5), (0, 0), (4, 4), Brush(2, 0.3))
    assert paint_line(image, (0, 0), (4, 4), Brush(2, 0.3)) is image


def test_a_colour_paints_each_channel_its_own_value():
    image = paint_line(blank(2, 2, channels=3), (0, 0), (0, 0), Brush(1, (0.1, 0.2, 0.3)))
    assert image.pixels[0, 0] == pytest.approx([0.1, 0.2, 0.3])


def test_a_colour_on_a_grey_image_is_its_mean():
    assert paint_line(blank(1, 1), (0, 0), (0, 0), Brush(1, (0.0, 0.5, 1.0))).pixels.item() == 0.5


def test_whole_levels_are_painted_with_whole_numbers():
    assert paint_line(blank(1, 1, white=9), (0, 0), (0, 0), Brush(1, 4.4)).pixels.item() == 4


@given(cells, cells, st.integers(1, 7))
def test_a_stroke_is_the_tip_at_each_cell_of_its_line(start, end, size):
    image = paint_line(blank(9, 9), start, end, Brush(size))
    stamped = blank(9, 9)
    count = max(abs(end[0] - start[0]), abs(end[1] - start[1])) + 1
    for k in range(count):
        along = k / max(count - 1, 1)
        cell = tuple(int(np.floor(a + (b - a) * along + 0.5)) for a, b in zip(start, end, strict=True))
        stamped = paint_line(stamped, cell, cell, Brush(size))
    assert np.array_equal(image.pixels, stamped.pixels)


def test_filling_stops_at_cells_of_another_value():
    image = Image(np.array([[0, 1, 0], [0, 1, 0], [0, 0, 1]]))
    assert picture(fill(image, 0, 0, 1.0)) == ["##.", "##.", "###"]


def test_filling_does_not_pass_corner_to_corner():
    image = Image(np.array([[0, 1], [1, 0]]))
    assert picture(fill(image, 0, 0, 1.0)) == ["##", "#."]


def test_filling_looks_at_all_channels():
    image = blank(1, 3, channels=3).with_cell(0, 1, 1, channel=2)
    assert fill(image, 0, 0, 0.5).pixels[0, :, 0].tolist() == [0.5, 0, 0]


def test_filling_outside_changes_nothing():
    image = blank(2, 2)
    assert fill(image, 2, 0, 1.0) is image


@given(st.lists(st.integers(0, 1), min_size=42, max_size=42), st.integers(0, 5), st.integers(0, 6))
def test_filling_reaches_what_a_walk_by_edges_reaches(bits, row, column):
    image = Image(np.array(bits, np.float32).reshape(6, 7))
    reached, todo = set(), [(row, column)]
    while todo:
        r, c = todo.pop()
        inside = 0 <= r < 6 and 0 <= c < 7
        if inside and (r, c) not in reached and image.pixels[r, c, 0] == image.pixels[row, column, 0]:
            reached.add((r, c))
            todo += [(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)]
    changed = np.argwhere((fill(image, row, column, 7.0).pixels != image.pixels)[:, :, 0])
    assert {tuple(cell) for cell in changed.tolist()} == reached


def test_drawing_on_128_by_128_is_quicker_than_a_frame():
    image = blank(128, 128, channels=3)
    quickest = {"stroke": 1.0, "cell": 1.0, "fill": 1.0}
    for _ in range(20):
        for name, draw in (
            ("stroke", lambda: paint_line(image, (10, 10), (18, 25), Brush(5))),
            ("cell", lambda: image.with_cell(5, 5, 1)),
            ("fill", lambda: fill(image, 64, 64, 1.0)),
        ):
            start = time.thread_time()
            draw()
            quickest[name] = min(quickest[name], time.thread_time() - start)
    assert quickest["stroke"] < 0.001
    assert quickest["cell"] < 0.001
    assert quickest["fill"] < 0.004
