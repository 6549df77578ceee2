"""Asker: puts questions to a process next door and delivers its answers, without ever waiting.

A question has a deadline; one that is asked while another of its channel is open replaces it; a process that hangs,
lies or dies is killed and started again, and costs exactly one Problem.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer

from convlab.problems import Problem
from convlab.processes.answers import problem_of
from convlab.processes.child import Child
from convlab.processes.protocol import Message

log = logging.getLogger(__name__)

Failed = Callable[[Problem], object]
Deliver = Callable[[Message], Callable[[], object]]
"""Checks an answer, raising ValueError, KeyError or TypeError for a lie; returns what is to be called then."""

_GRACE_MS = 250
"""A cancelled question may still end by itself for so long: a new process would cost more."""
_STARTS = 2
"""So often a process that does not get ready is started in a row."""


_TOO_MUCH = Problem("This cannot be handed over.", "It has too many parts.", "Try something smaller.")
"""For what is beyond the protocol's limits, which are beyond those of files."""


class Request:
    """One question. `active` until it was answered, refused or cancelled; `tried` once a process worked on it; `ends`:
    how many processes ended over it; `sent_at`: when it was sent last, by time.monotonic().

    compose: makes the message when it is sent, which may happen twice. name: what a Problem calls it.
    seconds: its deadline. room: how many bytes the arrays of its answer may need.
    """

    def __init__(
        self,
        asker: Asker,
        compose: Callable[[], Message],
        channel: str,
        *,
        name: str = "",
        seconds: float = 10.0,
        room: int = 0,
    ) -> None:
        self.channel = channel
        self.name = name
        self.seconds = seconds
        self.room = room
        self.compose = compose
        self.number = 0
        self.active = True
        self.tried = False
        self.ends = 0
        self.sent_at = 0.0
        self.deliver: Deliver = lambda message: lambda: None
        self.failed: Failed = lambda problem: None
        self._asker = asker

    def cancel(self) -> None:
        """Neither `done` nor `failed` will be called; a process that works on it is free within half a second."""
        self._asker._cancel(self)


