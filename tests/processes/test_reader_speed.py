"""How long a file takes to arrive, and whether the window's thread stays free meanwhile."""

from __future__ import annotations

import statistics
import time
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


def median_seconds(reader: Reader, path: Path, **how: int) -> float:
    def once() -> float:
        start = time.perf_counter()
        assert isinstance(open_with(reader, path, **how), Picture)
        return time.perf_counter() - start

    once()
    return statistics.median(once() for _ in range(5))


@pytest.mark.slow
def test_a_photograph_appears_within_three_tenths_of_a_second(reader: Reader, folder: Path) -> None:
    assert median_seconds(reader, folder / "photograph.jpg", longest=1024) < 0.3


@pytest.mark.slow
def test_a_4k_picture_arrives_whole_within_a_second(reader: Reader, folder: Path) -> None:
    assert median_seconds(reader, folder / "screen.png") < 1.0


@pytest.mark.slow
def test_no_event_of_an_arriving_picture_keeps_the_window(reader: Reader, folder: Path) -> None:
    wait_until(lambda: reader.ready)
    answers: list[object] = []
    events: list[float] = []
    for _ in range(5):
        answers.clear()
        reader.open_picture(folder / "screen.png", done=answers.append, failed=answers.append)
        while not answers:
            start = time.perf_counter()
            QCoreApplication.processEvents()
            events.append(time.perf_counter() - start)
            time.sleep(0.0005)
    assert max(events) < 0.05 and sorted(events)[-len(events) // 50] < 0.01


@pytest.mark.slow
def test_a_start_is_over_within_a_second(qapp: QCoreApplication) -> None:
    reader = Reader()
    start = time.perf_counter()
    reader.start()
    assert time.perf_counter() - start < 0.05, "starting must not block"
    wait_until(lambda: reader.ready)
    assert time.perf_counter() - start < 1.0
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
