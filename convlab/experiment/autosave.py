"""Autosave: the work of a run that did not end well can be offered to the next one.

Each run keeps one file and one lock beside it. The operating system lets go of the lock when the run ends in
whatever way, so a file whose lock can be taken was left behind by a run that is no more. (A process number would not
do: another program may have it by now.)
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from convlab.experiment import files
from convlab.experiment.experiment import Experiment
from convlab.experiment.file_lock import is_locked, try_lock
from convlab.experiment.whole_file import reason
from convlab.problems import Problem


@dataclass(frozen=True)
class Leftover:
    """Work that a dead run left behind. saved: when, in seconds since 1970. Open `path` like any .convlab file."""

    path: Path
    saved: float


class Autosave:
    """This run's safety copy in `folder`, and those that other runs left there. Values may be written from a thread,
    by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: IO[bytes] | None = None
        self._path: Path | None = None
        self._written: tuple[Experiment, dict[str, Any]] | None = None

    @property
    def path(self) -> Path | None:
        """This run's file, once there is one."""
        return self._path

    def write(self, experiment: Experiment, extra: dict[str, Any] | None = None) -> None:
        """Keeps the present work; does nothing if it is what was written last. Raises Problem if it cannot."""
        extra = dict(extra or {})
        if self._written is not None and self._written[0] is experiment and self._written[1] == extra:
            return
        files.write(self._own_path(), experiment, extra, backup=False)
        self._written = (experiment, extra)

    def clear(self) -> None:
        """Removes this run's copy: everything is saved elsewhere."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        self._written = None

    def close(self) -> None:
        """At a good end: removes this run's copy and lock."""
        if self._lock is None or self._path is None:
            return
        self.clear()
        self._lock.close()
        _lock_of(self._path).unlink(missing_ok=True)
        self._lock = self._path = None

    def leftovers(self) -> list[Leftover]:
        """The copies of runs that ended without closing, the newest first."""
        try:
            paths = [path for path in self._folder.glob("run-*.convlab") if path != self._path]
            dead = [path for path in paths if not is_locked(_lock_of(path))]
            found = [Leftover(path, path.stat().st_mtime) for path in dead]
        except OSError:
            return []
        return sorted(found, key=lambda leftover: leftover.saved, reverse=True)

    def discard(self, leftover: Leftover) -> None:
        """Removes a copy for good: it was restored and saved, or is not wanted."""
        for path in (leftover.path, _lock_of(leftover.path)):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _own_path(self) -> Path:
        if self._path is None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._path, self._lock = _locked_new_path(self._folder)
            except OSError as error:
                raise Problem("Your work cannot be kept safe automatically.", reason(error)) from error
        return self._path


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def _locked_new_path(folder: Path) -> tuple[Path, IO[bytes]]:
    path = folder / f"run-{os.urandom(6).hex()}.convlab"
    lock = _lock_of(path).open("xb")
    if not try_lock(lock):
        lock.close()
        raise OSError("the file system does not lock files")
    return path, lock
