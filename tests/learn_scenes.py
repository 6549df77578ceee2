"""Scenes of the Learn page for the pictures: a training as a fake trainer tells it, since a real one takes minutes."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from convlab.window.header import LEARN
from convlab.window.main_window import MainWindow
from tests.network_scenes import wait
from tests.window import learn_fakes
from tests.window.learn_fakes import FakeTrainer


def _page(window: MainWindow) -> FakeTrainer:
    """The page with a fake trainer, and data in it."""
    trainer = FakeTrainer(parent=window.neighbours)
    vars(window.neighbours)["trainer"] = trainer
    window.show_page(LEARN)
    wait(lambda: window.page == LEARN)
    window.learn.session.choose_recipe(learn_fakes.PLAN.recipe)
    return trainer


def _drawn(window: MainWindow) -> None:
    """Curves are drawn in a thread, twice a second at most."""
    view = window.learn.curves.view
    wait(lambda: not view.isVisible() or (view.plot is not None and not view.drawing))
    end = time.monotonic() + 1.0
    while time.monotonic() < end or view.drawing:
        QApplication.processEvents()
        time.sleep(0.01)


def empty(window: MainWindow) -> None:
    _page(window)


def ready(window: MainWindow) -> None:
    _page(window)
    window.learn.session.load()
    learn_fakes.settle(window.learn.session)


def training(window: MainWindow) -> None:
    """In the middle of the third epoch."""
    ready(window)
    window.learn.session.runs = Path(window.settings.state_folder) / "runs"
    learn_fakes.fill(window.learn.session, epochs=2, done=False)
    _drawn(window)


def done(window: MainWindow) -> None:
    ready(window)
    learn_fakes.fill(window.learn.session, epochs=7, done=True)
    _drawn(window)


def failed(window: MainWindow) -> None:
    """The trainer was killed."""
    from convlab.problems import Problem

    training(window)
    why = "The process that trains has ended unexpectedly."
    kept = "Epoch 2 of 10 is kept: continue from there."
    learn_fakes.trainer_of(window.learn.session).fail(Problem("The training stopped.", why, kept))


SCENES = {
    "learn-empty": empty,
    "learn-ready": ready,
    "learn": training,
    "learn-done": done,
    "learn-failed": failed,
}
