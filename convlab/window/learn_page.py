"""The Learn page: choose a recipe and data, train, and watch the filters come about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from convlab.window.curves_card import CurvesCard
from convlab.window.data_card import DataCard
from convlab.window.film_card import FilmCard
from convlab.window.fronted import Fronted
from convlab.window.learn_columns import CURVES, DATA, FILM, RECIPE, RESULT, RUNS, LearnColumns
from convlab.window.learn_session import LearnSession
from convlab.window.recipe_card import RecipeCard
from convlab.window.result_card import ResultCard
from convlab.window.runs_card import RunsCard
from convlab.window.training_bar import TrainingBar

if TYPE_CHECKING:
    from convlab.window.learn_actions import LearnActions


class LearnPage(Fronted, QWidget):
    """Makes the cards; the session knows what is trained."""

    entered = Signal()
    commands: LearnActions  # set by whoever makes the page

    def __init__(self, session: LearnSession, parent: QWidget | None = None) -> None:
        """A page without cards: `build` makes them."""
        super().__init__(parent)
        self.session = session
        self.keys: dict[str, Callable[[], object]] = {}
        self.columns = LearnColumns(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.columns)

    def build(self) -> Iterator[None]:
        """Make the cards, one for each step, so that the window can answer in between."""
        session, columns = self.session, self.columns
        session.state_changed.connect(
            self._rescue_focus
        )  # the first who hears of it: the cards disable their fields
        self.recipe = RecipeCard(session, columns)
        yield
        self.data = DataCard(session, columns)
        yield
        self.film = FilmCard(session, columns)
        yield
        self.curves = CurvesCard(session, columns)
        yield
        self.result = ResultCard(session, columns)
        yield
        self.runs = RunsCard(session, columns)
        yield
        self.bar = TrainingBar(session, columns)
        columns.arrange(
            {
                RECIPE: self.recipe,
                DATA: self.data,
                FILM: self.film,
                CURVES: self.curves,
                RESULT: self.result,
                RUNS: self.runs,
            },
            self.bar,
        )
        self.hand_focus_to(self.bar.main)
        self._connect()

    def _connect(self) -> None:
        session = self.session
        session.run_begun.connect(self._begin)
        session.result_changed.connect(self._show_result)
        session.data_changed.connect(self._show_loading)
        self.runs.compared_changed.connect(
            lambda others, present: self.curves.show_compared(others, present=present)
        )
        self.keys["Space"] = session.toggle_pause

    def _rescue_focus(self) -> None:
        """A training begins: whoever was in a field that is disabled now goes on at the bar, where Space pauses. Else Qt
        would give the keys to whatever comes next."""
        focus = QApplication.focusWidget()
        if not self.session.busy or focus is None:
            return
        if self.recipe.isAncestorOf(focus) or focus is self.data.chooser:
            self.bar.main.setFocus()

    def _begin(self) -> None:
        """Another run: its film comes."""
        self.columns.show_result(False)
        self.columns.bring(FILM)

    def _show_result(self) -> None:
        """Beside the film, not instead of it."""
        self.columns.show_result(True)
        if self.columns.in_front(FILM):
            self.columns.bring(RESULT)
            if not self.columns.in_front(FILM):
                self.columns.bring(FILM)

    def _show_loading(self) -> None:
        """Whoever waits for a download sees how far it is, and can cancel it."""
        downloading = self.session.loading and self.session.download is not None
        if downloading and not self.columns.in_front(DATA):
            self.columns.bring(DATA)

    def enter(self) -> None:
        """Somebody turns to this page."""
        self.commands.enter()
        self.entered.emit()

    def present(self, on: bool) -> None:
        """Fold away what a class does not look at."""
        self.columns.show_side(not on)

    def minimumSizeHint(self) -> QSize:
        return self.columns.minimumSizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused widget wanted."""
        slot = self.keys.get(QKeySequence(event.keyCombination()).toString())
        if slot is None:
            super().keyPressEvent(event)
        else:
            slot()
