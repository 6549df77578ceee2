"""A layout that puts widgets in a line, and into further lines where there is no room: for rows of controls."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from convlab.window import theme

_WIDE = 1 << 16


class FlowLayout(QLayout):
    """Lines end at the right; hidden widgets take no room. first_left: the first widget stands at the left."""

    def __init__(self, parent: QWidget | None = None, *, first_left: bool = False) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._first_left = first_left
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = self._lines(width)
        return sum(_height(line, width) for line in lines) + max(len(lines) - 1, 0) * self._gap

    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown) + max(len(shown) - 1, 0) * self._gap
        return QSize(width, _height(shown, width))

    def minimumSize(self) -> QSize:
        shown = self._shown()
        return QSize(max((item.minimumSize().width() for item in shown), default=0), _height(shown, _WIDE))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        y = rect.top()
        for number, line in enumerate(self._lines(rect.width())):
            self._place(line, rect, y, first_left=self._first_left and number == 0)
            y += _height(line, rect.width()) + self._gap

    def _place(self, line: list[QLayoutItem], rect: QRect, y: int, *, first_left: bool) -> None:
        """One line, which ends at the right; its first widget may stand at the left all the same."""
        widths = [min(item.sizeHint().width(), rect.width()) for item in line]
        spare = max(rect.width() - sum(widths) - self._gap * (len(line) - 1), 0)
        x, whole = rect.left() + (0 if first_left else spare), _height(line, rect.width())
        for place, (item, width) in enumerate(zip(line, widths, strict=True)):
            high = _height([item], width)
            item.setGeometry(QRect(QPoint(x, y + (whole - high) // 2), QSize(width, high)))
            x += width + self._gap + (spare if first_left and place == 0 else 0)

    @property
    def _gap(self) -> int:
        return theme.px(6)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        room = 0
        for item in self._shown():
            needed = item.sizeHint().width()
            if not lines or needed > room:
                lines.append([])
                room = width
            lines[-1].append(item)
            room -= needed + self._gap
        return lines


def _height(line: list[QLayoutItem], width: int) -> int:
    """Of the highest; one that flows itself is as high as it is where it gets that width."""
    return max(
        (
            item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
            for item in line
        ),
        default=0,
    )
