"""Thin lines from the window in the input to the kernel, and from the kernel to the output cell, as in a figure."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from convlab.window import theme

_PIECES = 8  # of a line, each painted anew as a rectangle of its own


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
        if lines != self._lines:
            around = _strips(self._lines) + _strips(lines)
            self._lines = lines
            # The lines end at the kernel, which need not be painted anew with every step.
            self.update(around - QRegion(kernel.toAlignedRect()) if kernel is not None else around)

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


def _strips(lines: list[QLineF]) -> QRegion:
    """Where the lines are, as short pieces: a rectangle around a slanted line would be half of the page."""
    region = QRegion()
    for line in lines:
        for piece in range(_PIECES):
            start, end = line.pointAt(piece / _PIECES), line.pointAt((piece + 1) / _PIECES)
            region += QRectF(start, end).normalized().adjusted(-2, -2, 2, 2).toAlignedRect()
    return region
