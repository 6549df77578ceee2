"""The Network page: layers, filters, feature maps and the prediction of a trained network, and stepping into a cell."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSplitter, QStackedLayout, QStackedWidget, QVBoxLayout, QWidget

from convlab.window import theme
from convlab.window.filter_card import FilterCard
from convlab.window.layer_card import FILTERS, LayerCard
from convlab.window.layer_list import LayerListCard
from convlab.window.map_card import MapCard
from convlab.window.network_image_card import NetworkImageCard
from convlab.window.network_session import NetworkSession
from convlab.window.prediction_card import PredictionCard

if TYPE_CHECKING:
    from convlab.window.player import Player
    from convlab.window.step_page import StepPage

_SIDE_SHARES, _WIDE_SHARES, _HIGH_SHARES = (60, 40), (20, 53, 27), (78, 22)


class NetworkPage(QWidget):
    """Arranges the cards; a cell that somebody steps into takes the whole page, and gives it back."""

    stepping_changed = Signal(bool)

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.keys: dict[str, Callable[[], object]] = {}
        self.layers = LayerListCard(session)
        self.image = NetworkImageCard(session)
        self.layer = LayerCard(session)
        self.map = MapCard(session)
        self.filter = FilterCard(session)
        self.prediction = PredictionCard(session)
        self._presenting = False
        self._arrange()
        self.layer.tab_changed.connect(self._show_detail)
        self.layer.map_opened.connect(self.map.setFocus)
        self.map.filters_wished.connect(lambda: self.layer.show_tab(FILTERS))
        self.layer.filter_opened.connect(self.filter.setFocus)
        session.step_wished.connect(self.step_into)
        session.network_changed.connect(self.leave_step)
        theme.follow(self, self._space)
        self._space()

    # --- layout ---

    def _arrange(self) -> None:
        self._side = _splitter(Qt.Orientation.Vertical, (self.layers, self.image), _SIDE_SHARES)
        self._detail = QStackedWidget()
        for card in (self.map, self.filter):
            self._detail.addWidget(card)
        self._maps = _splitter(Qt.Orientation.Horizontal, (self.layer, self._detail), _WIDE_SHARES[1:])
        self._right = _splitter(Qt.Orientation.Vertical, (self._maps, self.prediction), _HIGH_SHARES)
        self._all = _splitter(
            Qt.Orientation.Horizontal, (self._side, self._right), (_WIDE_SHARES[0], sum(_WIDE_SHARES[1:]))
        )
        self.overview = QWidget()
        self._column = QVBoxLayout(self.overview)
        self._column.addWidget(self._all)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.overview)

    def _space(self) -> None:
        side, gap = theme.px(16), theme.px(12)
        self._column.setContentsMargins(side, theme.px(4), side, side)
        for splitter in (self._side, self._maps, self._right, self._all):
            splitter.setHandleWidth(gap)

    def _show_detail(self, tab: str) -> None:
        """Beside the maps one map large, beside the filters one filter to edit."""
        self._detail.setCurrentWidget(self.filter if tab == FILTERS else self.map)

    # --- stepping ---

    @cached_property
    def step_page(self) -> StepPage:
        """Made when somebody steps into a cell for the first time."""
        from convlab.window.step_page import StepPage

        page = StepPage(self.session)
        page.left.connect(self.leave_step)
        self._stack.addWidget(page)
        return page

    @property
    def stepping(self) -> bool:
        """Whether a cell is stepped into, so that the player has the page."""
        return self._stack.currentWidget() is not self.overview

    @property
    def player(self) -> Player | None:
        return self.step_page.player if self.stepping else None

    def step_into(self, node: int, row: int, column: int, filter: int) -> None:
        """Show how a cell got its value."""
        self.step_page.enter(node, row, column, filter)
        self.step_page.set_presentation(self._presenting)
        self._stack.setCurrentWidget(self.step_page)
        self.step_page.setFocus()
        self.stepping_changed.emit(True)

    def leave_step(self) -> None:
        """Back to the layers and maps."""
        if self.stepping:
            self.step_page.player.pause()
            self._stack.setCurrentWidget(self.overview)
            self.layer.setFocus()
            self.stepping_changed.emit(False)

    def present(self, on: bool) -> None:
        """Fold away what a class does not look at."""
        self._presenting = on
        self._side.setVisible(not on)
        if "step_page" in vars(self):
            self.step_page.set_presentation(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused widget wanted."""
        slot = self.keys.get(QKeySequence(event.keyCombination()).toString())
        if slot is None:
            super().keyPressEvent(event)
        else:
            slot()


def _splitter(way: Qt.Orientation, widgets: tuple[QWidget, ...], shares: tuple[int, ...]) -> QSplitter:
    splitter = QSplitter(way)
    for widget, share in zip(widgets, shares, strict=True):
        splitter.addWidget(widget)
        splitter.setStretchFactor(splitter.count() - 1, share)
    splitter.setChildrenCollapsible(False)
    splitter.setSizes([share * 10 for share in shares])
    return splitter
