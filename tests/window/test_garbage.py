"""Garbage is found in the window's thread, and only there."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from convlab.window.garbage import Garbage


class Ring:
    """Refers to itself, so that only a search finds it."""

    def __init__(self, found: list[int]) -> None:
        self.ring = self
        weakref.finalize(self, lambda: found.append(threading.get_ident()))


@pytest.fixture
def garbage(qapp: QObject) -> Iterator[Garbage]:
    owner = QObject()
    yield Garbage(owner)
    gc.enable()


def test_another_thread_that_makes_much_finds_nothing(garbage: Garbage) -> None:
    found: list[int] = []
    Ring(found)
    thread = threading.Thread(target=lambda: [[[]] for _ in range(200_000)])
    thread.start()
    thread.join()
    assert found == []


def test_what_nothing_refers_to_is_found_by_the_window(garbage: Garbage, qtbot: QtBot) -> None:
    found: list[int] = []
    gc.collect()
    Ring(found)
    kept: list[list[int]] = [[] for _ in range(2 * gc.get_threshold()[0])]
    qtbot.waitUntil(lambda: bool(found))
    assert found == [threading.get_ident()] and kept
