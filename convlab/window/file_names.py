"""What files are called for people: by their name, and networks of kept trainings, which have one name, by their training."""

from __future__ import annotations

import re
from pathlib import Path

from convlab.plain_text import safe_text

_OF_A_TRAINING = (
    "network.keras"  # as processes/run_files.py calls it, which a start of the window does without
)
_FOLDER = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d)(\d\d)\d\d (.+)")


def shown_name(path: Path, length: int = 60) -> str:
    """Such as "lenet.keras", of a training "fashion-first 2026-11-21 17:33". The file is not looked at."""
    folder = path.parent.name
    if path.name != _OF_A_TRAINING or not folder:
        return safe_text(path.name, length)
    training = _FOLDER.fullmatch(folder)
    if training is None:
        return safe_text(f"{folder}/{path.name}", length)
    day, hour, minute, recipe = training.groups()
    return safe_text(f"{recipe} {day} {hour}:{minute}", length)


def recipe_of(path: Path) -> str:
    """The recipe by which a kept training made this network; "" for any other file."""
    training = _FOLDER.fullmatch(path.parent.name) if path.name == _OF_A_TRAINING else None
    return training[4] if training is not None else ""
