"""Outputs that would take longer than a frame are computed in a thread; only the newest question is answered.

numpy and OpenCV let go of Python's lock while they compute, so a thread is enough; what is computed stays in the
chain, which is safe to be asked from two threads.
"""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal

from convlab.operations.chain import Chain
from convlab.problems import Problem
from convlab.window.post import Post

AT_ONCE = 2_000_000  # multiplications that take well under a frame on a slow machine


class Computer(QObject):
    """Makes the outputs of chains ready. `ready(chain)` comes on the thread of the window."""

    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: tuple[Chain, int] | None = None
        self._running: Chain | None = None
        self._thread: threading.Thread | None = None
        self._post = Post(self._done)

    @property
    def busy(self) -> bool:
        return self._running is not None

    def want(self, chain: Chain, stage: int) -> bool:
        """Make output `stage` of `chain` ready: now, if it is quick (then True), else in the thread.

        A question that is still waiting is forgotten: nobody needs its answer any more.
        """
        if chain.cost(stage) <= AT_ONCE:
            chain.output(stage)
            self._waiting = None
            return True
        self._waiting = (chain, stage)
        if self._running is None:
            self._start()
        return False

    def finish(self) -> None:
        """Wait for the thread; for the end of the program and for tests."""
        self._waiting = None
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        assert self._waiting is not None
        chain, stage = self._waiting
        self._waiting, self._running = None, chain
        self._thread = threading.Thread(target=self._compute, args=(chain, stage), daemon=True)
        self._thread.start()

    def _compute(self, chain: Chain, stage: int) -> None:
        failure: BaseException | None = None
        try:
            chain.output(stage)
        except Exception as error:  # told on the window's thread: a Problem is shown, anything else is a bug
            failure = error
        self._post.send((chain, failure))

    def _done(self, told: tuple[Chain, BaseException | None]) -> None:
        chain, failure = told
        self._running = None
        if self._waiting is not None:
            self._start()
        elif isinstance(failure, (Problem, MemoryError)):
            self.failed.emit(_as_problem(failure))
        elif failure is not None:
            raise failure
        else:
            self.ready.emit(chain)


def _as_problem(failure: Exception) -> Problem:
    if isinstance(failure, Problem):
        return failure
    return Problem(
        "This output is too large to compute.",
        "The memory of this computer does not suffice.",
        "Use a smaller image, fewer filters or a larger stride.",
    )
