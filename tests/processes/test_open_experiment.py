from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convlab.experiment import archive
from convlab.experiment.experiment import Experiment, first_experiment
from convlab.experiment.files import from_parts, to_parts, view_of
from convlab.experiment.image import Image
from convlab.problems import Problem
from convlab.processes.client import Reader
from tests.experiment.damaged_files import damaged_containers
from tests.processes.conftest import wait_until


def packed(experiment: Experiment, extra: dict[str, Any] | None = None) -> bytes:
    file = io.BytesIO()
    archive.pack(file, *to_parts(experiment, extra))
    return file.getvalue()


GOOD = packed(first_experiment(), {"stage": 2})
DAMAGED = damaged_containers(GOOD)


def ask(reader: Reader, **what: Any) -> Any:
    answers: list[Any] = []
    reader.open_experiment(**what, done=lambda *parts: answers.append(parts), failed=answers.append)
    wait_until(lambda: answers)
    return answers[0]


def test_an_experiment_comes_back_as_it_was(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.convlab"
    path.write_bytes(GOOD)
    described, arrays = ask(reader, path=path)
    first, opened = first_experiment(), from_parts(described, arrays)
    assert np.array_equal(opened.image.pixels, first.image.pixels)
    assert [type(one) for one in opened.operations] == [type(one) for one in first.operations]
    assert view_of(described) == {"stage": 2}


def test_an_experiment_on_a_photograph_comes_back(reader: Reader) -> None:
    pixels = np.random.default_rng(0).random((1080, 1920, 3), np.float32)
    experiment = Experiment(Image(pixels), first_experiment().with_image(Image(pixels)).operations)
    opened = from_parts(*ask(reader, data=packed(experiment)))
    assert np.array_equal(opened.image.pixels, pixels)


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_experiment_gives_one_sentence_and_costs_no_process(
    name: str, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "work.convlab"
    path.write_bytes(DAMAGED[name])
    wait_until(lambda: reader.ready)
    process = reader.process_id
    problem = ask(reader, path=path)
    assert isinstance(problem, Problem)
    assert problem.what == "“work.convlab” cannot be opened."
    assert problem.sentence.isprintable() and problem.remedy
    assert reader.process_id == process
    assert [entry.name for entry in tmp_path.iterdir()] == ["work.convlab"]


def test_a_picture_is_no_experiment(reader: Reader, tmp_path: Path) -> None:
    problem = ask(reader, data=b"\x89PNG\r\n\x1a\n")
    assert isinstance(problem, Problem) and "not a ConvLab file" in problem.why
    assert isinstance(ask(reader, path=tmp_path), Problem)
