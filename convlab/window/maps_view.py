"""MapsView: all feature maps of the layer looked at, on the present image."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from convlab.drawing.colors import ColorScale
from convlab.network.filters import filter_count
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.choice_button import ChoiceButton
from convlab.window.controls_row import ControlsRow
from convlab.window.layer_words import activation_title
from convlab.window.map_tiles import MapFacts, MapPictures, bars_of
from convlab.window.network_session import NetworkSession
from convlab.window.tile_content import TileContent
from convlab.window.tiles_view import TilesView

_PATIENCE_MS = 150  # maps that are there sooner replace the old ones without a flicker
_CALM_MS = (
    500  # while maps follow a stroke they keep their places; they are sorted when they have come to rest
)
_WAITING = {
    "empty": "Here is what each filter of a layer finds in the image.",
    "opening": "The file is being read…",
    "reading": "The weights are being read…",
    "starting": "TensorFlow is starting… Filters can be looked at meanwhile.",
    "building": "The network is being built…",
    "computing": "The maps are being computed…",
}
SORTS = (("strongest first", "strength"), ("by number", "index"), ("similar ones together", "similarity"))
_SORTS_OF_NUMBERS = (
    ("strongest first", "strength"),
    ("by number", "index"),
    ("greatest first", "similarity"),
)


class MapsView(TilesView):
    """The line below the grid says what there is to say about all maps."""

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__(session, "Feature maps", "map", SORTS, parent)
        self._facts: MapFacts | None = None
        self._shown_for: object = None
        self._order = np.arange(0)
        self.when = ChoiceButton("Before or after the activation", [("after", False), ("before", True)])
        self.controls = ControlsRow([self.when, self.sort, self.scale.button, self.scale.field])
        self._dimming = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._sorting = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        session = self._session
        for signal in (
            session.network_changed,
            session.node_changed,
            session.maps_changed,
            session.names_changed,
        ):
            signal.connect(self.refresh)
        session.state_changed.connect(self._state_changed)
        session.filter_changed.connect(self._show_chosen)
        self.grid.tile_chosen.connect(session.choose_filter)
        self.when.chosen.connect(lambda before: session.choose_before(bool(before)))
        self.sort.chosen.connect(lambda way: self._sort_now())
        self.scale.changed.connect(self._show_tiles)
        self._dimming.timeout.connect(lambda: self.grid.set_dimmed(True))
        self._sorting.timeout.connect(self._sort_now)
        theme.follow(self, self._show_tiles)

    # --- showing ---

    @property
    def facts(self) -> MapFacts | None:
        """What is known of the maps that are shown."""
        return self._facts

    def refresh(self) -> None:
        """Other maps, or newer ones of the same layer; these keep their places until they come to rest."""
        session = self._session
        array = session.map_array
        self._show_when()
        showing = (session.network, session.key)
        if array is None or array.size == 0:
            self._facts, self._shown_for = None, None
            self._show_nothing()
            return
        self._facts = MapFacts.of(array)
        moved = showing != self._shown_for or len(self._order) != self._facts.count
        self._shown_for = showing
        self._settle()
        self.sort.set_choices(_SORTS_OF_NUMBERS if self._facts.single else SORTS)
        if moved:
            self._sorting.stop()
            self._order = self._facts.order(str(self.sort.value))
        elif self.sort.value != "index":
            self._sorting.start()
        self._show_tiles()
        if moved:
            self.grid.to_start()

    def _show_chosen(self) -> None:
        self.grid.show_chosen(self._session.filter)

    def _show_when(self) -> None:
        session = self._session
        self.controls.set_shown(self.when, session.has_before and session.map_array is not None)
        if session.has_before and session.layer is not None:
            name = activation_title(session.layer)
            self.when.set_choices([(f"after {name}", False), (f"before {name}", True)])
            self.when.show_choice(session.before)

    def _show_nothing(self) -> None:
        session = self._session
        self._dimming.stop()
        self.grid.set_dimmed(False)
        self.grid.show_tiles(None)
        self._show_choices()
        sentence = session.no_maps_because or _WAITING.get(session.state, _WAITING["computing"])
        self.grid.say(sentence, "Open a network…" if session.state == "empty" else "")
        self.note.setText("")
        self.bar.hide()

    def _sort_now(self) -> None:
        self._sorting.stop()
        if self._facts is not None:
            self._order = self._facts.order(str(self.sort.value))
            self._show_tiles()

    def _show_choices(self) -> None:
        """What there is to choose for the maps that are shown; nothing where there are none."""
        facts = self._facts
        colored = facts is not None and not facts.single  # bars have one length scale in any case
        self.controls.set_shown(self.sort, facts is not None)
        self.controls.set_shown(self.scale.button, colored)
        self.controls.set_shown(self.scale.field, colored and self.scale.mode == "fixed")

    def _show_tiles(self) -> None:
        facts = self._facts
        self._show_choices()
        if facts is None:
            return
        low, high = facts.range
        self.scale.propose(max(abs(low), abs(high)))
        self.grid.show_tiles(self._content(facts), self._order)
        self.grid.show_chosen(self._session.filter, reveal=False)
        self._show_bar(facts)
        self.note.setText(" ".join(self._said(facts)))

    def _content(self, facts: MapFacts) -> TileContent:
        if facts.single:
            return bars_of(facts, self._names(facts.count))
        return MapPictures(facts, facts.scales(self.scale.mode, self.scale.fixed, theme.current().dark))

    def _names(self, count: int) -> tuple[str, ...]:
        """What the numbers of the prediction are called."""
        session = self._session
        is_output = session.node is not None and session.node == session.output_node
        return tuple(map(safe_text, session.names)) if is_output and len(session.names) == count else ()

    def _show_bar(self, facts: MapFacts) -> None:
        """The colours, where all maps have the same."""
        shared = self.scale.mode != "each" and not facts.single
        self.bar.setVisible(shared)
        if shared:
            scale: ColorScale = facts.scales(self.scale.mode, self.scale.fixed, theme.current().dark).of(0)
            self.bar.show_scale(scale)

    def _said(self, facts: MapFacts) -> list[str]:
        """What is below the maps."""
        thing = self._thing
        said = []
        if facts.silent:
            said.append(
                f"{facts.silent:,} of {_counted(facts.count, thing)} {_are(facts.silent)} silent on this image."
            )
        if self.scale.mode == "fixed" and not facts.single and facts.beyond(self.scale.fixed):
            count = facts.beyond(self.scale.fixed)
            said.append(f"{count:,} of them {'reaches' if count == 1 else 'reach'} beyond the fixed scale.")
        unknown = int(np.count_nonzero(facts.unknown))
        if unknown:
            said.append(f"{unknown:,} hold{'s' if unknown == 1 else ''} values that are no finite numbers.")
        return said

    @property
    def _thing(self) -> str:
        layer = self._session.layer
        if layer is None or not filter_count(layer):
            return "map" if self._facts is None or not self._facts.single else "number"
        return "unit" if layer.kind == "Dense" else "filter"

    def _state_changed(self) -> None:
        """Old maps stay, and are dimmed when the new ones take their time."""
        if self._facts is None:
            self._show_nothing()
        elif self._session.map_array is not None and not self._session.maps.fresh:
            if not self._dimming.isActive():
                self._dimming.start()
        else:
            self._settle()

    def _settle(self) -> None:
        if self._session.maps.fresh:
            self._dimming.stop()
            self.grid.set_dimmed(False)


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
