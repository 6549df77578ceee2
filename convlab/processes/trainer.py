"""The trainer process: networks learn here. Run as `python -I -m convlab.processes.trainer`.

It may hang, be killed or die: what is of value is in the folder of the run, epoch by epoch. While a training runs it is
asked for samples, and told to pause, to go on and to stop, between two batches.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from convlab.learning.events import Download, Event
from convlab.learning.plan import Source, from_plain
from convlab.problems import Problem
from convlab.processes import tensorflow, walls
from convlab.processes.following import Follower
from convlab.processes.protocol import Message
from convlab.processes.room import Room
from convlab.processes.run_files import RunFiles
from convlab.processes.training_messages import (
    data_message,
    download_message,
    event_message,
    result_message,
    samples_message,
)
from convlab.processes.worker import Worker, reason, refusal

if TYPE_CHECKING:
    from convlab.processes.datasets import Data

ADDRESS_SPACE = 24 * 1024**3
"""TensorFlow takes 2 GB of addresses by itself; the largest data 3 GB, and as much again on their way into it, twice."""

LARGEST_FILE = 4 * 1024**3
_NICENESS = 2
_TOLD_SECONDS = 0.1
_ALIVE_SECONDS = 1.0


def main() -> None:
    walls.end_with_parent()
    worker = Worker()
    worker.listen()
    found = tensorflow.start(_load)
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)  # the window, and what the user does besides, go first
    walls.limit_resources(ADDRESS_SPACE, LARGEST_FILE)
    folders = [
        argument.removeprefix("--writes=") for argument in sys.argv if argument.startswith("--writes=")
    ]
    if folders:
        tempfile.tempdir = folders[0]  # Keras writes a network there first
        walls.forbid_changes(_made([*map(Path, folders), _data_home()]), connect=True)
    worker.send(Message({"reply": "ready", **found}))
    worker.serve(Training(worker).answers)


def _load() -> None:
    from convlab.processes import datasets, training, training_callback  # noqa: F401


def _data_home() -> Path:
    from convlab.processes.datasets import data_home

    return data_home()


def _made(folders: list[Path]) -> list[Path]:
    for folder in folders:
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
    return folders


class Training:
    """Answers the window's questions. The data that were asked for last stay in memory."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._source: Source | None = None
        self._data: Data | None = None

    def answers(self, question: Message, room: Room) -> Iterator[Message]:
        """The message that answers a question; what is told meanwhile is sent at once."""
        tasks = {"load": self._load, "samples": self._samples, "train": self._train}
        do = question.header.get("do")
        if do not in tasks:  # pause, resume or stop, of a training that has just ended
            return
        try:
            yield tasks[do](question)
        except Problem as problem:
            yield refusal(problem)
        except MemoryError:
            yield refusal(Problem("There is not enough memory for this.", "", "Close other programs."))
        except Exception as error:  # of TensorFlow and of libraries that read files: of many kinds
            yield refusal(
                Problem("This could not be done.", f"The reason is: {reason(error)}", _kept(question))
            )

    def _load(self, question: Message) -> Message:
        return data_message(self._data_for(question).info)

    def _samples(self, question: Message) -> Message:
        return _samples(self._data_for(question), question)

    def _train(self, question: Message) -> Message:
        from convlab.processes import training

        header, data = question.header, self._data_for(question)
        follower = _Remote(self._worker, header["id"], data, self._source)
        follower.alive()
        plan, files = from_plain(header["plan"]), RunFiles(Path(header["folder"]))
        with suppress(OSError):  # then it is said that nothing can be kept there
            files.folder.mkdir(parents=True, exist_ok=True)
        return result_message(
            training.train(plan, data, question.arrays[0], files, follower, go_on=header["go_on"])
        )

    def _data_for(self, question: Message) -> Data:
        """The data that a question is about, loaded if they are not."""
        from convlab.processes import datasets

        source = Source(**question.header["source"])
        if self._data is None or source != self._source:
            self._data = None  # two of them may not fit into memory
            self._data = datasets.load(source, _Downloads(self._worker, question.header["id"]).tell)
            self._source = source
        return self._data


def _samples(data: Data, question: Message) -> Message:
    indices, train = question.header["indices"], question.header["part"] == "train"
    images, labels = (data.x_train, data.y_train) if train else (data.x_test, data.y_test)
    return samples_message(images[indices], [int(label) for label in labels[indices]])


def _kept(question: Message) -> str:
    folder = question.header.get("folder")
    return RunFiles(Path(folder)).what_is_kept() if folder is not None else ""


class _Downloads:
    """Tells how far a download is, a few times in a second."""

    def __init__(self, worker: Worker, number: Any) -> None:
        self._worker = worker
        self._number = number
        self._last = 0.0

    def tell(self, download: Download) -> None:
        now = perf_counter()
        if now - self._last >= _TOLD_SECONDS or download.done == download.of:
            self._last = now
            message = download_message(download)
            self._worker.send(Message({**message.header, "id": self._number}))


class _Remote(Follower):
    """The window, as a training sees it."""

    def __init__(self, worker: Worker, number: Any, data: Data, source: Source | None) -> None:
        super().__init__()
        self._worker = worker
        self._number = number
        self._data = data
        self._source = source
        self._last = 0.0

    def tell(self, event: Event) -> None:
        self._send(event_message(event), self._number)

    def look(self) -> None:
        while (question := self._worker.take_now()) is not None:
            do = question.header.get("do")
            if do == "samples":
                self._answer(question)
            else:
                self.stopped = self.stopped or do == "stop"
                self.paused = {"pause": True, "resume": False}.get(str(do), self.paused)

    def alive(self) -> None:
        if perf_counter() - self._last >= _ALIVE_SECONDS:
            self._send(Message({"reply": "working"}), self._number)

    def _answer(self, question: Message) -> None:
        if Source(**question.header["source"]) == self._source:
            answer = _samples(self._data, question)
        else:
            answer = refusal(Problem("These images can be looked at when the training has ended."))
        self._send(answer, question.header["id"])

    def _send(self, message: Message, number: Any) -> None:
        self._last = perf_counter()
        self._worker.send(Message({**message.header, "id": number}, message.arrays))


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)
