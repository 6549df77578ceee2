"""ValueChoice: what the brush writes, a grey level or a colour; a swatch, a slider, and a small palette behind it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convlab.drawing.numbers import full_text
from convlab.window import theme
from convlab.window.fields import NumberField, calm_wheel
from convlab.window.widgets import label, tool_button

Value = float | tuple[float, float, float]
Entry = tuple[str, Value]

_COLOURS: tuple[tuple[str, tuple[int, int, int]], ...] = (
    ("Black", (0, 0, 0)),
    ("Dark grey", (85, 85, 85)),
    ("Light grey", (170, 170, 170)),
    ("White", (255, 255, 255)),
    ("Red", (255, 0, 0)),
    ("Green", (0, 255, 0)),
    ("Blue", (0, 0, 255)),
    ("Yellow", (255, 255, 0)),
    ("Cyan", (0, 255, 255)),
    ("Magenta", (255, 0, 255)),
    ("Orange", (255, 128, 0)),
    ("Brown", (128, 64, 0)),
)


def swatches_per_row(white: float, channels: int) -> int:
    return 5 if channels == 1 and white == 9.0 else 4


def levels_of(white: float) -> list[float]:
    """The grey levels that the palette offers, from black to white."""
    if white == 255.0:
        return [0, 32, 64, 96, 128, 160, 192, 255]
    count = 9 if white == 9.0 else 10
    return [round(white * step / count, 6) for step in range(count + 1)]


def palette_of(white: float, channels: int) -> list[Entry]:
    """Names and values of the palette's swatches."""
    if channels == 1:
        return [(f"Level {full_text(level)}", level) for level in levels_of(white)]
    return [(name, scaled(colour, white)) for name, colour in _COLOURS]


def scaled(colour: tuple[int, int, int], white: float) -> tuple[float, float, float]:
    """A colour given in 0…255, in the image's levels."""
    parts = [part * white / 255 for part in colour]
    red, green, blue = parts if white == 1.0 else [float(round(part)) for part in parts]
    return red, green, blue


def text_of(value: Value) -> str:
    """The value in figures."""
    parts = value if isinstance(value, tuple) else (value,)
    return ", ".join(full_text(round(part, 3)) for part in parts)


def screen_colour(value: Value, white: float) -> QColor:
    """How a value of the brush looks."""
    parts = value if isinstance(value, tuple) else (value,) * 3
    red, green, blue = (min(max(round(part * 255 / white), 0), 255) for part in parts)
    return QColor(red, green, blue)


def swatch(color: QColor, side: int, ratio: float) -> QIcon:
    """A square of a colour in a thin frame that is seen on light and on dark ground."""
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("muted"))
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(0.5, 0.5, side - 1, side - 1), side / 6, side / 6)
    painter.end()
    return QIcon(pixmap)


