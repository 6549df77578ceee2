"""A small histogram with its ends; pointing at a bar tells how many values it counts."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convlab.drawing.histogram import Histogram, bar_at, histogram_of, paint_histogram
from convlab.drawing.numbers import cell_text
from convlab.window import theme

_SOFT = 0.55  # opacity of the bars; the pointed one is opaque


class HistogramView(QWidget):
    """Shows how often which values occur; empty without values."""

    def __init__(self, name: str, height: int = 72, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histogram: Histogram | None = None
        self._height = height
        self._name = name
        self._pointed: int | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self)

    def show_values(self, values: NDArray[Any] | None) -> None:
        """Count them now; for arrays that are quick to go through."""
        self.show_histogram(None if values is None or values.size == 0 else histogram_of(values))

    def show_histogram(self, histogram: Histogram | None) -> None:
        self._histogram, self._pointed = histogram, None
        self.setAccessibleDescription(self.summary)
        self.update()

    @property
    def histogram(self) -> Histogram | None:
        return self._histogram

    @property
    def summary(self) -> str:
        """What is not seen in the bars, in words; "" if there is nothing."""
        one = self._histogram
        if one is None:
            return ""
        said = [f"{one.zeros:,} of {one.total:,} are 0"] if one.zeros else []
        if one.unknown:
            said.append(f"{one.unknown:,} {'is' if one.unknown == 1 else 'are'} not finite")
        return ", ".join(said)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(self._height) + theme.px(18))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(80), self.sizeHint().height())

    @property
    def _area(self) -> QRectF:
        return QRectF(0, 0, self.width(), self.height() - theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._histogram is None:
            return
        painter = QPainter(self)
        bar = theme.color("accent_ink")
        bar.setAlphaF(_SOFT)
        paint_histogram(
            painter,
            self._histogram,
            self._area,
            bar,
            theme.color("accent_ink"),
            theme.color("field_line"),
            self._pointed,
        )
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("muted"))
        texts = QRectF(0, self._area.bottom(), self.width(), theme.px(18))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(texts, Qt.AlignmentFlag.AlignLeft | middle, cell_text(self._histogram.low))
        painter.drawText(texts, Qt.AlignmentFlag.AlignRight | middle, cell_text(self._histogram.high))
        painter.drawText(texts, Qt.AlignmentFlag.AlignHCenter | middle, self.summary)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._histogram is None:
            return
        place = bar_at(self._histogram, self._area, event.position().x())
        if place != self._pointed:
            self._pointed = place
            self.update()
        if place is not None:
            low, high = self._histogram.edges(place)
            count = int(self._histogram.counts[place])
            values = "1 value" if count == 1 else f"{count:,} values"
            text = f"{cell_text(low)} to {cell_text(high)}: {values}"
            QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointed = None
        self.update()
