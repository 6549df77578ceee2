"""Filters as tiles: in colour, by one of the channels that they read, their mean, or all channels side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from convlab.drawing.numbers import cell_text
from convlab.drawing.tiles import TileScales, scales_for
from convlab.network.banks import Bank
from convlab.network.filter_statistics import Facts, taken
from convlab.window.tile_content import Pictures

Array = NDArray[Any]
Way = Literal["color", "strongest", "mean", "one", "all"]


class FilterPictures(Pictures):
    """A bank's filters. limit: the greatest absolute value of one scale for all; None for a scale of each. facts: what
    is known of all filters already; without them it is found out for those that are painted. word: what a filter is
    called."""

    def __init__(
        self,
        bank: Bank,
        way: Way,
        *,
        channel: int = 0,
        limit: float | None = None,
        facts: Facts | None = None,
        dark: bool = False,
        word: str = "filter",
    ) -> None:
        self._word = word
        self.bank, self.way, self.channel = bank, way, min(channel, bank.channels - 1)
        self._facts = facts
        self._limit, self._dark = limit, dark
        self._mosaic = Mosaic(bank.height, bank.width, bank.channels) if way == "all" else None
        self._limits: dict[int, float] = {}
        size = self._mosaic.size if self._mosaic is not None else (bank.height, bank.width)
        super().__init__(bank.count, *size)
        if self._mosaic is not None and self._mosaic.blank.any():
            self.blank = self._mosaic.blank

    @property
    def in_color(self) -> bool:
        return self.way == "color"

    def values_of(self, tiles: Sequence[int], rows: int, columns: int) -> Array:
        if self._facts is not None and self.way in ("strongest", "one"):
            return self._slices(np.asarray(tiles), self._facts)
        kernels = taken(self.bank.kernels, np.asarray(tiles))
        for tile, kernel in zip(tiles, kernels, strict=True):
            self._limits[tile] = _greatest(kernel)
        if self.way == "color":
            return kernels[:, :, :, :3]
        if self._mosaic is not None:
            return self._mosaic.of(kernels)
        if self.way == "mean":
            return np.asarray(kernels.mean(axis=3))
        if self.way == "strongest":
            chosen = channel_strengths(kernels).argmax(axis=1)
            return np.take_along_axis(kernels, chosen[:, np.newaxis, np.newaxis, np.newaxis], axis=3)[..., 0]
        return np.asarray(kernels[:, :, :, self.channel])

    def _slices(self, tiles: NDArray[np.intp], facts: Facts) -> Array:
        """One channel of each filter, and nothing else is read: there may be thousands of channels."""
        strongest = self.way == "strongest"
        channels = facts.channel_strengths[tiles].argmax(axis=1) if strongest else self.channel
        return np.asarray(self.bank.kernels[tiles, :, :, channels])

    def scales_of(self, tiles: Sequence[int]) -> TileScales:
        limits = np.array([self._limit_of(tile) for tile in tiles], np.float64)
        return scales_for(-limits, limits, signed=True, dark=self._dark)

    def _limit_of(self, tile: int) -> float:
        if self._limit is not None:
            return self._limit
        if self._facts is not None:
            return float(self._facts.limits[tile]) or 1.0
        if tile not in self._limits:
            self._limits[tile] = _greatest(self.bank.kernels[tile])
        return self._limits[tile] or 1.0

    def describe(self, tile: int) -> str:
        kernel = self.bank.kernels[tile]
        known = kernel[np.isfinite(kernel)]
        if known.size == 0:
            return f"{self._word.capitalize()} {tile:,}: no finite weight"
        said = f"{self._word.capitalize()} {tile:,}: {cell_text(float(known.min()))} to {cell_text(float(known.max()))}"
        if self.bank.biases is not None:
            said += f", bias {cell_text(float(self.bank.biases[tile]))}"
        if self.way == "strongest":
            said += f", channel {int(channel_strengths(kernel[np.newaxis]).argmax()):,}"
        return said


class Slices(Pictures):
    """Some channels of one filter, each a tile with its channel's number."""

    def __init__(self, kernel: Array, *, dark: bool = False, word: str = "channel") -> None:
        """kernel: (height, width, channels); one scale for all of them. word: what a channel is called."""
        self._word = word
        super().__init__(kernel.shape[2], *kernel.shape[:2])
        self._kernel, self._dark = kernel, dark
        self._limit = _greatest(kernel) or 1.0

    def values_of(self, tiles: Sequence[int], rows: int, columns: int) -> Array:
        return np.take(self._kernel, tiles, axis=2).transpose(2, 0, 1)

    def scales_of(self, tiles: Sequence[int]) -> TileScales:
        limits = np.full(len(tiles), self._limit)
        return scales_for(-limits, limits, signed=True, dark=self._dark)

    def describe(self, tile: int) -> str:
        part = self._kernel[:, :, tile]
        if part.size == 1:
            return f"{self._word.capitalize()} {tile:,}: {cell_text(float(part[0, 0]), 8)}"
        return f"{self._word.capitalize()} {tile:,}: {cell_text(float(part.min()))} to {cell_text(float(part.max()))}"


class Mosaic:
    """All channels of a filter as one picture, near to a square, a cell apart unless a channel is a single number."""

    def __init__(self, height: int, width: int, channels: int) -> None:
        gap = 0 if height * width == 1 else 1
        across = math.ceil(math.sqrt(channels * (height + gap) / (width + gap)))
        across = min(max(across, 1), channels)
        down = -(-channels // across)
        self.size = down * (height + gap) - gap, across * (width + gap) - gap
        lines, columns = np.divmod(np.arange(channels), across)
        rows = (lines * (height + gap))[:, np.newaxis] + np.arange(height)
        places = (columns * (width + gap))[:, np.newaxis] + np.arange(width)
        self._rows, self._columns = rows[:, :, np.newaxis], places[:, np.newaxis, :]
        self.blank = np.ones(self.size, np.bool_)
        self.blank[self._rows, self._columns] = False

    def of(self, kernels: Array) -> Array:
        """Kernels (n, height, width, channels) as pictures (n, rows, columns)."""
        pictures = np.zeros((len(kernels), *self.size), np.float32)
        pictures[:, self._rows, self._columns] = kernels.transpose(0, 3, 1, 2)
        return pictures


def channel_strengths(kernels: Array) -> NDArray[np.float64]:
    """The norm of each channel of each filter (n, channels); what is not finite counts as 0."""
    known = np.nan_to_num(kernels.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(np.sqrt(np.einsum("nhwc,nhwc->nc", known, known)))


def _greatest(kernel: Array) -> float:
    """The greatest absolute value that is finite; 0 if there is none."""
    low, high = float(kernel.min(initial=0.0)), float(kernel.max(initial=0.0))
    if not (math.isfinite(low) and math.isfinite(high)):
        known = kernel[np.isfinite(kernel)]
        low, high = float(known.min(initial=0.0)), float(known.max(initial=0.0))
    return max(-low, high)
