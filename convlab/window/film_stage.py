"""FilmStage: where the film of a training is seen: one layer large or all of them, and the history of a chosen filter."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from convlab.drawing.colors import ColorScale
from convlab.learning.events import Frame, LayerInfo
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.color_bar import ColorBar
from convlab.window.film_overview import FilmOverview
from convlab.window.film_pictures import FILTERS, FilmPictures
from convlab.window.film_player import FilmPlayer
from convlab.window.film_strip import FilmStrip
from convlab.window.film_tiles import in_colors, words_of
from convlab.window.tile_content import TileContent
from convlab.window.tile_grid import TileGrid

ALL = -1
_REST_MS = 350
_LOW = 250  # pixels at 100 % below which a filter's own history has no room


class FilmStage(QWidget):
    """Follows a FilmPlayer; told which layers there are, and what of them is looked at."""

    chosen_changed = Signal(int, int)  # layer, filter
    layer_wished = Signal(int)  # by a double click: a layer, or ALL

    def __init__(self, player: FilmPlayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._pictures = FilmPictures(player)
        self._kind, self._layer, self._shared = FILTERS, ALL, True
        self._nothing = ""
        self._chosen: tuple[int, int] | None = None
        self._story: object = None
        self.grid, self.overview = TileGrid("Filters"), FilmOverview()
        self.stack = QStackedWidget()
        self.bar = ColorBar()
        self.strip = FilmStrip()
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.stack.addWidget(self.grid)
        self.stack.addWidget(self.overview)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addWidget(self.stack, 1)
        column.addWidget(self.bar)
        column.addWidget(self.strip)

    def _connect(self) -> None:
        self._player.moved.connect(self._move)
        self._rest.timeout.connect(self.refresh)
        self.grid.tile_chosen.connect(lambda tile: self._choose(self._layer, tile))
        self.grid.tile_opened.connect(lambda tile: self.layer_wished.emit(ALL))
        self.overview.chosen.connect(self._choose)
        self.overview.opened.connect(lambda layer, tile: self.layer_wished.emit(layer))
        self.strip.place_wished.connect(self._player.go)
        self.strip.resized.connect(self._show_story)

    # --- told ---

    def show_layers(self, layers: tuple[LayerInfo, ...], nothing: str) -> None:
        """Of the network in training; nothing: what is said while there is no frame of it."""
        if layers != self._pictures.layers:
            self._chosen = None
        self._pictures.layers, self._nothing = layers, nothing

    def show_choice(self, kind: str, layer: int, *, shared: bool) -> None:
        """kind: filters or maps, of one layer or ALL; shared: in one scale of colours."""
        if layer != self._layer:
            self.grid.to_start()
        self._kind, self._layer, self._shared = kind, layer, shared
        layers = self._pictures.layers
        self.overview.show_layers([(safe_text(info.name, 40), layer_words(info, kind)) for info in layers])
        self.refresh()

    @property
    def chosen(self) -> tuple[int, int] | None:
        """(layer, filter) that is outlined."""
        return self._chosen

    # --- showing ---

    def _move(self) -> None:
        """Another frame; its digits are shown when it stays."""
        self._rest.start()
        self.refresh()

    def refresh(self) -> None:
        """The frame that the player is at."""
        frame, layer = self._player.frame, self._layer
        self.bar.setVisible(False)
        if frame is None or not self._pictures.layers:
            self.stack.setCurrentWidget(self.grid)
            self.grid.show_tiles(None)
            self.grid.say(self._nothing)
        elif layer == ALL:
            self.stack.setCurrentWidget(self.overview)
            for number, strip in enumerate(self.overview.strips):
                strip.show_tiles(self._tiles(frame, number))
        else:
            self.stack.setCurrentWidget(self.grid)
            self.grid.show_tiles(self._tiles(frame, layer))
            self._show_bar(layer)
        self._show_chosen()

    def _tiles(self, frame: Frame, layer: int) -> TileContent:
        moving = self._rest.isActive()
        return self._pictures.tiles(self._kind, frame, layer, shared=self._shared, moving=moving)

    def _show_bar(self, layer: int) -> None:
        """The colours, where all filters have the same."""
        colored = in_colors(self._pictures.layers[layer], layer)
        self.bar.setVisible(self._kind == FILTERS and self._shared and not colored)
        limit = self._player.limit(layer)
        self.bar.show_scale(ColorScale("signed", -limit, limit, theme.current().dark))

    # --- choosing ---

    def _choose(self, layer: int, tile: int) -> None:
        self._chosen = (layer, tile)
        self._show_chosen()
        self.chosen_changed.emit(layer, tile)

    def _show_chosen(self) -> None:
        layer, tile = self._chosen if self._chosen is not None else (0, None)
        self.overview.show_chosen(layer, tile)
        self.grid.show_chosen(tile if layer == self._layer else None, reveal=False)
        self._show_story()

    def _show_story(self) -> None:
        """How the chosen filter came about, from the first frame to the newest."""
        film, chosen, kind = self._player.film, self._chosen, self._kind
        shown = chosen is not None and len(film) > 1 and self.height() >= theme.px(_LOW)
        self.strip.setVisible(shown)
        if chosen is None or not shown:
            return
        self.strip.show_place(self._player.place)
        key = (film[-1], len(film), chosen, kind, self.strip.room, theme.current())
        if key != self._story:
            self._story = key
            title = f"{'Filter' if kind == FILTERS else 'Map'} {chosen[1]:,}"
            self.strip.show_snapshots(title, self._pictures.story(kind, *chosen, self.strip.room))


def layer_words(info: LayerInfo, kind: str) -> str:
    """How many filters or maps a layer has, and how large they are."""
    if kind == FILTERS:
        return words_of(info)
    rows, columns, count = info.map_shape
    return f"{count:,} map{'' if count == 1 else 's'} {rows}×{columns}"
