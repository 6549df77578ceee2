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
    facts_of,
    similarity_order,
    statistics_of,
    strongest_first,
)

Order = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class BankFacts:
    """facts: of the filters, None for lists of numbers. said, brief: what is below the tiles, and where there is little
    room. order: of the tiles, as wished."""

    facts: Facts | None
    histogram: Histogram
    said: str
    brief: str
    order: Order | None = None

    @property
    def limit(self) -> float:
        """The greatest absolute value."""
        return max(abs(self.histogram.low), abs(self.histogram.high)) or 1.0


def of_bank(bank: Bank, values: NDArray[Any], sort: str) -> BankFacts:
    """values: the bank's numbers as they lie in memory. sort: "index", "strength" or "similarity"."""
    facts = facts_of(bank.kernels, values)
    said, brief = f"{_numbers(facts)} {_dead(facts)}", f"{_brief(facts)} {_dead(facts)}"
    return BankFacts(facts, histogram_of(values), said, brief, order_of(bank, facts, sort))


def of_series(series: tuple[Series, ...]) -> BankFacts:
    """Of all lists together; only one of them has a histogram that means something."""
    if len(series) == 1:
        facts = Facts(statistics_of(series[0].values), np.zeros(0), np.zeros(0, np.bool_))
        return BankFacts(None, histogram_of(series[0].values), _numbers(facts), _brief(facts))
    ranges = [
        f"{one.title} {cell_text(low)} to {cell_text(high)}"
        for one in series
        for low, high in [_range(one.values)]
    ]
    said = ", ".join(ranges) + "."
    return BankFacts(None, histogram_of(np.zeros(0)), said, said)


def order_of(bank: Bank, facts: Facts, sort: str) -> Order:
    """The filters in the order that is wished."""
    if sort == "strength":
        return strongest_first(facts.strengths)
    if sort == "similarity":
        return similarity_order(bank.kernels, facts.strengths)
    return np.arange(bank.count)


def _range(values: NDArray[Any]) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)


def _numbers(facts: Facts) -> str:
    one = facts.statistics
    said = [
        f"{one.count:,} weight{'' if one.count == 1 else 's'} from {cell_text(one.low)} to {cell_text(one.high)}",
        f"mean {cell_text(_short(one.mean), 8)}",
        f"standard deviation {cell_text(_short(one.std), 8)}",
        f"{100 * one.near_zero:.0f} % near zero",
    ]
    if one.unknown:
        said.append(f"{one.unknown:,} not finite")
    return " · ".join(said) + "."


def _brief(facts: Facts) -> str:
    return f"{cell_text(facts.statistics.low)} to {cell_text(facts.statistics.high)}."


def _dead(facts: Facts) -> str:
    count = int(np.count_nonzero(facts.dead))
    if count == 0:
        return "No filter is dead."
    return f"{count:,} of {len(facts.dead):,} filters {'is' if count == 1 else 'are'} dead: all weights 0."


def _short(value: float) -> float:
    return float(f"{value:.3g}")
