"""The Network page: layers, filters, feature maps and the prediction of a trained network, and stepping into a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedLayout, QWidget

from convlab.window.filter_card import FilterCard
from convlab.window.fitted_view import FittedView
from convlab.window.fronted import Fronted
from convlab.window.layer_card import FILTERS, LayerCard
from convlab.window.layer_list import LayerListCard
from convlab.window.map_card import MapCard
from convlab.window.network_columns import LARGE, NetworkColumns
from convlab.window.network_image_card import NetworkImageCard
from convlab.window.network_session import NetworkSession
from convlab.window.prediction_card import PredictionCard

if TYPE_CHECKING:
    from convlab.window.network_actions import NetworkActions
    from convlab.window.player import Player
    from convlab.window.step_page import StepPage


class NetworkPage(Fronted, QWidget):
    """Makes the cards; a cell that somebody steps into takes the whole page, and gives it back."""

    stepping_changed = Signal(bool)
    commands: NetworkActions  # set by whoever makes the page

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        """A page without cards: `build` makes them."""
        super().__init__(parent)
        self.session = session
        self.keys: dict[str, Callable[[], object]] = {}
        self._presenting = False
        self.overview = NetworkColumns(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.overview)

    def build(self) -> Iterator[None]:
        """Make the cards, one for each step, so that the window can answer in between.

        Each is made where it belongs: with a style sheet in force, moving it would style all that is in it anew.
        """
        session, columns = self.session, self.overview
        self.layers = columns.layers = LayerListCard(session, columns.side.splitter)
        yield
        self.image = columns.image = NetworkImageCard(session, columns.side.splitter)
        yield
        self.layer = columns.layer = LayerCard(session, columns.main.splitter)
        yield
        large = columns.make_large()
        self.map = columns.map = MapCard(session, large)
        large.addWidget(self.map)
        yield
        self.filter = columns.filter = FilterCard(session, large)
        large.addWidget(self.filter)
        yield
        self.prediction = columns.prediction = PredictionCard(session, columns.right)
        columns.arrange()
        self.hand_focus_to(self.layer)
        self._connect()

    def enter(self) -> None:
        """Somebody turns to this page."""
        self.commands.enter()

    def _connect(self) -> None:
        self.layer.map_opened.connect(lambda: self._open_large(self.map))
        self.layer.filter_opened.connect(lambda: self._open_large(self.filter))
        self.map.filters_wished.connect(lambda: self.layer.show_tab(FILTERS))
        self.session.step_wished.connect(self.step_into)
        self.session.network_changed.connect(self._begin)

    def _begin(self) -> None:
        """Another network: its maps, and the keys that choose among them."""
        self.leave_step()
        if self.isVisible():
            self.layer.setFocus()

    def _open_large(self, card: QWidget) -> None:
        self.overview.show_main(LARGE)
        card.setFocus()

    def minimumSizeHint(self) -> QSize:
        return (self.step_page if self.stepping else self.overview).minimumSizeHint()

    # --- zooming ---

    def zoom_by(self, factor: float) -> None:
        """Nearer to the map or the image that has the focus; else larger tiles."""
        view = self._view_with_focus
        if self.stepping:
            self.step_page.zoom_by(factor)
        elif view is not None:
            view.zoom_by(factor)
        else:
            self.layer.grid.zoom(1 if factor > 1 else -1)

    def zoom_to_fit(self) -> None:
        """The map or image whole; tiles as large as all of them have room."""
        view = self._view_with_focus
        if self.stepping:
            self.step_page.zoom_to_fit()
        elif view is not None:
            view.zoom_to_fit()
        else:
            self.layer.grid.zoom_to_fit()

    def zoom_to_window(self) -> None:
        """Cells large enough for digits; there is a window only while somebody steps."""
        if self.stepping:
            self.step_page.zoom_to_window()

    @property
    def _view_with_focus(self) -> FittedView | None:
        views = (self.map.view, self.image.view)
        return next((view for view in views if view.hasFocus()), None)

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
        self.hand_focus_to(self.step_page)
        self.step_page.setFocus()
        self.stepping_changed.emit(True)

    def leave_step(self) -> None:
        """Back to the layers and maps."""
        if self.stepping:
            self.step_page.player.pause()
            self._stack.setCurrentWidget(self.overview)
            self.hand_focus_to(self.layer)
            self.layer.setFocus()
            self.stepping_changed.emit(False)

    def present(self, on: bool) -> None:
        """Fold away what a class does not look at."""
        self._presenting = on
        self.overview.side.setVisible(not on)
        if "step_page" in vars(self):
            self.step_page.set_presentation(on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused widget wanted."""
        slot = self.keys.get(QKeySequence(event.keyCombination()).toString())
        if slot is None:
            super().keyPressEvent(event)
        else:
            slot()
