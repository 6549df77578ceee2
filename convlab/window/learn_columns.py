"""LearnColumns: where the cards of the Learn page stand, in windows of every size and with text of every size.

What is chosen at the left, the film in the middle, below it the result when there is one, the curves and earlier runs at
the right, the bar below all. Cards that have no room beside each other stand in one place, of which a switch shows one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from convlab.window import theme
from convlab.window.widgets import Card, Segmented

RECIPE, DATA, FILM, CURVES, RESULT, RUNS = "recipe", "data", "film", "curves", "result", "runs"
TITLES = {
    RECIPE: "Recipe",
    DATA: "Data",
    FILM: "Filters",
    CURVES: "Curves",
    RESULT: "Result",
    RUNS: "Runs",
}
_NARROW, _NARROWEST = 900, 600  # pixels at 100 % of width below which places are put together
_LOW = 560  # pixels at 100 % of height below which nothing stands above something else
_HIGH = 640  # and from which on the result stands below the film
_TIGHT = 420  # and below which the cards have narrow margins
_SIDE, _FIGURES = (0.215, 190, 350), (0.29, 290, 560)  # share of the width, from, to
_RECIPE, _RESULT, _CURVES = (
    (0.54, 250, 430),
    (0.47, 290, 460),
    (0.58, 280, 560),
)  # share of the height, from, to


@dataclass(frozen=True)
class Place:
    """Cards that stand in one place: one of them at a time. x, y, width, height: in pixels."""

    cards: tuple[str, ...]
    x: int
    y: int
    width: int
    height: int


def places(
    width: int, height: int, scale: float, *, side: bool = True, result: bool = False
) -> tuple[Place, ...]:
    """Where everything stands in so many pixels; side: whether what is chosen is shown, or only what comes of it;
    result: whether there is one."""
    gap = round(12 * scale)
    chosen, figures = (RECIPE, DATA) if side else (), (CURVES, RESULT, RUNS)
    if width < _NARROWEST * scale:
        return (Place((*chosen, FILM, *figures), 0, 0, width, height),)
    left = _within(_SIDE, width, scale) if side else 0
    begin = left + gap if side else 0
    found = _column(_split(height, gap, _RECIPE, scale), chosen, 0, left) if side else []
    if width < _NARROW * scale:
        return (*found, Place((FILM, *figures), begin, 0, width - begin, height))
    right = _within(_FIGURES, width, scale)
    middle = width - right - gap - begin
    if height < _HIGH * scale:
        split = _split(height, gap, _CURVES, scale)
        film = [Place((FILM,), begin, 0, middle, height)]
        return (*found, *film, *_column(split, figures, width - right, right))
    lower = _within(_RESULT, height, scale) + gap if result else 0
    films = _column((height - lower, gap, height), (FILM, RESULT) if result else (FILM,), begin, middle)
    return (
        *found,
        *films,
        *_column(_split(height, gap, _CURVES, scale), (CURVES, RUNS), width - right, right),
    )


def _split(height: int, gap: int, share: tuple[float, int, int], scale: float) -> tuple[int, int, int]:
    """How high the upper part is, the gap below it, and all; no upper part where there is no room for two."""
    upper = _within(share, height, scale) if height >= _LOW * scale else 0
    return upper, gap, height


def _column(split: tuple[int, int, int], cards: tuple[str, ...], x: int, width: int) -> list[Place]:
    """The first above the others, or all of them in one place if the upper part has no height."""
    upper, gap, height = split
    if not upper or len(cards) < 2:
        return [Place(cards, x, 0, width, height)]
    return [
        Place(cards[:1], x, 0, width, upper),
        Place(cards[1:], x, upper + gap, width, height - upper - gap),
    ]


def _within(share: tuple[float, int, int], whole: int, scale: float) -> int:
    return round(min(max(share[0] * whole, share[1] * scale), share[2] * scale))


class LearnColumns(QWidget):
    """The cards are its children; `arrange` is told when all are there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: dict[str, Card] = {}
        self._bar: QWidget | None = None
        self._switches: dict[tuple[str, ...], Segmented] = {}
        self._recent: list[str] = [RECIPE, FILM, CURVES, RESULT, DATA, RUNS]
        self._side, self._result = True, False

    def arrange(self, cards: Mapping[str, Card], bar: QWidget) -> None:
        """All cards are there."""
        self._cards, self._bar = dict(cards), bar
        theme.follow(self, self._fit)
        self._fit()

    def bring(self, name: str) -> None:
        """Put a card in front of those in its place."""
        self._recent = [name, *(other for other in self._recent if other != name)]
        self._fit()

    def show_side(self, wanted: bool) -> None:
        """Whether what is chosen is shown."""
        self._side = wanted
        self._fit()

    def show_result(self, there: bool) -> None:
        """Whether there is a result to be shown."""
        self._result = there
        self._fit()

    def in_front(self, name: str) -> bool:
        """Whether a card is seen."""
        return name in self._cards and not self._cards[name].isHidden()

    # --- sizes ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._bar is None:
            return
        edge, top, gap = theme.px(16), theme.px(4), theme.px(12)
        wide, bar = self.width() - 2 * edge, self._bar.sizeHint().height()
        high = self.height() - top - edge - bar - gap
        self._bar.setGeometry(edge, top + high + gap, wide, bar)
        scale = theme.current().scale
        self._fill(
            [
                (place, QRect(place.x + edge, place.y + top, place.width, place.height))
                for place in places(max(wide, 1), max(high, 1), scale, side=self._side, result=self._result)
            ]
        )

    def _fill(self, found: Sequence[tuple[Place, QRect]]) -> None:
        seen: set[str] = set()
        switches: set[tuple[str, ...]] = set()
        for place, rect in found:
            names = tuple(name for name in place.cards if name in self._cards)
            if not names:
                continue
            front = next(name for name in self._recent if name in names)
            if len(names) > 1:
                rect = self._place_switch(names, front, rect)
                switches.add(names)
            seen.add(front)
            self._cards[front].setGeometry(rect)
        low = self.height() < theme.px(_TIGHT)
        for name, card in self._cards.items():
            card.set_tight(low)
            card.setVisible(name in seen)
        for names, switch in self._switches.items():
            switch.setVisible(names in switches)

    def _place_switch(self, names: tuple[str, ...], front: str, rect: QRect) -> QRect:
        """Put the switch above; returns the room that is left."""
        if names not in self._switches:
            made = Segmented([(TITLES[name], name) for name in names], "What is shown here")
            made.setParent(self)
            made.chosen.connect(lambda name: self.bring(str(name)))
            self._switches[names] = made
        switch = self._switches[names]
        switch.show_choice(front)
        high, gap = switch.sizeHint().height(), theme.px(6)
        switch.setGeometry(rect.left(), rect.top(), rect.width(), high)
        return rect.adjusted(0, high + gap, 0, 0)

    def minimumSizeHint(self) -> QSize:
        """What has no room is put behind something else, or scrolls."""
        return QSize(theme.px(320), 300)
