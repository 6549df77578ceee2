"""What the tiles of a TileGrid show: pictures of maps or filters, or bars of single numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from convlab.drawing.colors import ColorScale
from convlab.drawing.grid import GridContent, paint_grid
from convlab.drawing.layout import Layout
from convlab.drawing.numbers import cell_text
from convlab.drawing.tiles import TileScales, colored, image_of, in_color
from convlab.window import theme
from convlab.window.grid_style import grid_style

Array = NDArray[Any]
_DIGITS_FROM = (
    30.0  # pixels a cell of a tile at 100 %: the digits of three cells side by side are legible then
)
BETWEEN_BARS = 4  # pixels at 100 % between bars below each other
_ASIDE = (
    14  # left free beside the words of a bar, so that a number and the name of the next bar are kept apart
)
_STRONG = 0.72  # of a signed scale: where the colours of bars are taken from
_MOST_KEPT = 48_000_000  # bytes of pictures


class TileContent(ABC):
    """`count` tiles that one look at a time paints. Indices are those of maps or filters, in whatever order they lie."""

    count = 0
    captioned = True
    edged = False  # whether a hairline goes around each tile

    @abstractmethod
    def tile_size(self, side: float, room: float, ratio: float) -> QSizeF:
        """How large a tile is where one of about `side` pixels is wished, in a grid `room` pixels wide."""

    def begin(self, tiles: Sequence[int], size: QSizeF, ratio: float) -> None:  # noqa: B027
        """These are painted next: what they share can be done once."""

    def forget(self) -> None:  # noqa: B027
        """The theme is another one: what was painted does not fit it any more."""

    @abstractmethod
    def paint(self, painter: QPainter, tile: int, rect: QRectF) -> None:
        """Draw one tile."""

    def caption(self, tile: int) -> str:
        """What stands below it."""
        return f"{tile:,}"

    @abstractmethod
    def describe(self, tile: int) -> str:
        """One line for its tooltip and for a screen reader; plain text."""


class Pictures(TileContent):
    """Tiles of rows×columns cells. Subclasses give the values of the tiles that are in sight, and their scales."""

    edged = True  # else white ones would have no border on a white card

    def __init__(self, count: int, rows: int, columns: int) -> None:
        self.count, self.rows, self.columns = count, rows, columns
        self._kept: dict[int, QImage] = {}
        self._kept_for: tuple[int, int] = (0, 0)

    # --- what subclasses say ---

    @abstractmethod
    def values_of(self, tiles: Sequence[int], rows: int, columns: int) -> Array:
        """float (tiles, h, w), or (tiles, h, w, 3) for colours: h, w as they are, or less if that is all that is drawn."""

    @abstractmethod
    def scales_of(self, tiles: Sequence[int]) -> TileScales:
        """How they are coloured."""

    blank: NDArray[np.bool_] | None = None  # (rows, columns): cells that are none

    # --- painting ---

    def tile_size(self, side: float, room: float, ratio: float) -> QSizeF:
        """The longer side near `side`; cells that can be told apart get the same whole number of pixels each."""
        longer = max(self.rows, self.columns)
        cell = side * ratio / longer
        cell = max(1, round(cell)) if cell > 0.75 else cell
        most = max(room * ratio / longer, 0.01)
        cell = min(cell, int(most) if most >= 1 else most) / ratio
        thin = 3.0
        return QSizeF(max(self.columns * cell, thin), max(self.rows * cell, thin))

    def begin(self, tiles: Sequence[int], size: QSizeF, ratio: float) -> None:
        pixels = max(1, round(size.height() * ratio)), max(1, round(size.width() * ratio))
        if pixels != self._kept_for:
            self._kept.clear()
            self._kept_for = pixels
        missing = [tile for tile in tiles if tile not in self._kept]
        if missing:
            self._make(missing, *pixels)
            self._drop(set(tiles))

    def forget(self) -> None:
        self._kept.clear()

    def _make(self, tiles: list[int], rows: int, columns: int) -> None:
        values, scales = self.values_of(tiles, rows, columns), self.scales_of(tiles)
        pixels = colored(values, scales) if values.ndim == 3 else in_color(values, scales)
        if self.blank is not None:
            pixels[:, self.blank] = theme.color("card").rgb()
        for place, tile in enumerate(tiles):
            self._kept[tile] = image_of(pixels[place])

    @property
    def kept_bytes(self) -> int:
        """What the kept pictures take."""
        return sum(picture.sizeInBytes() for picture in self._kept.values())

    def _drop(self, needed: set[int]) -> None:
        """Give up the oldest pictures where they take too much memory."""
        one = next(iter(self._kept.values())).sizeInBytes()
        spare = len(self._kept) - max(_MOST_KEPT // max(one, 1), len(needed))
        for tile in [tile for tile in self._kept if tile not in needed][: max(spare, 0)]:
            del self._kept[tile]

    def paint(self, painter: QPainter, tile: int, rect: QRectF) -> None:
        picture = self._kept[tile]
        ratio = painter.device().devicePixelRatioF()
        shrinks = picture.width() > rect.width() * ratio + 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
        cell = rect.width() / self.columns
        if cell >= theme.px(_DIGITS_FROM) and self.blank is None and not self.in_color:
            self._paint_cells(painter, tile, rect, cell)
        else:
            painter.drawImage(rect, picture)

    @property
    def in_color(self) -> bool:
        return False

    def _paint_cells(self, painter: QPainter, tile: int, rect: QRectF, cell: float) -> None:
        """With lines and the values, as in the Lab."""
        values = self.values_of([tile], self.rows, self.columns)[0][:, :, np.newaxis]
        content = GridContent(values, self.scales_of([tile]).of(0), (0,))
        layout = Layout(
            self.rows, self.columns, ((0, 0), (0, 0)), 1, 1, cell, 0.0, 0.0, QPointF(rect.topLeft())
        )
        painter.save()
        paint_grid(painter, content, layout, grid_style(digits_from=theme.px(_DIGITS_FROM)), rect)
        painter.restore()


class Bars(TileContent):
    """Each tile one number of every series, as a bar from zero: [(title, values (n,)), …]."""

    captioned = False

    def __init__(
        self, series: Sequence[tuple[str, Array]], limits: Sequence[float], names: Sequence[str] = ()
    ) -> None:
        """limits: the greatest absolute value that a bar of each series can show. names: of the tiles, else numbers."""
        self.series, self.limits = list(series), list(limits)
        self.count = len(self.series[0][1]) if self.series else 0
        self.signed = [bool((values < 0).any()) for _, values in self.series]
        self._names = names if len(names) == self.count else ()

    def name(self, tile: int) -> str:
        return self._names[tile] if self._names else f"{tile:,}"

    def tile_size(self, side: float, room: float, ratio: float) -> QSizeF:
        height = max(theme.px(22), round(side * 0.3))
        if len(self.series) > 1:
            return QSizeF(room, height)
        gap, aside = theme.px(BETWEEN_BARS), 2 * theme.px(_ASIDE)
        across = max(1, int((room + gap) // (max(theme.px(150), side * 2.2) + aside + gap)))
        return QSizeF((room + gap) // across - gap, height)

    def paint(self, painter: QPainter, tile: int, rect: QRectF) -> None:
        painter.setFont(theme.font("caption"))
        metrics = painter.fontMetrics()
        rect = rect.adjusted(theme.px(_ASIDE), 0, -theme.px(_ASIDE), 0)
        name_width = min(self._name_width(metrics), rect.width() * 0.35)
        place = QRectF(rect.left(), rect.top(), name_width, rect.height())
        painter.setPen(theme.color("muted"))
        name = metrics.elidedText(self.name(tile), Qt.TextElideMode.ElideRight, int(name_width))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, name)
        left, gap = place.right() + theme.px(6), theme.px(12)
        width = (rect.right() - left + gap) / len(self.series) - gap
        for number, (title, values) in enumerate(self.series):
            part = QRectF(left + number * (width + gap), rect.top(), width, rect.height())
            self._paint_number(painter, part, title, float(values[tile]), number)

    def _name_width(self, metrics: Any) -> float:
        longest = max(self._names, key=len) if self._names else f"{self.count - 1:,}"
        return float(metrics.horizontalAdvance(longest) + 1)

    def _paint_number(self, painter: QPainter, rect: QRectF, title: str, value: float, series: int) -> None:
        metrics = painter.fontMetrics()
        if len(self.series) > 1:
            painter.setPen(theme.color("muted"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
            rect = rect.adjusted(metrics.horizontalAdvance(title) + theme.px(6), 0, 0, 0)
        text_width = metrics.horizontalAdvance("−0.00005")
        track = rect.adjusted(0, 0, -text_width - theme.px(4), 0)
        if track.width() > theme.px(12):
            self._paint_bar(painter, track, value, series)
        painter.setPen(theme.color("text"))
        painter.drawText(
            rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, cell_text(value, 6)
        )

    def _paint_bar(self, painter: QPainter, track: QRectF, value: float, series: int) -> None:
        high = min(theme.px(10), track.height() * 0.6)
        bar = QRectF(track.left(), track.center().y() - high / 2, track.width(), high)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(bar, theme.color("hover"))
        signed, limit = self.signed[series], self.limits[series]
        zero = bar.center().x() if signed else bar.left()
        reach = bar.width() / (2 if signed else 1)
        share = min(max(value / limit, -1.0), 1.0) if limit > 0 and value == value else 0.0
        end = zero + share * reach
        color = _sign_color(share) if signed else theme.color("accent")
        painter.fillRect(QRectF(min(zero, end), bar.top(), abs(end - zero), high), color)
        painter.fillRect(QRectF(round(zero), bar.top() - 2, 1, high + 4), theme.color("field_line"))

    def describe(self, tile: int) -> str:
        numbers = (f"{title} {cell_text(float(values[tile]), 8)}".strip() for title, values in self.series)
        return f"{self.name(tile)}: {', '.join(numbers)}"


def _sign_color(share: float) -> QColor:
    """The colour of a sign: its end of the scale, a little in, so that it is seen on its ground."""
    scale = ColorScale("signed", -1.0, 1.0, theme.current().dark)
    red, green, blue = scale.colors_of(np.array([_STRONG if share >= 0 else -_STRONG]))[0].tolist()
    return QColor(red, green, blue)
