"""Numbers as people and spreadsheets write them."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convlab.operations.numbers_text import format_tsv, parse_numbers
from convlab.problems import Problem

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)
matrices = arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=finite)


def parsed(text):
    return parse_numbers(text).tolist()


@pytest.mark.parametrize(
    "text",
    ["1\t2\n3\t4", "1\t2\r\n3\t4\r\n", "1;2\n3;4", "1,2\n3,4", "1, 2\n3, 4", "1 2\n3 4", "  1   2 \n 3 4\n\n", "1;2;\n3;4;",
     "[[1, 2], [3, 4]]", "[[1. 2.]\n [3. 4.]]", "{{1,2},{3,4}}", "1\t2\r3\t4"],
)  # fmt: skip
def test_these_all_mean_one_two_three_four(text):
    assert parsed(text) == [[1, 2], [3, 4]]


def test_numbers_are_float32():
    assert parse_numbers("1").dtype == np.float32


@pytest.mark.parametrize("text", ["0,5\t1,5", "0,5;1,5", "0,5 1,5", "0.5,1.5", "0,5; 1,5", ".5 1.5"])
def test_the_decimal_mark_is_a_point_or_a_comma_that_does_not_separate(text):
    assert parsed(text) == [[0.5, 1.5]]


@pytest.mark.parametrize("text", ["−2\t1", "-2\t1", "–2\t+1"])
def test_a_minus_may_be_a_real_minus_a_hyphen_or_a_dash(text):
    assert parsed(text) == [[-2, 1]]


def test_fractions_are_divided():
    assert parse_numbers("1/9 −1/16 2/0,5")[0] == pytest.approx([1 / 9, -1 / 16, 4])


def test_exponents_are_understood():
    assert parse_numbers("1e-3 2E+2")[0] == pytest.approx([0.001, 200])


def test_thousands_may_be_grouped_where_columns_are_clear():
    assert parsed("1,234.5\t1.234,5\t1,234,567\t1\u202f000") == [[1234.5, 1234.5, 1234567, 1000]]


def test_an_empty_cell_of_a_spreadsheet_is_zero():
    assert parsed("1\t\t2\n\t3\t") == [[1, 0, 2], [0, 3, 0]]


def test_a_row_of_empty_cells_is_a_row_of_zeros():
    assert parsed("1\t2\n\t\n3\t4\n\n") == [[1, 2], [0, 0], [3, 4]]


def test_a_single_number_is_a_matrix_of_one():
    assert parsed(" 7 ") == [[7]]


def test_a_ragged_row_is_named():
    with pytest.raises(Problem, match="Row 3 has 1 number, but row 1 has 2 numbers"):
        parse_numbers("1 2\n3 4\n5")


def test_what_is_no_number_is_named_with_its_place():
    with pytest.raises(Problem, match="“abc” in row 2, column 1"):
        parse_numbers("1\t2\nabc\t4")


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999", "1e39", "1/0", "0x10", "1_000", "٣", "1/2/3", "--1", "1e", "/2"])  # fmt: skip
def test_what_is_not_a_plain_finite_number_is_refused(text):
    with pytest.raises(Problem, match="is not a number"):
        parse_numbers(text)


@pytest.mark.parametrize("text", ["", "   \n\t \n", "\n"])
def test_text_without_numbers_is_said_to_have_none(text):
    with pytest.raises(Problem, match="no numbers"):
        parse_numbers(text)


def test_a_strange_long_cell_is_shortened_and_made_printable():
    with pytest.raises(Problem) as caught:
        parse_numbers("1\t" + "\u202ex" * 100)
    assert len(caught.value.what) < 90
    assert caught.value.what.isprintable()


@given(st.text())
def test_any_text_gives_numbers_or_one_problem(text):
    with suppress(Problem):
        assert np.isfinite(parse_numbers(text)).all()


def test_copied_numbers_are_the_shortest_decimals_between_tabs():
    assert format_tsv(np.array([[0.1, -1], [1 / 3, 1e-10]])) == "0.1\t-1\n0.33333334\t1e-10"


@given(matrices)
def test_what_is_copied_comes_back_exactly(matrix):
    assert np.array_equal(parse_numbers(format_tsv(matrix)), matrix)
