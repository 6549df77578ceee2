"""Editing a kernel by keys and mouse, as a person does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convlab.operations.convolution import Convolution
from convlab.operations.kernels import named
from convlab.operations.transpose import ConvolutionTranspose
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.kernel_editor import KernelPanel
from convlab.window.kernel_grid import KernelGrid
from convlab.window.stage_panel import StagePanel
from convlab.window.transpose_panel import TransposePanel

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Bench:
    """A panel whose edits are shown again, as the session does, with a field after it in the order of Tab."""

    qtbot: QtBot
    panel: Any
    holder: QWidget
    after: QLineEdit
    shape: tuple[int, ...] = (10, 10, 1)
    edits: list[tuple[str, Any, Any]] = field(default_factory=list)
    ended: int = 0
    filter: int = 0

    def show(self, operation: Any, shape: tuple[int, ...] | None = None) -> None:
        self.shape = shape or self.shape
        self.panel.show_operation(operation, self.shape, self.filter, None)

    def take(self, text: str, operation: Any, merge_key: Any) -> None:
        self.edits.append((text, operation, merge_key))
        self.show(operation)

    def choose_filter(self, filter: int) -> None:
        self.filter = filter
        self.show(self.panel.operation)

    def count_end(self) -> None:
        self.ended += 1

    @property
    def grid(self) -> KernelGrid:
        grid: KernelGrid = self.panel.slices.grids[0]
        return grid

    @property
    def kernel(self) -> np.ndarray:
        return np.asarray(self.panel.operation.kernel[:, :, 0, self.filter])

    def at(self, row: int, column: int, grid: KernelGrid | None = None) -> QPoint:
        return (grid or self.grid).plan.rect(row, column).center().toPoint()

    def click(self, row: int, column: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mouseClick(self.grid, LEFT, modifiers, self.at(row, column))

    def press(self, key: Any, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key, modifiers)

    def type(self, text: str) -> None:
        for character in text:
            _type_character(QApplication.focusWidget(), character)

    def drag(self, cell: tuple[int, int], pixels: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press on a cell and move upwards by so many pixels, in three moves."""
        start = self.at(*cell)
        self.qtbot.mousePress(self.grid, LEFT, modifiers, start)
        for part in (1, 2, 3):
            _move(self.grid, start - QPoint(0, pixels * part // 3), modifiers)
        self.qtbot.mouseRelease(self.grid, LEFT, modifiers, start - QPoint(0, pixels))


def _type_character(widget: QWidget | None, character: str) -> None:
    """QTest takes ASCII only, and people have a real minus sign on some keyboards."""
    assert widget is not None
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, 0, NONE, character))


