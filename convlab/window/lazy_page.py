"""LazyPage: a page of the window that is made when it is first needed, in pieces between which the window answers."""

from __future__ import annotations

from collections.abc import Callable, Generator
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from convlab.window.importing import Importing

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow

Page = TypeVar("Page", bound=QWidget)

_CALM_MS = 40
"""Between two pieces of a page that nobody waits for, so that what somebody looks at comes first."""


class LazyPage(QObject, Generic[Page]):
    """A page that the module of this name makes.

    Its function `make(window)` is a generator: it yields wherever the window may answer, about every 20 ms, and returns the
    page.
    """

    def __init__(self, module: str, window: MainWindow) -> None:
        super().__init__(window)
        self._module, self._window = module, window
        self._pieces = self._make()
        self._page: Page | None = None
        self._waiting: list[Callable[[], object]] = []
        self._importing: Importing | None = None
        self._turns = QTimer(self, interval=_CALM_MS)
        self._turns.timeout.connect(self._advance)

    @property
    def made(self) -> bool:
        return self._page is not None

    def prepare(self) -> None:
        """Begin to make it, and come back at once."""
        if self._importing is None and not self.made:
            self._importing = Importing([self._module], self._turns.start, self)

    def when_made(self, call: Callable[[], object]) -> None:
        """Call this as soon as the page is there: now, or when it was prepared."""
        if self.made:
            call()
        else:
            self._waiting.append(call)
            self._turns.setInterval(0)
            self.prepare()

    def get(self) -> Page:
        """The page; what is missing of it is made now."""
        while self._page is None:
            self._advance()
        return self._page

    def _make(self) -> Generator[None, None, Page]:
        page: Page = yield from import_module(self._module).make(self._window)
        return page

    def _advance(self) -> None:
        """One piece more."""
        if self.made:
            self._turns.stop()
            return
        try:
            next(self._pieces)
        except StopIteration as end:
            self._turns.stop()
            self._page = end.value
            waiting, self._waiting = self._waiting, []
            for call in waiting:
                call()
