"""Same: compares things by identity, and keeps them alive meanwhile, so that a number of theirs is not given again."""

from __future__ import annotations


class Same:
    """Equal to another one of the very same thing: arrays are compared without looking at their numbers."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)
