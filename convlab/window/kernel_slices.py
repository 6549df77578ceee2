"""All slices of one filter: side by side where they are few, else one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from convlab.drawing.colors import scale_for
from convlab.window import theme
from convlab.window.kernel_grid import KernelGrid
from convlab.window.widgets import combo, label, show_in_combo

SIDE_BY_SIDE = 4
COLOR_NAMES = ("Red", "Green", "Blue")


class KernelSlices(QWidget):
    """Shows (kh, kw, channels) and tells edits with the channel they belong to."""

    cell_edited = Signal(int, int, int, float, bool)  # channel, row, column, value, part of a burst
    weights_edited = Signal(int, str, object)  # channel, label, array of the same size
    matrix_pasted = Signal(int, object)  # channel, array
    cell_pointed = Signal(int, int, int)  # channel, row, column
    channel_entered = Signal()  # another slice is in focus
    burst_ended = Signal()
    problem_met = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slices: NDArray[Any] = np.zeros((1, 1, 1), np.float32)
        self.channel = 0
        self._names: tuple[str, ...] = ()
        self._grids: list[KernelGrid] = []
        self._titles: list[QLabel] = []
        self._chooser = combo("Channel of the kernel", [], self._choose)
        self._chooser_row = QWidget(self)
        row = QHBoxLayout(self._chooser_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label("Channel", "caption"))
        row.addWidget(self._chooser, 1)
        self._cells = QGridLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._chooser_row)
        column.addLayout(self._cells, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Kernel")
        self._make_grids(1)
        theme.follow(self, self._theme_changed)

    # --- told ---

    def show_slices(self, slices: NDArray[Any], names: Sequence[str] = ()) -> None:
        """Show a filter's slices (kh, kw, channels), all in one symmetrical scale."""
        count = slices.shape[2]
        self.slices = slices
        self.channel = min(self.channel, count - 1)
        self._names = tuple(names) if len(names) == count else tuple(f"Channel {c}" for c in range(count))
        shown = count if count <= SIDE_BY_SIDE else 1
        if shown != len(self._grids):
            self._make_grids(shown)
        self._offer_channels(count)
        self._show()

    def show_marked(self, row: int | None, column: int | None = None) -> None:
        """Outline one weight in every slice."""
        for grid in self._grids:
            grid.show_marked(row, column)

    def show_chosen(self, one_by_one: bool) -> None:
        """Mark the title of the slice in focus, where slices are edited one by one."""
        for place, title in enumerate(self._titles):
            chosen = one_by_one and self._channel_at(place) == self.channel
            color = theme.colors().accent_ink if chosen else theme.colors().muted
            title.setStyleSheet(f"color: {color}; font-weight: {600 if chosen else 400};")

    def turn(self) -> None:
        """Turn all slices by 180°, as a short motion."""
        for grid in self._grids:
            grid.turn()

    @property
    def grids(self) -> list[KernelGrid]:
        """The grids in sight, one for each channel shown."""
        return self._grids

    def figure_rect(self) -> QRectF:
        """The rectangle around all cells in sight."""
        result = QRectF()
        for grid in self._grids:
            result = result.united(grid.figure_rect().translated(grid.mapTo(self, QPoint(0, 0))))
        return result

    # --- building ---

    def _make_grids(self, count: int) -> None:
        for widget in (*self._grids, *self._titles):
            widget.hide()
            widget.deleteLater()
        self._grids = [KernelGrid() for _ in range(count)]
        self._titles = [label("", "caption") for _ in range(count)]
        for place, (grid, title) in enumerate(zip(self._grids, self._titles, strict=True)):
            title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self._connect(grid, place)
        self._place_grids()

    def _connect(self, grid: KernelGrid, place: int) -> None:
        grid.cell_edited.connect(lambda *edit: self.cell_edited.emit(self._channel_at(place), *edit))
        grid.weights_edited.connect(lambda *edit: self.weights_edited.emit(self._channel_at(place), *edit))
        grid.matrix_pasted.connect(lambda array: self.matrix_pasted.emit(self._channel_at(place), array))
        grid.cell_pointed.connect(lambda *cell: self.cell_pointed.emit(self._channel_at(place), *cell))
        grid.burst_ended.connect(self.burst_ended)
        grid.problem_met.connect(self.problem_met)
        grid.entered.connect(lambda: self._enter(place))

    def _channel_at(self, place: int) -> int:
        return place if self.slices.shape[2] <= SIDE_BY_SIDE else self.channel

    def _enter(self, place: int) -> None:
        if self.slices.shape[2] <= SIDE_BY_SIDE and self.channel != place:
            self.channel = place
            self.channel_entered.emit()

    def _place_grids(self) -> None:
        """Side by side, stacked or two by two: whatever gives the largest cells."""
        while self._cells.takeAt(0) is not None:
            pass
        self._cells.setSpacing(theme.px(4))
        self._cells.setHorizontalSpacing(theme.px(8))
        across = self._best_across()
        for place, (grid, title) in enumerate(zip(self._grids, self._titles, strict=True)):
            line, column = divmod(place, across)
            self._cells.addWidget(title, 2 * line, column)
            self._cells.addWidget(grid, 2 * line + 1, column)
        lines = -(-len(self._grids) // across)
        for line in range(2 * SIDE_BY_SIDE):
            self._cells.setRowStretch(line, int(line % 2 == 1 and line < 2 * lines))
        for column in range(SIDE_BY_SIDE):
            self._cells.setColumnStretch(column, int(column < across))
        self._across = across

    def _best_across(self) -> int:
        count = len(self._grids)
        rows, columns = self.slices.shape[:2]
        title = theme.px(24) if count > 1 else 0

        def side(across: int) -> float:
            lines = -(-count // across)
            return min(self.width() / across / columns, (self.height() / lines - title) / rows)

        return max(range(count, 0, -1), key=side)

    # --- showing ---

    def _show(self) -> None:
        count = self.slices.shape[2]
        scale = scale_for(self.slices, dark=theme.current().dark)
        for place, (grid, title) in enumerate(zip(self._grids, self._titles, strict=True)):
            channel = self._channel_at(place)
            name = self._names[channel]
            title.setText(name)
            title.setVisible(1 < count <= SIDE_BY_SIDE)
            grid.show_name("Kernel" if count == 1 else f"Kernel for {name.lower()}")
            grid.show_weights(self.slices[:, :, channel], scale)
        if self._best_across() != self._across:
            self._place_grids()

    def _offer_channels(self, count: int) -> None:
        self._chooser_row.setVisible(count > SIDE_BY_SIDE)
        if count > SIDE_BY_SIDE:
            if self._chooser.count() != count:
                self._chooser.clear()
                for channel, name in enumerate(self._names):
                    self._chooser.addItem(f"{name} of {count:,}", channel)
            show_in_combo(self._chooser, self.channel)

    def _choose(self, channel: object) -> None:
        assert isinstance(channel, int)
        self.channel = channel
        self.channel_entered.emit()

    # --- looks ---

    def _theme_changed(self) -> None:
        self._place_grids()
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._best_across() != self._across:
            self._place_grids()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(96))
