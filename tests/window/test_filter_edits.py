"""Changing a learned filter with real keys and mouse: each change is one edit, which undo names and takes back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QSpinBox
from pytestqt.qtbot import QtBot

from convlab.network.description import Weight
from tests.network.described import graph, layer
from tests.window.filter_bench import (
    BIASES,
    WEIGHTS,
    Bench,
    entry,
    make_bench,
    other,
    put,
)
from tests.window.kernel_bench import LEFT, turn_wheel
from tests.window.network_fakes import fake_session


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return make_bench(qtbot)


# --- one weight ---


def test_a_typed_weight_is_an_edit_of_its_channel_and_undo_takes_it_back(bench: Bench) -> None:
    bench.type("-1,5", 1, 2, place=1)
    np.testing.assert_array_equal(bench.now, other(WEIGHTS, put(1, 2, 1, 0, value=-1.5)))
    assert bench.label == "Edit Filter 0 of conv"
    bench.session.undo()
    np.testing.assert_array_equal(bench.now, WEIGHTS)
    assert bench.grid(1).values[1, 2] == WEIGHTS[1, 2, 1, 0]
    assert bench.session.history.redo_label == "Edit Filter 0 of conv" and not bench.session.work.edits
    bench.session.redo()
    assert bench.now[1, 2, 1, 0] == -1.5 and bench.grid(1).values[1, 2] == -1.5


def test_the_weight_that_is_there_already_is_no_edit(bench: Bench) -> None:
    bench.type(str(WEIGHTS[0, 0, 0, 0]), 0, 0)
    assert bench.steps == 0


def test_a_drag_is_one_undo_step_and_the_next_drag_another(bench: Bench) -> None:
    bench.drag(0, 0, 48)
    first = float(bench.now[0, 0, 0, 0])
    assert first > WEIGHTS[0, 0, 0, 0] and bench.steps == 1
    bench.drag(0, 0, 48)
    assert bench.now[0, 0, 0, 0] > first and bench.steps == 2
    bench.session.undo()
    assert bench.now[0, 0, 0, 0] == np.float32(first)


def test_the_cells_stay_where_they_are_when_the_ghost_comes(bench: Bench) -> None:
    before = bench.grid().geometry()
    bench.drag(0, 0, 48)
    bench.qtbot.wait(1)
    assert bench.card.ghost.view.isVisible() and bench.grid().geometry() == before


def test_turning_the_wheel_is_one_undo_step(bench: Bench) -> None:
    for _ in range(3):
        turn_wheel(bench.grid(), bench.at(2, 2), 1)
    assert bench.now[2, 2, 0, 0] > WEIGHTS[2, 2, 0, 0] and bench.steps == 1


def test_cells_of_a_spreadsheet_are_pasted_from_the_first_cell_on(bench: Bench) -> None:
    QApplication.clipboard().setText("1\t2\n3\t4\n")
    bench.click(1, 1)
    bench.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert bench.now[:2, :2, 0, 0].tolist() == [[1, 2], [3, 4]]
    assert (bench.now[2] == WEIGHTS[2]).all() and (bench.now[:, :, 1] == WEIGHTS[:, :, 1]).all()
    assert bench.label == "Paste into Filter 0 of conv"


def test_more_cells_than_the_filter_has_are_cut_off(bench: Bench) -> None:
    QApplication.clipboard().setText("\n".join("\t".join("7" * 5) for _ in range(4)))
    bench.click(0, 0)
    bench.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert (bench.now[:, :, 0, 0] == 7).all()


def test_a_number_too_large_for_a_weight_is_refused(bench: Bench) -> None:
    bench.type("1e39", 0, 0)
    editor = bench.grid().editor
    assert bench.steps == 0 and editor is not None and "not a number" in editor.accessibleDescription()
    bench.press(Qt.Key.Key_Escape)


# --- the bias ---


def test_a_typed_bias_is_an_edit_and_leaving_the_field_unchanged_is_none(bench: Bench) -> None:
    field = bench.card.bias
    for index in range(4):
        bench.session.choose_filter(index)
        field.setFocus()
        bench.press(Qt.Key.Key_Return)
    assert bench.steps == 0
    field.selectAll()
    bench.qtbot.keyClicks(field, "0.75")
    bench.press(Qt.Key.Key_Return)
    assert bench.biases.tolist() == [*BIASES[:3].tolist(), 0.75]
    assert bench.label == "Change Bias of Filter 3 of conv"
    assert (bench.now == WEIGHTS).all() and bench.card.ghost.bias.text() == "bias was 2"


def test_steps_of_the_bias_are_one_undo_step_until_the_field_is_left(bench: Bench) -> None:
    field = bench.card.bias
    field.setFocus()
    bench.press(Qt.Key.Key_Up)
    bench.press(Qt.Key.Key_Up)
    assert bench.biases[0] == np.float32(0.3) and bench.steps == 1
    bench.press(Qt.Key.Key_Return)
    bench.press(Qt.Key.Key_Up)
    assert bench.steps == 2


# --- the menus ---


def test_zeroing_silences_the_filter_and_no_other(bench: Bench) -> None:
    bench.session.choose_filter(1)
    bench.choose(bench.card.buttons.zero, "The whole filter")
    assert not bench.now[..., 1].any() and bench.biases.tolist() == [np.float32(0.1), 0, 0.5, 2]
    assert (bench.now[..., [0, 2, 3]] == WEIGHTS[..., [0, 2, 3]]).all()
    assert bench.label == "Zero Filter 1 of conv" and bench.steps == 1
    bench.choose(bench.card.buttons.zero, "The whole filter")
    assert bench.steps == 1  # it was zero already


def test_zeroing_a_channel_takes_the_one_in_focus(bench: Bench) -> None:
    bench.click(0, 0, place=1)
    bench.choose(bench.card.buttons.zero, "This channel only")
    assert not bench.now[:, :, 1, 0].any() and (bench.now[:, :, 0] == WEIGHTS[:, :, 0]).all()
    assert bench.label == "Zero Channel 1 of Filter 0 of conv" and bench.biases[0] == BIASES[0]


def test_flipping_all_channels_or_one(bench: Bench) -> None:
    bench.choose(bench.card.buttons.flip, "All channels, left to right")
    np.testing.assert_array_equal(bench.now[..., 0], WEIGHTS[:, ::-1, :, 0])
    assert bench.label == "Flip Filter 0 of conv"
    bench.choose(bench.card.buttons.flip, "This channel, by 180°")
    np.testing.assert_array_equal(bench.now[:, :, 0, 0], WEIGHTS[::-1, :, 0, 0])
    np.testing.assert_array_equal(bench.now[:, :, 1, 0], WEIGHTS[:, ::-1, 1, 0])
    assert bench.label == "Flip Channel 0 of Filter 0 of conv"


def test_every_change_of_the_channel_menu_is_one_edit_of_this_channel(bench: Bench) -> None:
    menu = bench.card.buttons.more.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    for text in [action.text() for action in menu.actions()]:
        steps = bench.steps
        bench.choose(bench.card.buttons.more, text)
        assert bench.steps == steps + 1, text
        assert "Channel 0 of Filter 0 of conv" in bench.label and "Kernel" not in bench.label
        assert (bench.now[:, :, 1] == WEIGHTS[:, :, 1]).all()


def test_what_a_slice_cannot_become_is_told(bench: Bench) -> None:
    bench.choose(bench.card.buttons.zero, "This channel only")
    bench.choose(bench.card.buttons.more, "Scale to sum 1")
    assert len(bench.problems) == 1 and bench.steps == 1


def test_a_change_that_would_turn_the_filters_size_is_not_offered(qtbot: QtBot) -> None:
    oblong = layer(
        "Conv2D", "c", (Weight("kernel", (1, 7, 1, 2)),), padding="same", kernel_size=(1, 7), filters=2
    )
    session = fake_session(graph([(8, 8, 1)], (oblong, (0,))))
    bench = Bench(qtbot, session)
    menu = bench.card.buttons.more.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    assert not entry(menu, "Rotate").isEnabled() and not entry(menu, "Transpose").isEnabled()
    assert entry(menu, "Flip left").isEnabled()


# --- swapping ---


def test_the_dialog_to_swap_blocks_nothing_and_swaps_with_biases(bench: Bench) -> None:
    bench.card.buttons.swap.setFocus()
    bench.press(Qt.Key.Key_Space)
    dialog = bench.card.dialog
    assert dialog is not None and dialog.isVisible() and "filter 0" in dialog.labelText()
    field = dialog.findChild(QSpinBox)
    assert isinstance(field, QSpinBox) and field.accessibleName() and dialog.intValue() == 1
    field.selectAll()
    bench.qtbot.keyClicks(field, "3")
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    bench.qtbot.keyClick(box.button(QDialogButtonBox.StandardButton.Ok), Qt.Key.Key_Space)
    np.testing.assert_array_equal(bench.now, WEIGHTS[..., [3, 1, 2, 0]])
    assert bench.biases.tolist() == BIASES[[3, 1, 2, 0]].tolist()
    assert bench.label == "Swap Filters 0 and 3 of conv" and bench.steps == 1


def test_a_swap_given_up_changes_nothing(bench: Bench) -> None:
    bench.qtbot.mouseClick(bench.card.buttons.swap, LEFT)
    assert bench.card.dialog is not None
    bench.qtbot.keyClick(bench.card.dialog, Qt.Key.Key_Escape)
    assert bench.steps == 0
