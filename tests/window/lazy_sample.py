"""A page for test_lazy_page, as those of the program are: a module with a function that makes it in pieces."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

from PySide6.QtWidgets import QLabel

imported_in = threading.current_thread()


class Page(QLabel):
    """Counts how often it was about to be looked at."""

    entered = 0

    def enter(self) -> None:
        self.entered += 1


def make(window: Any) -> Generator[None, None, Page]:
    page = Page("made")
    for piece in ("one", "two", "three"):
        window.pieces.append(piece)
        yield
    window.pages.addWidget(page)
    return page
