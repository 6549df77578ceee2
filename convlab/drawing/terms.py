"""The line of arithmetic of one step: what stands in it, ready to be drawn or spoken."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

MOST_TERMS = 25  # a 5×5 window; larger ones are folded


@dataclass(frozen=True)
class Telling:
    """In which words a step is told, and how much of it.

    unfold: a folded part (a channel's or row's place in the window) to be shown in full. channels: what the input's
    channels are called (of a merge: its inputs), if not by numbers; word: what they are. classes: what the output's
    channels are called, where a softmax compares them. most: terms that are shown without folding. strongest_first:
    folded channels in this order also where all of them are shown.
    """

    unfold: int | None = None
    channels: tuple[str, ...] = ()
    word: str = "channel"
    classes: tuple[str, ...] = ()
    most: int = MOST_TERMS
    strongest_first: bool = False

    def channel(self, number: int) -> str:
        """What a channel of the input is called."""
        return self.channels[number] if number < len(self.channels) else f"{self.word} {number:,}"


@dataclass(frozen=True)
class Term:
    """One summand. text: its value as it stands in the line. factors: the input and the weight it is made of, as text.

    name: "channel 2" for a folded part, or where a channel is a single product. cell: its place in the window (row, column, channel), None for folded parts.
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
class Softmax:
    """How a line goes on whose activation is softmax: the powers add up to their sum, by which one of them is divided.

    power: "eˣ", or "e^(x − 812.3)" where numbers are so large or small that the largest is taken from all, which changes
    no quotient. terms: e^x of the strongest classes, the cell's own among them (winner), and of all others as one.
    own_text: the cell's own once more, with digits of its own.
    """

    power: str
    terms: tuple[Term, ...]
    own_text: str
    sum_text: str
    rounded: bool


@dataclass(frozen=True)
class Arithmetic:
    """The line of one step: terms joined to a sum, then bias, activation, result.

    kind: how the terms become the total: "sum", "max", "average", "merge" or "function". rounded: the visible numbers are
    not exact. decimals: to how many places, if rounded; negative for tens, hundreds and so on. count: cells of a pool, or
    inputs of a merge. bias_text: "" where there is no place for a bias. sign: what stands between the inputs of a merge; "" for the largest or smallest of them. lead: words
    before the inputs of those, and before the result of a function, if not its formula. softmax: how the result follows from the total, if it is divided by all others.
    """

    kind: Literal["sum", "max", "average", "merge", "function", "gradient"]
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
    sign: str = ""
    lead: str = ""
    softmax: Softmax | None = None
