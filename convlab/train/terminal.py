"""Terminal: a progress bar that is drawn over and over in one line, or plain lines where there is no terminal."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

from convlab.learning.events import Begun, Download, EpochEnd, Event, Progress, Result
from convlab.learning.plan import Plan
from convlab.processes.following import Follower
from convlab.processes.run_files import Record

_WIDTH = 24


class Terminal(Follower):
    """Tells of a training, line by line. out: by default standard output."""

    def __init__(self, plan: Plan, out: TextIO | None = None) -> None:
        super().__init__()
        self._plan = plan
        self._out = out or sys.stdout
        self._lively = self._out.isatty()
        self._drawn = False

    def say(self, text: str) -> None:
        """A line that stays."""
        self._wipe()
        print(text, file=self._out, flush=True)

    def draw(self, text: str) -> None:
        """A line that the next one replaces; only on a terminal."""
        if self._lively:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{text[:width]:<{width}}", end="", file=self._out, flush=True)
            self._drawn = True

    def download(self, told: Download) -> None:
        """How far a download has come."""
        count = f"{told.done:,}" + (f" of {told.of:,}" if told.of else "")
        self.draw(f"{told.name}: {count} {told.unit}")

    def tell(self, event: Event) -> None:
        if isinstance(event, Begun):
            done = f", {event.epoch} epochs are done already" if event.epoch else ""
            self.say(f"{event.parameters:,} weights, {event.batches:,} batches in each epoch{done}")
        elif isinstance(event, Progress):
            self.draw(self._bar(event))
        elif isinstance(event, EpochEnd):
            self.say(self._epoch(event))

    def _bar(self, told: Progress) -> str:
        full = round(_WIDTH * told.batch / told.batches)
        left = "" if told.left is None else f"  {_duration(told.left)} left"
        bar = "█" * full + "░" * (_WIDTH - full)
        return (
            f"epoch {told.epoch + 1} of {self._plan.epochs} {bar} {told.batch:,} of {told.batches:,}"
            f"  loss {told.loss:.4f}  accuracy {told.accuracy:.4f}{left}"
        )

    def _epoch(self, done: EpochEnd) -> str:
        return (
            f"epoch {done.epoch + 1} of {self._plan.epochs}: loss {done.loss:.4f}, accuracy {done.accuracy:.4f};"
            f" validation: loss {done.val_loss:.4f}, accuracy {done.val_accuracy:.4f}"
            f"  ({_duration(done.seconds)})"
        )

    def _wipe(self) -> None:
        if self._drawn:
            print("\r" + " " * (shutil.get_terminal_size().columns - 1), end="\r", file=self._out)
            self._drawn = False


def summary(result: Result, record: Record) -> str:
    """What was measured, a line each."""
    lines = [f"test accuracy        {result.test_accuracy:.4f}   loss {result.test_loss:.4f}"]
    if record.epochs:
        best = record.epochs[result.best]
        lines += [
            f"validation accuracy  {best.val_accuracy:.4f}   loss {best.val_loss:.4f}",
            f"training accuracy    {best.accuracy:.4f}   loss {best.loss:.4f}",
            f"best epoch           {result.best + 1} of {len(record.epochs)}",
        ]
    lines += [
        f"weights              {record.parameters:,}",
        f"time                 {record.minutes:.1f} minutes",
    ]
    return "\n".join(lines)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
