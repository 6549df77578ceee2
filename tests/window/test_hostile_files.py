"""Hostile files through the real window: each is opened as a user would, and gives its sentence or its filters.

Nothing else may come of it: no other file touched or made, no dialog, no fault, the open network stays.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from convlab.problems import Problem
from convlab.window import theme
from convlab.window.application import make_application
from convlab.window.header import NETWORK
from convlab.window.main_window import MainWindow
from convlab.window.settings import Settings
from tests.network.hostile import Hostile, Refused, corpus
from tests.window.network_file import small_network

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
WAIT = 180_000  # TensorFlow takes long to start where other work keeps the machine busy


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    make_application(["test"])
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    settings = Settings(fresh=True)
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.show_page(NETWORK)
    yield window
    window.close()
    settings.close()


class Stalls:
    """How long the event loop did not come round, at most."""

    def __init__(self) -> None:
        self.begin()
        self._timer = QTimer(interval=1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def begin(self) -> None:
        """From now on."""
        self.longest, self._last = 0.0, time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now


def everything_in(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def open_one(qtbot: QtBot, window: MainWindow, one: Hostile) -> None:
    session = window.network.session
    told: list[Problem] = []
    session.problem_met.connect(told.append)
    window.messages.clear()
    window.open_network(one.path)
    qtbot.waitUntil(lambda: session.opening is None, timeout=WAIT)
    qtbot.waitUntil(lambda: bool(told) or session.weights.complete, timeout=WAIT)
    session.problem_met.disconnect(told.append)
    assert len(told) <= 1, (one.name, told)
    if isinstance(one.outcome, Refused):
        assert told and one.outcome.word.lower() in told[0].sentence.lower(), (one.name, told)
        assert window.messages.text == told[0].sentence, one.name
    assert QApplication.activeModalWidget() is None, one.name
    for label in window.findChildren(QLabel):
        assert "<" not in label.text() or label.textFormat() == label.textFormat().PlainText, one.name


def test_no_hostile_file_does_anything_but_give_its_sentence(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    files = corpus(folder)
    good = small_network(tmp_path)
    window.open_files([good])
    session = window.network.session
    qtbot.waitUntil(lambda: session.map_array is not None and session.maps.fresh, timeout=WAIT)
    before = everything_in(tmp_path)
    stalls, longest = Stalls(), ("", 0.0)
    for one in files:
        stalls.begin()
        open_one(qtbot, window, one)
        longest = max(longest, (one.name, stalls.longest), key=lambda pair: pair[1])
    print(
        f"{len(files)} files; the longest pause of the window was {1000 * longest[1]:.0f} ms ({longest[0]})"
    )
    assert everything_in(tmp_path) == before
    window.open_files([good])
    qtbot.waitUntil(
        lambda: session.path == good and session.map_array is not None and session.maps.fresh, timeout=WAIT
    )
