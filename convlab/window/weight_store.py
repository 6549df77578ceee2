"""WeightStore: the weights of the open network as the file holds them, fetched from the reader one layer at a time.

The layer that somebody looks at comes first; the others follow in the background until all are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from convlab.network.description import Network
from convlab.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from convlab.processes.client import Reader, Request

Array = NDArray[np.float32]


class WeightStore(QObject):
    """Told a network, it fetches; `arrived` says whose weights came, `completed` that none is missing any more."""

    arrived = Signal(int)
    completed = Signal()
    failed = Signal(object)

    def __init__(self, reader: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._network: Network | None = None
        self._path: Path | None = None
        self._weights: dict[int, tuple[Array, ...]] = {}
        self._waiting: list[int] = []
        self._request: Request | None = None
        self.why = ""  # weights are missing, and will not come

    @property
    def complete(self) -> bool:
        return self._network is not None and not self._waiting and self._request is None

    @property
    def all(self) -> dict[int, tuple[Array, ...]]:
        """What is there so far, by row."""
        return dict(self._weights)

    def begin(self, network: Network | None, path: Path | None) -> None:
        """Forget everything, and fetch the weights of another network."""
        if self._request is not None:
            self._request.cancel()
            self._request = None
        self._network, self._path, self._weights, self.why = network, path, {}, ""
        rows = network.layers if network is not None else ()
        self._waiting = [row for row, layer in enumerate(rows) if layer.weights]
        self._next()

    def get(self, row: int) -> tuple[Array, ...] | None:
        """The weights of a row, in the order of its description; None while they are not there: then they come next."""
        if row not in self._weights and row in self._waiting:
            self._waiting.remove(row)
            self._waiting.insert(0, row)
        return self._weights.get(row)

    def _next(self) -> None:
        if self._network is None or self._path is None or self._request is not None:
            return
        if not self._waiting:
            self.completed.emit()
            return
        row = self._waiting.pop(0)
        self._request = self._reader.read_weights(
            self._path,
            self._network,
            row,
            done=lambda weights: self._take(row, weights),
            failed=lambda problem: self._miss(row, problem),
        )

    def _take(self, row: int, weights: tuple[Array, ...]) -> None:
        self._request = None
        self._weights[row] = weights
        self.arrived.emit(row)
        self._next()

    def _miss(self, row: int, problem: Problem) -> None:
        """One layer cannot be read: it is told once, and asked for again only when the network is opened again."""
        self._request, self._waiting, self.why = None, [], problem.sentence
        self.failed.emit(problem)
