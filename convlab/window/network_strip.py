"""NetworkStrip: a recipe's layers as blocks in a row, as high as their maps and as thick as they are many."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.learning.outline import Row
from convlab.window import theme

_HEIGHT, _GAP = 56, 4
_THINNEST, _LEAST = 5.0, 8.0  # pixels at 100 %: of a block's width and height
_PER_DOUBLING = 4.0  # pixels of width for each doubling of the maps
_COLORS = {
    "Conv2D": "kind_filters",
    "SeparableConv2D": "kind_filters",
    "MaxPooling2D": "kind_pooling",
    "GlobalAveragePooling2D": "kind_pooling",
    "Dense": "kind_dense",
    "BatchNormalization": "kind_scaling",
}
_PLAIN = {
    "MaxPooling2D": "max pooling",
    "GlobalAveragePooling2D": "global average pooling",
    "BatchNormalization": "batch normalisation",
    "SeparableConv2D": "separable convolution",
    "Conv2D": "convolution",
}
_THIN = ("Flatten", "Dropout", "Activation", "BatchNormalization")


def said(row: Row) -> str:
    """A layer in words, such as "convolution 3×3 · 8 filters · ReLU → 26×26×8, 80 weights"."""
    kind = _PLAIN.get(row.kind, row.kind.lower())
    shape = "×".join(f"{n:,}" for n in row.shape)
    weights = f", {row.weights:,} weights" if row.weights else ""
    return f"{kind} {row.words} → {shape}{weights}"


class NetworkStrip(QWidget):
    """Pointing at a block, or Left and Right, tells which layer is meant; −1 for none."""

    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._side = 1
        self.place = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Layers of the recipe")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self)

    def show_rows(self, rows: tuple[Row, ...], side: int) -> None:
        """Layers, and the longer side of the images that they begin with."""
        self._rows, self._side, self.place = rows, max(side, 1), -1
        self.setAccessibleDescription("; ".join(map(said, rows)))
        self.update()

    # --- layout ---

    def sizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(80), theme.px(_HEIGHT))

    def block(self, place: int) -> QRectF:
        """Where a layer is drawn."""
        return self._blocks()[place]

    def _blocks(self) -> list[QRectF]:
        widths = [_width(row) for row in self._rows]
        gaps = _GAP * max(len(widths) - 1, 0)
        inside = self.width() - 2 * theme.px(2)
        factor = min(theme.current().scale, inside / max(sum(widths) + gaps, 1.0))
        x, blocks = float(theme.px(2)), []
        for row, width in zip(self._rows, widths, strict=True):
            high = self._high(row)
            blocks.append(QRectF(x, (self.height() - high) / 2, width * factor, high))
            x += (width + _GAP) * factor
        return blocks

    def _high(self, row: Row) -> float:
        """Maps as high as their rows; rows of numbers by their doublings."""
        most = self.height() - 2.0 * theme.px(3)
        is_map = len(row.shape) == 3
        share = row.shape[0] / self._side if is_map else math.log2(max(row.shape[0], 2)) / 14
        return max(theme.px(_LEAST), most * min(share, 1.0))

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, (row, rect) in enumerate(zip(self._rows, self._blocks(), strict=True)):
            color = theme.color(_COLORS.get(row.kind, "kind_other"))
            painter.setPen(
                QPen(theme.color("text"), theme.px(2)) if place == self.place else Qt.PenStyle.NoPen
            )
            painter.setBrush(color)
            radius = min(theme.px(2), rect.width() / 2)
            painter.drawRoundedRect(rect, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent_ink"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    # --- pointing ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        gap = theme.px(_GAP) / 2
        near = (
            place
            for place, rect in enumerate(self._blocks())
            if rect.left() - gap <= event.position().x() <= rect.right() + gap
        )
        self._point(next(near, -1))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if way is None or not self._rows:
            event.ignore()
        else:
            self._point(min(max(self.place + way, 0), len(self._rows) - 1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(-1)
        self.update()

    def _point(self, place: int) -> None:
        if place != self.place:
            self.place = place
            self.update()
            self.pointed.emit(place)


def _width(row: Row) -> float:
    if row.kind in _THIN or len(row.shape) == 1:
        return _THINNEST + (1.0 if row.kind == "Dense" else 0.0)
    return _THINNEST + _PER_DOUBLING * math.log2(max(row.shape[2], 1))
