"""Thin lines from the window in the input to the kernel, and from the kernel to the output cell, as in a figure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from convlab.window import theme

_STRENGTH, _FAINT = 0.55, 0.16  # of the lines, and where they cross numbers that are to be read
_PIECES = 3  # of a line, each painted anew as a rectangle of its own; more of them cost more than they spare


class Connectors(QWidget):
    """Lies over the page and lets every mouse event through. Rectangles are in its own coordinates."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lines: list[QLineF] = []
        self._kernel: QRectF | None = None
        self._numbers = QRegion()

    def show_links(
        self,
        window: QRectF | None,
        kernel: QRectF | None,
        cell: QRectF | None,
        numbers: Sequence[QRectF] = (),
    ) -> None:
        """Join the right corners of the window to the left corners of the kernel, and the kernel to the cell.

        numbers: where numbers stand; the lines are faint there.
        """
        lines = [*_link(window, kernel), *_link(kernel, cell)]
        region = QRegion()
        for rect in numbers:
            region += rect.toAlignedRect()
        if lines == self._lines and region == self._numbers:
            return
        self._numbers = region
        if len(lines) == len(self._lines):
            dirty = _around(self._lines, lines)
        else:
            dirty = _around(self._lines, self._lines) + _around(lines, lines)
        if kernel is not None and kernel == self._kernel:
            # The lines end at the kernel, which need not be painted anew with every step; where it has moved, the old ones lay
            # across its place.
            dirty -= QRegion(kernel.toAlignedRect())
        self._lines, self._kernel = lines, kernel
        self.update(dirty)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._lines:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        regions = ((QRegion(self.rect()) - self._numbers, _STRENGTH), (self._numbers, _FAINT))
        for region, strength in regions:
            if not region.isEmpty():
                self._paint_lines(painter, region, strength)

    def _paint_lines(self, painter: QPainter, region: QRegion, strength: float) -> None:
        color = theme.color("outline")
        color.setAlphaF(strength)
        pen = QPen(color, max(1.0, theme.px(1)))
        pen.setCosmetic(True)  # Qt draws these several times as fast
        painter.setPen(pen)
        painter.setClipRegion(region)
        painter.drawLines(self._lines)


def _link(start: QRectF | None, end: QRectF | None) -> list[QLineF]:
    if start is None or end is None:
        return []
    return [
        QLineF(QPointF(start.right(), start.top()), QPointF(end.left(), end.top())),
        QLineF(QPointF(start.right(), start.bottom()), QPointF(end.left(), end.bottom())),
    ]


def _around(before: list[QLineF], after: list[QLineF]) -> QRegion:
    """Where the lines were and are, in short pieces: a rectangle around a slanted line would be half of the page."""
    region = QRegion()
    for one, other in zip(before, after, strict=True):
        edges = [_span(one, other, piece / _PIECES) for piece in range(_PIECES + 1)]
        for (x0, x1, y0, y1), (x2, x3, y2, y3) in pairwise(edges):
            left, top, right, bottom = min(x0, x2), min(y0, y2), max(x1, x3), max(y1, y3)
            region += QRect(left - 2, top - 2, right - left + 5, bottom - top + 5)
    return region


def _span(one: QLineF, other: QLineF, part: float) -> tuple[int, int, int, int]:
    """The least and greatest x, the least and greatest y of two lines at a part of their lengths."""
    x, y = int(one.x1() + one.dx() * part), int(one.y1() + one.dy() * part)
    u, v = int(other.x1() + other.dx() * part), int(other.y1() + other.dy() * part)
    return min(x, u), max(x, u), min(y, v), max(y, v)
