"""Presenting: the panels fold away, digits grow, and the keys of a clicker step.

A clicker is a keyboard: it sends PgDn and PgUp, F5 and Esc for start and stop, and "." or B for a blank screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget


class Clicked(Protocol):
    """What a clicker moves."""

    def step(self) -> None: ...

    def back(self) -> None: ...


class Blank(QWidget):
    """A black screen over the whole window; any key or click takes it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Blank screen")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self.window().rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), Qt.GlobalColor.black)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()


class Presentation(QObject):
    """On or off; `player` gives the one to be moved. While it is on it takes the clicker's keys before any widget gets them."""

    changed = Signal(bool)

    def __init__(self, window: QWidget, player: Callable[[], Clicked]) -> None:
        super().__init__(window)
        self._window = window
        self.active = False
        self.blank = Blank(window)
        self._was_full_screen = False
        self._keys: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_PageDown: lambda: player().step(),
            Qt.Key.Key_PageUp: lambda: player().back(),
            Qt.Key.Key_Escape: self.leave,
            Qt.Key.Key_F5: self.leave,
            Qt.Key.Key_Period: self.toggle_blank,
            Qt.Key.Key_B: self.toggle_blank,
        }

    def enter(self) -> None:
        """Begin; harmless when it is on already."""
        if self.active:
            return
        self.active = True
        self._was_full_screen = self._window.isFullScreen()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self.changed.emit(True)
        self._window.showFullScreen()

    def leave(self) -> None:
        """End; harmless when it is off already."""
        if not self.active:
            return
        self.active = False
        self.blank.hide()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self.changed.emit(False)
        if not self._was_full_screen:
            self._window.showNormal()

    def toggle_blank(self) -> None:
        self.blank.hide() if self.blank.isVisible() else self.blank.cover()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window and self.blank.isVisible():
            self.blank.cover()
        if not isinstance(event, QKeyEvent) or not self._belongs_here(watched):
            return False
        slot = self._slot_for(event, watched)
        if slot is None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # keeps F5 from entering again as the menu's shortcut
        elif event.type() == QEvent.Type.KeyPress:
            slot()
        return True

    def _belongs_here(self, watched: QObject) -> bool:
        """Only keys on their way to this window's widgets: a dialog keeps its own."""
        return isinstance(watched, QWidget) and watched.window() is self._window

    def _slot_for(self, event: QKeyEvent, watched: QObject) -> Callable[[], object] | None:
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return None
        if self.blank.isVisible():
            return self.toggle_blank
        key = Qt.Key(event.key())
        types_a_guess = isinstance(watched, QLineEdit) and key in (Qt.Key.Key_Period, Qt.Key.Key_B)
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        return self._keys.get(key) if plain and not types_a_guess else None
