"""The header: menus, the switch between the pages, and what is open."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QMenuBar, QSizePolicy, QToolButton, QWidget

from convlab.window import theme
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.widgets import Elided, Segmented

LAB, NETWORK, LEARN = "lab", "network", "learn"
PAGES = (("Lab", LAB), ("Network", NETWORK), ("Learn", LEARN))
_NARROW = 780  # pixels at 100 %


class Header(QWidget):
    """The switch stands in the middle of the window, however long the names beside it are."""

    page_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tight = False
        self.menu_bar = QMenuBar()
        self.switch = Segmented(PAGES, "Page")
        self.document = Elided("", "caption")
        self.document.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.menu_bar.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Preferred)
        self._grid = QGridLayout(self)
        for column, widget in enumerate((self.menu_bar, self.switch, self.document)):
            self._grid.addWidget(widget, 0, column, Qt.AlignmentFlag.AlignVCenter)
            self._grid.setColumnStretch(column, 0 if column == 1 else 1)
        self.switch.chosen.connect(self.page_chosen)
        theme.follow(self, self._space)
        self._space()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window menus and pages need all the room: what is open is said by the window's own title."""
        tight = self.width() < theme.px(_NARROW)
        self.document.setVisible(not tight)
        self._grid.setColumnStretch(2, 0 if tight else 1)
        if tight != self._tight:
            self._tight = tight
            for widget in (self.menu_bar, self.switch, *self.switch.findChildren(QToolButton)):
                widget.setProperty("tight", tight)
                widget.style().unpolish(widget)
                widget.style().polish(widget)
                QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))  # it remembers its size

    def show_page(self, page: str) -> None:
        self.switch.show_choice(page)

    def show_document(self, text: str) -> None:
        self.document.setText(text)
        show_plain_tooltip(self.document, text)

    def _space(self) -> None:
        self._grid.setContentsMargins(theme.px(4), theme.px(4), theme.px(16), theme.px(4))
        self._grid.setHorizontalSpacing(theme.px(12))
        if (
            self.isVisible()
        ):  # else it is fitted when it gets its size: touching a QStyle takes 20 ms the first time
            self._fit()
