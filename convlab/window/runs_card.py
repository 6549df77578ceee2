"""RunsCard: the trainings that were kept; those that are checked are drawn together with the one under way. Any but that
can be removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from convlab.drawing.curve_words import best_of, best_words, percent
from convlab.learning.run import History
from convlab.plain_text import safe_text
from convlab.processes.client import RECIPES, KeptRun, kept_runs
from convlab.window import theme
from convlab.window.background import AT_ONCE, Background
from convlab.window.curves_card import HUES, PRESENT, hue
from convlab.window.empty_note import EmptyNote
from convlab.window.icons import icon
from convlab.window.learn_session import LearnSession
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.widgets import Card, Elided, tool_button

MOST = len(HUES)
"""Trainings that are told apart by their colours."""
_EMPTY = "Here are the trainings that were finished. Check some to see their curves together."
_FULL = f"{MOST} trainings are compared already: more could not be told apart."


class Swatch(QWidget):
    """The colour of a training, or nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        theme.follow(self)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(14), theme.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.place is not None:
            high = theme.px(3)
            middle = (self.height() - high) // 2
            QPainter(self).fillRect(0, middle, self.width(), high, QColor(hue(self.place)))


class RunRow(QWidget):
    """One training: a check box, its name, what it reached. Delete, its button and its menu wish it removed."""

    remove_wished = Signal()

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.history = history
        self.box = QCheckBox()
        self.swatch = Swatch()
        self.name, self.figures = Elided("", "body"), Elided("", "caption")
        self.trash = tool_button(
            "trash", "Remove this training", self.remove_wished.emit, key="Del", role="flat"
        )
        self.trash.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the key is there for whoever uses keys
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.name)
        texts.addWidget(self.figures)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(2), 0, theme.px(2))
        row.setSpacing(theme.px(6))
        row.addWidget(self.box)
        row.addWidget(self.swatch)
        row.addLayout(texts, 1)
        row.addWidget(self.trash)
        self.show_history(history)
        self.show_removable(False)

    def show_history(self, history: History) -> None:
        """The same training, of which more is known."""
        self.history = history
        name, words = safe_text(history.name, 120), figures(history)
        self.name.show_texts(name, *_beginnings(name))
        short = figures(history, brief=True)
        self.figures.show_texts(words, short, *_beginnings(short))
        show_plain_tooltip(self, f"{name}: {words}")
        self.box.setAccessibleName(f"Compare {name}")
        self.box.setAccessibleDescription(words)
        self.trash.setAccessibleName(f"Remove {name}")

    def show_removable(self, removable: bool) -> None:
        """Whether it can be removed."""
        self.trash.setVisible(removable)

    def show_place(self, place: int | None, full: bool) -> None:
        """place: of its hue, None if it is not drawn. full: whether no other one can be added."""
        self.swatch.place = place
        self.swatch.update()
        self.box.setEnabled(place is not None or not full)
        self.box.setToolTip(_FULL if not self.box.isEnabled() else "")

    # --- removing ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the check box leaves."""
        if event.key() == Qt.Key.Key_Delete and not self.trash.isHidden():
            self.remove_wished.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done to it."""
        menu = QMenu(self)
        action = menu.addAction(icon("trash"), "Remove")
        action.setEnabled(not self.trash.isHidden())
        action.triggered.connect(self.remove_wished)
        return menu


class RunsCard(Card):
    """The present training first, then the kept ones, the newest first."""

    compared_changed = Signal(
        object, bool
    )  # [(History, place of its hue), …], whether the present one is drawn
    remove_wished = Signal(object, str)  # the folder of a kept training, and what it is called

    def __init__(self, session: LearnSession, parent: QWidget | None = None) -> None:
        super().__init__("Runs", parent=parent)
        self._session = session
        self._histories: dict[str, History] = {}
        self._places: dict[str, int] = {PRESENT: 0}
        self._ticked: dict[str, int] = {}  # those that were compared when they were removed
        self._under_way: set[str] = set()  # in other windows
        self.rows: dict[str, RunRow] = {}
        self._background = Background(self)
        self.loaded = False  # whether one knows what is kept
        self._build()
        session.run_begun.connect(self._begin)
        session.run_changed.connect(self._show_present)
        for signal in (session.result_changed, session.removed_changed):
            signal.connect(self.reload)
        theme.follow(self, self.update)
        self._show_rows()

    def _build(self) -> None:
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(4))
        self._column.addStretch(1)
        self.area.setWidget(inner)
        self.body.addWidget(self.area, 1)
        self._empty = EmptyNote(self.area)
        self._empty.say(_EMPTY, "")

    # --- told ---

    def reload(self) -> None:
        """Look into the folder of kept trainings again."""
        runs = self._session.runs
        self._background.ask(lambda: kept_runs(runs), self._take, AT_ONCE + 1)

    def show_runs(self, histories: Sequence[History]) -> None:
        """These are kept, the newest first; those that were compared still are."""
        self._histories = {history.key: history for history in histories}
        gone = [key for key in self._places if key not in self._histories and key != PRESENT]
        self._ticked |= {key: self._places.pop(key) for key in gone}
        for key in [key for key in self._ticked if key in self._histories]:
            self._bring_back(key, self._ticked.pop(key))
        self._show_rows()
        self._tell()

    def showEvent(self, event: QShowEvent) -> None:
        """What was trained meanwhile, on the command line too."""
        super().showEvent(event)
        self.reload()

    @property
    def compared(self) -> list[tuple[History, int]]:
        """Those that are drawn besides the present one, with the places of their hues."""
        return [(self._histories[key], place) for key, place in self._places.items() if key != PRESENT]

    # --- following ---

    def _take(self, found: Sequence[KeptRun]) -> None:
        self.loaded = True
        present = self._session.folder
        self._under_way = {str(one.folder) for one in found if one.under_way}
        self.show_runs(histories_of([one for one in found if one.folder != present]))

    def _begin(self) -> None:
        """What was the present training is a kept one now."""
        self._places.setdefault(PRESENT, 0)
        self._show_rows()
        self.reload()

    def _present(self) -> History | None:
        run = self._session.run
        if not run.epochs and not run.moments:
            return None
        recipe = RECIPES.get(run.plan.recipe)
        name = f"This training: {recipe.title if recipe is not None else run.plan.recipe}"
        return run.history(PRESENT, name)

    def _show_present(self) -> None:
        present = self._present()
        row = self.rows.get(PRESENT)
        if (row is None) != (present is None):
            self._show_rows()
        elif row is not None and present is not None and row.history != present:
            row.show_history(present)

    def _show_rows(self) -> None:
        present = self._present()
        histories = [*([present] if present is not None else []), *self._histories.values()]
        keys = [history.key for history in histories]
        for key in [key for key in self.rows if key not in keys]:
            row = self.rows.pop(key)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, history in enumerate(histories):
            if history.key not in self.rows:
                self.rows[history.key] = self._row(history)
            self.rows[history.key].show_history(history)
            self.rows[history.key].show_removable(history.key not in (PRESENT, *self._under_way))
            self._column.insertWidget(place, self.rows[history.key])
        self._empty.setVisible(not histories)
        count = len(self._histories)
        self.caption.setText(f"{count:,} kept" if count else "")
        self._show_places()

    def _row(self, history: History) -> RunRow:
        row, key = RunRow(history), history.key
        row.box.setChecked(key in self._places)
        row.box.toggled.connect(lambda on: self._compare(key, on))
        row.remove_wished.connect(lambda: self._remove(key))
        return row

    def _remove(self, key: str) -> None:
        """The row goes when that was done; the keys go on with the next one."""
        if self.rows[key].box.hasFocus():
            keys = [one for one in (PRESENT, *self._histories) if one in self.rows]
            place = keys.index(key)
            after = [*keys[place + 1 :], *keys[:place][::-1]]
            if after:
                self.rows[after[0]].box.setFocus()
        self.remove_wished.emit(Path(key), self._histories[key].name)

    def _compare(self, key: str, on: bool) -> None:
        if on:
            self._places[key] = 0 if key == PRESENT else (self._free_places() or [0])[0]
        else:
            self._places.pop(key, None)
        self._show_places()
        self._tell()

    def _bring_back(self, key: str, place: int) -> None:
        """It was compared when it was removed: again, in its colour or another one that is free."""
        free = self._free_places()
        if key not in self._places and free:
            self._places[key] = place if place in free else free[0]

    def _free_places(self) -> list[int]:
        """Hues of which there is no curve; the first is the present one's."""
        return [place for place in range(1, MOST) if place not in self._places.values()]

    def _show_places(self) -> None:
        full = len([key for key in self._places if key != PRESENT]) >= MOST - 1
        for key, row in self.rows.items():
            row.show_place(self._places.get(key), full and key != PRESENT)

    def _tell(self) -> None:
        self.compared_changed.emit(self.compared, PRESENT in self._places)


