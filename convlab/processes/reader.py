"""The reader process: opens one file after the other for the window. Run as `python -I -m convlab.processes.reader`.

It answers each question with arrays and sentences, or with a problem. It may hang, be killed or die: nothing of value
lives here. After its imports it gives up everything but reading (walls.py).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from convlab import strict_json
from convlab.experiment import files
from convlab.experiment.archive import MAX_FILE_BYTES as MAX_EXPERIMENT_BYTES
from convlab.problems import Problem
from convlab.processes import pictures, walls
from convlab.processes.local_files import Source, cannot_open, open_local, source_of_bytes
from convlab.processes.protocol import Message
from convlab.processes.room import Room
from convlab.processes.worker import Worker, reason, refusal


def main() -> None:
    worker = Worker()
    pictures.warm_up()
    walls.lock_down()
    worker.send(Message({"reply": "ready"}))
    worker.serve(_answers)


def _answers(question: Message, room: Room) -> Iterator[Message]:
    """The messages that answer a question: how large its file is, then what is in it, or the problem."""
    name = "file"
    try:
        source = _source(question)
        name = source.name
        yield Message({"reply": "working", "bytes": source.size})
        with source.file:
            yield _TASKS[question.header["do"]](source, question.header)
    except Problem as problem:
        yield refusal(problem)
    except MemoryError:
        yield refusal(cannot_open(name, "It needs more memory than there is.", "Make it smaller first."))
    except OSError as error:
        why = f"It could not be read: {reason(error)}."
        yield refusal(cannot_open(name, why, "Copy it to this computer first."))


def _source(question: Message) -> Source:
    path = question.header.get("path")
    if path is not None:
        return open_local(path)
    return source_of_bytes(question.arrays[0].data, "pasted picture")


def _open_picture(source: Source, header: dict[str, Any]) -> Message:
    decoded = pictures.decode(source, header.get("longest") or None)
    found = {"notes": list(decoded.notes), "size": list(decoded.size), "white": decoded.white}
    return Message({"reply": "picture", **found}, (decoded.planes,))


def _picture_size(source: Source, header: dict[str, Any]) -> Message:
    return Message({"reply": "size", "size": list(pictures.size_of(source))})


def _open_experiment(source: Source, header: dict[str, Any]) -> Message:
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


_TASKS = {"open_picture": _open_picture, "picture_size": _picture_size, "open_experiment": _open_experiment}


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)
