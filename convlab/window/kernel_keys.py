"""What the keys do in a grid of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from convlab.operations.numbers_text import format_tsv, parse_numbers
from convlab.problems import Problem

if TYPE_CHECKING:
    from convlab.window.kernel_grid import KernelGrid

Cell = tuple[int, int]
MAX_SIDE = 31

_STANDARD = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll,
)
_ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BEGINS_A_NUMBER = frozenset("0123456789.,-−+")
_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.KeypadModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def moved(cell: Cell, move: Cell, shape: tuple[int, ...]) -> Cell:
    """The cell after a move. Sideways it goes on in the next row; at the ends it stays."""
    rows, columns = shape
    row, column = cell[0] + move[0], cell[1] + move[1]
    if column >= columns and row + 1 < rows:
        return row + 1, 0
    if column < 0 and row > 0:
        return row - 1, columns - 1
    return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)


def next_cell(cell: Cell, forward: bool, shape: tuple[int, ...]) -> Cell | None:
    """Where Tab leads; None at the end, where it leaves the grid."""
    follower = moved(cell, (0, 1 if forward else -1), shape)
    return None if follower == cell else follower


def claims(event: QKeyEvent) -> bool:
    """Whether this asks for a key that would otherwise be a command of the menu."""
    return event.type() == QEvent.Type.ShortcutOverride and any(event.matches(key) for key in _STANDARD)


def press(grid: KernelGrid, event: QKeyEvent) -> bool:
    """Do what the key says; False if it means nothing here."""
    for key, slot in zip(_STANDARD, (copy, paste, type(grid).select_all), strict=True):
        if event.matches(key):
            slot(grid)
            return True
    return event.modifiers() in _PLAIN and (_move(grid, event) or _edit(grid, event))


def _move(grid: KernelGrid, event: QKeyEvent) -> bool:
    key = Qt.Key(event.key())
    shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
    row, column = grid.cursor_cell
    if key in _ARROWS:
        step = _ARROWS[key]
        grid.move_cursor((row + step[0], column + step[1]), extend=shift)
    elif key in _ENTER:
        grid.move_cursor((row - 1 if shift else row + 1, column))
    else:
        return False
    return True


def _edit(grid: KernelGrid, event: QKeyEvent) -> bool:
    key, text = Qt.Key(event.key()), event.text()
    if key == Qt.Key.Key_F2:
        grid.edit_cell()
    elif key == Qt.Key.Key_Delete:
        grid.set_range(0.0, "Clear Weights")
    elif text and text in _BEGINS_A_NUMBER:
        grid.edit_cell(text)
    else:
        return False
    return True


def copy(grid: KernelGrid) -> None:
    """The chosen range as spreadsheet text; the whole slice if only one cell is chosen."""
    (top, left), (bottom, right) = grid.chosen_range
    alone = (top, left) == (bottom, right)
    part = grid.values if alone else grid.values[top : bottom + 1, left : right + 1]
    QGuiApplication.clipboard().setText(format_tsv(part))


def paste(grid: KernelGrid) -> None:
    """Numbers from the clipboard. A spreadsheet puts a picture there too: only the text counts here."""
    try:
        numbers = pasted_numbers(QGuiApplication.clipboard().text())
    except Problem as problem:
        grid.problem_met.emit(problem)
        return
    if numbers.size == 1:
        grid.set_range(float(numbers[0, 0]), "Paste Weight")
    else:
        grid.matrix_pasted.emit(numbers)


def pasted_numbers(text: str) -> np.ndarray:
    """The numbers (rows, columns) in `text`. Raises Problem if they are none, or too many for a kernel."""
    if not text.strip():
        raise Problem("There are no numbers on the clipboard.", remedy="Copy cells from a spreadsheet first.")
    numbers = parse_numbers(text)
    if max(numbers.shape) > MAX_SIDE:
        rows, columns = numbers.shape
        raise Problem(
            f"{rows:,} × {columns:,} numbers are too many for a kernel.",
            f"It has at most {MAX_SIDE} × {MAX_SIDE}.",
        )
    return numbers
