"""FiltersView: what the layer looked at has learned: all its filters, or its other numbers as bars."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from convlab.drawing.colors import ColorScale
from convlab.network.banks import Bank
from convlab.network.filter_statistics import Facts, facts_of
from convlab.window import theme
from convlab.window.background import Background
from convlab.window.bank_facts import BankFacts, of_bank, of_series, order_of
from convlab.window.choice_button import ChoiceButton
from convlab.window.controls_row import ControlsRow
from convlab.window.fields import IntField
from convlab.window.filter_entries import WAYS, Entry, entries_of
from convlab.window.filter_tiles import FilterPictures, Way
from convlab.window.filter_words import filter_word
from convlab.window.histogram_view import HistogramView
from convlab.window.network_session import NetworkSession
from convlab.window.tile_content import Bars, TileContent
from convlab.window.tiles_view import TilesView

SORTS = (("by number", "index"), ("strongest first", "strength"), ("similar ones together", "similarity"))
_LOW = 240  # pixels at 100 % of height below which there are fewer words
_WIDE = 440  # pixels at 100 % from which the histogram stands beside the statistics


class FiltersView(TilesView):
    """Below the grid statistics and a histogram."""

    painted = Signal()  # filters of another layer are on the screen

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__(session, "Filters", "filter", SORTS, parent)
        self._entries: list[Entry] = []
        self._facts: BankFacts | None = None
        self._filters: Facts | None = None
        self._order: NDArray[np.intp] | None = None
        self._order_for: object = None
        self._shown_for: object = None
        self._background = Background(self)
        self.histogram = HistogramView("Histogram of the weights", 40)
        self._words.addWidget(self.histogram, 2)
        self.which = ChoiceButton("Which weights", [])
        self.way = ChoiceButton("Which channels", [])
        self.channel = IntField("Channel", 0, 0)
        self._choices = (self.which, self.way, self.channel, self.sort, self.scale.button, self.scale.field)
        self.controls = ControlsRow(self._choices)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        session = self._session
        for signal in (session.network_changed, session.node_changed, session.state_changed):
            signal.connect(self.refresh)
        session.weights_changed.connect(self._weights_changed)
        session.filter_changed.connect(self._show_chosen)
        self.grid.tile_chosen.connect(self._choose)
        self.grid.painted.connect(self.painted)
        self.which.chosen.connect(lambda number: self._show_entry())
        self.way.chosen.connect(lambda way: self._show_tiles())
        self.channel.changed.connect(lambda number: self._show_tiles())
        self.sort.chosen.connect(lambda way: self._sort())
        self.scale.changed.connect(self._show_tiles)
        theme.follow(self, self._show_tiles)

    # --- what there is ---

    @property
    def entries(self) -> list[Entry]:
        """All that can be shown of the layer."""
        return self._entries

    @property
    def entry(self) -> Entry | None:
        """What is shown."""
        number = self.which.value
        return self._entries[number] if isinstance(number, int) and number < len(self._entries) else None

    def refresh(self) -> None:
        """Another layer, or other weights of it."""
        session = self._session
        weights = None if session.row is None else session.weights_of(session.row)
        showing = (session.network, session.row, tuple(id(array) for array in weights or ()))
        if showing == self._shown_for and weights is not None and self._entries:
            return
        self._shown_for = showing
        self._entries = entries_of(session, weights) if weights is not None else []
        self.which.set_choices([(entry.title, number) for number, entry in enumerate(self._entries)])
        if self._entries:
            self._show_entry()
        else:
            self._show_nothing()

    def _weights_changed(self, row: int) -> None:
        if row == self._session.row:
            self.refresh()

    def _show_nothing(self) -> None:
        session, layer = self._session, self._session.layer
        self._facts = self._filters = None
        self._background.forget()
        for widget in self._choices:
            self.controls.set_shown(widget, False)
        self.bar.hide()
        self.histogram.hide()
        self.note.setText("")
        self.grid.show_tiles(None)
        if layer is None:
            opening = session.state == "opening"
            sentence = (
                "The file is being read…" if opening else "Here are the filters that a layer has learned."
            )
            self.grid.say(sentence, "" if opening else "Open a network…")
        elif layer.is_network:
            self.grid.say("This is a network within the network: choose one of its layers.")
        elif layer.weights:
            self.grid.say("The weights are being read…")
        else:
            self.grid.say("This layer has no weights: it computes the same whatever the network has learned.")

    # --- showing ---

    def _show_entry(self) -> None:
        entry = self.entry
        if entry is None:
            return
        is_bank = entry.bank is not None
        show = self.controls.set_shown
        show(self.which, len(self._entries) > 1)
        show(self.sort, is_bank)
        show(self.scale.button, is_bank)
        self.way.set_choices([(WAYS[way], way) for way in entry.ways])
        show(self.way, len(entry.ways) > 1)
        if entry.bank is not None:
            self.channel.setRange(0, entry.bank.channels - 1)
            self.channel.setSuffix(f" of {entry.bank.channels:,}")
        self._ask_facts()

    def _ask_facts(self) -> None:
        """The tiles are shown at once, as far as they can be without knowing all weights."""
        entry = self.entry
        if entry is None:
            return
        self._facts = self._filters = None
        self._forget_order()
        self._show_tiles()
        if entry.bank is not None:
            bank, values = entry.bank, self._values(entry.bank)
            self._background.ask(
                lambda: facts_of(bank.kernels),
                lambda filters: self._take_filters(entry, bank, values, filters),
                values.size,
            )
        else:
            self._background.ask(lambda: of_series(entry.series), self._take, 0)

    def _values(self, bank: Bank) -> NDArray[Any]:
        weights = self._session.weights_of(self._session.row or 0)
        return np.asarray(weights[bank.number] if weights is not None else bank.kernels)

    def _forget_order(self) -> None:
        """Another layer or another way to sort; while weights are edited the filters keep their places."""
        key = (self._session.network, self._session.row, self.which.value, self.sort.value)
        if key != self._order_for:
            self._order, self._order_for = None, key

    def _take_filters(self, entry: Entry, bank: Bank, values: NDArray[Any], filters: Facts) -> None:
        """What the filters are like is known first: that is what their pictures need."""
        self._filters = filters
        if entry.is_huge:
            self._show_tiles()
        word = filter_word(self._session.layer)
        self._background.ask(lambda: of_bank(values, filters, word), self._take, values.size)

    def _take(self, facts: BankFacts) -> None:
        self._facts = facts
        self._show_tiles()
        self._sort()

    def _sort(self) -> None:
        entry, filters, sort = self.entry, self._filters, str(self.sort.value)
        self._forget_order()
        if entry is None or entry.bank is None or self._facts is None or self._order is not None:
            return
        bank, size = entry.bank, entry.bank.count**2 if sort == "similarity" else 0
        if filters is not None:
            self._background.ask(lambda: order_of(bank, filters, sort), self._take_order, size)

    def _take_order(self, order: NDArray[np.intp]) -> None:
        self._order = order
        self._show_tiles()

    def _show_tiles(self) -> None:
        entry = self.entry
        if entry is None:
            return
        limit = self._facts.limit if self._facts is not None else 1.0
        self.scale.propose(limit)
        self.controls.set_shown(self.channel, len(entry.ways) > 1 and self.way.value == "one")
        fixed = entry.bank is not None and self.scale.mode == "fixed"
        self.controls.set_shown(self.scale.field, fixed)
        if entry.is_huge and self._filters is None:
            self.grid.show_tiles(None)
            self.grid.say(f"{entry.size:,} weights are being counted…")
        else:
            self.grid.show_tiles(self._content(entry), self._order)
        self._show_chosen()
        self._show_facts(entry)

    def _content(self, entry: Entry) -> TileContent:
        if entry.bank is None:
            limits = [float(np.nanmax(np.abs(one.values), initial=0.0)) or 1.0 for one in entry.series]
            titles = [one.title if len(entry.series) > 1 else "" for one in entry.series]
            return Bars(
                [(title, one.values) for title, one in zip(titles, entry.series, strict=True)], limits
            )
        way = cast(Way, self.way.value if entry.ways else "one")
        channel = self.channel.value() if entry.ways and way == "one" else 0
        dark = theme.current().dark
        return FilterPictures(
            entry.bank,
            way,
            channel=channel,
            limit=self._shared_limit,
            facts=self._filters,
            dark=dark,
            word=filter_word(self._session.layer),
        )

    @property
    def _shared_limit(self) -> float | None:
        """Of one scale for all filters; None where each has its own."""
        if self.scale.mode == "fixed":
            return self.scale.fixed
        known = self.scale.mode == "layer" and self._facts is not None
        return self._facts.limit if known and self._facts is not None else None

    def _show_chosen(self) -> None:
        entry = self.entry
        if entry is not None and entry.makes_maps:
            self.grid.show_chosen(self._session.filter)
        else:
            self.grid.show_chosen(None)

    def _choose(self, tile: int) -> None:
        if self.entry is not None and self.entry.makes_maps:
            self._session.choose_filter(tile)

    def _show_facts(self, entry: Entry) -> None:
        facts, limit = self._facts, self._shared_limit
        shared = entry.bank is not None and limit is not None
        self.bar.setVisible(shared and self.way.value != "color")
        if shared and limit is not None:
            self.bar.show_scale(ColorScale("signed", -limit, limit, theme.current().dark))
        shows_bars = facts is not None and facts.histogram.total > 1
        low = self.height() < theme.px(_LOW)
        self.histogram.setVisible(shows_bars and not low and self.width() >= theme.px(_WIDE))
        if facts is not None:
            self.histogram.show_histogram(facts.histogram)
            self.note.setText(
                " ".join([facts.brief if low else facts.said, *self._about_colors(facts, limit)])
            )
        else:
            self.note.setText("")

    def _about_colors(self, facts: BankFacts, limit: float | None) -> list[str]:
        said = []
        if self.scale.mode == "fixed" and limit is not None and facts.limit > limit:
            said.append("Some weights reach beyond the fixed scale.")
        if self.entry is not None and self.entry.in_color and self.way.value == "color":
            said.append("Red, green and blue: grey stands for 0.")
        return said

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.entry is not None:
            self._show_facts(self.entry)
