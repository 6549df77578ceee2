from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from convlab.problems import Problem
from convlab.processes.client import Picture, Reader

FAKE = Path(__file__).with_name("fake_reader.py")


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Let events happen until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        QCoreApplication.processEvents()
        time.sleep(0.0005)


def open_with(reader: Reader, path: Any = None, **how: Any) -> Picture | Problem:
    """Ask the real reader and wait; exactly one answer must come."""
    answers: list[Any] = []
    reader.open_picture(path, done=answers.append, failed=answers.append, **how)
    wait_until(lambda: answers)
    QCoreApplication.processEvents()
    assert len(answers) == 1
    return answers[0]


@pytest.fixture(scope="module")
def reader(qapp: QCoreApplication) -> Iterator[Reader]:
    """The real reader with its process, warm."""
    reader = Reader()
    reader.start()
    yield reader
    reader.close()


@pytest.fixture
def fake(qapp: QCoreApplication) -> Iterator[Callable[..., Reader]]:
    """Makes readers whose process misbehaves in a way that has a name in fake_reader.py."""
    made: list[Reader] = []

    def make(behaviour: str, **how: Any) -> Reader:
        made.append(Reader(arguments=["-X", "utf8", str(FAKE), behaviour], **how))
        return made[-1]

    yield make
    for reader in made:
        reader.close()
