"""Follower: who hears what happens in a training, and may pause or stop it. Clock: how long it has learned. Schedule: when
it is filmed."""

from __future__ import annotations

import math
from time import perf_counter, sleep

from convlab.learning.events import Event

_LOOK_SECONDS = 0.05

_FIRST = 10
"""So many batches at the start are filmed one by one."""
_GROWTH = 1.15
_SHARE = 0.02
"""Of the time of a training that may be spent on its film."""


class Stopped(Exception):
    """The training is to end with the batch in hand."""


class Diverged(Exception):
    """The loss is no finite number any more."""


class Follower:
    """To be overridden. stopped, paused: what is wished; looked at between two batches."""

    def __init__(self) -> None:
        self.stopped = False
        self.paused = False

    def tell(self, event: Event) -> None:
        """Something happened."""

    def look(self) -> None:
        """Find out what is wished; called between two batches, so it must cost nothing."""

    def alive(self) -> None:
        """Called now and then while nothing happens that could be told."""


class Clock:
    """Seconds since a training began, pauses left out. before: of an earlier training that this one continues."""

    def __init__(self, before: float = 0.0) -> None:
        self._start = perf_counter() - before

    @property
    def seconds(self) -> float:
        return perf_counter() - self._start

    def wait(self, follower: Follower) -> None:
        """Return when the training may go on; raises Stopped if it must not."""
        begin = perf_counter()
        while follower.paused and not follower.stopped:
            follower.alive()
            sleep(_LOOK_SECONDS)
            follower.look()
        self._start += perf_counter() - begin
        if follower.stopped:
            raise Stopped


class Schedule:
    """When the next frame is due: after each of the first batches, then more and more rarely, and never so often that the
    film takes more than its share of the time. start: batches that were done before. last: the batch of the last frame."""

    def __init__(self, start: int = 0) -> None:
        self.last: int | None = None
        self._start = start
        self._next = start
        self._spent = 0.0

    def is_due(self, batch: int, seconds: float) -> bool:
        """seconds: since the training began or went on."""
        if batch < self._next:
            return False
        return batch - self._start <= _FIRST or self._spent <= _SHARE * seconds

    def taken(self, batch: int, seconds: float) -> None:
        """A frame was taken, which took so long."""
        self.last = batch
        done = batch - self._start
        self._next = batch + 1 if done < _FIRST else self._start + math.ceil(done * _GROWTH)
        self._spent += seconds
