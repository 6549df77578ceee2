"""FoldingCards: cards beside or below each other; where they have no room, one at a time under a switch."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from convlab.window import theme
from convlab.window.widgets import Card, Segmented


class Divided(QSplitter):
    """A splitter that keeps to the sizes it is told, until somebody drags a handle: then to the user's shares."""

    def __init__(self, way: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(way, parent)
        self._dragged = False
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._note_drag)

    def share(self, *shares: int) -> None:
        """What part each widget gets of the room that there is more or less from now on."""
        for place, part in enumerate(shares):
            self.setStretchFactor(place, part)

    def propose(self, *sizes: int) -> None:
        """Sizes in pixels, for as long as the user has no own wishes."""
        if not self._dragged and self.sizes() != [*sizes]:
            self.setSizes(sizes)

    def _note_drag(self, place: int, index: int) -> None:
        self._dragged = True


class FoldingCards(QFrame):
    """Cards are made with its `splitter` as their parent. The switch above them is seen while they are folded."""

    def __init__(self, way: Qt.Orientation, switch: Segmented, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "bare")
        self.folded = False
        self.switch = switch
        self.splitter = Divided(way, self)
        self._front: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.addWidget(switch)
        self._column.addWidget(self.splitter, 1)
        switch.hide()
        theme.follow(self, self._space)
        self._space()

    @property
    def front(self) -> QWidget | None:
        """The one that is seen while they are folded."""
        return self._front

    def fold(self, folded: bool) -> None:
        """Show one card under the switch, or all of them."""
        if folded != self.folded:
            self.folded = folded
            self.setProperty("role", "card" if folded else "bare")
            self.style().unpolish(self)
            self.style().polish(self)
            for card in self._cards():
                card.set_bare(folded)
            self._show()
            self._space()

    def bring(self, widget: QWidget) -> None:
        """Put one of them in front."""
        if widget is not self._front:
            focus, before = self.window().focusWidget(), self._front
            had_focus = before is not None and focus is not None and before.isAncestorOf(focus)
            self._front = widget
            self._show()
            if had_focus and self.folded:  # else Qt gives it to whatever comes next
                self.switch.focus_choice()

    def _show(self) -> None:
        self.switch.setVisible(self.folded)
        for widget in self._widgets():
            widget.setVisible(not self.folded or widget is self._front)

    def _space(self) -> None:
        side, end = (theme.px(12), theme.px(10)) if self.folded else (0, 0)
        self._column.setContentsMargins(side, end, side, end)
        self._column.setSpacing(theme.px(6))
        self.splitter.setHandleWidth(theme.px(12))

    def _widgets(self) -> list[QWidget]:
        return [widget for place in range(self.splitter.count()) if (widget := self.splitter.widget(place))]

    def _cards(self) -> list[Card]:
        """All of them, also those that stand in one place."""
        found: list[QWidget | None] = []
        for widget in self._widgets():
            if isinstance(widget, QStackedWidget):
                found += [widget.widget(place) for place in range(widget.count())]
            else:
                found.append(widget)
        return [widget for widget in found if isinstance(widget, Card)]
