"""Thousands of mutilated files: each opens or gives one sentence, and the reader outlives them or is replaced."""

from __future__ import annotations

import random

import pytest

from convlab.problems import Problem
from convlab.processes.client import Picture, Reader
from tests.processes.awkward import Opens, corpus
from tests.processes.conftest import open_with

GOOD = [case for case in corpus() if isinstance(case.outcome, Opens) and 20 < len(case.data) < 50_000]


def mutilated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6) if len(changed) > 60 else 1):
        at, length = chance.randrange(len(changed)), chance.randint(1, 8)
        what = chance.randrange(5)
        if what == 0:
            changed[at] = chance.randrange(256)
        elif what == 1:
            changed[at : at + length] = chance.randbytes(length)
        elif what == 2:
            changed[at : at + 4] = chance.choice(
                (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\0\x80")
            )
        elif what == 3:
            del changed[at : at + length]
        else:
            changed[at:at] = changed[at // 2 : at // 2 + length * 9]
    return bytes(changed) or b"\0"


def attack(reader: Reader, rounds: int, seed: int) -> list[str]:
    """The files that stopped the reader process."""
    chance = random.Random(seed)
    stopped = []
    for _ in range(rounds):
        case = chance.choice(GOOD)
        answer = open_with(reader, data=mutilated(case.data, chance))
        assert isinstance(answer, Picture | Problem)
        if isinstance(answer, Problem):
            assert answer.sentence.isprintable() and answer.what.endswith("cannot be opened.")
            stopped += [case.file] if "made the reader stop" in answer.why or "too long" in answer.why else []
    return stopped


def test_two_hundred_mutilated_files_stop_nothing(reader: Reader) -> None:
    assert attack(reader, 200, seed=1) == []


@pytest.mark.slow
def test_five_thousand_mutilated_files_stop_nothing(reader: Reader) -> None:
    assert attack(reader, 5000, seed=2) == []
