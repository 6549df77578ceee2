"""Numbers in cells: as large as the cell permits, black or white by their ground, drawn once and kept as pictures."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap, QTransform

from convlab.drawing.colors import text_color_on

DIGIT_HEIGHT = 0.58  # of the cell, for the size of the font; capitals are 0.73 of that
NARROWEST = 0.7  # how far digits are squeezed before they get smaller
FILLED = 0.82  # of the width of a cell, so that numbers in a row stay apart
_FIGURES = frozenset(
    "0123456789.,−+<>×/e∞? "
)  # none of them moves closer to another one: figures have one width
_MOST_WIDTHS = 4096
_SHORT = 3  # characters of a number that comes again and again


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
    """The width of a text in pixels; a number is measured character by character, since others come with every step."""
    widths = _widths(font.family(), font.pixelSize(), int(font.weight()))
    return sum(map(widths.__getitem__, text)) if _FIGURES.issuperset(text) else widths[text]


class _Widths(dict[str, float]):
    """The widths of texts in one font; measured once."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self._metrics = QFontMetricsF(font)

    def __missing__(self, text: str) -> float:
        if len(self) > _MOST_WIDTHS:
            self.clear()
        self[text] = width = self._metrics.horizontalAdvance(text)
        return width


@lru_cache(maxsize=256)
def _widths(family: str, size: int, weight: int) -> _Widths:
    return _Widths(sized_font(family, size, weight))


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


@lru_cache(maxsize=256)
def _baseline(family: str, size: int, weight: int) -> float:
    """How far below the middle of a line its letters stand."""
    metrics = QFontMetricsF(sized_font(family, size, weight))
    return (metrics.ascent() - metrics.descent()) / 2


class DigitsPainter:
    """Writes many numbers in one font and with one squeeze into the middle of square cells.

    Short numbers are kept as pictures, since the same ones come again and again; others are written where they stand.
    """

    def __init__(self, painter: QPainter, family: tuple[str, int, int], squeeze: float, cell: float) -> None:
        self._painter, self._family, self._squeeze, self._cell = painter, family, squeeze, cell
        self._ratio = painter.device().devicePixelRatioF()
        self._font = sized_font(*family)
        self._base = painter.transform()
        self._down = cell / 2 + _baseline(*family)
        self._ink: int | None = None

    def paint(self, x: float, y: float, text: str, ink: int) -> None:
        """A number in the cell at (x, y). ink: 0xRRGGBB."""
        if len(text) <= _SHORT:
            picture = digits_picture(text, self._family, self._squeeze, ink, self._cell, self._ratio)
            self._painter.drawPixmap(QPointF(x, y), picture)
            return
        if ink != self._ink:
            self._ink = ink
            self._painter.setFont(self._font)
            self._painter.setPen(QColor(ink))
        left = x + (self._cell - self._squeeze * text_width(text, self._font)) / 2
        self._painter.setTransform(QTransform(self._squeeze, 0, 0, 1, left, y + self._down) * self._base)
        self._painter.drawText(QPointF(0, 0), text)
        self._painter.setTransform(self._base)


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
