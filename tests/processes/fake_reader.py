"""A reader process that misbehaves in the way that its argument names; run by test_misbehaving_reader.py."""

from __future__ import annotations

import os
import struct
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from convlab.processes.protocol import DATA, HEADER, Message, Parser, frames
from tests.processes.fake_process import say, write

PICTURE = {"reply": "picture", "notes": [], "size": [2, 3], "white": 255}
PLANES = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)


def frame(kind: int, body: bytes, length: int | None = None) -> bytes:
    return struct.pack("<IB", len(body) if length is None else length, kind) + body


def hang() -> None:
    time.sleep(600)


def grow() -> None:
    kept = [np.ones(10_000_000) for _ in range(6)]
    hang()
    print(kept)


def never_end() -> None:
    write(frame(HEADER, b'{"header": {"id": 1}, "arrays": [["u1", [1000000000]]]}'))
    while True:
        write(frame(DATA, b"x"))
        time.sleep(0.001)


def flood(target: int) -> None:
    while True:
        os.write(target, b"complaint\n" * 1000)


def answer(number: Any, **changes: Any) -> None:
    say({"id": number, **PICTURE, **changes}, PLANES)


def twice(number: Any) -> None:
    answer(number)
    answer(number)


def answer_and_die(number: Any) -> None:
    answer(number)
    os._exit(3)


def half(number: Any) -> None:
    data = b"".join(bytes(piece) for piece in frames(Message({"id": number, **PICTURE}, (PLANES,))))
    write(data[:-3])
    os._exit(0)


def promise(number: Any) -> None:
    say({"id": number, "reply": "working", "bytes": 10**15})
    hang()


BEHAVIOUR = {
    "hang": lambda number: hang(),
    "die": lambda number: os._exit(1),
    "abort": lambda number: os.abort(),
    "half": half,
    "never end": lambda number: never_end(),
    "oversized frame": lambda number: write(frame(HEADER, b"", 2**31)),
    "garbage": lambda number: write(os.urandom(5000)),
    "text": lambda number: write(b"Traceback (most recent call last):\n" * 9),
    "flood": lambda number: flood(1),
    "complain": lambda number: flood(2),
    "grow": lambda number: grow(),
    "promise": promise,
    "another id": lambda number: answer(number + 1),
    "no id": lambda number: say(PICTURE, PLANES),
    "ready again": lambda number: say({"reply": "ready"}),
    "no array": lambda number: say({"id": number, **PICTURE}),
    "two arrays": lambda number: say({"id": number, **PICTURE}, PLANES, PLANES),
    "wrong shape": lambda number: say({"id": number, **PICTURE}, PLANES[0]),
    "two channels": lambda number: say({"id": number, **PICTURE}, PLANES.reshape(2, 1, 3)),
    "empty": lambda number: say({"id": number, **PICTURE}, PLANES[:, :0]),
    "huge claim": lambda number: write(
        frame(HEADER, b'{"header": {}, "arrays": [["f4", [3, 99999, 99999]]]}')
    ),
    "NaN shape": lambda number: write(frame(HEADER, b'{"header": {}, "arrays": [["u1", [NaN]]]}')),
    "notes no list": lambda number: answer(number, notes="note"),
    "notes no text": lambda number: answer(number, notes=[1]),
    "many notes": lambda number: answer(number, notes=["a"] * 1000),
    "white 7": lambda number: answer(number, white=7),
    "size of text": lambda number: answer(number, size=["a", "b"]),
    "another reply": lambda number: answer(number, reply="experiment"),
    "problem of numbers": lambda number: answer(number, reply="problem", what=1, why=2, remedy=3),
    "rich problem": lambda number: say(
        {"id": number, "reply": "problem", "what": "a\n\u202eb\x1b[31m" + "x" * 9999, "why": "", "remedy": ""}
    ),
    "good": answer,
    "slow": lambda number: (time.sleep(0.1), answer(number)),
    "twice": twice,
    "answer and die": answer_and_die,
}


def main() -> None:
    behaviour = sys.argv[1]
    if behaviour == "never ready":
        os._exit(1)
    if behaviour == "not ready":
        hang()
    if behaviour == "early":
        answer(1)
    say({"reply": "ready"})
    parser = Parser()
    while data := os.read(0, 65536):
        for message in parser.feed(data):
            BEHAVIOUR[behaviour](message.header["id"])


main()
