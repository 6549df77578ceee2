"""The cells of a kernel: typing, dragging, the wheel, copy and paste, as a person does it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from convlab.operations.convolution import Convolution
from convlab.window.kernel_editor import KernelPanel
from tests.window.kernel_bench import (
    CONTROL,
    LEFT,
    NONE,
    SHIFT,
    Bench,
    convolution,
    make_bench,
    plain_theme,
    turn_wheel,
)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    plain_theme()
    bench = make_bench(qtbot, KernelPanel())
    bench.show(convolution("sobel-vertical"))
    qtbot.wait(10)
    return bench


def test_typing_over_a_cell_and_enter_changes_the_weight_and_moves_down(bench: Bench) -> None:
    bench.click(0, 1)
    bench.type("4")
    bench.press(Qt.Key.Key_Return)
    assert bench.kernel[0, 1] == 4
    assert bench.grid.cursor_cell == (1, 1)
    assert bench.edits[-1][0] == "Change Weight"
    assert bench.grid.hasFocus()


@pytest.mark.parametrize(
    ("typed", "value"), [("1/9", 1 / 9), ("0,5", 0.5), ("−3", -3), ("-.25", -0.25), ("1e-2", 0.01)]
)
def test_numbers_are_taken_as_people_write_them(bench: Bench, typed: str, value: float) -> None:
    bench.click(1, 1)
    bench.type(typed)
    bench.press(Qt.Key.Key_Return)
    assert bench.kernel[1, 1] == np.float32(value)


def test_escape_leaves_the_weight_as_it_was(bench: Bench) -> None:
    bench.click(0, 0)
    bench.type("77")
    bench.press(Qt.Key.Key_Escape)
    assert bench.kernel[0, 0] == -1 and not bench.edits and bench.grid.hasFocus()


def test_what_is_no_number_stays_in_the_editor_and_is_said(bench: Bench) -> None:
    bench.click(0, 0)
    bench.type("1-")
    bench.press(Qt.Key.Key_Return)
    assert bench.grid.editor is not None
    assert "not a number" in bench.grid.editor.accessibleDescription()
    bench.press(Qt.Key.Key_Escape)


def test_f2_edits_what_is_there(bench: Bench) -> None:
    bench.click(1, 2)
    bench.press(Qt.Key.Key_F2)
    assert bench.grid.editor is not None and bench.grid.editor.text() == "2"
    bench.press(Qt.Key.Key_End)
    bench.type("5")
    bench.press(Qt.Key.Key_Return)
    assert bench.kernel[1, 2] == 25


def test_a_learned_weight_is_edited_in_full_and_enter_alone_does_not_round_it(bench: Bench) -> None:
    learned = np.array([[0.15337124, -0.003, 4.4061e-4], [1.2345678e-6, 1 / 9, -2], [0, 1, 2]], np.float32)
    bench.show(Convolution(learned[:, :, np.newaxis, np.newaxis], padding="same"))
    shown = []
    for row, column in np.ndindex(3, 3):
        bench.click(row, column)
        bench.press(Qt.Key.Key_F2)
        assert bench.grid.editor is not None
        shown.append(bench.grid.editor.text())
        bench.press(Qt.Key.Key_Return)
    assert shown[:6] == ["0.15337124", "−0.003", "0.00044061", "1.2345678e−6", "1/9", "−2"]
    assert not bench.edits
    np.testing.assert_array_equal(bench.kernel, learned)


def test_a_double_click_edits(bench: Bench) -> None:
    bench.qtbot.mouseDClick(bench.grid, LEFT, NONE, bench.at(2, 2))
    assert bench.grid.editor is not None
    bench.type("8")
    bench.press(Qt.Key.Key_Return)
    assert bench.kernel[2, 2] == 8


def test_tab_goes_through_the_cells_and_leaves_at_the_end(bench: Bench) -> None:
    bench.click(2, 1)
    bench.type("3")
    bench.press(Qt.Key.Key_Tab)
    assert bench.kernel[2, 1] == 3 and bench.grid.cursor_cell == (2, 2) and bench.grid.hasFocus()
    bench.press(Qt.Key.Key_Tab)
    assert not bench.grid.hasFocus()


def test_shift_tab_goes_back_and_leaves_at_the_beginning(bench: Bench) -> None:
    bench.click(0, 1)
    bench.press(Qt.Key.Key_Backtab, SHIFT)
    assert bench.grid.cursor_cell == (0, 0)
    bench.press(Qt.Key.Key_Backtab, SHIFT)
    assert not bench.grid.hasFocus()


def test_delete_makes_a_weight_or_a_range_zero(bench: Bench) -> None:
    bench.click(0, 0)
    bench.press(Qt.Key.Key_Delete)
    assert bench.kernel[0, 0] == 0
    bench.click(0, 2)
    bench.press(Qt.Key.Key_Down, SHIFT)
    bench.press(Qt.Key.Key_Down, SHIFT)
    bench.press(Qt.Key.Key_Delete)
    assert not bench.kernel[:, 2].any() and bench.kernel[1, 0] == -2
    assert bench.edits[-1][0] == "Clear Weights"


def test_arrows_move_and_unwanted_keys_go_on_to_the_page(bench: Bench) -> None:
    bench.click(0, 0)
    bench.press(Qt.Key.Key_Right)
    bench.press(Qt.Key.Key_Down)
    assert bench.grid.cursor_cell == (1, 1)
    seen: list[int] = []
    bench.holder.keyPressEvent = lambda event: seen.append(event.key())  # type: ignore[method-assign]
    bench.press(Qt.Key.Key_Space)
    bench.press(Qt.Key.Key_P)
    assert seen == [Qt.Key.Key_Space, Qt.Key.Key_P]


def test_dragging_a_cell_up_is_one_burst_of_whole_steps(bench: Bench) -> None:
    bench.drag((1, 1), 24)
    assert bench.kernel[1, 1] == 3
    assert {key for _, _, key in bench.edits} == {"weight"}
    assert bench.ended == 1


def test_dragging_is_fine_with_shift_and_coarse_with_control(bench: Bench) -> None:
    bench.drag((1, 1), -24, CONTROL)
    assert bench.kernel[1, 1] == -30
    bench.click(1, 1)
    bench.press(Qt.Key.Key_Delete)
    bench.drag((1, 1), 24, SHIFT)
    assert bench.kernel[1, 1] == np.float32(0.3)


def test_a_click_without_a_drag_changes_nothing(bench: Bench) -> None:
    bench.drag((1, 1), 2)
    assert not bench.edits and bench.grid.cursor_cell == (1, 1)


def test_the_wheel_steps_the_weight_below_it(bench: Bench) -> None:
    turn_wheel(bench.grid, bench.at(0, 2), 1)
    turn_wheel(bench.grid, bench.at(0, 2), 1)
    assert bench.kernel[0, 2] == 3
    turn_wheel(bench.grid, bench.at(0, 2), -1)
    assert bench.kernel[0, 2] == 2
    bench.qtbot.waitUntil(lambda: bench.ended == 1, timeout=3000)


def test_a_matrix_from_a_spreadsheet_becomes_the_kernel_and_its_picture_is_ignored(bench: Bench) -> None:
    data = QMimeData()
    data.setText("1\t2,5\t−3\t4\n0\t1/9\t0\t0\n")
    data.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    QGuiApplication.clipboard().setMimeData(data)
    bench.click(0, 0)
    bench.press(Qt.Key.Key_V, CONTROL)
    np.testing.assert_allclose(bench.kernel, [[1, 2.5, -3, 4], [0, 1 / 9, 0, 0]], rtol=1e-6)
    assert bench.panel.size_field.first.value() == 2 and bench.panel.size_field.second.value() == 4


def test_a_ragged_matrix_is_refused_in_place(bench: Bench) -> None:
    QGuiApplication.clipboard().setText("1\t2\n3\n")
    bench.click(0, 0)
    bench.press(Qt.Key.Key_V, CONTROL)
    assert not bench.edits
    assert "Row 2" in bench.panel.problem.text() and bench.panel.problem.isVisible()


def test_a_single_number_is_pasted_into_the_cell(bench: Bench) -> None:
    QGuiApplication.clipboard().setText("7")
    bench.click(1, 1)
    bench.press(Qt.Key.Key_V, CONTROL)
    assert bench.kernel[1, 1] == 7 and bench.kernel.shape == (3, 3)


def test_copy_writes_the_kernel_or_the_chosen_range_for_a_spreadsheet(bench: Bench) -> None:
    bench.click(0, 0)
    bench.press(Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "-1\t0\t1\n-2\t0\t2\n-1\t0\t1"
    bench.press(Qt.Key.Key_Down, SHIFT)
    bench.press(Qt.Key.Key_Right, SHIFT)
    bench.press(Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "-1\t0\n-2\t0"


def test_pointing_at_a_weight_is_told_and_ends(bench: Bench) -> None:
    told: list[tuple[int, int]] = []
    bench.panel.weight_pointed.connect(lambda a, b: told.append((a, b)))
    bench.qtbot.mouseMove(bench.grid, bench.at(2, 0))
    assert told[-1] == (2, 0)
    assert bench.panel.info.text() == "row 2, column 0: −1"
    bench.qtbot.mouseMove(bench.after)
    bench.qtbot.waitUntil(lambda: told[-1] == (-1, -1), timeout=2000)


def test_the_grid_says_its_cell_in_words(bench: Bench) -> None:
    bench.click(1, 0)
    assert bench.grid.accessibleName() == "Kernel"
    assert bench.grid.accessibleDescription() == "row 1, column 0: −2"
