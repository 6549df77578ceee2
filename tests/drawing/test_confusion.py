"""The confusion matrix: where its cells lie, and what colours they have."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QGuiApplication
from pytestqt.qtbot import QtBot

from convlab.drawing.confusion import (
    MatrixLayout,
    MatrixLook,
    matrix_colors,
    matrix_layout,
    number_font,
)

CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Bag", "Ankle boot")


def look() -> MatrixLook:
    color = QColor("#000000")
    font = QGuiApplication.font()
    font.setPixelSize(11)
    return MatrixLook(font, color, color, color, color, 1.0, False)


def laid(names: tuple[str, ...], width: float, height: float, ratio: float = 1.0) -> MatrixLayout:
    return matrix_layout(names, QRectF(0, 0, width, height), look(), ratio)


@pytest.mark.parametrize(("width", "height"), [(360, 300), (240, 500), (1000, 160)])
def test_cells_are_squares_and_lie_in_the_room_with_their_names(
    qtbot: QtBot, width: float, height: float
) -> None:
    layout = laid(CLOTHES, width, height)
    assert layout.area.width() == layout.area.height() == layout.count * layout.cell
    assert layout.cell == int(layout.cell)
    assert QRectF(0, 0, width, height).contains(layout.area)
    assert layout.area.left() >= layout.names and layout.area.top() >= layout.names > 20


def test_a_hundred_classes_have_cells_but_no_names(qtbot: QtBot) -> None:
    layout = laid(tuple(f"animal {n}" for n in range(100)), 340, 340)
    assert layout.names == 0 and layout.cell == 3


def test_more_classes_than_pixels_are_seen_all_the_same(qtbot: QtBot) -> None:
    layout = laid(tuple(map(str, range(1000))), 300, 300)
    assert 0 < layout.cell < 1 and layout.area.width() == pytest.approx(300)


def test_a_point_lies_in_the_cell_that_is_drawn_there(qtbot: QtBot) -> None:
    layout = laid(CLOTHES, 360, 300)
    for cell in ((0, 0), (3, 7), (8, 8)):
        assert layout.at(layout.rect(*cell).center()) == cell
    assert layout.at(QPointF(0, 0)) is None
    assert laid((), 100, 100).at(QPointF(50, 50)) is None


def test_few_mistakes_are_written_larger_than_many_that_are_right(qtbot: QtBot) -> None:
    sizes = {
        most: font.pixelSize() if font else None
        for most in (9, 99, 1122)
        for font in [number_font(most, 14.0, look())]
    }
    assert sizes[9] == 11 and sizes[1122] is None
    assert 7 <= (sizes[99] or 0) <= 11


def test_what_is_right_is_blue_and_what_is_wrong_the_redder_the_oftener() -> None:
    colors = matrix_colors(np.array([[90, 10, 0], [1, 99, 0], [0, 0, 100]]), dark=False).astype(int)
    redness = colors[..., 0] - colors[..., 2]
    assert (np.diag(redness) < -40).all()
    assert redness[0, 1] > redness[1, 0] > 0
    assert abs(redness[0, 2]) < 5  # nothing: the middle of the scale


def test_classes_without_images_and_networks_without_mistakes_have_colours() -> None:
    assert matrix_colors(np.zeros((3, 3), np.int64), dark=True).shape == (3, 3, 3)
    assert matrix_colors(np.eye(3, dtype=np.int64) * 5, dark=False).shape == (3, 3, 3)
