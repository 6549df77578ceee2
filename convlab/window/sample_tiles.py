"""Images of a data set as tiles, with what they show below each; a click or Enter chooses one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from convlab.drawing.tiles import Array, TileScales, reduced, scales_for
from convlab.learning.events import Samples
from convlab.window import theme
from convlab.window.tile_content import Pictures
from convlab.window.tile_grid import TileGrid

_ACROSS, _WIDEST = (
    5,
    84,
)  # images beside each other at least, and the pixels at 100 % above which there are more


class SampleTiles(Pictures):
    """Grey or coloured images from 0 to 1, captioned with their classes."""

    def __init__(self, samples: Samples, names: Sequence[str]) -> None:
        count, rows, columns, channels = samples.pixels.shape
        super().__init__(count, rows, columns)
        self._samples, self._names, self._channels = samples, names, channels

    def tile_size(self, side: float, room: float, ratio: float) -> QSizeF:
        """Five beside each other, more where there is much room; the pixels need not be whole."""
        gap, across = theme.px(8), max(_ACROSS, int(room // theme.px(_WIDEST)))
        longer = max(self.rows, self.columns)
        cell = max((room + gap) // across - gap, theme.px(16)) / longer
        return QSizeF(max(self.columns * cell, 3.0), max(self.rows * cell, 3.0))

    def paint(self, painter: QPainter, tile: int, rect: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, self._kept[tile])

    def values_of(self, tiles: Sequence[int], rows: int, columns: int) -> Array:
        pixels = self._samples.pixels[list(tiles)]
        if self._channels == 3:
            return pixels[:, :: max(1, self.rows // rows), :: max(1, self.columns // columns)]
        return reduced(pixels[..., 0].transpose(1, 2, 0), rows, columns).transpose(2, 0, 1)

    def scales_of(self, tiles: Sequence[int]) -> TileScales:
        ends = np.zeros(len(tiles)), np.ones(len(tiles))
        return scales_for(*ends, within=(0.0, 1.0))

    @property
    def in_color(self) -> bool:
        return self._channels == 3

    def caption(self, tile: int) -> str:
        return self._names[int(self._samples.labels[tile])]

    def describe(self, tile: int) -> str:
        return f"{self.caption(tile)}, image {int(self._samples.indices[tile]):,}"


class SampleGrid(TileGrid):
    """Arrow keys look from one to the next; one click, or Enter, opens."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        tile = self.tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and tile is not None:
            self.tile_opened.emit(tile)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two clicks are not more than one."""
