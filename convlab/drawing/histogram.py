"""How often which values occur: a histogram, and its painting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

_PIECE = 1 << 18  # numbers that are counted at a time

_MANY_ZEROS = 0.25  # from this share on they are told in words: their bar would flatten all others


@dataclass(frozen=True, eq=False)
class Histogram:
    """counts: (bins,), from `low` to `high`. zeros: exact ones that are not in the bars, because they are so many;
    unknown: NaN and infinities; total: of all numbers."""

    counts: NDArray[np.int64]
    low: float
    high: float
    zeros: int = 0
    unknown: int = 0
    total: int = 0

    def edges(self, place: int) -> tuple[float, float]:
        """From where to where one bar reaches."""
        width = (self.high - self.low) / max(len(self.counts), 1)
        return self.low + place * width, self.low + (place + 1) * width


def histogram_of(values: NDArray[Any], bins: int = 36) -> Histogram:
    """Of an array of any shape and size; what is not finite is counted apart."""
    known, low, high, zeros = 0, np.inf, -np.inf, 0
    for piece in map(_finite, _pieces(values)):
        known, zeros = known + piece.size, zeros + int(np.count_nonzero(piece == 0))
        low, high = float(piece.min(initial=low)), float(piece.max(initial=high))
    if known == 0:
        return Histogram(np.zeros(bins, np.int64), 0.0, 0.0, 0, int(values.size), int(values.size))
    if not _MANY_ZEROS * known < zeros < known:
        zeros = 0
    counts = np.zeros(bins, np.int64)
    for piece in map(_finite, _pieces(values)):
        counts += _counts(piece[piece != 0] if zeros else piece, bins, low, high)
    return Histogram(counts, low, high, zeros, int(values.size - known), int(values.size))


def _pieces(values: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """So many numbers at a time that they stay in the cache, and that memory for a copy of each is there."""
    flat = np.asarray(values).reshape(-1)
    return (flat[start : start + _PIECE] for start in range(0, flat.size, _PIECE))


def _finite(piece: NDArray[Any]) -> NDArray[Any]:
    if np.isfinite(piece.min(initial=0.0)) and np.isfinite(piece.max(initial=0.0)):
        return piece
    return piece[np.isfinite(piece)]


def _counts(piece: NDArray[Any], bins: int, low: float, high: float) -> NDArray[np.int64]:
    if high > low:
        places = ((piece - np.float64(low)) * (bins / (high - low))).astype(np.int16)
        return np.bincount(np.minimum(places, bins - 1), minlength=bins)
    counts = np.zeros(bins, np.int64)
    counts[bins // 2] = piece.size
    return counts


def bar_at(histogram: Histogram, area: QRectF, x: float) -> int | None:
    """Which bar of a histogram painted into `area` stands at `x`."""
    place = int((x - area.left()) * len(histogram.counts) // max(area.width(), 1))
    return place if area.left() <= x < area.right() and place < len(histogram.counts) else None


def paint_histogram(
    painter: QPainter,
    histogram: Histogram,
    area: QRectF,
    bar: QColor,
    strong: QColor,
    line: QColor,
    pointed: int | None = None,
) -> None:
    """Bars on a base line; the `pointed` one in the strong colour. What occurs at all has at least one pixel."""
    counts, most = histogram.counts, int(histogram.counts.max(initial=0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), line)
    if most == 0:
        return
    edges = np.rint(np.linspace(area.left(), area.right(), len(counts) + 1))
    height = area.height() - 1
    gap = 1 if area.width() >= 3 * len(counts) else 0
    for place in np.flatnonzero(counts):
        left, right = edges[place], edges[place + 1] - gap
        high = max(1.0, round(height * counts[place] / most))
        rect = QRectF(left, area.bottom() - 1 - high, max(right - left, 1.0), high)
        painter.fillRect(rect, strong if place == pointed else bar)
    _paint_zero(painter, histogram, area, line)


def _paint_zero(painter: QPainter, histogram: Histogram, area: QRectF, line: QColor) -> None:
    """A thin line where zero lies between the ends."""
    if histogram.low < 0 < histogram.high:
        x = area.left() + area.width() * -histogram.low / (histogram.high - histogram.low)
        painter.fillRect(QRectF(round(x), area.top(), 1, area.height()), line)
