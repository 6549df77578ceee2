"""The filter of one map in small: its channels, the strongest ones first, in a line or two."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convlab.network.filter_statistics import strongest_first
from convlab.window import theme
from convlab.window.filter_tiles import Slices, channel_strengths
from convlab.window.tile_grid import TileGrid
from convlab.window.widgets import Elided

_SIDE = 32  # pixels of a slice at 100 %
_MOST_LINES = 2


class FilterSlices(QWidget):
    """Nothing is edited here; a click asks for all filters."""

    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order: NDArray[np.intp] = np.arange(0)
        self._content: Slices | None = None
        self._lines = _MOST_LINES
        self.title = Elided("", "strong")
        self.grid = TileGrid("Channels of the filter")
        self.grid.set_side(_SIDE)
        self.count = Elided("", "caption")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.grid.setMinimumWidth(1)  # however narrow the card is, some fit
        self.grid.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.grid.tile_chosen.connect(lambda channel: self.opened.emit())
        self.grid.tile_opened.connect(lambda channel: self.opened.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        for widget in (self.title, self.grid, self.count):
            column.addWidget(widget)
        theme.follow(self, self._fit)

    def show_kernel(self, kernel: NDArray[Any] | None, title: str = "", word: str = "channel") -> None:
        """A filter (height, width, channels); None for none: then nothing is seen. word: what a channel is called."""
        self.setVisible(kernel is not None)
        if kernel is None:
            self._content = None
            self.grid.show_tiles(None)
            return
        self.title.setText(title)
        self._order = strongest_first(channel_strengths(kernel[np.newaxis])[0])
        self._content = Slices(kernel, dark=theme.current().dark, word=word)
        self._fit()

    def show_lines(self, lines: int) -> None:
        """How many lines there is room for."""
        if lines != self._lines:
            self._lines = lines
            self._fit()

    @property
    def height_needed(self) -> int:
        """Pixels of all that is seen; 0 for nothing."""
        if self._content is None:
            return 0
        shown = [self.title.sizeHint().height(), self.grid.height()]
        if not self.count.isHidden():
            shown.append(self.count.sizeHint().height())
        return sum(shown) + theme.px(4) * (len(shown) - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many as fill the lines."""
        content = self._content
        if content is None:
            return
        most = self.grid.columns_for(content) * self._lines
        self.grid.show_tiles(content, self._order[:most])
        self.grid.show_chosen(None)
        self.grid.setFixedHeight(max(self.grid.content_height, 1))
        shown, count = min(most, content.count), content.count
        self.count.setText(f"{shown:,} of {count:,} shown")
        self.count.setVisible(shown < count)
