"""ClassCounts: how many images there are of each class, as small bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convlab.window import theme
from convlab.window.tooltips import plain

_HEIGHT = 30


class ClassCounts(QWidget):
    """One bar for each class, all of one scale from 0; pointing at one says its class and count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._counts: tuple[int, ...] = ()
        self._place = -1
        self.setMouseTracking(True)
        self.setAccessibleName("Images of each class")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self)

    def show_counts(self, names: Sequence[str], counts: Sequence[int]) -> None:
        self._names, self._counts, self._place = tuple(names), tuple(counts), -1
        self.setAccessibleDescription("; ".join(self.said(place) for place in range(len(self._counts))))
        self.update()

    def said(self, place: int) -> str:
        """Such as "ankle boot: 6,000"."""
        return f"{self._names[place]}: {self._counts[place]:,}"

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(60), theme.px(_HEIGHT))

    def _bar(self, place: int) -> QRectF:
        step = self.width() / max(len(self._counts), 1)
        gap = min(theme.px(4), step / 4)
        most = max(max(self._counts, default=1), 1)
        high = max(1.0, (self.height() - 2) * self._counts[place] / most)
        return QRectF(place * step, self.height() - 1 - high, step - gap, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for place in range(len(self._counts)):
            color = theme.color("accent")
            color.setAlphaF(1.0 if place == self._place else 0.55)
            painter.fillRect(self._bar(place), color)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.color("field_line"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        count = len(self._counts)
        place = int(event.position().x() * count / max(self.width(), 1)) if count else -1
        if 0 <= place < count and place != self._place:
            self._place = place
            QToolTip.showText(event.globalPosition().toPoint(), plain(self.said(place)), self)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._place = -1
        self.update()
