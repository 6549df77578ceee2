"""All slices of one filter: side by side where they are few, else one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from convlab.drawing.colors import scale_for
from convlab.window import theme
from convlab.window.kernel_grid import KernelGrid
from convlab.window.weights_view import Cell
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
        self._names: tuple[str, ...] = ("Channel 0",)
        self._grids: list[KernelGrid] = []
        self._titles: list[QLabel] = []
        self._chooser = combo("Channel of the kernel", [], self._choose)
        self._chooser_row = QWidget(self)
        row = QHBoxLayout(self._chooser_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._chooser, 1)
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

    def show_marked(self, cell: Cell | None) -> None:
        """Outline one weight in every slice."""
        for grid in self._grids:
            grid.show_marked(cell)

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
        self._grids = [KernelGrid(parent=self) for _ in range(count)]
        self._titles = [label("", "caption") for _ in range(count)]
        for place, (grid, title) in enumerate(zip(self._grids, self._titles, strict=True)):
            title.setParent(self)
            title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            grid.show()
            self._connect(grid, place)

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
        rows, columns = self.slices.shape[:2]
        room = QRectF(self.rect())
        if self._chooser_row.isVisibleTo(self):
            height = self._chooser_row.sizeHint().height()
            self._chooser_row.setGeometry(0, 0, self.width(), height)
            room.setTop(height + theme.px(4))
        count, gap, frame = len(self._grids), theme.px(12), 2 * theme.px(3)
        title = theme.px(22) if self._titles[0].isVisibleTo(self) else 0

        def side(across: int) -> float:
            lines = -(-count // across)
            wide = (room.width() - (across - 1) * gap) / across - frame
            return min(wide / columns, ((room.height() - (lines - 1) * gap) / lines - title - frame) / rows)

        across = max(range(count, 0, -1), key=side)
        cell = max(side(across), 1.0)
        cell = float(int(cell)) if cell >= 4 else cell
        width, height = cell * columns + frame, cell * rows + frame + title
        lines = -(-count // across)
        left = room.center().x() - (across * (width + gap) - gap) / 2
        top = room.center().y() - (lines * (height + gap) - gap) / 2
        for place, (grid, heading) in enumerate(zip(self._grids, self._titles, strict=True)):
            line, column = divmod(place, across)
            x, y = round(left + column * (width + gap)), round(max(top, room.top()) + line * (height + gap))
            heading.setGeometry(x - gap // 2, y, round(width) + gap, title)
            grid.setGeometry(x, y + title, round(width), round(height - title))

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
        self._place_grids()

    def _offer_channels(self, count: int) -> None:
        self._chooser_row.setVisible(count > SIDE_BY_SIDE)
        if count > SIDE_BY_SIDE:
            if self._chooser.count() != count:
                self._chooser.clear()
                for channel, name in enumerate(self._names):
                    self._chooser.addItem(name, channel)
            show_in_combo(self._chooser, self.channel)

    def _choose(self, channel: object) -> None:
        assert isinstance(channel, int)
        self.channel = channel
        self.channel_entered.emit()

    # --- looks ---

    def _theme_changed(self) -> None:
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_grids()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(96))
