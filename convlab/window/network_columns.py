"""NetworkColumns: where the cards of the Network page stand, in windows of every size and with text of every size.

Three columns over the prediction. Where they have no room, the large map or filter goes behind the grid of all of them,
and the image behind the layers, each one switch away.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from convlab.window import theme
from convlab.window.filter_card import FilterCard
from convlab.window.folding_cards import Divided, FoldingCards
from convlab.window.layer_card import FILTERS, MAPS, LayerCard
from convlab.window.layer_list import LayerListCard
from convlab.window.map_card import MapCard
from convlab.window.network_image_card import NetworkImageCard
from convlab.window.prediction_card import PredictionCard
from convlab.window.widgets import Segmented

LAYERS, IMAGE, LARGE = "layers", "image", "large"
_NARROW, _LOW = 860, 500  # pixels at 100 %: below them the columns, and the cards of the left one, are folded
_SIDE_SHARE, _LARGE_SHARE = 0.21, 0.255  # of the page's width
_SIDE, _FOLDED_SIDE, _LARGE = (190, 360), (146, 240), (250, 460)  # from, to, in pixels at 100 %
_LAYERS_SHARE = 0.6  # of the left column's height


class NetworkColumns(QWidget):
    """The places of the cards. Each card is made with its place as its parent; `arrange` is told when all are there.

    With a style sheet in force, moving a card would style all that is in it anew.
    """

    layers: LayerListCard
    image: NetworkImageCard
    layer: LayerCard
    map: MapCard
    filter: FilterCard
    prediction: PredictionCard

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        upright, level = Qt.Orientation.Vertical, Qt.Orientation.Horizontal
        side = Segmented([("Layers", LAYERS), ("Image", IMAGE)], "What stands at the left")
        main = Segmented([("Maps", MAPS), ("Filters", FILTERS), ("Map", LARGE)], "What is shown of the layer")
        self._all = Divided(level, self)
        self.side = FoldingCards(upright, side, self._all)
        self.right = Divided(upright, self._all)
        self.main = FoldingCards(level, main, self.right)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._all)
        self._arranged = False

    # --- making ---

    def make_large(self) -> QStackedWidget:
        """The place of the large map and the large filter; to be asked for when the layer's card is there."""
        self.large = QStackedWidget(self.main.splitter)
        return self.large

    def arrange(self) -> None:
        """All cards are there."""
        self._arranged = True
        self.side.splitter.share(60, 40)
        self.main.splitter.share(66, 34)
        self.right.share(1, 0)
        self._all.share(20, 80)
        self._connect()
        self.side.switch.show_choice(LAYERS)
        self.side.bring(self.layers)
        self._show_tab(self.layer.tab)
        theme.follow(self, self._fit)
        self._fit()

    def _connect(self) -> None:
        self.side.switch.chosen.connect(lambda which: self.show_side(str(which)))
        self.main.switch.chosen.connect(lambda which: self.show_main(str(which)))
        self.layer.tab_changed.connect(self._show_tab)
        self.layers.search_wished.connect(lambda: self.show_side(LAYERS))
        self.image.drawing_wished.connect(lambda: self.show_side(IMAGE))
        self.map.titled.connect(self._name_large)
        self.prediction.height_changed.connect(self._fit)

    # --- what is in front ---

    def show_side(self, which: str) -> None:
        """The "layers" or the "image", where there is room for only one of them."""
        self.side.switch.show_choice(which)
        self.side.bring(self.layers if which == LAYERS else self.image)

    def show_main(self, which: str) -> None:
        """All "maps", all "filters", or one of them "large", where there is room for only one of these."""
        if which != LARGE:
            self.layer.show_tab(which)
        self.main.switch.show_choice(which)
        self.main.bring(self.large if which == LARGE else self.layer)

    def _show_tab(self, tab: str) -> None:
        """Beside the maps one map large, beside the filters one filter to edit."""
        self.large.setCurrentWidget(self.filter if tab == FILTERS else self.map)
        self._name_large()
        self.show_main(tab)

    def _name_large(self) -> None:
        """The switch says which map or filter is shown large."""
        name = self.map.short_title
        if self.layer.tab == FILTERS:
            name = name.replace("Map", "Filter")
        button = self.main.switch.button(LARGE)
        button.setText(name)
        button.setAccessibleName(f"What is shown of the layer: {name}, large")

    # --- sizes ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Fold what has no room, and give each part its share."""
        if not self._arranged:
            return
        edge, gap = theme.px(16), theme.px(12)
        self._column.setContentsMargins(edge, theme.px(4), edge, edge)
        for splitter in (self.right, self._all):
            splitter.setHandleWidth(gap)
        wide, high = self.width() - 2 * edge, self.height() - theme.px(20)
        narrow = self.width() < theme.px(_NARROW)
        self.main.fold(narrow)
        self.side.fold(self.height() < theme.px(_LOW))
        side = _within(_SIDE_SHARE * wide, _FOLDED_SIDE if narrow else _SIDE)
        room, large = max(wide - side - gap, 1), _within(_LARGE_SHARE * wide, _LARGE)
        self._all.propose(side, room)
        below = self.prediction.wished_height(room, high)
        self.right.propose(max(high - below - gap, 1), below)
        layers = round((high - gap) * _LAYERS_SHARE)
        self.side.splitter.propose(layers, max(high - gap - layers, 1))
        self.main.splitter.propose(max(room - large - gap, 1), large)

    def minimumSizeHint(self) -> QSize:
        """As the Lab's: what has no room is folded, shortened or scrolls."""
        return QSize(theme.px(320), 300)


def _within(wished: float, bounds: tuple[int, int]) -> int:
    """So many pixels, but neither less nor more than these at the present size of text."""
    return round(min(max(wished, theme.px(bounds[0])), theme.px(bounds[1])))
