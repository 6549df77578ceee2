"""Commands: everything that the menus hold, with its key. One table, from which menus, keys and their list are made.

A bare key (Space, P, Home…) is no menu shortcut: Qt would take it away from the field that has the focus. Such a key
is only written in the menu; the page acts on it when no focused widget wanted it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget


@dataclass(frozen=True)
class Command:
    """One entry of a menu. `text` has its mnemonic; `keys` are portable key names, the first is shown."""

    text: str
    slot: Callable[[], object]
    keys: tuple[str, ...] = ()
    bare: bool = False
    checked: Callable[[], bool] | None = None
    enabled: Callable[[], bool] | None = None
    label: Callable[[], str] | None = None
    tip: str = ""

    @property
    def name(self) -> str:
        """The text without its mnemonic and dots."""
        return self.text.replace("&", "").rstrip("…")

    @property
    def key_texts(self) -> list[str]:
        return [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in self.keys]


@dataclass(frozen=True)
class Submenu:
    """A menu in a menu."""

    text: str
    entries: tuple[Command, ...]


SEPARATOR = None
Entry = Command | Submenu | None


def fill_menu(menu: QMenu, entries: list[Entry], owner: QWidget) -> list[tuple[Command, QAction]]:
    """Put the entries into `menu`; states and texts are asked for each time the menu opens."""
    made: list[tuple[Command, QAction]] = []
    for entry in entries:
        if entry is SEPARATOR:
            menu.addSeparator()
        elif isinstance(entry, Submenu):
            made += fill_menu(menu.addMenu(entry.text), [*entry.entries], owner)
        else:
            made.append((entry, _add(menu, entry, owner)))
    menu.aboutToShow.connect(lambda: refresh(made))
    # Shortcuts of disabled actions do nothing, so after the menu closes everything is possible again;
    # each slot does nothing by itself where there is nothing to do.
    menu.aboutToHide.connect(lambda: _enable(made))
    return made


def _enable(made: list[tuple[Command, QAction]]) -> None:
    for _, action in made:
        action.setEnabled(True)


def refresh(made: list[tuple[Command, QAction]]) -> None:
    """Bring texts, ticks and greyness of the actions up to date."""
    for command, action in made:
        if command.checked is not None:
            action.setChecked(command.checked())
        if command.enabled is not None:
            action.setEnabled(command.enabled())
        if command.label is not None:
            action.setText(command.label() + _hint(command))


def _hint(command: Command) -> str:
    return f"\t{command.key_texts[0]}" if command.bare and command.keys else ""


def _add(menu: QMenu, command: Command, owner: QWidget) -> QAction:
    action = QAction(command.text + _hint(command), owner)
    if not command.bare:
        action.setShortcuts([QKeySequence(key) for key in command.keys])
    if command.checked is not None:
        action.setCheckable(True)
        action.setChecked(command.checked())
    if command.tip:
        action.setStatusTip(command.tip)
        action.setToolTip(command.tip)
    action.triggered.connect(lambda: command.slot())
    menu.addAction(action)
    return action
