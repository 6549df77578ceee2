"""The geometry along one axis: Keras's measured numbers, and brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from convlab.operations.geometry import Axis, AxisFormula, axis_of, formula_of

# (n, kernel, stride, dilation) -> (out, before, after) with padding "same", as measured in Keras 3.
SAME = {
    (5, 3, 1, 1): (5, 1, 1),
    (4, 3, 2, 1): (2, 0, 1),
    (5, 3, 2, 1): (3, 1, 1),
    (5, 2, 1, 1): (5, 0, 1),
    (6, 4, 1, 1): (6, 1, 2),
    (6, 3, 4, 1): (2, 0, 1),
    (7, 1, 3, 1): (3, 0, 0),
    (7, 3, 1, 2): (7, 2, 2),
    (28, 3, 2, 1): (14, 0, 1),
    (28, 5, 3, 1): (10, 2, 2),
    (2, 5, 1, 1): (2, 2, 2),
}

# (n, kernel, stride, (before, after), dilation) -> out: the figures of the convolution-arithmetic guide
# (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016).
GUIDE = {
    "no padding, stride 1": ((4, 3, 1, (0, 0), 1), 2),
    "own padding, stride 1": ((5, 4, 1, (2, 2), 1), 6),
    "half padding, stride 1": ((5, 3, 1, (1, 1), 1), 5),
    "full padding, stride 1": ((5, 3, 1, (2, 2), 1), 7),
    "no padding, stride 2": ((5, 3, 2, (0, 0), 1), 2),
    "padding 1, stride 2": ((5, 3, 2, (1, 1), 1), 3),
    "padding 1, stride 2, one cell never read": ((6, 3, 2, (1, 1), 1), 3),
    "dilation 2": ((7, 3, 1, (0, 0), 2), 3),
}


@pytest.mark.parametrize(("settings", "expected"), SAME.items(), ids=str)
def test_same_padding_is_that_of_keras(
    settings: tuple[int, int, int, int], expected: tuple[int, int, int]
) -> None:
    size, kernel, stride, dilation = settings
    axis = axis_of(size, kernel, stride, "same", dilation)
    assert (axis.out, axis.before, axis.after) == expected


@pytest.mark.parametrize("name", GUIDE)
def test_sizes_are_those_of_the_convolution_arithmetic_guide(name: str) -> None:
    (size, kernel, stride, padding, dilation), out = GUIDE[name]
    assert axis_of(size, kernel, stride, padding, dilation).out == out


def test_valid_padding_leaves_the_trailing_cells_unread() -> None:
    axis = axis_of(8, 3, 3, "valid")
    assert axis.out == 2
    assert axis.read().tolist() == [True] * 6 + [False] * 2


def test_stride_two_skips_every_other_window() -> None:
    axis = axis_of(7, 3, 2, "valid")
    assert [axis.window(i).tolist() for i in range(axis.out)] == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]


def test_windows_reach_into_the_padding() -> None:
    axis = axis_of(4, 3, 1, "same")
    assert axis.window(0).tolist() == [-1, 0, 1]
    assert axis.window(3).tolist() == [2, 3, 4]


def test_dilation_spreads_the_cells_of_a_window() -> None:
    axis = axis_of(9, 3, 1, "valid", 3)
    assert axis.extent == 7
    assert axis.window(2).tolist() == [2, 5, 8]


def test_a_stride_larger_than_the_kernel_leaves_gaps() -> None:
    assert axis_of(7, 1, 3, "same").read().tolist() == [True, False, False, True, False, False, True]


def test_the_window_that_does_not_fit_has_no_place() -> None:
    assert axis_of(2, 3, 1, "valid").out == 0
    assert axis_of(2, 3, 1, (1, 0)).out == 1


def test_the_formula_has_the_numbers_that_give_the_size() -> None:
    assert formula_of(axis_of(28, 3, 1, "same")) == AxisFormula(28, 1, 1, 3, 1, 28)
    assert formula_of(axis_of(28, 5, 3, "same")) == AxisFormula(28, 2, 2, 5, 3, 10)


def every_axis() -> list[Axis]:
    """All small axes with windows: 1 to 8 cells, with each padding."""
    settings = itertools.product(
        range(1, 9), range(1, 5), range(1, 5), range(1, 4), ("valid", "same", (2, 0), (1, 4))
    )
    axes = (axis_of(n, k, s, padding, d) for n, k, s, d, padding in settings)
    return [axis for axis in axes if axis.out]


def test_readers_and_read_cells_are_found_by_brute_force_too() -> None:
    for axis in every_axis():
        windows = [set(axis.window(i).tolist()) for i in range(axis.out)]
        readers = [[i for i, window in enumerate(windows) if cell in window] for cell in range(axis.size)]
        assert [axis.readers(cell).tolist() for cell in range(axis.size)] == readers, axis
        assert axis.read().tolist() == [bool(found) for found in readers], axis


def test_the_last_window_fits_and_one_more_would_not() -> None:
    for axis in every_axis():
        last = axis.window(axis.out - 1)[-1]
        assert last < axis.size + axis.after <= last + axis.stride, axis
        assert axis.window(0)[0] == -axis.before, axis


def test_the_formula_holds_for_every_axis() -> None:
    for axis in every_axis():
        formula = formula_of(axis)
        n, padding = formula.n, formula.before + formula.after
        assert formula.out == np.floor((n + padding - formula.extent) / formula.stride) + 1
