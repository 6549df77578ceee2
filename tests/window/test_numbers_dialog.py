"""Images as numbers: typed, pasted, edited."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convlab.experiment.image import Image, blank
from convlab.problems import Problem
from convlab.window.numbers_dialog import NumbersDialog, fitting_levels, numbers_of_text, text_of_image

GUIDE = "3 3 2 1 0\n0 0 1 3 1\n3 1 2 2 3\n2 0 0 2 2\n2 0 0 0 1"


def _dialog(qtbot: QtBot, image: Image | None = None) -> NumbersDialog:
    dialog = NumbersDialog(image)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitActive(dialog)
    return dialog


def test_one_table_is_grey() -> None:
    assert numbers_of_text(GUIDE).shape == (5, 5, 1)


def test_three_tables_are_red_green_and_blue() -> None:
    pixels = numbers_of_text("1 2\n3 4\n\n5 6\n7 8\n \n9 0\n1 2\n")
    assert pixels.shape == (2, 2, 3)
    assert pixels[0, 0].tolist() == [1, 5, 9]


def test_blank_lines_of_windows_separate_tables() -> None:
    assert numbers_of_text("1 2\r\n\r\n3 4\r\n\r\n5 6\r\n").shape == (1, 2, 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 2 3\n4 5", "Row 2 has 2 numbers"),
        ("1 2\n\n3 4", "There are 2 tables"),
        ("1 2\n\n3 4\n\n5 6 7", "The blue table is 1×3, but the red one is 1×2"),
        ("1 2\n\n3 x\n\n5 6", "In the green table: “x” in row 1, column 2"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        numbers_of_text(text)


@pytest.mark.parametrize(
    ("highest", "white"), [(1, 1), (0.5, 1), (2, 9), (9, 9), (10, 255), (400, 255), (-7, 9)]
)
def test_levels_fit_the_numbers(highest: float, white: float) -> None:
    assert fitting_levels(np.array([[[0.0], [highest]]], np.float32)) == white


def test_an_image_comes_back_from_its_text() -> None:
    pixels = np.arange(18, dtype=np.float32).reshape(2, 3, 3) / 7
    assert (numbers_of_text(text_of_image(Image(pixels))) == pixels).all()


def test_typed_numbers_become_an_image(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    qtbot.waitUntil(dialog.text.hasFocus)
    assert not dialog.accept_button.isEnabled()
    QTest.keyClicks(dialog.text, "1 2")
    QTest.keyClick(dialog.text, Qt.Key.Key_Return)
    QTest.keyClicks(dialog.text, "3 4")
    assert dialog.size_text.text() == "2 × 2, grey"
    with qtbot.waitSignal(dialog.image_made) as made:
        QTest.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    image = made.args[0]
    assert image.pixels[:, :, 0].tolist() == [[1, 2], [3, 4]]
    assert image.white == 9


def test_a_ragged_row_is_said_in_place_and_cannot_be_accepted(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    dialog.text.setPlainText("1 2 3\n4 5")
    assert dialog.problem.isVisible() and "Row 2" in dialog.problem.text()
    assert not dialog.accept_button.isEnabled()
    dialog.text.setPlainText("1 2 3\n4 5 6")
    assert not dialog.problem.isVisible() and dialog.accept_button.isEnabled()


def test_the_present_image_is_edited_as_numbers(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, blank(3, 4, 1, 255.0))
    assert dialog.text.toPlainText().splitlines() == ["0\t0\t0\t0"] * 3
    dialog.text.selectAll()
    QTest.keyClicks(dialog.text, "200")
    image = dialog.image()
    assert image.white == 255
    assert image.pixels.tolist() == [[[200]]]


def test_fractions_at_whole_levels_are_said_to_be_rounded(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    dialog.text.setPlainText("2.6 0")
    assert "rounded" in dialog.range_text.text()
    assert dialog.image().pixels[0, 0, 0] == 3


def test_chosen_levels_stay_while_typing(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    qtbot.mouseClick(dialog.levels.button(255.0), Qt.MouseButton.LeftButton)
    dialog.text.setPlainText("1 0")
    assert dialog.image().white == 255


def test_escape_leaves_everything_as_it_was(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)
    dialog.text.setPlainText(GUIDE)
    with qtbot.assertNotEmitted(dialog.image_made):
        QTest.keyClick(dialog.text, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_tab_leaves_the_text_for_the_levels_and_the_buttons(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, blank(3, 3))
    QTest.keyClick(dialog.text, Qt.Key.Key_Tab)
    assert dialog.levels.isAncestorOf(dialog.focusWidget())
