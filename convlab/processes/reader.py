"""The reader process: opens one file after the other for the window. Run as `python -I -m convlab.processes.reader`.

It answers each question with arrays and sentences, or with a problem. It may hang, be killed or die: nothing of value
lives here. After its imports it gives up everything but reading (walls.py).
"""

from __future__ import annotations

import os
import sys
import threading
from queue import SimpleQueue
from typing import Any

import numpy as np

from convlab import strict_json
from convlab.experiment import files
from convlab.experiment.archive import MAX_FILE_BYTES as MAX_EXPERIMENT_BYTES
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes import pictures, walls
from convlab.processes.local_files import Source, cannot_open, open_local, source_of_bytes
from convlab.processes.protocol import Message, Parser, ProtocolError, frames

_READ_BYTES = 1024 * 1024
_LINUX_SET_PIPE_SIZE = 1031


def main() -> None:
    questions, answers = _take_pipes()
    pictures.warm_up()
    walls.lock_down()
    queue: SimpleQueue[Message] = SimpleQueue()
    _send(answers, Message({"reply": "ready"}))
    threading.Thread(target=_listen, args=(questions, queue), daemon=True).start()
    while True:
        question = queue.get()
        number = question.header.get("id")
        for message in _answers(question):
            _send(answers, Message({"id": number, **message.header}, message.arrays))
        del question


def _take_pipes() -> tuple[int, int]:
    """Keep the two pipes for ourselves: what libraries print must not get between the frames."""
    questions, answers = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _widen(answers)
    return questions, answers


def _widen(pipe: int) -> None:
    """A larger pipe means fewer turns between the two processes for the same picture (Linux)."""
    try:
        import fcntl

        fcntl.fcntl(pipe, _LINUX_SET_PIPE_SIZE, _READ_BYTES)
    except (ImportError, OSError):
        return


def _listen(questions: int, queue: SimpleQueue[Message]) -> None:
    """In a thread of its own, so that this process ends with the window even while it decodes."""
    parser = Parser()
    try:
        while data := os.read(questions, _READ_BYTES):
            for message in parser.feed(data):
                queue.put(message)
    except (OSError, ProtocolError):
        pass
    os._exit(0)


def _send(answers: int, message: Message) -> None:
    for piece in frames(message):
        left = memoryview(piece)
        while left:
            left = left[os.write(answers, left) :]


def _answers(question: Message) -> Any:
    """The messages that answer a question: how large its file is, then what is in it, or the problem."""
    name = "file"
    try:
        source = _source(question)
        name = source.name
        yield Message({"reply": "working", "bytes": source.size})
        with source.file:
            yield _TASKS[question.header["do"]](source, question.header)
    except Problem as problem:
        yield _refusal(problem)
    except MemoryError:
        yield _refusal(cannot_open(name, "It needs more memory than there is.", "Make it smaller first."))
    except OSError as error:
        why = f"It could not be read: {safe_text(error.strerror or type(error).__name__)}."
        yield _refusal(cannot_open(name, why, "Copy it to this computer first."))


def _source(question: Message) -> Source:
    path = question.header.get("path")
    if path is not None:
        return open_local(path)
    return source_of_bytes(question.arrays[0].data, "pasted picture")


def _refusal(problem: Problem) -> Message:
    return Message({"reply": "problem", "what": problem.what, "why": problem.why, "remedy": problem.remedy})


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
