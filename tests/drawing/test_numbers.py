"""Numbers as they stand on the screen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlab.drawing.decimals import exact_factor
from convlab.drawing.numbers import (
    cell_text,
    edit_text,
    full_text,
    full_weight_text,
    parse_number,
    weight_edit_text,
    weight_text,
)

floats = st.floats(allow_nan=False, allow_infinity=False, width=32)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (9.0, "9"),
        (-35.0, "−35"),
        (12345.0, "12345"),
        (-123456.0, "−123456"),
        (1234567.0, "1.23e6"),
        (0.1, "0.1"),
        (1 / 3, "0.333"),
        (-1 / 3, "−0.33"),
        (12345.6, "12346"),
        (1e-6, "1e−6"),
        (0.003, "0.003"),
        (-0.003, "−0.003"),
        (-0.0035, "−0.004"),
        (0.0004406, "0.0004"),
        (-0.0004406, "−4e−4"),
        (0.00004406, "4.4e−5"),
        (-1.5e9, "−1.5e9"),
        (float("nan"), "NaN"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
    ],
)
def test_a_cell_shows_what_fits(value: float, text: str) -> None:
    assert cell_text(value) == text


@given(st.integers(-999_999, 999_999))
def test_whole_numbers_of_six_digits_stand_in_a_cell_in_full(number: int) -> None:
    assert cell_text(float(number)) == str(number).replace("-", "−")


@given(floats)
def test_a_number_in_a_cell_is_short_and_close(value: float) -> None:
    text = cell_text(value)
    assert len(text) <= 7 and "-" not in text
    shown = float(text.replace("−", "-"))
    if "e" not in text and abs(value) >= 1:
        assert shown == pytest.approx(value, rel=0.06 if len(text) > 3 else 0.5)
    assert abs(shown) <= 2 * abs(value) + 1e-30
    assert shown * value >= 0


@given(floats)
def test_a_number_in_full_is_the_number(value: float) -> None:
    text = full_text(value)
    assert "-" not in text
    assert np.float32(text.replace("−", "-").replace(",", "")) == pytest.approx(np.float32(value), rel=1e-6)


@given(floats)
def test_what_stands_in_a_field_can_be_read_again(value: float) -> None:
    typed = parse_number(edit_text(value))
    assert typed is not None
    assert typed == pytest.approx(value, rel=1e-6, abs=1e-45)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 9, "1/9"),
        (-1 / 9, "−1/9"),
        (1 / 16, "0.0625"),
        (0.1, "0.1"),
        (1 / 256, "1/256"),
        (2.0, "2"),
        (0.0, "0"),
    ],
)
def test_weights_are_fractions_where_their_decimals_do_not_end(value: float, text: str) -> None:
    assert weight_text(float(np.float32(value))) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.003, "−0.003"),
        (0.0004406, "0.0004"),
        (-0.0004406, "−0.0004"),
        (0.00004406, "4.41e−5"),
        (-0.123456, "−0.123"),
    ],
)
def test_small_weights_are_decimals_where_they_have_room(value: float, text: str) -> None:
    assert weight_text(float(np.float32(value))) == text


@given(floats)
def test_no_weight_but_zero_is_written_as_zero(value: float) -> None:
    text = weight_text(value)
    assert len(text) <= 9
    assert (parse_number(text) == 0) == (value == 0) or 0 < abs(value) < 1e-44


@given(floats)
def test_a_weight_in_a_field_is_the_weight_itself(value: float) -> None:
    typed = parse_number(weight_edit_text(value))
    assert typed is not None
    assert typed == pytest.approx(value, rel=1e-6, abs=1e-45)


@pytest.mark.parametrize(
    ("value", "field", "full"),
    [(1 / 9, "1/9", "1/9"), (0.1533712, "0.1533712", "0.1533712"), (1234.5, "1234.5", "1,234.5")],
)
def test_a_weight_in_full_has_all_its_digits(value: float, field: str, full: str) -> None:
    assert weight_edit_text(float(np.float32(value))) == field
    assert full_weight_text(float(np.float32(value))) == full


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("35", 35.0),
        ("−35", -35.0),
        ("-0.5", -0.5),
        ("0,5", 0.5),
        ("1/9", 1 / 9),
        ("−1/9", -1 / 9),
        ("1,234,567", 1234567.0),
        ("1,000.5", 1000.5),
        ("1.000,5", 1000.5),
        ("1,125", 1.125),
        ("1e3", 1000.0),
        (" 7 ", 7.0),
    ],
)
def test_typed_numbers_are_understood(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", " ", "x", "1 2", "1\t2", "1;2", "−", "1/0", "--1"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.12345, "0.12345"), (-0.12345, "−0.12345"), (1.5, "1.5"), (0.0004406, None), (-12345.5, None)],
)
def test_a_factor_is_written_exactly_only_where_its_tile_has_room(value: float, text: str | None) -> None:
    assert exact_factor(float(np.float32(value))) == text
