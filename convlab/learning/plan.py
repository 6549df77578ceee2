"""Plan: what shall be trained, on which data, and how. Frozen; it travels as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

CLOTHES, DIGITS, COLOR, NPZ, FOLDER = "fashion", "digits", "cifar10", "npz", "folder"
"""Kinds of data: Fashion-MNIST, MNIST, CIFAR-10, an .npz of the user's, a folder of images with one subfolder per class."""

OPTIMIZERS = ("adam", "rmsprop", "sgd")
MAX_EPOCHS, MAX_BATCH, MAX_RATE = 1000, 4096, 10.0


@dataclass(frozen=True)
class Source:
    """Where data come from: one of the kinds above, and a path for those of the user's own."""

    kind: str
    path: str = ""

    def __post_init__(self) -> None:
        if self.kind not in (CLOTHES, DIGITS, COLOR, NPZ, FOLDER):
            raise ValueError(f"no such data: {self.kind!r}")
        if (self.kind in (NPZ, FOLDER)) != bool(self.path):
            raise ValueError("own data have a path, others have none")


@dataclass(frozen=True)
class Plan:
    """recipe: its name. epochs: passes through the training images. batch: images per step. rate: learning rate;
    dropout: the share of units left out, None for what the recipe says. validation: the share of the training images,
    its last ones, that are kept out of the training to see how it does on images that it has not seen. seed: of the
    first weights and of the order of the images."""

    recipe: str
    source: Source
    epochs: int
    batch: int = 32
    optimizer: str = "adam"
    rate: float = 0.001
    dropout: float | None = None
    validation: float = 0.2
    seed: int = 1

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot be trained."""
        if not 1 <= self.epochs <= MAX_EPOCHS or not 1 <= self.batch <= MAX_BATCH:
            raise ValueError("epochs and batch are whole numbers from 1")
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"no such optimizer: {self.optimizer!r}")
        if not 0 < self.rate <= MAX_RATE:
            raise ValueError("the learning rate is above 0 and at most 10")
        if self.dropout is not None and not 0 <= self.dropout < 1:
            raise ValueError("dropout is at least 0 and below 1")
        if not 0 < self.validation <= 0.5:
            raise ValueError("at most half of the images are kept for validation")


def to_plain(plan: Plan) -> dict[str, Any]:
    """As JSON takes it."""
    return asdict(plan)


def from_plain(value: Mapping[str, Any]) -> Plan:
    """Raises ValueError, KeyError or TypeError for what is no plan."""
    known = {field.name for field in fields(Plan)}
    if set(value) != known:
        raise ValueError("not a plan")
    kinds = {"recipe": str, "epochs": int, "batch": int, "optimizer": str, "seed": int}
    if any(type(value[name]) is not kind for name, kind in kinds.items()):
        raise TypeError("not a plan")
    source = value["source"]
    return Plan(**{**value, "source": Source(str(source["kind"]), str(source["path"]))})
