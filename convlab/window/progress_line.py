"""ProgressLine: how far something has come, as a thin line; with marks where it has parts, such as epochs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.window import theme

_HEIGHT, _LINE = 16, 6
_MOST_PARTS = 60
_CLOSEST = 6  # pixels at 100 % between two marks


class ProgressLine(QWidget):
    """share: what is done, 0 to 1; None while nobody knows how much there is to do."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.share: float | None = 0.0
        self._parts = 1
        self._quiet = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self)

    def show_share(self, share: float | None, parts: int = 1, *, quiet: bool = False) -> None:
        """quiet: it does not go on at the moment."""
        told = (share if share is None else min(max(share, 0.0), 1.0), parts, quiet)
        if told != (self.share, self._parts, self._quiet):
            self.share, self._parts, self._quiet = told
            self.setAccessibleDescription("" if share is None else f"{100 * share:.0f} %")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(40), theme.px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        high = theme.px(_LINE)
        track = QRectF(0, (self.height() - high) / 2, self.width(), high)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(track, high / 2, high / 2)
        if self.share is None:
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(track, high / 2, high / 2)
        elif self.share > 0:
            done = QRectF(track.left(), track.top(), max(track.width() * self.share, high), high)
            painter.setBrush(theme.color("muted" if self._quiet else "accent"))
            painter.drawRoundedRect(done, high / 2, high / 2)
        self._paint_marks(painter, track)

    def _paint_marks(self, painter: QPainter, track: QRectF) -> None:
        if not 1 < self._parts <= _MOST_PARTS or track.width() / self._parts < theme.px(_CLOSEST):
            return
        wide = theme.px(2)
        for part in range(1, self._parts):
            x = round(track.left() + track.width() * part / self._parts)
            painter.fillRect(QRectF(x - wide / 2, track.top(), wide, track.height()), theme.color("card"))
