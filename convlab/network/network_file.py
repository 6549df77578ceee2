"""NetworkFile: an open file of a network, whose weights are read one layer at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convlab.network import rewrite
from convlab.network.description import Network
from convlab.network.hdf5 import Hdf5
from convlab.network.refusals import Refused, cannot_open
from convlab.network.stored_weights import Array, Placed
from convlab.network.zip_file import Member

Allocate = Callable[..., NDArray[Any]]
"""Makes an array of a shape and a dtype, float32 if none is given, to be filled."""


@dataclass(frozen=True)
class Container:
    """The file, and the HDF5 file in it. start: where that begins; member: its part of the archive, if it is in one."""

    file: BinaryIO
    size: int
    inner: BinaryIO
    start: int = 0
    member: Member | None = None


def _empty(shape: tuple[int, ...], dtype: Any = np.float32) -> NDArray[Any]:
    return np.empty(shape, dtype)


class NetworkFile:
    """network: its description. Reading raises Problem where the file turns out to be damaged."""

    def __init__(
        self,
        network: Network,
        container: Container,
        weights: Hdf5,
        placed: Mapping[int, Sequence[Placed]],
    ) -> None:
        self.network = network
        self._container = container
        self._weights = weights
        self._placed = placed

    def close(self) -> None:
        self._weights.close()
        self._container.file.close()

    def weights(self, row: int, allocate: Allocate = _empty) -> tuple[Array, ...]:
        """The weights of a layer as float32, in the order and with the axes of its description."""
        return self._all(row, lambda one: self._today(one, allocate))

    def stored_weights(self, row: int, allocate: Allocate = _empty) -> tuple[Array, ...]:
        """The same as they are stored: axes as in the file."""
        return self._all(row, lambda one: self._stored(one, allocate))

    def copy_with(
        self, edits: Mapping[tuple[int, int], Array], allocate: Allocate = _empty
    ) -> NDArray[np.uint8]:
        """The bytes of the same file with other weights, by row and position; everything else is kept.

        Raises ValueError for a weight that is not there, or an array of another shape.
        """
        changes = []
        for (row, position), array in edits.items():
            one = self._placed[row][position]
            if array.shape != one.weight.shape:
                raise ValueError(f"{array.shape} in the place of {one.weight.shape}")
            changes.append((one.dataset, one.order.back(array, one.dataset.shape)))
        with self._said():
            return rewrite.copy_with(self._container, changes, allocate)

    def _all(self, row: int, read: Callable[[Placed], Array]) -> tuple[Array, ...]:
        with self._said():
            return tuple(map(read, self._placed.get(row, ())))

    def _stored(self, one: Placed, allocate: Allocate) -> Array:
        found: Array = allocate(one.dataset.shape)
        self._weights.read(one.dataset, found)
        return found

    def _today(self, one: Placed, allocate: Allocate) -> Array:
        if one.order == type(one.order)():
            return self._stored(one, allocate)
        today = one.order.today(self._stored(one, _empty))
        found: Array = allocate(today.shape)
        found[...] = today
        return found

    def _said(self) -> _Said:
        return _Said(self.network.name)


class _Said:
    """Makes what is refused a Problem with the name of the file."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refused):
            raise cannot_open(self._name, error.why, error.remedy) from None
