"""Small parts that many panels are made of: cards, captions, buttons, number fields, segmented switches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convlab.drawing.numbers import edit_text, parse_number
from convlab.window import theme
from convlab.window.icons import icon


def label(text: str = "", role: str = "body", *, wrap: bool = False) -> QLabel:
    """A label that never reads its text as rich text: names in it may come from a file."""
    result = QLabel()
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setText(text)
    result.setProperty("role", role)
    result.setWordWrap(wrap)
    return result


class Elided(QLabel):
    """A line of plain text. Where it has no room fewer words stand there, or its beginning with "…" after it."""

    def __init__(self, text: str = "", role: str = "body") -> None:
        super().__init__()
        self._shorter: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.setProperty("role", role)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        self._shorter = ()
        super().setText(text)

    def show_texts(self, text: str, *shorter: str) -> None:
        """The whole text, and what says less of it in less room."""
        self.setText(text)
        self._shorter = shorter

    @property
    def shown(self) -> str:
        """What is on the screen."""
        metrics, texts = self.fontMetrics(), (self.text(), *self._shorter)
        fitting = (text for text in texts if metrics.horizontalAdvance(text) <= self.width())
        return next(fitting, metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawText(self.rect(), int(self.alignment()), self.shown)


class Card(QFrame):
    """A white panel with a title line: title, a caption beside it, and room for controls at its right end."""

    tight_side = 10  # pixels at 100 % between frame and content in a low window

    def __init__(self, title: str = "", caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = label(title, "title")
        self.caption = Elided(caption, "caption")
        self.header = QHBoxLayout()
        self.header.addWidget(self.title)
        self.header.addWidget(self.caption, 1)
        self.body = QVBoxLayout(self)
        self.body.addLayout(self.header)
        self._tight = self._bare = False
        self._space()
        theme.follow(self, self._space)

    def _space(self) -> None:
        side = theme.px(16)
        if self._bare:
            self.body.setContentsMargins(0, 0, 0, 0)
        elif self._tight:
            side = theme.px(self.tight_side)
            self.body.setContentsMargins(side, theme.px(4), side, theme.px(6))
        else:
            self.body.setContentsMargins(side, theme.px(12), side, theme.px(12))
        self.body.setSpacing(theme.px(4 if self._tight else 8))
        self.header.setSpacing(theme.px(8))
        self.title.setMinimumHeight(theme.px(34))  # cards side by side have their titles on one line

    def set_tight(self, tight: bool) -> None:
        """Narrower margins, for a low window."""
        if tight != self._tight:
            self._tight = tight
            self._space()

    @property
    def is_bare(self) -> bool:
        """Whether it lies in the frame of something else."""
        return self._bare

    def set_bare(self, bare: bool) -> None:
        """Without a frame of its own, inside another card."""
        if bare != self._bare:
            self._bare = bare
            self.setProperty("role", "bare" if bare else "card")
            self.style().unpolish(self)
            self.style().polish(self)
            self._space()


def push_button(text: str, slot: Callable[[], object], *, role: str = "body", name: str = "") -> QPushButton:
    """A button with words; `text` may hold a mnemonic."""
    button = QPushButton(text)
    button.setProperty("role", role)
    button.setAccessibleName(name or text.replace("&", ""))
    button.clicked.connect(lambda: slot())
    return button


def tool_button(
    icon_name: str,
    name: str,
    slot: Callable[[], object] | None = None,
    *,
    key: str = "",
    text: str = "",
    role: str = "tool",
    checkable: bool = False,
) -> QToolButton:
    """An icon button; its tooltip says what it does and by which key. `slot` gets no argument."""
    button = QToolButton()
    button.setProperty("role", role)
    if icon_name:
        button.setIcon(icon(icon_name))
    button.setText(text or name)
    button.setAccessibleName(name)
    button.setToolTip(f"{name} ({key})" if key else name)
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if text else Qt.ToolButtonStyle.ToolButtonIconOnly
    button.setToolButtonStyle(style if icon_name else Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if slot is not None:
        button.clicked.connect(lambda: slot())

    def refresh() -> None:
        button.setIconSize(QSize(theme.px(18), theme.px(18)))
        if icon_name:
            button.setIcon(icon(icon_name))

    refresh()
    theme.follow(button, refresh)
    return button


class Segmented(QFrame):
    """A switch between a few choices, one of which holds. Left and right arrows move, as in a radio group."""

    chosen = Signal(object)

    def __init__(
        self, choices: Sequence[tuple[str, object]], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "segments")
        self.setAccessibleName(name)
        self._values = [value for _, value in choices]
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for index, (text, _) in enumerate(choices):
            button = QToolButton()
            button.setProperty("role", "segment")
            button.setText(text)
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {text}")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, index)
            row.addWidget(button, 1)
        self._group.idClicked.connect(lambda index: self.chosen.emit(self._values[index]))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_choice(self, value: object) -> None:
        """Mark `value` without telling anybody."""
        if value in self._values:
            self._group.button(self._values.index(value)).setChecked(True)

    def choice(self) -> object:
        return self._values[self._group.checkedId()] if self._group.checkedId() >= 0 else None

    def focus_choice(self) -> None:
        """Give the focus to the present choice."""
        (self._group.checkedButton() or self._group.button(0)).setFocus(Qt.FocusReason.OtherFocusReason)

    def button(self, value: object) -> QToolButton:
        button = self._group.button(self._values.index(value))
        assert isinstance(button, QToolButton)
        return button


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
