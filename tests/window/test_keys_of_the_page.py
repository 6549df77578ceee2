"""Keys that belong to the page or to the program, while a field of a card has the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convlab.operations.convolution import Convolution
from convlab.window.kernel_settings import ConvolutionSettings
from convlab.window.main_window import MainWindow
from convlab.window.widgets import NumberField

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


def focus_by_click(qtbot: QtBot, field: QWidget) -> None:
    qtbot.mouseClick(field, LEFT)
    qtbot.waitUntil(field.hasFocus)


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
