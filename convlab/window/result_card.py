"""ResultCard: what the network makes of images that it has never seen: how many it gets right, and which it mistakes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from convlab.drawing.curve_words import percent
from convlab.drawing.numbers import cell_text
from convlab.learning.class_words import short_name, taken_words
from convlab.learning.events import Result, Wrong
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.confusion_view import Cell, ConfusionView
from convlab.window.learn_session import LearnSession
from convlab.window.steady_label import SteadyLabel
from convlab.window.widgets import Card, Elided, Segmented, tool_button
from convlab.window.wrong_tiles import WrongGrid, WrongTiles

MATRIX, WRONG = "matrix", "wrong"
_EMPTY = "After the training the network is tested here, on images that it has never seen."
_WIDE, _HIGH = (
    640,
    620,
)  # pixels at 100 %: from here on matrix and images have room beside or below each other


class ResultCard(Card):
    """Follows the session's result. A click on a cell of the matrix shows its mistakes alone."""

    open_wished = Signal(object, str)  # pixels (rows, columns, channels) from 0 to 1, and what they show

    def __init__(self, session: LearnSession, parent: QWidget | None = None) -> None:
        super().__init__("Result", parent=parent)
        self._session = session
        self._tab = MATRIX
        self._cell: Cell | None = None
        self._shown: tuple[Wrong, ...] = ()
        self._result: Result | None = None
        self.headline = Elided("", "strong")
        self.matrix = ConfusionView()
        self.words = SteadyLabel("caption")
        self.wrong = WrongGrid("Most confidently wrong images")
        self.which = Elided("", "caption")
        self.all_button = tool_button("close", "Show all mistakes", self.show_all, role="flat")
        self.tabs = Segmented([("Matrix", MATRIX), ("Mistakes", WRONG)], "What is shown of the result")
        self._arrange()
        self._connect()
        self.refresh()

    def _arrange(self) -> None:
        self._left, self._right = QWidget(), QWidget()
        left, right, line = QVBoxLayout(self._left), QVBoxLayout(self._right), QHBoxLayout()
        left.addWidget(self.matrix, 1)
        left.addWidget(self.words)
        line.addWidget(self.which, 1)
        line.addWidget(self.all_button)
        right.addLayout(line)
        right.addWidget(self.wrong, 1)
        for column in (left, right):
            column.setContentsMargins(0, 0, 0, 0)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.addWidget(self._left, 1)
        self._row.addWidget(self._right, 1)
        self.header.addWidget(self.tabs)
        self.body.addWidget(self.headline)
        self.body.addLayout(self._row, 1)
        self.tabs.show_choice(MATRIX)

    def _connect(self) -> None:
        session = self._session
        for signal in (session.run_begun, session.result_changed):
            signal.connect(self.refresh)
        self.tabs.chosen.connect(lambda tab: self.show_tab(str(tab)))
        self.matrix.pointed.connect(lambda: self.words.setText(self.matrix.words))
        self.matrix.cell_chosen.connect(self.choose_cell)
        self.wrong.tile_opened.connect(self._open)
        theme.follow(self, self._restyle)

    # --- told ---

    def refresh(self) -> None:
        """Another result, or none yet."""
        run = self._session.run
        self._result, self._cell = run.result, None
        result = run.result
        if result is None:
            self.headline.setText("")
            self.matrix.show_confusion(None, ())
            self.matrix.show_chosen(None)
        else:
            self.headline.setText(_headline(result))
            self.headline.setToolTip(f"Test accuracy and loss; {_best(result)}")
            self.matrix.show_confusion(result.confusion, run.class_names)
        self.words.keep_room_for(self.matrix.all_words())
        self.words.setText(self.matrix.words)
        self._show_wrong()
        self._fold()

    def show_tab(self, tab: str) -> None:
        """The "matrix" or the "wrong" images, where both have no room."""
        self._tab = tab
        self.tabs.show_choice(tab)
        self._fold()

    def choose_cell(self, row: int, column: int) -> None:
        """Only the images of class `row` that were taken for class `column`; of the diagonal, all mistakes of that class."""
        self._cell = None if (row, column) == self._cell else (row, column)
        self.matrix.show_chosen(self._cell)
        self._show_wrong()
        if self._cell is not None and not self._shows_both:
            self.show_tab(WRONG)
            self.wrong.setFocus()

    def show_all(self) -> None:
        """All of the most confident mistakes again."""
        if self._cell is not None:
            self.choose_cell(*self._cell)

    # --- asked ---

    @property
    def tab(self) -> str:
        """ "matrix" or "wrong"."""
        return self._tab

    @property
    def shown(self) -> tuple[Wrong, ...]:
        """The wrong images that are shown, the surest first."""
        return self._shown

    # --- showing ---

    def _show_wrong(self) -> None:
        wrong = self._result.wrong if self._result is not None else ()
        names = self._session.run.class_names
        self._shown = tuple(one for one in wrong if self._cell is None or _lies_in(one, self._cell))
        self.which.setText(self._which(wrong, names))
        self.all_button.setVisible(self._cell is not None)
        self.wrong.show_tiles(WrongTiles(self._shown, names) if self._shown else None)
        self.wrong.to_start()
        self.wrong.show_chosen(None)  # it was another image
        if self._result is None:
            self.wrong.say(_EMPTY)
        elif not wrong:
            self.wrong.say("It was right about every test image.")
        else:
            self.wrong.say(f"None of the {len(wrong):,} surest mistakes is one of these.")

    def _which(self, wrong: Sequence[Wrong], names: tuple[str, ...]) -> str:
        """What the images have in common."""
        if self._result is None or not wrong:
            return ""
        if self._cell is None:
            return f"The {len(wrong):,} surest mistakes; click one to open it"
        row, column = self._cell
        return taken_words(tuple(safe_text(name, 40) for name in names), row, column)

    def _open(self, tile: int) -> None:
        wrong, names = self._shown[tile], self._session.run.class_names
        self.open_wished.emit(wrong.pixels, f"{short_name(names, wrong.label)}, test image {wrong.index:,}")

    # --- room ---

    @property
    def _shows_both(self) -> bool:
        return self.width() >= theme.px(_WIDE) or self.height() >= theme.px(_HIGH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _restyle(self) -> None:
        self._fold()
        self.matrix.update()

    def _fold(self) -> None:
        known, both = self._result is not None, self._shows_both
        directions = QBoxLayout.Direction
        wide = self.width() >= theme.px(_WIDE)
        self._row.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._row.setSpacing(theme.px(16 if wide else 8))
        self.tabs.setVisible(known and not both)
        self.headline.setVisible(known)
        self._left.setVisible(known and (both or self._tab == MATRIX))
        self._right.setVisible(not known or both or self._tab == WRONG)


def _lies_in(wrong: Wrong, cell: Cell) -> bool:
    return wrong.label == cell[0] and cell[1] in (wrong.predicted, wrong.label)


def _headline(result: Result) -> str:
    """Accuracy, of how many, and loss."""
    total = int(result.confusion.sum())
    loss = f" · loss {cell_text(result.test_loss)}"
    return f"{percent(result.test_accuracy, 2)} of {total:,} test images right{loss}"


def _best(result: Result) -> str:
    ended = "it was stopped" if result.stopped else "it was trained to its end"
    return f"the weights are those of epoch {result.best + 1:,}; {ended}"
