"""Everything that can be used can be reached with Tab, on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from convlab.window import theme
from convlab.window.header import LEARN, NETWORK
from convlab.window.main_window import MainWindow
from convlab.window.settings import Settings


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    theme.apply(scale=1.0)
    settings = Settings(fresh=True)
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    yield window
    window.close()
    settings.close()


def is_one_of_many(widget: QWidget) -> bool:
    """Of buttons of which one is down, Tab comes to that one; the arrow keys go on to the others."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and not widget.isChecked()  # type: ignore[attr-defined]


def can_be_reached(page: QWidget) -> list[QWidget]:
    """What Tab should come to."""
    return [
        child
        for child in page.findChildren(QWidget)
        if child.isVisible() and child.isEnabled() and child.focusProxy() is None
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and not is_one_of_many(child)
    ]


def reached(qtbot: QtBot, window: MainWindow, presses: int) -> list[QWidget]:
    found: list[QWidget] = []
    for _ in range(presses):
        focused = QApplication.focusWidget() or window
        if focused not in found:
            found.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    return found


@pytest.mark.parametrize(
    "turn",
    [
        pytest.param(lambda window: None, id="lab"),
        pytest.param(lambda window: window.lab.open_lesson(), id="lesson"),
        pytest.param(lambda window: window.show_page(NETWORK), id="network"),
        pytest.param(lambda window: window.show_page(LEARN), id="learn"),
    ],
)
def test_tab_comes_to_all_that_can_be_used(
    qtbot: QtBot, window: MainWindow, turn: Callable[[MainWindow], object]
) -> None:
    for make in (lambda: window.network, lambda: window.learn):
        make()
    turn(window)
    qtbot.wait(20)
    page = window.shown_page
    page.setFocus()
    wanted = can_be_reached(page)
    found = reached(qtbot, window, 2 * len(wanted) + 10)
    missing = [(type(one).__name__, one.accessibleName()) for one in wanted if one not in found]
    assert wanted and not missing
