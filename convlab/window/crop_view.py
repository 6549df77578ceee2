"""CropView: a picture with a rectangle on it that says which part is taken."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.window import theme
from convlab.window.thumbnails import fitted

_GRIP = 10  # how near the mouse must be to an edge, at 100 %
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@dataclass(frozen=True)
class Part:
    """A rectangle of a picture, in its pixels."""

    top: int
    left: int
    height: int
    width: int

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def right(self) -> int:
        return self.left + self.width

    def moved(self, rows: int, columns: int, height: int, width: int) -> Part:
        """The same rectangle elsewhere, kept inside a picture of height × width."""
        top = min(max(self.top + rows, 0), height - self.height)
        left = min(max(self.left + columns, 0), width - self.width)
        return Part(top, left, self.height, self.width)


def part_between(a: tuple[float, float], b: tuple[float, float], height: int, width: int) -> Part:
    """The whole pixels between two corners (row, column), inside a picture of height × width; at least one."""
    rows = sorted(min(max(round(corner[0]), 0), height) for corner in (a, b))
    columns = sorted(min(max(round(corner[1]), 0), width) for corner in (a, b))
    top, left = min(rows[0], height - 1), min(columns[0], width - 1)
    return Part(top, left, max(rows[1] - top, 1), max(columns[1] - left, 1))


class CropView(QWidget):
    """Drag over the picture for a new part, inside the part to move it, at an edge or a corner to change it.

    Arrow keys move the part, with Shift they change its size; with Ctrl by ten pixels.
    """

    part_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Part of the picture")
        self.setAccessibleDescription("Arrow keys move the part; with Shift they change its size.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._picture = QImage()
        self._height, self._width = 1, 1
        self.part = Part(0, 0, 1, 1)
        self._fixed: tuple[float | None, float | None] | None = None
        self._moves_from: tuple[QPointF, Part] | None = None
        theme.follow(self)

    def show_picture(self, picture: QImage, height: int, width: int) -> None:
        """Show a picture of height × width pixels; `picture` may be a reduced copy of it."""
        self._picture, self._height, self._width = picture, height, width
        self.show_part(Part(0, 0, height, width))

    def show_part(self, part: Part) -> None:
        """Show another rectangle without telling anybody."""
        self.part = part
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(380), theme.px(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(120))

    # --- geometry ---

    def picture_rect(self) -> QRectF:
        """Where the picture is, in the widget."""
        room = self.rect().adjusted(theme.px(6), theme.px(6), -theme.px(6), -theme.px(6))
        size = fitted(QSize(self._width, self._height), room.size())
        rect = QRect(0, 0, size.width(), size.height())
        rect.moveCenter(room.center())
        return QRectF(rect)

    def part_rect(self) -> QRectF:
        """Where the part is, in the widget."""
        rect, part = self.picture_rect(), self.part
        x, y = rect.width() / self._width, rect.height() / self._height
        return QRectF(rect.x() + part.left * x, rect.y() + part.top * y, part.width * x, part.height * y)

    def _position(self, point: QPointF) -> tuple[float, float]:
        """The (row, column) under a point, between pixels."""
        rect = self.picture_rect()
        row = (point.y() - rect.y()) * self._height / rect.height()
        return row, (point.x() - rect.x()) * self._width / rect.width()

    def _edges(self, point: QPointF) -> tuple[int, int]:
        """Which edge is at the point: (−1 top, 1 bottom, 0 none; −1 left, 1 right, 0 none)."""
        rect, near = self.part_rect(), theme.px(_GRIP)
        if not rect.adjusted(-near, -near, near, near).contains(point):
            return 0, 0
        near = min(near, int(rect.height() / 3) + 1, int(rect.width() / 3) + 1)
        vertical = -1 if abs(point.y() - rect.top()) <= near else int(abs(point.y() - rect.bottom()) <= near)
        horizontal = (
            -1 if abs(point.x() - rect.left()) <= near else int(abs(point.x() - rect.right()) <= near)
        )
        return vertical, horizontal

    # --- the mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position()
        vertical, horizontal = self._edges(point)
        whole = (self.part.height, self.part.width) == (self._height, self._width)
        if vertical or horizontal:
            self._fixed = (
                None if not vertical else float(self.part.bottom if vertical < 0 else self.part.top),
                None if not horizontal else float(self.part.right if horizontal < 0 else self.part.left),
            )
        elif self.part_rect().contains(point) and not whole:
            self._moves_from = point, self.part
        else:
            self._fixed = self._position(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._moves_from is not None:
            start, part = self._moves_from
            (r0, c0), (r1, c1) = self._position(start), self._position(point)
            self._tell(part.moved(round(r1 - r0), round(c1 - c0), self._height, self._width))
        elif self._fixed is not None:
            self._tell(self._stretched(self._fixed, self._position(point)))
        else:
            self._show_cursor(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._fixed = self._moves_from = None

    def _stretched(self, fixed: tuple[float | None, float | None], to: tuple[float, float]) -> Part:
        """The part from what stays to where the mouse is; an axis whose edge is not dragged stays as it is."""
        part = self.part
        rows = (float(part.top), float(part.bottom)) if fixed[0] is None else (fixed[0], to[0])
        columns = (float(part.left), float(part.right)) if fixed[1] is None else (fixed[1], to[1])
        return part_between((rows[0], columns[0]), (rows[1], columns[1]), self._height, self._width)

    def _show_cursor(self, point: QPointF) -> None:
        shapes = {
            (0, 0): Qt.CursorShape.CrossCursor,
            (0, 1): Qt.CursorShape.SizeHorCursor,
            (1, 0): Qt.CursorShape.SizeVerCursor,
            (1, 1): Qt.CursorShape.SizeFDiagCursor,
            (1, -1): Qt.CursorShape.SizeBDiagCursor,
        }
        vertical, horizontal = self._edges(point)
        if vertical < 0 or (vertical == 0 and horizontal < 0):
            vertical, horizontal = -vertical, -horizontal
        self.setCursor(shapes[vertical, horizontal])

    # --- the keyboard ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if arrow is None:
            super().keyPressEvent(event)
            return
        by = 10 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
        rows, columns = arrow[0] * by, arrow[1] * by
        part = self.part
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            corner = (max(part.bottom + rows, part.top + 1), max(part.right + columns, part.left + 1))
            self._tell(part_between((part.top, part.left), corner, self._height, self._width))
        else:
            self._tell(part.moved(rows, columns, self._height, self._width))

    def _tell(self, part: Part) -> None:
        if part != self.part:
            self.show_part(part)
            self.part_changed.emit(part)

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, self._picture.width() > self.width() // 2
        )
        picture, part = self.picture_rect(), self.part_rect()
        painter.drawImage(picture, self._picture)
        shade = QColor(0, 0, 0, 140)
        for rect in _around(picture, part):
            painter.fillRect(rect, shade)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for name, width in (("outline_contrast", 3), ("outline", 1.5)):
            painter.setPen(QPen(theme.color(name), theme.current().scale * width))
            painter.drawRect(part)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent_ink"), theme.px(2)))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))


def _around(outer: QRectF, inner: QRectF) -> list[QRectF]:
    """The four strips of `outer` outside `inner`."""
    return [
        QRectF(outer.left(), outer.top(), outer.width(), inner.top() - outer.top()),
        QRectF(outer.left(), inner.bottom(), outer.width(), outer.bottom() - inner.bottom()),
        QRectF(outer.left(), inner.top(), inner.left() - outer.left(), inner.height()),
        QRectF(inner.right(), inner.top(), outer.right() - inner.right(), inner.height()),
    ]
