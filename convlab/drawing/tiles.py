"""Many small pictures at once: their values, how they are coloured, and the images, all tiles of a look in one go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from convlab.drawing.color_tables import GREYS, SIGNED_ON_DARK, SIGNED_ON_LIGHT
from convlab.drawing.colors import NOT_A_NUMBER, ColorScale

Array = NDArray[Any]
ScaleMode = Literal["each", "layer", "fixed"]
SCALE_MODES: tuple[ScaleMode, ...] = ("each", "layer", "fixed")
_OPAQUE = 0xFF000000


@dataclass(frozen=True, eq=False)
class TileScales:
    """The colour scales of several tiles: lows, highs (tiles,) float64, signed (tiles,) bool."""

    lows: NDArray[np.float64]
    highs: NDArray[np.float64]
    signed: NDArray[np.bool_]
    dark: bool = False

    def of(self, tile: int) -> ColorScale:
        """The scale of one tile, by its place among them."""
        kind: Literal["grey", "signed"] = "signed" if self.signed[tile] else "grey"
        return ColorScale(kind, float(self.lows[tile]), float(self.highs[tile]), self.dark)


def scales_for(
    lows: Array,
    highs: Array,
    *,
    within: tuple[float, float] | None = None,
    signed: bool = False,
    dark: bool = False,
) -> TileScales:
    """Scales of tiles whose values lie between `lows` and `highs`: grey from 0 where none is negative, else signed.

    within: one range for all, of the whole layer or fixed. signed: also where no value is negative.
    """
    if within is not None:
        lows, highs = np.full(len(lows), within[0]), np.full(len(highs), within[1])
    lows, highs = np.asarray(lows, np.float64), np.asarray(highs, np.float64)
    limits = np.maximum(np.abs(lows), np.abs(highs))
    limits = np.where(limits > 0, limits, 1.0)
    has_sign = np.full(len(lows), signed) | (lows < 0)
    return TileScales(np.where(has_sign, -limits, 0.0), limits, has_sign, dark)


def extents(values: Array, axes: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and greatest finite values along `axes`; 0 where there are none."""
    lows, highs = values.min(axis=axes), values.max(axis=axes)
    if not (np.isfinite(lows).all() and np.isfinite(highs).all()):
        known = np.isfinite(values)
        lows = np.where(known, values, np.inf).min(axis=axes)
        highs = np.where(known, values, -np.inf).max(axis=axes)
        lows, highs = (np.where(np.isfinite(ends), ends, 0.0) for ends in (lows, highs))
    return lows.astype(np.float64), highs.astype(np.float64)


def reduced(values: Array, rows: int, columns: int) -> Array:
    """Maps (h, w, n), averaged by area down to at most rows×columns; smaller ones stay as they are."""
    height, width = min(rows, values.shape[0]), min(columns, values.shape[1])
    if (height, width) == values.shape[:2] or values.shape[2] == 0:
        return values
    import cv2

    size = max(width, 1), max(height, 1)
    planes = np.ascontiguousarray(values.transpose(2, 0, 1), np.float32)
    return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in planes], axis=2)


def colored(values: Array, scales: TileScales) -> NDArray[np.uint32]:
    """The pixels (tiles, h, w) 0xAARRGGBB of values of that shape, each tile in its own scale.

    NaN is a neutral grey, infinities are the ends, as for every ColorScale.
    """
    spans = scales.highs - scales.lows
    real: Any = np.float32 if ((spans > 1e-30) & (spans < 1e38)).all() else np.float64
    factors = np.where(spans > 0, 255.0 / np.where(spans > 0, spans, 1), 0.0).astype(real)
    places = values.astype(real)
    places -= scales.lows.astype(real)[:, np.newaxis, np.newaxis]
    places *= factors[:, np.newaxis, np.newaxis]
    unknown = np.isnan(places)
    has_unknown = bool(unknown.any())
    if has_unknown:
        places[unknown] = 0
    np.clip(places, 0, 255, out=places)
    places += real(0.5)
    indices = places.astype(np.uint16)
    indices += (scales.signed.astype(np.uint16) * 256)[:, np.newaxis, np.newaxis]
    pixels = _table(scales.dark)[indices]
    if has_unknown:
        pixels[unknown] = _packed(np.array(NOT_A_NUMBER, np.uint8))
    return pixels


def in_color(values: Array, scales: TileScales) -> NDArray[np.uint32]:
    """The pixels (tiles, h, w) of red, green and blue (tiles, h, w, 3), from each tile's low to its high."""
    shape = (-1, 1, 1, 1)
    spans = np.maximum(scales.highs - scales.lows, 1e-30)
    levels = (values - scales.lows.reshape(shape)) * (255 / spans).reshape(shape)
    unknown = np.isnan(levels).any(axis=3)
    levels = np.clip(np.nan_to_num(levels, nan=0.0) + 0.5, 0, 255)
    pixels = _packed(levels.astype(np.uint8))
    pixels[unknown] = _packed(np.array(NOT_A_NUMBER, np.uint8))
    return pixels


def image_of(pixels: NDArray[np.uint32]) -> QImage:
    """Pixels (h, w) 0xAARRGGBB as a picture of its own."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


@lru_cache(maxsize=2)
def _table(dark: bool) -> NDArray[np.uint32]:
    """512 colours: the greys, then those with a sign."""
    return _packed(np.concatenate([GREYS, SIGNED_ON_DARK if dark else SIGNED_ON_LIGHT]))


def _packed(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Colours (…, 3) as 0xFFRRGGBB."""
    red, green, blue = (rgb[..., part].astype(np.uint32) for part in range(3))
    return np.asarray(np.uint32(_OPAQUE) | red << np.uint32(16) | green << np.uint32(8) | blue)
