"""FilmCard: the filters of every convolution layer as they come about, and what they make of a fixed image."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from convlab.learning.events import LayerInfo
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.choice_button import ChoiceButton
from convlab.window.controls_row import ControlsRow
from convlab.window.film_bar import FilmBar
from convlab.window.film_pictures import FILTERS, MAPS
from convlab.window.film_player import FilmPlayer
from convlab.window.film_stage import ALL, FilmStage, layer_words
from convlab.window.fixed_image import FixedImage
from convlab.window.flow import FlowLayout
from convlab.window.learn_session import LearnSession
from convlab.window.widgets import Card, Segmented

_EMPTY = "Here the filters appear as the network learns: noise at first, then edges."
_NONE = "This network has no convolution, and therefore no filters: every unit reads every pixel."
_STARTS = "The training is starting…"
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
        self.tabs = Segmented([("Filters", FILTERS), ("Feature maps", MAPS)], "What is shown of the layers")
        self.layers = ChoiceButton("Convolution layer", [])
        self.scales = {tab: ChoiceButton("Scale of the colours", choices) for tab, choices in _SCALES.items()}
        self.controls = ControlsRow([self.layers, *self.scales.values()])
        self.image = FixedImage(session)
        self.stage = FilmStage(self.player)
        self.grid, self.overview, self.strip = self.stage.grid, self.stage.overview, self.stage.strip
        self.film_bar = FilmBar(self.player)
        self._arrange()
        self._connect()
        self.show_tab(FILTERS)

    def _arrange(self) -> None:
        row = QWidget()
        flow = FlowLayout(row, first_left=True)
        flow.addWidget(self.tabs)
        flow.addWidget(self.controls)
        for widget in (row, self.image):
            self.body.addWidget(widget)
        self.body.addWidget(self.stage, 1)
        self.body.addWidget(self.film_bar)

    def _connect(self) -> None:
        session = self._session
        session.run_begun.connect(self._begin)
        session.state_changed.connect(self.refresh)
        self.player.moved.connect(self._show_controls)
        self.tabs.chosen.connect(lambda tab: self.show_tab(str(tab)))
        self.layers.chosen.connect(self.choose_layer)
        for scale in self.scales.values():
            scale.chosen.connect(lambda shared: self.refresh())
        self.stage.layer_wished.connect(self.choose_layer)
        self.stage.chosen_changed.connect(self.filter_chosen)
        self.image.shown.connect(self._show_controls)
        self.image.lab_image_wished.connect(self.lab_image_wished)
        theme.follow(self, self.refresh)

    # --- told ---

    def show_tab(self, tab: str) -> None:
        """Show the "filters" or the "maps"."""
        self._tab = tab
        self.tabs.show_choice(tab)
        self.title.setText("Filters" if tab == FILTERS else "Feature maps")
        self.refresh()

    def choose_layer(self, layer: object) -> None:
        """Look at one layer, or at all of them."""
        self._layer = layer if isinstance(layer, int) else ALL
        self.refresh()

    def _begin(self) -> None:
        """Another training: nothing is known of it yet."""
        self._layer = ALL
        self.refresh()

    # --- asked ---

    @property
    def tab(self) -> str:
        """ "filters" or "maps"."""
        return self._tab

    @property
    def layer(self) -> int:
        """The number of the layer that is looked at; ALL for all."""
        infos = self._infos
        if self._layer >= len(infos):
            return ALL
        return 0 if self._layer == ALL and len(infos) == 1 else self._layer

    @property
    def chosen(self) -> tuple[int, int] | None:
        """(layer, filter) that is outlined."""
        return self.stage.chosen

    @property
    def _infos(self) -> tuple[LayerInfo, ...]:
        begun = self._session.run.begun
        return begun.layers if begun is not None else ()

    @property
    def _nothing(self) -> str:
        begun = self._session.run.begun
        if begun is not None and not begun.layers:
            return _NONE
        return _STARTS if self._session.busy else _EMPTY

    # --- showing ---

    def refresh(self) -> None:
        """Other layers, or another choice of what is shown of them."""
        infos, layer = self._infos, self.layer
        choices = [(safe_text(info.name, 40), number) for number, info in enumerate(infos)]
        self.layers.set_choices([("all layers", ALL), *choices])
        self.layers.show_choice(layer)
        if layer == ALL:
            self.caption.setText(f"of {len(infos):,} convolution layers" if infos else "")
        else:
            words = layer_words(infos[layer], self._tab)
            self.caption.setText(f"{safe_text(infos[layer].name, 40)} · {words}")
        self.stage.show_layers(infos, self._nothing)
        self.stage.show_choice(self._tab, layer, shared=bool(self.scales[self._tab].value))
        self._show_controls()

    def _show_controls(self) -> None:
        """What there is to choose, once there is something to see."""
        shown = self.player.frame is not None and bool(self._infos)
        self.film_bar.setVisible(shown)
        self.image.setVisible(self._tab == MAPS and self.image.pixels is not None)
        self.controls.set_shown(self.layers, len(self._infos) > 1)
        for tab, scale in self.scales.items():
            self.controls.set_shown(scale, shown and tab == self._tab)
        self.controls.set_room(self.width() - 2 * theme.px(16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.controls.set_room(self.width() - 2 * theme.px(16))

    # --- keys ---

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
