"""FilmStrip: one filter, or its map, from the first frame of the film to the newest, as a row of small pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.tiles import colored, image_of, in_color
from convlab.window import theme
from convlab.window.tile_content import Pictures

_SIDE, _CAPTION, _GAP, _TITLE = 40, 16, 10, 58  # pixels at 100 %


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A picture, the batch that it was taken after, and the place of its frame in the film."""

    picture: QImage
    batch: int
    place: int


def snapshot(content: Pictures, batch: int, place: int) -> Snapshot:
    """Of a content with one tile."""
    values, scales = content.values_of([0], content.rows, content.columns), content.scales_of([0])
    pixels = colored(values, scales) if values.ndim == 3 else in_color(values, scales)
    return Snapshot(image_of(pixels[0]), batch, place)


def chosen_places(count: int, room: int) -> list[int]:
    """Which of so many frames are shown where so many have room: the first, the last, and some between them."""
    if count < 1 or room < 1:
        return []
    places = np.linspace(0, count - 1, min(room, count))
    return sorted({round(place) for place in places.tolist()})


class FilmStrip(QWidget):
    """Told the snapshots; tells which one is clicked."""

    place_wished = Signal(int)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._snapshots: tuple[Snapshot, ...] = ()
        self._now = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How one filter came about")
        theme.follow(self)

    @property
    def room(self) -> int:
        """How many pictures have room."""
        free = self.width() - theme.px(_TITLE)
        return max(2, int((free + theme.px(_GAP)) // (theme.px(_SIDE) + theme.px(_GAP))))

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        return self._snapshots

    def show_snapshots(self, title: str, snapshots: Sequence[Snapshot]) -> None:
        """title: which filter it is."""
        self._title, self._snapshots = title, tuple(snapshots)
        self.setAccessibleDescription(f"{title}, from the first batch to the newest")
        self.update()

    def show_place(self, place: int) -> None:
        """Mark the picture that is nearest to the frame looked at."""
        if place != self._now:
            self._now = place
            self.update()

    def rect_of(self, number: int) -> QRectF:
        """Where a picture is: as far apart as there is room."""
        side, left = theme.px(_SIDE), theme.px(_TITLE)
        count = max(len(self._snapshots) - 1, 1)
        step = min((self.width() - left - side - 2) / count, side + 3 * theme.px(_GAP))
        return QRectF(round(left + number * step), 2, side, side)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(300), theme.px(_SIDE + _CAPTION) + 4)

    def resizeEvent(self, event: object) -> None:
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("text"))
        title = QRectF(0, 2, theme.px(_TITLE - 4), theme.px(_SIDE))
        text = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, int(title.width()))
        painter.drawText(title, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        painter.setFont(theme.font("caption"))
        now = self._nearest()
        for number, one in enumerate(self._snapshots):
            self._paint_one(painter, self.rect_of(number), one, now == number)

    def _paint_one(self, painter: QPainter, rect: QRectF, one: Snapshot, is_now: bool) -> None:
        size = one.picture.size().toSizeF()
        scale = min(rect.width() / size.width(), rect.height() / size.height())
        area = QRectF(0, 0, size.width() * scale, size.height() * scale)
        area.moveCenter(rect.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.drawImage(area, one.picture)
        painter.setPen(theme.color("accent_ink" if is_now else "muted"))
        gap = theme.px(_GAP)
        below = QRectF(rect.left() - gap, rect.bottom() + 2, rect.width() + 2 * gap, theme.px(_CAPTION))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), f"{one.batch:,}")
        if is_now:
            painter.setPen(QPen(theme.color("accent_ink"), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(-1, -1, 1, 1))

    def _nearest(self) -> int:
        """The last picture that is not later than the frame looked at."""
        earlier = [number for number, one in enumerate(self._snapshots) if one.place <= self._now]
        return earlier[-1] if earlier else 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point: QPointF = event.position()
        for number, one in enumerate(self._snapshots):
            if self.rect_of(number).contains(point) and event.button() == Qt.MouseButton.LeftButton:
                self.place_wished.emit(one.place)
