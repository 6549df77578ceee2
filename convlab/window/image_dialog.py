"""ImageDialog: what the dialogs that end with an image have in common, and the fields they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convlab.experiment.image import LEVELS, Image
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.fields import IntField
from convlab.window.widgets import Segmented, label, tool_button

DRAWN_SIDES = (3, 128)
"""The fewest and most rows or columns of an image that is drawn by hand."""

_QUICK_PER_ROW = 4


class ImageDialog(QDialog):
    """Asks for what an image needs. `image_made` tells the image when the dialog is accepted.

    A subclass fills `content` and gives `image()`, which may raise Problem: then the dialog stays and says why.
    """

    image_made = Signal(object)

    def __init__(self, title: str, accept_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.content = QVBoxLayout()
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.accept_button = self.buttons.button(buttons.Ok)
        self.accept_button.setText(accept_text)
        self.accept_button.setProperty("role", "primary")
        self.accept_button.setDefault(True)
        for button in (self.accept_button, self.buttons.button(buttons.Cancel)):
            button.setAccessibleName(button.text().replace("&", ""))
            button.setAutoDefault(False)  # Enter never means Cancel, not even while the other is greyed
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._outer = QVBoxLayout(self)
        self._outer.addLayout(self.content, 1)
        self._outer.addWidget(self.problem)
        self._outer.addWidget(self.buttons)
        self._space()
        theme.follow(self, self._space)

    def finish(self, first: QWidget) -> None:
        """Called when all is in place: Tab goes through the fields before the buttons, beginning at `first`."""
        self.buttons.setParent(None)
        self._outer.addWidget(self.buttons)
        first.setFocus()

    def open_as(self, width: int, height: int) -> None:
        """Take a size given at 100 %, or what fields and screen allow."""
        wished = QSize(theme.px(width), theme.px(height)).expandedTo(self.sizeHint())
        self.resize(wished.boundedTo(self.screen().availableSize() * 0.94))

    def image(self) -> Image:
        """The image as chosen. Raises Problem where the choice gives none."""
        raise NotImplementedError

    def accept(self) -> None:
        try:
            image = self.image()
        except Problem as problem:
            self.show_problem(problem)
            return
        super().accept()
        self.image_made.emit(image)

    def show_problem(self, problem: Problem | None) -> None:
        """Say in place why there is no image, or take the sentence away; the dialog can be accepted only without."""
        self.problem.setText(problem.sentence if problem else "")
        self.problem.setVisible(problem is not None)
        self.accept_button.setEnabled(problem is None)

    def _space(self) -> None:
        side = theme.px(20)
        self._outer.setContentsMargins(side, side, side, theme.px(16))
        self._outer.setSpacing(theme.px(16))
        self.content.setSpacing(theme.px(12))


class FieldGrid(QWidget):
    """Rows of a label and its field on one grid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setColumnStretch(1, 1)
        self._space()
        theme.follow(self, self._space)

    def add(self, text: str, field: QWidget) -> QLabel:
        """One more row; `text` may hold a mnemonic that leads to the field."""
        name = label(text, "caption")
        name.setBuddy(field)
        row = self.grid.rowCount()
        self.grid.addWidget(name, row, 0)
        self.grid.addWidget(field, row, 1)
        return name

    def _space(self) -> None:
        self.grid.setHorizontalSpacing(theme.px(16))
        self.grid.setVerticalSpacing(theme.px(8))


class SizeFields(QWidget):
    """Rows × columns, or another pair of whole numbers; `rows` and `columns` are the ranges."""

    changed = Signal(int, int)

    def __init__(
        self,
        rows: tuple[int, int],
        columns: tuple[int, int],
        names: tuple[str, str] = ("Rows", "Columns"),
        sign: str = "×",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows = IntField(names[0], *rows)
        self.columns = IntField(names[1], *columns)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.rows, 1)
        line.addWidget(label(sign))
        line.addWidget(self.columns, 1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFocusProxy(self.rows)
        for field in (self.rows, self.columns):
            field.changed.connect(lambda _: self.changed.emit(*self.size_wished()))

    def size_wished(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.rows.value(), self.columns.value()

    def show_size(self, rows: int, columns: int) -> None:
        """Show a size without telling anybody."""
        self.rows.show_value(rows)
        self.columns.show_value(columns)


class QuickSizes(QWidget):
    """Buttons for usual square sizes, and one for the original size, in as many lines as they need."""

    chosen = Signal(int)
    original_chosen = Signal()

    def __init__(self, sizes: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(4))
        self.buttons = [
            self._button(f"{size}", f"{size} × {size}", partial(self.chosen.emit, size)) for size in sizes
        ]
        self.original = self._button("1:1", "The size of the part, pixel by pixel", self.original_chosen.emit)
        for index, button in enumerate([*self.buttons, self.original]):
            grid.addWidget(button, index // _QUICK_PER_ROW, index % _QUICK_PER_ROW)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFocusProxy(self.buttons[0])

    @staticmethod
    def _button(text: str, name: str, slot: Callable[[], object]) -> QToolButton:
        button = tool_button("", name, slot, text=text)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button


def levels_switch() -> Segmented:
    """The three kinds of levels; its values are the levels' white."""
    return _switch([(text, white) for white, text in LEVELS.items()], "Levels")


def colour_switch() -> Segmented:
    """Grey or RGB; its values are the numbers of channels."""
    return _switch([("Grey", 1), ("RGB", 3)], "Colour")


def _switch(choices: list[tuple[str, float]], name: str) -> Segmented:
    """A segmented switch that a label's mnemonic can lead to."""
    switch = Segmented(choices, name)
    switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    switch.setFocusProxy(switch.button(choices[0][1]))
    return switch
