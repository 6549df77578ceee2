from __future__ import annotations

import threading

from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from convlab.window.background import AT_ONCE, Background
from convlab.window.post import Post


class Owner(QObject):
    """Remembers what it is told, and in which thread."""

    def __init__(self, told: list[object]) -> None:
        super().__init__()
        self._told = told
        self.post = Post(self.take)

    def take(self, told: object) -> None:
        self._told += [told, threading.current_thread()]


def test_what_a_thread_sends_is_told_in_the_windows_thread(qtbot: QtBot) -> None:
    told: list[object] = []
    owner = Owner(told)
    threading.Thread(target=owner.post.send, args=((1, "two"),)).start()
    qtbot.waitUntil(lambda: bool(told))
    assert told == [(1, "two"), threading.main_thread()]


def test_owners_may_go_while_threads_tell_them_something(qtbot: QtBot) -> None:
    told: list[object] = []
    threads = threading.active_count()
    for number in range(300):
        owner = Owner(told)
        threading.Thread(target=owner.post.send, args=(number,)).start()
        delete(owner)
    qtbot.waitUntil(lambda: threading.active_count() <= threads)
    before = len(told)
    QCoreApplication.processEvents()
    assert len(told) == before


def test_a_card_may_go_while_something_is_worked_out_for_it(qtbot: QtBot) -> None:
    threads = threading.active_count()
    told: list[int] = []
    for number in range(100):
        background = Background()
        background.ask(lambda: number, told.append, AT_ONCE + 1)  # noqa: B023
        delete(background)
    qtbot.waitUntil(lambda: threading.active_count() <= threads)
    QCoreApplication.processEvents()
    assert told == []
