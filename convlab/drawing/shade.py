"""A veil over the cells of an array that do not take part, and an outline around those that do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from convlab.drawing import overlays
from convlab.drawing.grid import GridStyle
from convlab.drawing.layout import Layout

Mask = NDArray[np.bool_]
_OPACITY = 0.72


def paint_shade(painter: QPainter, layout: Layout, pane: int, mask: Mask, style: GridStyle) -> None:
    """Veil the cells of a pane where `mask` (rows, columns) is False. A mask of another size is not drawn."""
    if mask.shape != (layout.rows, layout.columns):
        return
    area = layout.cells_rect(pane, 0, 0, layout.rows - 1, layout.columns - 1)
    painter.drawImage(area, veil(mask, style.unread))
    if mask.any() and not mask.all():
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        hull = layout.cells_rect(pane, int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1]))
        overlays.outline(painter, hull, style)


def veil(mask: Mask, color: QColor) -> QImage:
    """A picture with one pixel for each cell: nothing where `mask` is True, else `color`, which lets a little through."""
    rows, columns = mask.shape
    numbers = np.ascontiguousarray(mask, np.uint8)
    image = QImage(numbers.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    ground = QColor(color)
    ground.setAlphaF(_OPACITY)
    image.setColorTable([ground.rgba(), QColor(0, 0, 0, 0).rgba()])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
