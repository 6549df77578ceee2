"""Ctrl and the wheel over the views of the Lab: one goes nearer to what is under the mouse, not to the step."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convlab.experiment.image import blank
from convlab.window.array_view import ArrayView
from convlab.window.main_window import MainWindow

CELL = (33, 30)


def zoom_at(view: ArrayView, place: QPointF) -> None:
    event = QWheelEvent(
        place, view.mapToGlobal(place), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    QApplication.processEvents()


def settled(qtbot: QtBot, window: MainWindow) -> None:
    """Forty rows and columns, at the first step, with the scale found."""
    window.session.edit_image("Blank", blank(40, 40))
    window.player.go(0, 0)
    qtbot.wait(100)


def test_the_wheel_keeps_the_cell_under_the_mouse_while_the_step_is_elsewhere(
    qtbot: QtBot, window: MainWindow
) -> None:
    settled(qtbot, window)
    for view in window.lab.views:
        window.lab.zoom_to_fit()
        window.lab.zoom_by(2.0)  # from where it is larger than the view; before it is centred
        place = QPointF(view.width() * 0.8, view.height() * 0.7)
        cell = view.cell_at(place)
        assert cell is not None
        place = view.cell_rect(*cell).center()
        for _ in range(6):
            zoom_at(view, place)
            assert view.cell_at(place) == cell
        assert not view.rect().contains(view.cell_rect(0, 0, 0).center().toPoint())
        qtbot.mouseMove(window.lab.step_panel, QPoint(5, 5))  # nothing is pointed at any more
        QApplication.sendPostedEvents()
        qtbot.wait(30)
        assert view.cell_at(place) == cell


def test_the_next_step_and_zooming_by_keys_bring_the_step_back_into_sight(
    qtbot: QtBot, window: MainWindow
) -> None:
    settled(qtbot, window)
    view = window.lab.input.view

    def sees_step() -> bool:
        return view.rect().contains(view.cell_rect(0, window.player.row, window.player.column).toRect())

    for key, modifier in (
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier),
    ):
        window.lab.zoom_to_fit()
        place = view.cell_rect(0, *CELL).center()
        for _ in range(6):
            zoom_at(view, place)
        assert not sees_step()
        qtbot.keyClick(window.lab.output.view, key, modifier)
        qtbot.waitUntil(sees_step)
