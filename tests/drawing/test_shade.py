"""The veil over cells that do not take part."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from convlab.drawing.shade import veil


def test_a_veil_lies_on_the_cells_outside_and_on_no_other(qtbot: QtBot) -> None:
    mask = np.zeros((3, 5), bool)
    mask[1, 2:4] = True
    image = veil(mask, QColor("#808080"))
    assert (image.width(), image.height()) == (5, 3)
    clear = [[image.pixelColor(x, y).alpha() == 0 for x in range(5)] for y in range(3)]
    assert np.array_equal(clear, mask)
    assert 0 < image.pixelColor(0, 0).alpha() < 255
