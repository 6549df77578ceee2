"""ConfusionView: which classes are taken for which, with numbers; pointing at a cell says it in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.confusion import (
    MatrixLayout,
    MatrixLook,
    matrix_layout,
    paint_matrix,
    paint_pointed,
)
from convlab.learning.class_words import confusion_words, most_confused
from convlab.plain_text import safe_text
from convlab.window import theme

Cell = tuple[int, int]
FOCUSED_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_MOST_NAMED = 12
_WAYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionView(QWidget):
    """Rows are what the images show, columns what they were taken for. Told the counts; tells a chosen cell."""

    pointed = Signal()  # another cell, or none
    cell_chosen = Signal(int, int)  # row, column: clicked, or Enter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._confusion: NDArray[np.int64] | None = None
        self._names: tuple[str, ...] = ()
        self._pointed: Cell | None = None
        self._chosen: Cell | None = None
        self.setAccessibleName("Confusion matrix")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.follow(self)

    # --- told ---

    def show_confusion(self, confusion: NDArray[np.int64] | None, names: tuple[str, ...]) -> None:
        """confusion: (classes, classes) counts; names: of the classes, as many."""
        self._confusion, self._pointed, self._chosen = confusion, None, None
        count = 0 if confusion is None else len(confusion)
        named = [*names[:count], *(f"class {n}" for n in range(len(names), count))]
        self._names = tuple(safe_text(name, 60) for name in named)
        self.setAccessibleDescription(self.words)
        self.update()

    def show_chosen(self, cell: Cell | None) -> None:
        """Keep a frame around the cell whose mistakes are looked at."""
        self._chosen = cell
        self.update()

    # --- asked ---

    @property
    def cell(self) -> Cell | None:
        """(row, column) that is pointed at, by the mouse or by keys."""
        return self._pointed

    @property
    def words(self) -> str:
        """The pointed cell as a sentence; else the pair that is confused most."""
        if self._confusion is None or not self._confusion.size:
            return ""
        if self._pointed is not None:
            return confusion_words(self._confusion, self._names, *self._pointed)
        return self._unpointed()

    def _unpointed(self) -> str:
        """The pair that is confused most, as a sentence."""
        worst = most_confused(self._confusion) if self._confusion is not None else None
        if worst is None or self._confusion is None:
            return "No image was taken for another class."
        words = confusion_words(self._confusion, self._names, *worst)
        return f"Most often: {words}"

    def all_words(self) -> list[str]:
        """All that `words` may come to say; where there are many classes, of those with the longest names."""
        if self._confusion is None:
            return []
        longest = sorted(range(len(self._confusion)), key=lambda one: len(self._names[one]))[-_MOST_NAMED:]
        pairs = [(row, column) for row in longest for column in longest]
        return [self._unpointed(), *(confusion_words(self._confusion, self._names, *pair) for pair in pairs)]

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        return self._layout().rect(row, column)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(300))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(120))

    # --- painting ---

    def _look(self) -> MatrixLook:
        look = theme.current()
        return MatrixLook(
            theme.font("caption"), theme.color("text"), theme.color("muted"), theme.color("card"),
            theme.color("accent_ink"), look.scale, look.dark,
        )  # fmt: skip

    def _layout(self) -> MatrixLayout:
        room = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        return matrix_layout(self._names, room, self._look(), self.devicePixelRatioF())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._confusion is None or not self._confusion.size:
            return
        painter = QPainter(self)
        layout = self._layout()
        paint_matrix(painter, self._confusion, self._names, layout, self._look(), self._pointed)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for cell, color in ((self._chosen, "accent_ink"), (self._pointed, "text")):
            if cell is not None:
                paint_pointed(painter, layout, cell, QPen(theme.color(color), theme.px(2)))
        painter.end()

    # --- pointing ---

    def _point(self, cell: Cell | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.setAccessibleDescription(self.words)
            self.update()
            self.pointed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._layout().at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._layout().at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._point(cell)
            self.cell_chosen.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way, count = _WAYS.get(Qt.Key(event.key())), len(self._names)
        if way is not None and count:
            row, column = self._pointed or (most_confused_or_first(self._confusion))
            if self._pointed is not None:
                row, column = row + way[0], column + way[1]
            self._point((min(max(row, 0), count - 1), min(max(column, 0), count - 1)))
            if QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.words))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pointed is not None:
            self.cell_chosen.emit(*self._pointed)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in FOCUSED_BY_KEY and self._pointed is None and len(self._names):
            self._point(most_confused_or_first(self._confusion))
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point(None)
        super().focusOutEvent(event)


def most_confused_or_first(confusion: NDArray[np.int64] | None) -> Cell:
    """Where keys begin: at the pair that is confused most."""
    worst = most_confused(confusion) if confusion is not None else None
    return worst or (0, 0)
