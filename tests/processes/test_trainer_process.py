"""The real trainer process: trains, pauses, stops, is killed and goes on; on data that are learned in a moment."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from convlab.learning.events import Begun, DataInfo, EpochEnd, Frame, Result, Samples
from convlab.learning.plan import NPZ, Plan, Source
from convlab.problems import Problem
from convlab.processes.client import RunFiles, Trainer, kept_runs, new_run
from tests.processes.conftest import wait_until
from tests.processes.tiny_data import SHAPE, images, plan_for, write_npz

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LONG = 300.0


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def trainer(qapp: QCoreApplication, runs: Path) -> Iterator[Trainer]:
    trainer = Trainer(runs=runs)
    trainer.start()
    yield trainer
    trainer.close()


@pytest.fixture(scope="module")
def npz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_npz(tmp_path_factory.mktemp("data") / "bars.npz", 2000)


@pytest.fixture
def files(runs: Path) -> RunFiles:
    return new_run("fashion-first", runs)


class Training:
    """One training, and what was told of it."""

    def __init__(self, trainer: Trainer, plan: Plan, files: RunFiles, *, go_on: bool = False) -> None:
        self.events: list[Any] = []
        self.ends: list[Any] = []
        self.on: Callable[[Any], object] = lambda event: None
        image = images(1, 5)[0].reshape(SHAPE).astype(np.float32) / 255
        then = {"done": self.ends.append, "failed": self.ends.append}
        self.request = trainer.train(plan, files.folder, image, go_on=go_on, told=self._tell, **then)

    def _tell(self, event: Any) -> None:
        self.events.append(event)
        self.on(event)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def end(self) -> Result | Problem:
        wait_until(lambda: self.ends, LONG)
        assert len(self.ends) == 1
        return self.ends[0]

    @property
    def result(self) -> Result:
        assert isinstance(self.end, Result), self.end
        return self.end

    def until(self, kind: type, count: int = 1) -> None:
        wait_until(lambda: len(self.of(kind)) >= count or self.ends, LONG)


def answer(ask: Callable[..., object]) -> Any:
    answers: list[Any] = []
    ask(done=answers.append, failed=answers.append)
    wait_until(lambda: answers, LONG)
    assert len(answers) == 1
    return answers[0]


def load(trainer: Trainer, npz: Path) -> DataInfo:
    info = answer(lambda **then: trainer.load(Source(NPZ, str(npz)), told=lambda download: None, **then))
    assert isinstance(info, DataInfo), info
    return info


def test_data_are_loaded_and_looked_at(trainer: Trainer, npz: Path) -> None:
    info = load(trainer, npz)
    assert (info.shape, info.train, info.test, info.class_names) == (SHAPE, 2000, 40, ("0", "1"))
    samples = answer(lambda **then: trainer.samples("test", [3, 0], **then))
    assert isinstance(samples, Samples) and samples.labels.tolist() == [1, 0]
    np.testing.assert_allclose(samples.pixels[1, :, :, 0], images(40, 2)[0][0] / 255, atol=1e-6)
    assert not samples.pixels.flags.writeable


def test_data_that_are_not_there_are_one_sentence(trainer: Trainer, tmp_path: Path) -> None:
    source = Source(NPZ, str(tmp_path / "missing.npz"))
    problem = answer(lambda **then: trainer.load(source, told=lambda download: None, **then))
    assert isinstance(problem, Problem) and "missing.npz" in problem.what


def test_a_training_is_told_from_the_first_weights_to_the_test(
    trainer: Trainer, npz: Path, files: RunFiles, runs: Path
) -> None:
    training = Training(trainer, plan_for(npz), files)
    result = training.result
    assert result.test_accuracy > 0.9 and Path(result.file) == files.network and files.network.exists()
    assert isinstance(training.events[0], Begun) and len(training.of(EpochEnd)) == 2
    assert training.of(Frame)[0].batch == 0 and not training.of(Frame)[0].maps[0].flags.writeable
    assert result.confusion.sum() == 40 and not training.request.active
    assert [kept.folder for kept in kept_runs(runs)] == [files.folder] and not kept_runs(runs)[0].resumable


def test_it_pauses_and_goes_on(trainer: Trainer, npz: Path, files: RunFiles) -> None:
    training = Training(trainer, plan_for(npz, epochs=3), files)
    training.until(Frame, 5)
    trainer.pause()
    assert trainer.paused
    wait_for(0.6)
    before = len(training.events)
    wait_for(0.6)
    assert len(training.events) == before and not training.ends
    trainer.resume()
    assert training.result.test_accuracy > 0.9 and not trainer.paused


def test_samples_can_be_looked_at_meanwhile(trainer: Trainer, npz: Path, files: RunFiles) -> None:
    load(trainer, npz)
    training = Training(trainer, plan_for(npz, epochs=40), files)
    training.until(Frame, 3)
    samples = answer(lambda **then: trainer.samples("train", range(25), **then))
    assert isinstance(samples, Samples) and len(samples.labels) == 25 and not training.ends
    trainer.stop()
    assert training.result.stopped


def test_a_training_that_is_stopped_keeps_its_best_network(
    trainer: Trainer, npz: Path, files: RunFiles
) -> None:
    training = Training(trainer, plan_for(npz, epochs=200), files)
    training.until(EpochEnd, 2)
    trainer.pause()
    trainer.stop()
    result = training.result
    assert result.stopped and result.best <= len(training.of(EpochEnd)) - 1
    assert files.kept().resumable  # type: ignore[union-attr]


def test_one_that_is_killed_says_what_is_kept_and_goes_on_from_there(
    trainer: Trainer, npz: Path, files: RunFiles
) -> None:
    plan = plan_for(npz, epochs=30)
    training = Training(trainer, plan, files)
    training.until(EpochEnd, 3)
    os.kill(trainer.process_id, signal.SIGKILL)
    problem = training.end
    kept = files.kept()
    assert isinstance(problem, Problem) and kept is not None and kept.resumable
    done = len(kept.record.epochs)
    assert done >= 3 and problem.remedy == f"Epoch {done} of 30 is kept: continue from there."
    again = Training(trainer, replace(plan, epochs=done + 2), files, go_on=True)
    assert isinstance(again.result, Result) and again.of(Begun)[0].epoch == done
    assert [one.epoch for one in again.of(EpochEnd)] == [done, done + 1]
    assert files.read().epochs[:done] == kept.record.epochs


def test_one_that_is_cancelled_is_over_within_half_a_second(
    trainer: Trainer, npz: Path, files: RunFiles
) -> None:
    training = Training(trainer, plan_for(npz, epochs=500), files)
    training.until(EpochEnd, 1)
    process = trainer.process_id
    training.request.cancel()
    wait_until(lambda: trainer.process_id != process, 2)
    wait_until(lambda: files.kept().resumable, 10)  # type: ignore[union-attr]  # when the old process has let go
    assert training.ends == []
    assert load(trainer, npz).train == 2000, "the next process serves"


def test_it_writes_nowhere_but_where_trainings_are_kept(trainer: Trainer, npz: Path, tmp_path: Path) -> None:
    if trainer.state != "ready":
        load(trainer, npz)
    problem = Training(trainer, plan_for(npz), RunFiles(tmp_path / "elsewhere")).end
    if isinstance(problem, Result):
        pytest.skip("this system has no Landlock")
    assert not (tmp_path / "elsewhere").exists()


def wait_for(seconds: float) -> None:
    import time

    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > end, seconds + 10)
