"""How arrays of any shape lie on the screen: maps as they are, of vectors and tables one cell for each number.

Operations count a vector as one cell with many channels, and a table as one row of cells with channels; people see a
vector laid out in rows like text, and a table as rows and columns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convlab.operations.operation import Shape, as_image
from convlab.operations.step import IntArray

Cell = tuple[int, int, int]
_ONE_ROW = 16  # up to so many numbers stand in one row


def laid_out(numbers: int) -> tuple[int, int]:
    """The rows and columns in which a vector is shown: as nearly square as its length allows without gaps."""
    if numbers <= _ONE_ROW:
        return 1, numbers
    rows = next(n for n in range(math.isqrt(numbers), 0, -1) if numbers % n == 0)
    return rows, numbers // rows


@dataclass(frozen=True)
class ShownCells:
    """Where the numbers of an array of `shape` are shown. Raises Problem for shapes of more than three axes."""

    shape: Shape

    def __post_init__(self) -> None:
        as_image(self.shape)

    @cached_property
    def grid(self) -> Cell:
        """Rows, columns and channels as they are shown."""
        if len(self.shape) == 3:
            return self.shape[0], self.shape[1], self.shape[2]
        rows, columns = self.shape if len(self.shape) == 2 else laid_out(self.shape[0])
        return rows, columns, 1

    def array(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """The array as it is shown, without a copy where that can be."""
        return x if x.ndim == 3 else x.reshape(self.grid)

    def cell_of(self, row: int, column: int, channel: int) -> Cell:
        """From a shown cell to the operations' row, column and channel."""
        if len(self.shape) == 3:
            return row, column, channel
        return (0, row, column) if len(self.shape) == 2 else (0, 0, row * self.grid[1] + column)

    def place_of(self, row: int, column: int, channel: int) -> Cell:
        """From the operations' row, column and channel to where the number is shown."""
        if len(self.shape) == 3:
            return row, column, channel
        return (column, channel, 0) if len(self.shape) == 2 else (*divmod(channel, self.grid[1]), 0)

    def positions(self, rows: IntArray, columns: IntArray, channels: IntArray) -> tuple[IntArray, IntArray]:
        """The shown rows and columns of a window that operations tell."""
        if len(self.shape) == 3:
            return rows, columns
        if len(self.shape) == 2:
            return columns, channels
        down, right = np.divmod(channels, self.grid[1])
        return np.unique(down), np.unique(right)
