"""What the window's end of the trainer does, with trainers that misbehave; none of them needs TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from convlab.learning.events import Begun, DataInfo, Download, EpochEnd, Frame, Progress, Result, Samples
from convlab.learning.plan import DIGITS, Plan, Source
from convlab.problems import Problem
from convlab.processes.client import Record, RunFiles, Trainer
from tests.processes.conftest import wait_until
from tests.processes.fake_lies import FRAME_LIES, LOAD_LIES, SAMPLE_LIES, TRAIN_LIES

FAKE = Path(__file__).with_name("fake_trainer.py")
MakeTrainer = Callable[..., Trainer]
IMAGE = np.zeros((4, 5, 1), np.float32)


@pytest.fixture
def fake(qapp: QCoreApplication, tmp_path: Path) -> Iterator[MakeTrainer]:
    """Makes trainers whose process misbehaves in a way that has a name in fake_trainer.py; `times` so many only."""
    made: list[Trainer] = []

    def make(behaviour: str = "good", times: int | None = None, **how: Any) -> Trainer:
        more = [] if times is None else [str(tmp_path / "starts"), str(times)]
        made.append(Trainer(arguments=["-X", "utf8", str(FAKE), behaviour, *more], **how))
        return made[-1]

    yield make
    for trainer in made:
        trainer.close()


def load(trainer: Trainer, told: Callable[[Download], object] = lambda download: None) -> Any:
    answers: list[Any] = []
    trainer.load(Source(DIGITS), told=told, done=answers.append, failed=answers.append)
    wait_until(lambda: answers)
    return answers[0]


def samples(trainer: Trainer, indices: list[int]) -> Any:
    answers: list[Any] = []
    trainer.samples("train", indices, done=answers.append, failed=answers.append)
    wait_until(lambda: answers)
    return answers[0]


class Training:
    def __init__(self, trainer: Trainer, folder: Path, epochs: int = 1) -> None:
        self.events: list[Any] = []
        self.ends: list[Any] = []
        self.request = trainer.train(
            Plan("dense-only", Source(DIGITS), epochs),
            folder,
            IMAGE,
            go_on=False,
            told=self.events.append,
            done=self.ends.append,
            failed=self.ends.append,
        )

    @property
    def end(self) -> Any:
        wait_until(lambda: self.ends)
        QCoreApplication.processEvents()
        assert len(self.ends) == 1
        return self.ends[0]

    def until_epoch(self, epoch: int = 0) -> None:
        wait_until(lambda: any(isinstance(one, EpochEnd) and one.epoch == epoch for one in self.events))


def test_data_are_told_with_their_downloads(fake: MakeTrainer) -> None:
    downloads: list[Download] = []
    info = load(fake(), downloads.append)
    assert isinstance(info, DataInfo) and info.train == 10 and info.test == 5
    assert [one.done for one in downloads] == [0, 1] and "\n" not in downloads[0].name


def test_what_a_training_tells_arrives_in_its_order(fake: MakeTrainer, tmp_path: Path) -> None:
    training = Training(fake(), tmp_path)
    result = training.end
    assert [type(one) for one in training.events] == [Begun, Frame, Progress, EpochEnd]
    assert isinstance(result, Result) and result.file == str(tmp_path / "network.keras")
    assert result.wrong[0].pixels.shape == (4, 5, 1) and not result.confusion.flags.writeable


def test_samples_come_in_the_midst_of_a_training(fake: MakeTrainer, tmp_path: Path) -> None:
    trainer = fake()
    load(trainer)
    training = Training(trainer, tmp_path, epochs=2)
    training.until_epoch()
    found = samples(trainer, [2, 7])
    assert isinstance(found, Samples) and found.indices.tolist() == [2, 7] and not training.ends
    trainer.stop()
    assert training.end.stopped


def test_samples_without_data_are_refused_in_a_sentence(fake: MakeTrainer) -> None:
    assert isinstance(samples(fake(), [0]), Problem)


def test_samples_that_are_not_there_are_an_error_of_ours(fake: MakeTrainer) -> None:
    trainer = fake()
    load(trainer)
    with pytest.raises(ValueError, match="no such samples"):
        trainer.samples("train", [10], done=print, failed=print)


def test_pausing_and_resuming_are_told_to_the_process(fake: MakeTrainer, tmp_path: Path) -> None:
    trainer = fake()
    trainer.pause()
    assert not trainer.paused, "there is nothing to pause"
    training = Training(trainer, tmp_path, epochs=2)
    training.until_epoch()
    trainer.pause()
    assert trainer.paused
    training.until_epoch(7)
    trainer.resume()
    training.until_epoch(8)
    trainer.stop()
    assert training.end.stopped and not trainer.paused


@pytest.mark.parametrize("lie", LOAD_LIES[:1])
def test_data_that_are_lies_are_refused(fake: MakeTrainer, lie: str) -> None:
    assert isinstance(load(fake(lie)), Problem)


@pytest.mark.parametrize("lie", SAMPLE_LIES[:1])
def test_samples_that_are_lies_are_refused(fake: MakeTrainer, lie: str) -> None:
    trainer = fake(lie)
    load(trainer)
    assert isinstance(samples(trainer, [0, 1]), Problem)


@pytest.mark.parametrize("lie", [TRAIN_LIES[0], TRAIN_LIES[-1], FRAME_LIES[0], "garbage"])
def test_a_training_that_lies_is_ended(fake: MakeTrainer, lie: str, tmp_path: Path) -> None:
    training = Training(fake(lie), tmp_path)
    problem = training.end
    assert isinstance(problem, Problem) and problem.what == "The training stopped."
    assert "first epoch was not finished" in problem.remedy


def test_one_that_dies_says_which_epoch_is_kept(fake: MakeTrainer, tmp_path: Path) -> None:
    files = RunFiles(tmp_path)
    epochs = (EpochEnd(0, 0.5, 0.7, 0.6, 0.6, 2.0),)
    files.write(Record(Plan("dense-only", Source(DIGITS), 7), epochs=epochs))
    files.checkpoint.write_bytes(b"")
    problem = Training(fake("dies in training"), tmp_path).end
    assert problem.remedy == "Epoch 1 of 7 is kept: continue from there."


def test_one_that_gives_no_sign_of_life_is_ended(fake: MakeTrainer, tmp_path: Path) -> None:
    problem = Training(fake("hangs in training", seconds=(20.0, 0.5)), tmp_path).end
    assert isinstance(problem, Problem) and "no sign of life" in problem.why


def test_the_next_training_gets_a_new_process(fake: MakeTrainer, tmp_path: Path) -> None:
    trainer = fake("dies in training", times=1)
    assert isinstance(Training(trainer, tmp_path).end, Problem)
    assert isinstance(Training(trainer, tmp_path).end, Result)


def test_a_problem_of_the_training_is_told_as_it_is(fake: MakeTrainer, tmp_path: Path) -> None:
    assert Training(fake("problem in training"), tmp_path).end.what == "It came apart."


def test_a_download_is_cancelled_within_half_a_second(fake: MakeTrainer) -> None:
    trainer, answers, downloads = fake("downloads", times=1), list[Any](), list[Download]()
    request = trainer.load(Source(DIGITS), told=downloads.append, done=answers.append, failed=answers.append)
    wait_until(lambda: len(downloads) > 2)
    process = trainer.process_id
    request.cancel()
    wait_until(lambda: trainer.process_id != process, 3)
    told = len(downloads)
    assert isinstance(load(trainer), DataInfo) and answers == [] and len(downloads) == told


def test_loading_is_tried_again_only_if_it_was_not_begun(fake: MakeTrainer) -> None:
    assert isinstance(load(fake("dies at load", times=1)), DataInfo)
    assert isinstance(load(fake("dies at load")), Problem)
    assert load(fake("a problem at load")).what == "No data."


def test_without_tensorflow_everything_is_refused_in_a_sentence(fake: MakeTrainer, tmp_path: Path) -> None:
    trainer = fake("missing")
    problem = Training(trainer, tmp_path).end
    assert trainer.state == "missing" and "not installed" in problem.why
    assert isinstance(load(trainer), Problem)


def test_closing_ends_it_without_a_word(fake: MakeTrainer, tmp_path: Path) -> None:
    trainer = fake()
    training = Training(trainer, tmp_path, epochs=2)
    training.until_epoch()
    trainer.close()
    QCoreApplication.processEvents()
    assert training.ends == [] and trainer.process_id == 0
