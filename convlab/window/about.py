"""The Help menu: first steps, the list of keys, and what this program is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from convlab import __version__
from convlab.window import theme
from convlab.window.icons import icon
from convlab.window.widgets import label

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow

_FIRST_STEPS = (
    (
        "Step",
        "Space goes on by one output cell, Shift+Space goes back, P plays. The strip below shows every term.",
    ),
    ("Draw", "Choose the pen above the input and draw; the output follows the stroke. Ctrl+Z takes it back."),
    ("Load", "Drop a picture on the window, paste one, or press Ctrl+O. Ctrl+G shows the samples."),
    ("Change", "Click a kernel cell and type, drag it up or down, or choose a kernel from the list."),
    (
        "Look",
        "Point at an output cell, an input cell or a weight to see what belongs together; click to pin.",
    ),
    ("Chain", "Click a stage above the cards to step through it; + adds one at the end."),
    ("Predict", "G hides the next value. Type the guess of the class, or press Space to reveal it."),
    (
        "Present",
        "F5 folds the panels away; a clicker steps. Ctrl + and Ctrl − change the size of everything.",
    ),
)
_OTHER_KEYS = (
    ("Arrow keys in the output", "the neighbouring step"),
    ("Arrow keys in the input", "move the cursor; digits set the cell, Enter paints"),
    ("Up and Down in a list", "choose; Enter opens it, and then letters find, too"),
    ("Ctrl + wheel", "zoom around the mouse"),
    ("Shift + drag in the output", "loop a region"),
    ("Clicker in the presentation", "PgDn steps, PgUp goes back, . or B blanks, Esc leaves"),
)


class _TextDialog(QDialog):
    """A dialog that only tells: rows of a strong word and its explanation, scrolling when they are many."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows = QWidget()
        self.grid = QGridLayout(self._rows)
        self.grid.setColumnStretch(1, 1)
        self.grid.setHorizontalSpacing(theme.px(16))
        self.grid.setVerticalSpacing(theme.px(8))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self._rows)
        area.setAccessibleName(title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(20),) * 4)
        column.setSpacing(theme.px(12))
        column.addWidget(label(title, "title"))
        column.addWidget(area, 1)
        column.addWidget(buttons)

    def add_heading(self, text: str) -> None:
        self.grid.addWidget(label(text, "strong"), self.grid.rowCount(), 0, 1, 2)

    def add_row(self, first: str, second: str) -> None:
        row = self.grid.rowCount()
        self.grid.addWidget(label(first), row, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(label(second, "caption", wrap=True), row, 1)

    def open_at(self, width: int, height: int) -> None:
        """Show it at a size given at 100 %, but never larger than the screen."""
        self.grid.setRowStretch(self.grid.rowCount(), 1)
        room = self.screen().availableGeometry()
        self.resize(min(theme.px(width), room.width() - 40), min(theme.px(height), room.height() - 80))
        self.open()


def show_first_steps(window: MainWindow) -> QDialog:
    """What one can do, in a few lines."""
    dialog = _TextDialog("First steps", window)
    for word, text in _FIRST_STEPS:
        dialog.add_row(word, text)
    dialog.open_at(560, 420)
    return dialog


def show_keys(window: MainWindow) -> QDialog:
    """Every command that has a key, by menu, made from the menus themselves."""
    dialog = _TextDialog("Keys", window)
    for menu, commands in window.commands.items():
        with_keys = [command for command in commands if command.keys]
        if with_keys:
            dialog.add_heading(menu)
        for command in with_keys:
            dialog.add_row(" or ".join(command.key_texts), command.name)
    dialog.add_heading("Mouse and cursor")
    for keys, text in _OTHER_KEYS:
        dialog.add_row(keys, text)
    dialog.open_at(560, 640)
    return dialog


def show_about(window: MainWindow) -> QDialog:
    """Name, version, licence."""
    dialog = _TextDialog("About ConvLab", window)
    picture = QLabel()
    picture.setPixmap(icon("convlab").pixmap(theme.px(64), theme.px(64)))
    head = QHBoxLayout()
    head.addWidget(picture)
    head.addWidget(label(f"ConvLab {__version__}", "title"), 1)
    dialog.grid.addLayout(head, 0, 0, 1, 2)
    dialog.add_row("What", "See what a convolution does: step by step, in numbers that add up.")
    dialog.add_row("Licence", "MIT. The font Inter is under the SIL Open Font License.")
    dialog.add_row("Made with", "Python, Qt for Python (LGPL), numpy, OpenCV.")
    dialog.open_at(460, 280)
    return dialog


PAGES: dict[str, Callable[[MainWindow], QDialog]] = {
    "first steps": show_first_steps,
    "keys": show_keys,
    "about": show_about,
}
"""What the menu opens, by name."""
