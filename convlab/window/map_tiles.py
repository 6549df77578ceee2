"""Feature maps as tiles, and what is known of all of them: ranges, strength, silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.drawing.numbers import cell_text
from convlab.drawing.tiles import ScaleMode, TileScales, extents, reduced, scales_for
from convlab.network.filter_statistics import similarity_order, strongest_first
from convlab.window.tile_content import Bars, Pictures

Array = NDArray[Any]
Order = NDArray[np.intp]

_COMPARED = 16  # rows and columns that are enough to see which maps are alike


def as_maps(array: Array) -> Array:
    """Any output of a layer as maps (rows, columns, maps); a table (positions, channels) is one row of cells."""
    if array.ndim == 1:
        return array.reshape(1, 1, -1)
    return array[np.newaxis] if array.ndim == 2 else array


@dataclass(frozen=True, eq=False)
class MapFacts:
    """maps: (rows, columns, n); lows, highs: their finite ranges (n,); strengths: root mean squares (n,)."""

    maps: Array
    lows: NDArray[np.float64]
    highs: NDArray[np.float64]
    strengths: NDArray[np.float64]

    @classmethod
    def of(cls, array: Array) -> MapFacts:
        maps = as_maps(array)
        lows, highs = extents(maps, (0, 1))
        with np.errstate(all="ignore"):
            squares = np.einsum("hwn,hwn->n", maps, maps).astype(np.float64)
            strengths = np.sqrt(squares / max(maps.shape[0] * maps.shape[1], 1))
        return cls(maps, lows, highs, strengths)

    @property
    def count(self) -> int:
        return int(self.maps.shape[2])

    @property
    def single(self) -> bool:
        """Whether each map is one number."""
        return self.maps.shape[0] * self.maps.shape[1] == 1

    @property
    def silent(self) -> int:
        """How many maps are 0 everywhere."""
        return int(np.count_nonzero((self.strengths == 0) & (self.lows == 0) & (self.highs == 0)))

    @cached_property
    def unknown(self) -> NDArray[np.bool_]:
        """Which maps hold values that are not finite."""
        doubtful = ~np.isfinite(self.strengths)  # so are the squares of very large values
        for one in np.flatnonzero(doubtful):
            doubtful[one] = not np.isfinite(self.maps[:, :, one]).all()
        return doubtful

    @property
    def range(self) -> tuple[float, float]:
        """Of all maps."""
        return (float(self.lows.min()), float(self.highs.max())) if self.count else (0.0, 0.0)

    def order(self, way: str) -> Order:
        """The maps by "index", "strength" (strongest first) or "similarity"."""
        if way == "strength":
            return strongest_first(self.strengths)
        if way == "similarity" and not self.single:
            return similarity_order(_pooled(self.maps), self.strengths)
        if way == "similarity":
            return np.argsort(-self.maps[0, 0], kind="stable")
        return np.arange(self.count)

    def scales(self, mode: ScaleMode, fixed: float, dark: bool) -> TileScales:
        """Each map, the whole layer or a fixed range: grey from 0 where no map has anything negative, else signed."""
        low, high = self.range
        within = {"layer": (low, high), "fixed": (-fixed if low < 0 else 0.0, fixed)}.get(mode)
        return scales_for(self.lows, self.highs, within=within, signed=low < 0, dark=dark)

    def beyond(self, fixed: float) -> int:
        """How many maps have values that a fixed scale does not reach."""
        return int(np.count_nonzero((self.highs > fixed) | (self.lows < -fixed)))


def _pooled(maps: Array) -> Array:
    """Maps (n, rows, columns), with few cells."""
    known = np.nan_to_num(maps, nan=0.0, posinf=0.0, neginf=0.0)
    return reduced(known, _COMPARED, _COMPARED).transpose(2, 0, 1)


class MapPictures(Pictures):
    """Maps as pictures."""

    def __init__(self, facts: MapFacts, scales: TileScales, word: str = "Map") -> None:
        super().__init__(facts.count, *facts.maps.shape[:2])
        self._facts, self._scales, self._word = facts, scales, word

    def values_of(self, tiles: Sequence[int], rows: int, columns: int) -> Array:
        return reduced(np.take(self._facts.maps, tiles, axis=2), rows, columns).transpose(2, 0, 1)

    def scales_of(self, tiles: Sequence[int]) -> TileScales:
        scales, places = self._scales, np.asarray(tiles)
        return TileScales(scales.lows[places], scales.highs[places], scales.signed[places], scales.dark)

    def caption(self, tile: int) -> str:
        return f"{tile:,} · NaN" if self._facts.unknown[tile] else f"{tile:,}"

    def describe(self, tile: int) -> str:
        facts = self._facts
        said = f"{self._word} {tile:,}: {cell_text(facts.lows[tile])} to {cell_text(facts.highs[tile])}"
        unknown = int(np.count_nonzero(~np.isfinite(facts.maps[:, :, tile])))
        return f"{said}, {unknown:,} not finite" if unknown else said


def bars_of(facts: MapFacts, names: Sequence[str] = ()) -> Bars:
    """Single numbers as bars, all of one length scale: a bar on its own would tell nothing."""
    low, high = facts.range
    return Bars([("", facts.maps[0, 0])], [max(abs(low), abs(high)) or 1.0], names)