def _move(widget: QWidget, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    position = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        position,
        QPointF(widget.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        LEFT,
        modifiers,
    )
    QApplication.sendEvent(widget, event)


def _turn_wheel(widget: QWidget, at: QPoint, notches: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def _bench(qtbot: QtBot, panel: StagePanel) -> Bench:
    holder = QWidget()
    qtbot.addWidget(holder)
    after = QLineEdit()
    column = QVBoxLayout(holder)
    column.addWidget(panel, 1)
    column.addWidget(after)
    bench = Bench(qtbot, panel, holder, after)
    panel.operation_edited.connect(bench.take)
    panel.filter_chosen.connect(bench.choose_filter)
    panel.edit_ended.connect(bench.count_end)
    holder.resize(340, 760)
    holder.show()
    qtbot.waitExposed(holder)
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    return bench


@pytest.fixture(autouse=True)
def plain_theme(qapp: QApplication) -> None:
    theme.load_fonts()
    theme.apply(dark=False, scale=1.0, reduced_motion=True)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    bench = _bench(qtbot, KernelPanel())
    bench.show(_convolution("sobel-vertical"))
    qtbot.wait(10)
    return bench


def _convolution(key: str, channels: int = 1, filters: int = 1, **settings: Any) -> Convolution:
    values = named(key).values[:, :, np.newaxis, np.newaxis]
    return Convolution(np.tile(values, (1, 1, channels, filters)), padding="same", **settings)


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
    _turn_wheel(bench.grid, bench.at(0, 2), 1)
    _turn_wheel(bench.grid, bench.at(0, 2), 1)
    assert bench.kernel[0, 2] == 3
    _turn_wheel(bench.grid, bench.at(0, 2), -1)
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


def test_a_named_kernel_is_custom_after_the_first_edit(bench: Bench) -> None:
    assert bench.panel.gallery.currentText() == "Sobel, vertical edges"
    assert bench.panel.meaning.text() == named("sobel-vertical").meaning
    bench.click(0, 0)
    bench.type("9")
    bench.press(Qt.Key.Key_Return)
    assert bench.panel.gallery.currentText() == "Custom"


def test_choosing_a_named_kernel_by_keys_brings_its_weights_and_meaning(bench: Bench) -> None:
    box = bench.panel.gallery
    box.setFocus()
    bench.qtbot.keyClicks(box, "Box")
    bench.press(Qt.Key.Key_Down)
    np.testing.assert_array_equal(bench.kernel, named("box-5").values)
    assert bench.panel.meaning.text() == named("box-5").meaning


def test_every_entry_of_the_change_menu_gives_a_kernel(bench: Bench) -> None:
    bench.show(_convolution("emboss"))
    bench.panel.change_menu.aboutToShow.emit()
    for action in bench.panel.change_menu.actions():
        before = bench.panel.operation
        action.trigger()
        assert bench.panel.operation.kernel.shape == before.kernel.shape, action.text()
    texts = [action.text() for action in bench.panel.change_menu.actions()]
    assert texts[:2] == ["Rotate by 90°", "Flip left and right"] and len(bench.edits) == len(texts)


def test_a_kernel_of_sum_0_cannot_be_scaled_to_sum_1_and_the_panel_says_so(bench: Bench) -> None:
    bench.panel.change_menu.aboutToShow.emit()
    next(action for action in bench.panel.change_menu.actions() if "sum 1" in action.text()).trigger()
    assert not bench.edits and "sum to 0" in bench.panel.problem.text()


def test_a_size_typed_over_a_smaller_one_keeps_the_weights(bench: Bench) -> None:
    field = bench.panel.size_field.first
    field.setFocus()
    field.selectAll()
    bench.qtbot.keyClicks(field, "1")
    assert bench.kernel.shape == (1, 3)
    bench.qtbot.keyClick(field, Qt.Key.Key_Backspace)
    bench.qtbot.keyClicks(field, "5")
    assert bench.kernel.shape == (5, 3)
    np.testing.assert_array_equal(bench.kernel[1:4], named("sobel-vertical").values)


@pytest.mark.parametrize("size", [(1, 1), (2, 4), (31, 31), (1, 31)])
def test_any_size_to_31_can_be_set(bench: Bench, size: tuple[int, int]) -> None:
    bench.panel.size_field.first.setValue(size[0])
    bench.panel.size_field.second.setValue(size[1])
    assert bench.kernel.shape == size
    bench.click(size[0] - 1, size[1] - 1)
    assert bench.grid.cursor_cell == (size[0] - 1, size[1] - 1)


def test_a_stride_makes_dilation_impossible_and_says_why(bench: Bench) -> None:
    bench.qtbot.keyClick(bench.panel.settings.stride.widget.first, Qt.Key.Key_Up)
    assert bench.panel.operation.strides == (2, 1)
    dilation = bench.panel.settings.dilation.widget
    assert not dilation.first.isEnabled() and "stride 1" in dilation.first.toolTip()
    bench.qtbot.keyClick(bench.panel.settings.stride.widget.first, Qt.Key.Key_Down)
    assert dilation.first.isEnabled()


def test_own_padding_begins_with_the_amounts_that_there_are(bench: Bench) -> None:
    settings = bench.panel.settings
    assert not settings.vertical.isVisible()
    settings.padding.setFocus()
    bench.qtbot.keyClicks(settings.padding, "own")
    assert bench.panel.operation.padding == ((1, 1), (1, 1))
    assert settings.vertical.isVisible()
    settings.horizontal.second.setValue(4)
    assert bench.panel.operation.padding == ((1, 1), (1, 4))
    bench.qtbot.keyClicks(settings.filling, "e")
    assert bench.panel.operation.padding_mode == "edge"


def test_bias_and_activation_belong_to_the_layer(bench: Bench) -> None:
    settings = bench.panel.settings
    settings.bias.setFocus()
    settings.bias.selectAll()
    bench.type("−0,5")
    bench.qtbot.keyClick(settings.bias, Qt.Key.Key_Return)
    assert bench.panel.operation.bias[0] == -0.5
    settings.activation.setFocus()
    bench.qtbot.keyClicks(settings.activation, "Sigm")
    assert bench.panel.operation.activation == "sigmoid"


def test_flipping_shows_the_kernel_turned_and_edits_what_is_seen(bench: Bench) -> None:
    bench.show(_convolution("emboss"))
    bench.panel.settings.flip.click()
    assert bench.panel.operation.flip_kernel
    np.testing.assert_array_equal(bench.grid.values, named("emboss").values[::-1, ::-1])
    bench.click(0, 0)
    bench.type("7")
    bench.press(Qt.Key.Key_Return)
    assert bench.grid.values[0, 0] == 7 and bench.kernel[2, 2] == 7
    assert bench.panel.operation.effective_kernel[0, 0, 0, 0] == 7


def test_the_flip_is_animated_briefly_unless_motion_is_reduced(bench: Bench) -> None:
    theme.apply(reduced_motion=False)
    angles: list[float] = []
    bench.grid._turning.valueChanged.connect(angles.append)
    bench.panel.settings.flip.click()
    bench.qtbot.waitUntil(lambda: bool(angles) and angles[-1] == 0, timeout=2000)
    assert bench.grid._turning.duration() < 200
    theme.apply(reduced_motion=True)
    angles.clear()
    bench.panel.settings.flip.click()
    bench.qtbot.wait(50)
    assert not angles


def test_a_separable_kernel_shows_its_factors_and_another_says_no(bench: Bench) -> None:
    assert "Column 1 2 1 times row −1 0 1" in bench.panel.factors.toolTip()
    bench.show(_convolution("laplacian-8"))
    assert bench.panel.factors.text == "no"


def test_three_channels_have_three_slices_side_by_side(bench: Bench) -> None:
    bench.show(_convolution("sharpen", channels=3), (20, 20, 3))
    grids = bench.panel.slices.grids
    assert [grid.accessibleName() for grid in grids] == [
        f"Kernel for {name}" for name in ("red", "green", "blue")
    ]
    assert bench.panel.alike.isChecked()
    bench.qtbot.mouseClick(grids[1], LEFT, NONE, bench.at(1, 1, grids[1]))
    bench.type("6")
    bench.press(Qt.Key.Key_Return)
    assert (bench.panel.operation.kernel[1, 1, :, 0] == 6).all()


def test_slices_can_be_edited_one_by_one(bench: Bench) -> None:
    bench.show(_convolution("sharpen", channels=3), (20, 20, 3))
    bench.panel.alike.click()
    grids = bench.panel.slices.grids
    bench.qtbot.mouseClick(grids[2], LEFT, NONE, bench.at(0, 0, grids[2]))
    bench.type("6")
    bench.press(Qt.Key.Key_Return)
    assert bench.panel.operation.kernel[0, 0, :, 0].tolist() == [0, 0, 6]
    bench.panel.alike.click()
    assert bench.panel.operation.kernel[0, 0, :, 0].tolist() == [6, 6, 6]


def test_many_channels_are_chosen_from_a_list(bench: Bench) -> None:
    kernel = np.zeros((3, 3, 8, 1), np.float32)
    kernel[:, :, 5] = 2
    bench.show(Convolution(kernel), (10, 10, 8))
    assert len(bench.panel.slices.grids) == 1
    chooser = bench.panel.slices._chooser
    assert chooser.isVisible()
    chooser.setFocus()
    for _ in range(5):
        bench.press(Qt.Key.Key_Down)
    assert (bench.grid.values == 2).all()
    bench.click(0, 0)
    bench.type("3")
    bench.press(Qt.Key.Key_Return)
    assert bench.panel.operation.kernel[0, 0, :, 0].tolist() == [0, 0, 0, 0, 0, 3, 0, 0]


def test_filters_are_added_duplicated_chosen_and_removed(bench: Bench) -> None:
    def trigger(text: str) -> None:
        bench.panel.filter_menu.aboutToShow.emit()
        next(action for action in bench.panel.filter_menu.actions() if action.text() == text).trigger()

    trigger("Add a filter")
    assert bench.panel.operation.filters == 2 and bench.filter == 1
    assert bench.panel.filters.accessibleName() == "Filter 2 of 2"
    trigger("Filter 1")
    trigger("Duplicate this filter")
    assert bench.panel.operation.filters == 3 and bench.filter == 2
    np.testing.assert_array_equal(bench.kernel, named("sobel-vertical").values)
    trigger("Remove this filter")
    assert bench.panel.operation.filters == 2


def test_a_bias_belongs_to_its_filter(bench: Bench) -> None:
    bench.show(_convolution("sharpen", filters=2))
    bench.choose_filter(1)
    bench.panel.settings.bias.setValue(2)
    assert bench.panel.operation.bias.tolist() == [0, 2]


def test_a_transposed_convolution_has_the_same_kernel_and_an_output_padding(qtbot: QtBot) -> None:
    bench = _bench(qtbot, TransposePanel())
    kernel = np.ones((2, 2, 2, 3), np.float32)
    bench.show(ConvolutionTranspose(kernel, strides=(2, 2)), (5, 5, 3))
    assert len(bench.panel.slices.grids) == 3 and "of 2" in bench.panel.filters.text()
    bench.panel.alike.click()
    bench.click(0, 1)
    bench.type("5")
    bench.press(Qt.Key.Key_Return)
    assert bench.panel.operation.kernel[0, 1].tolist() == [[5, 1, 1], [1, 1, 1]]
    box = bench.panel.settings.output_choice
    box.setFocus()
    qtbot.keyClicks(box, "own")
    bench.panel.settings.output.first.setValue(1)
    assert bench.panel.operation.output_padding == (1, 0)
    bench.panel.settings.output.first.setValue(2)  # must stay below the stride
    assert bench.panel.operation.output_padding == (1, 0)
    assert "smaller than the stride" in bench.panel.problem.text()


def test_what_cannot_be_is_said_in_the_panel(bench: Bench) -> None:
    problem = Problem("The kernel does not fit.", "", "Use a smaller one.")
    bench.panel.show_operation(bench.panel.operation, (2, 2, 1), 0, problem)
    assert bench.panel.problem.isVisible() and bench.panel.problem.text() == problem.sentence
    bench.panel.show_operation(bench.panel.operation, (10, 10, 1), 0, None)
    assert not bench.panel.problem.isVisible()


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_no_field_is_cut_off_in_a_narrow_card(bench: Bench, scale: float) -> None:
    theme.apply(scale=scale)
    bench.holder.resize(int(190 * scale), 700)
    bench.qtbot.wait(20)
    panel = bench.panel
    assert panel.minimumSizeHint().width() <= panel.width()
    for field_ in (panel.size_field, panel.settings.bias, panel.settings.activation):
        right = field_.mapTo(panel, QPoint(field_.width(), 0)).x()
        assert right <= panel.width() and field_.height() >= field_.fontMetrics().height()
