"""RunFiles: the folder of one training, and those of all. Shared by the window and the trainer; no Keras, no Qt.

run.json says what was planned, what was reached epoch by epoch, and how it ended; checkpoint.npz holds what a training that
was ended goes on from; network.keras is the network. Each is written whole or not at all.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from convlab import strict_json
from convlab.experiment.file_lock import is_locked, try_lock
from convlab.learning.events import EpochEnd
from convlab.learning.plan import MAX_EPOCHS, Plan, from_plain, to_plain
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.training_messages import MOST_CLASSES, epoch_of

_MOST_RUNS = 500
_DYING_SECONDS = 3.0
"""So long a process that was killed may hold on to what it had."""
_REMOVED = "removed"
"""The folder among those of the trainings where those are that can still be brought back."""
_DAMAGED = "The description of this training cannot be read."


@dataclass(frozen=True)
class Record:
    """What is known of a training. data, class_names: what it learned from, for people. epochs: those that are done.
    best: the one of them whose weights are kept, counted from 0. test_accuracy, test_loss: None until it has ended.
    minutes: of training, pauses left out. saved: seconds since 1970."""

    plan: Plan
    data: str = ""
    class_names: tuple[str, ...] = ()
    parameters: int = 0
    epochs: tuple[EpochEnd, ...] = ()
    best: int = 0
    test_loss: float | None = None
    test_accuracy: float | None = None
    minutes: float = 0.0
    saved: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether there is a network: it was trained to its end, or stopped."""
        return self.test_accuracy is not None


@dataclass(frozen=True)
class KeptRun:
    """A training in its folder. resumable: whether it can go on. under_way: whether somebody trains it at this moment, this
    window or another one, or a terminal."""

    folder: Path
    record: Record
    resumable: bool
    under_way: bool = False


@dataclass(frozen=True)
class RunFiles:
    """The files of the training in `folder`."""

    folder: Path

    @property
    def record_file(self) -> Path:
        return self.folder / "run.json"

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.npz"

    @property
    def network(self) -> Path:
        return self.folder / "network.keras"

    def write(self, record: Record) -> None:
        """Raises OSError."""
        document = {**asdict(record), "plan": to_plain(record.plan), "saved": time.time()}
        write_whole(self.record_file, strict_json.dumps(document))

    def read(self) -> Record:
        """Raises OSError if it is not there, ValueError if it is damaged."""
        with open(self.record_file, "rb") as file:
            document = strict_json.loads(file.read(strict_json.MAX_BYTES + 1))
        try:
            return _record(document)
        except (KeyError, TypeError, AttributeError):
            raise ValueError(_DAMAGED) from None

    def epochs_kept(self) -> tuple[int, int]:
        """From how many epochs one can go on, and how many were planned; (0, 0) if nothing is kept."""
        try:
            record = self.read()
        except (OSError, ValueError):
            return 0, 0
        kept = bool(record.epochs) and self.checkpoint.exists()
        return (len(record.epochs), record.plan.epochs) if kept else (0, 0)

    def what_is_kept(self) -> str:
        """A sentence on it for whoever lost a training."""
        kept, planned = self.epochs_kept()
        if not kept:
            return "Nothing is kept of it, since its first epoch was not finished; train again."
        return f"Epoch {kept} of {planned} is kept: continue from there."

    def kept(self) -> KeptRun | None:
        """The training, if there is one that is not damaged."""
        try:
            record = self.read()
        except (OSError, ValueError):
            return None
        if record.ended and not self.network.exists():
            record = replace(record, test_loss=None, test_accuracy=None)
        unfinished = bool(record.epochs) and not (record.ended and len(record.epochs) >= record.plan.epochs)
        under_way = self.under_way
        return KeptRun(
            self.folder, record, unfinished and self.checkpoint.exists() and not under_way, under_way
        )

    @property
    def _lock(self) -> Path:
        return self.folder / "lock"

    @property
    def under_way(self) -> bool:
        """Whether somebody trains here at this moment."""
        return is_locked(self._lock)

    def come_to_rest(self) -> None:
        """Wait a moment for a process that was killed while it trained here."""
        end = time.monotonic() + _DYING_SECONDS
        while self.under_way and time.monotonic() < end:
            time.sleep(_DYING_SECONDS / 50)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While somebody trains here; it ends with his process, however that ends. Raises Problem if somebody else does."""
        try:
            file = self._lock.open("ab")
        except OSError as error:
            raise self.no_room(error) from None
        with file:
            end = time.monotonic() + _DYING_SECONDS
            while not try_lock(file):
                if time.monotonic() > end:
                    raise taken()
                time.sleep(_DYING_SECONDS / 50)
            yield

    def no_room(self, error: OSError) -> Problem:
        """That what is learned cannot be kept."""
        why = f"{safe_text(error.strerror or str(error))}."
        return Problem(f"The training cannot be kept in “{safe_text(self.folder)}”.", why, "Make room there.")

    def clear(self) -> None:
        """Nothing is kept of an earlier training in this folder."""
        for path in (self.record_file, self.checkpoint, self.network):
            path.unlink(missing_ok=True)

    def put_away(self) -> RunFiles:
        """Take the training out of those that are kept; `put_back` undoes that until somebody calls `forget_removed`.
        Raises Problem, also if it is under way."""
        if self.under_way:
            raise Problem("This training is under way.", "", "Remove it when it has ended.")
        away = RunFiles(self.folder.parent / _REMOVED / self.folder.name)
        try:
            away.folder.parent.mkdir(exist_ok=True)
            os.utime(self.folder)  # when it was removed
            os.rename(self.folder, away.folder)
        except OSError as error:
            raise _cannot_move("The training cannot be removed.", error) from None
        return away

    def put_back(self) -> RunFiles:
        """Keep a training again that was put away. Raises Problem."""
        kept = RunFiles(self.folder.parent.parent / self.folder.name)
        try:
            os.rename(self.folder, kept.folder)
        except OSError as error:
            raise _cannot_move("The training cannot be brought back.", error) from None
        return kept

    def remove(self) -> None:
        """Forget the training, for good."""
        shutil.rmtree(self.folder, ignore_errors=True)


def taken() -> Problem:
    """That somebody else trains there."""
    return Problem(
        "This training is under way already.",
        "Another window or terminal of yours is at it.",
        "Wait for its end, or begin a new one.",
    )


def runs_folder(state: Path | None = None) -> Path:
    """Where trainings are kept. state: the folder of what the program keeps, by default that of this system's user."""
    return (state or _state_folder()) / "runs"


