"""Facts are told whole or not at all, the most important ones first."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from convlab.window.fact_line import FactLine

FACTS = ("3×3", "stride 1", "same", "64 filters")


def line_of(qtbot: QtBot, width: int, lines: int = 1, rows: int = 1) -> FactLine:
    line = FactLine(lines=lines)
    qtbot.addWidget(line)
    line.show_facts(FACTS)
    line.resize(width, rows * line.fontMetrics().lineSpacing())
    return line


def width_of(line: FactLine, text: str) -> int:
    return line.fontMetrics().horizontalAdvance(text)


def test_all_facts_stand_in_one_line_where_it_is_long_enough(qtbot: QtBot) -> None:
    assert line_of(qtbot, 2000).shown_text == "3×3 · stride 1 · same · 64 filters"


@pytest.mark.parametrize("room", ["3×3 · stride 1 · same", "3×3 · stride 1", "3×3"])
def test_the_last_facts_are_left_out_whole(qtbot: QtBot, room: str) -> None:
    line = line_of(qtbot, 2000)
    line.resize(width_of(line, room) + 1, line.height())
    assert line.shown_text == room
    assert line.text() == "3×3 · stride 1 · same · 64 filters"
    assert line.toolTip() == "3×3\nstride 1\nsame\n64 filters"


def test_nothing_stands_where_not_even_the_first_fact_fits(qtbot: QtBot) -> None:
    assert line_of(qtbot, 1).shown_text == ""


def test_what_does_not_fit_goes_on_in_a_second_line_if_that_is_there(qtbot: QtBot) -> None:
    line = line_of(qtbot, 2000, lines=2, rows=2)
    line.resize(width_of(line, "3×3 · stride 1") + 1, line.height())
    assert line.shown_text == "3×3 · stride 1\nsame"
    assert line.heightForWidth(line.width()) == 2 * line.fontMetrics().lineSpacing()
    line.resize(line.width(), line.fontMetrics().lineSpacing())
    assert line.shown_text == "3×3 · stride 1"
