"""TilesView: what the views of all maps and of all filters share: a grid of tiles, and below it what is said of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convlab.window import theme
from convlab.window.choice_button import ChoiceButton, Choices
from convlab.window.color_bar import ColorBar
from convlab.window.network_session import NetworkSession
from convlab.window.scale_choice import ScaleChoice
from convlab.window.tile_grid import TileGrid
from convlab.window.widgets import label


class TilesView(QWidget):
    """A grid, the colours that all tiles share, and a line of words. Order and scale are chosen in a row elsewhere."""

    open_wished = Signal()

    def __init__(
        self, session: NetworkSession, name: str, one: str, sorts: Choices, parent: QWidget | None = None
    ) -> None:
        """name: of all tiles, such as "Feature maps". one: what a tile shows, such as "map"."""
        super().__init__(parent)
        self._session = session
        self.grid = TileGrid(name)
        self.bar = ColorBar()
        self.note = label("", "caption", wrap=True)
        self.sort = ChoiceButton(f"Order of the {one}s", sorts)
        self.scale = ScaleChoice(one, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addWidget(self.grid, 1)
        column.addWidget(self.bar)
        self._words = QHBoxLayout()
        self._words.setSpacing(theme.px(16))
        self._words.addWidget(self.note, 3)
        column.addLayout(self._words)
        self.grid.empty_clicked.connect(self.open_wished)
