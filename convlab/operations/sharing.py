"""Work on large images, shared among the processors: numpy and OpenCV let go of Python's lock while they compute."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

_MOST_WORKERS = 4  # more of them would wait for the memory
_PAYS_FROM_NS = 400_000  # less is done before a second thread is awake


def pays(nanoseconds: float) -> bool:
    """Whether work that takes about so long is done sooner by several threads."""
    return nanoseconds >= _PAYS_FROM_NS and workers() > 1


def share(nanoseconds: float, jobs: Sequence[Callable[[], None]]) -> None:
    """Do all jobs, in any order, by several threads if it pays. What a job raises, this raises.

    nanoseconds: about what all of them take together.
    """
    if len(jobs) == 1 or not pays(nanoseconds):
        _do_all(jobs)
        return
    waiting = iter(jobs)  # to take the next of a list is one step of the interpreter: no job is taken twice
    others = [_pool().submit(_do_all, waiting) for _ in range(min(workers(), len(jobs)) - 1)]
    try:
        _do_all(waiting)
    finally:
        for other in others:
            other.result()


@cache
def workers() -> int:
    """How many threads compute at once: one for each processor that this process may use, up to a few."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_WORKERS)


def _do_all(jobs: Iterable[Callable[[], None]]) -> None:
    for job in jobs:
        job()


@cache
def _pool() -> ThreadPoolExecutor:
    """The threads that help the one that asks. They stay, and so does the memory that each keeps for itself."""
    return ThreadPoolExecutor(workers() - 1, "shared work")
