"""EngineProcess: the process in which TensorFlow runs: started, told missing, ended and started again, and its queue."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.asking import Asker, Deliver, Failed, Request
from convlab.processes.child import Child

NETWORK = "network"
"""The channel of questions that say which network there is: the next of all to be asked."""

_RESTARTS = 4
"""So often one that ends again and again is started by itself; after that, only when it is needed."""


class EngineProcess(Asker):
    """state: "off", "starting", "ready" or "missing": then `why` says why there will be none. versions: of TensorFlow and
    Keras. What the process has to be told anew after its end, a subclass knows."""

    state_changed = Signal()

    def __init__(self, child: Child, parent: QObject | None, start_seconds: float) -> None:
        super().__init__(child, parent, start_seconds=start_seconds)
        self.state = "off"
        self.why = ""
        self.versions = ("", "")
        self._absent = False
        self._ends = 0  # of processes, since the last good work

    def start(self) -> None:
        """Starts the process, so that it is warm when the first network comes. Returns at once."""
        if not self._absent and not self._closed and not self._child.running:
            self._tell("starting")
            super().start()

    def _lost(self) -> None:
        """The process is gone, and all that it knew."""

    def _reload(self) -> None:
        """Tell a new process what the old one knew."""

    # --- the queue ---

    def _put(self, request: Request, deliver: Deliver, failed: Failed) -> Request:
        """Ask, unless there is nobody to be asked."""
        if self._absent:
            return self._refuse(request, self._why_not_started(), failed)
        return self._ask(request, deliver, failed)

    def _refuse(self, request: Request, problem: Problem, failed: Failed) -> Request:
        """Answer with a problem, later, as all answers come."""

        def tell() -> None:
            if request.active and not self._closed:
                request.active = False
                failed(problem)

        QTimer.singleShot(0, self, tell)
        return request

    def _drop(self) -> None:
        """What was asked about another network is not wanted any more."""
        for request in [*self._waiting.values(), *([self._current] if self._current else [])]:
            request.active = False
        self._waiting.clear()

    # --- what differs from other processes ---

    def _next(self) -> Request | None:
        """Which network there is comes before what is asked about it."""
        return self._waiting.pop(NETWORK, None) or super()._next()

    def _replace(self, older: Request) -> None:
        """What is being computed is not worth a new process: its answer is just not wanted."""
        older.active = False
        if self._waiting.get(older.channel) is older:
            del self._waiting[older.channel]

    def _is_ready(self, header: dict[str, Any]) -> bool:
        told = {key: header[key] for key in ("tensorflow", "keras", "why") if type(header.get(key)) is str}
        if header.get("reply") != "ready" or not {"tensorflow", "keras"} <= told.keys():
            return False
        self.versions = safe_text(told["tensorflow"], 40), safe_text(told["keras"], 40)
        self._absent = not told["tensorflow"]
        self.why = safe_text(told.get("why", ""), 200) if self._absent else ""
        return True

    def _started(self) -> None:
        if not self._absent:
            self._tell("ready")
            return
        self._ready = False
        self._tell("missing")
        self._child.kill("not needed")
        self._fail_all(self._why_not_started())

    def _again(self, request: Request, reason: str) -> bool:
        return not request.tried

    def _not_started(self) -> None:
        self.why = "The part of ConvLab that computes does not start."
        self._tell("missing")
        super()._not_started()

    def _child_ended(self, reason: str) -> None:
        if self._absent:
            self._deadline.stop()
            return
        self._ends += 1
        self._lost()
        was_ready = self._ready
        super()._child_ended(reason)
        if was_ready and not self._child.running:
            self._tell("off")
            if self._ends < _RESTARTS:
                QTimer.singleShot(0, self.start)
        wanted = self._ends < _RESTARTS or self._waiting
        if was_ready and wanted and NETWORK not in self._waiting:
            self._reload()

    def _tell(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()

    def _why_ended(self, request: Request, reason: str) -> Problem:
        what = "This network cannot be computed."
        if request.channel != NETWORK:
            what = "The feature maps cannot be computed."
        if reason == "late":
            return Problem(what, "It took too long.", "Try a smaller image, or a smaller network.")
        if reason == "memory":
            return Problem(what, "It needs too much memory.", "Try a smaller image, or a smaller network.")
        return Problem(what, "TensorFlow stopped twice while it was at it.", "Try another image.")

    def _why_not_started(self) -> Problem:
        return Problem(
            "Feature maps cannot be computed now.", self.why, "Filters can be looked at without them."
        )
