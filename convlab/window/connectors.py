"""Thin lines from the window in the input to the kernel, and from the kernel to the output cell, as in a figure."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from convlab.window import theme

_PIECES = 6  # of a line, each painted anew as a rectangle of its own


class Connectors(QWidget):
    """Lies over the page and lets every mouse event through. Rectangles are in its own coordinates."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lines: list[QLineF] = []

    def show_links(self, window: QRectF | None, kernel: QRectF | None, cell: QRectF | None) -> None:
        """Join the right corners of the window to the left corners of the kernel, and the kernel to the cell."""
        lines = [*_link(window, kernel), *_link(kernel, cell)]
        if lines == self._lines:
            return
        if len(lines) == len(self._lines):
            dirty = _around(self._lines, lines)
        else:
            dirty = _around(self._lines, self._lines) + _around(lines, lines)
        self._lines = lines
        # The lines end at the kernel, which need not be painted anew with every step.
        self.update(dirty - QRegion(kernel.toAlignedRect()) if kernel is not None else dirty)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._lines:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme.color("outline")
        color.setAlphaF(0.55)
        pen = QPen(color, max(1.0, theme.px(1)))
        pen.setCosmetic(True)  # Qt draws these several times as fast
        painter.setPen(pen)
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
    for pair in zip(before, after, strict=True):
        ends = [[line.pointAt(piece / _PIECES) for line in pair] for piece in range(_PIECES + 1)]
        for start, end in pairwise(ends):
            xs, ys = [p.x() for p in (*start, *end)], [p.y() for p in (*start, *end)]
            left, top = int(min(xs)) - 2, int(min(ys)) - 2
            region += QRect(left, top, int(max(xs)) + 3 - left, int(max(ys)) + 3 - top)
    return region