class Asker(QObject):
    """The window's end of a process. Callbacks come in this object's thread, one per question at most.

    What differs from process to process is overridden: the names with one underscore below "what may differ".
    """

    def __init__(self, child: Child, parent: QObject | None = None, *, start_seconds: float = 30.0) -> None:
        super().__init__(parent)
        self._child = child
        child.setParent(self)
        self._start_seconds = start_seconds
        self._child.message_received.connect(self._take)
        self._child.ended.connect(self._child_ended)
        self._ready = False
        self._closed = False
        self._failed_starts = 0
        self._waiting: dict[str, Request] = {}
        self._current: Request | None = None
        self._number = 0
        self._deadline = QTimer(self, singleShot=True)
        self._deadline.timeout.connect(self._late)
        self._grace = QTimer(self, singleShot=True)
        self._grace.timeout.connect(self._child.kill)

    @property
    def process_id(self) -> int:
        """The system's number of the process; 0 without one."""
        return self._child.process_id

    @property
    def ready(self) -> bool:
        """Whether the process is warm: started, and has loaded what it needs."""
        return self._ready

    def start(self) -> None:
        """Starts the process, so that it is warm when the first question comes. Returns at once."""
        if not self._child.running and not self._closed:
            self._ready = False
            self._deadline.start(int(self._start_seconds * 1000))
            self._child.start()

    def close(self) -> None:
        """Ends the process. No callback comes any more."""
        self._closed = True
        for request in (self._current, *self._waiting.values()):
            if request is not None:
                request.active = False
        self._current = None
        self._waiting.clear()
        self._deadline.stop()
        self._grace.stop()
        self._child.close()

    # --- what may differ ---

    def _is_ready(self, header: dict[str, Any]) -> bool:
        """Whether this first message says that the process has started."""
        return header == {"reply": "ready"}

    def _started(self) -> None:
        """It is ready."""

    def _next(self) -> Request | None:
        """The question to be sent next, taken out of those that wait."""
        return self._waiting.pop(next(iter(self._waiting))) if self._waiting else None

    def _replace(self, older: Request) -> None:
        """A newer question of its channel was asked."""
        self._cancel(older)

    def _working(self, request: Request, header: dict[str, Any]) -> None:
        """The process has begun with a question."""
        request.tried = True

    def _again(self, request: Request, reason: str) -> bool:
        """Whether a question during which the process ended is asked once more."""
        return False

    def _why_ended(self, request: Request, reason: str) -> Problem:
        """What is said when the process ended over a question."""
        raise NotImplementedError

    def _not_started(self) -> None:
        """It does not get ready: a further try would end the same way."""
        self._fail_all(self._why_not_started())

    def _why_not_started(self) -> Problem:
        raise NotImplementedError

    # --- asking ---

    def _ask(self, request: Request, deliver: Deliver, failed: Failed) -> Request:
        request.deliver, request.failed = deliver, failed
        for older in (self._current, self._waiting.get(request.channel)):
            if older is not None and older.channel == request.channel:
                self._replace(older)
        self._waiting[request.channel] = request
        QTimer.singleShot(0, self._advance)
        return request

    def _cancel(self, request: Request) -> None:
        request.active = False
        if self._waiting.get(request.channel) is request:
            del self._waiting[request.channel]
        if request is self._current and not self._grace.isActive():
            self._grace.start(_GRACE_MS)

    def _advance(self) -> None:
        """Send the next question if the process is free for it; start the process if there is none."""
        if self._closed or self._current is not None or not self._waiting:
            return
        self.start()
        if self._ready:
            request = self._next()
            if request is not None:
                self._send(request)

    def _send(self, request: Request) -> None:
        self._current = request
        self._number += 1
        request.number = self._number
        request.sent_at = monotonic()
        self._deadline.start(int(request.seconds * 1000))
        try:
            message = request.compose()
            self._child.send(Message({**message.header, "id": request.number}, message.arrays), request.room)
        except ValueError:
            log.exception("a question that cannot be sent")
            self._finish(request, bind(request.failed, _TOO_MUCH))

    # --- being answered ---

    def _take(self, message: Message) -> None:
        header, request = message.header, self._current
        if not self._ready and self._is_ready(header):
            self._ready = True
            self._failed_starts = 0
            self._deadline.stop()
            self._started()
            self._advance()
        elif request is None or header.get("id") != request.number:
            self._child.kill("garbled")
        elif header.get("reply") == "working":
            self._working(request, header)
        else:
            self._answer(request, message)

    def _answer(self, request: Request, message: Message) -> None:
        tell = self._checked(request, message)
        if tell is not None:
            self._finish(request, tell)

    def _checked(self, request: Request, message: Message) -> Callable[[], object] | None:
        """How the answer is delivered; None for a lie, which has ended the process."""
        try:
            problem = problem_of(message.header)
            return bind(request.failed, problem) if problem is not None else request.deliver(message)
        except (ValueError, KeyError, TypeError):
            self._child.kill("garbled")
            return None

    def _finish(self, request: Request, tell: Callable[[], object]) -> None:
        """Everything is in order again before others are told: they may ask the next question at once."""
        self._deadline.stop()
        self._grace.stop()
        self._current = None
        self._child.answered()
        QTimer.singleShot(0, self._advance)
        if request.active:
            request.active = False
            tell()

    def _fail_all(self, problem: Problem) -> None:
        """Nothing that waits will be answered."""
        waiting, self._waiting = self._waiting, {}
        for request in waiting.values():
            if request.active:
                request.active = False
                request.failed(problem)

    def _late(self) -> None:
        self._child.kill("late")

    def _start_failed(self) -> None:
        self._failed_starts += 1
        if self._failed_starts < _STARTS:
            QTimer.singleShot(0, self.start)
        else:
            self._failed_starts = 0
            self._not_started()

    def _child_ended(self, reason: str) -> None:
        """The process is gone: the question under way fails, and a new process gets ready for the next one."""
        was_ready, self._ready = self._ready, False
        self._deadline.stop()
        request = self._current
        if request is not None:
            request.ends += 1
        if not was_ready:
            self._start_failed()
        elif request is not None and request.active and self._again(request, reason):
            request.tried = True
            self._current = None
            self._waiting = {request.channel: request, **self._waiting}
            self._advance()
        elif request is not None:
            # Only here a new process is started at once: one that dies while idle might do so again and again.
            QTimer.singleShot(0, self.start)
            self._finish(request, bind(request.failed, self._why_ended(request, reason)))


def bind(function: Callable[..., object], *arguments: Any) -> Callable[[], object]:
    return lambda: function(*arguments)
