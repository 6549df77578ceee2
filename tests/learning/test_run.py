"""The record of a training, and when training and validation part: worked by hand."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from convlab.learning.events import Begun, EpochEnd, Frame, Progress
from convlab.learning.plan import Plan, Source
from convlab.learning.run import MOST_MOMENTS, Moment, Run, diverged, parted


def epochs(*losses: tuple[float, float], start: int = 0) -> list[EpochEnd]:
    """(training loss, validation loss) of epochs in a row."""
    return [EpochEnd(start + n, loss, 0.9, val, 0.8, 60.0) for n, (loss, val) in enumerate(losses)]


def new_run() -> Run:
    return Run(Plan("digits-small", Source("digits"), 4), ("zero", "one"))


def frame(batch: int) -> Frame:
    kernel, maps = np.zeros((3, 3, 1, 4), np.float32), np.zeros((6, 6, 4), np.float32)
    return Frame(batch, (kernel,), (maps,))


def progress(epoch: int, batch: int, loss: float = 0.5) -> Progress:
    return Progress(epoch, batch, 10, loss, 0.75, 3.0, None)


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([], None),
        ([(0.9, 0.8)], None),
        ([(0.9, 0.8), (0.5, 0.9)], None),  # one epoch after the least tells nothing
        ([(0.9, 0.8), (0.7, 0.6), (0.5, 0.7), (0.3, 0.8)], 1),
        ([(0.9, 0.8), (0.7, 0.6), (0.5, 0.4), (0.3, 0.3)], None),  # both fall
        ([(0.9, 0.8), (0.7, 0.6), (0.8, 0.7), (0.9, 0.8)], None),  # both rise: nothing is learned by heart
        ([(0.9, 0.5), (0.7, 0.6), (0.6, 0.7), (0.5, 0.4)], None),  # validation has come below again
        ([(0.9, 0.324), (0.7, 0.33), (0.6, 0.335), (0.5, 0.335)], None),  # less than 5 % higher is chance
        ([(0.9, 0.5), (0.7, 0.6), (0.6, 0.51), (0.5, 0.6)], None),  # and so is one epoch alone
        ([(0.9, 0.5), (0.7, 0.51), (0.6, 0.55), (0.5, 0.6)], 0),  # two in a row are not
        ([(0.9, 0.5), (0.7, 0.5), (0.6, 0.55), (0.5, 0.6)], 0),  # the first of equal ones
        ([(0.9, 0.5), (0.7, 0.55), (0.7, 0.6)], None),  # the training loss stands still
        ([(0.9, 0.5), (0.6, 0.55), (0.7, 0.6), (0.4, 0.7)], 0),  # a little noise does not hide it
    ],
)
def test_where_training_and_validation_part(losses: list[tuple[float, float]], expected: int | None) -> None:
    assert parted(epochs(*losses)) == expected


def test_parting_is_told_by_the_epochs_own_number() -> None:
    assert parted(epochs((0.9, 0.5), (0.7, 0.6), (0.5, 0.7), start=4)) == 4


def test_what_follows_a_loss_that_is_no_number_does_not_count() -> None:
    losses = [(0.9, 0.8), (0.7, 0.6), (0.5, 0.7), (0.3, 0.8)]
    assert parted(epochs(*losses, (nan, nan), (0.1, 0.1))) == 1
    assert parted(epochs((nan, nan), *losses)) is None
    assert diverged(epochs(*losses, (nan, 0.4))) == 4
    assert diverged(epochs((0.9, inf), *losses)) == 0
    assert diverged(epochs(*losses)) is None


def test_a_run_takes_what_is_told_of_it() -> None:
    run = new_run()
    begun = Begun((), 1234, 10, 0)
    events = [begun, frame(0), progress(0, 5), frame(5), *epochs((0.5, 0.4))]
    for event in events:
        run.take(event)
    assert run.begun is begun and len(run.film) == 2
    assert run.progress == progress(0, 5)
    assert run.epochs == epochs((0.5, 0.4))


def test_the_running_values_go_on_to_the_end_of_each_epoch() -> None:
    run = new_run()
    for event in (progress(0, 5), progress(0, 9), *epochs((0.4, 0.5))):
        run.take(event)
    assert run.moments[0] == Moment(0.5, 0.5, 0.75)
    assert run.moments[-1] == Moment(1.0, 0.4, 0.9)
    for event in (progress(1, 5), *epochs((nan, nan), start=1)):
        run.take(event)
    assert run.moments[-1].at == 1.5


def test_going_on_from_a_checkpoint_drops_what_was_not_kept() -> None:
    run = new_run()
    for event in (Begun((), 9, 10, 0), progress(0, 10), *epochs((0.5, 0.4), (0.4, 0.3)), progress(1, 7)):
        run.take(event)
    run.take(Begun((), 9, 10, 1))
    assert [one.epoch for one in run.epochs] == [0]
    assert [one.at for one in run.moments] == [1.0]
    again = EpochEnd(1, 0.39, 0.9, 0.31, 0.8, 70.0)
    run.take(again)
    assert run.epochs[1:] == [again]


def test_the_same_moment_is_kept_once() -> None:
    run = new_run()
    for batch in (9, 10, 10):
        run.take(progress(0, batch))
    assert [one.at for one in run.moments] == [0.9, 1.0]


def test_a_thousand_epochs_keep_few_moments_from_the_first_to_the_last() -> None:
    run = new_run()
    for epoch in range(1000):
        for batch in (2, 4, 6, 8, 10):
            run.take(progress(epoch, batch))
    places = [one.at for one in run.moments]
    assert len(places) <= MOST_MOMENTS and places == sorted(set(places))
    assert places[0] == 0.2 and places[-1] == 1000.0
    assert max(np.diff(places)) < 2


def test_its_history_is_told_with_what_is_measured() -> None:
    run = new_run()
    for event in (Begun((), 1234, 10, 0), *epochs((0.5, 0.4))):
        run.take(event)
    history = run.history("here", "Digits, small")
    assert (history.key, history.name, history.parameters) == ("here", "Digits, small", 1234)
    assert history.epochs == tuple(epochs((0.5, 0.4))) and history.test_accuracy is None
