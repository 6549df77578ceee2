"""Journeys over the Learn page: the real window, the real processes next door, real mouse and keys, tiny data."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convlab.learning.plan import CLOTHES, NPZ, Source
from convlab.window import theme
from convlab.window.application import make_application
from convlab.window.header import LEARN, NETWORK
from convlab.window.learn_page import LearnPage
from convlab.window.main_window import MainWindow
from convlab.window.settings import Settings
from tests.processes.data_server import DataServer, archive, serving, small_clothes

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]  # TensorFlow starts twice

LEFT = Qt.MouseButton.LeftButton
WAIT = 600_000  # TensorFlow takes long to start where other work keeps the machine busy
HELD = "train-images-idx3-ubyte.gz"


@pytest.fixture(scope="module")
def server() -> Iterator[DataServer]:
    """Gives out a small Fashion-MNIST."""
    with serving(small_clothes()) as server:
        yield server


@pytest.fixture(scope="module")
def window(
    qapp: object, server: DataServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """The window on its Learn page; no data set is on this computer. One for all: TensorFlow takes seconds to start."""
    patch, settings = pytest.MonkeyPatch(), Settings(fresh=True)
    patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
    patch.setenv("CONVLAB_DATA_MIRROR", server.address)
    make_application(["test"])
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    window = MainWindow(settings)
    window.resize(1440, 900)
    window.show()
    window.show_page(LEARN)
    window.learn  # noqa: B018  made at once
    yield window
    window.session.mark_saved(window.session.experiment)
    window.learn.session._phase = (
        ""  # a test that failed in the middle of a training must not wait for an answer
    )
    window.close()
    window.deleteLater()
    settings.close()
    patch.undo()


@pytest.fixture(autouse=True)
def on_the_page(window: MainWindow) -> None:
    window.show_page(LEARN)


def use(qtbot: QtBot, page: LearnPage, file: Path, epochs: int) -> None:
    """Load these data, and plan so many epochs of the first recipe."""
    page.commands.use_data(Source(NPZ, str(file)))
    qtbot.waitUntil(lambda: page.session.samples is not None, timeout=WAIT)
    page.recipe.epochs.setValue(epochs)


def test_train_play_the_filters_back_stop_save_and_look_at_the_network(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    page, session = window.learn, window.learn.session
    use(qtbot, page, archive(tmp_path), epochs=1000)
    qtbot.mouseClick(page.bar.main, LEFT)
    qtbot.waitUntil(lambda: len(session.run.epochs) >= 2 and len(session.run.film) >= 4, timeout=WAIT)
    page.film.setFocus()
    qtbot.keyClick(page.film, Qt.Key.Key_Home)
    first = page.film.player.place
    assert first == 0
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert session.state == "paused" and page.bar.words.text().startswith("paused in epoch")
    qtbot.keyClick(page, Qt.Key.Key_Space)
    qtbot.mouseClick(page.bar.stop, LEFT)
    qtbot.waitUntil(lambda: session.state == "done", timeout=WAIT)
    result = session.run.result
    assert result is not None and result.stopped
    assert not np.array_equal(
        session.run.film[0].kernels[0], session.run.film[len(session.run.film) - 1].kernels[0]
    )
    copy = tmp_path / "mine.keras"
    page.commands.save_to(copy)
    qtbot.waitUntil(copy.exists, timeout=WAIT)
    qtbot.mouseClick(page.bar.open, LEFT)
    qtbot.waitUntil(lambda: window.page == NETWORK, timeout=WAIT)
    network = window.network.session
    qtbot.waitUntil(lambda: network.prediction is not None, timeout=WAIT)
    assert network.prediction is not None and network.prediction.size == 2
    assert network.path is not None and network.path.read_bytes() == copy.read_bytes()


def test_a_download_that_is_cancelled_begins_anew(
    qtbot: QtBot, window: MainWindow, server: DataServer
) -> None:
    page, session = window.learn, window.learn.session
    server.held.add(HELD)
    session.choose_data(Source(CLOTHES))
    session.load()
    qtbot.waitUntil(lambda: session.download is not None, timeout=WAIT)
    qtbot.mouseClick(page.data.cancel, LEFT)
    assert not session.loading
    qtbot.wait(700)  # cancelling acts within half a second
    home = Path(os.environ["KERAS_HOME"])
    assert [path.name for path in home.rglob(HELD)] == []
    server.held.clear()
    server.go_on.set()
    session.load()
    qtbot.waitUntil(lambda: session.samples is not None, timeout=WAIT)
    assert session.info is not None and (session.info.train, session.info.test) == (40, 10)


def test_own_data_that_are_wrong_are_told_in_a_sentence_each(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    nan = np.full((40, 12, 12), np.nan, np.float32)
    wrong: list[dict[str, object]] = [
        {"x_test": np.zeros((10, 9, 12), np.uint8)},
        {"y_train": np.arange(40) - 7},
        {"x_train": nan},
        {"y_train": np.arange(39) % 2},
    ]
    told: list[str] = []
    session = window.learn.session
    before = session.info
    for number, arrays in enumerate(wrong):
        folder = tmp_path / str(number)
        folder.mkdir()
        window.learn.commands.use_data(Source(NPZ, str(archive(folder, **arrays))))
        qtbot.waitUntil(lambda: not session.loading, timeout=WAIT)
        assert session.info == before  # the data from before are there again
        told.append(window.messages.text)
    assert all(sentence.endswith(".") and "own.npz" in sentence for sentence in told)
    assert len(set(told)) == len(wrong)


def test_a_training_that_is_killed_goes_on_from_its_last_epoch(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    page, session = window.learn, window.learn.session
    use(qtbot, page, archive(tmp_path), epochs=60)
    qtbot.mouseClick(page.bar.main, LEFT)
    qtbot.waitUntil(lambda: len(session.run.epochs) >= 3, timeout=WAIT)
    session.pause()  # so that it does not end before it is killed
    os.kill(session.trainer.process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: session.state == "failed", timeout=WAIT)
    assert "is kept: continue from there." in window.messages.text
    kept = len(session.run.epochs)
    qtbot.waitUntil(lambda: not page.bar.again.isHidden(), timeout=WAIT)
    qtbot.mouseClick(page.bar.again, LEFT)
    qtbot.waitUntil(lambda: session.state == "done", timeout=WAIT)
    assert [one.epoch for one in session.run.epochs] == list(range(60))
    assert session.run.begun is not None and 1 <= session.run.begun.epoch <= kept + 1
    assert session.run.result is not None and not session.run.result.stopped
