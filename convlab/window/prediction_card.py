"""The card with what the network says about the image, and how its numbers follow from the last layer's."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from convlab.drawing.prediction import (
    ALL_SHOWN_TO,
    FIRST,
    Bar,
    Kind,
    activation_of,
    bars_of,
    kind_of,
    line_of,
    meaning_of,
)
from convlab.network.class_names import DATA_SETS, numbered
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.class_bars import ClassBars
from convlab.window.empty_note import EmptyNote
from convlab.window.fields import combo
from convlab.window.form import ElidedLabel
from convlab.window.layer_look import count_text, shape_text
from convlab.window.network_session import NetworkSession
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.true_class import Truth, is_right, truth_of, verdict_words
from convlab.window.widgets import Card, label, tool_button

Array = NDArray[np.float32]

_LOW = 156  # below it, at 100 %, the line stands beside the title
_STRIP = 82  # below it, at 100 %, there is no title
_ONE_LINE, _TWO_LINES = 104, 180  # the heights wished for so many lines of bars, at 100 %
_HIGH_PAGE, _LOW_PAGE = (
    640,
    480,
)  # the page's height, at 100 %, for two lines of bars and for one with a title

_WAITING = {
    "empty": "What a network says about the image is shown here.",
    "opening": "The file is being opened…",
    "reading": "The weights are being read…",
    "starting": "TensorFlow is starting…",
    "building": "The network is being built…",
    "computing": "The maps are being computed…",
}


class PredictionCard(Card):
    """Follows the network's output while the image is drawn."""

    names_wished = Signal()
    height_changed = Signal()  # another height is wished
    tight_side = 16

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__("Prediction", parent=parent)
        self._session = session
        self._kind: Kind = "classes"
        self._activation = "linear"
        self._truth: Truth | None = None
        self.verdict = label("", "good")
        self.bars = ClassBars()
        self.outputs = combo("Output", [], self._choose_output)
        self.names_button = self._names_button()
        self.line = ElidedLabel()
        self.line.setAccessibleName("How the number came about")
        self._area = QWidget()
        self._arrange()
        self._empty = EmptyNote(self._area)
        self._connect()
        theme.follow(self, self._restyle)
        self.refresh_network()

    def _arrange(self) -> None:
        self.outputs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        area = QVBoxLayout(self._area)
        area.setContentsMargins(0, 0, 0, 0)
        area.addWidget(self.bars)
        self.header.insertWidget(1, self.verdict)
        self.header.addWidget(self.outputs)
        self.header.addWidget(self.names_button)
        self._line_of_bars = QHBoxLayout()
        self._line_of_bars.addWidget(self._area, 1)
        self.body.addLayout(self._line_of_bars, 1)
        self.body.addWidget(self.line)

    def _connect(self) -> None:
        session = self._session
        session.network_changed.connect(self.refresh_network)
        for signal in (session.maps_changed, session.names_changed):
            signal.connect(self.refresh)
        for signal in (session.state_changed, session.work_changed):
            signal.connect(self._tell_why_not)
        self.bars.pointed.connect(lambda _: self._show_line())
        self.bars.resized.connect(self._fill_room)

    # --- told ---

    def refresh_network(self) -> None:
        """Another network is open, or none: its outputs and the names of their classes."""
        self._truth = None
        network = self._session.network
        nodes = network.outputs if network is not None else ()
        self.outputs.clear()
        for number, node in enumerate(nodes):
            assert network is not None
            shape = shape_text(network.nodes[node].shape)
            self.outputs.addItem(f"{safe_text(network.layer_of(node).name, 40)}  {shape}", number)
        self.outputs.setVisible(len(nodes) > 1)
        self.refresh()
        self.height_changed.emit()

    def _restyle(self) -> None:
        self._place()
        self.refresh()

    def refresh(self) -> None:
        """Show the newest prediction; the one before stays until there is another."""
        prediction, node, network = self._session.prediction, self._session.output_node, self._session.network
        self._show_names()
        if prediction is None or node is None or network is None:
            self._show_waiting()
            return
        self._activation = activation_of(network, node)
        self._kind = kind_of(self._activation, prediction.shape)
        if self._kind == "maps":
            self._show_maps(prediction, safe_text(network.layer_of(node).name))
        else:
            self._show_bars(prediction.reshape(-1))

    def _tell_why_not(self) -> None:
        """While there is a prediction, only a newer one changes what is shown: strokes come many times a second."""
        if self._session.prediction is None:
            self.refresh()

    def _show_waiting(self) -> None:
        """Why there is no prediction."""
        node = self._session.output_node
        why = self._session.why_no_maps(node) if self._session.network is not None else ""
        self._say(why or _WAITING.get(self._session.state, "There is no prediction."))

    def _show_maps(self, maps: Array, name: str) -> None:
        size = "×".join(f"{n:,}" for n in maps.shape[:-1])
        count = count_text(maps.shape[-1], "map") if maps.ndim else "one number"
        self._say(f"The network answers with {count} of {size}: choose {name} in the list to see them.")

    def _say(self, sentence: str) -> None:
        """A sentence in the place of the bars."""
        self._show_verdict("")
        self.bars.show_bars(())
        self.bars.hide()
        self.line.setText("")
        self.line.hide()
        self._empty.say(sentence, "")
        self._empty.show()

    def _show_bars(self, numbers: Array) -> None:
        self._empty.hide()
        self._find_truth(numbers)
        self.bars.show()
        self.bars.show_bars(self._bars_of(numbers))
        self._show_line()

    def _bars_of(self, numbers: Array) -> tuple[Bar, ...]:
        true = self._truth.number if self._truth is not None else -1
        return bars_of(numbers, self._kind, self._session.names, self.bars.room, true)

    def _find_truth(self, numbers: Array) -> None:
        """Whether the prediction is right, where the image tells its class."""
        session = self._session
        if session.maps.fresh:  # else the numbers are those of an image before the present one
            own = session.network.class_names if session.network is not None else ()
            found = truth_of(session.image.name, session.names, own)
            self._truth = found if found is not None and found.number < numbers.size else None
        known = self._truth is not None and numbers.size > 1 and not np.isnan(numbers).all()
        right = self._truth is not None and is_right(numbers, self._truth)
        self._show_verdict(verdict_words(self._truth, right) if self._truth and known else "", right)

    def _show_verdict(self, words: str, right: bool = False) -> None:
        """Beside the title, in words and in their colour."""
        role = "good" if right else "warning"
        if role != self.verdict.property("role"):
            self.verdict.setProperty("role", role)
            self.verdict.style().polish(self.verdict)
        self.verdict.setText(words)
        self._place_verdict()

    def _place_verdict(self) -> None:
        """In a strip there is no line for it."""
        strip = self.height() < theme.px(_STRIP)
        self.verdict.setVisible(bool(self.verdict.text()) and not strip)

    def _fill_room(self) -> None:
        """As many bars as there is room for now."""
        if self.bars.isVisibleTo(self):
            self.refresh()

    def _show_line(self) -> None:
        """How the number came about that is pointed at, else the largest one; and what such numbers mean."""
        prediction = self._session.prediction
        if prediction is None or self._kind == "maps":
            return
        values = prediction.reshape(-1)
        own = self._number(values)
        said = line_of(values, self._session.logits, own, self._activation, self._session.names)
        text = "   ·   ".join(part for part in (said, meaning_of(self._kind, self._activation)) if part)
        low = self.height() < theme.px(_LOW)
        self.line.setText(text)
        self.line.setVisible(bool(text) and not low)
        self.caption.setText(text if low else safe_text(self._session.names_source))
        show_plain_tooltip(self.caption, self.caption.text())

    def _number(self, values: Array) -> int:
        """Which number is pointed at."""
        bars = self._bars_of(values)
        place = self.bars.place
        if 0 <= place < len(bars) and bars[place].number >= 0:
            return bars[place].number
        return int(np.where(np.isnan(values), -math.inf, values).argmax())

    # --- outputs and names ---

    def _choose_output(self, number: object) -> None:
        if isinstance(number, int):
            self._session.choose_output(number)

    def _show_names(self) -> None:
        """What the classes are called after, where there are some to be seen."""
        named = self._session.prediction is not None and bool(self._session.names)
        source = safe_text(self._session.names_source) if named else ""
        self.caption.setText(source)
        show_plain_tooltip(self.caption, source)
        show_plain_tooltip(self.names_button, f"What the classes are called: {source}" if named else "")
        self.names_button.setVisible(named)

    def _names_button(self) -> QToolButton:
        button = tool_button("", "What the classes are called", text="Names ▾", role="flat")
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _fill(self, menu: QMenu) -> None:
        """The file's own names, data sets with as many classes, or numbers; the present ones are ticked."""
        menu.clear()
        menu.addAction("From a &text file…").triggered.connect(lambda: self.names_wished.emit())
        menu.addSeparator()
        for text, names, source in self._choices():
            action = QAction(text, menu, checkable=True)
            action.setChecked(names == self._session.names)
            action.triggered.connect(
                lambda _, names=names, source=source: self._session.name_classes(names, source)
            )
            menu.addAction(action)

    def _choices(self) -> list[tuple[str, tuple[str, ...], str]]:
        network, count = self._session.network, len(self._session.names)
        if network is None or not count:
            return []
        choices = [
            (data_set.title, data_set.names, data_set.title)
            for data_set in DATA_SETS.values()
            if len(data_set.names) == count
        ]
        if len(network.class_names) == count:
            choices.insert(0, ("As in the file", tuple(map(safe_text, network.class_names)), "from the file"))
        return [*choices, ("Numbers", numbered(network, count), "numbers")]

    # --- layout ---

    def wished_height(self, width: int, page: int) -> int:
        """Pixels for all bars where the page is high enough; else for a line of them, with a title or without one."""
        if page < theme.px(_LOW_PAGE):
            return theme.px(56)
        shown = self._count if self._count <= ALL_SHOWN_TO else FIRST + 1
        lines = self.bars.lines_for(max(shown, 1), width - 2 * theme.px(16))
        return theme.px(_ONE_LINE if lines == 1 or page < theme.px(_HIGH_PAGE) else _TWO_LINES)

    @property
    def _count(self) -> int:
        """How many numbers the network answers with; 0 where it answers with maps."""
        network, node = self._session.network, self._session.output_node
        shape = network.nodes[node].shape if network is not None and node is not None else None
        return (shape[0] or 0) if shape is not None and len(shape) == 1 else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """In a strip the choices stand beside the bars."""
        self.set_tight(self.height() < theme.px(_LOW))
        strip = self.height() < theme.px(_STRIP)
        for words in (self.title, self.caption):
            words.setVisible(not strip)
        self._place_verdict()
        row = self._line_of_bars if strip else self.header
        for widget in (self.outputs, self.names_button):
            if row.indexOf(widget) < 0:
                row.addWidget(widget)
        self.names_button.setText("▾" if strip else "Names ▾")

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(48))
