"""Tools and strokes: what the mouse and the keys on a view of the image make of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convlab.drawing.colors import scale_for
from convlab.experiment.history import History
from convlab.experiment.image import Image, blank
from convlab.window import theme
from convlab.window.array_view import ArrayView
from convlab.window.drawing_tools import TOOLS, DrawingTools, PaintGesture
from convlab.window.value_choice import Palette

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class Board(QWidget):
    """A view of an image with its tools, as the input card has it, and the image's history."""

    def __init__(self, image: Image) -> None:
        super().__init__()
        self.history = History(image)
        self.view = ArrayView()
        self.tools = DrawingTools()
        self.gesture = PaintGesture(self.view, self)
        column = QVBoxLayout(self)
        column.addWidget(self.tools)
        column.addWidget(self.view, 1)
        self.tools.tool_chosen.connect(self.gesture.set_tool)
        self.tools.brush_changed.connect(self.gesture.set_brush)
        self.gesture.value_picked.connect(self.tools.show_value)
        self.gesture.stroke_moved.connect(self.edit)
        self.gesture.stroke_ended.connect(self.seal)
        self.show_present()

    @property
    def image(self) -> Image:
        return self.history.present

    def edit(self, label: str, image: Image, merge_key: str) -> None:
        self.history = self.history.done(label, image, merge_key)
        self.show_present()

    def seal(self) -> None:
        self.history = self.history.sealed()

    def undo(self) -> None:
        self.history = self.history.undone()
        self.show_present()

    def show_present(self) -> None:
        image = self.image
        self.view.show_array(image.pixels, scale_for(image.pixels, image.white))
        self.view.set_cell_size(self.view.fit_cell_size())
        self.tools.show_image(image)
        self.gesture.set_brush(self.tools.brush)
        self.gesture.show_image(image)

    def at(self, row: int, column: int) -> QPoint:
        return self.view.cell_rect(0, row, column).center().toPoint()

    def click(
        self, row: int, column: int, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT
    ) -> None:
        QTest.mouseClick(self.view, button, modifiers, self.at(row, column))

    def drag(
        self, *cells: tuple[int, int], modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT
    ) -> None:
        QTest.mousePress(self.view, button, modifiers, self.at(*cells[0]))
        for cell in cells[1:]:
            _move(self.view, self.at(*cell), button, modifiers)
        QTest.mouseRelease(self.view, button, modifiers, self.at(*cells[-1]))

    def painted(self) -> set[tuple[int, int]]:
        return {(int(row), int(column)) for row, column in np.argwhere(self.image.pixels[:, :, 0] != 0)}


