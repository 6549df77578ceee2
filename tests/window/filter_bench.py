"""A filter card in a window, with a session and hands: what the tests of the card share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from convlab.network.description import Network, Weight
from convlab.problems import Problem
from convlab.window.filter_card import FilterCard
from convlab.window.kernel_grid import KernelGrid
from tests.network.described import graph, layer
from tests.window.kernel_bench import LEFT, NONE, _move, plain_theme
from tests.window.network_fakes import FakeSession, convolution, dense, fake_session, pooling, settle

WEIGHTS = np.round(np.random.default_rng(5).normal(size=(3, 3, 2, 4)), 3).astype(np.float32)
BIASES = np.array([0.1, -0.25, 0.5, 2], np.float32)
CONV, POOL, NORM, DENSE = 1, 2, 3, 4


def network() -> Network:
    gamma = tuple(Weight(role, (4,)) for role in ("gamma", "beta", "moving_mean", "moving_variance"))
    return graph(
        [(8, 8, 2)],
        (convolution("conv", 2, 4), (0,)),
        (pooling("pool"), (1,)),
        (layer("BatchNormalization", "norm", gamma), (2,)),
        (dense("classes", 4, 3), (3,)),
    )


def weights() -> dict[int, list[np.ndarray]]:
    ones = [np.ones(4, np.float32)] * 4
    return {
        CONV: [WEIGHTS, BIASES],
        NORM: ones,
        DENSE: [np.eye(4, 3, dtype=np.float32), np.zeros(3, np.float32)],
    }


class Bench:
    """A card in a window, its session, and hands."""

    def __init__(self, qtbot: QtBot, session: FakeSession) -> None:
        self.qtbot, self.session = qtbot, session
        self.card = FilterCard(session)
        self.problems: list[Problem] = []
        self.card.problem_met.connect(self.problems.append)
        qtbot.addWidget(self.card)
        self.card.resize(340, 560)
        self.card.show()
        qtbot.waitExposed(self.card)
        self.card.activateWindow()
        qtbot.waitUntil(self.card.isActiveWindow)

    def grid(self, place: int = 0) -> KernelGrid:
        return self.card.slices.grids[place]

    def at(self, row: int, column: int, place: int = 0) -> QPoint:
        return self.grid(place).plan.rect(row, column).center().toPoint()

    def click(self, row: int, column: int, place: int = 0) -> None:
        self.qtbot.mouseClick(self.grid(place), LEFT, NONE, self.at(row, column, place))

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key, modifiers)

    def type(self, text: str, row: int, column: int, place: int = 0) -> None:
        self.click(row, column, place)
        for character in text:
            self.qtbot.keyClick(QApplication.focusWidget(), character)
        self.press(Qt.Key.Key_Return)

    def drag(self, row: int, column: int, pixels: int) -> None:
        start, grid = self.at(row, column), self.grid()
        self.qtbot.mousePress(grid, LEFT, NONE, start)
        for part in (1, 2, 3):
            _move(grid, start - QPoint(0, pixels * part // 3), NONE)
        self.qtbot.mouseRelease(grid, LEFT, NONE, start - QPoint(0, pixels))

    def choose(self, button: QToolButton, text: str) -> None:
        """Open a button's menu with Space, and trigger the entry that starts so with the keys."""

        def pick() -> None:
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            menu.setActiveAction(entry(menu, text))
            self.qtbot.keyClick(menu, Qt.Key.Key_Return)

        QTimer.singleShot(0, pick)
        button.setFocus()
        self.qtbot.keyClick(button, Qt.Key.Key_Space)

    @property
    def now(self) -> np.ndarray:
        found = self.session.weights_of(CONV)
        assert found is not None
        return found[0]

    @property
    def biases(self) -> np.ndarray:
        found = self.session.weights_of(CONV)
        assert found is not None
        return found[1]

    @property
    def label(self) -> str:
        return self.session.history.undo_label

    @property
    def steps(self) -> int:
        return len(self.session.history.past)


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text().startswith(text))


def other(array: np.ndarray, change: Callable[[np.ndarray], object]) -> np.ndarray:
    copy = np.array(array)
    change(copy)
    return copy


def put(*place: int, value: float) -> Callable[[np.ndarray], None]:
    return lambda array: array.__setitem__(place, value)


def make_bench(qtbot: QtBot) -> Bench:
    plain_theme()
    session = fake_session(network(), weights())
    session.choose_row(CONV)
    settle(session)
    return Bench(qtbot, session)
