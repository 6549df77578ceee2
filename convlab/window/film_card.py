"""FilmCard: the filters of every convolution layer as they come about, and what they make of a fixed image."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from convlab.drawing.colors import ColorScale
from convlab.learning.events import Frame, LayerInfo
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.choice_button import ChoiceButton
from convlab.window.color_bar import ColorBar
from convlab.window.controls_row import ControlsRow
from convlab.window.film_bar import FilmBar
from convlab.window.film_overview import FilmOverview
from convlab.window.film_pictures import FILTERS, MAPS, FilmPictures
from convlab.window.film_player import FilmPlayer
from convlab.window.film_strip import FilmStrip
from convlab.window.film_tiles import in_colors, words_of
from convlab.window.fixed_image import FixedImage
from convlab.window.flow import FlowLayout
from convlab.window.learn_session import LearnSession
from convlab.window.tile_content import TileContent
from convlab.window.tile_grid import TileGrid
from convlab.window.widgets import Card, Segmented

ALL = -1
_REST_MS = 350
_LOW = 420  # pixels at 100 % below which a filter's own history has no room
_EMPTY = "Here the filters appear as the network learns: noise at first, then edges."
_NONE = "This network has no convolution, and therefore no filters: every unit reads every pixel."
_SCALES = {FILTERS: (("one scale", True), ("each its own scale", False)),
           MAPS: (("each its own scale", False), ("one scale", True))}  # fmt: skip


class FilmCard(Card):
    """Follows the session's run by a FilmPlayer of its own. Left, Right, Home, End and P move through the film."""

    lab_image_wished = Signal()
    filter_chosen = Signal(int, int)  # layer, filter

    def __init__(self, session: LearnSession, parent: QWidget | None = None) -> None:
        super().__init__("Filters", parent=parent)
        self._session = session
        self.player = FilmPlayer(session, self)
        self._tab = FILTERS
        self._layer = ALL
        self._chosen: tuple[int, int] | None = None
        self._pictures = FilmPictures(self.player)
        self.tabs = Segmented([("Filters", FILTERS), ("Feature maps", MAPS)], "What is shown of the layers")
        self.layers = ChoiceButton("Convolution layer", [])
        self.scales = {tab: ChoiceButton("Scale of the colours", choices) for tab, choices in _SCALES.items()}
        self.controls = ControlsRow([self.layers, *self.scales.values()])
        self.image = FixedImage(session)
        self.grid = TileGrid("Filters")
        self.overview = FilmOverview()
        self.stack = QStackedWidget()
        self.bar = ColorBar()
        self.strip = FilmStrip()
        self._story: object = None
        self.film_bar = FilmBar(self.player)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._arrange()
        self._connect()
        self.show_tab(FILTERS)

    def _arrange(self) -> None:
        row = QWidget()
        flow = FlowLayout(row, first_left=True)
        flow.addWidget(self.tabs)
        flow.addWidget(self.controls)
        self.stack.addWidget(self.grid)
        self.stack.addWidget(self.overview)
        for widget in (row, self.image):
            self.body.addWidget(widget)
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.film_bar)

    def _connect(self) -> None:
        session = self._session
        session.run_begun.connect(self._begin)
        self.image.shown.connect(self._show_image)
        session.state_changed.connect(self._show_layers)
        self.player.moved.connect(self._move)
        self._rest.timeout.connect(self._show_frame)
        self.tabs.chosen.connect(lambda tab: self.show_tab(str(tab)))
        self.layers.chosen.connect(self.choose_layer)
        for scale in self.scales.values():
            scale.chosen.connect(lambda shared: self._show_frame())
        self.grid.tile_chosen.connect(lambda tile: self._choose(self._layer, tile))
        self.overview.chosen.connect(self._choose)
        self.overview.opened.connect(lambda layer, tile: self.choose_layer(layer))
        self.grid.tile_opened.connect(lambda tile: self.choose_layer(ALL))
        self.image.lab_image_wished.connect(self.lab_image_wished)
        self.strip.place_wished.connect(self.player.go)
        self.strip.resized.connect(self._show_story)
        theme.follow(self, self._restyle)

    # --- told ---

    def show_tab(self, tab: str) -> None:
        """Show the "filters" or the "maps"."""
        self._tab = tab
        self.tabs.show_choice(tab)
        self.title.setText("Filters" if tab == FILTERS else "Feature maps")
        self._show_layers()

    def choose_layer(self, layer: object) -> None:
        """Look at one layer, or at all of them."""
        self._layer = layer if isinstance(layer, int) and layer < len(self._infos) else ALL
        self.layers.show_choice(self._layer)
        self.grid.to_start()
        self._show_layers()

    @property
    def tab(self) -> str:
        """ "filters" or "maps"."""
        return self._tab

    @property
    def layer(self) -> int:
        """The number of the layer that is looked at; ALL for all."""
        return 0 if self._layer == ALL and len(self._infos) == 1 else self._layer

    @property
    def _infos(self) -> tuple[LayerInfo, ...]:
        return self._pictures.layers

    def _begin(self) -> None:
        """Another training: nothing is known of it yet."""
        self._layer, self._chosen = ALL, None
        self._show_layers()

    def _restyle(self) -> None:
        self._show_layers()
        self._fold()

    # --- showing ---

    def _show_layers(self) -> None:
        """The choice of layers, and the words on the one that is shown."""
        begun = self._session.run.begun
        self._pictures.layers = infos = begun.layers if begun is not None else ()
        layer = self.layer
        if layer >= len(infos):
            self._layer = layer = ALL
        choices = [(safe_text(info.name, 40), number) for number, info in enumerate(infos)]
        self.layers.set_choices([("all layers", ALL), *choices])
        self.layers.show_choice(self._layer)
        self.controls.set_shown(self.layers, len(infos) > 1)
        self.overview.show_layers([(safe_text(info.name, 40), self._words(info)) for info in infos])
        if layer == ALL:
            self.caption.setText(f"of {len(infos):,} convolution layers" if infos else "")
        else:
            self.caption.setText(f"{safe_text(infos[layer].name, 40)} · {self._words(infos[layer])}")
        self._show_image()
        self._show_frame()
        self._fold()

    def _words(self, info: LayerInfo) -> str:
        if self._tab == FILTERS:
            return words_of(info)
        rows, columns, count = info.map_shape
        return f"{count:,} map{'' if count == 1 else 's'} {rows}×{columns}"

    def _show_image(self) -> None:
        self.image.setVisible(self._tab == MAPS and self.image.pixels is not None)

    def _move(self) -> None:
        """Another frame; its digits are shown when it stays."""
        self._rest.start()
        self._show_frame()

    def _show_frame(self) -> None:
        frame = self.player.frame
        shown = frame is not None and bool(self._infos)
        self.film_bar.setVisible(shown)
        for tab, scale in self.scales.items():
            self.controls.set_shown(scale, shown and tab == self._tab)
        self.bar.setVisible(False)
        if frame is None or not self._infos:
            self._show_nothing()
        elif self.layer == ALL:
            self.stack.setCurrentWidget(self.overview)
            for number, strip in enumerate(self.overview.strips):
                strip.show_tiles(self._tiles(frame, number))
        else:
            self.stack.setCurrentWidget(self.grid)
            self.grid.show_tiles(self._tiles(frame, self.layer))
            self._show_bar()
        self._show_chosen()

    def _show_nothing(self) -> None:
        self.stack.setCurrentWidget(self.grid)
        self.grid.show_tiles(None)
        begun = self._session.run.begun
        waits = self._session.busy and begun is None
        without = begun is not None and not begun.layers
        self.grid.say(_NONE if without else "The training is starting…" if waits else _EMPTY)

    def _tiles(self, frame: Frame, layer: int) -> TileContent:
        shared, moving = bool(self.scales[self._tab].value), self._rest.isActive()
        return self._pictures.tiles(self._tab, frame, layer, shared=shared, moving=moving)

    def _show_bar(self) -> None:
        """The colours, where all filters have the same."""
        shared = self._tab == FILTERS and bool(self.scales[FILTERS].value)
        self.bar.setVisible(shared and not in_colors(self._infos[self.layer], self.layer))
        limit = self.player.limit(self.layer)
        self.bar.show_scale(ColorScale("signed", -limit, limit, theme.current().dark))

    # --- choosing ---

    @property
    def chosen(self) -> tuple[int, int] | None:
        """(layer, filter) that is outlined."""
        return self._chosen

    def _choose(self, layer: int, tile: int) -> None:
        self._chosen = (0 if layer == ALL else layer, tile)
        self._show_chosen()
        self.filter_chosen.emit(*self._chosen)

    def _show_chosen(self) -> None:
        layer, tile = self._chosen if self._chosen is not None else (0, None)
        self.overview.show_chosen(layer, tile)
        self.grid.show_chosen(tile if layer == self.layer else None, reveal=False)
        self._show_story()

    def _show_story(self) -> None:
        """How the chosen filter came about, from the first frame to the newest."""
        film, chosen = self.player.film, self._chosen
        shown = chosen is not None and len(film) > 1 and self.height() >= theme.px(_LOW)
        self.strip.setVisible(shown)
        if chosen is None or not shown:
            return
        self.strip.show_place(self.player.place)
        key = (film[-1], len(film), chosen, self._tab, self.strip.room, theme.current())
        if key != self._story:
            self._story = key
            title = f"{'Filter' if self._tab == FILTERS else 'Map'} {chosen[1]:,}"
            self.strip.show_snapshots(title, self._pictures.story(self._tab, *chosen, self.strip.room))

    # --- keys and room ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the tiles and the buttons leave: P plays, the arrows move through the film."""
        player = self.player
        actions: dict[int, Any] = {
            Qt.Key.Key_P: player.toggle,
            Qt.Key.Key_Left: player.back,
            Qt.Key.Key_Right: player.forward,
            Qt.Key.Key_Home: player.to_start,
            Qt.Key.Key_End: player.to_end,
        }
        action = actions.get(event.key())
        if action is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            action()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        room = self.width() - 2 * theme.px(16)
        self.controls.set_room(room)
