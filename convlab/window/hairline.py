"""The edge of pictures of arrays: a white one would have no border on a white card, and a dark one none on a dark card."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from convlab.window import theme


def paint_edges(painter: QPainter, rects: Sequence[QRectF]) -> None:
    """A hairline around each, outside of it, so that it hides no cell; all with one pen and in one go."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.color("field_line"), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRects([rect.adjusted(-0.5, -0.5, 0.5, 0.5) for rect in rects])
