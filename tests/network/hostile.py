"""Hostile files: everything that a file may try, and what must come of it.

corpus(folder) writes them. Either such a file opens, to be looked at, and says what is not run; or it gives one sentence
with a certain word. Nothing else may come of it: no code run, no other file touched, no hang, no gigabytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.network import hostile_accidents, hostile_configs, hostile_hdf5, hostile_zips


@dataclass(frozen=True)
class Opens:
    """It opens. word: in its notices or in the problems of its layers; "" where nothing needs to be said."""

    word: str = ""


@dataclass(frozen=True)
class Refused:
    """It does not open, and the sentence says `word`. after_deadline: the process has to be stopped."""

    word: str
    after_deadline: bool = False


@dataclass(frozen=True)
class Hostile:
    name: str
    path: Path
    outcome: Opens | Refused


def corpus(folder: Path) -> list[Hostile]:
    """Writes all files into a folder that exists."""
    found: list[Hostile] = []
    canary = folder / "canary.txt"
    canary.write_text("must stay as it is")
    for name, data, word in opening(folder):
        found.append(_written(folder, name, data, Opens(word)))
    for name, data, word in refused(folder):
        found.append(_written(folder, name, data, Refused(word)))
    for name, data in hostile_hdf5.endless():
        found.append(_written(folder, name, data, Refused("too long", after_deadline=True)))
    for name, path, word in hostile_accidents.folders(folder):
        found.append(Hostile(name, path, Refused(word)))
    names = [one.name for one in found]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    return found


def opening(folder: Path) -> list[tuple[str, bytes, str]]:
    return [*hostile_configs.opening(folder), *hostile_hdf5.opening(), *hostile_zips.opening()]


def refused(folder: Path) -> list[tuple[str, bytes, str]]:
    return [
        *hostile_configs.refused(),
        *hostile_hdf5.refused(folder),
        *hostile_zips.refused(),
        *hostile_accidents.files(),
    ]


def _written(folder: Path, name: str, data: bytes, outcome: Opens | Refused) -> Hostile:
    path = folder / name
    path.write_bytes(data)
    return Hostile(name, path, outcome)
