"""Numbers in cells: as large as the cell permits, black or white by their ground, drawn once and kept as pictures."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from convlab.drawing.colors import text_color_on

DIGIT_HEIGHT = 0.58  # of the cell, for the size of the font; capitals are 0.73 of that
NARROWEST = 0.7  # how far digits are squeezed before they get smaller
FILLED = 0.88  # of the width of a cell


@lru_cache(maxsize=4096)
def text_rgb(red: int, green: int, blue: int) -> tuple[int, int, int]:
    return text_color_on((red, green, blue))


def digit_font(font: QFont, cell: float, texts: set[str]) -> QFont:
    """One font for all: as high as the cell permits, smaller only if a text would have to be squeezed too far."""
    result = QFont(font)
    size = max(7, int(cell * DIGIT_HEIGHT))
    result.setPixelSize(size)
    widest = max((text_width(text, result) for text in texts), default=0.0)
    room = cell * FILLED / NARROWEST
    if widest > room:
        result.setPixelSize(max(6, int(size * room / widest)))
    return result


def squeeze_for(font: QFont, cell: float, texts: set[str]) -> float:
    """How far all numbers of a grid are squeezed: by as much as the widest needs, so that they look alike."""
    widest = max((text_width(text, font) for text in texts), default=0.0)
    return min(1.0, cell * FILLED / widest) if widest else 1.0


def text_width(text: str, font: QFont) -> float:
    """The width of a text in pixels; measured once."""
    return _advance(text, font.family(), font.pixelSize(), int(font.weight()))


@lru_cache(maxsize=16_384)
def _advance(text: str, family: str, size: int, weight: int) -> float:
    return QFontMetricsF(sized_font(family, size, weight)).horizontalAdvance(text)


@lru_cache(maxsize=256)
def sized_font(family: str, size: int, weight: int) -> QFont:
    """A font of that size in pixels, with figures of equal width; the same object each time."""
    font = QFont(family)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


class Pictures:
    """Keeps pictures for the next time, but no more than so many bytes: a zoomed cell can be as large as the screen."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._kept: dict[Hashable, QPixmap] = {}

    def get(self, key: Hashable, make: Callable[[], QPixmap]) -> QPixmap:
        """The picture of that key, made now if it is not there. The oldest ones are given up for it."""
        picture = self._kept.get(key)
        if picture is None:
            picture = make()
            self._kept[key] = picture
            self._bytes += _size(picture)
            while self._bytes > self._most and len(self._kept) > 1:
                self._bytes -= _size(self._kept.pop(next(iter(self._kept))))
        return picture


def _size(picture: QPixmap) -> int:
    return picture.width() * picture.height() * 4


_digits = Pictures(24_000_000)


def digits_picture(
    text: str, family: tuple[str, int, int], squeeze: float, ink: int, cell: float, ratio: float
) -> QPixmap:
    """A number in the middle of a cell, kept, since the same numbers come again and again. ink: 0xRRGGBB."""
    key = (text, family, squeeze, ink, cell, ratio)
    return _digits.get(key, lambda: _digits_picture(text, family, squeeze, ink, cell, ratio))


def _digits_picture(
    text: str, family: tuple[str, int, int], squeeze: float, ink: int, cell: float, ratio: float
) -> QPixmap:
    side = max(1, round(cell * ratio))
    pixmap = QPixmap(side, side)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    paint_number(painter, QRectF(0, 0, cell, cell), text, sized_font(*family), QColor(ink), squeeze)
    painter.end()
    return pixmap


def paint_number(
    painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor, squeeze: float | None = None
) -> None:
    """A text in the middle of `rect`, squeezed horizontally: as it is told, or where it is wider."""
    if squeeze is None:
        squeeze = squeeze_for(font, rect.width(), {text})
    painter.save()
    painter.setFont(font)
    painter.setPen(color)
    painter.translate(rect.center())
    painter.scale(squeeze, 1.0)
    painter.drawText(
        QRectF(-rect.width() / squeeze, -rect.height() / 2, 2 * rect.width() / squeeze, rect.height()),
        Qt.AlignmentFlag.AlignCenter,
        text,
    )
    painter.restore()
