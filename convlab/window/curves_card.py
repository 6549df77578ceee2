"""CurvesCard: loss and accuracy of the training under way, and of others that it is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from convlab.drawing.curve_ranges import ACCURACY, LOSS
from convlab.drawing.curve_words import best_words, note
from convlab.drawing.curves import Curve
from convlab.learning.run import History
from convlab.window import theme
from convlab.window.curve_legend import LegendLines
from convlab.window.curves_view import CurvesView
from convlab.window.empty_note import EmptyNote
from convlab.window.learn_session import LearnSession
from convlab.window.widgets import Card, Segmented, label

PRESENT = ""
"""The key of the training under way among those that are compared."""
HUES = ("kind_filters", "kind_scaling", "kind_dense", "kind_merge", "kind_pooling")
"""Colours of trainings that are compared, by the palette's names; the first is the present one's."""
_LOW = 280  # pixels at 100 % of height below which the note has no room
_EMPTY = "Here loss and accuracy are drawn as the network learns."
_UNCHECKED = "No training is checked. Check one under “Runs” to see its curves."


def hue(place: int) -> str:
    """The colour of a training that is compared, as "#rrggbb"; the sixth looks like the first."""
    return str(getattr(theme.colors(), HUES[place % len(HUES)]))


class CurvesCard(Card):
    """Follows the session; told what else to compare with."""

    def __init__(self, session: LearnSession, parent: QWidget | None = None) -> None:
        super().__init__("Curves", parent=parent)
        self._session = session
        self._others: tuple[tuple[History, int], ...] = ()
        self._shows_present = True
        self.view = CurvesView()
        self.kinds = Segmented([("Loss", LOSS), ("Accuracy", ACCURACY)], "What is drawn")
        self.legend = LegendLines()
        self.note = label("", "caption", wrap=True)
        self._empty = EmptyNote(self.view)
        self._empty.say(_EMPTY, "")
        self._arrange()
        self.view.resized.connect(self._fold)
        session.run_begun.connect(self.refresh)
        session.run_changed.connect(self.refresh)
        session.result_changed.connect(self.refresh)
        theme.follow(self, self._restyle)
        self.refresh()

    def _arrange(self) -> None:
        self.kinds.show_choice(LOSS)
        self.kinds.chosen.connect(lambda kind: self.view.show_kind(str(kind)))
        self.header.addWidget(self.kinds)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.legend)
        self.body.addWidget(self.note)
        self._fold()

    # --- told ---

    def show_compared(self, others: Sequence[tuple[History, int]], *, present: bool = True) -> None:
        """Draw these too, each with the place of its hue. present: whether the training under way is drawn."""
        self._others, self._shows_present = tuple(others), present
        self.refresh()

    def refresh(self) -> None:
        """More is known of the training, or it is another one."""
        curves = self._curves()
        self.view.show_curves(curves, self._planned)
        self._empty.say(_EMPTY if self._shows_present else _UNCHECKED, "")
        self._empty.setVisible(not curves)
        self.legend.show_lines([_legend_line(curve) for curve in curves] if len(curves) > 1 else [])
        said = note(curves[0].history) if len(curves) == 1 else ""
        self.note.setText(said or self._stopped_early)
        self.note.setProperty("role", "warning" if "diverged" in said else "caption")
        self.note.style().polish(self.note)
        self._fold()

    def _curves(self) -> list[Curve]:
        run, alone = self._session.run, not self._others
        curves = []
        if self._shows_present and (run.epochs or run.moments):
            history = run.history(PRESENT, "This training")
            training, validation = hue(0), hue(1 if alone else 0)
            moments = tuple(run.moments) if alone else ()
            parted = run.parted if alone else None
            curves.append(Curve(history, training, validation, not alone, moments, parted))
        for history, place in self._others:
            curves.append(Curve(history, hue(place), hue(place), dashed=True))
        return curves

    @property
    def _planned(self) -> int:
        """Where the training under way will end; of one that is over the curves end where it did."""
        return self._session.run.plan.epochs if self._session.busy and self._shows_present else 0

    @property
    def _stopped_early(self) -> str:
        run = self._session.run
        over = run.result is not None and not run.epochs
        return "It was stopped before its first epoch was done: validation has no curve yet." if over else ""

    # --- room ---

    def _restyle(self) -> None:
        self._fold()
        self.refresh()

    def _fold(self) -> None:
        """Where only one kind has room one chooses which; where there is hardly any, the curves have it."""
        self.note.setVisible(bool(self.note.text()) and self.height() >= theme.px(_LOW))
        self.kinds.setVisible(not self.view.shows_both and not self._empty.isVisibleTo(self.view))


def _legend_line(curve: Curve) -> tuple[str, str, str]:
    reached = best_words(curve.history) if curve.history.epochs else "no epoch yet"
    return curve.validation, curve.history.name, reached
