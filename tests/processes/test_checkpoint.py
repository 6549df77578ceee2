"""Checkpoints: whole, checked, and never unpickled."""

from __future__ import annotations

import io
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convlab.learning.events import EpochEnd
from convlab.learning.plan import DIGITS, Plan, Source
from convlab.problems import Problem
from convlab.processes import checkpoint
from convlab.processes.checkpoint import Checkpoint

PLAN = Plan("dense-only", Source(DIGITS), 5)
EPOCHS = (EpochEnd(0, 0.5, 0.7, 0.6, 0.6, 2.0), EpochEnd(1, 0.4, 0.8, 0.5, 0.7, 4.0))


def some(**how: Any) -> Checkpoint:
    weights = [np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros(3, np.float32)]
    optimizer = [np.array(20, np.int64), np.array(0.001, np.float32), np.ones((2, 3), np.float32)]
    return replace(Checkpoint(PLAN, EPOCHS, 1, weights, optimizer, [weights[0] + 1, weights[1]]), **how)


def written(tmp_path: Path, one: Checkpoint | None = None) -> Path:
    path = tmp_path / "checkpoint.npz"
    checkpoint.write(path, one or some())
    return path


def rewritten(path: Path, change: Any) -> None:
    """The same archive with other arrays."""
    with np.load(path) as arrays:
        content = dict(arrays)
    change(content)
    np.savez(path, **content)


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    found = checkpoint.read(written(tmp_path), PLAN)
    assert (found.plan, found.epochs, found.best) == (PLAN, EPOCHS, 1)
    for mine, theirs in zip(
        (some().weights, some().optimizer, some().best_weights),
        (found.weights, found.optimizer, found.best_weights),
        strict=True,
    ):
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(one, other)
            assert one.dtype == other.dtype
    assert list(tmp_path.iterdir()) == [tmp_path / "checkpoint.npz"]


def test_more_epochs_may_be_planned_now_but_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert checkpoint.read(path, replace(PLAN, epochs=9)).epochs == EPOCHS
    for other in (replace(PLAN, rate=0.5), replace(PLAN, recipe="digits-deep"), replace(PLAN, batch=8)):
        with pytest.raises(Problem, match="cannot go on"):
            checkpoint.read(path, other)


def test_a_missing_one_is_said(tmp_path: Path) -> None:
    with pytest.raises(Problem) as problem:
        checkpoint.read(tmp_path / "none.npz", PLAN)
    assert problem.value.why == "Nothing is kept of it."


@pytest.mark.parametrize("length", [0, 10, 200, -100, -1])
def test_half_of_one_is_damaged(tmp_path: Path, length: int) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(Problem) as problem:
        checkpoint.read(path, PLAN)
    assert problem.value.why == "What was kept is damaged."


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays.update(weight0=np.full((2, 3), np.nan, np.float32)),
        lambda arrays: arrays.update(surprise=np.zeros(3)),
        lambda arrays: arrays.pop("weight0"),
        lambda arrays: arrays.pop("about"),
        lambda arrays: arrays.update(about=np.frombuffer(b"{}", np.uint8)),
        lambda arrays: arrays.update(best1=np.array(["text"])),
    ],
    ids=["not finite", "one more", "one less", "no description", "an empty description", "text"],
)
def test_other_arrays_are_damage(tmp_path: Path, change: Any) -> None:
    path = written(tmp_path)
    rewritten(path, change)
    with pytest.raises(Problem) as problem:
        checkpoint.read(path, PLAN)
    assert problem.value.why == "What was kept is damaged."


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    path, trace = written(tmp_path), tmp_path / "trace"

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.write_text, (trace, "run"))

    content = io.BytesIO()
    np.lib.format.write_array(content, np.array([Evil()], object), allow_pickle=True)
    assert pickle.dumps(Evil())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("weight2.npy", content.getvalue())
    with pytest.raises(Problem):
        checkpoint.read(path, PLAN)
    assert not trace.exists()


def test_one_that_claims_to_be_huge_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    monkeypatch.setattr(checkpoint, "_MOST_BYTES", 100_000)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("weight2.npy", bytes(1_000_000))
    with pytest.raises(Problem) as problem:
        checkpoint.read(path, PLAN)
    assert problem.value.why == "What was kept is damaged."
