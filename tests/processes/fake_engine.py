"""An engine that computes next to nothing, and misbehaves in the way that its argument names.

The map of node n is the image of the first input times n + 1, plus the sum of all weights. A second argument names a file:
there one line is added for each start, and the misbehaviour is left out after as many starts as a third one says.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from convlab.processes.protocol import HEADER, Message, Parser, frames
from tests.processes.fake_process import is_over, say, write

READY = {"reply": "ready", "tensorflow": "0.1", "keras": "0.2"}


class State:
    weights: dict[int, list[Any]]
    images: list[Any]
    nodes = 0


def load(number: int, message: Message) -> None:
    State.nodes = len(json.loads(message.arrays[0].tobytes())["nodes"])
    State.weights = {}
    take_weights(message, list(message.arrays[1:]))
    say({"id": number, "reply": "loaded", "keys": [[node, 0] for node in range(State.nodes)]})


def take_weights(message: Message, arrays: list[Any]) -> None:
    for row, count in message.header["weights"]:
        State.weights[row], arrays = arrays[:count], arrays[count:]


def maps(number: int, message: Message, **changes: Any) -> None:
    arrays = list(message.arrays)
    count = len(message.header["images"])
    if count:
        State.images = arrays[:count]
    take_weights(message, arrays[count:])
    total = sum(float(array.sum()) for weights in State.weights.values() for array in weights)
    wanted = message.header["wanted"]
    found = [(State.images[0] * (node + 1) + total).astype(np.float32) for node, _ in wanted]
    found = changes.pop("arrays", lambda arrays: arrays)(found)
    say({"id": number, "reply": "maps", "keys": wanted, "seconds": 0.5, **changes}, *found)


def hang(number: int, message: Message) -> None:
    time.sleep(600)


def die(number: int, message: Message) -> None:
    os._exit(1)


def half(number: int, message: Message) -> None:
    data = b"".join(
        bytes(piece) for piece in frames(Message({"id": number, "reply": "maps"}, (np.ones(99, "f4"),)))
    )
    write(data[:-7])
    os._exit(0)


def problem(number: int, message: Message) -> None:
    say({"id": number, "reply": "problem", "what": "No maps.", "why": "", "remedy": ""})


def lie(**changes: Any) -> Any:
    return lambda number, message: maps(number, message, **changes)


def load_lie(keys: Any, reply: str = "loaded") -> Any:
    return lambda number, message: say({"id": number, "reply": reply, "keys": keys})


MAPS = {
    "dies": die,
    "hangs": hang,
    "half": half,
    "garbage": lambda number, message: write(os.urandom(5000)),
    "large claim": lambda number, message: write(
        struct.pack("<IB", 61, HEADER) + b'{"header": {}, "arrays": [["f4", [9, 9999, 99999]]]}'.ljust(61)
    ),
    "a place on the shelf": lambda number, message: write(
        struct.pack("<IB", 61, HEADER) + b'{"header": {}, "arrays": [["f4", [9], 4096]]}'.ljust(61)
    ),
    "another id": lambda number, message: maps(number + 1, message),
    "another reply": lie(reply="loaded"),
    "no keys": lie(keys=None),
    "keys of text": lie(keys=[["a", 0]]),
    "a key of no node": lie(keys=[[99, 0]]),
    "a negative key": lie(keys=[[-1, 0]]),
    "a key that was not wanted": lie(keys=[[0, 0]]),
    "a key twice": lie(keys=[[2, 0], [2, 0]], arrays=lambda arrays: arrays * 2),
    "a key too many": lie(keys=[[2, 0], [1, 0]]),
    "a map of another shape": lie(arrays=lambda arrays: [array[1:] for array in arrays]),
    "a map of bytes": lie(arrays=lambda arrays: [array.astype(np.uint8) for array in arrays]),
    "no maps": lie(arrays=lambda arrays: []),
    "no time": lie(seconds=None),
    "a negative time": lie(seconds=-1.0),
    "a problem": problem,
    "slow": lambda number, message: (time.sleep(0.15), maps(number, message)),
}
LOAD = {
    "dies at load": die,
    "hangs at load": hang,
    "a load without keys": load_lie(None),
    "a load of other keys": load_lie([[0, 7]]),
    "a load that is maps": load_lie([[0, 0]], "maps"),
    "a problem at load": problem,
    "slow at load": lambda number, message: (time.sleep(0.15), load(number, message)),
}
STARTS = {
    "missing": {**READY, "tensorflow": "", "why": "It is\n<b>not</b> installed."},
    "without versions": {"reply": "ready"},
    "versions of numbers": {"reply": "ready", "tensorflow": 1, "keras": 2},
    "another start": {"reply": "loaded"},
}


def main() -> None:
    behaviour = "" if is_over() else sys.argv[1]
    if behaviour == "never ready":
        os._exit(1)
    if behaviour == "not ready":
        time.sleep(600)
    say(STARTS.get(behaviour, READY))
    tasks = {"load": LOAD.get(behaviour, load), "maps": MAPS.get(behaviour, maps)}
    parser = Parser()
    while data := os.read(0, 65536):
        for message in parser.feed(data):
            do = message.header["do"]
            if do == "forget":
                say({"id": message.header["id"], "reply": "forgotten"})
            else:
                tasks[do](message.header["id"], message)


main()
