"""The images that a network is most confidently wrong about, each with what it is and what it was taken for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter

from convlab.learning.class_words import mistake_words, name_of, short_name, sureness
from convlab.learning.events import Wrong
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.thumbnails import picture_of
from convlab.window.tile_content import TileContent
from convlab.window.tile_grid import TileGrid

_HEIGHT, _WIDTH, _BETWEEN = 54, 172, 8  # pixels at 100 %


class WrongTiles(TileContent):
    """Each tile the image, and beside it three lines: its class, what it was taken for, how sure the network was."""

    captioned = False

    def __init__(self, wrong: Sequence[Wrong], names: tuple[str, ...]) -> None:
        self.wrong = tuple(wrong)
        self.names = tuple(safe_text(name, 60) for name in names)
        self.count = len(self.wrong)
        self._pictures: dict[int, QImage] = {}

    def tile_size(self, side: float, room: float, ratio: float) -> QSizeF:
        gap = theme.px(_BETWEEN)
        across = max(1, int((room + gap) // (theme.px(_WIDTH) + gap)))
        return QSizeF((room + gap) // across - gap, theme.px(_HEIGHT))

    def paint(self, painter: QPainter, tile: int, rect: QRectF) -> None:
        one = self.wrong[tile]
        side = rect.height()
        area = QRectF(rect.left(), rect.top(), side, side)
        self._paint_picture(painter, tile, area)
        lines = (
            ("strong", "text", name_of(self.names, one.label)),
            ("caption", "text", f"taken for {short_name(self.names, one.predicted)}"),
            ("caption", "muted", sureness(one.probability)),
        )
        high = side / len(lines)
        left = area.right() + theme.px(8)
        for place, (font, color, text) in enumerate(lines):
            painter.setFont(theme.font(font))
            painter.setPen(theme.color(color))
            line = QRectF(left, rect.top() + place * high, rect.right() - left, high)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(line.width()))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_picture(self, painter: QPainter, tile: int, area: QRectF) -> None:
        if tile not in self._pictures:
            self._pictures[tile] = picture_of(self.wrong[tile].pixels, 1.0)
        picture = self._pictures[tile]
        size = picture.size().toSizeF()
        scale = min(area.width() / size.width(), area.height() / size.height())
        target = QRectF(0, 0, size.width() * scale, size.height() * scale)
        target.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.drawImage(target, picture)

    def describe(self, tile: int) -> str:
        one = self.wrong[tile]
        words = mistake_words(self.names, one.label, one.predicted, one.probability)
        return f"Test image {one.index:,}: {words}"


class WrongGrid(TileGrid):
    """A click opens, as Enter does; arrow keys only choose."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        tile = self.tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and tile is not None and tile == self.chosen:
            self.tile_opened.emit(tile)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Its first click has opened it."""
