"""What an image is, and what its edits do."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convlab.experiment.image import Image, blank, image_of_bytes
from convlab.problems import Problem

bytes_images = arrays(
    np.uint8,
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3])),
    elements=st.integers(0, 255),
)


def test_pixels_are_height_width_channels_of_float32():
    image = Image(np.arange(6).reshape(2, 3))
    assert image.pixels.shape == (2, 3, 1)
    assert image.pixels.dtype == np.float32
    assert (image.height, image.width, image.channels) == (2, 3, 1)


def test_each_channel_is_contiguous_in_memory():
    image = Image(np.zeros((5, 4, 3)))
    assert all(image.pixels[:, :, channel].flags.c_contiguous for channel in range(3))


def test_nobody_can_write_into_an_image():
    mine = np.zeros((2, 2), np.float32)
    image = Image(mine)
    mine[0, 0] = 5
    assert image.pixels[0, 0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0, 0] = 1


def test_planar_read_only_pixels_are_kept_without_a_copy():
    pixels = Image(np.ones((4, 4, 3))).pixels
    assert Image(pixels, name="the same").pixels is pixels


@pytest.mark.parametrize("shape", [(2, 2, 2), (2, 2, 4), (3,), (1, 1, 1, 1), (0, 5), (5, 0, 3)])
def test_an_image_has_one_or_three_channels_and_at_least_one_pixel(shape):
    with pytest.raises(Problem):
        Image(np.zeros(shape))


def test_the_levels_have_names():
    assert [blank(1, 1, white=white).levels for white in (1, 9, 255)] == ["0 to 1", "0 to 9", "0 to 255"]


def test_other_levels_scale_all_values_and_round_to_whole_numbers():
    image = Image(np.array([[0, 4, 9]]), white=9)
    assert image.with_white(255).pixels.ravel().tolist() == [0, 113, 255]
    assert image.with_white(1).pixels.ravel() == pytest.approx([0, 4 / 9, 1])


@given(bytes_images)
def test_whole_levels_survive_the_way_to_0_to_1_and_back(pixels):
    image = Image(pixels, white=255)
    assert np.array_equal(image.with_white(1).with_white(255).pixels, pixels)


@given(bytes_images)
def test_bytes_become_255ths(pixels):
    image = image_of_bytes(pixels)
    assert np.array_equal(image.pixels, pixels.astype(np.float32) / np.float32(255))


def test_grey_weighs_red_green_and_blue_as_the_eye_does():
    red_green_blue = np.eye(3, dtype=np.float32)[np.newaxis]
    assert Image(red_green_blue).to_grey().pixels.ravel() == pytest.approx([0.299, 0.587, 0.114])
    assert Image(red_green_blue * 255, white=255).to_grey().pixels.ravel().tolist() == [76, 150, 29]


@given(bytes_images)
def test_grey_of_grey_in_three_channels_is_that_grey(pixels):
    grey = Image(pixels[:, :, :1], white=255)
    assert np.array_equal(grey.to_rgb().to_grey().pixels, grey.pixels)


@given(bytes_images)
def test_inverting_twice_changes_nothing(pixels):
    image = Image(pixels, white=255)
    assert np.array_equal(image.inverted().inverted().pixels, image.pixels)


def test_clearing_leaves_black_of_the_same_size():
    assert not Image(np.ones((3, 4, 3))).cleared().pixels.any()


def test_one_cell_is_changed_in_all_channels_or_in_one():
    image = blank(3, 3, channels=3)
    assert image.with_cell(1, 2, 0.5).pixels[1, 2].tolist() == [0.5, 0.5, 0.5]
    assert image.with_cell(1, 2, 0.5, channel=1).pixels[1, 2].tolist() == [0, 0.5, 0]
    assert not image.pixels.any()


def test_a_cell_of_whole_levels_takes_whole_numbers():
    assert blank(2, 2, white=9).with_cell(0, 0, 3.6).pixels[0, 0, 0] == 4


def test_a_typed_number_may_be_negative_or_above_white():
    assert blank(2, 2, white=9).with_cell(0, 0, -12).pixels[0, 0, 0] == -12


def test_writing_what_is_there_gives_the_same_image():
    image = blank(2, 2).with_cell(0, 0, 0.1)
    assert image.with_cell(0, 0, 0.1) is image


@pytest.mark.parametrize("cell", [(-1, 0), (0, 2), (2, 0)])
def test_a_cell_outside_is_refused(cell):
    with pytest.raises(IndexError):
        blank(2, 2).with_cell(*cell, 1)


def test_another_size_keeps_the_drawing_in_the_middle():
    image = blank(3, 3).with_cell(1, 1, 1)
    assert image.with_size(5, 5).pixels[2, 2, 0] == 1
    assert image.with_size(1, 1).pixels[0, 0, 0] == 1
    assert image.with_size(5, 5).pixels.sum() == 1


@given(bytes_images, st.integers(0, 6), st.integers(0, 6))
def test_growing_and_shrinking_back_keeps_every_cell(pixels, more_rows, more_columns):
    image = Image(pixels, white=255)
    grown = image.with_size(image.height + more_rows, image.width + more_columns)
    assert np.array_equal(grown.with_size(image.height, image.width).pixels, pixels)


def test_a_part_is_cropped():
    image = Image(np.arange(12).reshape(3, 4), white=255)
    assert image.cropped(1, 2, 2, 2).pixels[:, :, 0].tolist() == [[6, 7], [10, 11]]


def test_a_part_outside_is_refused():
    with pytest.raises(Problem, match="inside"):
        blank(3, 3).cropped(1, 1, 3, 1)


def test_enlarging_by_a_whole_factor_keeps_pixels_square():
    image = Image(np.array([[0, 9]]), white=9).resized((2, 4))
    assert image.pixels[:, :, 0].tolist() == [[0, 0, 9, 9], [0, 0, 9, 9]]


def test_shrinking_averages_areas():
    image = Image(np.array([[0, 1, 0, 0], [1, 0, 0, 0]]))
    assert image.resized((1, 2)).pixels.ravel().tolist() == [0.5, 0]


def test_resizing_whole_levels_gives_whole_levels():
    image = Image(np.random.default_rng(0).integers(0, 256, (7, 7, 3)), white=255).resized((5, 4))
    assert np.array_equal(image.pixels, np.rint(image.pixels))


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (60_000, 60_000), (-3, 3)])
def test_a_size_that_cannot_be_is_a_problem_before_memory_is_taken(size):
    for edit in (blank, blank(2, 2).with_size, lambda *size: blank(2, 2).resized(size)):
        with pytest.raises(Problem):
            edit(*size)


def test_pasted_numbers_become_the_pixels():
    image = blank(2, 2, white=9).with_pixels(np.array([[1.2, -3]]))
    assert image.pixels[:, :, 0].tolist() == [[1, -3]]
    assert image.white == 9


def test_edits_keep_the_name_and_the_notes():
    image = Image(np.zeros((2, 2)), name="mine", notes=("turned",))
    assert (image.inverted().name, image.inverted().notes) == ("mine", ("turned",))


def test_every_edit_keeps_planar_read_only_memory():
    image = Image(np.random.default_rng(0).random((6, 5, 3)))
    edits = (
        image.with_white(9),
        image.to_grey(),
        image.to_rgb(),
        image.inverted(),
        image.cropped(1, 1, 3, 2),
    )
    edits += (image.with_cell(0, 0, 1), image.with_size(9, 3), image.resized((3, 3)), image.resized((12, 10)))
    for edited in edits:
        assert edited.planes.flags.c_contiguous
        assert not edited.pixels.flags.writeable


def test_a_photograph_is_held_in_memory_once():
    picture = np.zeros((1080, 1920, 3), np.uint8)
    tracemalloc.start()
    image = image_of_bytes(picture)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < image.pixels.nbytes * 1.02
