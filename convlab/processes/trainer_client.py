"""Trainer: the window's end of the process in which networks learn.

Data and network live over there; what is of value is kept in files (run_files.py), so that a process that hangs, lies or
dies costs at most one epoch. While a training runs, samples can be asked for, and it can be paused, resumed and stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject

from convlab.learning.events import Array, Begun, DataInfo, Download, Event, Result, Samples
from convlab.learning.plan import Plan, Source, to_plain
from convlab.problems import Problem
from convlab.processes.asking import Failed, Request, bind
from convlab.processes.child import Child, python_arguments
from convlab.processes.engine_process import EngineProcess
from convlab.processes.protocol import Message
from convlab.processes.run_files import RunFiles
from convlab.processes.training_messages import (
    MOST_SAMPLES,
    data_of,
    download_of,
    event_of,
    result_of,
    samples_of,
)

MODULE = "convlab.processes.trainer"
MEMORY_LIMIT = 8 * 1024**3
LOAD, SAMPLES, TRAIN = "load", "samples", "train"
"""Channels: a newer question of one takes the place of the older."""

_START_SECONDS, _SILENT_SECONDS = 300.0, 60.0
_DATA_VARIABLES = ("HOME", "USERPROFILE", "KERAS_HOME", "CONVLAB_DATA_MIRROR")
_NETWORK_VARIABLES = ("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


class Trainer(EngineProcess):
    """state: "off", "starting", "ready" or "missing": then `why` says why there will be none; `state_changed` tells. Callbacks
    come in this object's thread; `told` any number of times before `done` or `failed`, and not after `Request.cancel()`.

    paused: whether the training under way waits. runs: the folder of all trainings; where the system can see to it, the
    process writes nowhere else, but for the data that it downloads. arguments: what Python is called with, if it is another
    trainer. seconds: deadlines for starting, and for the next sign of life.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        arguments: list[str] | None = None,
        *,
        runs: Path | None = None,
        memory_limit: int | None = None,
        seconds: tuple[float, float] = (_START_SECONDS, _SILENT_SECONDS),
    ) -> None:
        arguments = arguments or python_arguments(MODULE)
        if runs is not None:
            arguments = [*arguments, f"--writes={runs.absolute()}"]
        variables = (*_DATA_VARIABLES, *_NETWORK_VARIABLES)
        child = Child(arguments, memory_limit=memory_limit or MEMORY_LIMIT, variables=variables)
        super().__init__(child, parent, seconds[0])
        self.paused = False
        self._silence = seconds[1]
        self._info: DataInfo | None = None
        self._source: Source | None = None
        self._heard: dict[Request, Callable[[Message], Callable[[], object]]] = {}
        self._aside: dict[int, Request] = {}

    # --- data ---

    def load(
        self,
        source: Source,
        *,
        told: Callable[[Download], object],
        done: Callable[[DataInfo], object],
        failed: Failed,
    ) -> Request:
        """From now on these are the data; `told` hears of downloads. Cancelling one takes half a second at most."""
        request = self._request(LOAD, source)

        def loaded(message: Message) -> Callable[[], object]:
            info = data_of(message)
            return lambda: self._loaded(source, info, done)

        self._heard[request] = lambda message: bind(told, download_of(message.header))
        return self._put(request, loaded, failed)

    def samples(
        self, part: str, indices: Sequence[int], *, done: Callable[[Samples], object], failed: Failed
    ) -> Request:
        """Some images, at most 100, of the data that were loaded last. part: "train" or "test". Answered during a training
        too. Raises ValueError for indices that are not in the data."""
        source, info = self._source, self._info
        if source is None or info is None:
            request = Request(self, lambda: Message({}), SAMPLES)
            return self._refuse(request, Problem("There are no data yet.", "", "Choose some first."), failed)
        count = info.train if part == "train" else info.test
        if len(indices) > MOST_SAMPLES or not all(0 <= index < count for index in indices):
            raise ValueError("there are no such samples")
        asked = [int(index) for index in indices]
        request = self._request(SAMPLES, source, part=part, indices=asked)
        request.deliver = lambda message: bind(done, samples_of(message, part, asked, info))
        request.failed = failed
        if self._training is not None:
            return self._ask_aside(request)
        return self._put(request, request.deliver, failed)

    # --- training ---

    def train(
        self,
        plan: Plan,
        folder: Path,
        image: Array,
        *,
        go_on: bool,
        told: Callable[[Event], object],
        done: Callable[[Result], object],
        failed: Failed,
    ) -> Request:
        """Train, and keep in `folder` what is learned; the plan's data are loaded first if they are not.

        image: (rows, columns, channels) from 0 to 1, whose maps the frames show. go_on: from the last epoch that is kept
        in `folder`. `failed` says what is kept. Cancelling ends the process: what was kept stays.
        """
        files = RunFiles(folder)
        begun: list[Begun] = []
        shape = tuple(int(n) for n in image.shape)

        def hear(message: Message) -> Callable[[], object]:
            if message.header.get("told") == "download":
                return lambda: None
            event = event_of(message, begun[0] if begun else None)
            if isinstance(event, Begun):
                begun.append(event)
            return bind(told, event) if event is not None else lambda: None

        def end(message: Message) -> Callable[[], object]:
            if len(shape) != 3:
                raise ValueError("not an image")
            return bind(done, result_of(message, str(files.network), (shape[0], shape[1], shape[2])))

        pixels = np.ascontiguousarray(image, np.float32)
        settings = {"plan": to_plain(plan), "folder": str(folder), "go_on": go_on}
        request = self._request(TRAIN, plan.source, pixels, **settings)
        request.name = str(folder)
        self._heard[request] = hear
        self.paused = False
        return self._put(request, end, failed)

    def pause(self) -> None:
        """The training under way waits, after the batch in hand."""
        self._command("pause", paused=True)

    def resume(self) -> None:
        """The training under way goes on."""
        self._command("resume", paused=False)

    def stop(self) -> None:
        """The training under way ends after the batch in hand, with the best weights so far; `done` follows."""
        self._command("stop", paused=False)

    # --- asking ---

    @property
    def _training(self) -> Request | None:
        current = self._current
        return current if current is not None and current.channel == TRAIN else None

    def _request(self, do: str, source: Source, *arrays: Array, **settings: object) -> Request:
        header = {"do": do, "source": asdict(source), **settings}
        return Request(self, lambda: Message(header, arrays), do, seconds=self._silence)

    def _loaded(self, source: Source, info: DataInfo, done: Callable[[DataInfo], object]) -> None:
        self._source, self._info = source, info
        done(info)

    def _command(self, do: str, paused: bool) -> None:
        if self._training is not None:
            self.paused = paused
            self._child.send(Message({"do": do}))

    def _ask_aside(self, request: Request) -> Request:
        """Ask while a training goes on; a newer question of this kind takes the place of the older."""
        for older in self._aside.values():
            older.active = False
        self._number += 1
        request.number = self._number
        self._aside[request.number] = request
        message = request.compose()
        self._child.send(Message({**message.header, "id": request.number}, message.arrays))
        return request

    # --- being answered ---

    def _take(self, message: Message) -> None:
        header, request = message.header, self._current
        aside = self._aside.pop(header["id"], None) if type(header.get("id")) is int else None
        if self._ready and aside is not None:
            self._answer_aside(aside, message)
        elif request is not None and header.get("id") == request.number and header.get("reply") == "working":
            self._hear(request, message)
        else:
            super()._take(message)

    def _hear(self, request: Request, message: Message) -> None:
        """A sign of life, and what it tells."""
        request.tried = True
        try:
            heard = self._heard[request](message) if request in self._heard else lambda: None
        except (ValueError, KeyError, TypeError):
            self._child.kill("garbled")
            return
        self._deadline.start(int(1000 * self._silence))
        if request.active:
            heard()

    def _answer_aside(self, request: Request, message: Message) -> None:
        tell = self._checked(request, message)
        if tell is not None and request.active:
            request.active = False
            tell()

    def _finish(self, request: Request, tell: Callable[[], object]) -> None:
        self._heard.pop(request, None)
        if request.channel == TRAIN:
            self.paused = False
        super()._finish(request, tell)

    # --- what differs from other processes ---

    def _next(self) -> Request | None:
        """Samples take a moment, and should not wait until a training is over."""
        return self._waiting.pop(SAMPLES, None) or super()._next()

    def _child_ended(self, reason: str) -> None:
        aside, self._aside = self._aside, {}
        for request in aside.values():
            if request.active:
                request.active = False
                request.failed(self._why_ended(request, reason))
        super()._child_ended(reason)

    def _why_ended(self, request: Request, reason: str) -> Problem:
        why = {
            "late": f"It gave no sign of life for {self._silence:g} seconds.",
            "memory": "It needs too much memory.",
        }.get(reason, "The process that trains has ended unexpectedly.")
        if request.channel != TRAIN:
            return Problem("The data could not be loaded.", why, "Try again, or choose other data.")
        return Problem("The training stopped.", why, RunFiles(Path(request.name)).what_is_kept())

    def _why_not_started(self) -> Problem:
        return Problem(
            "Networks cannot be trained now.", self.why, "Trained networks can be looked at all the same."
        )
