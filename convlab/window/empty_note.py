"""What an empty view says: one sentence, and a button that helps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from convlab.window.widgets import label, push_button


class EmptyNote(QWidget):
    """Lies over its parent, in the middle of it."""

    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text: QLabel = label("", "caption", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button: QPushButton = push_button("", self.clicked.emit)
        column = QVBoxLayout(self)
        column.addStretch()
        column.addWidget(self._text)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch()
        parent.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent):
            self.resize(event.size())
        return False

    def say(self, text: str, button: str) -> None:
        """Show this sentence; without a text for the button there is none."""
        self._text.setText(text)
        self._button.setText(button)
        self._button.setAccessibleName(button.replace("&", ""))
        self._button.setVisible(bool(button))
