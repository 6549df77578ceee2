"""Keys that belong to the page or to the program, while a field of a card has the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from convlab.operations.convolution import Convolution
from convlab.window.fields import NumberField
from convlab.window.kernel_settings import ConvolutionSettings
from convlab.window.main_window import MainWindow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def settings(window: MainWindow) -> ConvolutionSettings:
    """The form of the kernel in the Lab's first stage."""
    window.session.choose_stage(0)
    panel = window.lab.operation.panel.panel
    assert isinstance(panel.settings, ConvolutionSettings)
    return panel.settings


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """A key for whatever has the focus."""
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key, modifier)


def write(qtbot: QtBot, field: NumberField, text: str) -> None:
    """What is typed over the value of a field."""
    qtbot.mouseClick(field.lineEdit(), LEFT)
    field.selectAll()
    qtbot.keyClicks(field, text)


def convolution(window: MainWindow) -> Convolution:
    operation = window.session.operation
    assert isinstance(operation, Convolution)
    return operation


def choose_by_mouse(qtbot: QtBot, box: QComboBox, row: int) -> None:
    """Click on the list and on one of its entries; the list has the focus afterwards."""
    qtbot.mouseClick(box, LEFT)
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    qtbot.wait(
        QApplication.doubleClickInterval() + 50
    )  # a click right after that which opened it is taken for the same
    place = view.visualRect(view.model().index(row, 0)).center()
    qtbot.mouseClick(view.viewport(), LEFT, NONE, place)
    qtbot.waitUntil(lambda: not view.isVisible())


def test_undo_takes_back_a_bias_while_its_field_has_the_focus(
    qtbot: QtBot, window: MainWindow, settings: ConvolutionSettings
) -> None:
    before = window.session.experiment
    write(qtbot, settings.bias, "2")
    press(qtbot, Qt.Key.Key_Return)
    assert convolution(window).bias[0] == 2
    press(qtbot, Qt.Key.Key_Z, CTRL)
    assert window.session.experiment is before and settings.bias.text() == "0"
    press(qtbot, Qt.Key.Key_Z, CTRL | SHIFT)
    assert convolution(window).bias[0] == 2 and settings.bias.text() == "2"
    assert settings.bias.hasFocus()


def test_undo_takes_back_a_stride_that_was_typed(
    qtbot: QtBot, window: MainWindow, settings: ConvolutionSettings
) -> None:
    field = settings.stride.widget.first
    qtbot.mouseClick(field.lineEdit(), LEFT)
    field.selectAll()
    qtbot.keyClicks(field, "3")
    assert convolution(window).strides == (3, 1)
    press(qtbot, Qt.Key.Key_Z, CTRL)
    assert convolution(window).strides == (1, 1) and field.value() == 1


def test_what_is_being_typed_is_undone_in_the_field(
    qtbot: QtBot, window: MainWindow, settings: ConvolutionSettings
) -> None:
    window.session.edit_image("Draw", window.session.image.with_cell(0, 0, 1.0))
    before = window.session.experiment
    write(qtbot, settings.bias, "7")
    press(qtbot, Qt.Key.Key_Z, CTRL)
    assert window.session.experiment is before and settings.bias.text() == "0"


def test_the_players_keys_step_on_after_a_kernel_was_chosen_by_mouse(
    qtbot: QtBot, window: MainWindow, settings: ConvolutionSettings
) -> None:
    gallery, player = window.lab.operation.panel.panel.gallery, window.player
    player.go(0, 0)
    choose_by_mouse(qtbot, gallery, gallery.findText("Sharpen"))
    chosen = window.session.experiment
    for key, place in (
        (Qt.Key.Key_Space, (0, 1)),
        (Qt.Key.Key_PageDown, (1, 1)),
        (Qt.Key.Key_PageUp, (0, 1)),
        (Qt.Key.Key_Home, (0, 0)),
    ):
        press(qtbot, key)
        assert (player.row, player.column) == place, key
    press(qtbot, Qt.Key.Key_P)
    assert player.playing
    player.pause()
    assert window.session.experiment is chosen and not gallery.view().isVisible()


@pytest.mark.parametrize("name", ["padding", "activation"])
def test_every_list_leaves_space_to_the_player_and_opens_by_enter(
    qtbot: QtBot, window: MainWindow, settings: ConvolutionSettings, name: str
) -> None:
    box: QComboBox = getattr(settings, name)
    box.setFocus()
    before = window.session.experiment
    press(qtbot, Qt.Key.Key_Space)
    assert window.player.column == 1 and window.session.experiment is before
    press(qtbot, Qt.Key.Key_Return)
    assert box.view().isVisible()
    qtbot.keyClick(box.view(), Qt.Key.Key_Escape)
    press(qtbot, Qt.Key.Key_Down)
    assert window.session.experiment is not before, "the arrows choose also while it is closed"


def test_the_speed_keeps_while_space_steps(qtbot: QtBot, window: MainWindow) -> None:
    speed = window.player.speed
    window.lab.transport.speed.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    press(qtbot, Qt.Key.Key_PageDown)
    assert window.player.speed == speed and (window.player.row, window.player.column) == (1, 1)


def test_the_target_of_the_lesson_keeps_while_space_learns(qtbot: QtBot, window: MainWindow) -> None:
    window.lab.open_lesson()
    page = window.lab.lesson
    choice = page.lesson.choice
    for box in (page.bar.target, page.bar.start):
        box.setFocus()
        press(qtbot, Qt.Key.Key_Space)
    assert page.lesson.course.index == 2 and page.lesson.choice == choice


def test_space_in_a_number_field_steps_and_keeps_the_number(
    qtbot: QtBot, window: MainWindow, settings: ConvolutionSettings
) -> None:
    for field in (settings.bias, settings.stride.widget.first):
        field.setFocus()
        field.selectAll()
        text = field.text()
        press(qtbot, Qt.Key.Key_Space)
        assert field.text() == text
    assert window.player.column == 2
