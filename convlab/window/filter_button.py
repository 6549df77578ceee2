"""The button that says which filter is shown; its menu chooses, adds, duplicates and removes filters."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from convlab.window import theme

_MOST_LISTED = 32


class FilterButton(QToolButton):
    """Shows "Filter 2 of 3" and tells what is wished for."""

    chosen = Signal(int)
    add_wished = Signal()
    duplicate_wished = Signal()
    remove_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count, self._shown = 1, 0
        self._fixed = False
        self.setProperty("role", "flat")
        self.setToolTip("Choose, add, duplicate or remove a filter")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choices = QMenu(self)
        self.choices.aboutToShow.connect(self._fill)
        self.setMenu(self.choices)
        theme.follow(self)

    def show_filters(self, count: int, shown: int, *, fixed: bool) -> None:
        """Show that filter number `shown` of `count` is looked at; `fixed`: their number cannot be changed."""
        self._count, self._shown, self._fixed = count, shown, fixed
        text = f"Filter {shown + 1:,} of {count:,}" if count > 1 else "1 filter"
        self.setText(f"{text} ▾")
        self.setAccessibleName(text)

    def _fill(self) -> None:
        self.choices.clear()
        if 1 < self._count <= _MOST_LISTED:
            for filter in range(self._count):
                self._add_choice(filter)
            self.choices.addSeparator()
        several = self._count > 1
        for text, wish, possible in (
            ("Add a filter", self.add_wished, True),
            ("Duplicate this filter", self.duplicate_wished, True),
            ("Remove this filter", self.remove_wished, several),
        ):
            action = self.choices.addAction(text)
            action.setEnabled(possible and not self._fixed)
            action.triggered.connect(lambda _=False, wish=wish: wish.emit())

    def _add_choice(self, filter: int) -> None:
        action = self.choices.addAction(f"Filter {filter + 1}")
        action.setCheckable(True)
        action.setChecked(filter == self._shown)
        action.triggered.connect(lambda: self.chosen.emit(filter))
