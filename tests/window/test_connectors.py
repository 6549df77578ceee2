"""The lines between window, kernel and cell: nothing of them stays where they were."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convlab.window import theme
from convlab.window.application import make_application
from convlab.window.connectors import Connectors

WINDOW, CELL = QRectF(20, 120, 60, 60), QRectF(520, 150, 20, 20)


class Page(QWidget):
    """A ground, which notes what of it is painted anew."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(600, 300)
        self.connectors = Connectors(self)
        self.connectors.resize(600, 300)
        self.painted: list[QRectF] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += [QRectF(rect) for rect in event.region()]
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        painter.end()

    def show_kernel(self, kernel: QRectF, cell: QRectF = CELL) -> None:
        self.connectors.show_links(WINDOW, kernel, cell)
        QApplication.processEvents()

    def on_screen(self) -> QImage:
        """What was painted so far; to grab the page would paint all of it anew."""
        return self.screen().grabWindow(self.winId()).toImage()


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    make_application(["test"])
    theme.apply(dark=False, scale=1.0)
    page = Page()
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    QApplication.processEvents()
    return page


def test_a_kernel_that_moves_over_the_lines_wipes_them_away(page: Page) -> None:
    page.show_kernel(QRectF(280, 200, 40, 40))
    place = QRectF(220, 80, 160, 160)  # a larger one, over what led to the smaller
    page.show_kernel(place)
    screen = page.on_screen()
    inside = place.adjusted(4, 4, -4, -4).toRect()
    part = screen.copy(inside)
    colours = {part.pixelColor(x, y).name() for x in range(part.width()) for y in range(part.height())}
    assert colours == {"#ffffff"}


def test_a_step_does_not_paint_the_kernel_anew(page: Page) -> None:
    kernel = QRectF(220, 80, 160, 160)
    page.show_kernel(kernel)
    page.painted.clear()
    page.show_kernel(kernel, CELL.translated(0, 20))
    assert page.painted
    assert not any(rect.intersects(kernel.adjusted(4, 4, -4, -4)) for rect in page.painted)
