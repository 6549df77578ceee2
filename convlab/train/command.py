"""The command: loads the data, trains in this very process, and prints what was measured."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from convlab.learning.plan import Plan
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.run_files import RunFiles, kept_runs, new_run, taken
from convlab.train import options
from convlab.train.terminal import Terminal, summary

_INTERRUPTED = 130


def train(arguments: Sequence[str]) -> int:
    """Train a recipe. Returns 0, or 130 if it was ended by Ctrl+C, when the best network is kept. Raises Problem."""
    _show_any_sign()
    chosen = options.sequence(arguments)
    if chosen.list:
        print(options.listed())
        return 0
    plan, out = options.plan_of(chosen), options.out_of(chosen)
    terminal = Terminal(plan)
    with _quiet():
        _start_tensorflow()
    return _train(plan, out, terminal, chosen.go_on)


def _train(plan: Plan, out: Path, terminal: Terminal, go_on: bool) -> int:
    from convlab.processes import datasets, training

    data = datasets.load(plan.source, terminal.download)
    terminal.say(
        f"{plan.recipe} on {data.info.name}: {data.info.train:,} images, {data.info.test:,} for the test"
    )
    for note in data.info.notes:
        terminal.say(note)
    files = _kept(plan) if go_on else new_run(plan.recipe)
    with _stopping(terminal):
        result = training.train(plan, data, None, files, terminal, go_on)
    terminal.say(summary(result, files.read()))
    _copy(files.network, out)
    terminal.say(f"written to {safe_text(out)}")
    return _INTERRUPTED if result.stopped else 0


def _kept(plan: Plan) -> RunFiles:
    """The newest training with this plan that can go on. Raises Problem if there is none, or somebody is at a newer one."""
    for kept in kept_runs():
        if replace(kept.record.plan, epochs=plan.epochs) == plan:
            if kept.under_way:
                raise taken()
            if kept.resumable:
                return RunFiles(kept.folder)
    raise Problem("There is no training of this kind to go on with.", "", "Leave --continue out.")


def _start_tensorflow() -> None:
    from convlab.processes import tensorflow

    found = tensorflow.start(lambda: None)
    if not found["tensorflow"]:
        raise Problem("Networks cannot be trained now.", found["why"], "Install ConvLab anew.")


@contextmanager
def _quiet() -> Iterator[None]:
    """TensorFlow's libraries write what nobody needs to know past Python, as they are loaded."""
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


@contextmanager
def _stopping(terminal: Terminal) -> Iterator[None]:
    """Ctrl+C ends the training after the batch in hand; a second one ends the program."""

    def stop(number: int, frame: Any) -> None:
        terminal.stopped = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _copy(network: Path, out: Path) -> None:
    part = out.with_name(out.name + ".part")
    try:
        shutil.copyfile(network, part)
        os.replace(part, out)
    except OSError as error:
        part.unlink(missing_ok=True)
        why = f"{safe_text(error.strerror or str(error))}."
        raise Problem(f"“{safe_text(out)}” cannot be written.", why, f"It is kept as {network}.") from None


def _show_any_sign() -> None:
    """A terminal that lacks a sign shows another one in its place."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
