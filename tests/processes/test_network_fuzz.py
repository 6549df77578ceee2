"""Mutilated networks: each opens or gives one sentence, within its deadline and with little memory."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from convlab.problems import Problem
from convlab.processes.client import Reader
from tests.network.hand_made import hdf5, keras_zip, legacy
from tests.processes.test_hostile_networks import MOST_MEMORY, outcome, peak_memory
from tests.processes.test_reader_fuzz import mutilated

GOOD = (
    keras_zip(),
    keras_zip(method=zipfile.ZIP_DEFLATED),
    legacy(),
    legacy(long_text=True),
    hdf5(),
    hdf5(compression="gzip", shuffle=True),
)


@pytest.fixture
def reader(qapp: QCoreApplication) -> Iterator[Reader]:
    reader = Reader(deadline=5.0)
    yield reader
    reader.close()


def with_other_bytes(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, most often in what HDF5 describes itself with."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        changed[chance.randrange(min(len(changed), 6000))] = chance.choice(
            (0, 1, 128, 255, chance.randrange(256))
        )
    return bytes(changed)


def attack(reader: Reader, path: Path, rounds: int, seed: int) -> int:
    """How many of the files opened whole."""
    chance, whole = random.Random(seed), 0
    for _ in range(rounds):
        change = chance.choice((mutilated, with_other_bytes))
        path.write_bytes(change(chance.choice(GOOD), chance))
        found = outcome(reader, path)
        if isinstance(found, Problem):
            assert found.what.endswith("cannot be opened.") and found.sentence.isprintable()
        else:
            whole += 1
        assert peak_memory(reader.process_id) < MOST_MEMORY
    return whole


def test_a_hundred_mutilated_networks_cost_a_sentence_each(reader: Reader, tmp_path: Path) -> None:
    assert 0 < attack(reader, tmp_path / "net", 100, seed=1) < 100


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_thousands_of_mutilated_networks_cost_a_sentence_each(reader: Reader, tmp_path: Path) -> None:
    assert 0 < attack(reader, tmp_path / "net", 2000, seed=2) < 2000
