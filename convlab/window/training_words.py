"""How far a training is, in words."""

from __future__ import annotations

import math

from convlab.learning.run import Run
from convlab.processes.client import RunFiles
from convlab.window.learn_session import (
    BUSY,
    DONE,
    FAILED,
    LOADING,
    PAUSED,
    STOPPING,
    TRAINING,
    LearnSession,
)


def words_of(session: LearnSession) -> str:
    """One line, such as "epoch 2 of 7 · 640 of 1,500 batches · 3 minutes left"."""
    state, run = session.state, session.run
    if state in (TRAINING, PAUSED):
        return _under_way(run, paused=state == PAUSED)
    if state == STOPPING:
        return "stopping: the best weights so far are kept and tested"
    if state == LOADING:
        return "starting TensorFlow" if session.trainer.state == "starting" else "loading the data"
    if state == DONE:
        return _ended(run)
    if state == FAILED:
        return f"ended before its time: {kept_words(len(run.epochs), run.plan.epochs)}"
    return _planned(session)


def kept_words(epochs: int, planned: int) -> str:
    """What is kept of a training that ended before its time."""
    return f"epoch {epochs} of {planned} is kept" if epochs else "no epoch was finished"


def closing_words(session: LearnSession) -> str:
    """What is left of the training that is under way if the window is closed now; "" if there is none."""
    if session.state not in BUSY or session.folder is None:
        return ""
    kept, planned = RunFiles(session.folder).epochs_kept()
    if not kept:
        return "Its first epoch is not finished, so nothing of it is kept."
    return f"Epoch {kept} of {planned} is kept: it can be continued at the next start."


def _under_way(run: Run, *, paused: bool) -> str:
    progress = run.progress
    begun = run.begun is not None and progress is not None
    if not begun or progress is None:
        return "starting TensorFlow and building the network"
    epoch = f"epoch {progress.epoch + 1} of {run.plan.epochs}"
    batches = f"{progress.batch:,} of {progress.batches:,} batches"
    if paused:
        return f"paused in {epoch} · {batches}"
    left = "" if progress.left is None else f" · {time_words(progress.left)} left"
    return f"{epoch} · {batches}{left}"


def _ended(run: Run) -> str:
    result = run.result
    if result is None:
        return "done"
    right = f"{100 * result.test_accuracy:.2f} % of the test images right"
    how = "stopped" if result.stopped else "done"
    return f"{how}: {right} · weights of epoch {result.best + 1}"


def _planned(session: LearnSession) -> str:
    plan, info = session.plan, session.info
    epochs = f"{plan.epochs:,} epoch{'' if plan.epochs == 1 else 's'}"
    if info is None:
        return f"{epochs} in batches of {plan.batch:,}"
    batches = batches_of(info.train, plan.validation, plan.batch)
    return f"{epochs} of {batches:,} batch{'' if batches == 1 else 'es'}"


def batches_of(images: int, validation: float, batch: int) -> int:
    """In an epoch; the last images are kept for validation."""
    return max(1, math.ceil(math.floor(images * (1 - validation)) / batch))


def time_words(seconds: float) -> str:
    """Such as "40 seconds" or "3 minutes"; what is left is a guess, so no finer."""
    if seconds < 90:
        coarse = max(5 * math.ceil(seconds / 5), 5)
        return f"{coarse} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{seconds / 3600:.1f} hours"