class ValueChoice(QWidget):
    """A swatch with the brush's value, and a slider for a grey one. `chosen` tells a new value."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.white, self.channels = 1.0, 1
        self.value: Value = 1.0
        self.swatch = tool_button("", "Brush level", self.open_palette)
        self.swatch.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Brush level")
        calm_wheel(self.slider)
        self.slider.valueChanged.connect(lambda tick: self._choose(tick / self._ticks()))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.swatch)
        self._row.addWidget(self.slider, 1)
        self._wants_slider = True
        theme.follow(self, self._refresh)
        self._refresh()

    def show_levels(self, white: float, channels: int) -> None:
        """Take over an image's levels; the value keeps its brightness. Tells the value if it is another one now."""
        if (white, channels) == (self.white, self.channels):
            return
        scale = white / self.white
        self.white, self.channels = white, channels
        present = self.value if isinstance(self.value, tuple) else (self.value,) * 3
        red, green, blue = (self._whole(part * scale) for part in present)
        grey = red if red == green == blue else self._whole((red + green + blue) / 3)
        self.show_value((red, green, blue) if channels == 3 else grey)
        self.chosen.emit(self.value)

    def show_value(self, value: Value) -> None:
        """Show a value without telling anybody."""
        self.value = value
        self._refresh()

    def show_slider(self, wanted: bool) -> None:
        """Whether there is room for the slider; only a grey level has one."""
        self._wants_slider = wanted
        shown = wanted and self.channels == 1
        self._row.setContentsMargins(0, 0, theme.px(4) if shown else 0, 0)
        self.slider.setVisible(shown)
        across = QSizePolicy.Policy.Expanding if shown else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(theme.px(240) if shown else 16_777_215)

    def open_palette(self) -> None:
        """Show the palette below the swatch, with the focus in it."""
        palette = Palette(self)
        palette.chosen.connect(self._choose)
        palette.move(self.swatch.mapToGlobal(QPoint(0, self.swatch.height() + theme.px(4))))
        palette.show()
        palette.focus_value()

    def _choose(self, value: Value) -> None:
        if value != self.value:
            self.show_value(value)
            self.chosen.emit(value)

    def _ticks(self) -> float:
        """Ticks of the slider per unit: whole numbers, or twentieths."""
        return 20.0 if self.white == 1.0 else 1.0

    def _whole(self, value: float) -> float:
        return value if self.white == 1.0 else float(round(value))

    def _refresh(self) -> None:
        self._row.setSpacing(theme.px(8))
        side = theme.px(16)
        self.swatch.setIconSize(QSize(side, side))
        self.swatch.setIcon(swatch(screen_colour(self.value, self.white), side, self.devicePixelRatioF()))
        grey = not isinstance(self.value, tuple)
        self.swatch.setText(text_of(self.value) if grey else "")
        style = Qt.ToolButtonStyle
        self.swatch.setToolButtonStyle(style.ToolButtonTextBesideIcon if grey else style.ToolButtonIconOnly)
        kind = "level" if grey else "colour"
        self.swatch.setAccessibleName(f"Brush {kind} {text_of(self.value)}")
        self.swatch.setToolTip(f"Brush {kind} {text_of(self.value)} · Ctrl+click on a cell takes its {kind}")
        self.slider.blockSignals(True)
        self.slider.setRange(0, round(self.white * self._ticks()))
        self.slider.setPageStep(max(1, self.slider.maximum() // 8))
        self.slider.setMinimumWidth(theme.px(72))
        if not isinstance(self.value, tuple):
            self.slider.setValue(round(self.value * self._ticks()))
        self.slider.blockSignals(False)
        self.show_slider(self._wants_slider)


class Palette(QFrame):
    """Swatches and exact numbers in a small window of its own; arrows move, Enter chooses, Esc closes."""

    chosen = Signal(object)

    def __init__(self, choice: ValueChoice) -> None:
        super().__init__(choice, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Palette")
        self.setFont(theme.font())
        self._white, self._value = choice.white, choice.value
        self._per_row = swatches_per_row(choice.white, choice.channels)
        column = QVBoxLayout(self)
        side = theme.px(12)
        column.setContentsMargins(side, side, side, side)
        column.setSpacing(side)
        self.buttons = [self._button(*entry) for entry in palette_of(choice.white, choice.channels)]
        column.addLayout(self._grid())
        self.fields = self._number_fields(choice.channels)
        column.addLayout(self._numbers(choice.channels))

    def focus_value(self) -> None:
        """Put the focus on the swatch of the present value, else on the first."""
        checked = [button for button in self.buttons if button.isChecked()]
        (checked or self.buttons)[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._per_row,
            Qt.Key.Key_Down: self._per_row,
        }
        focused = self.focusWidget()
        key = Qt.Key(event.key())
        if key in steps and isinstance(focused, QToolButton) and focused in self.buttons:
            index = self.buttons.index(focused) + steps[key]
            if 0 <= index < len(self.buttons):
                self.buttons[index].setFocus(Qt.FocusReason.TabFocusReason)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QToolButton):
            focused.click()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

    def _button(self, name: str, value: Value) -> QToolButton:
        button = tool_button("", name, lambda: self._pick(value), checkable=True)
        side = theme.px(20)
        button.setIconSize(QSize(side, side))
        button.setIcon(swatch(screen_colour(value, self._white), side, self.devicePixelRatioF()))
        grey = not isinstance(value, tuple)
        button.setText(text_of(value) if grey else "")
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(style.ToolButtonTextBesideIcon if grey else style.ToolButtonIconOnly)
        button.setMinimumWidth(theme.px(64) if grey else 0)
        button.setChecked(value == self._value)
        return button

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.px(4))
        for index, button in enumerate(self.buttons):
            grid.addWidget(button, index // self._per_row, index % self._per_row)
        return grid

    def _number_fields(self, channels: int) -> list[NumberField]:
        names = ("Red", "Green", "Blue") if channels == 3 else ("Level",)
        step = 0.05 if self._white == 1.0 else 1.0
        fields = [NumberField(name, 0.0, self._white, step) for name in names]
        values = self._value if isinstance(self._value, tuple) else (self._value,)
        for field, value in zip(fields, values, strict=True):
            field.setDecimals(3 if self._white == 1.0 else 0)
            field.show_value(value)
            field.changed.connect(lambda _: self._typed())
        return fields

    def _numbers(self, channels: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(4))
        for row, field in enumerate(self.fields):
            name = label(field.accessibleName(), "caption")
            name.setBuddy(field)
            grid.addWidget(name, row, 0)
            grid.addWidget(field, row, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _pick(self, value: Value) -> None:
        self.chosen.emit(value)
        self.close()

    def _typed(self) -> None:
        values = [field.value() for field in self.fields]
        self.chosen.emit((values[0], values[1], values[2]) if len(values) == 3 else values[0])
