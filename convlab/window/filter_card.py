"""FilterCard: one learned filter to look at closely and to change, with what was learned as a ghost beside it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from convlab.drawing.numbers import cell_text, full_weight_text
from convlab.network import filters
from convlab.network.description import Layer
from convlab.network.filters import Filter
from convlab.window import theme
from convlab.window.empty_note import EmptyNote
from convlab.window.fields import IntField, NumberField
from convlab.window.filter_buttons import FilterButtons
from convlab.window.filter_edits import FilterEdits
from convlab.window.filter_ghost import FilterGhost, is_changed
from convlab.window.filter_to_lab import why_not_to_lab
from convlab.window.filter_words import channel_word, filter_word
from convlab.window.kernel_slices import COLOR_NAMES, SIDE_BY_SIDE, KernelSlices
from convlab.window.network_session import NetworkSession
from convlab.window.widgets import Card, Elided, label, push_button

_LEAST = 150  # pixels at 100 %: the height of the weights with the choice of their channel
_FLAT, _WIDE = (
    1.3,
    400,
)  # a card so many times as wide as high, and of so many pixels at 100 %, has two columns
_ANY = 16_777_215  # Qt's largest height
_LARGEST = 1e6  # of the bias's field, unless the file holds a larger one
_NO_FILTER_YET = "Here is a filter of the layer that you choose."


class FilterCard(Card):
    """Shows the filter that the session looks at; every change is an edit of the session, which undo takes back."""

    lab_wished = Signal(object, int)  # Filter and the channel in focus: to be taken to the Lab
    problem_met = Signal(object)

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__("Filter", parent=parent)
        self._session = session
        self._shown: tuple[int | None, int] = (None, 0)
        self.edits = FilterEdits(session, self)
        self.index = IntField("Filter", 0, 0)
        self.slices = KernelSlices(lists=True)
        self.slices.setAccessibleName("Weights of the filter")
        self.info = Elided("", "caption")
        self.bias = NumberField("Bias")
        self.ghost = FilterGhost()
        self.buttons = FilterButtons(self.edits, self.slices)
        self.note = EmptyNote(self)
        self.dialog: QInputDialog | None = None
        self._pointed: tuple[int, int, int] | None = None
        self._arrange()
        self._connect()
        theme.follow(self, self._restyle)
        self._restyle()

    # --- building ---

    def _arrange(self) -> None:
        self.header.addWidget(self.index)
        self._content = QWidget()
        self._split = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._content)
        weights = QVBoxLayout()
        weights.addWidget(self.slices, 1)
        weights.addStretch(0)
        self._split.addLayout(weights, 1)
        self._column = QVBoxLayout()
        self._split.addLayout(self._column)
        self._column.addWidget(self.info)
        self._column.addLayout(self._bias_row())
        self._column.addWidget(self.ghost)
        self._column.addWidget(self.buttons)
        self.lab_button = push_button("Show in the Lab", self._to_lab, role="primary")
        self._column.addWidget(self.lab_button)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self.note, 1)

    def _bias_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._bias_label = label("Bias")
        row.addWidget(self._bias_label)
        row.addWidget(self.bias, 1)
        return row

    def _connect(self) -> None:
        session, slices, edits = self._session, self.slices, self.edits
        for signal in (session.network_changed, session.node_changed, session.filter_changed):
            signal.connect(self.refresh)
        session.state_changed.connect(self._state_changed)
        session.weights_changed.connect(self._weights_changed)
        self.index.changed.connect(session.choose_filter)
        slices.cell_edited.connect(edits.set_weight)
        slices.kernel_edited.connect(edits.set_kernel)
        slices.weights_edited.connect(lambda channel, text, new: edits.set_slice(f"{text} in", channel, new))
        slices.matrix_pasted.connect(edits.paste)
        slices.cell_pointed.connect(self._point)
        slices.burst_ended.connect(session.seal)
        slices.channel_entered.connect(self.refresh)
        slices.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        slices.customContextMenuRequested.connect(lambda at: self.buttons.pop_up(slices.mapToGlobal(at)))
        for source in (slices, edits):
            source.problem_met.connect(self.problem_met)
        self.bias.changed.connect(edits.set_bias)
        self.bias.done.connect(session.seal)
        self.buttons.swap.clicked.connect(self._ask_swap)
        self.ghost.restore_wished.connect(edits.restore)

    # --- showing ---

    def refresh(self) -> None:
        """Another filter, or other weights of it."""
        present, layer = self.edits.present, self._session.layer
        shown = present is not None and layer is not None
        self._scroll.setVisible(shown)
        self.index.setVisible(shown)
        self.note.setVisible(not shown)
        if present is None or layer is None:
            self.caption.setText("")
            self.note.say(self._why_nothing(layer), "")
            return
        self._show_index(layer)
        self.caption.setText(self._size_text(layer, present))
        self.caption.setToolTip(self.caption.text())
        self._choose_channel(present)
        self.slices.show_slices(present.kernel, self._channel_names(present), channel_word(layer))
        self.buttons.refresh(filter_word(layer), channel_word(layer))
        self.slices.show_chosen(True)
        self._show_bias(present.bias)
        self._show_ghost(present)
        self._show_info()

    def _choose_channel(self, present: Filter) -> None:
        """Of another filter the strongest channel comes first, as on the tiles beside."""
        shown = (self._session.row, self.edits.index)
        if shown != self._shown:
            self._shown = shown
            strength = np.abs(np.nan_to_num(present.kernel)).sum(axis=(0, 1))
            self.slices.channel = int(strength.argmax()) if strength.size > SIDE_BY_SIDE else 0

    def _weights_changed(self, row: int) -> None:
        if row == self._session.row:
            self.refresh()

    def _state_changed(self) -> None:
        if self.edits.present is None:
            self.refresh()

    def _why_nothing(self, layer: Layer | None) -> str:
        if layer is None:
            return _NO_FILTER_YET
        if filters.filter_count(layer):
            read = self._session.weights.complete
            return "The weights could not be read." if read else "The weights are being read."
        if layer.is_network:
            return "This is a network within the network: choose one of its layers."
        if layer.parameters:
            return f"This layer has no filters: its {layer.parameters:,} weights slide over no image."
        return "This layer has no filters: it has learned nothing."

    def _show_index(self, layer: Layer) -> None:
        count = self.edits.count
        self.index.setRange(0, count - 1)
        self.index.show_value(self.edits.index)
        self.index.setSuffix(f" of {count:,}")
        self.buttons.swap.setEnabled(count > 1)
        reason = why_not_to_lab(layer)
        self.lab_button.setEnabled(not reason)
        word = filter_word(layer).capitalize()
        self.title.setText(word)
        self.index.setAccessibleName(word)
        self.slices.setAccessibleName(f"Weights of the {word.lower()}")
        self.lab_button.setToolTip(reason or "Step through this filter over what its layer reads")

    def _size_text(self, layer: Layer, present: Filter) -> str:
        size = "×".join(f"{n:,}" for n in present.kernel.shape)
        if layer.kind == "Dense":
            return f"{present.kernel.shape[2]:,} inputs"
        if layer.kind == "DepthwiseConv2D":
            return (
                f"{size.removesuffix('×1')} over map {self.edits.index // (layer.weights[0].shape[3] or 1)}"
            )
        return size

    def _channel_names(self, present: Filter) -> tuple[str, ...]:
        """Colours where the layer reads the image itself; else KernelSlices counts them."""
        session = self._session
        network, node = session.network, session.node
        sources = network.nodes[node].inputs if network is not None and node is not None else ()
        reads_image = network is not None and bool(sources) and sources[0] in network.inputs
        return COLOR_NAMES if reads_image and present.kernel.shape[2] == len(COLOR_NAMES) else ()

    def _show_bias(self, bias: float | None) -> None:
        for widget in (self.bias, self._bias_label):
            widget.setVisible(bias is not None)
        if bias is None:
            return
        limit = max(_LARGEST, 2 * abs(bias)) if np.isfinite(bias) else _LARGEST
        blocked = self.bias.blockSignals(True)
        self.bias.setRange(-limit, limit)
        # A spin box holds finite numbers only: its lowest value stands for one that is none.
        self.bias.setSpecialValueText("" if np.isfinite(bias) else cell_text(bias))
        self.bias.blockSignals(blocked)
        self.bias.show_value(bias if np.isfinite(bias) else -limit)

    def _show_ghost(self, present: Filter) -> None:
        learned = self.edits.learned
        if learned is None or not is_changed(learned, present):
            self.ghost.show_nothing()
            return
        count, channel = learned.kernel.shape[2], self.slices.channel
        name = "" if count == 1 else self.slices.name_of(channel)
        self.ghost.show_learned(learned, present, channel, name)

    def _point(self, channel: int, row: int, column: int) -> None:
        self._pointed = (channel, row, column) if row >= 0 else None
        self._show_info()

    def _show_info(self) -> None:
        """The weight that is pointed at; else what the filter sums to, and between what it lies."""
        kernel = self.slices.slices
        if self._pointed is not None and all(
            0 <= at < n for at, n in zip(self._pointed, _sizes(kernel), strict=True)
        ):
            channel, row, column = self._pointed
            single = kernel.shape[:2] == (1, 1)
            place = self.slices.name_of(channel) if single else f"row {row}, column {column}"
            self.info.setText(f"{place}: {full_weight_text(float(kernel[row, column, channel]))}")
            return
        low, high = cell_text(float(kernel.min()), 6), cell_text(float(kernel.max()), 6)
        total = cell_text(float(np.float32(kernel.sum(dtype=np.float64))), 6)
        self.info.setText(f"{low} to {high}, sum {total}")

    # --- layout ---

    def _restyle(self) -> None:
        self._column.setSpacing(theme.px(8))
        self._split.setSpacing(theme.px(8))
        self._split.setContentsMargins(0, 0, theme.px(4), 0)
        self.slices.setMinimumHeight(theme.px(_LEAST))
        self.refresh()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """The weights beside all else in a low card, above it in a narrow one."""
        beside = self.width() > _FLAT * self.height() and self.width() >= theme.px(_WIDE)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if way != self._split.direction():
            self._split.setDirection(way)
            self._split.setStretchFactor(self._column, int(beside))
        self.slices.setMaximumHeight(
            max(self._scroll.viewport().height(), theme.px(_LEAST)) if beside else _ANY
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(120))

    # --- other wishes ---

    def _ask_swap(self) -> None:
        count, index = self.edits.count, self.edits.index
        if count < 2:
            return
        dialog = QInputDialog(self)
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        word = filter_word(self._session.layer)
        dialog.setWindowTitle(f"Swap {word}s")
        dialog.setLabelText(f"Swap {word} {index} with {word} (0 to {count - 1:,}):")
        dialog.setIntRange(0, count - 1)
        dialog.setIntValue(index + 1 if index + 1 < count else index - 1)
        dialog.setOkButtonText("Swap")
        for field in dialog.findChildren(QSpinBox):
            field.setAccessibleName(f"{word.capitalize()} to swap with")
        dialog.intValueSelected.connect(self.edits.swap_with)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def _to_lab(self) -> None:
        present = self.edits.present
        if present is not None:
            self.lab_wished.emit(present, self.slices.channel)


def _sizes(kernel: np.ndarray) -> tuple[int, int, int]:
    height, width, channels = kernel.shape
    return channels, height, width
