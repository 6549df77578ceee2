"""A question that is asked before something is given up: plain text, and buttons with words of our own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

Button = QMessageBox.StandardButton


def question_box(
    parent: QWidget, text: str, more: str, buttons: Mapping[Button, str], default: Button
) -> QMessageBox:
    """The box, not shown yet. buttons: what each says, or "" for its usual word. default: that of the Enter key."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("ConvLab")
    box.setText(text)
    box.setInformativeText(more)
    for button, words in buttons.items():
        made = box.addButton(button)
        if words:
            made.setText(words)
    box.setDefaultButton(default)
    return box


def answer_to(box: QMessageBox) -> int:
    """Show the box, wait for an answer, and be done with the box."""
    answer = box.exec()
    box.deleteLater()
    return answer
