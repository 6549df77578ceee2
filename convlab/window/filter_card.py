"""FilterCard: one learned filter to look at closely and to change, with what was learned as a ghost beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QMenu, QToolButton, QVBoxLayout, QWidget

from convlab.drawing.colors import scale_for
from convlab.drawing.numbers import cell_text
from convlab.network import filters
from convlab.network.filters import Edits, Filter
from convlab.window import theme
from convlab.window.empty_note import EmptyNote
from convlab.window.kernel_menu import TRANSFORMATIONS, Transformation
from convlab.window.kernel_slices import KernelSlices
from convlab.window.network_session import NetworkSession
from convlab.window.weights_view import WeightsView
from convlab.window.widgets import Card, IntField, NumberField, label, push_button, tool_button

_GHOST = 96  # pixels at 100 %: the side of the ghost


class FilterCard(Card):
    """Shows the filter that the session looks at; every change is an edit of the session, which undo takes back."""

    lab_wished = Signal(object, int)  # Filter and the channel in focus: to be taken to the Lab
    problem_met = Signal(object)

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__("Filter", parent=parent)
        self._session = session
        self.index = IntField("Filter", 0, 0)
        self.slices = KernelSlices()
        self.ghost = WeightsView("Filter as it was learned")
        self.bias = NumberField("Bias")
        self.note = EmptyNote(self)
        self.restore = push_button("Restore", self._restore, name="Restore the filter as it was learned")
        self._arrange()
        self._connect()
        theme.follow(self, self._restyle)
        self._restyle()

    # --- building ---

    def _arrange(self) -> None:
        self.header.addWidget(self.index)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.slices, 1)
        column.addLayout(self._bias_row())
        column.addWidget(self._ghost_row())
        column.addLayout(self._buttons())
        self.lab_button = push_button("Edit in the Lab", self._to_lab, role="primary")
        column.addWidget(self.lab_button)
        self.body.addWidget(self._content, 1)
        self.body.addWidget(self.note, 1)

    def _bias_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._bias_label = label("Bias")
        row.addWidget(self._bias_label)
        row.addWidget(self.bias, 1)
        return row

    def _ghost_row(self) -> QWidget:
        """What was learned, paler, so that one sees what was changed; only there when something was."""
        self._ghost_place = QWidget()
        row = QHBoxLayout(self._ghost_place)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.ghost)
        words = QVBoxLayout()
        self._ghost_title = label("As it was learned", "caption")
        self._ghost_text = label("", "caption", wrap=True)
        words.addStretch(1)
        for widget in (self._ghost_title, self._ghost_text, self.restore):
            words.addWidget(widget)
        words.addStretch(1)
        row.addLayout(words, 1)
        return self._ghost_place

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.zero = self._menu_button("Zero", "Set weights to zero", self._fill_zero)
        self.flip = self._menu_button("Flip", "Mirror the filter", self._fill_flip)
        self.swap = push_button("Swap…", self._ask_swap, name="Swap with another filter")
        self.more = self._menu_button("Channel", "Change this channel", self._fill_channel)
        for widget in (self.zero, self.flip, self.swap, self.more):
            row.addWidget(widget)
        return row

    def _menu_button(self, text: str, name: str, fill: Callable[[QMenu], None]) -> QToolButton:
        button = tool_button("", name, text=text)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.aboutToShow.connect(menu.clear)
        menu.aboutToShow.connect(lambda: fill(menu))
        button.setMenu(menu)
        return button

    def _connect(self) -> None:
        session, slices = self._session, self.slices
        for signal in (session.network_changed, session.node_changed, session.filter_changed):
            signal.connect(self.refresh)
        session.weights_changed.connect(lambda row: self.refresh() if row == session.row else None)
        self.index.changed.connect(session.choose_filter)
        slices.cell_edited.connect(self._edit_cell)
        slices.weights_edited.connect(lambda channel, text, values: self._set_slice(text, channel, values))
        slices.matrix_pasted.connect(self._paste)
        slices.burst_ended.connect(session.seal)
        slices.channel_entered.connect(self.refresh)
        slices.problem_met.connect(self.problem_met)
        self.bias.changed.connect(self._edit_bias)
        self.bias.done.connect(session.seal)

    # --- showing ---

    @property
    def present(self) -> Filter | None:
        """The filter that is shown; None where there is none, or not yet."""
        return self._filter(self._session.weights_of)

    @property
    def learned(self) -> Filter | None:
        """The same filter as the file holds it."""
        return self._filter(self._session.original_weights_of)

    def _filter(self, weights_of: Callable[[int], Any]) -> Filter | None:
        session, layer = self._session, self._session.layer
        if layer is None or session.row is None or session.filter >= filters.filter_count(layer):
            return None
        weights = weights_of(session.row)
        return None if weights is None else filters.filter_of(layer, weights, session.filter)

    def refresh(self) -> None:
        """Another filter, or other weights of it."""
        present, layer = self.present, self._session.layer
        self._content.setVisible(present is not None)
        self.note.setVisible(present is None)
        self.index.setVisible(present is not None)
        if present is None or layer is None:
            self._show_nothing()
            return
        count = filters.filter_count(layer)
        self.index.setRange(0, count - 1)
        self.index.show_value(self._session.filter)
        self.index.setSuffix(f" of {count:,}")
        self.caption.setText("×".join(f"{n:,}" for n in present.kernel.shape))
        self.slices.show_slices(present.kernel)
        self.slices.show_chosen(True)
        has_bias = present.bias is not None
        for widget in (self.bias, self._bias_label):
            widget.setVisible(has_bias)
        if present.bias is not None:
            self.bias.show_value(present.bias)
        self._show_ghost(present)

    def _show_nothing(self) -> None:
        layer = self._session.layer
        self.caption.setText("")
        if layer is None:
            self.note.say("Here is a filter of the layer that you choose.", "")
        elif filters.filter_count(layer) == 0:
            self.note.say("This layer has no filters: it has learned nothing that slides over an image.", "")
        else:
            self.note.say("The weights are being read.", "")

    def _show_ghost(self, present: Filter) -> None:
        learned = self.learned
        changed = learned is not None and (
            learned.bias != present.bias or not np.array_equal(learned.kernel, present.kernel, equal_nan=True)
        )
        self._ghost_place.setVisible(changed)
        if learned is None or not changed:
            return
        channel = min(self.slices.channel, learned.kernel.shape[2] - 1)
        self.ghost.show_weights(
            learned.kernel[:, :, channel], scale_for(learned.kernel, dark=theme.current().dark)
        )
        count = int((learned.kernel != present.kernel).sum())
        text = f"{count:,} of {learned.kernel.size:,} weights changed"
        if learned.bias is not None and learned.bias != present.bias:
            text += f", bias was {cell_text(learned.bias)}"
        self._ghost_text.setText(text)

    def _restyle(self) -> None:
        side = theme.px(_GHOST)
        self.ghost.setFixedSize(side, side)
        self.refresh()

    # --- editing ---

    def _edit(self, text: str, new: Filter, merge_key: str | None = None) -> None:
        session, layer = self._session, self._session.layer
        if layer is None or session.row is None:
            return
        weights = session.weights_of(session.row)
        if weights is not None:
            self._tell(text, filters.with_filter(layer, weights, session.filter, new), merge_key)

    def _tell(self, text: str, edits: Edits, merge_key: str | None = None) -> None:
        session, layer = self._session, self._session.layer
        assert layer is not None and session.row is not None
        row, learned = session.row, session.original_weights_of(session.row) or ()
        # What is as it was learned is no edit any more.
        news = {
            (row, number): None if np.array_equal(array, learned[number], equal_nan=True) else array
            for number, array in edits.items()
        }
        session.edit_weights(f"{text} of {layer.name}", news, merge_key)

    def _edit_cell(self, channel: int, row: int, column: int, value: float, in_burst: bool) -> None:
        present = self.present
        if present is None:
            return
        kernel = np.array(present.kernel)
        kernel[row, column, channel] = value
        session = self._session
        key = f"weight {session.row} {session.filter} {channel} {row} {column}" if in_burst else None
        self._edit(f"Edit Filter {session.filter}", Filter(kernel, present.bias), key)

    def _edit_bias(self, value: float) -> None:
        present, session = self.present, self._session
        if present is not None and present.bias is not None and np.float32(value) != present.bias:
            key = f"bias {session.row} {session.filter}"
            self._edit(f"Edit Bias {session.filter}", Filter(present.kernel, float(np.float32(value))), key)

    def _set_slice(self, text: str, channel: int, values: NDArray[Any]) -> None:
        present = self.present
        if present is not None and np.shape(values) == present.kernel.shape[:2]:
            kernel = np.array(present.kernel)
            kernel[:, :, channel] = values
            self._edit(text, Filter(kernel, present.bias))

    def _paste(self, channel: int, values: NDArray[Any]) -> None:
        """Pasted numbers fill the slice from its first cell on, as far as both reach."""
        present = self.present
        if present is None:
            return
        rows = min(values.shape[0], present.kernel.shape[0])
        columns = min(values.shape[1], present.kernel.shape[1])
        filled = np.array(present.kernel[:, :, channel])
        filled[:rows, :columns] = values[:rows, :columns]
        self._set_slice("Paste into Filter", channel, filled)

    def _fill_zero(self, menu: QMenu) -> None:
        self._offer(menu, "The whole filter", "Zero Filter", filters.zeroed)
        self._offer(
            menu, "This channel only", "Zero Channel", lambda old: filters.zeroed(old, self.slices.channel)
        )

    def _fill_flip(self, menu: QMenu) -> None:
        for way in filters.FLIPS:
            self._offer(menu, f"All channels, {way}", "Flip Filter", partial(filters.flipped, way=way))
        menu.addSeparator()
        for way in filters.FLIPS:
            change = partial(filters.flipped, way=way, channel=self.slices.channel)
            self._offer(menu, f"This channel, {way}", "Flip Channel", change)

    def _offer(self, menu: QMenu, text: str, step: str, change: Callable[[Filter], Filter]) -> None:
        menu.addAction(text).triggered.connect(lambda: self.change(step, change))

    def change(self, step: str, change: Callable[[Filter], Filter]) -> None:
        """Replace the filter by what `change` makes of it; `step` names the undo step."""
        present = self.present
        if present is not None:
            self._edit(f"{step} {self._session.filter}", change(present))

    def _fill_channel(self, menu: QMenu) -> None:
        for text, _, step, function in TRANSFORMATIONS:
            menu.addAction(text).triggered.connect(
                lambda _=False, step=step, function=function: self._transform(step, function)
            )

    def _transform(self, step: str, function: Transformation) -> None:
        present = self.present
        if present is None:
            return
        changed = function(present.kernel[:, :, self.slices.channel])
        if changed.shape == present.kernel.shape[:2]:
            self._set_slice(step.replace("Kernel", "Channel"), self.slices.channel, changed)

    def _ask_swap(self) -> None:
        layer = self._session.layer
        if layer is None:
            return
        dialog = QInputDialog(self)
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setWindowTitle("Swap filters")
        dialog.setLabelText(f"Swap filter {self._session.filter} with filter:")
        dialog.setIntRange(0, filters.filter_count(layer) - 1)
        dialog.intValueSelected.connect(self.swap_with)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def swap_with(self, other: int) -> None:
        """This filter and another one change places, with their biases."""
        session, layer = self._session, self._session.layer
        weights = session.weights_of(session.row) if session.row is not None else None
        if layer is not None and weights is not None and other != session.filter:
            edits = filters.swapped(layer, weights, session.filter, other)
            self._tell(f"Swap Filters {session.filter} and {other}", edits)

    def _restore(self) -> None:
        learned = self.learned
        if learned is not None:
            self._edit(f"Restore Filter {self._session.filter}", learned)

    def _to_lab(self) -> None:
        present = self.present
        if present is not None:
            self.lab_wished.emit(present, self.slices.channel)
