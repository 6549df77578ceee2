"""FilmOverview: all convolution layers of the network one below the other, each with its name and its tiles."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from convlab.window import theme
from convlab.window.tile_content import TileContent
from convlab.window.tile_grid import TileGrid
from convlab.window.widgets import Elided

_FIRST_SIDES = (
    62,
    40,
)  # pixels at 100 %: tiles of the first layer, whose filters one understands; few or many
_MANY = 16
_SIDE = 32


class LayerStrip(QWidget):
    """A layer: its name and size, and all its tiles."""

    def __init__(self, name: str, words: str, first: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Elided(f"{name}   {words}", "caption")
        self.grid = TileGrid(f"{name}, {words}")
        self._first = first
        self.grid.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addWidget(self.title)
        column.addWidget(self.grid)

    def show_tiles(self, content: TileContent) -> None:
        self.grid.set_side(_FIRST_SIDES[content.count > _MANY] if self._first else _SIDE)
        content.captioned = False  # there is room for more tiles; pointing at one tells its number
        self.grid.show_tiles(content)
        self.fit()

    def fit(self) -> None:
        """As high as its tiles need in this width."""
        if self.grid.content_height and self.grid.height() != self.grid.content_height:
            self.grid.setFixedHeight(self.grid.content_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class FilmOverview(QScrollArea):
    """Told the layers once, and their tiles at every frame; tells which tile of which layer is chosen or opened."""

    chosen = Signal(int, int)  # layer, tile
    opened = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strips: list[LayerStrip] = []
        self._named: list[tuple[str, str]] = []
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)
        self.setWidget(inner)

    def show_layers(self, layers: Sequence[tuple[str, str]]) -> None:
        """(name, what is to say of it) of each."""
        if list(layers) == self._named:
            return
        self._named = list(layers)
        for strip in self.strips:
            self._column.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        self.strips = [self._strip(number, *one) for number, one in enumerate(layers)]

    def _strip(self, number: int, name: str, words: str) -> LayerStrip:
        strip = LayerStrip(name, words, number == 0)
        strip.grid.tile_chosen.connect(lambda tile: self._choose(number, tile))
        strip.grid.tile_opened.connect(lambda tile: self.opened.emit(number, tile))
        self._column.insertWidget(number, strip)
        return strip

    def _choose(self, number: int, tile: int) -> None:
        strip, content = self.strips[number], self._column.parentWidget()
        assert content is not None  # the layout of the scrolled widget
        place = strip.grid.mapTo(content, strip.grid.tile_rect(tile).center().toPoint())
        self.ensureVisible(0, place.y(), 0, theme.px(40))
        self.chosen.emit(number, tile)

    def show_chosen(self, layer: int, tile: int | None) -> None:
        """Outline one tile of one layer."""
        for number, strip in enumerate(self.strips):
            strip.grid.show_chosen(tile if number == layer else None, reveal=False)
