"""The folder of a training: what it says, whatever happened to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from convlab.learning.events import EpochEnd
from convlab.learning.plan import CLOTHES, Plan, Source
from convlab.problems import Problem
from convlab.processes import run_files
from convlab.processes.run_files import (
    Record,
    RunFiles,
    forget_removed,
    kept_runs,
    new_run,
    runs_folder,
    write_whole,
)

PLAN = Plan("fashion-first", Source(CLOTHES), 3)


def epochs(count: int) -> tuple[EpochEnd, ...]:
    return tuple(EpochEnd(n, 0.5 / (n + 1), 0.8, 0.6, 0.7 + n / 100, 10.0 * n) for n in range(count))


def record(count: int = 2, **how: Any) -> Record:
    return Record(PLAN, "Fashion-MNIST", ("shirt", "coat"), 123, epochs(count), max(count - 1, 0), **how)


def run(folder: Path, count: int = 2, *, checkpoint: bool = True, **how: Any) -> RunFiles:
    files = new_run("fashion-first", folder)
    files.write(record(count, **how))
    if checkpoint:
        files.checkpoint.write_bytes(b"weights")
    return files


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    files = run(tmp_path, test_loss=0.3, test_accuracy=0.9, minutes=1.5)
    found = files.read()
    assert found.saved > 0
    assert found == record(test_loss=0.3, test_accuracy=0.9, minutes=1.5, saved=found.saved)


def test_every_training_has_a_folder_of_its_own(tmp_path: Path) -> None:
    folders = {new_run("digits-deep", tmp_path / "runs").folder for _ in range(5)}
    assert len(folders) == 5 and all(folder.is_dir() for folder in folders)


def test_where_there_is_no_place_for_it_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(Problem, match="no place"):
        new_run("digits-deep", tmp_path / "runs")


def test_trainings_are_listed_with_the_newest_first(tmp_path: Path) -> None:
    older, newer = run(tmp_path), run(tmp_path)
    document = json.loads(older.record_file.read_text())
    older.record_file.write_text(json.dumps({**document, "saved": 5.0}))
    assert [kept.folder for kept in kept_runs(tmp_path)] == [newer.folder, older.folder]
    assert all(kept.resumable for kept in kept_runs(tmp_path))


def test_one_that_ended_cannot_go_on_unless_it_was_stopped(tmp_path: Path) -> None:
    for count, resumable in ((3, False), (2, True)):
        files = run(tmp_path, count, test_accuracy=0.9, test_loss=0.3)
        files.network.write_bytes(b"network")
        kept = files.kept()
        assert kept is not None and kept.record.ended and kept.resumable == resumable


def test_one_that_was_killed_before_its_network_was_written_can_go_on(tmp_path: Path) -> None:
    kept = run(tmp_path, 3, test_accuracy=0.9, test_loss=0.3).kept()
    assert kept is not None and not kept.record.ended and kept.resumable


def test_one_without_a_finished_epoch_is_not_listed(tmp_path: Path) -> None:
    run(tmp_path, 0)
    run(tmp_path, 2, checkpoint=False)
    (tmp_path / "empty").mkdir()
    assert kept_runs(tmp_path) == [] and kept_runs(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"plan": 1}',
        {"epochs": [{"epoch": 0}]},
        {"epochs": "many"},
        {"plan": {"recipe": "x"}},
        {"best": "first"},
        {"class_names": [1]},
        {"minutes": "long"},
        {"more": 1},
        {"test_accuracy": "good"},
    ],
)
def test_damaged_ones_are_left_out(tmp_path: Path, damage: Any) -> None:
    files = run(tmp_path)
    if isinstance(damage, dict):
        damage = json.dumps({**json.loads(files.record_file.read_text()), **damage}).encode()
    files.record_file.write_bytes(damage)
    whole = run(tmp_path)
    assert [kept.folder for kept in kept_runs(tmp_path)] == [whole.folder]
    assert "Nothing is kept" in files.what_is_kept()


def test_what_is_kept_is_said_in_a_sentence(tmp_path: Path) -> None:
    assert run(tmp_path, 2).what_is_kept() == "Epoch 2 of 3 is kept: continue from there."
    assert "Nothing is kept" in run(tmp_path, 0).what_is_kept()
    assert "Nothing is kept" in RunFiles(tmp_path / "nowhere").what_is_kept()


def test_a_file_is_the_old_one_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"


def test_trainings_are_kept_where_the_window_keeps_its_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convlab.window.settings import _state_folder

    assert runs_folder(tmp_path) == tmp_path / "runs"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert runs_folder() == _state_folder() / "runs" == tmp_path / "convlab" / "runs"


def test_a_training_can_be_forgotten(tmp_path: Path) -> None:
    files = run(tmp_path)
    files.remove()
    assert not files.folder.exists()


def test_two_cannot_train_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_files, "_DYING_SECONDS", 0.1)
    files = run(tmp_path)
    with files.at_work(), pytest.raises(Problem, match="under way already"), files.at_work():
        pass
    with files.at_work():
        pass


TRAINS = """
import sys, time
from pathlib import Path
from convlab.processes.run_files import RunFiles
with RunFiles(Path(sys.argv[1])).at_work():
    print("begun", flush=True)
    time.sleep(600)
