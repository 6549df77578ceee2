"""A row of quiet choices. Where they have no room, one button holds them all as menus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from convlab.window import theme
from convlab.window.choice_button import ChoiceButton
from convlab.window.flow import FlowLayout
from convlab.window.widgets import tool_button


class ControlsRow(QWidget):
    """ChoiceButtons and fields. Who uses it says which are shown; this says in which form."""

    def __init__(self, widgets: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = dict.fromkeys(widgets, True)
        self._folded = False
        self.more = tool_button(
            "", "Order, colours and what is shown", self._open, text="Show ▾", role="flat"
        )
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        flow = FlowLayout(self)
        for widget in (*widgets, self.more):
            flow.addWidget(widget)
        self._apply()

    def set_shown(self, widget: QWidget, shown: bool) -> None:
        """Whether there is something to choose."""
        if self._shown[widget] != shown:
            self._shown[widget] = shown
            self._apply()

    def is_shown(self, widget: QWidget) -> bool:
        """Whether it can be used, in the row or in the menu."""
        return self._shown[widget]

    def set_room(self, width: int) -> None:
        """Fold into one button where the choices are wider than this."""
        gap = theme.px(6)
        needed = sum(widget.sizeHint().width() + gap for widget, shown in self._shown.items() if shown) - gap
        if (needed > width) != self._folded:
            self._folded = needed > width
            self._apply()

    @property
    def folded(self) -> bool:
        return self._folded

    def _apply(self) -> None:
        for widget, shown in self._shown.items():
            widget.setVisible(shown and not (self._folded and isinstance(widget, QToolButton)))
        self.more.setVisible(self._folded and any(self._shown.values()))

    def menu(self) -> QMenu:
        """What the button opens: a menu for each choice, named after what holds now."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for widget, shown in self._shown.items():
            if shown and isinstance(widget, ChoiceButton):
                menu.addAction(widget.menu_action())
        return menu

    def _open(self) -> None:
        self.menu().popup(self.more.mapToGlobal(QPoint(0, self.more.height())))
