"""The range of an array's colours on one short line, for a title: its least value, the colours, its greatest."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.colors import ColorScale
from convlab.drawing.numbers import cell_text
from convlab.window import theme


class ScaleKey(QWidget):
    """What a ColorBar tells, in the height of a text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = ColorScale()
        self.setAccessibleName("Colour scale")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.follow(self)

    def show_scale(self, scale: ColorScale) -> None:
        if scale != self._scale:
            self._scale = scale
            low, high = self._texts()
            self.setToolTip(f"Colours from {low} to {high}")
            self.updateGeometry()
            self.update()

    def _texts(self) -> tuple[str, str]:
        return cell_text(self._scale.low), cell_text(self._scale.high)

    def _widths(self) -> tuple[int, int]:
        metrics = QFontMetrics(theme.font("caption"))
        low, high = self._texts()
        return metrics.horizontalAdvance(low), metrics.horizontalAdvance(high)

    def sizeHint(self) -> QSize:
        height = QFontMetrics(theme.font("caption")).height()
        return QSize(sum(self._widths()) + theme.px(8) + theme.px(48), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("muted"))
        (low, high), (left, right) = self._texts(), self._widths()
        middle = Qt.AlignmentFlag.AlignVCenter
        area = QRectF(self.rect())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, low)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, high)
        colors = np.ascontiguousarray(self._scale.table)
        strip = QImage(colors.data, 256, 1, 768, QImage.Format.Format_RGB888)
        thick = theme.px(8)
        bar = QRectF(
            left + theme.px(4), (self.height() - thick) / 2, self.width() - left - right - theme.px(8), thick
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, strip)
        painter.end()
