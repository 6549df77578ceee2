"""Checkpoint: what a training that was ended goes on from, as arrays in one .npz file; nothing in it is unpickled."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab import strict_json
from convlab.learning.events import EpochEnd
from convlab.learning.plan import Plan, from_plain, to_plain
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.training_messages import epoch_of

Arrays = Sequence[NDArray[Any]]

_ABOUT = "about"
_PARTS = ("weight", "optimizer", "best")
_MOST_BYTES = 4 * 1024**3


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A network after an epoch: its weights, what its optimizer remembers, and the best weights so far."""

    plan: Plan
    epochs: tuple[EpochEnd, ...]
    best: int
    weights: Arrays
    optimizer: Arrays
    best_weights: Arrays

    def give(self, model: Any) -> None:
        """Make a compiled network of the same recipe what it was then. Raises Problem if this is of another network."""
        shapes = [tuple(variable.shape) for variable in model.weights]
        for arrays in (self.weights, self.best_weights):
            _check_shapes(arrays, shapes)
        variables = model.optimizer.variables
        _check_shapes(self.optimizer, [tuple(variable.shape) for variable in variables])
        model.set_weights(list(self.weights))
        for variable, value in zip(variables, self.optimizer, strict=True):
            variable.assign(value)


def of(model: Any, plan: Plan, epochs: tuple[EpochEnd, ...], best: int, best_weights: Arrays) -> Checkpoint:
    """Of a network as it is now."""
    optimizer = [np.array(variable.numpy()) for variable in model.optimizer.variables]
    return Checkpoint(plan, epochs, best, model.get_weights(), optimizer, best_weights)


def write(path: Path, checkpoint: Checkpoint) -> None:
    """The file is the old one or the new one, whatever happens meanwhile. Raises OSError."""
    about = {
        "plan": to_plain(checkpoint.plan),
        "epochs": [asdict(epoch) for epoch in checkpoint.epochs],
        "best": checkpoint.best,
    }
    arrays: dict[str, Any] = {_ABOUT: np.frombuffer(strict_json.dumps(about), np.uint8)}
    for part, several in zip(_PARTS, _several(checkpoint), strict=True):
        arrays |= {f"{part}{number}": array for number, array in enumerate(several)}
    part_file = path.with_name(path.name + ".part")
    with open(part_file, "wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part_file, path)


def read(path: Path, plan: Plan) -> Checkpoint:
    """What was kept of a training with this plan; it may have more epochs now. Raises Problem."""
    try:
        found = _read(path)
    except FileNotFoundError:
        raise _cannot("Nothing is kept of it.") from None
    except OSError as error:
        raise _cannot(f"{safe_text(error.strerror or str(error))}.") from None
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError, NotImplementedError):
        raise _cannot("What was kept is damaged.") from None
    if replace(found.plan, epochs=plan.epochs) != plan:
        raise _cannot("What was kept is of a training with other settings.")
    return found


def _several(checkpoint: Checkpoint) -> tuple[Arrays, ...]:
    return checkpoint.weights, checkpoint.optimizer, checkpoint.best_weights


def _read(path: Path) -> Checkpoint:
    data = io.BytesIO(_content(path))
    with zipfile.ZipFile(data) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
            raise ValueError("it is too large")
    with np.load(data, allow_pickle=False) as arrays:
        about = strict_json.loads(arrays[_ABOUT].tobytes())
        parts = [_part(arrays, part) for part in _PARTS]
        if len(arrays.files) != 1 + sum(map(len, parts)):
            raise ValueError("there are other arrays in it")
    epochs = tuple(epoch_of(one) for one in about["epochs"])
    if [one.epoch for one in epochs] != list(range(len(epochs))) or about["best"] not in range(len(epochs)):
        raise ValueError("its epochs are garbled")
    return Checkpoint(from_plain(about["plan"]), epochs, about["best"], *parts)


def _content(path: Path) -> bytes:
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError("it is too large")
    return path.read_bytes()


def _part(arrays: Any, part: str) -> list[NDArray[Any]]:
    count = sum(name.startswith(part) for name in arrays.files)
    found = [arrays[f"{part}{number}"] for number in range(count)]
    if not all(array.dtype.kind in "iuf" and np.isfinite(array).all() for array in found):
        raise ValueError("its numbers are not finite")
    return found


def _check_shapes(arrays: Arrays, shapes: list[tuple[int, ...]]) -> None:
    if [array.shape for array in arrays] != shapes:
        raise _cannot("What was kept is of another network.")


def _cannot(why: str) -> Problem:
    return Problem("The training cannot go on.", why, "Train again from the start.")
