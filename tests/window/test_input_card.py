"""The input card in the real window: what its caption says of the cell that is pointed at."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from convlab.experiment.experiment import Experiment
from convlab.experiment.image import Image
from convlab.window.main_window import MainWindow


def test_all_channels_of_a_pixel_that_is_pointed_at_can_be_read(qtbot: QtBot, window: MainWindow) -> None:
    levels = np.random.default_rng(1).integers(100, 255, (1536, 2048, 3)).astype(np.float32)
    levels[700, 2033] = 205, 130, 110
    window.session.replace(Experiment(Image(levels / np.float32(255), 1), ()), saved=True)
    card = window.lab.input
    qtbot.waitUntil(lambda: window.session.input_array is not None, timeout=5000)
    qtbot.wait(50)
    cell = card.view.cell_rect(0, 700, 2033).center().toPoint()
    qtbot.mouseMove(card.view, QPoint(1, 1))
    qtbot.mouseMove(card.view, cell)  # about there: a cell of so large a picture is less than a pixel
    qtbot.waitUntil(lambda: card.caption.shown.startswith("row 7") or card.caption.shown.startswith("row 6"))
    assert card.caption.shown.count(", ") == 3 and "…" not in card.caption.shown
    window.lab.pointing.point_input((700, 2033))
    assert card.caption.shown == "row 700, column 2033: 0.8039, 0.5098, 0.4314"
    assert card.caption.toolTip() == "row 700, column 2033: 0.8039216, 0.50980395, 0.43137255"
    window.lab.pointing.point_input(None)
    assert card.caption.shown == "1,536 × 2,048" and not card.caption.toolTip()
