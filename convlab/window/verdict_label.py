"""The verdict beside a step: what Keras computed, and whether it agrees."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from convlab.window import theme
from convlab.window.verdict import Verdict


class VerdictLabel(QLabel):
    """Green where both agree, a warning where they do not, empty where Keras does not tell."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName("Keras's value")
        self._dress("caption")
        theme.follow(self, lambda: self.setMinimumWidth(0))

    def show_verdict(self, verdict: Verdict | None) -> None:
        self.setText(verdict.text if verdict is not None else "")
        self.setToolTip(verdict.detail if verdict is not None else "")
        self.setAccessibleDescription(self.text())
        self._dress("caption" if verdict is None else ("good" if verdict.agrees else "warning"))
        # As wide as the longest so far: what stands beside it does not jump from step to step.
        self.setMinimumWidth(max(self.minimumWidth(), self.sizeHint().width()))

    def _dress(self, role: str) -> None:
        if role != self.property("role"):
            self.setProperty("role", role)
            self.style().polish(self)
