"""The breadcrumbs: from the image on the left to the cell where one began; a click leads back to any of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from convlab.window import theme
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.widgets import label, tool_button

_BETWEEN = "‹"


class Breadcrumbs(QFrame):
    """Shows texts; tells how many steps back is wished, and when somebody wants to leave."""

    back_wished = Signal(int)
    deeper_wished = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Way from the image")
        self._before: tuple[str, ...] = ()
        self._texts: tuple[str, ...] = ()
        self._parts: list[QWidget] = []
        self._buttons: list[QToolButton] = []
        self.close_button = tool_button("close", "Back to the maps", self.left.emit, key="Esc", role="flat")
        self.back_button = tool_button(
            "arrow-right", "Back to where you came from", lambda: self.back_wished.emit(1), key="Backspace"
        )
        self.deeper_button = tool_button(
            "arrow-left", "Into the strongest input", self.deeper_wished.emit, key="Enter"
        )
        self.more = tool_button("", "Further back", text="…", role="flat")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.more)
        self.more.setMenu(self._menu)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.deeper_button)
        self._row.addWidget(self.back_button)
        self._crumbs = QHBoxLayout()
        self._row.addLayout(self._crumbs)
        self._row.addWidget(self.more)
        self._row.addStretch(1)
        self._row.addWidget(self.close_button)
        theme.follow(self, self._restyle)
        self._restyle()

    def show_way(self, before: tuple[str, ...], texts: tuple[str, ...], *, can_go_deeper: bool) -> None:
        """before: names of layers between the image and the present cell. texts: the present cell, then those that one
        came from, the last one first."""
        self.deeper_button.setEnabled(can_go_deeper)
        self.back_button.setEnabled(len(texts) > 1)
        if (before, texts) != (self._before, self._texts):
            same = before == self._before and len(texts) == len(self._texts) and self._parts
            self._before, self._texts = before, texts
            if same:
                self._rename()
            else:
                self._make()

    def hold(self, widget: QWidget) -> None:
        """Show something at the right end: where there is no room for it elsewhere."""
        self._row.insertWidget(self._row.count() - 1, widget)

    @property
    def texts(self) -> tuple[str, ...]:
        """The present cell, then those that one came from."""
        return self._texts

    def crumb(self, back: int) -> QToolButton:
        """The button that leads so many steps back; 0 is the present cell."""
        return self._buttons[back]

    # --- building ---

    def _make(self) -> None:
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []
        for name in self._before:
            self._add(label(name, "caption"))
            self._add(label(_BETWEEN, "caption"))
        self._buttons = []
        for back, text in enumerate(self._texts):
            if back:
                self._add(label(_BETWEEN, "caption"))
            self._buttons.append(self._button(back, text))
            self._add(self._buttons[-1])
        self._fold()

    def _add(self, part: QWidget) -> None:
        self._parts.append(part)
        self._crumbs.addWidget(part)

    def _button(self, back: int, text: str) -> QToolButton:
        button = tool_button("", "Cell", lambda: self.back_wished.emit(back) if back else None, role="flat")
        button.setCheckable(back == 0)
        button.setChecked(back == 0)
        button.clicked.connect(lambda: button.setChecked(back == 0))
        self._name(button, text)
        return button

    def _rename(self) -> None:
        """Only the present cell moved: the buttons stay."""
        for button, text in zip(self._buttons, self._texts, strict=True):
            self._name(button, text)
        self._fold()

    @staticmethod
    def _name(button: QToolButton, text: str) -> None:
        """Names of layers come from files: they are no mnemonics and no markup."""
        button.setText(text.replace("&", "&&"))
        button.setAccessibleName(text)
        show_plain_tooltip(button, f"Back to {text}" if not button.isCheckable() else text)

    # --- room ---

    def _fold(self) -> None:
        """What does not fit: first the layers before, then those furthest back, which a menu holds."""
        room = self.width() - theme.px(170)
        widths = [part.sizeHint().width() + self._crumbs.spacing() for part in self._parts]
        before = 2 * len(self._before)
        shows_before = sum(widths) <= room
        used, shown = 0, 0
        for place in range(before, len(self._parts)):
            used += widths[place]
            if used > room and place > before:
                break
            shown = place + 1
        for place, part in enumerate(self._parts):
            part.setVisible(shows_before if place < before else place < shown)
        hidden = [back for back, button in enumerate(self._buttons) if button.isHidden()]
        if hidden and shown and isinstance(self._parts[shown - 1], QLabel):
            self._parts[shown - 1].hide()
        self.more.setVisible(bool(hidden))
        self._menu.clear()
        for back in hidden:
            action = self._menu.addAction(self._texts[back].replace("&", "&&"))
            action.triggered.connect(lambda _=False, back=back: self.back_wished.emit(back))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold()
        super().resizeEvent(event)

    def _restyle(self) -> None:
        side = theme.px(8)
        self._row.setContentsMargins(side, theme.px(4), side, theme.px(4))
        self._row.setSpacing(theme.px(6))
        self._crumbs.setSpacing(theme.px(6))
        self._fold()