def new_run(recipe: str, runs: Path | None = None) -> RunFiles:
    """A fresh folder for a training, called after recipe and time. Raises Problem if it cannot be made."""
    runs = runs or runs_folder()
    name = f"{time.strftime('%Y-%m-%d %H%M%S')} {recipe}"
    try:
        for number in range(1, 1000):
            folder = runs / (name if number == 1 else f"{name} {number}")
            with suppress(FileExistsError):
                folder.mkdir(parents=True)
                return RunFiles(folder)
    except OSError as error:
        why = safe_text(error.strerror or str(error))
        raise Problem(f"There is no place for the training in “{safe_text(runs)}”.", f"{why}.") from None
    raise Problem("Too many trainings were begun at the same time.")


def kept_runs(runs: Path | None = None) -> list[KeptRun]:
    """Trainings that have ended, can go on or are under way, the newest first; damaged ones are left out."""
    runs = runs or runs_folder()
    try:
        folders = sorted((path for path in runs.iterdir() if path.is_dir()), reverse=True)[:_MOST_RUNS]
    except OSError:
        return []
    found = [kept for folder in folders if (kept := RunFiles(folder).kept()) is not None]
    found = [kept for kept in found if kept.record.ended or kept.resumable or kept.under_way]
    return sorted(found, key=lambda kept: kept.record.saved, reverse=True)


def forget_removed(runs: Path | None = None, hours: float = 1.0) -> None:
    """Remove for good what was put away longer ago than that: no window offers to bring it back any more."""
    try:
        folders = [*((runs or runs_folder()) / _REMOVED).iterdir()]
    except OSError:
        return
    for folder in folders:
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > 3600 * hours:
                RunFiles(folder).remove()


def write_whole(path: Path, data: bytes) -> None:
    """The file is the old one or the new one, whatever happens meanwhile. Raises OSError."""
    part = path.with_name(path.name + ".part")
    with open(part, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def _record(document: Mapping[str, Any]) -> Record:
    if set(document) != set(Record.__dataclass_fields__):
        raise ValueError(_DAMAGED)
    names = [safe_text(_typed(name, str), 200) for name in _typed(document["class_names"], list)]
    epochs = tuple(epoch_of(one) for one in _typed(document["epochs"], list)[:MAX_EPOCHS])
    if [one.epoch for one in epochs] != list(range(len(epochs))) or len(names) > MOST_CLASSES:
        raise ValueError(_DAMAGED)
    return Record(
        from_plain(document["plan"]),
        safe_text(_typed(document["data"], str), 200),
        tuple(names),
        _typed(document["parameters"], int),
        epochs,
        min(max(_typed(document["best"], int), 0), max(len(epochs) - 1, 0)),
        _number_or_none(document["test_loss"]),
        _number_or_none(document["test_accuracy"]),
        minutes=float(document["minutes"]),
        saved=float(document["saved"]),
    )


def _cannot_move(what: str, error: OSError) -> Problem:
    return Problem(what, f"{safe_text(error.strerror or str(error))}.", "Close what has its files open.")


def _number_or_none(value: Any) -> float | None:
    return None if value is None else float(value)


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(_DAMAGED)
    return value


def _state_folder() -> Path:
    """As the window finds it, but without Qt (window/settings.py)."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return Path(os.environ.get("XDG_STATE_HOME") or base) / "convlab"
