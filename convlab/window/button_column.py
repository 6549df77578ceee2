"""Buttons below each other: words, or icons where there is little room; what has no room at all is in a menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from convlab.window import theme
from convlab.window.widgets import tool_button

_GAP = 6


@dataclass
class _Part:
    button: QToolButton
    action: QAction
    word: str


class ButtonColumn(QWidget):
    """The first buttons are the last to go into the menu."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._parts: list[_Part] = []
        self._words = True
        self._menu = QMenu(self)
        self._more = tool_button("more", "More")
        self._more.setMenu(self._menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._more)
        self._column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.follow(self, self._restyle)
        self._restyle()

    def add(
        self,
        word: str,
        icon_name: str,
        name: str,
        slot: Callable[[], object],
        *,
        key: str = "",
        checkable: bool = False,
    ) -> QToolButton:
        """One more button below the others; `name` says in full what it does."""
        button = tool_button(icon_name, name, slot, key=key, text=word, checkable=checkable)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        action = QAction(
            name, self, checkable=checkable
        )  # not the menu's own: it deletes those when it is cleared
        action.triggered.connect(button.click)
        button.toggled.connect(action.setChecked)
        self._parts.append(_Part(button, action, word))
        self._column.insertWidget(len(self._parts) - 1, button)
        self._restyle()
        return button

    def show_words(self, wanted: bool) -> None:
        """Words, or icons alone."""
        if wanted != self._words:
            self._words = wanted
            self._restyle()

    def width_with_words(self) -> int:
        """How wide it is with words."""
        metrics = self.fontMetrics()
        words = max((metrics.horizontalAdvance(part.word) for part in self._parts), default=0)
        return words + theme.px(20)

    # --- layout ---

    def sizeHint(self) -> QSize:
        return QSize(self._width(), len(self._parts) * (self._line() + theme.px(_GAP)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(), self._line())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _width(self) -> int:
        return self.width_with_words() if self._words else self._more.sizeHint().width()

    def _line(self) -> int:
        return max(button.sizeHint().height() for button in (self._more, *(p.button for p in self._parts)))

    def _restyle(self) -> None:
        self._column.setSpacing(theme.px(_GAP))
        for part in self._parts:
            part.button.setToolButtonStyle(
                Qt.ToolButtonStyle.ToolButtonTextOnly
                if self._words
                else Qt.ToolButtonStyle.ToolButtonIconOnly
            )
        self.updateGeometry()
        self._fold()

    def _fold(self) -> None:
        """Show as many as there is room for."""
        step = self._line() + theme.px(_GAP)
        room = (self.height() + theme.px(_GAP)) // step
        shown = len(self._parts) if room >= len(self._parts) else max(0, room - 1)
        self._menu.clear()
        for place, part in enumerate(self._parts):
            part.button.setVisible(place < shown)
            if place >= shown:
                self._menu.addAction(part.action)
        self._more.setVisible(shown < len(self._parts))
