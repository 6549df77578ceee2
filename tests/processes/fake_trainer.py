"""A trainer that learns nothing, and misbehaves in the way that its argument names.

A second argument names a file: there one word is added for each start, and the misbehaviour is left out after as many starts
as a third one says. A training tells of one epoch, then waits to be stopped if its plan has more.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from convlab.processes.protocol import Message, Parser
from tests.processes.fake_lies import (
    BEGUN,
    DATA,
    EPOCH,
    FRAMES,
    KERNEL,
    LIES,
    MAPS,
    PROGRESS,
    READY,
    RESULT,
    SAMPLES,
    WRONG,
)
from tests.processes.fake_process import is_over, say, write


class Fake:
    def __init__(self, behaviour: str) -> None:
        self.behaviour = behaviour
        self.training: int | None = None

    def changed(self, name: str, header: dict[str, Any]) -> dict[str, Any]:
        return {**header, **LIES.get(self.behaviour, {}).get(name, {})}

    def take(self, message: Message) -> None:
        header = message.header
        do, number = header["do"], header.get("id")
        if do == "load":
            self.load(number)
        elif do == "samples":
            self.samples(number, header["indices"])
        elif do == "train":
            self.train(number, header["plan"]["epochs"])
        elif do == "stop" and self.training is not None:
            self.end(True)
        elif self.training is not None:  # pause and resume are answered by an epoch, to be seen by tests
            say({"id": self.training, **EPOCH, "epoch": 7 if do == "pause" else 8})

    def load(self, number: Any) -> None:
        if self.behaviour == "hangs at load":
            time.sleep(600)
        if self.behaviour == "dies at load":
            os._exit(1)
        if self.behaviour == "a problem at load":
            say({"id": number, "reply": "problem", "what": "No data.", "why": "", "remedy": ""})
            return
        steps = 400 if self.behaviour == "downloads" else 2
        for step in range(steps):
            told = {"name": "a\nfile", "done": step, "of": steps, "unit": "bytes"}
            say({"id": number, "reply": "working", "told": "download", **told})
            time.sleep(0.05 if steps > 2 else 0)
        say({"id": number, **self.changed("data", DATA)})

    def samples(self, number: Any, indices: list[int]) -> None:
        count, shape, value = SAMPLES.get(self.behaviour, (len(indices), (len(indices), 4, 5, 1), 0.5))
        labels = [9 if self.behaviour == "samples of no class" else 1] * count
        say({"id": number, "reply": "samples", "labels": labels}, np.full(shape, value, np.float32))

    def train(self, number: Any, epochs: int) -> None:
        self.training = number
        if self.behaviour == "frames before it begins":
            say({"id": number, "reply": "working", "told": "frame", "batch": 0}, KERNEL, MAPS)
        say({"id": number, **self.changed("begun", BEGUN)})
        say({"id": number, "reply": "working"})
        arrays = FRAMES.get(self.behaviour, (KERNEL, MAPS))
        say({"id": number, "reply": "working", "told": "frame", "batch": 0}, *arrays)
        say({"id": number, **self.changed("progress", PROGRESS)})
        if self.behaviour == "hangs in training":
            time.sleep(600)
        say({"id": number, **self.changed("epoch", EPOCH)})
        if self.behaviour == "dies in training":
            os._exit(1)
        if self.behaviour == "garbage":
            write(os.urandom(5000))
        if self.behaviour == "problem in training":
            say({"id": number, "reply": "problem", "what": "It came apart.", "why": "", "remedy": ""})
        elif epochs == 1:
            self.end(False)

    def end(self, stopped: bool) -> None:
        say({"id": self.training, **self.changed("result", {**RESULT, "stopped": stopped})}, WRONG)
        self.training = None


def main() -> None:
    behaviour = "" if is_over() else sys.argv[1]
    missing = {**READY, "tensorflow": "", "why": "It is not installed."}
    say(missing if behaviour == "missing" else READY)
    fake, parser = Fake(behaviour), Parser()
    while data := os.read(0, 65536):
        for message in parser.feed(data):
            fake.take(message)


main()
