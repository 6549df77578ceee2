"""Titles that hold names from files: as much of them as there is room for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from convlab.window.tooltips import show_plain_tooltip


def show_elided(title: QLabel, text: str, room: int) -> None:
    """Show `text` in at most `room` pixels, its middle left out if need be; then the tooltip has all of it.

    The card does not grow with the text, as it would with that of a usual label.
    """
    shown = title.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, max(room, 1))
    title.setText(shown)
    title.setMinimumWidth(1)
    show_plain_tooltip(title, text if shown != text else "")
