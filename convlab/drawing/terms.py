"""The line of arithmetic of one step: what stands in it, ready to be drawn or spoken."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True)
class Term:
    """One summand. text: its value as it stands in the line. factors: the input and the weight it is made of, as text.

    name: "channel 2" for a folded part. cell: its place in the window (row, column, channel), None for folded parts.
    value, weight: for the colours of its tiles. inside: False for a cell of the padding. part: the channel (or row) of
    the window that a click unfolds, None if there is nothing to unfold.
    """

    text: str
    number: Decimal
    factors: tuple[str, str] | None = None
    name: str = ""
    cell: tuple[int, int, int] | None = None
    value: float = 0.0
    weight: float | None = None
    inside: bool = True
    winner: bool = False
    part: int | None = None


@dataclass(frozen=True)
class Arithmetic:
    """The line of one step: terms joined to a sum, then bias, activation, result.

    kind: how the terms become the total: "sum", "max", "average" or "function". rounded: the visible numbers are not
    exact. decimals: to how many places, if rounded; negative for tens, hundreds and so on. count: cells of a pool.
    """

    kind: Literal["sum", "max", "average", "function"]
    terms: tuple[Term, ...]
    sum_text: str
    bias_text: str
    total_text: str
    result_text: str
    activation: str
    rounded: bool
    decimals: int
    note: str
    spoken: str
    count: int = 0
