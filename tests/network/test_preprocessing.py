"""What a network gets of a picture, by numbers worked out by hand and those of keras.applications."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlab.network.description import Layer
from convlab.network.preprocessing import (
    FITS,
    SCALINGS,
    Preparation,
    guess,
    open_size,
    picture_size,
    pictured,
    prepare,
)
from convlab.problems import Problem
from tests.network.described import layer, sequence


def one_pixel(*values: float) -> np.ndarray:
    return np.array(values, np.float32).reshape(1, 1, -1)


@pytest.mark.parametrize(
    ("scaling", "expected"),
    [
        ("0 to 1", (0, 128 / 255, 1)),
        ("−1 to 1", (-1, 0.0039, 1)),
        ("0 to 255", (0, 128, 255)),
        ("caffe", (151.061, 11.221, -123.68)),
        ("torch", (-2.1179, 0.2052, 2.64)),
    ],
)
def test_the_scalings_are_those_of_keras_applications(scaling, expected):
    """The pixel (0, 128, 255), as measured of each `preprocess_input` of Keras 3.15."""
    prepared = prepare(one_pixel(0, 128, 255), 255, (1, 1, 3), Preparation(scaling=scaling))
    np.testing.assert_allclose(prepared[0, 0], expected, atol=5e-4)


def test_a_standardised_image_has_mean_0_and_deviation_1():
    pixels = np.random.default_rng(0).random((9, 7, 3), np.float32)
    prepared = prepare(pixels, 1, (9, 7, 3), Preparation(scaling="standardised"))
    assert prepared.mean() == pytest.approx(0, abs=1e-6)
    assert prepared.std() == pytest.approx(1, abs=1e-6)


def test_a_blank_image_is_standardised_to_zeros():
    prepared = prepare(np.full((4, 4, 1), 0.5, np.float32), 1, (4, 4, 1), Preparation(scaling="standardised"))
    assert not prepared.any()


@pytest.mark.parametrize("white", [1.0, 9.0, 255.0])
def test_white_is_white_at_all_levels(white):
    prepared = prepare(np.full((2, 2, 1), white, np.float32), white, (2, 2, 1), Preparation())
    assert (prepared == 1).all()


def test_grey_is_the_brightness_of_colours():
    prepared = prepare(one_pixel(1, 0.5, 0.25), 1, (1, 1, 1), Preparation())
    assert prepared.item() == pytest.approx(0.299 + 0.587 / 2 + 0.114 / 4)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_a_grey_picture_becomes_three_channels_as_if_it_were_in_colour(scaling):
    grey = np.random.default_rng(1).random((3, 4, 1), np.float32)
    preparation = Preparation(scaling=scaling)
    of_grey = prepare(grey, 1, (3, 4, 3), preparation)
    np.testing.assert_array_equal(of_grey, prepare(grey.repeat(3, axis=2), 1, (3, 4, 3), preparation))


def test_blue_comes_first_where_that_is_chosen():
    prepared = prepare(one_pixel(0.1, 0.2, 0.3), 1, (1, 1, 3), Preparation(channels="BGR"))
    np.testing.assert_allclose(prepared[0, 0], (0.3, 0.2, 0.1))


def test_the_fourth_channel_is_opaque():
    levels = prepare(one_pixel(1, 0, 0), 1, (1, 1, 4), Preparation(scaling="0 to 255"))
    np.testing.assert_array_equal(levels[0, 0], (255, 0, 0, 255))
    signed = prepare(one_pixel(1, 0, 0), 1, (1, 1, 4), Preparation(scaling="−1 to 1"))
    np.testing.assert_array_equal(signed[0, 0], (1, -1, -1, 1))


def test_inverting_turns_black_into_white_before_scaling():
    prepared = prepare(one_pixel(0.25), 1, (1, 1, 1), Preparation(scaling="−1 to 1", invert=True))
    assert prepared.item() == pytest.approx(0.5)


# --- fitting ---


def halves() -> np.ndarray:
    """2×4 cells: black on the left, white on the right."""
    return np.repeat(np.array([[0, 0, 1, 1]], np.float32), 2, axis=0)[:, :, np.newaxis]


def test_shrinking_averages_areas():
    pixels = np.arange(16, dtype=np.float32).reshape(4, 4, 1)
    prepared = prepare(pixels, 1, (2, 2, 1), Preparation())
    np.testing.assert_allclose(prepared[:, :, 0], [[2.5, 4.5], [10.5, 12.5]])


def test_an_axis_that_shrinks_is_averaged_while_the_other_grows():
    pixels = np.tile(np.array([0, 1, 0, 1, 0, 1, 0, 1], np.float32), (2, 1))[:, :, np.newaxis]
    prepared = prepare(pixels, 1, (3, 2, 1), Preparation())
    np.testing.assert_allclose(prepared, 0.5, atol=1e-6)


def test_a_fit_by_stretching_uses_the_whole_picture():
    np.testing.assert_allclose(prepare(halves(), 1, (2, 2, 1), Preparation())[:, :, 0], [[0, 1], [0, 1]])


def test_a_fit_by_padding_keeps_proportions_and_adds_black():
    prepared = prepare(1 - halves(), 1, (4, 4, 1), Preparation(fit="pad"))
    np.testing.assert_array_equal(prepared[:, :, 0], [[0] * 4, [1, 1, 0, 0], [1, 1, 0, 0], [0] * 4])


def test_what_is_added_stays_black_when_the_picture_is_inverted():
    prepared = prepare(halves(), 1, (4, 4, 1), Preparation(fit="pad", invert=True, scaling="−1 to 1"))
    np.testing.assert_array_equal(prepared[:, :, 0], [[-1] * 4, [1, 1, -1, -1], [1, 1, -1, -1], [-1] * 4])


def test_a_fit_by_cropping_keeps_the_middle():
    prepared = prepare(halves(), 1, (2, 2, 1), Preparation(fit="crop"))
    np.testing.assert_array_equal(prepared[:, :, 0], [[0, 1], [0, 1]])
    tall = prepare(np.moveaxis(halves(), 0, 1), 1, (2, 2, 1), Preparation(fit="crop"))
    np.testing.assert_array_equal(tall[:, :, 0], [[0, 0], [1, 1]])


@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from((1, 3))),
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 6)),
    st.sampled_from(list(FITS)),
    st.sampled_from(list(SCALINGS)),
    st.booleans(),
)
def test_every_picture_fits_every_input(picture, shape, fit, scaling, invert):
    pixels = np.random.default_rng(0).random(picture, np.float32)
    preparation = Preparation(fit, scaling, invert)
    prepared = prepare(pixels, 1, shape, preparation)
    assert prepared.shape == shape and prepared.dtype == np.float32
    assert np.isfinite(prepared).all()
    assert prepared.flags.c_contiguous and not prepared.flags.writeable
    seen = pictured(pixels, 1, shape, preparation)
    assert seen.shape[:2] == shape[:2]
    assert seen.min() >= -1e-6 and seen.max() <= 1 + 1e-6


def test_a_prepared_image_does_not_change_with_the_picture_it_was_made_from():
    pixels = np.zeros((2, 2, 1), np.float32)
    prepared = prepare(pixels, 1, (2, 2, 1), Preparation())
    pixels[:] = 1
    assert not prepared.any()


# --- inputs that are no image of rows, columns and channels ---


def test_an_input_without_channels_gets_a_grey_picture():
    pixels = np.random.default_rng(2).random((28, 28, 3), np.float32)
    flat = prepare(pixels, 1, (28, 28), Preparation())
    np.testing.assert_array_equal(flat, prepare(pixels, 1, (28, 28, 1), Preparation())[:, :, 0])


def test_a_vector_gets_the_picture_row_by_row():
    pixels = np.random.default_rng(3).random((28, 28, 1), np.float32)
    np.testing.assert_array_equal(prepare(pixels, 1, (784,), Preparation()), pixels.reshape(-1))
    colour = np.random.default_rng(3).random((32, 32, 3), np.float32)
    np.testing.assert_array_equal(prepare(colour, 1, (3072,), Preparation()), colour.reshape(-1))


@pytest.mark.parametrize(
    ("shape", "size"),
    [((784,), (28, 28, 1)), ((3072,), (32, 32, 3)), ((640,), (20, 32, 1)), ((7,), (1, 7, 1)), ((1,), (1, 1, 1)),
     ((5, 6), (5, 6, 1)), ((5, 6, 2), (5, 6, 2))],
)  # fmt: skip
def test_which_picture_an_input_shows(shape, size):
    assert picture_size(shape) == size


@pytest.mark.parametrize("shape", [(), (4, 28, 28, 1), (0, 3, 1), (10_000, 10_000, 3)])
def test_what_no_picture_fits_is_said(shape):
    with pytest.raises(Problem, match="The network reads"):
        prepare(one_pixel(0), 1, shape, Preparation())


def test_a_preparation_knows_its_words():
    with pytest.raises(ValueError, match="tanh"):
        Preparation(scaling="tanh")


# --- guesses ---


def conv(name: str = "conv2d", **settings) -> Layer:
    return layer("Conv2D", name, **{"filters": 4, "kernel_size": (3, 3), **settings})


@pytest.mark.parametrize(
    ("layers", "scaling", "word"),
    [
        ([layer("Rescaling", scale=1 / 255, offset=0.0)], "0 to 255", "rescaling"),
        ([layer("Rescaling", scale=1 / 127.5, offset=-1.0)], "0 to 255", "rescaling"),
        ([layer("Rescaling", scale=2.0, offset=-1.0)], "0 to 1", "rescaling"),
        ([layer("Resizing"), layer("RandomFlip"), layer("Rescaling", scale=1 / 255)], "0 to 255", "rescaling"),
        ([layer("Rescaling", scale=(1 / 255, 1 / 255, 1 / 255))], "0 to 255", "rescaling"),
        ([layer("Normalization")], "0 to 255", "normalization"),
        ([layer("Lambda", "lambda_1")], "0 to 255", "lambda_1"),
        ([conv("block1_conv1"), conv("block5_conv3")], "caffe", "VGG"),
        ([conv("block1_conv1"), conv("block2_sepconv1")], "−1 to 1", "Xception"),
        ([conv("conv1_conv"), layer("Add", "conv2_block1_out")], "caffe", "ResNet"),
        ([conv("conv1"), conv("res2a_branch2a")], "caffe", "ResNet"),
        ([layer("BatchNormalization", "conv2_block1_preact_bn"), conv("conv2_block1_out")], "−1 to 1", "ResNet v2"),
        ([layer("Concatenate", "conv2_block1_concat")], "torch", "DenseNet"),
        ([layer("Concatenate", "mixed10")], "−1 to 1", "Inception"),
        ([conv("conv_dw_1")], "−1 to 1", "MobileNet"),
        ([conv("block_1_expand")], "−1 to 1", "MobileNet"),
        ([layer("Rescaling", scale=1 / 255), conv("block1a_dwconv")], "0 to 255", "rescaling"),
        ([conv(activation="tanh")], "−1 to 1", "tanh"),
        ([conv("later"), layer("Rescaling", scale=1 / 255)], "0 to 1", "most common"),
    ],
)  # fmt: skip
def test_the_guess_follows_what_the_layers_say(layers, scaling, word):
    shapes = ((32, 32, 3),) * len(layers)
    guessed = guess(sequence((96, 96, 3), *layers, shapes=shapes))
    assert guessed.preparation.scaling == scaling
    assert word in guessed.why


@pytest.mark.parametrize(
    ("name", "scaling"),
    [("vgg16.h5", "caffe"), ("fer2013_mini_XCEPTION.102-0.66.hdf5", "−1 to 1"), ("MobileNetV2.keras", "−1 to 1"),
     ("my_resnet50_v2.h5", "−1 to 1"), ("resnet50.h5", "caffe"), ("resnet500.h5", "0 to 1")],
)  # fmt: skip
def test_the_guess_follows_the_name_where_layers_do_not_tell(name, scaling):
    assert guess(sequence((64, 64, 1), conv(), name=name)).preparation.scaling == scaling


def test_small_grey_networks_get_0_to_1_with_proportions_kept():
    guessed = guess(sequence((28, 28, 1), conv()))
    assert (guessed.preparation.scaling, guessed.preparation.fit) == ("0 to 1", "pad")
    assert "grey" in guessed.why


def test_teachable_machine_cuts_the_middle_out():
    inner = replace(layer("Functional", "model1"), is_network=True)
    network = sequence((224, 224, 3), inner, conv("block_1_expand"))
    assert guess(network).preparation == Preparation(fit="crop", scaling="−1 to 1")


def test_every_guess_is_one_plain_sentence():
    for network in (sequence((28, 28, 1), conv()), sequence(None, conv()), sequence((8,), layer("Dense"))):
        why = guess(network).why
        assert why.endswith(".") and why.count(". ") == 0


def test_a_name_in_a_guess_is_made_harmless():
    evil = layer("Rescaling", "a\n\u202eb" * 50, scale=1 / 255)
    why = guess(sequence((8, 8, 1), evil)).why
    assert "\n" not in why and "\u202e" not in why and len(why) < 200


def test_a_network_without_nodes_has_a_guess():
    assert guess(replace(sequence((8, 8, 1), conv()), nodes=(), inputs=(), outputs=())).preparation.scaling


# --- open sizes ---


@pytest.mark.parametrize(
    ("shape", "size"),
    [((None, None, 3), (128, 128)), ((None, 40, 1), (40, 40)), ((28, 28, 1), None), ((None,), None), (None, None)],
)  # fmt: skip
def test_open_sizes_have_a_proposal(shape, size):
    assert open_size(sequence(shape, conv())) == size


def test_a_size_that_the_network_cannot_compute_is_not_proposed():
    pool = layer("AveragePooling2D", pool_size=(150, 150), strides=(1, 1))
    assert open_size(sequence((None, None, 3), pool)) == (224, 224)


def test_open_sizes_of_known_families_are_those_they_were_trained_on():
    assert open_size(sequence((None, None, 3), layer("Concatenate", "mixed10"))) == (299, 299)
