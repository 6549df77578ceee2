"""Where the numbers of maps, tables and vectors are shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlab.problems import Problem
from convlab.window.shown_cells import ShownCells, laid_out


@pytest.mark.parametrize(
    ("numbers", "grid"),
    [(1, (1, 1)), (10, (1, 10)), (16, (1, 16)), (72, (8, 9)), (128, (8, 16)), (1000, (25, 40)), (17, (1, 17)), (172, (4, 43)), (2049, (3, 683))],
)  # fmt: skip
def test_vectors_are_laid_out_as_squarely_as_they_can_be_without_gaps(
    numbers: int, grid: tuple[int, int]
) -> None:
    assert laid_out(numbers) == grid


@given(st.integers(1, 5000))
def test_no_number_is_lost(numbers: int) -> None:
    rows, columns = laid_out(numbers)
    assert rows * columns == numbers


@pytest.mark.parametrize("shape", [(4, 5, 3), (6, 7), (72,), (10,)])
def test_every_number_stands_where_it_is_said_to_be(shape: tuple[int, ...]) -> None:
    cells = ShownCells(shape)
    x = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    as_operations_count = (
        x if x.ndim == 3 else x.reshape(1, -1, shape[-1]) if x.ndim == 2 else x.reshape(1, 1, -1)
    )
    shown = cells.array(x)
    assert shown.shape == cells.grid
    for place in np.ndindex(cells.grid):
        cell = cells.cell_of(*place)
        assert shown[place] == as_operations_count[cell]
        assert cells.place_of(*cell) == place


def test_the_window_of_a_dense_layer_is_the_whole_vector() -> None:
    rows, columns = ShownCells((72,)).positions(np.array([0]), np.array([0]), np.arange(72))
    assert rows.tolist() == list(range(8))
    assert columns.tolist() == list(range(9))


def test_more_than_three_axes_are_no_cells() -> None:
    with pytest.raises(Problem):
        ShownCells((2, 3, 4, 5))
