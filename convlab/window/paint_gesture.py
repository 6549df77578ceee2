"""PaintGesture: presses, drags and keys on a view of the image become edits of it."""

from __future__ import annotations

from itertools import count
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from convlab.drawing.numbers import parse_number
from convlab.experiment.image import Image
from convlab.experiment.painting import Brush, Cell, fill, paint_line
from convlab.window.array_view import ArrayView
from convlab.window.value_choice import Value

_PICKS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_DRAWING = ("pen", "line", "eraser")
_TYPED = "0123456789.,-−"
_BURST_SECONDS = 1.5  # a digit that comes later begins a new number
_strokes = count(1)  # merge keys are unique over all gestures


class PaintGesture(QObject):
    """What the user draws on the view, told edit by edit; the edits of one stroke share a merge key.

    It is shown the image, the tool and the brush; without an image, or with the tool "point", nothing is drawn.
    """

    stroke_moved = Signal(str, object, object)  # what it is called, the image now, the merge key
    stroke_ended = Signal()
    value_picked = Signal(object)

    def __init__(self, view: ArrayView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tool = "point"
        self.brush = Brush()
        self._view = view
        self._image: Image | None = None
        self._channel: int | None = None
        self._stroke: _Stroke | None = None
        self._last: Cell | None = None
        self._typed = _Typed()
        view.cell_pressed.connect(self._pressed)
        view.cell_dragged.connect(self._dragged)
        view.cell_released.connect(lambda *_: self.release())
        view.installEventFilter(self)

    # --- told ---

    def show_image(self, image: Image | None) -> None:
        """The image that is drawn on, or None while something else is in view."""
        if image is None or self._image is None or image.pixels.shape != self._image.pixels.shape:
            self._last = None
        if self._stroke is not None and image is not self._stroke.now:
            self._stroke = (
                None  # somebody else changed the image, by Undo perhaps: the stroke must not bring it back
            )
        self._image = image
        self._view.has_cursor = image is not None

    def show_channel(self, channel: int | None) -> None:
        """The channel whose values are in view and are typed over; None: all."""
        self._channel = channel

    def set_tool(self, tool: str) -> None:
        self.tool = tool

    def set_brush(self, brush: Brush) -> None:
        self.brush = brush

    # --- the mouse ---

    def _pressed(self, pane: int, row: int, column: int, modifiers: object, button: object) -> None:
        assert isinstance(modifiers, Qt.KeyboardModifier) and isinstance(button, Qt.MouseButton)
        self.press((row, column), button, modifiers)

    def _dragged(self, pane: int, row: int, column: int, modifiers: object) -> None:
        assert isinstance(modifiers, Qt.KeyboardModifier)
        self.drag((row, column), modifiers)

    def press(self, cell: Cell, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
        """A button went down on a cell."""
        if self._image is None or self.tool == "point":
            return
        if modifiers & _PICKS:
            self._pick(cell)
        elif button == Qt.MouseButton.RightButton:
            self._begin("Erase", cell, 0.0, modifiers)
        elif self.tool == "fill":
            self._tell("Fill", fill(self._image, *cell, self.brush.value), _merge_key())
            self.stroke_ended.emit()
        elif self.tool in _DRAWING:
            erases = self.tool == "eraser"
            self._begin(
                "Erase" if erases else "Paint Stroke", cell, 0.0 if erases else self.brush.value, modifiers
            )

    def drag(self, cell: Cell, modifiers: Qt.KeyboardModifier) -> None:
        """The mouse is over another cell, with the button down. What it jumped over is drawn too."""
        if self._stroke is not None:
            straight = self.tool == "line" or bool(modifiers & _SHIFT)
            self._show(self._stroke, self._stroke.moved(cell, straight))

    def release(self) -> None:
        """The button went up: the stroke is whole. A Shift+click is joined to the end of the stroke before."""
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        if stroke.joins and self._last is not None and stroke.end == stroke.start:
            self._show(stroke, paint_line(stroke.before, self._last, stroke.end, stroke.brush))
        self._last = stroke.end
        self.stroke_ended.emit()

    def _begin(self, label: str, cell: Cell, value: Value, modifiers: Qt.KeyboardModifier) -> None:
        assert self._image is not None
        brush = Brush(self.brush.size, value)
        joins = bool(modifiers & _SHIFT) and self.tool != "line"
        self._stroke = _Stroke(label, self._image, cell, brush, joins)
        self._show(self._stroke, self._stroke.moved(cell, False))

    def _show(self, stroke: _Stroke, image: Image) -> None:
        stroke.now = image
        self._tell(stroke.label, image, stroke.merge_key)

    def _tell(self, label: str, image: Image, merge_key: str) -> None:
        if image is not self._image:
            self._image = image
            self.stroke_moved.emit(label, image, merge_key)

    def _pick(self, cell: Cell) -> None:
        assert self._image is not None
        parts = [float(value) for value in self._image.pixels[cell]]
        self.value_picked.emit((parts[0], parts[1], parts[2]) if len(parts) == 3 else parts[0])

    # --- the keyboard ---

    def paint_at(self, cell: Cell) -> None:
        """Use the tool once on a cell, as a click would."""
        self.press(cell, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        self.release()

    def type_at(self, cell: Cell, text: str, channel: int | None = None) -> None:
        """A digit, mark or minus typed over a cell: what has been typed there so far becomes its value."""
        image = self._image
        if image is None:
            return
        value = parse_number(self._typed.with_mark(cell, text))
        if value is not None:
            self._tell("Type Value", image.with_cell(*cell, value, channel), self._typed.merge_key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter paints and digits are typed over the cell at the view's cursor."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or self._image is None:
            return False
        cursor = self._view.cursor_cell()
        if cursor is None:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.tool != "point":
            self.paint_at(cursor)
            return True
        plain = not event.modifiers() & (_PICKS | Qt.KeyboardModifier.MetaModifier)
        if plain and event.text() and event.text() in _TYPED and self._typed.expects(cursor, event.text()):
            self.type_at(cursor, event.text(), self._channel)
            return True
        return False


class _Stroke:
    """One stroke: the image before it, the image now, where it began and where it is."""

    def __init__(self, label: str, before: Image, start: Cell, brush: Brush, joins: bool) -> None:
        self.label = label
        self.before = self.now = before
        self.start = self.end = start
        self.brush = brush
        self.joins = joins
        self.merge_key = _merge_key()

    def moved(self, cell: Cell, straight: bool) -> Image:
        """The image with the stroke led on to `cell`, or with one straight line from its start to there."""
        end, self.end = self.end, cell
        if straight:
            return paint_line(self.before, self.start, cell, self.brush)
        return paint_line(self.now, end, cell, self.brush)


class _Typed:
    """What has been typed over one cell in a row; a pause or another cell begins a new number."""

    def __init__(self) -> None:
        self._text, self._cell, self._at = "", (-1, -1), 0.0
        self.merge_key = ""

    def expects(self, cell: Cell, mark: str) -> bool:
        """Whether `mark` can begin or continue a number: a point or a comma cannot begin one, they are step keys."""
        return mark.isdigit() or mark in "-−" or self._continues(cell)

    def with_mark(self, cell: Cell, mark: str) -> str:
        """What has been typed over the cell, now with `mark`."""
        if not self._continues(cell):
            self._text, self._cell, self.merge_key = "", cell, _merge_key()
        self._text, self._at = self._text + mark, monotonic()
        return self._text

    def _continues(self, cell: Cell) -> bool:
        return bool(self._text) and cell == self._cell and monotonic() - self._at < _BURST_SECONDS


def _merge_key() -> str:
    return f"stroke {next(_strokes)}"
