"""What the line of a weighted sum is made of: terms one by one where they are few, else folded by channel or by row.

A window of one cell has one product a channel (a dense layer's inputs, a 1×1 convolution): there the strongest are shown
with their factors, and the rest as one part.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from convlab.drawing.decimals import trimmed, whole_numbers
from convlab.drawing.terms import MOST_TERMS, Telling, Term
from convlab.operations.step import WeightedSum

MOST_PARTS = 9  # folded parts shown one by one, the strongest first; the rest is one more part
_MOST_WHOLE = 2**62
Cell = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Products:
    """All products of a step: `numbers` (kh, kw, c) are whole multiples of 10^-decimals, or floats if decimals is None."""

    numbers: NDArray[np.generic]
    decimals: int | None

    def decimal(self, number: object) -> Decimal:
        """A product, or a sum of some, as a Decimal."""
        if self.decimals is None:
            return Decimal(repr(float(number)))  # type: ignore[arg-type]
        whole = int(number)  # type: ignore[call-overload]
        return Decimal(whole) if not self.decimals else trimmed(Decimal(whole).scaleb(-self.decimals))


def products_of(step: WeightedSum) -> Products:
    """As whole numbers if all factors that count are short decimals and nothing can overflow, else as floats."""
    counts = step.products != 0
    if not counts.any():
        return Products(np.zeros(step.products.shape, np.int64), 0)
    window, weights = np.where(counts, step.window, 0.0), np.where(counts, step.weights, 0.0)
    factors = whole_numbers(window), whole_numbers(weights)
    if factors[0] is None or factors[1] is None:
        return Products(step.products, None)
    decimals = factors[0][1] + factors[1][1]
    if float(np.abs(step.products).sum()) * 10.0**decimals >= _MOST_WHOLE:
        return Products(step.products, None)
    return Products(factors[0][0].astype(np.int64) * factors[1][0].astype(np.int64), decimals)


def parts_of(step: WeightedSum, products: Products, telling: Telling) -> list[Term]:
    """What is visible, before any rounding: single terms, or a part for each channel (or row), the strongest first."""
    rows, columns, channels = step.products.shape
    if telling.unfold is not None and channels > 1 and rows * columns > 1:
        return _one_channel(step, products, telling)
    if telling.unfold is not None and channels == 1 and columns <= MOST_TERMS:
        return _one_row(step, products, telling.unfold)
    if step.products.size <= telling.most:
        return _singles(step, products, list(np.ndindex(rows, columns, channels)))  # type: ignore[arg-type]
    if channels == 1:
        names = [f"row {int(row)}" for row in step.rows]
        return _folded(products, products.numbers.sum(axis=(1, 2)), names, "row", opens=columns <= MOST_TERMS)
    sums = products.numbers.sum(axis=(0, 1))
    if rows * columns == 1:
        return _strongest_singles(step, products, sums, telling)
    names = [telling.channel(channel) for channel in step.channels.tolist()]
    return _folded(products, sums, names, telling.word, strongest_first=telling.strongest_first)


def _one_channel(step: WeightedSum, products: Products, telling: Telling) -> list[Term]:
    """The terms of one channel (its rows, if it has too many), and the other channels as one part."""
    assert telling.unfold is not None
    rows, columns, _ = step.products.shape
    mine = products.numbers[:, :, telling.unfold]
    rest = _rest(products, products.numbers.sum() - mine.sum(), f"other {telling.word}s", True)
    if rows * columns > MOST_TERMS:
        names = [f"row {int(row)}" for row in step.rows]
        return [*_folded(products, mine.sum(axis=1), names, "row", opens=False), rest]
    cells = [(r, c, telling.unfold) for r in range(rows) for c in range(columns)]
    return [*_singles(step, products, cells), rest]


def _one_row(step: WeightedSum, products: Products, row: int) -> list[Term]:
    """The terms of one row of the window, and the other rows as one part."""
    rows, columns, _ = step.products.shape
    rest = products.numbers.sum() - products.numbers[row].sum()
    cells = [(row, column, 0) for column in range(columns)]
    return [*_singles(step, products, cells), _rest(products, rest, "other rows", rows > 1)]


def _singles(
    step: WeightedSum, products: Products, cells: list[Cell], names: tuple[str, ...] = ()
) -> list[Term]:
    window, weights, inside = step.window, step.weights, step.inside
    return [
        Term(
            "",
            products.decimal(products.numbers[cell]),
            None,
            names[place] if names else "",
            cell,
            float(window[cell]),
            float(weights[cell]),
            bool(inside[cell[0], cell[1]]),
        )
        for place, cell in enumerate(cells)
    ]


def _strongest_singles(
    step: WeightedSum, products: Products, sums: NDArray[np.generic], telling: Telling
) -> list[Term]:
    """Of a window of one cell: the strongest products with their factors, named, and the rest as one part."""
    chosen = _chosen(sums, telling.strongest_first)
    names = tuple(telling.channel(int(step.channels[place])) for place in chosen)
    singles = _singles(step, products, [(0, 0, place) for place in chosen], names)
    return [*singles, *_others(products, sums, chosen, telling.word)]


def _rest(products: Products, number: object, name: str, can_fold: bool) -> Term:
    return Term("", products.decimal(number), name=name, part=-1 if can_fold else None)


def _folded(
    products: Products,
    sums: NDArray[np.generic],
    names: list[str],
    word: str,
    *,
    opens: bool = True,
    strongest_first: bool = False,
) -> list[Term]:
    """A part for each sum, in order if all can be shown; else the strongest ones and the rest as one part."""
    chosen = _chosen(sums, strongest_first)
    parts = [Term("", products.decimal(sums[i]), name=names[i], part=i if opens else None) for i in chosen]
    return [*parts, *_others(products, sums, chosen, word)]


def _chosen(sums: NDArray[np.generic], strongest_first: bool) -> list[int]:
    """Which sums are shown one by one."""
    if len(sums) <= MOST_PARTS and not strongest_first:
        return list(range(len(sums)))
    strongest = np.argsort(-np.abs(sums.astype(np.float64)), kind="stable")
    return strongest[: MOST_PARTS if len(sums) <= MOST_PARTS else MOST_PARTS - 1].tolist()


def _others(products: Products, sums: NDArray[np.generic], chosen: list[int], word: str) -> list[Term]:
    """All that are not chosen, as one part; none if there are none."""
    if len(chosen) == len(sums):
        return []
    others = np.delete(sums, chosen)
    return [Term("", products.decimal(others.sum()), name=f"{len(others):,} more {word}s")]
