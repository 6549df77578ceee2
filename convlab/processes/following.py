"""Follower: who hears what happens in a training, and may pause or stop it. Clock: how long it has learned."""

from __future__ import annotations

from time import perf_counter, sleep

from convlab.learning.events import Event

_LOOK_SECONDS = 0.05


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
