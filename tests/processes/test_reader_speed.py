"""How long a file takes to arrive, and whether the window's thread stays free meanwhile."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication

from convlab.processes.client import Picture, Reader
from tests.processes.conftest import open_with, wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph of 12 megapixels and a picture of a 4K screen, both as detailed as real ones."""
    folder = tmp_path_factory.mktemp("pictures")
    noise = np.random.default_rng(0).integers(0, 256, (270, 512, 3), dtype=np.uint8)
    small = Image.fromarray(noise)
    small.resize((4000, 3000), Image.Resampling.BICUBIC).save(folder / "photograph.jpg", quality=90)
    small.resize((4096, 2160), Image.Resampling.BICUBIC).save(folder / "screen.png", compress_level=6)
    return folder


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def ratio(one: Callable[[], object], other: Callable[[], object]) -> float:
    """The median of several ratios, each of two runs in turn: what else the machine does slows both."""
    one(), other()
    return statistics.median(seconds(one) / seconds(other) for _ in range(7))


def arrives(reader: Reader, path: Path, **how: int) -> Callable[[], object]:
    def arrive() -> None:
        assert isinstance(open_with(reader, path, **how), Picture)

    return arrive


def decoded(path: Path) -> Callable[[], object]:
    return lambda: np.asarray(Image.open(path).convert("RGB"))


@pytest.mark.slow
def test_a_photograph_appears_in_about_the_time_of_decoding_it_whole(reader: Reader, folder: Path) -> None:
    path = folder / "photograph.jpg"
    assert ratio(arrives(reader, path, longest=1024), decoded(path)) < 1.5


@pytest.mark.slow
def test_a_4k_picture_arrives_whole_in_little_more_than_decoding_takes(reader: Reader, folder: Path) -> None:
    path = folder / "screen.png"
    assert ratio(arrives(reader, path), decoded(path)) < 3


@pytest.mark.slow
def test_no_event_of_an_arriving_picture_keeps_the_window(reader: Reader, folder: Path) -> None:
    wait_until(lambda: reader.ready)
    answers: list[object] = []
    events: list[float] = []
    for _ in range(5):
        answers.clear()
        reader.open_picture(folder / "screen.png", done=answers.append, failed=answers.append)
        while not answers:
            start = time.thread_time()  # other work may hold the machine up, but not this thread's own
            QCoreApplication.processEvents()
            events.append(time.thread_time() - start)
            time.sleep(0.0005)
    assert max(events) < 0.05 and sorted(events)[-len(events) // 50] < 0.01


@pytest.mark.slow
def test_a_start_does_not_wait_for_the_process(qapp: QCoreApplication) -> None:
    reader = Reader()
    reader.start()
    assert not reader.ready
    wait_until(lambda: reader.ready)
    reader.close()


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16", "F"])
def test_ninety_nine_megapixels_arrive_smaller(mode: str, reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "huge.tif"
    Image.new(mode, (11000, 9000)).save(path)
    picture = open_with(reader, path)
    assert isinstance(picture, Picture), picture
    assert picture.size == (9000, 11000)
    assert 38_000_000 < picture.pixels.shape[0] * picture.pixels.shape[1] <= 40_000_000
    assert "9,000 × 11,000" in " ".join(picture.notes)
