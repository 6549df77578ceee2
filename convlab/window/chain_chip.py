"""One stage in the chain bar: its title and its settings on a rounded ground."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from convlab.window import theme
from convlab.window.icons import icon

_SIDE = 12
_GAP = 10
_SHORTEST_SUMMARY = 60
HEIGHT = 40


class Chip(QAbstractButton):
    """A stage. The summary is cut short where there is no room; the title never is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ""
        self.summary = ""
        self.fault = ""
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.follow(self)

    def show_stage(self, title: str, summary: str, fault: str, *, chosen: bool) -> None:
        """Show a stage; `fault` says why it cannot be, or is empty."""
        self.title, self.summary, self.fault = title, summary, fault
        self.setChecked(chosen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(f"{title}, {summary}" if summary else title)
        self.setAccessibleDescription(fault or ("chosen" if chosen else ""))
        self.setToolTip(fault or (f"{title} · {summary}" if summary else title))
        self.updateGeometry()
        self.update()

    # --- size ---

    def _title_width(self) -> int:
        return QFontMetrics(theme.font("strong")).horizontalAdvance(self.title)

    def _summary_width(self) -> int:
        return QFontMetrics(theme.font("body")).horizontalAdvance(self.summary) if self.summary else 0

    def _width(self, summary: int) -> int:
        sign = theme.px(22) if self.fault else 0
        gap = theme.px(_GAP) if self.summary else 0
        return 2 * theme.px(_SIDE) + sign + self._title_width() + gap + summary + 2

    def sizeHint(self) -> QSize:
        return QSize(self._width(self._summary_width()), theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        shortest = min(self._summary_width(), theme.px(_SHORTEST_SUMMARY))
        return QSize(self._width(shortest), theme.px(HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """All keys are the bar's: a button would take the arrows, and Space from the player."""
        event.ignore()

    # --- looks ---

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        x = theme.px(_SIDE)
        if self.fault:
            side = theme.px(16)
            pixmap = icon("warning", "bad").pixmap(side, side)
            painter.drawPixmap(x, (self.height() - side) // 2, pixmap)
            x += theme.px(22)
        x = self._write(painter, x, self.title, "strong", "accent_ink" if self.isChecked() else "text")
        self._write(painter, x + theme.px(_GAP), self.summary, "body", "muted")

    def _paint_ground(self, painter: QPainter) -> None:
        ground = "accent_soft" if self.isChecked() else ("hover" if self.underMouse() else "card")
        line = "bad" if self.fault else ("accent" if self.isChecked() else "line")
        width = 2.0 if self.hasFocus() else (1.5 if self.isChecked() else 1.0)
        if self.hasFocus():
            line = "accent_ink"
        painter.setPen(QPen(theme.color(line), width * theme.current().scale))
        painter.setBrush(theme.color(ground))
        half = width * theme.current().scale / 2
        rect = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(rect, theme.px(8), theme.px(8))

    def _write(self, painter: QPainter, x: int, text: str, kind: str, color: str) -> int:
        """Text from x on, cut where the chip ends; returns where it ends."""
        painter.setFont(theme.font(kind))
        painter.setPen(theme.color(color))
        room = self.width() - theme.px(_SIDE) - x + 2
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(x, 0, room, self.height(), Qt.AlignmentFlag.AlignVCenter, shown)
        return x + painter.fontMetrics().horizontalAdvance(shown)
