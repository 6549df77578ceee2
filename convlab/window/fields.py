"""Fields that one types or chooses values in: numbers and lists, which leave the page its keys and do not change by chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QSpinBox,
    QWidget,
)

from convlab.drawing.numbers import edit_text, parse_number
from convlab.window import theme


class _WheelOnlyWhenFocused(QObject):
    """Scrolling a panel must not change the field that happens to be under the mouse."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def indent_text(field: QAbstractSpinBox) -> None:
    """Keep the text of a spin box off its frame: a style sheet's padding does not reach the field inside."""

    def refresh() -> None:
        field.lineEdit().setTextMargins(theme.px(6), 0, 0, 0)

    refresh()
    theme.follow(field, refresh)


def calm_wheel(field: QWidget) -> None:
    """Let `field` take the wheel only while it has the focus."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelOnlyWhenFocused(field))


class _ForThePage:
    """To be named before a spin box: keys that mean nothing for what is written in it go on to the page."""

    @property
    def is_typing(self) -> bool:
        """Whether something was typed that is not the value yet."""
        field = cast(QSpinBox, self)
        return not field.hasAcceptableInput() or field.valueFromText(field.text()) != field.value()

    def event(self, event: QEvent) -> bool:
        """The line in the field would claim undo and redo for itself, also with nothing of its own to undo."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            if (event.matches(keys.Undo) or event.matches(keys.Redo)) and not self.is_typing:
                event.ignore()
                return False
        return bool(super().event(event))  # type: ignore[misc]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space steps, where it would only put a blank in place of the value."""
        if event.key() == Qt.Key.Key_Space and not self.is_typing:
            event.ignore()
        else:
            super().keyPressEvent(event)  # type: ignore[misc]


class IntField(_ForThePage, QSpinBox):
    """A whole number with its range; tells `changed` on each edit and `done` when the field is left."""

    changed = Signal(int)
    done = Signal()

    def __init__(self, name: str, low: int, high: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setRange(low, high)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setKeyboardTracking(True)
        indent_text(self)
        calm_wheel(self)
        self.valueChanged.connect(self.changed)
        self.editingFinished.connect(self.done)

    def setRange(self, low: int, high: int) -> None:
        """What can be chosen from now on. Nobody is told: where the old value ends, no one has edited anything."""
        blocked = self.blockSignals(True)
        super().setRange(low, high)
        self.blockSignals(blocked)
        self.setToolTip(f"{self.accessibleName()}, {low:,} to {high:,}")

    def show_value(self, value: int) -> None:
        """Show `value` without telling anybody, and without disturbing what is being typed."""
        if value != self.value():
            blocked = self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(blocked)


class NumberField(_ForThePage, QDoubleSpinBox):
    """A real number, shown as short as it is; a real minus sign, decimal commas and fractions are understood."""

    changed = Signal(float)
    done = Signal()

    def __init__(
        self,
        name: str,
        low: float = -1e6,
        high: float = 1e6,
        step: float = 0.1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setDecimals(9)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setKeyboardTracking(False)
        indent_text(self)
        calm_wheel(self)
        self.valueChanged.connect(self.changed)
        self.editingFinished.connect(self.done)

    def textFromValue(self, value: float) -> str:
        return edit_text(value)

    def valueFromText(self, text: str) -> float:
        value = parse_number(text)
        return self.value() if value is None else value

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        state = (
            QValidator.State.Acceptable if parse_number(text) is not None else QValidator.State.Intermediate
        )
        if not set(text) <= set("0123456789.,-−+/eE \u202f"):
            state = QValidator.State.Invalid
        return state, text, position

    def show_value(self, value: float) -> None:
        """Show `value` without telling anybody."""
        if value != self.value():
            blocked = self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(blocked)


class ComboBox(QComboBox):
    """A drop-down list. Closed it takes only Up and Down, and the keys that open it: it keeps the focus after a choice, and the
    player's keys (Space, P, Home, a clicker's PgDn) would choose something else instead of moving on."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.showPopup()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_F4):
            super().keyPressEvent(event)
        else:
            event.ignore()


def combo(name: str, entries: Sequence[tuple[str, object]], chosen: Callable[[object], object]) -> QComboBox:
    """A drop-down list of (text, value); `chosen` is called with the value when the user picks one."""
    box = ComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    for text, value in entries:
        box.addItem(text, value)
    box.activated.connect(lambda index: chosen(box.itemData(index)))
    calm_wheel(box)
    return box


def show_in_combo(box: QComboBox, value: object) -> None:
    """Mark the entry that holds `value`, without telling anybody."""
    for index in range(box.count()):
        if box.itemData(index) == value:
            box.setCurrentIndex(index)
            return
