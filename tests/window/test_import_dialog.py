"""Pictures on their way in: whole, cut, made smaller."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from convlab.processes.client import Picture
from convlab.window import theme
from convlab.window.crop_view import CropView, Part, part_between
from convlab.window.import_dialog import Choice, ImportDialog, image_from_picture
from convlab.window.new_image_dialog import NewImageDialog, ResizeDialog


def _picture(height: int = 40, width: int = 60, channels: int = 3) -> Picture:
    values = np.arange(height * width * channels) % 256
    return Picture(values.reshape(height, width, channels).astype(np.uint8), ("Turned upright.",), "a.png")


def _dialog(qtbot: QtBot, picture: Picture) -> ImportDialog:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    dialog = ImportDialog(picture)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def _drag(view: CropView, start: QPointF, end: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view, left, none, start.toPoint())
    place = QPointF(view.mapToGlobal(end.toPoint()))
    move = QMouseEvent(QEvent.Type.MouseMove, end, place, Qt.MouseButton.NoButton, left, none)
    QApplication.sendEvent(view, move)
    QTest.mouseRelease(view, left, none, end.toPoint())


def test_bytes_become_levels_with_one_large_array() -> None:
    image = image_from_picture(_picture())
    assert image.pixels.shape == (40, 60, 3)
    assert image.white == 1 and float(image.pixels.max()) == 1.0
    assert image.planes.flags.c_contiguous and not image.planes.flags.writeable
    assert image.notes == ("Turned upright.",) and image.name == "a.png"


def test_bytes_become_whole_numbers_where_wished() -> None:
    picture = _picture()
    assert (image_from_picture(picture, 255.0).pixels == picture.pixels).all()


def test_numbers_from_a_table_stay_as_they_are() -> None:
    numbers = np.array([[[-3.0], [7.0]]], np.float32)
    image = image_from_picture(Picture(numbers, white=9.0))
    assert image.white == 9 and image.pixels.tolist() == [[[-3], [7]]]


def test_a_corner_is_rounded_to_whole_pixels_inside() -> None:
    assert part_between((5.4, 2.6), (1.4, 99), 10, 20) == Part(1, 3, 4, 17)
    assert part_between((3, 3), (3, 3), 10, 20) == Part(3, 3, 1, 1)
    assert part_between((12, 25), (30, 30), 10, 20) == Part(9, 19, 1, 1)


def _choice(
    part: Part, size: tuple[int, int], shape: str = "pad", channels: int = 3, white: float = 255.0
) -> Choice:
    return Choice(part, size, shape, channels, white)


def test_the_part_at_its_own_size_is_cut_out_exactly() -> None:
    picture = _picture()
    image = _choice(Part(3, 5, 10, 12), (10, 12)).apply(picture)
    assert (image.pixels == picture.pixels[3:13, 5:17]).all()


def test_padding_keeps_the_proportions_and_adds_black() -> None:
    white = Picture(np.full((10, 20, 1), 255, np.uint8))
    image = _choice(Part(0, 0, 10, 20), (28, 28), channels=1).apply(white)
    filled = image.pixels[:, :, 0].max(axis=1) > 0
    assert filled.sum() == 14 and filled[7:21].all()


def test_filling_keeps_the_proportions_and_cuts() -> None:
    left_half = np.zeros((10, 20, 1), np.uint8)
    left_half[:, :10] = 255
    image = _choice(Part(0, 0, 10, 20), (10, 10), "fill", channels=1).apply(Picture(left_half))
    assert image.pixels[0, :, 0].tolist() == [255] * 5 + [0] * 5


def test_stretching_takes_the_whole_picture() -> None:
    left_half = np.zeros((10, 20, 1), np.uint8)
    left_half[:, :10] = 255
    image = _choice(Part(0, 0, 10, 20), (10, 10), "stretch", channels=1).apply(Picture(left_half))
    assert image.pixels[0, :, 0].tolist() == [255] * 5 + [0] * 5
    assert image.height == 10


def test_colour_becomes_grey_and_levels_change() -> None:
    image = _choice(Part(0, 0, 40, 60), (40, 60), channels=1, white=9.0).apply(_picture())
    assert image.channels == 1 and image.white == 9
    assert set(np.unique(image.pixels)) <= set(range(10))


def test_the_dialog_begins_with_the_whole_picture_at_its_size(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, _picture())
    assert dialog.choice() == Choice(Part(0, 0, 40, 60), (40, 60), "pad", 3, 1.0)


def test_a_large_picture_begins_with_128_on_its_longer_side(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, Picture(np.zeros((540, 1024, 3), np.uint8)))
    assert dialog.choice().size == (68, 128)


def test_a_quick_size_and_enter_make_the_image(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, _picture())
    button = next(button for button in dialog.quick.buttons if button.text() == "28")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dialog.image_made) as made:
        QTest.keyClick(dialog.size_fields.rows, Qt.Key.Key_Return)
    image = made.args[0]
    assert (image.height, image.width, image.channels) == (28, 28, 3)
    assert image.notes == ("Turned upright.", "Resized from 40 × 60 to 28 × 28.")


def test_a_dragged_rectangle_is_the_part_and_one_to_one_takes_its_size(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, _picture())
    view, rect = dialog.crop, dialog.crop.picture_rect()
    x, y = rect.width() / 60, rect.height() / 40
    _drag(view, rect.topLeft() + QPointF(15 * x, 10 * y), rect.topLeft() + QPointF(45 * x, 30 * y))
    assert view.part == Part(10, 15, 20, 30)
    assert dialog.corner.size_wished() == (10, 15) and dialog.part_size.size_wished() == (20, 30)
    qtbot.mouseClick(dialog.quick.original, Qt.MouseButton.LeftButton)
    assert (dialog.image().height, dialog.image().width) == (20, 30)
    qtbot.mouseClick(dialog.whole, Qt.MouseButton.LeftButton)
    assert dialog.choice().part == Part(0, 0, 40, 60)


def test_the_part_is_moved_by_dragging_inside_and_stretched_at_its_edge(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, _picture())
    view = dialog.crop
    view.show_part(Part(10, 10, 20, 30))
    rect = view.picture_rect()
    x, y = rect.width() / 60, rect.height() / 40
    _drag(view, view.part_rect().center(), view.part_rect().center() + QPointF(5 * x, -5 * y))
    assert view.part == Part(5, 15, 20, 30)
    right = QPointF(view.part_rect().right(), view.part_rect().center().y())
    _drag(view, right, right + QPointF(-10 * x, 8 * y))
    assert view.part == Part(5, 15, 20, 20)


def test_arrow_keys_move_the_part_and_shift_resizes_it(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, _picture())
    dialog.crop.show_part(Part(10, 10, 20, 30))
    dialog.crop.setFocus()
    QTest.keyClick(dialog.crop, Qt.Key.Key_Right)
    QTest.keyClick(dialog.crop, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(dialog.crop, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert dialog.crop.part == Part(20, 11, 20, 29)


def test_a_typed_part_stays_inside_the_picture(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, _picture())
    dialog.corner.columns.setValue(50)
    assert dialog.choice().part == Part(0, 50, 40, 10)


def test_a_size_that_is_too_large_is_said_in_place(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, _picture())
    dialog.size_fields.rows.setValue(8192)
    dialog.size_fields.columns.setValue(8192)
    qtbot.waitUntil(lambda: dialog.problem.isVisible())
    assert not dialog.accept_button.isEnabled()
    dialog.size_fields.columns.setValue(10)
    qtbot.waitUntil(lambda: not dialog.problem.isVisible())


def test_the_name_in_a_picture_is_plain_text(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, Picture(np.zeros((3, 3, 1), np.uint8), ("<b>note</b>",), "<img src=x>.png"))
    texts = [label.text() for label in dialog.findChildren(type(dialog.facts)) if label.text()]
    formats = {label.textFormat() for label in dialog.findChildren(type(dialog.facts)) if label.text()}
    assert any("<img" in text for text in texts)
    assert formats == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_on_a_small_screen_the_dialog_fits(qtbot: QtBot, scale: float) -> None:
    dialog = _dialog(qtbot, _picture())
    theme.apply(scale=scale)
    try:
        QApplication.processEvents()
        least = dialog.minimumSizeHint()
        assert least.width() <= 1000 and least.height() <= 720
    finally:
        theme.apply(scale=1.0)


def test_a_new_image_is_blank_and_as_asked(qtbot: QtBot) -> None:
    dialog = NewImageDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitActive(dialog)
    qtbot.waitUntil(dialog.size_fields.rows.hasFocus)
    QTest.keyClicks(dialog.size_fields.rows, "12")
    QTest.keyClick(dialog, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert dialog.colour.isAncestorOf(dialog.focusWidget())
    qtbot.mouseClick(dialog.colour.button(3), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dialog.image_made) as made:
        QTest.keyClick(dialog.size_fields.rows, Qt.Key.Key_Return)
    image = made.args[0]
    assert (image.height, image.width, image.channels, image.white) == (12, 10, 3, 9)
    assert not image.pixels.any()


def test_a_new_image_is_at_least_three_and_at_most_128_a_side(qtbot: QtBot) -> None:
    dialog = NewImageDialog()
    qtbot.addWidget(dialog)
    fields = dialog.size_fields
    assert (fields.rows.minimum(), fields.rows.maximum(), fields.columns.minimum()) == (3, 128, 3)


def test_resizing_a_drawing_keeps_it_in_the_middle(qtbot: QtBot) -> None:
    drawing = NewImageDialog().image().with_cell(5, 5, 9)
    dialog = ResizeDialog(drawing)
    qtbot.addWidget(dialog)
    dialog.size_fields.show_size(12, 12)
    assert dialog.image().pixels[6, 6, 0] == 9


def test_every_field_has_an_accessible_name(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, _picture())
    parts = [part for part in dialog.findChildren(QLineEdit) if part.parent() is dialog]
    fields = [dialog.crop, dialog.corner.rows, dialog.corner.columns, dialog.part_size.rows, dialog.whole]
    assert all(
        part.accessibleName() for part in (*parts, *fields, *dialog.quick.buttons, dialog.accept_button)
    )


def test_a_part_of_a_large_picture_is_previewed_from_the_small_copy(qtbot: QtBot) -> None:
    picture = Picture(np.zeros((1200, 2000, 1), np.uint8))
    picture.pixels[:, 1000:] = 255
    dialog = _dialog(qtbot, picture)
    dialog.crop.show_part(Part(0, 0, 1200, 2000))
    dialog._show_result()
    shown = dialog.preview.pixmap().toImage()
    middle = QPoint(shown.width() // 4, shown.height() // 2)
    assert shown.pixelColor(middle).red() == 0
    assert shown.pixelColor(QPoint(3 * shown.width() // 4, shown.height() // 2)).red() == 255
