"""The panel of a convolution: named kernels, settings, slices and filters."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from convlab.operations.convolution import Convolution
from convlab.operations.kernels import named
from convlab.operations.transpose import ConvolutionTranspose
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.kernel_editor import KernelPanel
from convlab.window.transpose_panel import TransposePanel
from tests.window.kernel_bench import (
    LEFT,
    NONE,
    Bench,
    convolution,
    make_bench,
    pick,
    plain_theme,
)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    plain_theme()
    bench = make_bench(qtbot, KernelPanel())
    bench.show(convolution("sobel-vertical"))
    qtbot.wait(10)
    return bench


def test_a_named_kernel_is_custom_after_the_first_edit(bench: Bench) -> None:
    assert bench.panel.gallery.currentText() == "Sobel, vertical edges"
    assert bench.panel.meaning.text() == named("sobel-vertical").meaning
    bench.click(0, 0)
    bench.type("9")
    bench.press(Qt.Key.Key_Return)
    assert bench.panel.gallery.currentText() == "Custom"


def test_choosing_a_named_kernel_by_keys_brings_its_weights_and_meaning(bench: Bench) -> None:
    box = bench.panel.gallery
    pick(bench.qtbot, box, "Box")
    bench.press(Qt.Key.Key_Down)
    np.testing.assert_array_equal(bench.kernel, named("box-5").values)
    assert bench.panel.meaning.text() == named("box-5").meaning


def test_every_entry_of_the_change_menu_gives_a_kernel(bench: Bench) -> None:
    bench.show(convolution("emboss"))
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
    pick(bench.qtbot, settings.padding, "own")
    assert bench.panel.operation.padding == ((1, 1), (1, 1))
    assert settings.vertical.isVisible()
    settings.horizontal.second.setValue(4)
    assert bench.panel.operation.padding == ((1, 1), (1, 4))
    pick(bench.qtbot, settings.filling, "e")
    assert bench.panel.operation.padding_mode == "edge"


def test_bias_and_activation_belong_to_the_layer(bench: Bench) -> None:
    settings = bench.panel.settings
    settings.bias.setFocus()
    settings.bias.selectAll()
    bench.type("−0,5")
    bench.qtbot.keyClick(settings.bias, Qt.Key.Key_Return)
    assert bench.panel.operation.bias[0] == -0.5
    pick(bench.qtbot, settings.activation, "Sigm")
    assert bench.panel.operation.activation == "sigmoid"


def test_flipping_shows_the_kernel_turned_and_edits_what_is_seen(bench: Bench) -> None:
    bench.show(convolution("emboss"))
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
    bench.show(convolution("laplacian-8"))
    assert bench.panel.factors.text == "no"


def test_three_channels_have_three_slices_side_by_side(bench: Bench) -> None:
    bench.show(convolution("sharpen", channels=3), (20, 20, 3))
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
    bench.show(convolution("sharpen", channels=3), (20, 20, 3))
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
        bench.panel.filters.choices.aboutToShow.emit()
        next(action for action in bench.panel.filters.choices.actions() if action.text() == text).trigger()

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
    bench.show(convolution("sharpen", filters=2))
    bench.choose_filter(1)
    bench.panel.settings.bias.setValue(2)
    assert bench.panel.operation.bias.tolist() == [0, 2]


def test_a_transposed_convolution_has_the_same_kernel_and_an_output_padding(qtbot: QtBot) -> None:
    plain_theme()
    bench = make_bench(qtbot, TransposePanel())
    kernel = np.ones((2, 2, 2, 3), np.float32)
    bench.show(ConvolutionTranspose(kernel, strides=(2, 2)), (5, 5, 3))
    assert len(bench.panel.slices.grids) == 3 and "of 2" in bench.panel.filters.text()
    bench.panel.alike.click()
    bench.click(0, 1)
    bench.type("5")
    bench.press(Qt.Key.Key_Return)
    assert bench.panel.operation.kernel[0, 1].tolist() == [[5, 1, 1], [1, 1, 1]]
    box = bench.panel.settings.output_choice
    pick(qtbot, box, "own")
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


def test_below_the_cells_no_sentence_is_cut_in_half(bench: Bench) -> None:
    info = bench.panel.info
    bench.qtbot.mouseMove(bench.grid, bench.at(2, 0))
    assert info.shown == "row 2, column 0: −1"
    info.resize(60, info.height())
    assert info.shown == "2, 0: −1"
    bench.qtbot.mouseMove(bench.after)
    bench.qtbot.waitUntil(lambda: info.text() == "sum 0")
    info.resize(30, info.height())
    assert info.shown in ("Σ 0", "") and "sum 0" in info.toolTip()
