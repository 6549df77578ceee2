"""Scenes of the Learn page for the pictures: a training as a fake trainer tells it, since a real one takes minutes.

Two scenes are real: they train on Fashion-MNIST, if KERAS_HOME names a folder that has it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from convlab.learning.plan import CLOTHES, Source
from convlab.processes.client import data_are_here
from convlab.window.header import LEARN
from convlab.window.main_window import MainWindow
from tests.network_scenes import wait
from tests.window import learn_fakes
from tests.window.learn_fakes import FakeTrainer

LONGEST = 1800.0  # seconds


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


def has_data() -> bool:
    """Whether a real training can be shown without asking the net."""
    return "KERAS_HOME" in os.environ and data_are_here(Source(CLOTHES))


def _real(window: MainWindow, epochs: int) -> None:
    """The first recipe on clothes."""
    window.show_page(LEARN)
    wait(lambda: window.page == LEARN)
    session = window.learn.session
    session.load()
    wait(lambda: session.samples is not None, LONGEST)
    session.change(epochs=epochs)
    session.train()


def real(window: MainWindow) -> None:
    """In the middle of the second epoch of three."""
    _real(window, 3)
    run = window.learn.session.run
    wait(lambda: len(run.epochs) == 1 and run.progress is not None and run.progress.batch > 700, LONGEST)
    window.learn.session.pause()
    _drawn(window)


def real_done(window: MainWindow) -> None:
    """After three epochs, with the surest mistakes."""
    _real(window, 3)
    wait(lambda: window.learn.session.state == "done", LONGEST)
    _drawn(window)


REAL = {"learn-real", "learn-real-done"}
SCENES = {
    "learn-real": real,
    "learn-real-done": real_done,
    "learn-empty": empty,
    "learn-ready": ready,
    "learn": training,
    "learn-done": done,
    "learn-failed": failed,
}