"""


def test_what_another_process_trains_cannot_be_gone_on_with_until_that_is_killed(tmp_path: Path) -> None:
    files = run(tmp_path)
    other = subprocess.Popen([sys.executable, "-c", TRAINS, str(files.folder)], stdout=subprocess.PIPE)
    with other:
        assert other.stdout is not None and other.stdout.readline() == b"begun\n"
        (kept,) = kept_runs(tmp_path)
        assert kept.under_way and not kept.resumable
        other.kill()
    files.come_to_rest()
    (kept,) = kept_runs(tmp_path)
    assert kept.resumable and not kept.under_way


def test_those_who_look_do_not_take_each_other_for_somebody_who_trains(tmp_path: Path) -> None:
    files = run(tmp_path)
    with files.at_work():
        assert files.under_way
    with ThreadPoolExecutor(8) as threads:
        assert not any(threads.map(lambda _: files.under_way, range(400)))


def test_where_nobody_has_trained_yet_nothing_is_under_way(tmp_path: Path) -> None:
    assert not RunFiles(tmp_path).under_way and not RunFiles(tmp_path / "nowhere").under_way


def test_a_training_that_was_put_away_is_not_listed_until_it_is_put_back(tmp_path: Path) -> None:
    files = run(tmp_path)
    away = files.put_away()
    assert kept_runs(tmp_path) == [] and not files.folder.exists()
    assert away.put_back() == files
    assert [kept.folder for kept in kept_runs(tmp_path)] == [files.folder]


def test_what_somebody_trains_is_not_put_away(tmp_path: Path) -> None:
    files = run(tmp_path)
    with files.at_work(), pytest.raises(Problem, match="under way"):
        files.put_away()
    assert files.record_file.exists()


def test_what_cannot_be_put_away_or_back_is_said(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be removed"):
        RunFiles(tmp_path / "nowhere").put_away()
    away = run(tmp_path).put_away()
    away.remove()
    with pytest.raises(Problem, match="cannot be brought back"):
        away.put_back()


def test_only_what_was_put_away_long_ago_is_forgotten(tmp_path: Path) -> None:
    older, newer, kept = (run(tmp_path) for _ in range(3))
    away = older.put_away(), newer.put_away()
    os.utime(away[0].folder, (0, 0))
    os.utime(kept.folder, (0, 0))
    forget_removed(tmp_path)
    forget_removed(tmp_path / "nowhere")
    assert not away[0].folder.exists() and away[1].put_back() == newer
    assert {one.folder for one in kept_runs(tmp_path)} == {newer.folder, kept.folder}
