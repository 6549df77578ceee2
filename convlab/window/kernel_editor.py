"""The panel of a convolution: its kernel to edit, named kernels, and its settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QMenu, QToolButton, QWidget

from convlab.drawing.numbers import full_weight_text, weight_text
from convlab.operations import kernels
from convlab.operations.convolution import Convolution
from convlab.problems import Problem
from convlab.window import kernel_edits as edits
from convlab.window import theme
from convlab.window.factors_view import FactorsView
from convlab.window.filter_button import FilterButton
from convlab.window.form import PairField
from convlab.window.kernel_menu import (
    CUSTOM,
    Transformation,
    gallery_box,
    show_in_gallery,
    transformation_menu,
)
from convlab.window.kernel_settings import ConvolutionSettings, LayerSettings
from convlab.window.kernel_slices import COLOR_NAMES, KernelSlices
from convlab.window.stage_panel import StagePanel
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.widgets import Elided, tool_button

_WIDE = 220  # pixels at 100 % from which there is room for the way to the lesson
_CUSTOM_MEANING = "Your own kernel."
_TURNED_MEANING = "Turned by 180°, as it lies over the image."


class KernelPanel(StagePanel):
    """The kernel of a convolution or a transposed one. Weights are shown and told as they lie over the image."""

    learn_wished = Signal()  # to see how such a kernel is learned

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Kernel", parent)
        self._channel_names: tuple[str, ...] | None = None
        self._apart = False  # the slices are alike, but shall be edited one by one
        self._size_source: edits.Layer | None = None  # the layer before a burst of size changes
        self._pointed: tuple[int, int, int] | None = None
        self.gallery = gallery_box(self._choose_named)
        self.change = tool_button("more", "Change the kernel", role="flat")
        theme.follow(self.change, self._narrow_button)
        self._narrow_button()
        self.slices = KernelSlices()
        self.set_figure(self.slices)
        self.info = Elided("", "caption")
        self.learn = tool_button(
            "",
            "Learn a kernel: see how gradient descent finds it",
            self.learn_wished.emit,
            text="Learn…",
            role="flat",
        )
        self.filters = FilterButton()
        self._make_menu()
        self.header.addWidget(self.gallery, 1)
        self.header.addWidget(self.change)
        self.below.addWidget(self.info, 1)
        self.below.addWidget(self.learn)
        self.below.addWidget(self.filters)
        self._make_form()
        self._connect()

    # --- building ---

    def _make_menu(self) -> None:
        self.change_menu = QMenu(self.change)
        self.change_menu.aboutToShow.connect(lambda: transformation_menu(self.change_menu, self.transform))
        self.change.setMenu(self.change_menu)
        self.change.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.learn.setVisible(self.width() >= theme.px(_WIDE))  # the Learn menu has it too
        super().resizeEvent(event)

    def _make_form(self) -> None:
        self.size_field = PairField(("Kernel rows", "Kernel columns"), 1, edits.MAX_SIDE, between="×")
        self.form.add_row("Size", self.size_field)
        self.settings = self.make_settings()
        self.alike = QCheckBox("one for all")
        self.alike.setAccessibleName("Same slice for all channels")
        self.alike.setToolTip("Every channel has the same slice, and an edit changes all of them")
        self.form.add_row("Slices", self.alike)
        self.factors = FactorsView()
        self.form.add_row("Separable", self.factors, keeps_height=True)

    def _narrow_button(self) -> None:
        self.change.setFixedWidth(theme.px(30))  # Qt would leave room for an arrow that is not shown

    def make_settings(self) -> LayerSettings:
        """The rows of the form between the size and what the kernel is like."""
        return ConvolutionSettings(self)

    def _connect(self) -> None:
        slices = self.slices
        slices.cell_edited.connect(self._edit_weight)
        slices.weights_edited.connect(lambda channel, text, values: self._edit_slice(text, channel, values))
        slices.matrix_pasted.connect(self._paste)
        slices.cell_pointed.connect(self._point)
        slices.burst_ended.connect(self._end_burst)
        slices.channel_entered.connect(self.refresh)
        slices.problem_met.connect(self._refuse)
        slices.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        slices.customContextMenuRequested.connect(lambda at: self.change_menu.popup(slices.mapToGlobal(at)))
        self.size_field.changed.connect(self._resize)
        self.size_field.done.connect(self._end_burst)
        self.alike.clicked.connect(self._make_alike)
        self.filters.chosen.connect(self.filter_chosen)
        self.filters.add_wished.connect(self.add_filter)
        self.filters.duplicate_wished.connect(lambda: self.add_filter(like=self.filter))
        self.filters.remove_wished.connect(self.remove_filter)

    # --- what is shown ---

    @property
    def layer(self) -> edits.Layer:
        assert isinstance(self.operation, edits.Layer)
        return self.operation

    @property
    def is_turned(self) -> bool:
        """Whether the kernel is flipped, and so shown turned by 180°."""
        return isinstance(self.operation, Convolution) and self.operation.flip_kernel

    def show_operation(
        self, operation: Any, input_shape: Any, filter_index: int, problem: Problem | None
    ) -> None:
        was_turned, before = self.is_turned, self.operation
        count = edits.filter_count(operation)
        if before is not None and edits.ordered(before).shape[2] != edits.ordered(operation).shape[2]:  # type: ignore[arg-type]
            self._apart = False
        super().show_operation(operation, input_shape, min(filter_index, count - 1), problem)
        if before is not None and self.is_turned != was_turned:
            self.slices.turn()

    def refresh(self) -> None:
        layer = self.layer
        own = edits.filter_slices(layer, self.filter)
        self.slices.show_slices(self._turned(own), self._names(own.shape[2]))
        self._show_name(own)
        self.size_field.show_pair(own.shape[:2])
        self.settings.show(layer)
        self.alike.setChecked(edits.slices_alike(layer, self.filter) and not self._apart)
        self.slices.show_chosen(not self._linked)
        self.form.show_row("Slices", own.shape[2] > 1)
        self.factors.show_kernel(self._shown_slice())
        grouped = isinstance(layer, Convolution) and layer.groups > 1
        self.filters.show_filters(edits.filter_count(layer), self.filter, fixed=grouped)
        self._show_info()

    def _turned(self, values: NDArray[Any]) -> NDArray[Any]:
        return values[::-1, ::-1] if self.is_turned else values

    def _names(self, channels: int) -> tuple[str, ...]:
        if self._channel_names is None and channels == len(COLOR_NAMES):
            return COLOR_NAMES
        return self._channel_names or ()

    def show_channel_names(self, names: tuple[str, ...]) -> None:
        """What the channels that reach the layer are called, if they have names; until this is told, three channels
        are red, green and blue."""
        self._channel_names = names

    def _shown_slice(self) -> NDArray[Any]:
        """The slice in focus (kh, kw), as it is applied."""
        return self.slices.slices[:, :, self.slices.channel]

    def _show_name(self, own: NDArray[Any]) -> None:
        named = kernels.kernel_named_like(own[:, :, self.slices.channel])
        show_in_gallery(self.gallery, named.key if named else None)
        meaning = named.meaning if named else _CUSTOM_MEANING
        self.show_meaning(f"{meaning} {_TURNED_MEANING}" if self.is_turned else meaning)
        self.gallery.setToolTip(named.name if named else CUSTOM)

    def _show_info(self) -> None:
        if self._pointed is not None:
            channel, row, column = self._pointed
            weight = full_weight_text(float(self.slices.slices[row, column, channel]))
            self._say(f"row {row}, column {column}: {weight}", f"{row}, {column}: {weight}", weight)
            return
        total = float(edits.filter_slices(self.layer, self.filter).astype(np.float64).sum())
        text = weight_text(round(total, 6))
        self._say(f"sum {text}", f"Σ {text}", "")

    def _say(self, text: str, *shorter: str) -> None:
        """Below the cells, less of it where there is less room; all of it in the tooltip."""
        self.info.show_texts(text, *shorter)
        show_plain_tooltip(self.info, text)

    def show_marked_weight(self, cell: tuple[int, int] | None) -> None:
        self.slices.show_marked(cell)

    def drawn_rect(self) -> QRectF:
        return self.slices.figure_rect()

    # --- edits of weights ---

    @property
    def _linked(self) -> bool:
        """Whether an edit changes the slices of all channels."""
        return self.alike.isChecked()

    def _place(self, channel: int) -> int | None:
        return None if self._linked else channel

    def _edit_weight(self, channel: int, row: int, column: int, value: float, burst: bool) -> None:
        own = edits.ordered(self.layer)
        cell = (own.shape[0] - 1 - row, own.shape[1] - 1 - column) if self.is_turned else (row, column)
        layer = edits.with_weight(self.layer, self.filter, self._place(channel), cell, value)
        self.tell("Change Weight", layer, "weight" if burst else None)

    def _edit_slice(
        self, text: str, channel: int, values: NDArray[Any], merge_key: str | None = None
    ) -> None:
        own = self._turned(values)
        self.tell(text, edits.with_slice(self.layer, self.filter, self._place(channel), own), merge_key)

    def _paste(self, channel: int, values: NDArray[Any]) -> None:
        self._edit_slice("Paste Kernel", channel, values)

    def _choose_named(self, key: str) -> None:
        """A named kernel, as it is written unflipped."""
        values = kernels.named(key).values
        layer = edits.with_slice(self.layer, self.filter, self._place(self.slices.channel), values)
        self.tell("Choose Kernel", layer, "named kernel")

    def transform(self, text: str, function: Transformation) -> None:
        """Apply `function` to the slice in focus, or to all if they are one, and tell it under the name `text`."""

        def changed() -> edits.Layer:
            channel = self.slices.channel
            values = function(edits.filter_slices(self.layer, self.filter)[:, :, channel])
            return edits.with_slice(self.layer, self.filter, self._place(channel), values)

        self.attempt(text, changed)

    def _resize(self, rows: int, columns: int) -> None:
        """From the kernel before this burst, so that what a smaller size cut off comes back."""
        self._size_source = self._size_source or self.layer
        source = edits.with_size(self._size_source, (rows, columns))
        self.tell("Change Kernel Size", replace(self.layer, kernel=source.kernel), "kernel size")

    def _make_alike(self, on: bool) -> None:
        self._apart = not on
        if on and not edits.slices_alike(self.layer, self.filter):
            values = edits.filter_slices(self.layer, self.filter)[:, :, self.slices.channel]
            self.tell("Same Slice for All Channels", edits.with_slice(self.layer, self.filter, None, values))

    def _end_burst(self) -> None:
        self._size_source = None
        self.edit_ended.emit()

    # --- filters ---

    def add_filter(self, like: int | None = None) -> None:
        """One more filter, which is then looked at: one that copies its input, or a copy of filter `like`."""
        text = "Add Filter" if like is None else "Duplicate Filter"
        self.tell(text, edits.with_filter_added(self.layer, like))
        self.filter_chosen.emit(edits.filter_count(self.layer) - 1)

    def remove_filter(self) -> None:
        self.tell("Remove Filter", edits.without_filter(self.layer, self.filter))

    # --- gestures ---

    def _point(self, channel: int, row: int, column: int) -> None:
        self._pointed = (channel, row, column) if row >= 0 else None
        self._show_info()
        self.weight_pointed.emit(row, column)

    def _refuse(self, problem: Problem) -> None:
        self.show_problem(problem)
        self.distribute()
