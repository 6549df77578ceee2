"""LayerCard: the layer looked at: its feature maps on the present image, and its filters."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.elided_title import show_elided
from convlab.window.filters_view import FiltersView
from convlab.window.flow import FlowLayout
from convlab.window.fronted import Fronted
from convlab.window.layer_words import words_of
from convlab.window.maps_view import MapsView
from convlab.window.network_session import NetworkSession
from convlab.window.tile_grid import TileGrid
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.widgets import Card, Segmented, label

MAPS, FILTERS = "maps", "filters"
_MAPS_TEXTS = ("Feature maps", "Maps")  # where there is room, and where there is little


class LayerCard(Fronted, Card):
    """The title says the layer; below it a switch between maps and filters, and what one can choose for each."""

    tab_changed = Signal(str)
    filters_painted = Signal()  # filters of another layer are on the screen
    map_opened = Signal()  # a map was double-clicked, or Enter pressed on it
    filter_opened = Signal()
    open_wished = Signal()

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__("Layer", parent=parent)
        self._session = session
        self._tab = MAPS
        self._name = "Layer"
        self.maps = MapsView(session)
        self.filters = FiltersView(session)
        self.tabs = Segmented([("Feature maps", MAPS), ("Filters", FILTERS)], "What is shown of the layer")
        self.warning = label("", "warning", wrap=True)
        self._arrange()
        self._connect()
        self.show_tab(MAPS)

    def _arrange(self) -> None:
        self._row = QWidget(self)
        flow = FlowLayout(self._row, first_left=True)
        flow.addWidget(self.tabs)
        self.stack = QStackedWidget()
        for view in (self.maps, self.filters):
            self.stack.addWidget(view)
            flow.addWidget(view.controls)
        self.body.addWidget(self._row)
        self.body.addWidget(self.warning)
        self.body.addWidget(self.stack, 1)

    def _connect(self) -> None:
        session = self._session
        for signal in (session.network_changed, session.node_changed, session.maps_changed):
            signal.connect(self.refresh)
        session.network_changed.connect(self._choose_tab)
        self.tabs.chosen.connect(lambda tab: self.show_tab(str(tab)))
        self.filters.painted.connect(self.filters_painted)
        self.maps.grid.tile_opened.connect(lambda tile: self.map_opened.emit())
        self.filters.grid.tile_opened.connect(lambda tile: self.filter_opened.emit())
        for view in (self.maps, self.filters):
            view.open_wished.connect(self.open_wished)
        theme.follow(self, self._restyle)

    def _restyle(self) -> None:
        self.refresh()
        QTimer.singleShot(0, self, self._fold)  # when the controls know their new sizes

    def _choose_tab(self) -> None:
        """Of a network whose first layer has no maps, the filters are shown."""
        layer = self._session.layer
        if layer is not None and layer.weights and self._session.no_maps_because:
            self.show_tab(FILTERS)

    @property
    def tab(self) -> str:
        """ "maps" or "filters"."""
        return self._tab

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def set_bare(self, bare: bool) -> None:
        """Under a switch that has the tabs too; the choices stand beside the title then."""
        super().set_bare(bare)
        self.tabs.setVisible(not bare)
        if bare:
            self.header.addWidget(self._row)
        else:
            self.body.insertWidget(1, self._row)
        self._fold()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(180), theme.px(120))

    def _fold(self) -> None:
        """Choices that would need more than a line become one menu; words become fewer."""
        room = self.width() - (0 if self.is_bare else 2 * theme.px(16))
        for view in (self.maps, self.filters):
            view.controls.set_room(room // 2 if self.is_bare else room)
        self.tabs.button(MAPS).setText(_MAPS_TEXTS[self._tabs_width(_MAPS_TEXTS[0]) > room])
        self.tabs.setMinimumWidth(min(self._tabs_width(_MAPS_TEXTS[1]), self._tabs_width(_MAPS_TEXTS[0])))
        self.tabs.updateGeometry()  # words that change while they are hidden are not noticed else
        show_elided(self.title, self._name, room)

    def _tabs_width(self, first: str) -> int:
        """What the switch needs where its first choice has this text."""
        metrics = self.tabs.button(FILTERS).fontMetrics()
        widest = max(metrics.horizontalAdvance(text) for text in (first, "Filters"))
        return 2 * (widest + theme.px(40))

    @property
    def grid(self) -> TileGrid:
        """The tiles of the tab that is shown."""
        return self.maps.grid if self.tab == MAPS else self.filters.grid

    def show_tab(self, tab: str) -> None:
        """Show the "maps" or the "filters"."""
        changed, self._tab = self._tab != tab, tab
        self.tabs.show_choice(tab)
        self.maps.controls.setVisible(tab == MAPS)
        self.filters.controls.setVisible(tab == FILTERS)
        self.stack.setCurrentIndex((MAPS, FILTERS).index(tab))
        self.hand_focus_to(self.grid)
        self.refresh()
        self._fold()
        if changed:
            self.tab_changed.emit(tab)

    def refresh(self) -> None:
        """Another layer: its name and settings, and what keeps it from being computed."""
        layer = self._session.layer
        self._name = safe_text(layer.name, 60) if layer is not None else "Layer"
        words = words_of(layer) if layer is not None else ""
        self.caption.setText(words)
        show_plain_tooltip(self.caption, words)
        problem = self._problem
        self.warning.setText(problem)
        self.warning.setVisible(bool(problem))
        self._fold()

    @property
    def _problem(self) -> str:
        """What is wrong with the layer, while something of it is shown all the same; else the grid says it."""
        layer = self._session.layer
        if layer is None or not layer.problem or self.maps.facts is None:
            return layer.problem if layer is not None and self.tab == FILTERS else ""
        return layer.problem
