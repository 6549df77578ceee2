"""What is known about the weights that are looked at; counted in the background where they are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.drawing.histogram import Histogram, histogram_of
from convlab.drawing.numbers import cell_text
from convlab.network.banks import Bank, Series
from convlab.network.filter_statistics import (
    Facts,
    Statistics,
    similarity_order,
    statistics_of,
    strongest_first,
)

Order = NDArray[np.intp]

_FAINT = 1e-6  # of the strongest filter


@dataclass(frozen=True, eq=False)
class BankFacts:
    """said, brief: what is below the tiles, and where there is little room."""

    histogram: Histogram
    said: str
    brief: str

    @property
    def limit(self) -> float:
        """The greatest absolute value."""
        return max(abs(self.histogram.low), abs(self.histogram.high)) or 1.0


def of_bank(values: NDArray[Any], filters: Facts, word: str = "filter") -> BankFacts:
    """values: the bank's numbers as they lie in memory. word: what its filters are called."""
    statistics = statistics_of(values)
    dead = _dead(filters, word)
    said, brief = f"{_numbers(statistics)} {dead}", f"{_brief(statistics)} {dead}"
    return BankFacts(histogram_of(values), said, brief)


def of_series(series: tuple[Series, ...]) -> BankFacts:
    """Of all lists together; only one alone has a histogram that means something."""
    if len(series) == 1:
        statistics = statistics_of(series[0].values)
        return BankFacts(histogram_of(series[0].values), _numbers(statistics), _brief(statistics))
    ranges = [
        f"{one.title} {cell_text(low)} to {cell_text(high)}"
        for one in series
        for low, high in [_range(one.values)]
    ]
    said = ", ".join(ranges) + "."
    return BankFacts(histogram_of(np.zeros(0)), said, said)


def order_of(bank: Bank, filters: Facts, sort: str) -> Order:
    """The filters by "index", "strength" or "similarity"."""
    if sort == "index":
        return np.arange(bank.count)
    if sort == "strength":
        return strongest_first(filters.strengths)
    return similarity_order(bank.kernels, filters.strengths)


def _range(values: NDArray[Any]) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)


def _numbers(one: Statistics) -> str:
    said = [
        f"{one.count:,} weight{'' if one.count == 1 else 's'} from {cell_text(one.low)} to {cell_text(one.high)}",
        f"mean {cell_text(_short(one.mean), 8)}",
        f"standard deviation {cell_text(_short(one.std), 8)}",
        f"{100 * one.near_zero:.0f} % near zero",
    ]
    if one.unknown:
        said.append(f"{one.unknown:,} not finite")
    return " · ".join(said) + "."


def _brief(one: Statistics) -> str:
    return f"{cell_text(one.low)} to {cell_text(one.high)}."


def _dead(facts: Facts, word: str) -> str:
    """Weights that decayed in training are rarely exactly 0, and make as little of an image."""
    total, dead = len(facts.dead), int(np.count_nonzero(facts.dead))
    faint = int(np.count_nonzero(facts.strengths < _FAINT * facts.strengths.max(initial=0.0))) - dead
    said = []
    if dead:
        said.append(f"{dead:,} of {total:,} {word}s {'is' if dead == 1 else 'are'} dead: all weights 0.")
    if faint > 0:
        verb = "is" if faint == 1 else "are"
        said.append(
            f"{faint:,} of {total:,} {word}s {verb} as good as dead: below a millionth of the strongest."
        )
    return " ".join(said) or f"No {word} is dead."


def _short(value: float) -> float:
    return float(f"{value:.3g}")
