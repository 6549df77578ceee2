"""Every hostile file goes through the real reader process: it opens to be looked at, or gives one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from convlab.network.description import Network
from convlab.problems import Problem
from convlab.processes.client import Reader
from tests.network.hostile import Hostile, Opens, corpus
from tests.processes.conftest import wait_until

MOST_MEMORY = 1_000_000_000


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Hostile]:
    return corpus(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def impatient(qapp: QCoreApplication) -> Iterator[Reader]:
    """A reader that is stopped sooner than users' readers are."""
    reader = Reader(deadline=3.0)
    yield reader
    reader.close()


def answer(ask: Any, *arguments: Any) -> Any:
    """Exactly one answer must come."""
    answers: list[Any] = []
    ask(*arguments, done=answers.append, failed=answers.append)
    wait_until(lambda: answers)
    QCoreApplication.processEvents()
    assert len(answers) == 1
    return answers[0]


def outcome(reader: Reader, path: Path) -> Network | Problem:
    """The network if all of it can be read, or the first problem."""
    network = answer(reader.open_network, path)
    if isinstance(network, Problem):
        return network
    for row, layer in enumerate(network.layers):
        weights = answer(reader.read_weights, path, network, row)
        if isinstance(weights, Problem):
            return weights
        assert [array.shape for array in weights] == [weight.shape for weight in layer.weights]
    return network


def said(network: Network) -> str:
    layers, nodes = ([one.problem for one in items] for items in (network.layers, network.nodes))
    return " ".join((*network.notices, *layers, *nodes))


def check_sentence(problem: Problem, word: str) -> None:
    assert word in problem.sentence
    assert problem.what.startswith("“") and problem.what.endswith("” cannot be opened.")
    assert problem.why.endswith(".") and problem.why.count(". ") == 0
    assert problem.sentence.isprintable() and len(problem.sentence) < 500


def listing(folder: Path) -> dict[str, int]:
    return {path.name: path.lstat().st_mtime_ns for path in folder.rglob("*")}


def peak_memory(process: int) -> int:
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) * 1024


def test_no_hostile_file_does_more_than_be_looked_at(files: list[Hostile], reader: Reader) -> None:
    before = listing(files[0].path.parent)
    wrong = []
    for hostile in files:
        if not isinstance(hostile.outcome, Opens) and hostile.outcome.after_deadline:
            continue
        answer(reader.picture_size, files[0].path)  # the process is there, or starts now
        process = reader.process_id
        found = outcome(reader, hostile.path)
        if isinstance(found, Problem):
            if isinstance(hostile.outcome, Opens) or hostile.outcome.word not in found.sentence:
                wrong.append((hostile.name, found.sentence))
                continue
            check_sentence(found, hostile.outcome.word)
        elif not isinstance(hostile.outcome, Opens) or hostile.outcome.word not in said(found):
            wrong.append((hostile.name, said(found)))
        if reader.process_id != process:
            wrong.append((hostile.name, "the process did not survive it"))
        assert peak_memory(process) < MOST_MEMORY, hostile.name
    assert wrong == []
    assert listing(files[0].path.parent) == before
    assert (files[0].path.parent / "canary.txt").read_text() == "must stay as it is"


def test_a_file_that_makes_the_library_go_round_for_ever_is_told_once(
    files: list[Hostile], impatient: Reader
) -> None:
    endless = [one for one in files if not isinstance(one.outcome, Opens) and one.outcome.after_deadline]
    assert endless
    for one in endless:
        answer(impatient.picture_size, files[0].path)
        process = impatient.process_id
        check_sentence(answer(impatient.open_network, one.path), "too long")
        assert process != impatient.process_id
    good = next(one for one in files if one.name == "deflated.keras")
    assert isinstance(answer(impatient.open_network, good.path), Network)


def test_the_corpus_is_rich(files: list[Hostile]) -> None:
    assert len(files) > 150
