"""FactLine: facts one after another that are told whole or not at all, the most important ones first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

BETWEEN = " · "


class FactLine(QLabel):
    """As many facts as there is room for in at most `lines` lines; all of them are in the tooltip and for screen readers.

    Never a fact that ends in the middle of a word: the last ones are left out instead.
    """

    def __init__(self, role: str = "caption", lines: int = 1, between: str = BETWEEN) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self._facts: tuple[str, ...] = ()
        self._lines, self._between = lines, between
        self.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(lines > 1)
        self.setSizePolicy(policy)

    def show_facts(self, facts: Sequence[str], tip: str = "") -> None:
        """Show these, the most important one first. tip: the tooltip, if not all facts one below the other."""
        facts = tuple(fact for fact in facts if fact)
        if facts != self._facts:
            self._facts = facts
            self.setText(self._between.join(facts))
            self.setToolTip(tip or "\n".join(facts))
            self.updateGeometry()

    @property
    def shown_text(self) -> str:
        """What there is room for."""
        room = max(self.height() // self.fontMetrics().lineSpacing(), 1)
        return "\n".join(self._filled(self.width(), min(room, self._lines)))

    def _filled(self, width: int, room: int | None = None) -> list[str]:
        """The lines, at most `room`: each as full as it gets, until the first fact that does not fit."""
        measure, most = self.fontMetrics().horizontalAdvance, self._lines if room is None else room
        lines: list[str] = []
        for fact in self._facts:
            longer = f"{lines[-1]}{self._between}{fact}" if lines else ""
            if lines and measure(longer) <= width:
                lines[-1] = longer
            elif len(lines) < most and measure(fact) <= width:
                lines.append(fact)
            else:
                break
        return lines

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawText(QRectF(self.rect()), int(self.alignment()), self.shown_text)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(width, self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().lineSpacing())

    def heightForWidth(self, width: int) -> int:
        return max(len(self._filled(width)), 1) * self.fontMetrics().lineSpacing()
