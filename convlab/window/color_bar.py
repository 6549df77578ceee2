"""The colour bar: which colour means which value."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.colors import ColorScale
from convlab.drawing.numbers import cell_text, full_text
from convlab.window import theme


def _short(value: float) -> float:
    """Four significant digits: the end of a scale need not be read to the last place."""
    return float(f"{value:.4g}")


class ColorBar(QWidget):
    """A strip of the scale's colours with its ends, and zero in the middle of a signed one, written below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = ColorScale()
        self.setAccessibleName("Colour scale")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self)

    def show_scale(self, scale: ColorScale) -> None:
        if scale == self._scale and self.toolTip():
            return
        self._scale = scale
        self.setToolTip(f"Colours from {cell_text(scale.low)} to {cell_text(scale.high)}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(10) + self.fontMetrics().height() + theme.px(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        scale = self._scale
        colors = np.ascontiguousarray(scale.table)
        strip = QImage(colors.data, 256, 1, 768, QImage.Format.Format_RGB888)
        width = min(self.width(), theme.px(360))
        bar = QRectF((self.width() - width) / 2, 0, width, theme.px(10))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, strip)
        painter.setPen(theme.color("muted"))
        painter.setFont(theme.font("caption"))
        texts = QRectF(bar.left(), bar.bottom() + theme.px(2), width, self.height() - bar.height())
        top = Qt.AlignmentFlag.AlignTop
        painter.drawText(texts, Qt.AlignmentFlag.AlignLeft | top, full_text(_short(scale.low)))
        painter.drawText(texts, Qt.AlignmentFlag.AlignRight | top, full_text(_short(scale.high)))
        if scale.kind == "signed":
            painter.drawText(texts, Qt.AlignmentFlag.AlignHCenter | top, "0")
