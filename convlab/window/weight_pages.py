"""WeightPages: the many single weights of a unit or of a 1×1 filter as pages of a compact grid without gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class WeightPages:
    """count: weights; rows, columns: of a page. The last page begins so early that it is full, too."""

    count: int
    rows: int
    columns: int

    @classmethod
    def fitted(cls, count: int, most_rows: int, most_columns: int) -> WeightPages:
        """Pages as large as there is room for; where one holds all, as nearly square as it can be."""
        sizes = [
            (rows, columns) for rows in range(1, most_rows + 1) for columns in range(1, most_columns + 1)
        ]
        fitting = [size for size in sizes if size[0] * size[1] <= count]
        rows, columns = max(fitting, key=lambda size: (size[0] * size[1], -abs(size[0] - size[1])))
        return cls(count, rows, columns)

    @property
    def size(self) -> int:
        """Weights on a page."""
        return self.rows * self.columns

    @property
    def pages(self) -> int:
        return -(-self.count // self.size)

    def page_of(self, weight: int) -> int:
        return min(weight, self.count - 1) // self.size

    def first(self, page: int) -> int:
        """The first weight on a page."""
        return min(page * self.size, self.count - self.size)

    def holds(self, page: int, weight: int) -> bool:
        return self.first(page) <= weight < self.first(page) + self.size

    def weight_at(self, page: int, row: int, column: int) -> int:
        return self.first(page) + row * self.columns + column

    def block(self, weights: NDArray[Any], page: int) -> NDArray[Any]:
        """The weights (rows, columns) of a page of all (count,)."""
        first = self.first(page)
        return weights[first : first + self.size].reshape(self.rows, self.columns)

    def with_block(self, weights: NDArray[Any], page: int, block: NDArray[Any]) -> NDArray[Any]:
        """All weights (count,) with those of a page from its first cell on replaced, as far as the block reaches."""
        changed, first = np.array(weights), self.first(page)
        part = block[: self.rows, : self.columns]
        grid = changed[first : first + self.size].reshape(self.rows, self.columns)
        grid[: part.shape[0], : part.shape[1]] = part
        return changed

    def text(self, page: int, word: str) -> str:
        """What is on a page: "Inputs 0 to 35"."""
        first = self.first(page)
        return f"{word.capitalize()}s {first:,} to {first + self.size - 1:,}"
