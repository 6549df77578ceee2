"""PenTools: what one draws with on the image of a network: pen, eraser, fill, level and brush, in one short row."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayout, QSizePolicy, QToolButton, QWidget

from convlab.experiment.image import Image
from convlab.experiment.painting import Brush
from convlab.window import theme
from convlab.window.fields import IntField
from convlab.window.value_choice import Value, ValueChoice
from convlab.window.widgets import tool_button

_TOOLS = {
    "pen": ("Pen; Shift draws a straight line", "D"),
    "eraser": ("Eraser, also the right mouse button", "E"),
    "fill": ("Fill an area of equal pixels", "F"),
}
_LARGEST_BRUSH = 32
_GAP = 4


class PenTools(QWidget):
    """Shows and tells tool and brush. Where there is no room, the last parts of the row are left out."""

    tool_chosen = Signal(str)
    brush_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Drawing tools")
        self.tool = "pen"
        self._group = QButtonGroup(self)
        self.buttons = {name: self._button(name) for name in _TOOLS}
        self.buttons["pen"].setChecked(True)
        self.choice = ValueChoice()
        self.brush_size = IntField("Brush size", 1, _LARGEST_BRUSH)
        self.brush_size.setToolTip("Brush size in pixels (< and >)")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for part in (self.choice, *self.buttons.values(), self.brush_size):
            self._row.addWidget(part)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice.chosen.connect(lambda _: self.brush_changed.emit(self.brush))
        self.brush_size.changed.connect(lambda _: self.brush_changed.emit(self.brush))
        theme.follow(self, self._space)
        self._space()

    @property
    def brush(self) -> Brush:
        """What the pen writes now."""
        return Brush(self.brush_size.value(), self.choice.value)

    def show_image(self, image: Image) -> None:
        """Take over the levels, colours and size of what is drawn on."""
        self.brush_size.setMaximum(max(1, min(_LARGEST_BRUSH, image.height, image.width)))
        self.choice.show_levels(image.white, image.channels)
        self._fold()

    def show_value(self, value: Value) -> None:
        """Take a level that was picked from a pixel."""
        self.choice.show_value(value)
        self.brush_changed.emit(self.brush)

    def show_brush_size(self, size: int) -> None:
        self.brush_size.setValue(size)

    def change_brush_size(self, by: int) -> None:
        self.brush_size.setValue(self.brush_size.value() + by)

    def choose_tool(self, name: str) -> None:
        """Use a tool, as if its button had been pressed; "line" has no button."""
        self.tool = name
        if name in self.buttons:
            self.buttons[name].setChecked(True)
        self.tool_chosen.emit(name)

    def _button(self, name: str) -> QToolButton:
        text, key = _TOOLS[name]
        button = tool_button(name, text, lambda: self.choose_tool(name), key=key, checkable=True)
        button.setAccessibleName(text.split(";")[0].split(",")[0])
        self._group.addButton(button)
        return button

    # --- layout ---

    def minimumSizeHint(self) -> QSize:
        height = max(part.sizeHint().height() for part in (self.choice, self.brush_size, self.buttons["pen"]))
        return QSize(self.choice.swatch.sizeHint().width(), height)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _space(self) -> None:
        self._row.setSpacing(theme.px(_GAP))
        self.updateGeometry()
        self._fold()

    def _fold(self) -> None:
        """The colour always; then as much as there is room for, the most wanted first."""
        self.choice.show_slider(False)
        gap = theme.px(_GAP)
        room = self.width() - self.choice.swatch.sizeHint().width() - gap
        for part in (self.buttons["pen"], self.buttons["eraser"], self.brush_size, self.buttons["fill"]):
            room -= part.sizeHint().width() + gap
            part.setVisible(room >= 0)
