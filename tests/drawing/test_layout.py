"""Where the cells of an array lie."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from convlab.drawing.layout import Layout, cell_that_fits, panes_across, runs, snapped, thick_enough

sizes = st.integers(1, 40)
pads = st.tuples(st.integers(0, 3), st.integers(0, 3))


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    panes = draw(st.integers(1, 5))
    return Layout(
        draw(sizes), draw(sizes), (draw(pads), draw(pads)), panes, draw(st.integers(1, panes)),
        draw(st.sampled_from([0.3, 1.0, 2.7, 8.0, 35.0])), 16.0, draw(st.sampled_from([0.0, 20.0])), QPointF(7, -30),
    )  # fmt: skip


@given(layouts(), st.data())
def test_the_middle_of_a_cell_is_in_that_cell(layout: Layout, data: st.DataObject) -> None:
    (top, bottom), (left, right) = layout.padding
    place = (
        data.draw(st.integers(0, layout.panes - 1)),
        data.draw(st.integers(-top, layout.rows + bottom - 1)),
        data.draw(st.integers(-left, layout.columns + right - 1)),
    )
    assert layout.cell_at(layout.cell_rect(*place).center()) == place


@given(layouts())
def test_panes_do_not_overlap_and_lie_within_the_whole(layout: Layout) -> None:
    rects = [layout.pane_rect(pane) for pane in range(layout.panes)]
    whole = QRectF(layout.origin.x(), layout.origin.y(), layout.width, layout.height).adjusted(
        -0.01, -0.01, 0.01, 0.01
    )
    for number, rect in enumerate(rects):
        assert whole.contains(rect)
        assert not any(rect.intersects(other) for other in rects[:number])


def test_between_panes_there_is_no_cell() -> None:
    layout = Layout(3, 3, ((0, 0), (0, 0)), 2, 2, 10.0, 16.0, 0.0, QPointF(0, 0))
    assert layout.cell_at(QPointF(35, 15)) is None
    assert layout.cell_at(QPointF(46.5, 15)) == (1, 1, 0)


@given(sizes, sizes, st.integers(1, 4), st.integers(50, 1900), st.integers(50, 1000))
def test_what_fits_fits(rows: int, columns: int, panes: int, width: int, height: int) -> None:
    gap, title = 4.0, 5.0
    across = panes_across(panes, rows, columns, width, height, gap, title)
    cell = cell_that_fits(panes, across, rows, columns, width, height, gap, title)
    layout = Layout(rows, columns, ((0, 0), (0, 0)), panes, across, cell, gap, title, QPointF(0, 0))
    if cell > 0.01:
        assert layout.width <= width + 0.01 and layout.height <= height + 0.01
        assert math.isclose(layout.width, width) or math.isclose(layout.height, height) or panes > 1


def test_three_wide_panes_stand_below_each_other_in_a_high_view() -> None:
    assert panes_across(3, 10, 40, 400, 900, 16, 0) == 1
    assert panes_across(3, 10, 10, 1200, 300, 16, 0) == 3


@pytest.mark.parametrize(("cell", "shown"), [(35.9, 35.0), (4.2, 4.0), (3.7, 3.7), (0.21, 0.21)])
def test_cells_that_can_be_told_apart_have_whole_pixels(cell: float, shown: float) -> None:
    assert snapped(cell) == shown


def test_a_very_long_line_stays_visible() -> None:
    assert thick_enough(0.2, 1, 5000) == 16
    assert thick_enough(0.2, 2160, 4096) == 0.2


@given(layouts(), st.floats(-50, 900), st.floats(-50, 900), st.floats(1, 700), st.floats(1, 700))
def test_the_visible_cells_cover_what_is_seen(layout: Layout, x: float, y: float, w: float, h: float) -> None:
    area = QRectF(x, y, w, h)
    for pane in range(layout.panes):
        seen = layout.visible(pane, area)
        wanted = layout.pane_rect(pane).intersected(area)
        if seen is None:
            assert wanted.isEmpty()
            continue
        top_pad, left_pad = layout.padding[0][0], layout.padding[1][0]
        covered = layout.cells_rect(
            pane, seen[0] - top_pad, seen[1] - left_pad, seen[2] - top_pad, seen[3] - left_pad
        )
        assert covered.adjusted(-0.01, -0.01, 0.01, 0.01).contains(wanted)


def test_runs_join_neighbours() -> None:
    assert runs([5, 1, 2, 3, 9, 8]) == [(1, 3), (5, 5), (8, 9)]
    assert runs([]) == []
