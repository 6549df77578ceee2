"""The input card of a network's cell: what its layer reads, the strongest channels first, with the window over it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from convlab.drawing.numbers import full_text
from convlab.operations.convolution import Convolution
from convlab.operations.operation import Operation
from convlab.operations.step import Step
from convlab.window import theme
from convlab.window.array_view import ArrayView
from convlab.window.cell_session import CellSession
from convlab.window.fields import combo, show_in_combo
from convlab.window.input_panes import MOST_PANES, STRONGEST, Pane, panes_of
from convlab.window.pointing import Pointing
from convlab.window.shown_cells import ShownCells
from convlab.window.widgets import Card

_NARROW, _HEADER = 300, 60  # pixels at 100 %
_ROOM_FOR_TWO, _ROOM_FOR_FOUR = 130, 210
_MOST_ENTRIES = 4097  # of the list of channels
_NO_PADDING = ((0, 0), (0, 0))


class CellInputCard(Card):
    """Tells which cell of which input is pointed at, and which somebody wants to step into."""

    cell_wished = Signal(int, int, int, int)  # input, and the row, column and channel as they are shown

    def __init__(self, cells: CellSession, pointing: Pointing, parent: QWidget | None = None) -> None:
        super().__init__("Input", parent=parent)
        self._cells, self._pointing = cells, pointing
        self._choice: object = STRONGEST
        self._step: Step | None = None
        self.panes: tuple[Pane, ...] = ()
        self._kept, self._had_room = False, (0, False)
        self.channels = combo("Channels", [], self._choose)
        self.channels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.header.addWidget(self.channels)
        self._grid = QGridLayout()
        self.body.addLayout(self._grid, 1)
        self.views = [self._make_view(number) for number in range(MOST_PANES)]
        cells.stage_changed.connect(self._other_layer)
        cells.output_changed.connect(self.refresh)
        pointing.changed.connect(self._show_caption)
        theme.follow(self, self._restyle)
        self._restyle()

    def _make_view(self, number: int) -> ArrayView:
        view = ArrayView()
        view.setAccessibleName("Input" if number == 0 else f"Input {number + 1}")
        view.has_cursor = True
        view.cell_pointed.connect(lambda pane, row, column: self._pointed(number, pane, row, column))
        view.cell_clicked.connect(lambda pane, row, column, *_: self._clicked(number, pane, row, column))
        self._grid.addWidget(view, *divmod(number, 2))
        view.setVisible(number == 0)
        return view

    def _restyle(self) -> None:
        self._grid.setSpacing(theme.px(8))
        self.refresh()

    # --- what is shown ---

    @property
    def shown_views(self) -> list[ArrayView]:
        """The views in sight, one for each input that is shown."""
        return self.views[: max(len(self._numbers), 1)]

    @property
    def _numbers(self) -> list[int]:
        """The inputs that are shown."""
        return list(dict.fromkeys(pane.number for pane in self.panes))

    @property
    def shown_channels(self) -> tuple[int, ...]:
        """Of the first input, in the order in which they are shown."""
        return tuple(pane.channel for pane in self.panes if pane.number == 0)

    @property
    def shown_names(self) -> tuple[str, ...]:
        return tuple(pane.title for pane in self.panes if pane.number == 0)

    @property
    def _room(self) -> tuple[int, bool]:
        """How many panes there is room for, and whether only for numbers above them."""
        side = min(self.width(), self.height() - theme.px(_HEADER))
        most = 1 if side < theme.px(_ROOM_FOR_TWO) else 2 if side < theme.px(_ROOM_FOR_FOUR) else MOST_PANES
        return most, self.width() < theme.px(_NARROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._room != self._had_room:
            self._had_room, self._kept = self._room, True
            self.refresh()

    def _other_layer(self) -> None:
        self._choice, self._step, self.panes = STRONGEST, None, ()
        self._cells.looked_at = ()

    def refresh(self) -> None:
        """The input or the step is another one."""
        inputs = self._cells.shown_inputs
        for view in self.views:
            view.set_dimmed(not inputs)
        self._offer_channels()
        if not inputs:
            self._show_nothing()
            return
        keep = self.panes if self._kept else ()
        most, short = self._room
        self.panes = panes_of(self._cells, self._step, self._choice, keep, most=most, short=short)
        self._cells.looked_at = tuple((pane.number, pane.channel) for pane in self.panes)
        numbers = self._numbers
        for place, view in enumerate(self.views):
            view.setVisible(place < max(len(numbers), 1))
            if place < len(numbers):
                self._show_input(view, numbers[place])
        self._show_caption()

    def _show_input(self, view: ArrayView, number: int) -> None:
        cells, x = self._cells, self._cells.shown_inputs[number]
        mine = [pane for pane in self.panes if pane.number == number]
        image = (
            isinstance(cells.operation, Operation) and len(cells.now.input_shapes[0]) == 3
            if cells.now
            else False
        )
        operation = cells.operation if image and isinstance(cells.operation, Operation) else None
        view.show_array(
            x,
            cells.input_scale(dark=theme.current().dark),
            panes=tuple(pane.channel for pane in mine),
            titles=tuple(pane.title for pane in mine) if any(pane.title for pane in mine) else (),
            padding=operation.padding_amounts(x.shape) if operation else _NO_PADDING,
            padding_mode=operation.padding_mode if isinstance(operation, Convolution) else "zeros",
            unread=operation.cells_read(x.shape) if operation else None,
        )

    def _show_nothing(self) -> None:
        """The input is on its way (the old one stays, dimmed), or can never be there."""
        if self._cells.problem is not None:
            for view in self.views:
                view.show_array(None)
            self.views[0].set_empty(self._cells.problem.sentence)
        self.caption.setText("")

    # --- the step ---

    def show_step(self, step: Step | None, *, keep_order: bool) -> None:
        """Outline the step's window; keep_order: channels keep their panes, as while playing."""
        other = step is not self._step or (self._kept and not keep_order)  # the order is free again
        self._step, self._kept = step, keep_order
        if other:
            self.refresh()
        if step is None:
            for view in self.views:
                view.hide_window()
            return
        windows = self._cells.windows_of(step)
        for view, number in zip(self.views, self._numbers, strict=False):
            rows, columns = windows[number]
            view.show_window(rows, columns) if len(rows) else view.hide_window()
            if len(rows) and len(columns):
                view.put_cursor((max(int(rows[len(rows) // 2]), 0), max(int(columns[len(columns) // 2]), 0)))

    def leads_on(self, number: int, row: int, column: int) -> bool:
        """Whether a cell of an input lies in the present window, and not in the padding."""
        step, inputs = self._step, self._cells.shown_inputs
        if step is None or number >= len(inputs) or self._cells.is_image:
            return False
        rows, columns = self._cells.windows_of(step)[number]
        height, width = inputs[number].shape[:2]
        inside = 0 <= row < height and 0 <= column < width
        return inside and row in rows and column in columns

    def wish_cursor(self) -> bool:
        """Step into the cell under the keys' cursor; False if there is none, or nothing behind it."""
        for view, number in zip(self.views, self._numbers, strict=False):
            cell = view.cursor_cell()
            if cell is not None and self.leads_on(number, *cell):
                self._wish(number, 0, *cell)
                return True
        return False

    # --- channels ---

    def _offer_channels(self) -> None:
        inputs = self._cells.shown_inputs
        count = inputs[0].shape[2] if len(inputs) == 1 and self._can_choose() else 1
        names = self._cells.input_names
        entries: list[tuple[str, object]] = [("Strongest channels", STRONGEST)]
        if count <= MOST_PANES:
            entries = [("All side by side", STRONGEST)]
        entries += [
            (names[c].capitalize() if c < len(names) else f"Channel {c:,}", c)
            for c in range(min(count, _MOST_ENTRIES))
        ]
        if self.channels.count() != len(entries) or self.channels.itemText(1) != entries[1][0]:
            self.channels.clear()
            for text, value in entries:
                self.channels.addItem(text, value)
        show_in_combo(self.channels, self._choice)
        self.channels.setVisible(count > 1)

    def _can_choose(self) -> bool:
        """Where one channel is made from one channel there is nothing to choose."""
        return self._step is None or len(self._step.channels) > 1

    def _choose(self, value: object) -> None:
        self._choice, self._kept = value, False
        self.refresh()

    # --- pointing ---

    def _pointed(self, number: int, pane: int, row: int, column: int) -> None:
        shown = self._numbers[number] if number < len(self._numbers) else 0
        leads = self.leads_on(shown, row, column)
        shape = Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor
        self.views[number].setCursor(shape)
        self.views[number].setToolTip("Click to step into this cell" if leads else "")
        self._at = (shown, pane)
        inside = pane >= 0 and self._is_inside(shown, row, column)
        self._pointing.point_input((row, column) if inside else None)

    _at = (0, 0)

    @property
    def pointed_number(self) -> int:
        """The input that is pointed at."""
        return self._at[0]

    def _is_inside(self, number: int, row: int, column: int) -> bool:
        inputs = self._cells.shown_inputs
        return (
            number < len(inputs)
            and 0 <= row < inputs[number].shape[0]
            and 0 <= column < inputs[number].shape[1]
        )

    def _clicked(self, number: int, pane: int, row: int, column: int) -> None:
        shown = self._numbers[number] if number < len(self._numbers) else 0
        if self.leads_on(shown, row, column):
            self._wish(shown, pane, row, column)
        else:
            self._pointing.pin_input((row, column))

    def _wish(self, number: int, pane: int, row: int, column: int) -> None:
        mine = [one for one in self.panes if one.number == number]
        self.cell_wished.emit(number, row, column, mine[min(max(pane, 0), len(mine) - 1)].channel)

    def _show_caption(self) -> None:
        inputs, cell = self._cells.shown_inputs, self._pointing.reading_from
        number, pane = self._at
        if not inputs:
            return
        if cell is None or number >= len(inputs) or not self._is_inside(number, *cell):
            self.caption.setText(_sizes_text(self._cells.input_cells))
            return
        mine = [one for one in self.panes if one.number == number]
        one = mine[min(max(pane, 0), len(mine) - 1)]
        value = full_text(float(inputs[number][cell[0], cell[1], one.channel]))
        place = f"row {cell[0]}, column {cell[1]}: {value}"
        self.caption.setText(f"{one.title}, {place}" if one.title else place)


def _sizes_text(inputs: tuple[ShownCells, ...]) -> str:
    """How large the inputs are; of several, how many there are, unless all are of one size."""
    sizes = list(dict.fromkeys(map(_size_text, inputs)))
    if len(inputs) == 1:
        return sizes[0]
    return f"{len(inputs)} of {sizes[0]}" if len(sizes) == 1 else f"{len(inputs)} inputs"


def _size_text(cells: ShownCells) -> str:
    """How large an input is."""
    if len(cells.shape) == 1:
        return f"{cells.shape[0]:,} numbers"
    rows, columns, channels = cells.grid
    return f"{rows:,} × {columns:,}" + (f" × {channels:,}" if channels > 1 else "")
