"""The real window, for tests that use it as a person would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from convlab.window import theme
from convlab.window.application import make_application
from convlab.window.main_window import MainWindow
from convlab.window.settings import Settings


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A first start, 1440×900, at 100 %, light; closed afterwards without questions."""
    make_application(["test"])
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    settings = Settings(fresh=True)
    window = MainWindow(settings)
    qtbot.addWidget(window, before_close_func=_ask_nothing)
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    window.neighbours.reader.start()
    _rest(qtbot, window)
    yield window
    _ask_nothing(window)
    window.close()
    settings.close()


def _rest(qtbot: QtBot, window: MainWindow) -> None:
    """Until layouts and the common scale have come to rest, so that a cell stays where a test sees it."""
    view, calm, before = window.lab.input.view, 0, None
    while calm < 3:
        qtbot.wait(20)
        now = view.cell_rect(0, 0, 0), view.size()
        calm, before = (calm + 1, now) if now == before else (0, now)


def _ask_nothing(window: MainWindow) -> None:
    """A test that ends in the middle of something must not wait for an answer about unsaved work."""
    QGuiApplication.clipboard().clear()  # what a test left there would outlive the application
    window.session.computer.finish()
    window.session.mark_saved(window.session.experiment)
    if window.has_learn_page:
        window.learn.session._phase = ""  # nor about a training
