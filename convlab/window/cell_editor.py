"""The line edit that opens over a cell of the kernel: it commits with a move, or cancels."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from convlab.drawing.numbers import parse_number
from convlab.window import theme

Move = tuple[int, int]
STAY: Move = (0, 0)
DOWN: Move = (1, 0)
RIGHT: Move = (0, 1)
LEFT: Move = (0, -1)

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_UP_AND_DOWN = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
_SIDEWAYS = {Qt.Key.Key_Left: LEFT, Qt.Key.Key_Right: RIGHT}


class CellEditor(QLineEdit):
    """Edits one number in place. While something is typed anew, left and right leave the cell; in text that was
    there before (F2, double-click) they move the text cursor, as in a spreadsheet."""

    committed = Signal(float, object)  # the value, and the Move to make
    cancelled = Signal()

    def __init__(self, parent: QWidget, text: str, *, typing: bool) -> None:
        super().__init__(text, parent)
        self._owner = parent
        self._typing = typing
        self._closed = False
        self.setAccessibleName("Weight")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFrame(False)
        self.setMaxLength(40)
        self.textEdited.connect(lambda: self._show_fault(False))
        self._show_fault(False)
        if not typing:
            self.selectAll()

    def open_over(self, cell: QRectF, pixels: int) -> None:
        """Show the editor over `cell`, in digits of `pixels`, wide enough to type in and inside the parent."""
        font = theme.font("digits")
        font.setPixelSize(max(pixels, font.pixelSize()))
        self.setFont(font)
        rect = cell.toAlignedRect()
        room = self._owner.rect()
        width = min(max(rect.width(), 5 * font.pixelSize()), room.width())
        height = min(max(rect.height(), 2 * font.pixelSize()), room.height())
        left = min(max(rect.center().x() - width // 2, 0), room.width() - width)
        top = min(max(rect.center().y() - height // 2, 0), room.height() - height)
        self.setGeometry(left, top, width, height)
        self.show()
        self.setFocus()

    def commit(self, move: Move) -> bool:
        """Tell the value, or stay and show that the text is no number."""
        value = parse_number(self.text())
        if value is None:
            self._show_fault(True)
            return False
        self._closed = True
        self.committed.emit(value, move)
        return True

    def cancel(self) -> None:
        self._closed = True
        self.cancelled.emit()

    def close_quietly(self) -> None:
        """From now on losing the focus tells nothing more."""
        self._closed = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ENTER:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.commit((-1, 0) if shift else DOWN)
        elif key == Qt.Key.Key_Escape:
            self.cancel()
        elif key in _UP_AND_DOWN:
            self.commit(_UP_AND_DOWN[key])
        elif key in _SIDEWAYS and self._typing:
            self.commit(_SIDEWAYS[key])
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab belongs to the cells while one is edited."""
        if self._closed:
            return super().focusNextPrevChild(forward)
        self.commit(RIGHT if forward else LEFT)
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Clicking elsewhere keeps what was typed, if it is a number."""
        super().focusOutEvent(event)
        if not self._closed and event.reason() != Qt.FocusReason.PopupFocusReason and not self.commit(STAY):
            self.cancel()

    def _show_fault(self, wrong: bool) -> None:
        colors = theme.colors()
        line = colors.bad if wrong else colors.accent_ink
        self.setStyleSheet(
            f"QLineEdit {{ padding: 0; min-height: 0; border: {theme.px(2)}px solid {line}; }}"
        )
        fault = f"“{self.text()}” is not a number." if wrong else ""
        self.setToolTip(fault)
        self.setAccessibleDescription(fault)
        if wrong:
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), fault, self)
