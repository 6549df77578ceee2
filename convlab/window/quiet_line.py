"""A line of text that changes with every step: a QLabel would lay out the whole window each time."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from convlab.window.widgets import Card, Elided


class QuietLine(Elided):
    """As wide as there is room, and as high as any line, whatever it says."""

    def __init__(self, text: str = "", role: str = "caption", parent: QWidget | None = None) -> None:
        self._words = text
        super().__init__(" ", role)
        self.setParent(parent)

    def setText(self, text: str) -> None:
        if text != self._words:
            self._words = text
            self.setAccessibleName(text)
            self.update()

    def text(self) -> str:
        return self._words


def quiet_caption(card: Card) -> None:
    """Let the caption of a card change without anything being laid out."""
    line = QuietLine(card.caption.text())
    card.header.replaceWidget(card.caption, line)
    card.caption.setParent(None)
    card.caption.deleteLater()
    card.caption = line
