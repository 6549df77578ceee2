"""Fronted: a widget whose keyboard focus belongs to one of the widgets in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget


class Fronted:
    """To be named before the Qt class. Hands the focus on to its front, without being a focus proxy's owner: Qt takes such a widget for a single field, and
    Tab would jump past all else that is in it."""

    _front: QWidget | None = None

    def hand_focus_to(self, front: QWidget) -> None:
        """From now on `front` gets the focus that is meant for this widget."""
        self._front = front

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        if self._front is None:
            super().setFocus(reason)  # type: ignore[misc]
        else:
            self._front.setFocus(reason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._front is None:
            super().focusInEvent(event)  # type: ignore[misc]
        else:
            self._front.setFocus(event.reason())
