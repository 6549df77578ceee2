"""When a training is filmed, and how long it took."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.processes.evaluation import confusion, loss_and_accuracy, most_confidently_wrong
from convlab.processes.following import Clock, Follower, Schedule, Stopped


def filmed(batches: int, *, start: int = 0, cost: float = 0.0, pace: float = 0.01) -> list[int]:
    """The batches after which a frame is taken that costs so many seconds, at so many seconds a batch."""
    schedule, found = Schedule(start), []
    for batch in range(start, start + batches + 1):
        if schedule.is_due(batch, (batch - start) * pace):
            found.append(batch)
            schedule.taken(batch, cost)
    return found


def test_the_first_batches_are_filmed_one_by_one_and_later_ones_more_and_more_rarely() -> None:
    found = filmed(10_500)
    assert found[:14] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17]
    gaps = np.diff(found)
    assert np.all(np.diff(gaps[10:]) >= 0) and 50 < len(found) < 70


def test_a_film_takes_no_more_than_its_share_of_the_time() -> None:
    found = filmed(3000, cost=0.05)
    assert found[:11] == list(range(11)), "the first frames are worth it"
    assert 0.05 * len(found) <= 0.02 * 3000 * 0.01 + 11 * 0.05 + 0.05


def test_a_training_that_goes_on_begins_its_film_anew() -> None:
    assert filmed(20, start=500)[:13] == [*range(500, 511), 512, 514]


def test_a_clock_counts_on_from_before_and_stops_in_a_pause() -> None:
    class Short(Follower):
        looks = 0

        def look(self) -> None:
            self.looks += 1
            self.paused = self.looks < 4

    clock, follower = Clock(100.0), Short()
    follower.paused = True
    clock.wait(follower)
    assert follower.looks == 4 and 100.0 <= clock.seconds < 100.15


def test_a_pause_ends_with_a_stop() -> None:
    follower = Follower()
    follower.paused = follower.stopped = True
    with pytest.raises(Stopped):
        Clock().wait(follower)


PROBABILITIES = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.99, 0.01], [1.0, 0.0]], np.float32)
LABELS = np.array([0, 1, 1, 1, 0])


def test_loss_and_accuracy_by_hand() -> None:
    loss, accuracy = loss_and_accuracy(PROBABILITIES, LABELS)
    assert accuracy == 0.6
    assert loss == pytest.approx(-np.log([0.9, 0.8, 0.4, 0.01, 1.0]).mean(), abs=1e-6)


def test_confusion_counts_what_was_taken_for_what() -> None:
    assert confusion(PROBABILITIES, LABELS).tolist() == [[2, 0], [2, 1]]


def test_the_surest_of_the_wrong_ones_come_first() -> None:
    images = np.arange(5, dtype=np.float32).reshape(5, 1, 1, 1)
    found = most_confidently_wrong(PROBABILITIES, LABELS, images)
    assert [(one.index, one.label, one.predicted) for one in found] == [(3, 1, 0), (2, 1, 0)]
    assert found[0].probability == pytest.approx(0.99) and found[1].pixels.item() == 2
    assert len(most_confidently_wrong(PROBABILITIES, LABELS, images, most=1)) == 1
