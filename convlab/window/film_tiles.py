"""What the film of a training shows, as tiles: a layer's filters at one moment, or the maps that they made then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from convlab.drawing.numbers import cell_text
from convlab.drawing.tiles import TileScales, scales_for
from convlab.learning.events import LayerInfo
from convlab.window.filter_tiles import channel_strengths
from convlab.window.map_tiles import MapFacts, MapPictures
from convlab.window.tile_content import Pictures

Array = NDArray[Any]
_COLORS = 3


def filters_of(kernel: Array, layer: LayerInfo) -> Array:
    """A kernel in Keras's order as filters (count, rows, columns, channels); a view.

    The last axis counts the filters, except where each channel has filters of its own (a depthwise convolution).
    """
    rows, columns, channels, count = kernel.shape
    if is_apart(layer):
        return kernel.reshape(rows, columns, channels * count, 1).transpose(2, 0, 1, 3)
    return kernel.transpose(3, 0, 1, 2)


def is_apart(layer: LayerInfo) -> bool:
    """Whether each filter reads a channel of its own."""
    channels, count = layer.kernel_shape[2:]
    return count != layer.map_shape[2] == channels * count


def shown_channels(filters: Array) -> NDArray[np.intp]:
    """For each filter the channel that it heeds most: it is shown all through the film, so that nothing leaps."""
    return channel_strengths(filters).argmax(axis=1)


class FilmFilters(Pictures):
    """Filters (count, rows, columns, channels) at one moment. channels: which one is shown of each. limit: the greatest
    absolute value of one scale for all; None for a scale of each. color: whether its three channels are red, green, blue.
    moving: they are about to change again, so that digits in large cells would not be read, and cost time."""

    def __init__(
        self,
        filters: Array,
        channels: NDArray[np.intp],
        *,
        limit: float | None,
        color: bool = False,
        moving: bool = False,
        dark: bool = False,
    ) -> None:
        super().__init__(len(filters), *filters.shape[1:3])
        self._filters, self._channels = filters, channels
        self._limit, self._color, self._dark = limit, color, dark
        self._moving = moving

    @property
    def in_color(self) -> bool:
        return self._color

    def values_of(self, tiles: Sequence[int], rows: int, columns: int) -> Array:
        places = np.asarray(tiles)
        if self._color:
            return np.asarray(self._filters[places])
        return np.asarray(self._filters[places, :, :, self._channels[places]])

    def paint(self, painter: QPainter, tile: int, rect: QRectF) -> None:
        if self._moving:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(rect, self._kept[tile])
        else:
            super().paint(painter, tile, rect)

    def scales_of(self, tiles: Sequence[int]) -> TileScales:
        if self._limit is not None:
            limits = np.full(len(tiles), self._limit)
        else:
            values = np.nan_to_num(self.values_of(tiles, 0, 0), nan=0.0, posinf=0.0, neginf=0.0)
            limits = np.abs(values).reshape(len(values), -1).max(axis=1, initial=0.0)
        return scales_for(-limits, limits, signed=True, dark=self._dark)

    def describe(self, tile: int) -> str:
        kernel = self._filters[tile]
        known = kernel[np.isfinite(kernel)]
        if known.size == 0:
            return f"Filter {tile:,}: no finite weight"
        said = f"Filter {tile:,}: {cell_text(float(known.min()))} to {cell_text(float(known.max()))}"
        if kernel.shape[2] > 1 and not self._color:
            said += f"; shown is channel {int(self._channels[tile]):,} of {kernel.shape[2]:,}"
        return said


def film_maps(maps: Array, *, shared: bool, dark: bool) -> MapPictures:
    """Maps (rows, columns, count) at one moment: each in its own colours, or all in the same."""
    facts = MapFacts.of(np.asarray(maps, np.float32))
    return MapPictures(facts, facts.scales("layer" if shared else "each", 1.0, dark))


def in_colors(layer: LayerInfo, number: int) -> bool:
    """Whether a layer reads red, green and blue: the first one, of images in colour."""
    return number == 0 and layer.kernel_shape[2] == _COLORS and not is_apart(layer)


def words_of(layer: LayerInfo) -> str:
    """Such as "32 filters 3×3×8"."""
    rows, columns, channels, count = layer.kernel_shape
    size = f"{rows}×{columns}" + (f"×{channels:,}" if channels > 1 and not is_apart(layer) else "")
    if is_apart(layer):
        count *= channels
    return f"{count:,} filter{'' if count == 1 else 's'} {size}"
