"""A bench for the tests of the kernel's panel: what it tells is shown again, and keys and mouse are real."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convlab.operations.convolution import Convolution
from convlab.operations.kernels import named
from convlab.window import theme
from convlab.window.kernel_grid import KernelGrid
from convlab.window.stage_panel import StagePanel

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def pick(qtbot: QtBot, box: QComboBox, name: str) -> None:
    """Choose from a list by keys: Enter opens it, the beginning of the name finds the entry, Enter takes it."""
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClicks(box.view(), name)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)


@dataclass
class Bench:
    """A panel whose edits are shown again, as the session does, with a field after it in the order of Tab."""

    qtbot: QtBot
    panel: Any
    holder: QWidget
    after: QLineEdit
    shape: tuple[int, ...] = (10, 10, 1)
    edits: list[tuple[str, Any, Any]] = field(default_factory=list)
    ended: int = 0
    filter: int = 0

    def show(self, operation: Any, shape: tuple[int, ...] | None = None) -> None:
        self.shape = shape or self.shape
        self.panel.show_operation(operation, self.shape, self.filter, None)

    def take(self, text: str, operation: Any, merge_key: Any) -> None:
        self.edits.append((text, operation, merge_key))
        self.show(operation)

    def choose_filter(self, filter: int) -> None:
        self.filter = filter
        self.show(self.panel.operation)

    def count_end(self) -> None:
        self.ended += 1

    @property
    def grid(self) -> KernelGrid:
        grid: KernelGrid = self.panel.slices.grids[0]
        return grid

    @property
    def kernel(self) -> np.ndarray:
        return np.asarray(self.panel.operation.kernel[:, :, 0, self.filter])

    def at(self, row: int, column: int, grid: KernelGrid | None = None) -> QPoint:
        return (grid or self.grid).plan.rect(row, column).center().toPoint()

    def click(self, row: int, column: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mouseClick(self.grid, LEFT, modifiers, self.at(row, column))

    def press(self, key: Any, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key, modifiers)

    def type(self, text: str) -> None:
        for character in text:
            _type_character(QApplication.focusWidget(), character)

    def drag(self, cell: tuple[int, int], pixels: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press on a cell and move upwards by so many pixels, in three moves."""
        start = self.at(*cell)
        self.qtbot.mousePress(self.grid, LEFT, modifiers, start)
        for part in (1, 2, 3):
            _move(self.grid, start - QPoint(0, pixels * part // 3), modifiers)
        self.qtbot.mouseRelease(self.grid, LEFT, modifiers, start - QPoint(0, pixels))


def _type_character(widget: QWidget | None, character: str) -> None:
    """QTest takes ASCII only, and people have a real minus sign on some keyboards."""
    assert widget is not None
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, 0, NONE, character))


def _move(widget: QWidget, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    position = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        position,
        QPointF(widget.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        LEFT,
        modifiers,
    )
    QApplication.sendEvent(widget, event)


def turn_wheel(widget: QWidget, at: QPoint, notches: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def make_bench(qtbot: QtBot, panel: StagePanel) -> Bench:
    holder = QWidget()
    qtbot.addWidget(holder)
    after = QLineEdit()
    column = QVBoxLayout(holder)
    column.addWidget(panel, 1)
    column.addWidget(after)
    bench = Bench(qtbot, panel, holder, after)
    panel.operation_edited.connect(bench.take)
    panel.filter_chosen.connect(bench.choose_filter)
    panel.edit_ended.connect(bench.count_end)
    holder.resize(340, 760)
    holder.show()
    qtbot.waitExposed(holder)
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    return bench


def plain_theme() -> None:
    """Light, 100 %, without motion."""
    theme.load_fonts()
    theme.apply(dark=False, scale=1.0, reduced_motion=True)


def convolution(key: str, channels: int = 1, filters: int = 1, **settings: Any) -> Convolution:
    values = named(key).values[:, :, np.newaxis, np.newaxis]
    return Convolution(np.tile(values, (1, 1, channels, filters)), padding="same", **settings)
