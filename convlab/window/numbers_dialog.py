"""NumbersDialog: an image typed or pasted as numbers; the present one can be edited as numbers too."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFontMetrics, QKeySequence, QPixmap, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from convlab.drawing.numbers import full_text
from convlab.experiment.image import LEVELS, Image
from convlab.operations.numbers_text import format_tsv, parse_numbers
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.image_dialog import ImageDialog, levels_switch
from convlab.window.thumbnails import thumbnail
from convlab.window.widgets import label

MAX_EDITED = 256 * 256 * 3
"""More numbers than these are not put into a text to be edited: nobody would find their way in it."""

_EXAMPLE = "3\t3\t2\t1\t0\n0\t0\t1\t3\t1\n3\t1\t2\t2\t3\n2\t0\t0\t2\t2\n2\t0\t0\t0\t1"
_HINT = (
    "One row per line, as copied from a spreadsheet or typed with spaces. For RGB: three tables, "
    "red, green and blue, with an empty line between."
)
_PREVIEW = 96
_WIDE = 480  # from this width on the picture and the levels are beside the text
_NAMES = ("red", "green", "blue")


def text_of_image(image: Image) -> str:
    """The image as one table, or as three with an empty line between."""
    return "\n\n".join(format_tsv(plane) for plane in image.planes)


def numbers_of_text(text: str) -> NDArray[np.float32]:
    """Pixels (h, w, 1) of one table, or (h, w, 3) of three. Raises Problem, naming what is wrong where."""
    blocks = [
        block for block in re.split(r"\n[ \t]*\n", text.strip("\n").replace("\r\n", "\n")) if block.strip()
    ]
    if len(blocks) == 3:
        return _stacked([_named_table(name, block) for name, block in zip(_NAMES, blocks, strict=True)])
    if len(blocks) == 2 or len(blocks) > 3:
        raise Problem(
            f"There are {len(blocks)} tables.",
            remedy="Give one table for grey, or three of equal size, red, green and blue, for RGB.",
        )
    return parse_numbers(text)[:, :, np.newaxis]


def _named_table(name: str, text: str) -> NDArray[np.float32]:
    try:
        return parse_numbers(text)
    except Problem as problem:
        raise Problem(f"In the {name} table: {problem.what}", problem.why, problem.remedy) from None


def _stacked(tables: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    for name, table in zip(_NAMES, tables, strict=True):
        if table.shape != tables[0].shape:
            raise Problem(
                f"The {name} table is {table.shape[0]}×{table.shape[1]}, "
                f"but the red one is {tables[0].shape[0]}×{tables[0].shape[1]}.",
                remedy="The three tables need the same size.",
            )
    return np.stack(tables, axis=-1)


def fitting_levels(numbers: NDArray[np.float32]) -> float:
    """The levels that fit numbers best: the smallest white of 1, 9 and 255 that none exceeds."""
    highest = float(np.abs(numbers).max())
    return next((white for white in LEVELS if highest <= white), 255.0)


class NumbersDialog(ImageDialog):
    """A text of numbers with what it will be beside it: its size, its picture, or what is wrong in it."""

    def __init__(self, image: Image | None = None, parent: QWidget | None = None) -> None:
        edits = image is not None
        super().__init__("Edit as numbers" if edits else "Image from numbers", "&Use these numbers", parent)
        self._name = image.name if image is not None else "numbers"
        self._levels_chosen = edits
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Numbers")
        self.text.setAccessibleDescription(_HINT)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview = QLabel()
        self.size_text = label("", "strong")
        self.range_text = label("", "caption", wrap=True)
        self.levels = levels_switch()
        self._arrange()
        self.text.textChanged.connect(self._read)
        self.levels.chosen.connect(self._choose_levels)
        self.accept_button.setToolTip("Ctrl+Enter")
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.accept_button.click)
        self._start_from(image)
        theme.follow(self, self._scale)
        self._scale()
        self.finish(self.text)

    def image(self) -> Image:
        white = self.levels.choice()
        assert isinstance(white, float)
        numbers = numbers_of_text(self.text.toPlainText())
        return Image(np.zeros((1, 1), np.float32), white, self._name).with_pixels(numbers)

    # --- parts ---

    def _arrange(self) -> None:
        hint = label(_HINT, "caption", wrap=True)
        side = QVBoxLayout()
        side.addWidget(self.preview)
        side.addWidget(self.size_text)
        side.addWidget(self.range_text)
        side.addStretch(1)
        name = label("&Levels", "caption")
        name.setBuddy(self.levels)
        side.addWidget(name)
        side.addWidget(self.levels)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.addWidget(self.text, 1)
        self._columns.addLayout(side)
        self._side = side
        self.content.addWidget(hint)
        self.content.addLayout(self._columns, 1)

    def _start_from(self, image: Image | None) -> None:
        if image is None:
            self.text.setPlaceholderText(_EXAMPLE)
            self.levels.show_choice(9.0)
            self.accept_button.setEnabled(False)
        else:
            self.levels.show_choice(image.white)
            self.text.setPlainText(text_of_image(image))

    def _scale(self) -> None:
        self._columns.setSpacing(theme.px(16))
        self._side.setSpacing(theme.px(8))
        font = theme.font("digits")
        self.text.setFont(font)
        self._set_tabs()
        self.preview.setFixedSize(theme.px(_PREVIEW), theme.px(_PREVIEW))
        self.range_text.setMinimumWidth(theme.px(180))
        self.open_as(600, 400)
        if self.size_text.text():
            self._show_preview()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a small screen the levels stand below the text, and the picture gives way."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        wide = self.width() >= theme.px(_WIDE)
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self.preview.setVisible(wide)

    # --- reading ---

    def _read(self) -> None:
        """Say at once what the text is, or what is wrong in it."""
        text = self.text.toPlainText()
        self._set_tabs()
        try:
            numbers = numbers_of_text(text)
        except Problem as problem:
            self.show_problem(problem if text.strip() else None)
            self.accept_button.setEnabled(False)
            self._clear_facts()
            return
        self.show_problem(None)
        if not self._levels_chosen:
            self.levels.show_choice(fitting_levels(numbers))
        self._show_facts(numbers)

    def _set_tabs(self) -> None:
        """Columns as narrow as the longest number allows, so that much of the table is in sight."""
        text = self.text.toPlainText() or _EXAMPLE
        longest = max((len(cell) for cell in text.split()), default=1)
        metrics = QFontMetrics(theme.font("digits"))
        self.text.setTabStopDistance(metrics.horizontalAdvance("0") * (min(longest, 12) + 1.5))

    def _choose_levels(self, white: object) -> None:
        self._levels_chosen = True
        self._read()

    def _clear_facts(self) -> None:
        self.size_text.setText("")
        self.range_text.setText("")
        self._show_preview()

    def _show_facts(self, numbers: NDArray[np.float32]) -> None:
        height, width, channels = numbers.shape
        kind = "grey" if channels == 1 else "RGB"
        self.size_text.setText(f"{height:,} × {width:,}, {kind}")
        low, high = full_text(float(numbers.min())), full_text(float(numbers.max()))
        text = f"Values from {low} to {high}."
        if self.levels.choice() != 1.0 and (numbers != np.rint(numbers)).any():
            text += " Fractions are rounded: these levels are whole numbers."
        self.range_text.setText(text)
        self._show_preview()

    def _show_preview(self) -> None:
        """The picture of the numbers; nothing while they cannot be read."""
        try:
            picture = thumbnail(self.image(), theme.px(_PREVIEW), self.devicePixelRatioF())
        except Problem:
            picture = QPixmap()
        self.preview.setPixmap(picture)
