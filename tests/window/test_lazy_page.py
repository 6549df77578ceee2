"""Pages that are made when they are first needed: in pieces while the event loop runs, or at once."""

from __future__ import annotations

import importlib
import subprocess
import sys
import threading
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from convlab.window.header import LAB
from convlab.window.importing import Importing, in_order
from convlab.window.lazy_page import LazyPage
from convlab.window.pages import Pages

MODULE = "tests.window.lazy_sample"
OTHER = "other"


class Window(QWidget):
    """What the pages need of a window."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.pages = Pages(QLabel("lab"))
        self.lazy: LazyPage[Any] = LazyPage(MODULE, self)  # type: ignore[arg-type]
        self.pages.add(OTHER, self.lazy)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    sys.modules.pop(MODULE, None)
    window = Window()
    qtbot.addWidget(window)
    qtbot.addWidget(window.pages)
    return window


def test_a_page_is_made_in_pieces_between_which_other_events_are_answered(
    qtbot: QtBot, window: Window
) -> None:
    turns: list[int] = []
    timer = QTimer(window, interval=0)
    timer.timeout.connect(lambda: turns.append(len(window.pieces)))
    timer.start()
    window.pages.turn_to(OTHER)
    assert not window.pieces and window.pages.name == LAB
    qtbot.waitUntil(lambda: window.pages.name == OTHER)
    assert {1, 2, 3} <= set(turns)


def test_its_module_is_imported_in_a_thread(qtbot: QtBot, window: Window) -> None:
    window.pages.prepare()
    qtbot.waitUntil(lambda: window.lazy.made)
    assert importlib.import_module(MODULE).imported_in is not threading.main_thread()
    assert window.pages.name == LAB


def test_who_needs_a_page_now_gets_the_whole_of_it(qtbot: QtBot, window: Window) -> None:
    window.pages.turn_to(OTHER)
    assert window.lazy.get().text() == "made"
    assert window.pieces == ["one", "two", "three"]
    assert window.pages.name == OTHER


def test_a_page_is_made_once_and_told_each_time_before_it_is_seen(qtbot: QtBot, window: Window) -> None:
    window.pages.turn_to(OTHER)
    page = window.lazy.get()
    qtbot.wait(50)  # the module that was asked for in a thread arrives
    window.pages.turn_to(LAB)
    window.pages.turn_to(OTHER)
    window.pages.turn_to(OTHER)
    assert window.lazy.get() is page
    assert page.entered == 2
    assert len(window.pieces) == 3


def test_the_page_that_was_wished_last_is_shown(qtbot: QtBot, window: Window) -> None:
    window.pages.turn_to(OTHER)
    window.pages.turn_to(LAB)
    qtbot.waitUntil(lambda: window.lazy.made)
    assert window.pages.name == LAB


def test_what_waits_for_a_page_is_called_when_it_is_there(qtbot: QtBot, window: Window) -> None:
    made: list[bool] = []
    window.lazy.when_made(lambda: made.append(window.lazy.made))
    assert made == []
    qtbot.waitUntil(lambda: bool(made))
    window.lazy.when_made(lambda: made.append(window.lazy.made))
    assert made == [True, True]


def test_a_module_that_is_not_there_keeps_nobody_from_going_on(qtbot: QtBot, window: Window) -> None:
    told: list[threading.Thread] = []
    Importing(["tests.no_such_module"], lambda: told.append(threading.current_thread()), window)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [threading.main_thread()]


def test_what_a_module_needs_is_imported_before_it() -> None:
    code = (
        "import sys; from convlab.window.importing import in_order\n"
        "steps = []\n"
        "for module in in_order('convlab.window.step_page'):\n"
        "    before = set(sys.modules); __import__(module)\n"
        "    steps.append(sum(name.startswith('convlab.') for name in set(sys.modules) - before))\n"
        "print(module, max(steps), len(steps))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    last, most, count = ran.stdout.split()
    assert last == "convlab.window.step_page"
    assert int(most) <= 5 and int(count) > 50  # `from package import module` cannot be told from other names


def test_what_is_there_is_not_imported_again() -> None:
    assert list(in_order("convlab.window.importing")) == []
    assert list(in_order("convlab.no_such_module")) == ["convlab.no_such_module"]


def test_a_window_may_go_while_something_is_imported(qtbot: QtBot) -> None:
    told: list[int] = []
    threads = threading.active_count()
    for number in range(200):
        owner = QObject()
        Importing(["tests.no_such_module"], partial(told.append, number), owner)
        delete(owner)
    qtbot.waitUntil(lambda: threading.active_count() <= threads)
    QCoreApplication.processEvents()
    assert told == []
