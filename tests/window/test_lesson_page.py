"""The lesson about one kernel in the real window: learned by keys and mouse, uncovered, and taken into the Lab."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convlab.drawing.gradient import GradientLine, learned_text
from convlab.operations.convolution import Convolution
from convlab.operations.kernels import named
from convlab.window import theme
from convlab.window.array_view import ArrayView
from convlab.window.kernel_editor import KernelPanel
from convlab.window.kernel_lesson import PAINTED
from convlab.window.lesson_page import LessonPage
from convlab.window.main_window import MainWindow

SOBEL = named("sobel-vertical").values
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> LessonPage:
    """The lesson on the letter A, opened by its key."""
    qtbot.keyClick(window.lab.output.view, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot)
    assert window.lab.learning
    return window.lab.lesson


def settle(qtbot: QtBot) -> None:
    qtbot.wait(60)
    QApplication.processEvents()


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key, to whatever has the focus."""
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key, modifier)
    QApplication.processEvents()


def click_cell(qtbot: QtBot, view: ArrayView, row: int, column: int) -> None:
    point = view.cell_rect(0, row, column).center().toPoint()
    qtbot.mouseMove(view, point)
    qtbot.mouseClick(view, LEFT, pos=point)
    QApplication.processEvents()


def line_of(page: LessonPage) -> GradientLine:
    line = page.strip.strip.arithmetic
    assert isinstance(line, GradientLine)
    return line


