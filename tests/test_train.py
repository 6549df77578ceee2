"""`convlab train`: what it is called with, what it prints, and how it ends."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from convlab import cli
from convlab.learning.events import Begun, EpochEnd, Progress
from convlab.learning.plan import CLOTHES, FOLDER, NPZ, Plan, Source
from convlab.problems import Problem
from convlab.processes.recipes import RECIPES
from convlab.processes.run_files import RunFiles
from convlab.train import command, options
from convlab.train.terminal import Terminal
from tests.processes.tiny_data import write_npz
from tests.window.learn_fakes import kept_run

ROOT = Path(__file__).resolve().parent.parent


def plan(*words: str) -> Plan:
    return options.plan_of(options.sequence(words))


def test_a_recipe_alone_is_trained_as_it_says() -> None:
    assert plan("fashion-six").source == Source(CLOTHES)
    for name in RECIPES:
        assert plan(name) == RECIPES[name].plan()


def test_everything_can_be_said_otherwise(tmp_path: Path) -> None:
    npz = write_npz(tmp_path / "bars.npz", 20, 4)
    words = (
        f"digits-small --data {npz} --epochs 3 --batch 8 --optimizer sgd --rate 0.5 --dropout 0.2 --seed 9"
    )
    said = Plan("digits-small", Source(NPZ, str(npz)), 3, 8, "sgd", 0.5, 0.2, seed=9)
    assert plan(*words.split()) == replace(said, validation=RECIPES["digits-small"].plan().validation)
    assert plan("dense-only", "--data", str(tmp_path)).source == Source(FOLDER, str(tmp_path))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "No recipe was named."),
        ("fashion", "There is no recipe “fashion”."),
        ("fashion-six --epochs 0", "This cannot be trained."),
        ("fashion-six --rate 100", "This cannot be trained."),
        ("fashion-six --dropout 1", "This cannot be trained."),
        ("fashion-six --data nonsense", "There are no data “nonsense”."),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(
    words: str, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["train", *words.split()]) == 2
    assert said in capsys.readouterr().err


def test_nothing_is_written_over_unless_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert options.out_of(options.sequence(["digits-deep"])) == Path("digits-deep.keras")
    (tmp_path / "digits-deep.keras").write_text("mine")
    with pytest.raises(Problem, match="exists already"):
        options.out_of(options.sequence(["digits-deep"]))
    options.out_of(options.sequence(["digits-deep", "--force"]))


def test_a_training_that_is_under_way_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    files = RunFiles(kept_run(tmp_path / "convlab" / "runs", "digits-small").folder)
    with files.at_work(), pytest.raises(Problem, match="under way already"):
        command._kept(plan("digits-small"))
    assert command._kept(plan("digits-small", "--epochs", "30")) == files
    with pytest.raises(Problem, match="no training of this kind"):
        command._kept(plan("digits-deep"))


@pytest.mark.parametrize("out", ["network.h5", "network", "nowhere/network.keras"])
def test_a_network_cannot_be_written_just_anywhere(out: str) -> None:
    with pytest.raises(Problem):
        options.out_of(options.sequence(["digits-deep", "--out", out]))


def test_the_recipes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["train", "--list"]) == 0
    listed = capsys.readouterr().out
    assert all(recipe.name in listed and recipe.about in listed for recipe in RECIPES.values())


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


EVENTS = (
    Begun((), 20, 1500, 0),
    Progress(0, 640, 1500, 0.4321, 0.8765, 3.0, 125.0),
    EpochEnd(0, 0.4, 0.85, 0.35, 0.87, 31.0),
)


def told(out: Any) -> str:
    terminal = Terminal(Plan("fashion-six", Source(CLOTHES), 7), out)
    for event in EVENTS:
        terminal.tell(event)
    return str(out.getvalue())


def test_a_terminal_shows_a_bar_that_comes_and_goes() -> None:
    shown = told(Screen())
    assert "epoch 1 of 7 ██████████░░░░░░░░░░░░░░ 640 of 1,500  loss 0.4321  accuracy 0.87" in shown
    assert "\r" in shown and shown.endswith("(31 s)\n")


def test_where_there_is_no_terminal_there_are_plain_lines() -> None:
    lines = told(io.StringIO()).splitlines()
    assert len(lines) == 2 and "validation: loss 0.3500, accuracy 0.8700" in lines[1]


# --- with TensorFlow ---


def run(folder: Path, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(folder / "state")}
    command = [sys.executable, "-m", "convlab", "train", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=folder, env=environment, text=True, **pipes)  # type: ignore[call-overload,no-any-return]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_training_prints_what_was_measured_and_writes_the_network(tmp_path: Path) -> None:
    write_npz(tmp_path / "bars.npz")
    words = "fashion-first --data bars.npz --epochs 2 --batch 16 --out bars.keras"
    training = run(tmp_path, *words.split())
    out, err = training.communicate(timeout=600)
    assert training.returncode == 0, err
    assert "epoch 2 of 2" in out and "test accuracy" in out and "validation accuracy" in out
    assert (tmp_path / "bars.keras").stat().st_size > 10_000 and "Traceback" not in err
    again = run(tmp_path, *words.split())
    assert "exists already" in again.communicate(timeout=600)[1] and again.returncode == 2


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_ctrl_c_keeps_the_best_network_and_it_can_be_gone_on_with(tmp_path: Path) -> None:
    write_npz(tmp_path / "bars.npz", 2000)
    words = ["fashion-first", "--data", "bars.npz", "--epochs", "400", "--batch", "16"]
    training = run(tmp_path, *words)
    assert training.stdout is not None
    while "epoch 2 of" not in training.stdout.readline():
        assert training.poll() is None
    training.send_signal(signal.SIGINT)
    out, err = training.communicate(timeout=600)
    assert training.returncode == 130, err
    assert "test accuracy" in out and (tmp_path / "fashion-first.keras").exists()
    words[4] = "4"
    again = run(tmp_path, *words, "--continue", "--force")
    out, err = again.communicate(timeout=600)
    assert again.returncode == 0, err
    assert "epochs are done already" in out


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_bad_file_of_data_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bars.npz").write_bytes(b"no archive")
    training = run(tmp_path, "fashion-first", "--data", "bars.npz")
    _, err = training.communicate(timeout=600)
    assert training.returncode == 2 and err.startswith("convlab: “bars.npz”")
