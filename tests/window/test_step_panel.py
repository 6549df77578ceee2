"""The step panel in the real window: what it says, what a click opens, what it says aloud."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convlab.experiment.experiment import Experiment
from convlab.experiment.image import Image
from convlab.operations.convolution import Convolution
from convlab.operations.operation import Operation
from convlab.window import theme
from convlab.window.main_window import MainWindow


def open_(window: MainWindow, pixels: np.ndarray, *operations: Operation) -> None:
    window.session.replace(Experiment(Image(np.asarray(pixels, np.float32), 1), operations), saved=True)
    window.session.computer.finish()
    QApplication.processEvents()


def colour_picture(window: MainWindow) -> None:
    pixels = np.random.default_rng(3).integers(0, 11, (8, 8, 3)) / 10
    open_(window, pixels, Convolution(np.full((3, 3, 3, 1), 0.5, np.float32)))


def click_term(window: MainWindow, qtbot: QtBot, term: int) -> None:
    strip = window.lab.step_panel.strip
    center = strip.term_center(term)
    assert center is not None
    qtbot.mouseMove(strip, center.toPoint())
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=center.toPoint())


def press_space(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.lab.output.view, Qt.Key.Key_Space)
    QApplication.processEvents()


def names(window: MainWindow) -> list[str]:
    arithmetic = window.lab.step_panel.strip.arithmetic
    assert arithmetic is not None
    return [term.name for term in arithmetic.terms]


def test_space_steps_and_the_panel_tells_the_place_and_the_words(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.lab.step_panel
    press_space(window, qtbot)
    assert panel.title.text() == "Row 0, column 1"
    assert panel.spoken.startswith("Row 0, column 1: ")
    assert panel.strip.accessibleDescription() == panel.spoken


def test_a_colour_folds_by_channel_and_a_click_unfolds_one_and_folds_it_again(
    window: MainWindow, qtbot: QtBot
) -> None:
    colour_picture(window)
    assert names(window) == ["red", "green", "blue"]
    before = window.lab.step_panel.strip.arithmetic
    click_term(window, qtbot, 1)
    after = window.lab.step_panel.strip.arithmetic
    assert before is not None and after is not None
    assert names(window) == [""] * 9 + ["other channels"]
    assert after.total_text == before.total_text
    assert sum((term.number for term in after.terms), Decimal(0)) == Decimal(after.sum_text.replace("−", "-"))
    click_term(window, qtbot, 9)
    assert names(window) == ["red", "green", "blue"]


def test_what_can_be_opened_says_so_and_has_a_hand_over_it(window: MainWindow, qtbot: QtBot) -> None:
    colour_picture(window)
    strip = window.lab.step_panel.strip
    center = strip.term_center(0)
    assert center is not None
    qtbot.mouseMove(strip, QPoint(1, strip.height() - 1))
    qtbot.mouseMove(strip, center.toPoint())
    assert strip.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert strip.tip_at(center) == "Click to see the terms of red"
    qtbot.mouseMove(strip, QPoint(strip.width() - 2, strip.height() - 2))
    assert strip.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_pointing_at_a_term_points_at_its_weight(window: MainWindow, qtbot: QtBot) -> None:
    strip = window.lab.step_panel.strip
    qtbot.wait(50)
    center = strip.term_center(5)
    assert center is not None
    qtbot.mouseMove(strip, QPoint(1, 1))
    qtbot.mouseMove(strip, center.toPoint())
    qtbot.waitUntil(lambda: window.lab.pointing.weight == (1, 2))
    qtbot.mouseMove(strip, QPoint(strip.width() - 2, strip.height() - 2))
    qtbot.waitUntil(lambda: window.lab.pointing.weight is None)


def test_a_hidden_value_is_neither_shown_nor_spoken(window: MainWindow, qtbot: QtBot) -> None:
    window.player.seek(40)
    window.player.set_predicting(True)
    press_space(window, qtbot)
    assert window.player.hidden
    assert window.lab.step_panel.spoken.endswith("guess the value")
    press_space(window, qtbot)
    assert "makes" in window.lab.step_panel.spoken


def test_the_guess_names_its_cell_while_one_looks_at_another(window: MainWindow, qtbot: QtBot) -> None:
    panel, view = window.lab.step_panel, window.lab.output.view
    window.player.seek(13)
    window.player.set_predicting(True)
    press_space(window, qtbot)
    qtbot.wait(30)
    assert panel.title.text() == "Row 1, column 4" and panel.guess.question.text() == "What comes out?"
    cell = view.cell_rect(0, 0, 2).center().toPoint()
    qtbot.mouseMove(view, QPoint(1, 1))
    qtbot.mouseMove(view, cell)
    qtbot.waitUntil(lambda: panel.title.text() == "Row 0, column 2")
    assert panel.guess.question.text() == "Row 1, column 4 = ?" and panel.guess.question.isVisible()
    qtbot.mouseMove(view, QPoint(1, 1))
    qtbot.waitUntil(lambda: panel.title.text() == "Row 1, column 4")
    assert panel.guess.question.text() == "What comes out?"


def test_the_strip_is_never_clipped_whatever_the_width_the_scale_and_the_kernel(
    window: MainWindow, qtbot: QtBot
) -> None:
    kernel = np.random.default_rng(1).standard_normal((5, 5, 1, 1)).astype(np.float32)
    open_(window, np.random.default_rng(2).random((12, 12, 1)), Convolution(kernel, activation="tanh"))
    for width, scale in ((1900, 1.0), (1024, 1.0), (1024, 2.0), (1900, 2.0)):
        theme.apply(scale=scale)
        window.resize(width, 1000)
        for _ in range(5):
            QApplication.processEvents()
        strip = window.lab.step_panel.strip
        assert strip.height() >= strip.minimumSizeHint().height(), (width, scale)
        assert strip.arithmetic is not None
        last = strip.term_center(len(strip.arithmetic.terms) - 1)
        assert last is not None and strip.rect().contains(last.toPoint()), (width, scale)
        assert len(strip.arithmetic.terms) == (5 if (width, scale) == (1024, 2.0) else 25)


class Layouts(QObject):
    """Counts how often the window is laid out anew."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.count = 0
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_a_step_does_not_lay_out_the_window(window: MainWindow, qtbot: QtBot) -> None:
    for step in range(window.player.count):  # now it knows how high a step can be
        window.player.seek(step)
        QApplication.processEvents()
    window.player.seek(30)
    qtbot.wait(50)
    layouts = Layouts(window)
    for _ in range(10):
        press_space(window, qtbot)
    assert layouts.count == 0


def test_the_panel_gets_lower_again_for_lower_steps(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.wait(50)
    high = window.lab.step_panel.strip.height()
    window.session.choose_stage(2)  # max pooling: tiles without weights below them
    qtbot.waitUntil(lambda: window.lab.step_panel.strip.height() < high)
