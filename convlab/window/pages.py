"""Pages: the pages of the window, of which one is seen. All but the first are made when they are first needed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from convlab.window.header import LAB
from convlab.window.lazy_page import LazyPage


class Pages(QStackedWidget):
    """Turns to a page by its name, as soon as it is made."""

    leaving = Signal()  # the page that one looks at
    turned = Signal()  # to another page

    def __init__(self, lab: QWidget) -> None:
        super().__init__()
        self._lab = lab
        self._lazy: dict[str, LazyPage[Any]] = {}
        self._wished = LAB
        self.addWidget(lab)

    def add(self, name: str, page: LazyPage[Any]) -> None:
        """One more page."""
        self._lazy[name] = page

    @property
    def name(self) -> str:
        """Of the page that one looks at."""
        shown = self.currentWidget()
        return next((name for name, lazy in self._lazy.items() if lazy.made and lazy.get() is shown), LAB)

    def turn_to(self, name: str) -> None:
        """Show a page, as soon as it is made, unless another one is wished until then."""
        self._wished = name
        if name in self._lazy:
            self._lazy[name].when_made(self._turn)
        else:
            self._turn()

    def make(self, name: str) -> None:
        """Make a page now, at the start of the program: there is nothing yet that could wait."""
        self._lazy[name].get()

    def prepare(self) -> None:
        """Make the pages that nobody has looked at yet, while nothing else happens."""
        for lazy in self._lazy.values():
            lazy.prepare()

    def _turn(self) -> None:
        if self._wished == self.name:
            return
        self.leaving.emit()
        page = self._lab
        if self._wished in self._lazy:
            page = self._lazy[self._wished].get()
            page.enter()
        self.setCurrentWidget(page)
        page.setFocus()
        self.turned.emit()
