"""Worker: what the processes next door have in common: pipes, frames, and questions answered one after the other."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue

from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.protocol import Message, Parser, ProtocolError, frames
from convlab.processes.room import Desk, Room

_READ_BYTES = 1024 * 1024
_LINUX_SET_PIPE_SIZE = 1031
_IDLE_SECONDS = 0.05

Answers = Callable[[Message, Room], Iterable[Message]]
"""Makes the messages that answer a question. Arrays of its own that are large may be made in the room, which saves copying
them; the others are put there when they are sent."""


class Worker:
    """The pipes to the window. To be made before anything prints."""

    def __init__(self) -> None:
        self._questions, self._answers = _take_pipes()
        self._desk = Desk(sys.argv)
        self._queue: SimpleQueue[Message] = SimpleQueue()
        self._listening = False

    def listen(self) -> None:
        """From now on this process ends with the window, whatever it is doing: a thread of its own takes the questions."""
        if not self._listening:
            self._listening = True
            parser = Parser(take=self._desk.array)
            threading.Thread(target=_listen, args=(self._questions, self._queue, parser), daemon=True).start()

    def send(self, message: Message, room: Room | None = None) -> None:
        room = room or Room()
        message = Message(message.header, tuple(map(room.settle, message.arrays)))
        for piece in frames(message, room.place_of):
            left = memoryview(piece)
            while left:
                left = left[os.write(self._answers, left) :]

    def serve(self, answers: Answers, idle: Callable[[], object] | None = None) -> None:
        """Answer questions for ever; `answers` makes the messages for one, and raises nothing.

        idle: called once if at first there is nothing to do.
        """
        self.listen()
        if idle is not None:
            try:
                self._answer(self._queue.get(timeout=_IDLE_SECONDS), answers)
            except Empty:
                idle()
        while True:
            self._answer(self._queue.get(), answers)

    def take_now(self) -> Message | None:
        """A question that has come meanwhile; it is not waited for."""
        try:
            return self._queue.get_nowait()
        except Empty:
            return None

    def _answer(self, question: Message, answers: Answers) -> None:
        number = question.header.get("id")
        room = self._desk.room(question.header.get("room"))
        for message in answers(question, room):
            self.send(Message({"id": number, **message.header}, message.arrays), room)


def refusal(problem: Problem) -> Message:
    """The answer that says what is wrong."""
    return Message({"reply": "problem", "what": problem.what, "why": problem.why, "remedy": problem.remedy})


def reason(error: BaseException) -> str:
    """What an error of the system or of a library says, fit to be shown."""
    text = error.strerror if isinstance(error, OSError) else str(error)
    return safe_text(text or type(error).__name__)


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


def _listen(questions: int, queue: SimpleQueue[Message], parser: Parser) -> None:
    try:
        while data := os.read(questions, _READ_BYTES):
            for message in parser.feed(data):
                queue.put(message)
    except (OSError, ProtocolError):
        pass
    os._exit(0)
