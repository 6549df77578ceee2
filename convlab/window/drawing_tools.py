"""DrawingTools: the row of tools with which the image is drawn. What a tool does to the image is PaintGesture's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayout, QMenu, QSizePolicy, QToolButton, QWidget

from convlab.experiment.image import LEVELS, Image
from convlab.experiment.painting import Brush
from convlab.window import theme
from convlab.window.fields import IntField
from convlab.window.icons import icon
from convlab.window.paint_gesture import PaintGesture
from convlab.window.value_choice import Value, ValueChoice
from convlab.window.widgets import tool_button

__all__ = ["TOOLS", "DrawingTools", "PaintGesture"]

TOOLS: dict[str, tuple[str, str]] = {
    "point": ("Point: look at cells and pin them", "V"),
    "pen": ("Pen; Shift draws a straight line", "D"),
    "line": ("Straight line", "S"),
    "eraser": ("Eraser, also the right mouse button", "E"),
    "fill": ("Fill an area of equal cells", "F"),
}
"""Each tool's name, what it does and its key."""

_SIZES = (3, 5, 7, 8, 10, 16, 20, 28, 32, 64, 128)
_BRUSHES = (1, 2, 3, 4, 5, 8, 12, 16)
_LARGEST_BRUSH = 32
_GAP = 4


