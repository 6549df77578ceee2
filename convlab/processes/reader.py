"""The reader process: opens one file after the other for the window. Run as `python -I -m convlab.processes.reader`.

It answers each question with arrays and sentences, or with a problem. It may hang, be killed or die: nothing of value
lives here. After its imports it gives up everything but reading (walls.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from convlab import strict_json
from convlab.experiment import files
from convlab.experiment.archive import MAX_FILE_BYTES as MAX_EXPERIMENT_BYTES
from convlab.network.file_limits import MAX_LINES_BYTES
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes import pictures, walls
from convlab.processes.local_files import Source, cannot_open, open_local, source_of_bytes
from convlab.processes.protocol import Message
from convlab.processes.room import Room
from convlab.processes.text_lines import lines_in
from convlab.processes.worker import Worker, reason, refusal

if TYPE_CHECKING:  # it brings h5py, which pictures do without
    from convlab.processes.network_files import NetworkFiles

Task = Callable[[Source, Message, Room], Message]


def main() -> None:
    worker = Worker()
    pictures.warm_up()
    walls.lock_down()
    worker.send(Message({"reply": "ready"}))
    worker.serve(_answers, idle=_warm_up_networks)


def _answers(question: Message, room: Room) -> Iterator[Message]:
    """The messages that answer a question: how large its file is, then what is in it, or the problem."""
    name = "file"
    try:
        source = _source(question)
        name = source.name
        yield Message({"reply": "working", "bytes": source.size})
        with source.file:
            yield _task(question.header["do"])(source, question, room)
    except Problem as problem:
        yield refusal(problem)
    except ImportError as error:
        missing = (
            f"A part of ConvLab that reads such files is missing: {safe_text(error.name or 'unknown', 40)}."
        )
        yield refusal(cannot_open(name, missing, "Install ConvLab anew."))
    except MemoryError:
        yield refusal(cannot_open(name, "It needs more memory than there is.", "Make it smaller first."))
    except OSError as error:
        why = f"It could not be read: {reason(error)}."
        yield refusal(cannot_open(name, why, "Copy it to this computer first."))


def _source(question: Message) -> Source:
    path = question.header.get("path")
    if path is not None:
        if question.header["do"] == "open_network" and os.path.isdir(path):
            from convlab.processes.network_files import check_folder

            check_folder(path, safe_text(os.path.basename(path.rstrip("/\\"))))
        return open_local(path)
    return source_of_bytes(question.arrays[0].data, "pasted picture")


def _open_picture(source: Source, question: Message, room: Room) -> Message:
    decoded = pictures.decode(source, question.header.get("longest") or None)
    found = {"notes": list(decoded.notes), "size": list(decoded.size), "white": decoded.white}
    return Message({"reply": "picture", **found}, (decoded.planes,))


def _picture_size(source: Source, question: Message, room: Room) -> Message:
    return Message({"reply": "size", "size": list(pictures.size_of(source))})


def _open_experiment(source: Source, question: Message, room: Room) -> Message:
    if source.size > MAX_EXPERIMENT_BYTES:
        raise cannot_open(source.name, f"It is larger than {MAX_EXPERIMENT_BYTES // 1024**2:,} MB.")
    try:
        described, arrays = files.read_parts(source.file.read(MAX_EXPERIMENT_BYTES))
    except Problem as problem:
        # The name says more than "this file".
        what = problem.what.replace("This ConvLab file", f"“{source.name}”")
        raise Problem(what, problem.why, problem.remedy) from None
    document = np.frombuffer(strict_json.dumps(described), np.uint8)
    return Message({"reply": "experiment", "names": list(arrays)}, (document, *arrays.values()))


def _read_lines(source: Source, question: Message, room: Room) -> Message:
    if source.size > MAX_LINES_BYTES:
        raise cannot_open(
            source.name, f"It is larger than {MAX_LINES_BYTES // 1024**2} MB.", "Names need less."
        )
    lines = "\n".join(lines_in(source.file.read(MAX_LINES_BYTES), source.name))
    return Message({"reply": "lines"}, (np.frombuffer(lines.encode("utf-8"), np.uint8),))


@cache
def _networks() -> NetworkFiles:
    from convlab.processes.network_files import NetworkFiles

    return NetworkFiles()


def _warm_up_networks() -> None:
    """The first network is opened sooner if what reads it is loaded already."""
    with suppress(ImportError):
        _networks()


def _task(name: str) -> Task:
    if name in ("open_network", "read_weights", "copy_network"):
        task: Task = getattr(_networks(), name)
        return task
    return _TASKS[name]


_TASKS: dict[str, Task] = {
    "open_picture": _open_picture,
    "picture_size": _picture_size,
    "open_experiment": _open_experiment,
    "read_lines": _read_lines,
}


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)
