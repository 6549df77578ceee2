"""Lists of numbers that several cells share: how their shape has to go with the input's."""

from __future__ import annotations

from convlab.operations.operation import Shape
from convlab.problems import Problem


def check_broadcast(shape: Shape, input_shape: Shape, word: str) -> None:
    """Raises Problem unless each axis of `shape`, counted from the last, is 1 or as long as the input's."""
    fits = len(shape) <= len(input_shape) and all(
        own in (1, size) for own, size in zip(shape[::-1], input_shape[::-1], strict=False)
    )
    if not fits:
        raise Problem(
            f"These {word} are for {_sizes(shape)}, and {_sizes(input_shape)} numbers reach them.",
            "Every number needs one of its own, or one that it shares along a whole axis.",
        )


def _sizes(shape: Shape) -> str:
    return "×".join(f"{size:,}" for size in shape)
