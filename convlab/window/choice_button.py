"""A quiet drop-down: the present choice as words with a small arrow; its menu has the others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

Choices = Sequence[tuple[str, object]]


class ChoiceButton(QToolButton):
    """Choices of (text, value). prefix: stands before the present one, such as "scale: "."""

    chosen = Signal(object)

    def __init__(self, name: str, choices: Choices, prefix: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._prefix = name, prefix
        self._menu = QMenu(self)
        self._group = QActionGroup(self)
        self._value: object = None
        self._words = ""
        self.setProperty("role", "flat")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self.show_menu)  # with a menu of its own a button keeps room for an arrow
        self.set_choices(choices)

    @property
    def value(self) -> object:
        return self._value

    def values(self) -> list[object]:
        """All that can be chosen."""
        return [action.data() for action in self._group.actions()]

    def set_choices(self, choices: Choices) -> None:
        """Other choices; the present one stays if it is among them, else the first holds."""
        if [(action.text(), action.data()) for action in self._group.actions()] == [*choices]:
            return
        for action in self._group.actions():
            self._group.removeAction(action)
            self._menu.removeAction(action)
            action.deleteLater()
        for text, value in choices:
            self._menu.addAction(self._action(text, value))
        values = self.values()
        if values:
            self.show_choice(self._value if self._value in values else values[0])

    def _action(self, text: str, value: object) -> QAction:
        action = QAction(text.replace("&", "&&"), self._group)
        action.setCheckable(True)
        action.setData(value)
        action.triggered.connect(lambda: self.choose(value))
        return action

    def show_choice(self, value: object) -> None:
        """Mark `value` without telling anybody."""
        self._value = value
        for action in self._group.actions():
            if action.data() == value:
                action.setChecked(True)
                text = action.text().replace("&&", "&")
                self.setText(f"{self._prefix}{text} ▾".replace("&", "&&"))
                self.setAccessibleName(f"{self._name}: {text}")
                self.setToolTip(self._name)
                self._words = text

    @property
    def menu_shown(self) -> QMenu:
        """The menu of all choices."""
        return self._menu

    def menu_action(self) -> QAction:
        """The menu as an entry of another menu."""
        action = self._menu.menuAction()
        action.setText(f"{self._name}: {self._words}".replace("&", "&&"))
        return action

    def show_menu(self) -> None:
        """Open the menu below the button."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.show_menu()
        else:
            super().keyPressEvent(event)

    def choose(self, value: object) -> None:
        """As if it had been picked in the menu."""
        self.show_choice(value)
        self.chosen.emit(value)
