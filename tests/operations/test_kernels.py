"""The gallery of kernels, and how one kernel becomes another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convlab.operations import kernels
from convlab.operations.kernels import KERNELS, kernel_named_like, named, separate
from convlab.problems import Problem

small = arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(-9, 9))
lines = st.lists(st.integers(-9, 9), min_size=1, max_size=6)


def applied(kernel, image):
    """The kernel at every position where it fits, by the definition."""
    kh, kw = kernel.shape
    height, width = image.shape
    return np.array(
        [
            [(image[i : i + kh, j : j + kw] * kernel).sum() for j in range(width - kw + 1)]
            for i in range(height - kh + 1)
        ]
    )


def values(key):
    return named(key).values.astype(np.float64)


ALL = pytest.mark.parametrize("key", KERNELS)


def test_there_are_at_least_24_kernels():
    assert len(KERNELS) >= 24


@ALL
def test_each_kernel_has_a_name_and_one_line_that_says_what_it_does(key):
    kernel = KERNELS[key]
    assert kernel.key == key
    assert kernel.name
    assert kernel.group
    assert kernel.meaning.endswith(".")
    assert "\n" not in kernel.meaning
    assert 30 < len(kernel.meaning) < 110


@ALL
def test_each_kernel_is_read_only_float32(key):
    assert KERNELS[key].values.dtype == np.float32
    assert not KERNELS[key].values.flags.writeable


@ALL
def test_each_kernel_is_found_by_its_weights(key):
    assert kernel_named_like(KERNELS[key].values.copy()) is KERNELS[key]


def test_names_are_unique():
    assert len({kernel.name for kernel in KERNELS.values()}) == len(KERNELS)


def test_one_changed_weight_makes_a_kernel_a_custom_one():
    changed = values("sobel-vertical")
    changed[0, 0] = -1.001
    assert kernel_named_like(changed) is None


def test_sobel_for_vertical_edges_is_right_minus_left():
    assert values("sobel-vertical").tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def test_detectors_of_horizontal_edges_are_the_others_transposed():
    for family in ("sobel", "prewitt", "scharr", "line"):
        assert np.array_equal(values(f"{family}-horizontal"), values(f"{family}-vertical").T)


@pytest.mark.parametrize(
    "key",
    ["box-3", "box-5", "gaussian-3", "gaussian-5", "lens", "motion-level", "motion-diagonal", "sharpen", "sharpen-more",
     "unsharp", "identity", "emboss"],
)  # fmt: skip
def test_these_keep_the_brightness_because_they_sum_to_one(key):
    assert values(key).sum() == pytest.approx(1)


def test_nine_tenths_darken():
    assert values("tenths").sum() == pytest.approx(0.9)


@pytest.mark.parametrize(
    "key", [kernel.key for kernel in KERNELS.values() if kernel.group in ("Edges", "Curvature", "Lines")]
)
def test_detectors_give_nothing_on_a_flat_area(key):
    assert values(key).sum() == 0


def test_the_gaussian_of_five_is_twice_the_gaussian_of_three():
    twice = applied(values("gaussian-3"), np.pad(values("gaussian-3"), 2))
    assert twice == pytest.approx(values("gaussian-5"))


@pytest.mark.parametrize(("key", "from_row", "from_column"), [
    ("shift-right", 0, -1), ("shift-left", 0, 1), ("shift-down", -1, 0), ("shift-up", 1, 0),
])  # fmt: skip
def test_shifts_move_the_image_the_way_they_say(key, from_row, from_column):
    image = np.arange(25).reshape(5, 5)
    assert applied(values(key), image)[1, 1] == image[2 + from_row, 2 + from_column]


@pytest.mark.parametrize("key", ["laplacian-4", "laplacian-8", "laplacian-of-gaussian", "ridge", "outline"])
def test_second_derivatives_give_nothing_on_an_even_slope(key):
    rows, columns = np.mgrid[:7, :7]
    assert applied(values(key), 3 * rows + 5 * columns) == pytest.approx(0)


@pytest.mark.parametrize("direction", ["vertical", "horizontal", "falling", "rising"])
def test_a_line_detector_answers_most_to_its_own_line(direction):
    images = {
        "vertical": np.eye(3)[[1, 1, 1]],
        "horizontal": np.eye(3)[[1, 1, 1]].T,
        "falling": np.eye(3),
        "rising": np.eye(3)[::-1],
    }
    answers = {name: applied(values(f"line-{direction}"), image).item() for name, image in images.items()}
    assert max(answers, key=answers.__getitem__) == direction


def test_the_corner_detector_answers_most_to_a_bright_area_below_on_the_right():
    image = np.zeros((7, 7))
    image[3:, 3:] = 1
    assert np.unravel_index(applied(values("corner"), image).argmax(), (5, 5)) == (2, 2)


def test_a_quarter_turn_is_clockwise():
    assert kernels.rotate90(np.array([[1, 2], [3, 4]])).tolist() == [[3, 1], [4, 2]]


def test_flips_and_transposition():
    kernel = np.array([[1, 2], [3, 4]])
    assert kernels.flip_horizontal(kernel).tolist() == [[2, 1], [4, 3]]
    assert kernels.flip_vertical(kernel).tolist() == [[3, 4], [1, 2]]
    assert kernels.transpose(kernel).tolist() == [[1, 3], [2, 4]]


@given(small)
def test_four_quarter_turns_two_flips_or_two_negations_change_nothing(kernel):
    turned = kernel
    for _ in range(4):
        turned = kernels.rotate90(turned)
    assert np.array_equal(turned, kernel)
    for twice in (kernels.flip_horizontal, kernels.flip_vertical, kernels.transpose, kernels.negate):
        assert np.array_equal(twice(twice(kernel)), kernel)


@given(small)
def test_negating_leaves_no_negative_zero(kernel):
    assert not np.signbit(kernels.negate(np.zeros_like(kernel))).any()


@given(small)
def test_normalised_kernels_sum_to_one_or_zero(kernel):
    assert kernels.normalise_to_zero(kernel).sum() == pytest.approx(0, abs=1e-4)
    if kernel.sum() != 0:
        assert kernels.normalise_to_one(kernel).sum() == pytest.approx(1, abs=1e-4)


def test_weights_that_sum_to_zero_cannot_be_scaled_to_one():
    with pytest.raises(Problem, match="sum to 0"):
        kernels.normalise_to_one(values("sobel-vertical"))


def test_random_weights_are_tenths_and_the_same_for_the_same_seed():
    kernel = kernels.randomise((3, 5), seed=7)
    assert kernel.shape == (3, 5)
    assert np.abs(kernel).max() <= 1
    assert np.array_equal(kernel, (np.rint(kernel * 10) / 10).astype(np.float32))
    assert np.array_equal(kernel, kernels.randomise((3, 5), seed=7))
    assert not np.array_equal(kernel, kernels.randomise((3, 5), seed=8))


def test_resizing_keeps_the_centre():
    grown = kernels.resize(values("sobel-vertical"), (5, 5))
    assert np.array_equal(grown[1:4, 1:4], values("sobel-vertical"))
    assert not grown[0].any()
    assert not grown[:, 4].any()
    assert kernels.resize(values("sharpen"), (1, 1)).tolist() == [[5]]


@given(small, st.integers(0, 3), st.integers(0, 3))
def test_growing_and_shrinking_back_keeps_all_weights(kernel, rows, columns):
    height, width = kernel.shape
    grown = kernels.resize(kernel, (height + rows, width + columns))
    assert np.array_equal(kernels.resize(grown, (height, width)), kernel)


def test_sobel_is_a_blur_down_the_column_times_a_difference_along_the_row():
    column, row = separate(values("sobel-vertical"))
    assert (column.tolist(), row.tolist()) == ([1, 2, 1], [-1, 0, 1])


def test_a_gaussian_is_the_same_line_both_ways():
    column, row = separate(values("gaussian-3"))
    assert column == pytest.approx([0.25, 0.5, 0.25])
    assert row == pytest.approx([0.25, 0.5, 0.25])


@pytest.mark.parametrize("key", ["laplacian-4", "outline", "sharpen", "emboss", "lens", "line-falling"])
def test_these_are_not_separable(key):
    assert separate(values(key)) is None


@given(lines, lines)
def test_every_outer_product_is_separable_into_factors_of_it(column, row):
    factors = separate(np.outer(column, row))
    assert factors is not None
    assert np.outer(*factors) == pytest.approx(np.outer(column, row), abs=1e-5)


@given(small)
def test_separable_means_rank_one(kernel):
    assert (separate(kernel) is not None) == (np.linalg.matrix_rank(kernel.astype(np.float64)) <= 1)
