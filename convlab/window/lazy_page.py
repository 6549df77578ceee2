"""LazyPage: a page of the window that is made when it is first needed, in pieces between which the window answers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from convlab.window.importing import Importing

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow

NETWORK_PARTS = (
    "weight_store", "map_source", "network_session", "tile_canvas", "tile_grid", "maps_view", "filters_view", "layer_card",
    "layer_list", "network_image_card", "map_card", "prediction_card", "filter_card", "network_page", "network_actions",
)  # fmt: skip
LEARN_PARTS = (
    "learn_session", "recipe_card", "data_card", "tile_grid", "film_card", "curves_card", "result_card", "runs_card",
    "training_bar", "learn_page", "learn_actions",
)  # fmt: skip
"""What the pages are made of, the smaller parts first; a part that is missing here is imported with the page."""

Page = TypeVar("Page", bound=QWidget)

_CALM_MS = 40
"""Between two pieces of a page that nobody waits for, so that what somebody looks at comes first."""


class LazyPage(QObject, Generic[Page]):
    """A page that the module of this name makes.

    parts: modules of the window that it needs, imported one in a turn before it. Its function `make(window)` is a generator: it yields wherever the window may
    answer, about every 20 ms, and returns the page.
    """

    def __init__(self, module: str, window: MainWindow, parts: Sequence[str] = ()) -> None:
        super().__init__(window)
        self._parts = [f"convlab.window.{part}" for part in parts]
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
            self._importing = Importing([*self._parts, self._module], self._turns.start, self)

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