def number(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", "").replace("+", "").replace(" ", ""))


def test_a_sobel_is_learned_from_noise_uncovered_and_used(
    window: MainWindow, page: LessonPage, qtbot: QtBot
) -> None:
    before = window.session.experiment
    assert page.hidden.hidden.covered and "Sobel" not in page.bar.target.currentText()
    press(qtbot, Qt.Key.Key_End)  # until nothing changes any more
    qtbot.waitUntil(lambda: not page.player.playing, timeout=30_000)
    learned = page.lesson.course.learner.kernel
    assert np.abs(learned[:, :, 0] - SOBEL).max() < 1e-2
    settle(qtbot)
    assert "Settled after" in page.strip.news.text()
    press(qtbot, Qt.Key.Key_U)
    assert not page.hidden.hidden.covered
    np.testing.assert_array_equal(page.hidden.hidden.values, SOBEL)
    np.testing.assert_allclose(page.hidden.difference.values, learned[:, :, 0] - SOBEL)
    assert page.hidden.difference.isVisible() and page.hidden.title.text() == "Sobel, vertical edges"
    assert window.session.experiment is before  # the lesson only looks at the Lab
    qtbot.mouseClick(page.bar.use, LEFT)
    settle(qtbot)
    assert not window.lab.learning and window.lab.splitter.isVisible()
    operation = window.session.experiment.operations[0]
    assert isinstance(operation, Convolution)
    np.testing.assert_array_equal(operation.kernel[:, :, 0, 0], learned[:, :, 0].astype(np.float32))
    press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.experiment is before


def test_the_keys_of_the_player_step_forth_and_back_and_leave(
    window: MainWindow, page: LessonPage, qtbot: QtBot
) -> None:
    course, cell = page.lesson.course, (window.player.row, window.player.column)
    for _ in range(3):
        press(qtbot, Qt.Key.Key_Space)
    assert course.index == 3 and page.transport.place.text() == "step 3"
    press(qtbot, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    press(qtbot, Qt.Key.Key_Backspace)
    assert course.index == 1
    press(qtbot, Qt.Key.Key_Period)
    assert course.index == 2 and page.strip.title.text() == "The prediction"
    press(qtbot, Qt.Key.Key_Comma)
    press(qtbot, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: not page.player.playing, timeout=20_000)
    assert course.index == 101
    press(qtbot, Qt.Key.Key_PageUp)
    assert course.index == 1
    press(qtbot, Qt.Key.Key_P)
    assert page.player.playing and page.transport.play_button.accessibleName() == "Pause"
    press(qtbot, Qt.Key.Key_P)
    press(qtbot, Qt.Key.Key_Home)
    assert course.index == 0 and not page.player.playing
    press(qtbot, Qt.Key.Key_Escape)
    assert not window.lab.learning and QApplication.focusWidget() is window.lab.output.view
    assert (window.player.row, window.player.column) == cell


@pytest.mark.slow
def test_keys_of_the_lab_do_nothing_behind_the_lesson(
    window: MainWindow, page: LessonPage, qtbot: QtBot
) -> None:
    tool, zoom, shown = window.lab.input.tools.tool, window.lab.zoom, window.session.show_all
    for key in (Qt.Key.Key_D, Qt.Key.Key_Z, Qt.Key.Key_A, Qt.Key.Key_G, Qt.Key.Key_L):
        press(qtbot, key)
    assert (window.lab.input.tools.tool, window.lab.zoom, window.session.show_all) == (tool, zoom, shown)
    assert not window.player.predicting and window.player.loop is None


def test_the_menu_steps_the_lesson_too_and_so_does_a_clicker(
    window: MainWindow, page: LessonPage, qtbot: QtBot
) -> None:
    window.refresh_menus()
    step = next(command for command in window.commands["Step"] if command.name == "Step")
    step.slot()
    assert page.lesson.course.index == 1 and window.player.index == 0
    press(qtbot, Qt.Key.Key_F5)
    settle(qtbot)
    press(qtbot, Qt.Key.Key_PageDown)
    press(qtbot, Qt.Key.Key_PageDown)
    press(qtbot, Qt.Key.Key_PageUp)
    assert page.lesson.course.index == 2
    assert not page.rate.isVisible() and not window.lab.chain_bar.isVisible()
    press(qtbot, Qt.Key.Key_Escape)
    settle(qtbot)
    assert window.lab.learning and page.rate.isVisible()


def test_the_gradient_of_the_chosen_weight_is_told_and_adds_up(page: LessonPage, qtbot: QtBot) -> None:
    for _ in range(2):
        press(qtbot, Qt.Key.Key_Space)
    grid = page.kernels.kernel
    qtbot.mouseClick(grid, LEFT, pos=grid.plan.rect(1, 1).center().toPoint())
    press(qtbot, Qt.Key.Key_Right)
    settle(qtbot)
    assert page.lesson.cell == (1, 2, 0)
    assert page.strip.title.text() == "Gradient of row 1, column 2"
    line = line_of(page)
    assert sum((number(term.text) for term in line.terms), Decimal(0)) == number(line.sum_text)
    gradient = float(page.kernels.gradient.values[1, 2])
    assert line.gradient_text == learned_text(gradient)
    assert learned_text(float(number(line.sum_text) * 2 / 100)) == line.gradient_text
    after = number(line.result_text)
    press(qtbot, Qt.Key.Key_Space)
    settle(qtbot)
    assert float(page.kernels.kernel.values[1, 2]) == pytest.approx(float(after), abs=6e-5)


def test_a_row_of_the_strip_unfolds_and_points_at_its_cells(page: LessonPage, qtbot: QtBot) -> None:
    strip = page.strip.strip
    names = [term.name for term in line_of(page).terms]
    center = strip.term_center(names.index("row 5"))
    assert center is not None
    qtbot.mouseClick(strip, LEFT, pos=center.toPoint())
    settle(qtbot)
    assert [term.name for term in line_of(page).terms][-1] == "other rows"
    center = strip.term_center(3)
    assert center is not None
    qtbot.mouseMove(strip, QPoint(1, strip.height() - 1))
    qtbot.mouseMove(strip, center.toPoint())
    assert page.maps.error.view.shown_cell_rect() == page.maps.error.view.cell_rect(0, 5, 3)
    assert page.maps.prediction.caption.text().startswith("row 5, column 3: ")


def test_the_strip_takes_all_its_colours_from_another_theme(page: LessonPage, qtbot: QtBot) -> None:
    for dark in (True, False):
        theme.apply(dark=dark)
        settle(qtbot)
        line = line_of(page)
        assert (line.gradient_scale.dark, line.kernel_scale.dark) == (dark, dark)
        assert line.gradient_scale == page.kernels.gradient_scale


def test_pointing_at_a_cell_says_prediction_minus_target(page: LessonPage, qtbot: QtBot) -> None:
    view = page.maps.error.view
    qtbot.mouseMove(view, QPoint(1, 1))
    qtbot.mouseMove(view, view.cell_rect(0, 4, 3).center().toPoint())
    settle(qtbot)
    step, target = page.lesson.step, page.lesson.target.values
    text = page.maps.error.caption.text()
    prediction, rest = text.split(" − ", 1)
    target_text, error = rest.split(" = ")
    assert number(prediction) == Decimal(str(round(float(step.prediction[4, 3]), 3))).normalize()
    assert number(target_text.strip("()")) == Decimal(str(float(target[4, 3])))
    assert number(prediction) - number(target_text.strip("()")) == number(error)
    assert page.maps.input.view.window_rect() is not None


def test_a_rate_that_is_too_high_is_told_and_stops_with_numbers_on_the_screen(
    page: LessonPage, qtbot: QtBot
) -> None:
    field = page.rate.rate
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.05")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert page.lesson.rate == 0.05 and page.rate.limit.property("role") == "bad"
    page.player.set_speed(1000)
    page.setFocus()
    press(qtbot, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: not page.player.playing, timeout=20_000)
    settle(qtbot)
    assert "above a rate of 0.01168 they diverge" in page.strip.news.text()
    assert np.isfinite(page.kernels.kernel.values).all() and np.isfinite(page.lesson.course.losses).all()
    qtbot.mouseClick(page.rate.suggest, LEFT)
    press(qtbot, Qt.Key.Key_Home)
    settle(qtbot)
    assert page.lesson.rate == 0.008 and not page.strip.news.isVisible()


@pytest.mark.slow
def test_the_sliders_choose_rate_and_batch(page: LessonPage, qtbot: QtBot) -> None:
    page.rate.rate_slider.setFocus()
    before = page.lesson.rate
    press(qtbot, Qt.Key.Key_Left)
    assert page.lesson.rate < before and page.lesson.rate_is_chosen
    page.rate.batch_slider.setFocus()
    press(qtbot, Qt.Key.Key_Home)
    assert page.lesson.batch == 1 and page.rate.batch_text.text().startswith("1 of 100 positions")
    press(qtbot, Qt.Key.Key_Right)
    assert page.lesson.batch == 2 and len(page.lesson.step.positions) == 2
    settle(qtbot)
    assert len(line_of(page).terms) == 2


def test_a_target_is_painted_with_the_mouse_and_typed_with_keys(page: LessonPage, qtbot: QtBot) -> None:
    page.bar.target.setCurrentIndex(page.bar.target.findData(PAINTED))
    page.bar.target.activated.emit(page.bar.target.currentIndex())
    settle(qtbot)
    view = page.maps.target.view
    click_cell(qtbot, view, 2, 3)
    assert page.lesson.target.values[2, 3] == 9
    qtbot.mouseClick(page.maps.brush.choice.button(-1.0), LEFT)
    click_cell(qtbot, view, 2, 4)
    assert page.lesson.target.values[2, 4] == -9
    assert not page.hidden.isVisible() and not page.bar.uncover.isEnabled()
    loss = page.lesson.course.loss
    for _ in range(5):
        press(qtbot, Qt.Key.Key_Space)
    assert page.lesson.course.index == 5 and page.lesson.course.loss < loss
    view.setFocus()
    click_cell(qtbot, view, 0, 0)
    press(qtbot, Qt.Key.Key_4)
    assert page.lesson.target.values[0, 0] == 4


@pytest.mark.slow
def test_the_curve_and_the_slider_go_to_any_step(page: LessonPage, qtbot: QtBot) -> None:
    for _ in range(20):
        page.lesson.forward()
    page.lesson.moved.emit()
    settle(qtbot)
    layout = page.loss.view.curve_layout()
    qtbot.mouseClick(page.loss.view, LEFT, pos=layout.place(5, 1).toPoint())
    assert page.lesson.course.index == 5
    assert page.loss.view.text_at(layout.place(5, 1)).startswith("step 5: ")
    page.transport.slider.setValue(12)
    assert page.lesson.course.index == 12


@pytest.mark.slow
def test_undo_in_the_lab_gives_the_lesson_the_image_of_before(
    window: MainWindow, page: LessonPage, qtbot: QtBot
) -> None:
    press(qtbot, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)  # inverts the image
    np.testing.assert_array_equal(page.lesson.ground.pixels, window.session.image.pixels)
    press(qtbot, Qt.Key.Key_Space)
    assert page.lesson.course.index == 1
    press(qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.lesson.course.index == 0
    np.testing.assert_array_equal(page.lesson.ground.pixels, window.session.image.pixels)


@pytest.mark.slow
def test_the_button_at_the_kernel_opens_the_lesson_where_it_was_left(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel = window.lab.operation.panel.panel
    assert isinstance(panel, KernelPanel)
    qtbot.mouseClick(panel.learn, LEFT)
    settle(qtbot)
    press(qtbot, Qt.Key.Key_Space)
    qtbot.mouseClick(window.lab.lesson.bar.back, LEFT)
    assert not window.lab.learning
    window.lab.open_lesson()
    assert window.lab.lesson.lesson.course.index == 1


def shown_in(page: LessonPage) -> list[QWidget]:
    return [
        widget
        for widget in (
            page.bar,
            page.maps,
            page.kernels,
            page.hidden,
            page.loss,
            page.rate,
            page.strip,
            page.transport,
        )
        if widget.isVisible()
    ]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_overlaps_or_is_cut_in_any_window(
    window: MainWindow, page: LessonPage, qtbot: QtBot, size: tuple[int, int], scale: float
) -> None:
    theme.apply(scale=scale)
    window.resize(*size)
    settle(qtbot)
    settle(qtbot)
    strip = page.strip.strip
    assert strip.height() >= strip.minimumSizeHint().height() and strip.line_count <= 2
    shown = shown_in(page)
    for number_, one in enumerate(shown):
        assert page.rect().contains(one.geometry()), one
        for other in shown[number_ + 1 :]:
            assert not one.geometry().intersects(other.geometry()), (one, other)
    for part in page.bar.parts._values if page.bar.parts.isVisible() else []:
        qtbot.mouseClick(page.bar.parts.button(part), LEFT)
        settle(qtbot)
        assert all(page.rect().contains(widget.geometry()) for widget in shown_in(page)), part
