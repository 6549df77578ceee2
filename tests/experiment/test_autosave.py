"""Work of a run that ended badly is found by the next one, and only then."""

from __future__ import annotations

import subprocess
import sys

import pytest

from convlab.experiment.autosave import Autosave
from convlab.experiment.experiment import first_experiment
from convlab.experiment.files import from_parts, read_parts, view_of
from convlab.problems import Problem

CRASH = """
import os, sys
from pathlib import Path
from convlab.experiment.autosave import Autosave
from convlab.experiment.experiment import first_experiment
Autosave(Path(sys.argv[1])).write(first_experiment().without(0), {"stage": 1})
os._exit(1)
"""


def crash(folder):
    """A run that saves its work and dies."""
    assert subprocess.run([sys.executable, "-c", CRASH, str(folder)], check=False).returncode == 1


def test_a_run_that_dies_leaves_its_work(tmp_path):
    crash(tmp_path)
    (leftover,) = Autosave(tmp_path).leftovers()
    described, arrays = read_parts(leftover.path.read_bytes())
    assert len(from_parts(described, arrays).operations) == 2
    assert view_of(described) == {"stage": 1}
    assert leftover.saved == pytest.approx(leftover.path.stat().st_mtime)


def test_a_run_that_lives_is_left_alone(tmp_path):
    living = Autosave(tmp_path)
    living.write(first_experiment())
    assert Autosave(tmp_path).leftovers() == []
    assert living.leftovers() == []
    living.close()


def test_a_run_that_ends_well_leaves_nothing(tmp_path):
    run = Autosave(tmp_path)
    run.write(first_experiment())
    run.close()
    run.close()
    assert list(tmp_path.iterdir()) == []


def test_a_discarded_leftover_is_gone(tmp_path):
    crash(tmp_path)
    run = Autosave(tmp_path)
    run.discard(run.leftovers()[0])
    assert run.leftovers() == []
    assert list(tmp_path.iterdir()) == []


def test_the_newest_leftover_comes_first(tmp_path):
    crash(tmp_path)
    crash(tmp_path)
    saved = [leftover.saved for leftover in Autosave(tmp_path).leftovers()]
    assert len(saved) == 2
    assert saved == sorted(saved, reverse=True)


def test_unchanged_work_is_not_written_again(tmp_path):
    run, experiment = Autosave(tmp_path), first_experiment()
    run.write(experiment, {"stage": 0})
    run.path.write_bytes(b"")
    run.write(experiment, {"stage": 0})
    assert run.path.read_bytes() == b""
    run.write(experiment, {"stage": 1})
    assert run.path.read_bytes()
    run.close()


def test_saved_work_needs_no_copy(tmp_path):
    run, experiment = Autosave(tmp_path), first_experiment()
    run.write(experiment)
    run.clear()
    assert not run.path.exists()
    run.write(experiment)
    assert run.path.exists()
    run.close()


def test_the_folder_is_made_when_it_is_needed(tmp_path):
    run = Autosave(tmp_path / "state" / "autosave")
    assert run.leftovers() == []
    assert list(tmp_path.iterdir()) == []
    run.write(first_experiment())
    assert run.path.exists()
    run.close()


def test_a_place_that_cannot_be_written_is_a_problem(tmp_path):
    (tmp_path / "file").write_text("in the way")
    run = Autosave(tmp_path / "file" / "autosave")
    with pytest.raises(Problem, match="cannot be kept safe"):
        run.write(first_experiment())
    assert run.leftovers() == []
    run.close()
