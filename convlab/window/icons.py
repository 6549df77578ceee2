"""Icons: our line drawings in the colours of the theme.

An icon belongs to the theme in force when it was asked for: set it again when the theme changes. (An icon engine that
asks for the theme while it paints would save that, but Qt and Python cannot agree on who owns an engine's copy.)
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from convlab import resources
from convlab.window import theme

# Pixels at 100 %; Qt scales any other size from the next larger one. Each costs time at the start.
_SIDES = (18, 24)
_APPLICATION_SIDES = (16, 32, 64, 128)


def icon(name: str, color: str = "text") -> QIcon:
    """The icon of that name. `color` is the palette's name for what it is drawn with in its normal state.

    Raises KeyError for a name that there is no drawing for. The application's icon "convlab" has its own colours.
    """
    if name == "convlab":
        return _application_icon()
    look = theme.current()
    return _icon(name, getattr(look.colors, color), look.dark, look.scale, _device_pixel_ratio())


def _device_pixel_ratio() -> float:
    """The finest screen's: a window may be moved there."""
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)


@lru_cache(maxsize=256)
def _icon(name: str, normal: str, dark: bool, scale: float, ratio: float) -> QIcon:
    renderer = _renderer(name)
    colors = theme.DARK if dark else theme.LIGHT
    mode, state = QIcon.Mode, QIcon.State
    looks = [
        (normal, mode.Normal, state.Off),
        (colors.accent_ink if normal == colors.text else normal, mode.Normal, state.On),
        (colors.disabled, mode.Disabled, state.Off),
    ]
    result = QIcon()
    for side in sorted({round(side * scale * ratio) for side in _SIDES}):
        drawing = _drawn(renderer, side)
        for color, drawn_mode, drawn_state in looks:
            result.addPixmap(_tinted(drawing, color), drawn_mode, drawn_state)
    return result


@lru_cache(maxsize=1)
def _application_icon() -> QIcon:
    renderer = _renderer("convlab")
    result = QIcon()
    for side in _APPLICATION_SIDES:
        result.addPixmap(_drawn(renderer, side))
    return result


def _renderer(name: str) -> QSvgRenderer:
    try:
        data = resources.path(f"icons/{name}.svg").read_bytes()
    except FileNotFoundError:
        raise KeyError(name) from None
    return QSvgRenderer(QByteArray(data))


def _drawn(renderer: QSvgRenderer, side: int) -> QPixmap:
    """The drawing on nothing, `side` device pixels wide and high."""
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


def _tinted(drawing: QPixmap, color: str) -> QPixmap:
    """The same drawing, every drop of ink in one colour."""
    pixmap = drawing.copy()
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), QColor(color))
    painter.end()
    return pixmap
