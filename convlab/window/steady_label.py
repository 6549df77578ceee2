"""SteadyLabel: words that change, in as many lines as the longest of them needs, so that nothing around them moves."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLabel

from convlab.window import theme

_MEASURED = 8  # texts: the one with the most characters need not be the widest
_NARROWEST = 60  # pixels at 100 %
_HIGHEST = 1 << 16


class SteadyLabel(QLabel):
    """Plain text from the top on, in several lines where it must."""

    def __init__(self, role: str = "body") -> None:
        super().__init__()
        self._longest: list[str] = []
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def keep_room_for(self, texts: Iterable[str]) -> None:
        """These may be said from now on."""
        self._longest = sorted(texts, key=len)[-_MEASURED:]
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        metrics, room = self.fontMetrics(), QRect(0, 0, max(width, 1), _HIGHEST)
        wrapped = int(Qt.TextFlag.TextWordWrap)
        texts = (*self._longest, self.text())
        return max(
            metrics.lineSpacing(), *(metrics.boundingRect(room, wrapped, text).height() for text in texts)
        )

    def sizeHint(self) -> QSize:
        return QSize(theme.px(3 * _NARROWEST), self.heightForWidth(theme.px(3 * _NARROWEST)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(_NARROWEST), self.fontMetrics().lineSpacing())
