"""Values become colours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convlab.drawing.colors import ColorScale, is_light, luminance, scale_for, text_color_on

values = hnp.arrays(np.float32, hnp.array_shapes(min_dims=1, max_dims=3), elements=st.floats(width=32))


def test_an_image_is_grey_from_black_to_white() -> None:
    scale = scale_for(np.array([0, 3, 9], np.float32), white=9)
    assert (scale.kind, scale.low, scale.high) == ("grey", 0, 9)
    assert scale.colors_of(np.array([0, 9], np.float32)).tolist() == [[0, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize("odd", [[-1.0, 5.0], [0.0, 9.5]])
def test_values_beyond_black_and_white_get_the_signed_scale(odd: list[float]) -> None:
    assert scale_for(np.array(odd, np.float32), white=9).kind == "signed"


def test_zero_lies_in_the_middle_of_a_signed_scale() -> None:
    scale = scale_for(np.array([-2, 35], np.float32))
    assert (scale.low, scale.high) == (-35, 35)
    for dark in (False, True):
        middle = ColorScale("signed", -35, 35, dark).colors_of(np.float32([0]))[0].astype(int)
        assert np.ptp(middle) < 24, "zero has no hue"


@pytest.mark.parametrize("dark", [False, True])
def test_opposite_signs_have_opposite_hues(dark: bool) -> None:
    minus, plus = ColorScale("signed", -1, 1, dark).colors_of(np.float32([-0.6, 0.6])).astype(int)
    assert minus[2] > minus[0] and plus[0] > plus[2], "blue is negative, red is positive"


@pytest.mark.parametrize("dark", [False, True])
def test_the_ends_of_a_scale_are_never_clipped(dark: bool) -> None:
    scale = ColorScale("signed", -1, 1, dark)
    shades = scale.colors_of(np.linspace(-1, 1, 256, dtype=np.float32))
    assert len(np.unique(shades, axis=0)) >= 200


def test_a_constant_array_has_a_range() -> None:
    scale = scale_for(np.zeros((3, 3, 1), np.float32))
    assert (scale.low, scale.high) == (-1, 1)


def test_missing_and_infinite_values_do_not_stretch_the_range() -> None:
    scale = scale_for(np.array([np.nan, np.inf, -np.inf, 2, -4], np.float32))
    assert (scale.low, scale.high) == (-4, 4)
    assert scale_for(np.array([np.nan], np.float32)).high == 1
    assert scale_for(np.zeros((0, 3), np.float32)).high == 1


@pytest.mark.parametrize("limit", [1e-45, 1e-38, 1e-20, 1.0, 1e30, 3.4e38])
def test_every_range_uses_all_colours(limit: float) -> None:
    scale = scale_for(np.array([-limit, limit], np.float32))
    low, middle, high = scale.places_of(np.array([-limit, 0, limit], np.float32))[0].tolist()
    assert (low, high) == (0, 255) and middle in (127, 128)


def test_a_missing_value_is_neutral_and_infinities_are_the_ends() -> None:
    scale = ColorScale("signed", -1, 1)
    missing, low, high = scale.colors_of(np.array([np.nan, -np.inf, np.inf], np.float32))
    assert len(set(missing.tolist())) == 1
    assert low.tolist() == scale.table[0].tolist() and high.tolist() == scale.table[-1].tolist()


@given(values, st.booleans())
def test_every_value_has_a_colour(array: np.ndarray, dark: bool) -> None:
    with np.errstate(all="raise", under="ignore"):
        colors = scale_for(array, dark=dark).colors_of(array)
    assert colors.shape == (*array.shape, 3) and colors.dtype == np.uint8


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_digits_reach_a_contrast_of_4_5_on_every_colour(rgb: tuple[int, int, int]) -> None:
    ground, ink = float(luminance(rgb)), float(luminance(text_color_on(rgb)))
    light, dark = max(ground, ink), min(ground, ink)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert bool(is_light(rgb)) == (text_color_on(rgb) == (0, 0, 0))
