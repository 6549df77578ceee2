"""Thousands of random actions, as an impatient child would make them: nothing is raised and memory does not grow."""

from __future__ import annotations

import gc
import random
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from convlab.window import theme
from convlab.window.main_window import MainWindow

KEYS = [
    *(
        Qt.Key.Key_Space,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_P,
    ),
    *(
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Return,
        Qt.Key.Key_Delete,
    ),
    *(
        Qt.Key.Key_G,
        Qt.Key.Key_R,
        Qt.Key.Key_L,
        Qt.Key.Key_A,
        Qt.Key.Key_Z,
        Qt.Key.Key_Period,
        Qt.Key.Key_Comma,
    ),
    *(
        Qt.Key.Key_1,
        Qt.Key.Key_7,
        Qt.Key.Key_Minus,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Escape,
        Qt.Key.Key_BracketRight,
    ),
]
SAMPLES = ["letter-a", "letter-e", "impulse", "checkerboard", "colours", "digit-3", "shapes"]
KINDS = ["convolution", "transpose", "relu", "max pooling", "average pooling", "sigmoid", "flatten", "dense"]
DANGEROUS = {
    "Open…",
    "Save",
    "Paste",
    "Type numbers…",
    "New blank…",
}  # dialogs of their own: tested elsewhere


class Child:
    """Chooses an action by chance and does it."""

    def __init__(self, qtbot: QtBot, window: MainWindow, seed: int) -> None:
        self.qtbot, self.window, self.random = qtbot, window, random.Random(seed)
        self.actions: list[Callable[[], object]] = [
            *[self.key] * 6, *[self.click_view] * 5, self.drag, self.button, self.combo, self.spin, self.stage,
            self.sample, self.insert, self.remove, self.undo, self.undo, self.redo, self.filter, self.resize,
            self.look, self.wheel, self.levels, self.present,
        ]  # fmt: skip

    def act(self) -> None:
        self.random.choice(self.actions)()
        if len(self.window.session.experiment.operations) > 6:
            self.remove()
        shape = self.window.session.output_shape
        if shape is not None and len(shape) == 3 and shape[0] * shape[1] > 20_000:
            self.window.session.undo()
        for dialog in QApplication.topLevelWidgets():
            if dialog.isModal() and dialog.isVisible():
                dialog.close()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

    def view(self) -> QWidget:
        return self.random.choice(self.window.lab.views)

    def point(self, widget: QWidget) -> QPoint:
        return QPoint(
            self.random.randrange(max(widget.width(), 1)), self.random.randrange(max(widget.height(), 1))
        )

    def key(self) -> None:
        target = QApplication.focusWidget() or self.view()
        self.qtbot.keyClick(target, self.random.choice(KEYS))

    def click_view(self) -> None:
        view = self.view()
        self.qtbot.mouseMove(view, self.point(view))
        self.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=self.point(view))

    def drag(self) -> None:
        view = self.view()
        modifier = self.random.choice([Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier])
        self.qtbot.mousePress(view, Qt.MouseButton.LeftButton, modifier, self.point(view))
        for _ in range(3):
            self.qtbot.mouseMove(view, self.point(view))
        self.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, modifier, self.point(view))

    def _visible(self, kind: type[QWidget]) -> list[QWidget]:
        return [w for w in self.window.lab.findChildren(kind) if w.isVisible() and w.isEnabled()]

    def button(self) -> None:
        buttons = [
            button
            for button in self._visible(QAbstractButton)
            if isinstance(button, QAbstractButton)
            and button.text() not in DANGEROUS
            and not (hasattr(button, "menu") and button.menu())
        ]
        if buttons:
            button = self.random.choice(buttons)
            assert isinstance(button, QAbstractButton)
            button.click()

    def combo(self) -> None:
        boxes = self._visible(QComboBox)
        if boxes:
            box = self.random.choice(boxes)
            assert isinstance(box, QComboBox)
            if box.count():
                index = self.random.randrange(box.count())
                box.setCurrentIndex(index)
                box.activated.emit(index)

    def spin(self) -> None:
        spins = self._visible(QSpinBox)
        if spins:
            box = self.random.choice(spins)
            assert isinstance(box, QSpinBox)
            box.setValue(self.random.randint(box.minimum(), min(box.maximum(), box.minimum() + 6)))

    def stage(self) -> None:
        session = self.window.session
        session.choose_stage(self.random.randint(-1, len(session.experiment.operations)))

    def sample(self) -> None:
        self.window.images.open_sample(self.random.choice(SAMPLES))

    def insert(self) -> None:
        session = self.window.session
        place = self.random.randint(0, len(session.experiment.operations))
        self.window.lab.chain_actions.insert(place, self.random.choice(KINDS))

    def remove(self) -> None:
        operations = self.window.session.experiment.operations
        if operations:
            self.window.lab.chain_actions.remove(self.random.randrange(len(operations)))

    def undo(self) -> None:
        self.window.session.undo()

    def redo(self) -> None:
        self.window.session.redo()

    def filter(self) -> None:
        self.window.session.choose_filter(self.random.randint(0, 3))

    def resize(self) -> None:
        self.window.resize(*self.random.choice([(1024, 768), (1440, 900), (800, 600)]))

    def look(self) -> None:
        dark, scale = self.random.choice([True, False]), self.random.choice([1.0, 1.0, 2.0])
        theme.apply(dark=dark, scale=scale)

    def wheel(self) -> None:
        self.window.lab.zoom_by(self.random.choice([0.5, 2.0]))

    def levels(self) -> None:
        self.window.lab.input.tools.levels_wished.emit(self.random.choice([1.0, 9.0, 255.0]))

    def present(self) -> None:
        self.window.presentation.changed.emit(self.random.choice([True, False]))
        self.window.presentation.changed.emit(False)


def _run(qtbot: QtBot, window: MainWindow, seed: int, count: int) -> None:
    child = Child(qtbot, window, seed)
    for _ in range(count):
        child.act()
        QApplication.processEvents()
    window.player.pause()


def test_fifty_random_actions_raise_nothing(qtbot: QtBot, window: MainWindow) -> None:
    _run(qtbot, window, 1, 50)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_thousand_random_actions_raise_nothing_and_memory_does_not_grow(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    _run(qtbot, window, 2, 1500)
    gc.collect()
    before = _resident()
    _run(qtbot, window, 3, 3500)
    gc.collect()
    assert _resident() - before < 150, (
        "caches are full after the first actions; what comes after must be freed"
    )


def _resident() -> float:
    """Megabytes of memory in use now (Linux), else the most ever used."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
