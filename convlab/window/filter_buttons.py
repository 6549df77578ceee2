"""FilterButtons: what can be done to a learned filter as a whole, or to one channel of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QToolButton, QWidget

from convlab.network import filters
from convlab.network.filters import Filter
from convlab.window import theme
from convlab.window.filter_edits import FilterEdits
from convlab.window.icons import icon
from convlab.window.kernel_menu import TRANSFORMATIONS
from convlab.window.kernel_slices import KernelSlices
from convlab.window.widgets import tool_button

_GAP = 6  # pixels at 100 % between the buttons


class FilterButtons(QWidget):
    """Buttons in one row, or in two where the card is narrow or its text large. "This channel" is that in focus."""

    def __init__(self, edits: FilterEdits, slices: KernelSlices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edits, self._slices = edits, slices
        self.zero = _menu_button("Zero ▾", "Set weights to zero", self._fill_zero)
        self.flip = _menu_button("Flip ▾", "Mirror the filter", self._fill_flip)
        self.swap = tool_button("", "Swap with another filter", text="Swap…")
        self.more = _menu_button("Channel ▾", "Change this channel", self._fill_channel)
        self._all: tuple[QToolButton, ...] = (self.zero, self.flip, self.swap, self.more)
        self._shown: tuple[QToolButton, ...] = self._all
        self._words = ("filter", "channel")
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for button in self._all:
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._place()
        theme.follow(self, self._place)

    def refresh(self, filter_word: str, channel_word: str) -> None:
        """The filter is another one. A window of one cell has nothing to flip or to turn."""
        self._words = (filter_word, channel_word)
        single = self._slices.slices.shape[:2] == (1, 1)
        self.swap.setToolTip(f"Swap with another {filter_word}")
        self._shown = (self.zero, self.swap) if single else self._all
        for button in self._all:
            button.setVisible(button in self._shown)
        self._across = 0
        self._place()

    def pop_up(self, at: QPoint) -> None:
        """What can be done to the channel in focus, at a point of the screen."""
        menu = (self.more if self.more in self._shown else self.zero).menu()
        if menu is not None:
            menu.popup(at)

    # --- layout ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def minimumSizeHint(self) -> QSize:
        half = len(self._shown) // 2
        width = max(self._width_of(self._shown[:half]), self._width_of(self._shown[half:]))
        return QSize(width, self._grid.minimumSize().height())

    def _width_of(self, buttons: tuple[QToolButton, ...]) -> int:
        return sum(button.sizeHint().width() + theme.px(_GAP) for button in buttons) - theme.px(_GAP)

    def _place(self) -> None:
        self._grid.setSpacing(theme.px(_GAP))
        fits = self._width_of(self._shown) <= self.width()
        across = len(self._shown) if fits else len(self._shown) // 2
        if across != self._across:
            self._across = across
            for place, button in enumerate(self._shown):
                self._grid.addWidget(button, *divmod(place, across))
            self.updateGeometry()

    # --- the menus ---

    def _fill_zero(self, menu: QMenu) -> None:
        channel = self._slices.channel
        whole, one = self._words
        self._offer(menu, f"The whole {whole}", "Zero", filters.zeroed)
        only = "This channel only" if one == "channel" else f"{self._slices.name_of(channel)} only"
        step = f"Zero {one.capitalize()} {channel} of"
        self._offer(menu, only, step, partial(filters.zeroed, channel=channel))

    def _fill_flip(self, menu: QMenu) -> None:
        channel = self._slices.channel
        for way in filters.FLIPS:
            self._offer(menu, f"All channels, {way}", "Flip", partial(filters.flipped, way=way))
        menu.addSeparator()
        for way in filters.FLIPS:
            change = partial(filters.flipped, way=way, channel=channel)
            self._offer(menu, f"This channel, {way}", f"Flip Channel {channel} of", change)

    def _offer(self, menu: QMenu, text: str, step: str, change: Callable[[Filter], Filter]) -> None:
        menu.addAction(text).triggered.connect(lambda: self._edits.change(step, change))

    def _fill_channel(self, menu: QMenu) -> None:
        """What the Lab does to a kernel; what would change the size of the filter is not offered."""
        height, width = self._slices.slices.shape[:2]
        for text, picture, step, function in TRANSFORMATIONS:
            action = menu.addAction(icon(picture), text)
            action.setEnabled(height == width or step not in ("Rotate Kernel", "Transpose Kernel"))
            name = step.replace("Kernel to Sum", "to Sum").replace("Kernel", "Channel")
            name = name if "Channel" in name else f"{name}, Channel"
            action.triggered.connect(
                lambda _=False, name=name, function=function: self._edits.transform(
                    name, self._slices.channel, function
                )
            )


def _menu_button(text: str, name: str, fill: Callable[[QMenu], None]) -> QToolButton:
    button = tool_button("", name, text=text)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    menu.setAccessibleName(name)
    menu.aboutToShow.connect(menu.clear)
    menu.aboutToShow.connect(lambda: fill(menu))
    button.setMenu(menu)
    return button