class DrawingTools(QWidget):
    """Shows and tells tool and brush. What has no room in the row is in the menu at its end, all the time."""

    tool_chosen = Signal(str)
    brush_changed = Signal(object)
    clear_wished = Signal()
    invert_wished = Signal()
    resize_wished = Signal(int, int)
    levels_wished = Signal(float)
    channels_wished = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Drawing tools")
        self.tool = "point"
        self._image: Image | None = None
        self._group = QButtonGroup(self)
        self.buttons = {name: self._tool_button(name) for name in TOOLS}
        self.menu_button = self._menu_button("point", "Tools", self._tool_menu())
        self.choice = ValueChoice()
        self.brush_size = IntField("Brush size", 1, _LARGEST_BRUSH)
        self.brush_size.setPrefix("Brush ")
        self.brush_size.setToolTip("Brush size in cells (< and >)")
        self.clear_button = tool_button("trash", "Clear", self.clear_wished.emit, key="Ctrl+Shift+Del")
        self.invert_button = tool_button("invert", "Invert", self.invert_wished.emit, key="Ctrl+I")
        self.more_button = self._menu_button("more", "Brush, size, levels, colour", self._more_menu())
        self._arrange()
        self.choice.chosen.connect(lambda _: self.brush_changed.emit(self.brush))
        self.brush_size.changed.connect(lambda _: self.brush_changed.emit(self.brush))
        self.buttons["point"].setChecked(True)
        theme.follow(self, self._space)
        self._space()

    # --- told ---

    @property
    def brush(self) -> Brush:
        """What the pen writes now."""
        return Brush(self.brush_size.value(), self.choice.value)

    def show_image(self, image: Image) -> None:
        """Take over the levels, colours and size of the image that is drawn on."""
        if image is self._image:
            return
        self._image = image
        self.brush_size.setMaximum(max(1, min(_LARGEST_BRUSH, image.height, image.width)))
        self.choice.show_levels(image.white, image.channels)
        self._fold()

    def show_value(self, value: Value) -> None:
        """Take a level that was picked from a cell."""
        self.choice.show_value(value)
        self.brush_changed.emit(self.brush)

    def choose_tool(self, name: str) -> None:
        """Use a tool, as if its button had been pressed. Raises KeyError for one that is not in TOOLS."""
        self.buttons[name].setChecked(True)
        self.tool = name
        self._refresh_icons()
        self.tool_chosen.emit(name)

    def change_brush_size(self, by: int) -> None:
        self.brush_size.setValue(self.brush_size.value() + by)

    @property
    def keys(self) -> dict[str, Callable[[], object]]:
        """Keys by their portable names, and what each does; for whoever owns the keyboard."""
        keys: dict[str, Callable[[], object]] = {
            "<": lambda: self.change_brush_size(-1),
            ">": lambda: self.change_brush_size(+1),
            "Shift+<": lambda: self.change_brush_size(-1),
            "Shift+>": lambda: self.change_brush_size(+1),
        }
        for name, (_, key) in TOOLS.items():
            keys[key] = lambda name=name: self.choose_tool(name)  # type: ignore[misc]
        return keys

    # --- parts ---

    def _tool_button(self, name: str) -> QToolButton:
        text, key = TOOLS[name]
        button = tool_button(name, text, lambda: self.choose_tool(name), key=key, checkable=True)
        button.setAccessibleName(text.split(";")[0].split(":")[0].split(",")[0])
        self._group.addButton(button)
        return button

    def _menu_button(self, icon_name: str, name: str, menu: QMenu) -> QToolButton:
        button = tool_button(icon_name, name)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _tool_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, (text, key) in TOOLS.items():
            menu.addAction(f"{text}\t{key}").triggered.connect(lambda _, name=name: self.choose_tool(name))
        return menu

    def _more_menu(self) -> QMenu:
        """Filled when it opens, since what is ticked depends on the image."""
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        return menu

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        image = self._image
        if image is None:
            return
        menu.addAction("&Clear\tCtrl+Shift+Del").triggered.connect(lambda: self.clear_wished.emit())
        menu.addAction("&Invert\tCtrl+I").triggered.connect(lambda: self.invert_wished.emit())
        menu.addAction("Brush &value…").triggered.connect(lambda: self.choice.open_palette())
        sizes = [(f"{size}", size) for size in _BRUSHES if size <= self.brush_size.maximum()]
        _choices(menu.addMenu("&Brush size"), sizes, self.brush_size.value(), self.brush_size.setValue)
        menu.addSeparator()
        self._fill_sizes(menu.addMenu(f"Image &size, now {image.height} × {image.width}"), image)
        levels = [(text, white) for white, text in LEVELS.items()]
        _choices(menu.addMenu("&Levels"), levels, image.white, self.levels_wished.emit)
        _choices(
            menu.addMenu("C&olour"), [("Grey", 1), ("RGB", 3)], image.channels, self.channels_wished.emit
        )

    def _fill_sizes(self, menu: QMenu, image: Image) -> None:
        present = image.height if image.height == image.width else None
        entries = [(f"{size} × {size}", size) for size in _SIZES]
        _choices(menu, entries, present, lambda size: self.resize_wished.emit(size, size))
        menu.addSeparator()
        menu.addAction("&Other…").triggered.connect(self._ask_size)

    def _ask_size(self) -> None:
        if self._image is None:
            return
        from convlab.window.new_image_dialog import ResizeDialog

        dialog = ResizeDialog(self._image, self)
        dialog.accepted.connect(lambda: self.resize_wished.emit(*dialog.size_fields.size_wished()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # --- layout ---

    def _arrange(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSizeConstraint(
            QLayout.SizeConstraint.SetNoConstraint
        )  # it folds, so no part sets a minimum
        parts: list[QWidget] = [*self.buttons.values(), self.menu_button, self.choice, self.brush_size]
        for part in (*parts, self.clear_button, self.invert_button):
            self._row.addWidget(part)
        self._row.addStretch(1)
        self._row.addWidget(self.more_button)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _space(self) -> None:
        self._row.setSpacing(theme.px(_GAP))
        self._refresh_icons()
        self.updateGeometry()
        self._fold()

    def _refresh_icons(self) -> None:
        self.menu_button.setIcon(icon(self.tool))
        self.menu_button.setToolTip(f"Tool: {TOOLS[self.tool][0]}")
        self.menu_button.setAccessibleName(f"Tool: {self.buttons[self.tool].accessibleName()}")

    def minimumSizeHint(self) -> QSize:
        """The width of what is never folded away."""
        always = (self.menu_button, self.choice.swatch, self.more_button)
        gaps = theme.px(_GAP) * (len(always) + 1)
        width = sum(part.sizeHint().width() for part in always) + gaps
        return QSize(width, max(part.sizeHint().height() for part in (*always, self.brush_size)))

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Show what there is room for, the most wanted first; the rest is in the menu."""
        gap = theme.px(_GAP)
        room = self.width() - self.minimumSizeHint().width()
        tools = sum(button.sizeHint().width() + gap for button in self.buttons.values())
        more = tools - (self.menu_button.sizeHint().width() + gap)
        expanded = room >= more
        room -= more if expanded else 0
        for button in self.buttons.values():
            button.setVisible(expanded)
        self.menu_button.setVisible(not expanded)
        for part in (self.brush_size, self.clear_button, self.invert_button):
            room -= part.sizeHint().width() + gap
            part.setVisible(room >= 0)
        self.choice.show_slider(room >= self.choice.slider.minimumWidth() + theme.px(12))


def _choices(
    menu: QMenu,
    entries: list[tuple[str, int]] | list[tuple[str, float]],
    present: object,
    slot: Callable[..., object],
) -> None:
    """Entries of which one is ticked."""
    group = QActionGroup(menu)
    for text, value in entries:
        action = QAction(text, menu, checkable=True)
        action.setChecked(value == present)
        action.triggered.connect(lambda _, value=value: slot(value))
        group.addAction(action)
        menu.addAction(action)
