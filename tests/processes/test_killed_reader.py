from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from convlab.processes.client import Picture, Reader
from tests.processes.awkward import RGB, saved
from tests.processes.conftest import open_with, wait_until

slow = pytest.mark.slow  # fifty moments: tests/window/test_killed_neighbours.py
MOMENTS = [random.Random(5).uniform(0, 0.25) for _ in range(4)]


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large picture: it takes a while to be read, and a while to be sent."""
    path = tmp_path_factory.mktemp("photographs") / "large.bmp"
    path.write_bytes(saved(np.random.default_rng(0).integers(0, 256, (2160, 4096, 3), dtype=np.uint8), "BMP"))
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.png"
    path.write_bytes(saved(RGB, "PNG"))
    return path


def check_works(reader: Reader, path: Path) -> None:
    picture = open_with(reader, path)
    assert isinstance(picture, Picture) and np.array_equal(picture.pixels, RGB)


def kill(reader: Reader) -> None:
    if reader.process_id:
        os.kill(reader.process_id, signal.SIGKILL)


@pytest.mark.parametrize("moment", [MOMENTS[0], *(pytest.param(one, marks=slow) for one in MOMENTS[1:])])
def test_killed_at_any_moment_it_is_asked_once_more(
    moment: float, reader: Reader, photograph: Path, small: Path
) -> None:
    check_works(reader, small)
    answers: list[Any] = []
    reader.open_picture(photograph, done=answers.append, failed=answers.append)
    end = time.monotonic() + moment
    while time.monotonic() < end:
        QCoreApplication.processEvents()
    kill(reader)
    wait_until(lambda: answers)
    assert len(answers) == 1 and isinstance(answers[0], Picture)
    check_works(reader, small)


@pytest.mark.parametrize("moment", [0.02, pytest.param(0, marks=slow), pytest.param(0.1, marks=slow)])
def test_killed_while_it_starts_it_is_started_again(
    moment: float, qapp: QCoreApplication, small: Path
) -> None:
    reader = Reader()
    reader.start()
    end = time.monotonic() + moment
    while time.monotonic() < end:
        QCoreApplication.processEvents()
    kill(reader)
    check_works(reader, small)
    reader.close()


def test_killed_while_idle_nobody_notices(reader: Reader, small: Path) -> None:
    check_works(reader, small)
    for pause in (0, 0.05):
        kill(reader)
        end = time.monotonic() + pause
        while time.monotonic() < end:
            QCoreApplication.processEvents()
        check_works(reader, small)


def test_killed_while_it_receives_a_pasted_picture(reader: Reader, photograph: Path, small: Path) -> None:
    check_works(reader, small)
    answers: list[Any] = []
    reader.open_picture(data=photograph.read_bytes(), done=answers.append, failed=answers.append)
    QCoreApplication.processEvents()
    kill(reader)
    wait_until(lambda: answers)
    assert isinstance(answers[0], Picture)
    check_works(reader, small)


def test_a_pasted_photograph_arrives(reader: Reader, photograph: Path) -> None:
    picture = open_with(reader, data=photograph.read_bytes())
    assert isinstance(picture, Picture) and picture.pixels.shape == (2160, 4096, 3)
