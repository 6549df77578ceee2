"""Small parts that many panels are made of: cards, captions, buttons, segmented switches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

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