def histories_of(found: Sequence[KeptRun]) -> list[History]:
    """What their curves show, each under a name of its own: of the same minute by the second, else by a number, which the
    oldest goes without. found: the newest first."""
    names = Counter(history_of(one).name for one in found)
    told = [history_of(one, seconds=names[history_of(one).name] > 1) for one in found]
    left = Counter(history.name for history in told)
    numbered = []
    for history in told:
        number = left[history.name]
        left[history.name] -= 1
        numbered.append(replace(history, name=f"{history.name} ({number})") if number > 1 else history)
    return numbered


def history_of(kept: KeptRun, *, seconds: bool = False) -> History:
    """What its curves show, and what it is called. seconds: whether minutes do not tell it from others."""
    record = kept.record
    recipe = RECIPES.get(record.plan.recipe)
    title = recipe.title if recipe is not None else record.plan.recipe
    return History(
        str(kept.folder),
        f"{title} · {_when(kept, seconds)}",
        record.epochs,
        record.test_accuracy,
        record.parameters,
    )


def _when(kept: KeptRun, seconds: bool) -> str:
    if kept.under_way:
        return "under way in another window"
    saved = kept.record.saved
    if saved <= 0:
        return Path(kept.folder).name
    return f"{datetime.fromtimestamp(saved):{'%d %b, %H:%M:%S' if seconds else '%d %b, %H:%M'}}"


def figures(history: History, *, brief: bool = False) -> str:
    """What a training has reached, in a few words, the more important ones first. brief: without the number of the epoch
    that was the best."""
    said = []
    if history.test_accuracy is not None:
        said.append(f"test {percent(history.test_accuracy, 2)}")
    if history.epochs:
        place = "" if brief else f" (epoch {best_of(history).epoch + 1:,})"
        said.append(f"{best_words(history)}{place}")
    count = len(history.epochs)
    said.append(f"{count:,} epoch{'' if count == 1 else 's'}" if count else "no epoch is done yet")
    if history.parameters:
        said.append(f"{history.parameters:,} parameters")
    return " · ".join(said)


def _beginnings(text: str) -> list[str]:
    """What is said in less room: its parts without the last one, without the last two, and so on."""
    parts = text.split(" · ")
    return [" · ".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
