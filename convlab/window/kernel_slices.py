"""All slices of one filter: side by side where they are few, else one that is chosen; many single weights as a list."""

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
from convlab.window.fields import combo, show_in_combo
from convlab.window.kernel_grid import KernelGrid
from convlab.window.weight_pages import WeightPages
from convlab.window.weights_view import Cell
from convlab.window.widgets import label

SIDE_BY_SIDE = 4
_LISTED = 40  # pixels at 100 % of a weight in a list: its digits can be read
_MOST_ACROSS = 8
COLOR_NAMES = ("Red", "Green", "Blue")


class KernelSlices(QWidget):
    """Shows (kh, kw, channels) and tells edits with the channel they belong to.

    lists: many slices of one weight each are shown as pages of a compact grid, all editable there.
    """

    cell_edited = Signal(int, int, int, float, bool)  # channel, row, column, value, part of a burst
    weights_edited = Signal(int, str, object)  # channel, label, array of the same size
    matrix_pasted = Signal(int, object)  # channel, array
    kernel_edited = Signal(str, object)  # label, array of the filter's size: many weights of a list at once
    cell_pointed = Signal(int, int, int)  # channel, row, column
    channel_entered = Signal()  # another slice is in focus
    burst_ended = Signal()
    problem_met = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, lists: bool = False) -> None:
        super().__init__(parent)
        self.slices: NDArray[Any] = np.zeros((1, 1, 1), np.float32)
        self.channel = 0
        self._lists = lists
        self._pages: WeightPages | None = None
        self.page = 0  # of a list: that in sight
        self._names: tuple[str, ...] = ()
        self._word = "channel"
        self._offered: object = None
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

    def show_slices(self, slices: NDArray[Any], names: Sequence[str] = (), word: str = "channel") -> None:
        """Show a filter's slices (kh, kw, channels), all in one symmetrical scale.

        names: of the channels; else they are numbers of what `word` says.
        """
        count = slices.shape[2]
        self.slices = slices
        self.channel = min(self.channel, count - 1)
        self._names, self._word = (tuple(names) if len(names) == count else ()), word
        self._turn_to(self._fitting_pages())
        shown = count if count <= SIDE_BY_SIDE else 1
        if shown != len(self._grids):
            self._make_grids(shown)
        self._offer_channels(count)
        self._show()

    def name_of(self, channel: int) -> str:
        return self._names[channel] if self._names else f"{self._word.capitalize()} {channel:,}"

    def show_marked(self, cell: Cell | None) -> None:
        """Outline one weight in every slice."""
        for grid in self._grids:
            grid.show_marked(cell)

    def show_chosen(self, one_by_one: bool) -> None:
        """Mark the title of the slice in focus, where slices are edited one by one."""
        for place, title in enumerate(self._titles):
            chosen = one_by_one and self._channel_at(place) == self.channel
            color = theme.colors().accent_ink if chosen else theme.colors().muted
            style = f"color: {color}; font-weight: {600 if chosen else 400};"
            if title.styleSheet() != style:
                title.setStyleSheet(style)

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
        grid.cell_edited.connect(
            lambda row, column, *edit: self.cell_edited.emit(*self._weight_at(place, row, column), *edit)
        )
        grid.weights_edited.connect(lambda text, array: self._slice_edited(place, text, array))
        grid.matrix_pasted.connect(lambda array: self._pasted(place, array))
        grid.cell_pointed.connect(lambda row, column: self._cell_pointed(place, row, column))
        grid.burst_ended.connect(self.burst_ended)
        grid.problem_met.connect(self.problem_met)
        grid.entered.connect(lambda: self._enter(place))

    def _channel_at(self, place: int) -> int:
        return place if self.slices.shape[2] <= SIDE_BY_SIDE else self.channel

    def _weight_at(self, place: int, row: int, column: int) -> tuple[int, int, int]:
        """The channel, row and column of a weight; of a list each cell is a channel."""
        if self._pages is None or row < 0:
            return self._channel_at(place), row, column
        return self._pages.weight_at(self.page, row, column), 0, 0

    def _slice_edited(self, place: int, text: str, array: NDArray[Any]) -> None:
        if self._pages is None:
            self.weights_edited.emit(self._channel_at(place), text, array)
        else:
            weights = self._pages.with_block(self.slices[0, 0], self.page, array)
            self.kernel_edited.emit(text, weights.reshape(self.slices.shape))

    def _pasted(self, place: int, array: NDArray[Any]) -> None:
        if self._pages is None:
            self.matrix_pasted.emit(self._channel_at(place), array)
        else:
            self._slice_edited(place, "Paste into", array)

    def _fitting_pages(self) -> WeightPages | None:
        """None for slices that are no single weights, or few."""
        rows, columns, count = self.slices.shape
        if not self._lists or rows * columns > 1 or count <= SIDE_BY_SIDE:
            return None
        side = theme.px(_LISTED)
        height = self.height() - self._chooser_row.sizeHint().height() - theme.px(4)
        across, down = (min(max(int(n / side), 2), _MOST_ACROSS) for n in (self.width(), height))
        return WeightPages.fitted(count, down, across)

    def _turn_to(self, pages: WeightPages | None) -> None:
        """Show the page with the weight in focus; the present one stays if it is there, too."""
        same = pages == self._pages and pages is not None and pages.holds(self.page, self.channel)
        self._pages = pages
        if not same:
            self.page = pages.page_of(self.channel) if pages is not None else 0

    def _cell_pointed(self, place: int, row: int, column: int) -> None:
        weight = self._weight_at(place, row, column)
        grid = self._grids[place]
        if self._pages is not None and grid.hasFocus() and grid.cursor_cell == (row, column):
            self.channel = weight[0]
        self.cell_pointed.emit(*weight)

    def _enter(self, place: int) -> None:
        if self.slices.shape[2] <= SIDE_BY_SIDE and self.channel != place:
            self.channel = place
            self.channel_entered.emit()

    def _place_grids(self) -> None:
        """Side by side, stacked or two by two: whatever gives the largest cells."""
        pages = self._pages
        rows, columns = self.slices.shape[:2] if pages is None else (pages.rows, pages.columns)
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
            name = self.name_of(channel)
            title.setText(name)
            title.setVisible(1 < count <= SIDE_BY_SIDE)
            if self._pages is not None:
                grid.show_name(f"Weights for {self._pages.text(self.page, self._word).lower()}")
                grid.show_weights(self._pages.block(self.slices[0, 0], self.page), scale)
                continue
            grid.show_name("Kernel" if count == 1 else f"Kernel for {name.lower()}")
            grid.show_weights(self.slices[:, :, channel], scale)
        self._place_grids()

    def _offer_channels(self, count: int) -> None:
        pages = self._pages
        several = count > SIDE_BY_SIDE if pages is None else pages.pages > 1
        self._chooser_row.setVisible(several)
        if not several:
            return
        key = (count, pages, self._names, self._word)
        if self._offered != key:
            self._offered = key
            self._chooser.clear()
            for text, channel in self._entries(count):
                self._chooser.addItem(text, channel)
        chosen = self.channel if pages is None else self.page * pages.size
        show_in_combo(self._chooser, chosen)

    def _entries(self, count: int) -> list[tuple[str, int]]:
        """What can be chosen, and the channel that stands for it: of a list its pages."""
        pages = self._pages
        if pages is None:
            return [(self.name_of(channel), channel) for channel in range(count)]
        return [(pages.text(page, self._word), page * pages.size) for page in range(pages.pages)]

    def _choose(self, channel: object) -> None:
        assert isinstance(channel, int)
        self.channel = channel
        self.channel_entered.emit()

    # --- looks ---

    def _theme_changed(self) -> None:
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._pages != (pages := self._fitting_pages()):
            self._turn_to(pages)
            self._offer_channels(self.slices.shape[2])
            self._show()
        self._place_grids()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(96))
