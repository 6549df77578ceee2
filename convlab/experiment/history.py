"""History: undo and redo of frozen values."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from numpy.typing import NDArray

T = TypeVar("T")

MAX_STEPS = 200
MAX_BYTES = 512 * 1024 * 1024


@runtime_checkable
class HoldsArrays(Protocol):
    """A value whose arrays count against the memory limit."""

    def arrays(self) -> Iterable[NDArray[Any]]: ...


@dataclass(frozen=True, eq=False)
class _Edit(Generic[T]):
    """One edit: its name, and the value on its other side (before it in the past, after it in the future)."""

    label: str
    value: T


@dataclass(frozen=True, eq=False)
class History(Generic[T]):
    """The present value, the edits that led to it and those that were undone; every method gives a new history.

    At most MAX_STEPS edits are kept, and as many as fit MAX_BYTES of distinct arrays; the last edit can always be
    undone. Values are kept as they are, so what two of them share is stored once.
    """

    present: T
    past: tuple[_Edit[T], ...] = ()
    future: tuple[_Edit[T], ...] = ()
    merge_key: Hashable | None = field(default=None)

    def done(self, label: str, value: T, merge_key: Hashable | None = None) -> History[T]:
        """After an edit. An edit with the merge key of the one before joins it: a drag is one step."""
        if value is self.present:
            return self
        if merge_key is not None and merge_key == self.merge_key and self.past:
            return replace(self, present=value, future=())
        past = (*self.past, _Edit(label, self.present))[-MAX_STEPS:]
        return History(value, _within_memory(past, value), (), merge_key)

    def undone(self) -> History[T]:
        """One edit back; the same history if there is none."""
        if not self.past:
            return self
        edit = self.past[-1]
        return History(edit.value, self.past[:-1], (*self.future, _Edit(edit.label, self.present)))

    def redone(self) -> History[T]:
        """One undone edit forward; the same history if there is none."""
        if not self.future:
            return self
        edit = self.future[-1]
        return History(edit.value, (*self.past, _Edit(edit.label, self.present)), self.future[:-1])

    def sealed(self) -> History[T]:
        """Ends a burst: the next edit is a step of its own, whatever its merge key."""
        return self if self.merge_key is None else replace(self, merge_key=None)

    @property
    def can_undo(self) -> bool:
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        return bool(self.future)

    @property
    def undo_label(self) -> str:
        """The name of the edit that undo takes back, or nothing."""
        return self.past[-1].label if self.past else ""

    @property
    def redo_label(self) -> str:
        """The name of the edit that redo does again, or nothing."""
        return self.future[-1].label if self.future else ""


def _within_memory(past: tuple[_Edit[T], ...], present: T) -> tuple[_Edit[T], ...]:
    """The newest edits whose distinct arrays, with those of the present, fit into MAX_BYTES; at least one edit."""
    seen: set[int] = set()
    used = _new_bytes(present, seen)
    kept = 0
    for edit in reversed(past):
        used += _new_bytes(edit.value, seen)
        if used > MAX_BYTES and kept:
            break
        kept += 1
    return past[len(past) - kept :]


def _new_bytes(value: object, seen: set[int]) -> int:
    """The bytes of the arrays of `value` that were not counted yet. All values are alive, so an id is an identity."""
    if not isinstance(value, HoldsArrays):
        return 0
    total = 0
    for array in value.arrays():
        if id(array) not in seen:
            seen.add(id(array))
            total += array.nbytes
    return total
