"""TileGrid: tiles that one can point at, choose, open, scroll and zoom, by mouse and by keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from convlab.window import theme, tooltips
from convlab.window.tile_canvas import TileCanvas

_GLIDE_MS = 140
_FAR = 1 << 30
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -_FAR, Qt.Key.Key_End: _FAR}
_FOCUSED_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class TileGrid(TileCanvas):
    """Arrow keys choose, Enter and a double click open, Ctrl and the wheel (or + and −) change the size."""

    tile_chosen = Signal(int)  # the index of a map or filter
    tile_opened = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._turned = 0
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(_GLIDE_MS)
        self._glide.valueChanged.connect(lambda value: self.verticalScrollBar().setValue(round(value)))

    # --- the mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        tile = self.tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and tile is not None:
            self._choose(tile)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        tile = self.tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and tile is not None:
            self.tile_opened.emit(tile)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.tile_at(event.position()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point(None)
        if isinstance(event, QHelpEvent):
            self._show_tooltip(event.pos(), event.globalPos())
            return True
        return super().viewportEvent(event)

    def _show_tooltip(self, point: QPoint, place: QPoint) -> None:
        tile = self.tile_at(QPointF(point))
        if tile is None or self._content is None:
            QToolTip.hideText()
        else:
            area = self.tile_rect(tile).toAlignedRect()
            QToolTip.showText(place, tooltips.plain(self._content.describe(tile)), self.viewport(), area)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._turned += turned  # a touchpad tells small parts of a notch
            steps = int(self._turned / 120)
            self._turned -= steps * 120
            self.zoom(steps)
            event.accept()
        elif self.verticalScrollBar().maximum() == 0:
            event.ignore()  # what is around it may scroll
        elif event.pixelDelta().y():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - event.pixelDelta().y())
        else:
            self._glide_by(-turned / 120 * self.verticalScrollBar().singleStep())

    def _glide_by(self, distance: float) -> None:
        """Scroll on smoothly; further notches add to where it is going."""
        bar = self.verticalScrollBar()
        running = self._glide.state() == QVariantAnimation.State.Running
        start = float(self._glide.endValue()) if running else float(bar.value())
        end = min(max(start + distance, bar.minimum()), bar.maximum())
        self._glide.stop()
        if theme.current().reduced_motion:
            bar.setValue(round(end))
            return
        self._glide.setStartValue(float(bar.value()))
        self._glide.setEndValue(end)
        self._glide.start()

    # --- keys and focus ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home, End and the page keys choose; Enter opens; + and − change the size."""
        key = event.key()
        if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier):
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen in self._places:
            self.tile_opened.emit(self._chosen)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.zoom(1 if key == Qt.Key.Key_Plus else -1)
        elif self._way(key) is not None and len(self._order):
            self._focus_by_key = True
            self._move(self._way(key) or 0)
        else:
            event.ignore()

    def _way(self, key: int) -> int | None:
        """How many tiles on a key goes."""
        columns = self._layout.columns if self._layout else 1
        line = self._layout.line_height if self._layout else 1
        page = max(1, int(self.viewport().height() / line)) * columns
        ways = {
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
        }
        return {**_KEYS, **ways}.get(Qt.Key(key))

    def _move(self, way: int) -> None:
        place = self._places.get(self._chosen, -1) if self._chosen is not None else -1
        last = len(self._order) - 1
        self._choose(int(self._order[0 if place < 0 else min(max(place + way, 0), last)]))

    def _choose(self, tile: int) -> None:
        self.show_chosen(tile)
        self.announce(tile)
        self.tile_chosen.emit(tile)

    def announce(self, tile: int) -> None:
        """Say what a tile is to people who use a screen reader."""
        text = self._content.describe(tile) if self._content is not None else ""
        self.setAccessibleDescription(text)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_by_key = event.reason() in _FOCUSED_BY_KEY
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()
        super().focusOutEvent(event)
