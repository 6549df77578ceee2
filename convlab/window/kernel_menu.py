"""The lists of a kernel's panel: the gallery of named kernels, and what can be done to a kernel."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QMenu, QStyleOptionComboBox

from convlab.operations import kernels
from convlab.window import theme
from convlab.window.fields import ComboBox, calm_wheel
from convlab.window.icons import icon

CUSTOM = "Custom"
Transformation = Callable[[NDArray[Any]], NDArray[Any]]

TRANSFORMATIONS: tuple[tuple[str, str, str, Transformation], ...] = (
    ("Rotate by 90°", "rotate", "Rotate Kernel", kernels.rotate90),
    ("Flip left and right", "flip", "Flip Kernel", kernels.flip_horizontal),
    ("Flip top and bottom", "flip-vertical", "Flip Kernel", kernels.flip_vertical),
    ("Transpose", "transpose", "Transpose Kernel", kernels.transpose),
    ("Negate", "negate", "Negate Kernel", kernels.negate),
    ("Scale to sum 1", "normalise", "Scale Kernel to Sum 1", kernels.normalise_to_one),
    ("Shift to sum 0", "normalise", "Shift Kernel to Sum 0", kernels.normalise_to_zero),
    ("Random weights", "dice", "Randomise Kernel", lambda values: _random(values)),
)
"""What the menu says, its icon, the name of the undo step, and what it does to a slice (kh, kw)."""


def _random(values: NDArray[Any]) -> NDArray[Any]:
    return kernels.randomise((values.shape[0], values.shape[1]), random.randrange(2**31))


def transformation_menu(menu: QMenu, transform: Callable[[str, Transformation], object]) -> None:
    """Fill `menu`; `transform` is called with the undo step's name and the function."""
    menu.clear()
    for text, picture, step, function in TRANSFORMATIONS:
        action = menu.addAction(icon(picture), text)
        action.triggered.connect(lambda _=False, step=step, function=function: transform(step, function))


def gallery_box(chosen: Callable[[str], object]) -> QComboBox:
    """The named kernels in their groups; `chosen` gets the key of the one that is picked."""
    box = ElidedCombo()
    box.setAccessibleName("Kernel from the gallery")
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(5)
    box.setMaxVisibleItems(20)
    model = QStandardItemModel(box)
    custom = QStandardItem(CUSTOM)
    custom.setEnabled(False)
    model.appendRow(custom)
    group = ""
    for key, kernel in kernels.KERNELS.items():
        if kernel.group != group:
            group = kernel.group
            model.appendRow(_heading(group))
        item = QStandardItem(kernel.name)
        item.setData(key, Qt.ItemDataRole.UserRole)
        item.setToolTip(kernel.meaning)
        model.appendRow(item)
    box.setModel(model)
    box.activated.connect(lambda index: chosen(box.itemData(index)) if box.itemData(index) else None)
    calm_wheel(box)
    return box


class ElidedCombo(ComboBox):
    """A list whose text ends in "…" where there is no room; a style sheet would cut it in the middle of a letter."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        # Beside the text are the frame, its padding and the arrow of the style sheet, and some air. (To ask QStyle for
        # them would cost 8 ms at the start: as long as all icons.)
        room = self.width() - 2 * (1 + theme.px(8)) - theme.px(20) - theme.px(8)
        text = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        option.currentText = text


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEnabled(False)
    font: QFont = theme.font("caption")
    font.setWeight(QFont.Weight.DemiBold)
    item.setFont(font)
    return item


def show_in_gallery(box: QComboBox, key: str | None) -> None:
    """Mark the kernel with this key; None shows "Custom"."""
    index = 0 if key is None else box.findData(key)
    if box.currentIndex() != index:
        box.setCurrentIndex(index)