def _move(view: QWidget, point: QPoint, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    place = QPointF(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(view.mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        button,
        modifiers,
    )
    QApplication.sendEvent(view, event)


@pytest.fixture
def board(qtbot: QtBot) -> Board:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    board = Board(blank(10, 10, 1, 9.0))
    qtbot.addWidget(board)
    board.resize(480, 520)
    board.show()
    qtbot.waitExposed(board)
    board.show_present()
    board.tools.choose_tool("pen")
    return board


def test_a_click_with_the_pen_paints_one_cell_with_the_brush_value(board: Board) -> None:
    board.click(2, 3)
    assert board.painted() == {(2, 3)}
    assert board.image.pixels[2, 3, 0] == 9


def test_a_stroke_is_one_undo_step_with_a_name(board: Board) -> None:
    board.drag((1, 1), (1, 2), (1, 3), (2, 3))
    assert board.painted() == {(1, 1), (1, 2), (1, 3), (2, 3)}
    assert board.history.undo_label == "Paint Stroke"
    board.undo()
    assert board.painted() == set()


def test_two_strokes_are_two_undo_steps(board: Board) -> None:
    board.drag((1, 1), (1, 2))
    board.drag((5, 5), (5, 6))
    board.undo()
    assert board.painted() == {(1, 1), (1, 2)}


def test_a_fast_stroke_has_no_gaps(board: Board) -> None:
    board.drag((0, 0), (9, 9))
    assert board.painted() == {(cell, cell) for cell in range(10)}


def test_shift_while_dragging_draws_one_straight_line_from_the_press(board: Board) -> None:
    board.drag((2, 0), (7, 4), (2, 8), modifiers=SHIFT)
    assert board.painted() == {(2, column) for column in range(9)}


def test_the_line_tool_draws_straight_without_shift(board: Board) -> None:
    board.tools.choose_tool("line")
    board.drag((2, 0), (7, 4), (2, 8))
    assert board.painted() == {(2, column) for column in range(9)}


def test_a_shift_click_joins_the_end_of_the_last_stroke(board: Board) -> None:
    board.click(1, 1)
    board.click(1, 6, SHIFT)
    assert board.painted() == {(1, column) for column in range(1, 7)}


def test_the_first_shift_click_paints_one_cell(board: Board) -> None:
    board.click(4, 4, SHIFT)
    assert board.painted() == {(4, 4)}


def test_the_right_button_erases(board: Board) -> None:
    board.drag((3, 0), (3, 9))
    board.drag((3, 0), (3, 4), button=RIGHT)
    assert board.painted() == {(3, column) for column in range(5, 10)}
    assert board.history.undo_label == "Erase"


def test_the_eraser_erases_with_the_left_button(board: Board) -> None:
    board.drag((3, 0), (3, 9))
    board.tools.choose_tool("eraser")
    board.click(3, 5)
    assert (3, 5) not in board.painted()


def test_fill_fills_an_area_in_one_step(board: Board) -> None:
    board.drag((4, 0), (4, 9))
    board.tools.choose_tool("fill")
    board.click(0, 0)
    assert board.painted() == {(row, column) for row in range(5) for column in range(10)}
    assert board.history.undo_label == "Fill"


def test_ctrl_click_takes_the_level_of_a_cell(board: Board) -> None:
    board.edit("Type Value", board.image.with_cell(5, 5, 4), "typed")
    board.click(5, 5, CTRL)
    assert board.tools.brush.value == 4
    board.click(0, 0)
    assert board.image.pixels[0, 0, 0] == 4


def test_a_larger_brush_paints_a_square(board: Board) -> None:
    board.tools.brush_size.setValue(3)
    board.click(5, 5)
    assert board.painted() == {(row, column) for row in (4, 5, 6) for column in (4, 5, 6)}


def test_a_stroke_that_leaves_the_image_paints_only_inside(board: Board) -> None:
    board.drag((0, 8), (0, 9))
    QTest.mousePress(board.view, LEFT, NONE, board.at(0, 0))
    _move(board.view, QPoint(1, 1), LEFT, NONE)
    QTest.mouseRelease(board.view, LEFT, NONE, QPoint(1, 1))
    assert board.painted() == {(0, 0), (0, 8), (0, 9)}


def test_undo_in_the_middle_of_a_stroke_ends_it(board: Board) -> None:
    QTest.mousePress(board.view, LEFT, NONE, board.at(1, 1))
    _move(board.view, board.at(1, 4), LEFT, NONE)
    board.undo()
    _move(board.view, board.at(1, 8), LEFT, NONE)
    QTest.mouseRelease(board.view, LEFT, NONE, board.at(1, 8))
    assert board.painted() == set()


def test_pointing_draws_nothing(board: Board) -> None:
    board.tools.choose_tool("point")
    board.drag((1, 1), (5, 5))
    board.click(2, 2, button=RIGHT)
    assert board.painted() == set()


def test_arrows_and_enter_draw_by_keyboard(board: Board) -> None:
    board.view.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(board.view, key)
    assert board.painted() == {(0, 0), (0, 1), (1, 1)}


def test_typed_digits_set_the_value_under_the_cursor(board: Board) -> None:
    board.history = History(blank(10, 10, 1, 255.0))
    board.show_present()
    board.view.setFocus()
    QTest.keyClicks(board.view, "128")
    assert board.image.pixels[0, 0, 0] == 128
    QTest.keyClick(board.view, Qt.Key.Key_Right)
    QTest.keyClicks(board.view, "7")
    assert board.image.pixels[0, 1, 0] == 7
    board.undo()
    assert board.image.pixels[0, 1, 0] == 0
    assert board.image.pixels[0, 0, 0] == 128
    board.undo()
    assert board.painted() == set()


def test_a_typed_decimal_uses_the_point_only_inside_a_number(board: Board) -> None:
    board.history = History(blank(10, 10, 1, 1.0))
    board.show_present()
    board.view.setFocus()
    QTest.keyClicks(board.view, ".")
    assert board.painted() == set()
    QTest.keyClicks(board.view, "0.5")
    assert board.image.pixels[0, 0, 0] == 0.5


def test_a_typed_value_goes_into_the_channel_in_view(board: Board) -> None:
    board.history = History(blank(10, 10, 3, 9.0))
    board.show_present()
    board.gesture.show_channel(1)
    board.view.setFocus()
    QTest.keyClicks(board.view, "5")
    assert board.image.pixels[0, 0].tolist() == [0, 5, 0]


def test_every_tool_has_a_button_with_its_key_and_a_name(board: Board) -> None:
    for name, (_, key) in TOOLS.items():
        button = board.tools.buttons[name]
        assert f"({key})" in button.toolTip()
        assert button.accessibleName()
        board.tools.keys[key]()
        assert board.tools.tool == name and button.isChecked()


def test_a_click_on_a_tool_tells_it(board: Board, qtbot: QtBot) -> None:
    with qtbot.waitSignal(board.tools.tool_chosen) as told:
        qtbot.mouseClick(board.tools.buttons["fill"], LEFT)
    assert told.args == ["fill"]


def test_the_slider_changes_the_level(board: Board, qtbot: QtBot) -> None:
    board.resize(700, 520)
    slider = board.tools.choice.slider
    assert slider.isVisible()
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert board.tools.brush.value == 8


def test_the_brush_keeps_its_brightness_when_the_levels_change(board: Board) -> None:
    board.tools.show_image(board.image.with_white(255.0))
    assert board.tools.brush.value == 255
    board.tools.show_image(board.image.with_white(1.0).to_rgb())
    assert board.tools.brush.value == (1.0, 1.0, 1.0)
    board.tools.show_image(board.image)
    assert board.tools.brush.value == 9


def _palette(board: Board) -> Palette:
    board.tools.choice.swatch.click()
    palette = QApplication.activePopupWidget()
    assert isinstance(palette, Palette)
    return palette


def test_the_palette_is_worked_by_keys(board: Board) -> None:
    palette = _palette(board)
    QTest.keyClick(palette, Qt.Key.Key_Left)
    QTest.keyClick(palette, Qt.Key.Key_Up)
    QTest.keyClick(palette, Qt.Key.Key_Return)
    assert board.tools.brush.value == 3
    assert QApplication.activePopupWidget() is None


def test_escape_closes_the_palette_and_changes_nothing(board: Board) -> None:
    palette = _palette(board)
    QTest.keyClick(palette, Qt.Key.Key_Left)
    QTest.keyClick(palette, Qt.Key.Key_Escape)
    assert board.tools.brush.value == 9


def test_a_colour_is_chosen_for_an_rgb_image(board: Board) -> None:
    board.history = History(blank(10, 10, 3, 255.0))
    board.show_present()
    palette = _palette(board)
    red = next(button for button in palette.buttons if button.accessibleName() == "Red")
    red.click()
    board.click(4, 4)
    assert board.image.pixels[4, 4].tolist() == [255, 0, 0]


def test_an_exact_colour_is_typed(board: Board) -> None:
    board.history = History(blank(10, 10, 3, 255.0))
    board.show_present()
    palette = _palette(board)
    palette.fields[1].setFocus()
    palette.fields[1].selectAll()
    QTest.keyClicks(palette.fields[1], "12")
    QTest.keyClick(palette.fields[1], Qt.Key.Key_Tab)
    palette.close()
    assert board.tools.brush.value == (255, 12, 255)


def _entry(board: Board, *titles: str) -> None:
    """Choose an entry of the menu at the end of the row."""
    menu = board.tools.more_button.menu()
    menu.aboutToShow.emit()
    for title in titles[:-1]:
        menu = next(a.menu() for a in menu.actions() if a.text().replace("&", "").startswith(title))
    next(a for a in menu.actions() if a.text().replace("&", "").startswith(titles[-1])).trigger()


def test_the_menu_tells_size_levels_and_channels(board: Board, qtbot: QtBot) -> None:
    with qtbot.waitSignal(board.tools.resize_wished) as size:
        _entry(board, "Image size", "28 × 28")
    with qtbot.waitSignal(board.tools.levels_wished) as levels:
        _entry(board, "Levels", "0 to 255")
    with qtbot.waitSignal(board.tools.channels_wished) as channels:
        _entry(board, "Colour", "RGB")
    assert (size.args, levels.args, channels.args) == ([28, 28], [255.0], [3])


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_nothing_in_the_row_is_clipped_or_overlaps(qtbot: QtBot, scale: float) -> None:
    theme.apply(dark=False, scale=scale)
    try:
        tools = DrawingTools()
        qtbot.addWidget(tools)
        tools.show_image(blank(10, 10, 1, 9.0))
        tools.show()
        for width in (200, 320, 480, 640, 1000, 1600):
            width = max(width, tools.minimumSizeHint().width())
            tools.resize(width, tools.sizeHint().height())
            QApplication.processEvents()
            _check_row(tools, width)
    finally:
        theme.apply(scale=1.0)


def _check_row(tools: DrawingTools, width: int) -> None:
    inside = [part for part in tools.children() if isinstance(part, QWidget) and not part.isWindow()]
    parts = [part for part in inside if part.isVisible()]
    places = sorted((part.geometry() for part in parts), key=lambda place: place.left())
    assert all(part.width() >= part.minimumSizeHint().width() for part in parts)
    assert all(a.right() < b.left() for a, b in pairwise(places))
    assert places[-1].right() < width
