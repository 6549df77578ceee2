"""What the chain bar offers to add: each kind of stage by its key, its name, and where it makes sense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convlab.operations.operation import Shape
from convlab.operations.pointwise import ACTIVATIONS


def _is_image(shape: Shape) -> bool:
    return len(shape) == 3


def _is_vector(shape: Shape) -> bool:
    return len(shape) == 1


def _is_anything(shape: Shape) -> bool:
    return True


@dataclass(frozen=True)
class StageKind:
    """A kind of stage: `key` for signals, `title` for the menu, and whether it can read an input of some shape."""

    key: str
    title: str
    fits: Callable[[Shape], bool] = _is_image


RELU = StageKind("relu", "ReLU", _is_anything)

SECTIONS: tuple[tuple[StageKind, ...], ...] = (
    (StageKind("convolution", "Convolution"), StageKind("transpose", "Transposed convolution")),
    (RELU,),
    (
        StageKind("max pooling", "Max pooling"),
        StageKind("average pooling", "Average pooling"),
        StageKind("global average pooling", "Global average pooling"),
        StageKind("global max pooling", "Global max pooling"),
    ),
    (
        StageKind("batch normalisation", "Batch normalisation", _is_anything),
        StageKind("flatten", "Flatten"),
        StageKind("dense", "Dense", _is_vector),
    ),
)
"""The menu, in its sections."""

OTHER_ACTIVATIONS: tuple[StageKind, ...] = tuple(
    StageKind(name, kind.title, _is_anything)
    for name, kind in ACTIVATIONS.items()
    if name not in ("linear", "relu")
)
"""What the submenu beside ReLU offers."""
