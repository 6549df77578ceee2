"""The input card: what the focused operation reads, with the window over it; the image can be drawn on here."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from convlab.drawing.numbers import cell_text, full_text
from convlab.experiment.image import Image
from convlab.operations.convolution import Convolution
from convlab.operations.operation import Operation
from convlab.window import theme
from convlab.window.array_view import ArrayView
from convlab.window.drawing_tools import DrawingTools, PaintGesture
from convlab.window.fields import combo, show_in_combo
from convlab.window.pointing import Pointing
from convlab.window.session import Session
from convlab.window.widgets import Card

SIDE_BY_SIDE = "side by side"
COLOR = "color"
_CHANNEL_NAMES = ("Red", "Green", "Blue")
_MOST_SIDE_BY_SIDE = 4
_ROOMS = (7, 5)  # characters of each of several values: for four digits, and where there is little room


def channel_names(image: Image, channels: int, is_image: bool) -> tuple[str, ...]:
    """What the channels are called: colours for an RGB image, else numbers."""
    if is_image and image.channels == 3:
        return _CHANNEL_NAMES
    return tuple(f"channel {number}" for number in range(channels))


class InputCard(Card):
    """Shows the input, tells what is drawn on it and which cell is pointed at."""

    image_edited = Signal(str, object, object)  # label, Image, merge key
    stroke_ended = Signal()

    def __init__(self, session: Session, pointing: Pointing, parent: QWidget | None = None) -> None:
        super().__init__("Input", parent=parent)
        self._session = session
        self._pointing = pointing
        self.view = ArrayView()
        self.view.setAccessibleName("Input")
        self.tools = DrawingTools()
        self.gesture = PaintGesture(self.view, self)
        self.channels = combo("Channels", [], self._choose_channels)
        self.channels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._folded = False
        self._layout_choice: object = None
        self.header.addWidget(self.channels)
        self.body.addWidget(self.tools)
        self.body.addWidget(self.view, 1)
        self.tools.tool_chosen.connect(self._use_tool)
        self.tools.brush_changed.connect(self.gesture.set_brush)
        self.gesture.stroke_moved.connect(self.image_edited)
        self.gesture.stroke_ended.connect(self.stroke_ended)
        self.gesture.value_picked.connect(self.tools.show_value)
        self.gesture.set_brush(self.tools.brush)
        self.view.has_cursor = True
        self.view.cell_pointed.connect(self._pointed)
        self.view.cell_clicked.connect(self._clicked)
        session.output_changed.connect(self.refresh)
        session.filter_changed.connect(self.refresh)
        pointing.changed.connect(self._show_caption)
        theme.follow(self, self.refresh)
        self._use_tool("point")
        self.refresh()

    @property
    def shows_image(self) -> bool:
        """Whether the input is the image itself, on which one can draw."""
        return self._session.operation_index == 0

    def refresh(self) -> None:
        """Show the input of the operation in focus."""
        array, operation = self._session.input_array, self._session.operation
        self.gesture.show_image(self._session.experiment.image if self.shows_image else None)
        self.tools.setVisible(self.shows_image and self._can_be_drawn() and not self._folded)
        self.tools.show_image(self._session.experiment.image)
        self.gesture.set_brush(self.tools.brush)
        self.view.set_dimmed(array is None)
        if array is None:
            self._show_nothing()
            return
        self._offer_channels(array.shape[2])
        white = self._session.experiment.image.white if self.shows_image else None
        shape = array.shape
        possible = operation is not None and self._session.problem is None
        self.view.show_array(
            array,
            self._session.scale_of(array, white, dark=theme.current().dark),
            panes=self._panes(array.shape[2]),
            titles=self._titles(array.shape[2]),
            padding=operation.padding_amounts(shape) if operation and possible else ((0, 0), (0, 0)),
            padding_mode=operation.padding_mode if isinstance(operation, Convolution) else "zeros",
            unread=operation.cells_read(shape) if operation and possible else None,
        )
        panes = self._panes(array.shape[2])
        self.gesture.show_channel(panes[0] if len(panes) == 1 and isinstance(panes[0], int) else None)
        self._show_caption()

    def _show_nothing(self) -> None:
        """The input is being computed (the old one stays, dimmed), or can never be."""
        session = self._session
        if session.chain.problem(session.operation_index) is not None:
            self.view.show_array(None)
            self.view.set_empty("The stage before has no output. Choose it above to see why.")
            self.caption.setText("")

    def fold_tools(self, folded: bool) -> None:
        """Hide the drawing tools: while presenting, and where there is no room."""
        self._folded = folded
        self.refresh()

    # --- channels ---

    def _offer_channels(self, count: int) -> None:
        names = channel_names(self._session.experiment.image, count, self.shows_image)
        entries: list[tuple[str, object]] = []
        if 1 < count <= _MOST_SIDE_BY_SIDE:
            entries.append(("All side by side", SIDE_BY_SIDE))
        if self.shows_image and count == 3:
            entries.append(("In colour", COLOR))
        entries += [(name.capitalize(), number) for number, name in enumerate(names)]
        if [self.channels.itemText(index) for index in range(self.channels.count())] != [
            e[0] for e in entries
        ]:
            self.channels.clear()
            for text, value in entries:
                self.channels.addItem(text, value)
            # Of a photograph one wants to see the picture first.
            large = self.shows_image and count == 3 and self._session.show_all
            self._layout_choice = COLOR if large else entries[0][1]
        show_in_combo(self.channels, self._layout_choice)
        self.channels.setVisible(count > 1)

    def _choose_channels(self, value: object) -> None:
        self._layout_choice = value
        self.refresh()

    def _panes(self, count: int) -> tuple[int, ...] | str:
        operation = self._session.operation
        if count > 1 and operation is not None and _reads_one_channel(operation):
            return (min(self._session.filter, count - 1),)
        if self._layout_choice == COLOR:
            return "color"
        if isinstance(self._layout_choice, int):
            return (min(self._layout_choice, count - 1),)
        return tuple(range(min(count, _MOST_SIDE_BY_SIDE)))

    def _titles(self, count: int) -> tuple[str, ...]:
        panes = self._panes(count)
        names = channel_names(self._session.experiment.image, count, self.shows_image)
        return () if panes == "color" or count == 1 else tuple(names[int(pane)] for pane in panes)

    # --- drawing and pointing ---

    def _can_be_drawn(self) -> bool:
        image = self._session.experiment.image
        return max(image.height, image.width) <= 512

    def _use_tool(self, tool: str) -> None:
        self.gesture.set_tool(tool)

    def _pointed(self, pane: int, row: int, column: int) -> None:
        self._pointing.point_input((row, column) if row >= 0 and column >= 0 else None)

    def _clicked(self, pane: int, row: int, column: int, *_: object) -> None:
        if self.gesture.tool == "point":
            self._pointing.pin_input((row, column))

    def _show_caption(self) -> None:
        array = self._session.input_array
        if array is None:
            return
        cell = self._pointing.reading_from
        rows, columns = array.shape[:2]
        if cell is not None and 0 <= cell[0] < rows and 0 <= cell[1] < columns:
            self._show_cell(cell, [float(value) for value in array[cell][:_MOST_SIDE_BY_SIDE]])
            return
        self.caption.setText(self._size_text(rows, columns))
        self.caption.setToolTip("")

    def _show_cell(self, cell: tuple[int, int], values: list[float]) -> None:
        """A single value in full; several in so few digits that all of them have room, in full as a tooltip."""
        place = f"row {cell[0]}, column {cell[1]}"
        in_full = ", ".join(map(full_text, values))
        four, three = (", ".join(cell_text(value, room) for value in values) for room in _ROOMS)
        text = f"{place}: {in_full if len(values) == 1 else four}"
        self.caption.show_texts(text, f"{place}: {three}", f"{cell[0]}, {cell[1]}: {three}", three)
        self.caption.setToolTip(f"{place}: {in_full}" if len(values) > 1 else "")

    def _size_text(self, rows: int, columns: int) -> str:
        operation = self._session.operation
        text = f"{rows:,} × {columns:,}"
        if operation is None or self._session.problem is not None:
            return text
        shape = self._session.input_shape or (rows, columns, 1)
        (top, bottom), (left, right) = operation.padding_amounts(shape)
        padded = (rows + top + bottom, columns + left + right)
        return text if padded == (rows, columns) else f"{text}, padded to {padded[0]:,} × {padded[1]:,}"


def _reads_one_channel(operation: Operation) -> bool:
    """Pooling and pointwise operations make output channel c from input channel c alone."""
    return not isinstance(operation, Convolution) and operation.weight_count() == 0
