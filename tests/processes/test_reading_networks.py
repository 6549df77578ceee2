"""Networks through the real reader process: descriptions, weights, copies, and files that change meanwhile."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from convlab.network.description import Network
from convlab.problems import Problem
from convlab.processes.client import Reader, Shelf
from tests.network.hand_made import BIAS, DENSE, KERNEL, hdf5, item, keras_zip, layers, legacy, sequential
from tests.processes.conftest import wait_until
from tests.processes.test_hostile_networks import answer


@pytest.fixture(scope="module", params=["shelf", "pipe"])
def reader(request: pytest.FixtureRequest, qapp: QCoreApplication) -> Iterator[Reader]:
    reader = Reader(shelf=Shelf() if request.param == "shelf" else None)
    reader.start()
    yield reader
    reader.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "net.keras"
    path.write_bytes(keras_zip())
    return path


def large(tmp_path: Path) -> tuple[Path, np.ndarray]:
    kernel = np.random.default_rng(1).normal(size=(2000, 700)).astype(np.float32)
    config = sequential(
        [item("InputLayer", "in", batch_shape=[None, 2000]), item("Dense", "d", units=700, use_bias=False)]
    )
    path = tmp_path / "large.keras"
    path.write_bytes(keras_zip(config, hdf5({"layers/dense/vars/0": kernel})))
    return path, kernel


def row_of(network: Network, name: str) -> int:
    return next(row for row, layer in enumerate(network.layers) if layer.name == name)


def test_a_network_is_described_and_its_weights_follow(reader: Reader, path: Path) -> None:
    network = answer(reader.open_network, path)
    assert [layer.name for layer in network.layers] == ["image", "conv", "flatten", "dense"]
    assert (network.name, network.format, network.keras_version) == ("net.keras", "keras", "3.15.1")
    weights = answer(reader.read_weights, path, network, row_of(network, "conv"))
    np.testing.assert_array_equal(weights[0], KERNEL)
    np.testing.assert_array_equal(weights[1], BIAS)
    assert not weights[0].flags.writeable
    assert answer(reader.read_weights, path, network, row_of(network, "flatten")) == ()


def test_large_weights_arrive_whole(reader: Reader, tmp_path: Path) -> None:
    path, kernel = large(tmp_path)
    network = answer(reader.open_network, path)
    (found,) = answer(reader.read_weights, path, network, 1)
    np.testing.assert_array_equal(found, kernel)


def test_a_copy_has_the_edits(reader: Reader, tmp_path: Path) -> None:
    path, kernel = large(tmp_path)
    network = answer(reader.open_network, path)
    copies: list[Any] = []
    edits = {(1, 0): -kernel}
    reader.copy_network(path, network, edits, done=copies.append, failed=copies.append)
    wait_until(lambda: copies)
    (tmp_path / "copy.keras").write_bytes(copies[0])
    copy = answer(reader.open_network, tmp_path / "copy.keras")
    (found,) = answer(reader.read_weights, tmp_path / "copy.keras", copy, 1)
    np.testing.assert_array_equal(found, -kernel)


def test_weights_of_an_earlier_file_are_still_read(reader: Reader, path: Path, tmp_path: Path) -> None:
    network = answer(reader.open_network, path)
    other = tmp_path / "other.h5"
    other.write_bytes(legacy())
    answer(reader.open_network, other)
    (tmp_path / "broken.h5").write_bytes(b"nothing")
    assert isinstance(answer(reader.open_network, tmp_path / "broken.h5"), Problem)
    weights = answer(reader.read_weights, path, network, row_of(network, "dense"))
    np.testing.assert_array_equal(weights[0], DENSE)


def test_weights_are_still_read_after_the_process_was_killed(reader: Reader, path: Path) -> None:
    network = answer(reader.open_network, path)
    process = reader.process_id
    os.kill(process, 9)
    wait_until(lambda: reader.process_id != process)
    weights = answer(reader.read_weights, path, network, row_of(network, "conv"))
    np.testing.assert_array_equal(weights[0], KERNEL)


def test_a_file_that_has_changed_gives_no_weights_of_another_network(reader: Reader, path: Path) -> None:
    network = answer(reader.open_network, path)
    path.write_bytes(keras_zip(weights=hdf5({"layers/conv2d/vars/0": KERNEL})))
    problem = answer(reader.read_weights, path, network, row_of(network, "conv"))
    assert isinstance(problem, Problem) and "has changed" in problem.what
    path.unlink()
    problem = answer(reader.read_weights, path, network, row_of(network, "conv"))
    assert isinstance(problem, Problem) and "no such file" in problem.sentence


def test_a_network_of_thousands_of_layers_is_described(reader: Reader, tmp_path: Path) -> None:
    many = [item("Dropout", f"drop_{number}", rate=0.5) for number in range(3000)]
    path = tmp_path / "many.keras"
    path.write_bytes(keras_zip(sequential([*layers()[:2], *many, *layers()[2:]])))
    network = answer(reader.open_network, path)
    assert isinstance(network, Network) and len(network.layers) == 3004


def test_lines_of_a_text_file(reader: Reader, tmp_path: Path) -> None:
    cases = {
        "plain.txt": (b"cat\ndog\r\n\nbird\n\n", ("cat", "dog", "", "bird")),
        "utf-16.txt": ("Äpfel\nBirnen".encode("utf-16"), ("Äpfel", "Birnen")),
        "latin.txt": ("Käse\n".encode("latin-1"), ("Käse",)),
        "marked.txt": (b"\xef\xbb\xbfone", ("one",)),
        "markup.txt": ("<b>x</b>\n\u202egnp".encode(), ("<b>x</b>", "\N{REPLACEMENT CHARACTER}gnp")),
    }
    for name, (data, lines) in cases.items():
        (tmp_path / name).write_bytes(data)
        assert answer(reader.read_lines, tmp_path / name) == lines


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\n\n", "no names"),
        (b"\0\1\2", "not text"),
        (b"x\n" * 20_000, "lines"),
        (b"x" * 5_000_000, "MB"),
    ],
    ids=["empty", "blank", "binary", "long", "large"],
)
def test_what_is_no_list_of_names_is_said(data: bytes, word: str, reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(data)
    problem = answer(reader.read_lines, tmp_path / "names.txt")
    assert isinstance(problem, Problem) and word in problem.sentence


def killed_at(moment: float, reader: Reader, path: Path, kernel: np.ndarray) -> None:
    """Kill the process at a moment of opening, reading or sending; then everything works again."""
    answers: list[Any] = []

    def go_on(network: Network) -> None:
        reader.read_weights(path, network, 1, done=answers.append, failed=answers.append)

    reader.open_network(path, done=go_on, failed=answers.append)
    end = time.monotonic() + moment
    while time.monotonic() < end:
        QCoreApplication.processEvents()
    if reader.process_id:
        os.kill(reader.process_id, 9)
    wait_until(lambda: answers)
    assert len(answers) == 1
    if isinstance(answers[0], Problem):
        assert any(word in answers[0].sentence for word in ("made the reader stop", "does not start"))
    network = answer(reader.open_network, path)
    np.testing.assert_array_equal(answer(reader.read_weights, path, network, 1)[0], kernel)


@pytest.mark.parametrize("moment", [0.0, 0.01, 0.04])
def test_killed_at_any_moment_it_costs_one_sentence_at_most(
    moment: float, reader: Reader, tmp_path: Path
) -> None:
    path, kernel = large(tmp_path)
    killed_at(moment, reader, path, kernel)


@pytest.mark.slow
def test_killed_again_and_again_at_random_moments_nothing_is_lost(reader: Reader, tmp_path: Path) -> None:
    path, kernel = large(tmp_path)
    chance = random.Random(8)
    for _ in range(25):
        killed_at(chance.uniform(0, 0.2), reader, path, kernel)
