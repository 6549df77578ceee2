"""Single weights as pages of a compact grid: every weight on a page, pages without gaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlab.window.weight_pages import WeightPages


@pytest.mark.parametrize(
    ("count", "grid", "pages"),
    [(10, (2, 5), 1), (36, (6, 6), 1), (64, (6, 6), 2), (7, (2, 3), 2), (19_456, (6, 6), 541)],
)
def test_pages_are_as_large_as_there_is_room_for(count: int, grid: tuple[int, int], pages: int) -> None:
    found = WeightPages.fitted(count, 6, 6)
    assert (found.rows, found.columns) == grid and found.pages == pages


@given(st.integers(5, 3000), st.integers(2, 8), st.integers(2, 8))
@settings(deadline=None)
def test_every_weight_stands_on_its_page(count: int, rows: int, columns: int) -> None:
    pages, weights = WeightPages.fitted(count, rows, columns), np.arange(count)
    assert pages.rows <= rows and pages.columns <= columns
    for weight in (0, count // 2, count - 1):
        page = pages.page_of(weight)
        assert pages.holds(page, weight)
        assert weight in pages.block(weights, page)
    last = pages.pages - 1
    assert pages.weight_at(last, pages.rows - 1, pages.columns - 1) == count - 1


def test_a_block_replaces_the_weights_of_its_page() -> None:
    pages = WeightPages(10, 2, 3)
    changed = pages.with_block(np.arange(10.0), 1, np.array([[-1.0, -2.0], [-3.0, -4.0]]))
    assert changed.tolist() == [0, 1, 2, 3, -1, -2, 6, -3, -4, 9]
    assert pages.text(1, "input") == "Inputs 4 to 9"
