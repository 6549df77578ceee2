"""TileCanvas: thousands of small pictures or bars in a column that scrolls; only those in sight are painted.

TileGrid adds mouse and keys. It is told what to show (a TileContent and the order of its tiles); it owns no truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from convlab.drawing.tile_layout import TileLayout
from convlab.window import theme
from convlab.window.empty_note import EmptyNote
from convlab.window.hairline import paint_edges
from convlab.window.tile_content import BETWEEN_BARS, TileContent

SIDES = (32, 40, 50, 62, 78, 98, 122, 152, 190, 240, 300)
"""The sizes of a tile at 100 %, in pixels."""
_USUAL, _SMALLER = 78, 62
_MOST_WASTE = 0.22  # of a narrow view's width that tiles of the usual size may leave empty
_FEW = 12  # tiles that are made smaller rather than scrolled
_NARROWEST = 24  # pixels of a view whose tiles are laid out
_WIDE_CHARACTER = 2  # average characters that the widest one is as wide as
_DIMMED = 0.45  # opacity of the old tiles while new ones are computed
_NOTCH = 1.0  # lines of tiles that one notch of the wheel scrolls, but at most a third of the view


class TileCanvas(QAbstractScrollArea):
    """Shows tiles, one of them outlined; see the module."""

    empty_clicked = Signal()
    painted = Signal()  # tiles of another content are on the screen

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: TileContent | None = None
        self._order: NDArray[np.intp] = np.arange(0)
        self._places: dict[int, int] = {}
        self._chosen: int | None = None
        self._pointed: int | None = None
        self._side = _USUAL
        self._chosen_side: int | None = None  # by the user; else as large as all tiles have room
        self._layout: TileLayout | None = None
        self._sentence = ""
        self._dimmed = self._focus_by_key = self._fresh = False
        self._build(name)

    def _build(self, name: str) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        view = self.viewport()
        view.setMouseTracking(True)
        view.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # scrolling then moves what is painted
        view.setAutoFillBackground(False)
        self.empty = EmptyNote(self)
        self.empty.clicked.connect(self.empty_clicked)
        theme.follow(self, self._restyle)

    # --- told ---

    def show_tiles(
        self, content: TileContent | None, order: Sequence[int] | NDArray[np.intp] | None = None
    ) -> None:
        """Show a content, its tiles in this order (by index if there is none); what is scrolled stays."""
        count = content.count if content is not None else 0
        order = np.arange(count) if order is None else np.asarray(order, np.intp)
        self._content, self._fresh = content, content is not None
        if not np.array_equal(order, self._order):
            self._order = order
            self._places = {int(tile): place for place, tile in enumerate(order)}
        self.empty.setVisible(content is None and bool(self._sentence))
        self._place()

    def say(self, sentence: str, button: str = "") -> None:
        """What would be here, where there is nothing; shown while there is no content."""
        self._sentence = sentence
        self.empty.say(sentence, button)
        self.empty.setVisible(self._content is None and bool(sentence))

    def show_chosen(self, tile: int | None, *, reveal: bool = True) -> None:
        """Outline one tile, and bring it in sight."""
        if tile != self._chosen:
            self._chosen = tile
            self.viewport().update()
            if reveal:
                self.reveal(tile)

    def set_dimmed(self, dimmed: bool) -> None:
        """Keep the old tiles, paler, while new ones are computed."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.viewport().update()

    def to_start(self) -> None:
        """Scroll to the first tiles."""
        self.verticalScrollBar().setValue(0)

    def reveal(self, tile: int | None) -> None:
        """Scroll so far that a tile is in sight."""
        place = self._places.get(tile) if tile is not None else None
        if place is None or self._layout is None:
            return
        rect, bar = self._layout.whole_rect(place), self.verticalScrollBar()
        margin, high = self._layout.margin, self.viewport().height()
        if rect.top() - margin < bar.value():
            bar.setValue(int(rect.top() - margin))
        elif rect.bottom() + margin > bar.value() + high:
            bar.setValue(int(rect.bottom() + margin - high))

    # --- asked ---

    @property
    def content(self) -> TileContent | None:
        return self._content

    @property
    def order(self) -> NDArray[np.intp]:
        """The indices of the tiles from the first to the last."""
        return self._order

    @property
    def chosen(self) -> int | None:
        return self._chosen

    @property
    def side(self) -> int:
        """The size of a tile at 100 %, in pixels."""
        return self._side

    @property
    def content_height(self) -> int:
        """Pixels that all tiles need."""
        return self._layout.content_height if self._layout is not None else 0

    def columns_for(self, content: TileContent) -> int:
        """How many tiles of a content would stand in a full line."""
        room = self.viewport().width()
        side = self._chosen_side or _USUAL
        return replace(self._layout_for(content, side, room), count=1 << 16).columns

    def tile_rect(self, tile: int) -> QRectF:
        """Where a tile is now, in the viewport; empty if there is no such tile."""
        place = self._places.get(tile)
        if place is None or self._layout is None:
            return QRectF()
        return self._layout.rect(place).translated(0, -self.verticalScrollBar().value())

    def tile_at(self, point: QPointF) -> int | None:
        """The index of the tile at a point of the viewport."""
        if self._layout is None:
            return None
        place = self._layout.at(point + QPointF(0, self.verticalScrollBar().value()))
        return int(self._order[place]) if place is not None else None

    def set_side(self, side: float) -> None:
        """Tiles of about so many pixels at 100 %; what is in the middle stays there."""
        nearest = min(SIDES, key=lambda one: abs(one - side))
        if nearest == self._chosen_side:
            return
        middle = self.tile_at(QPointF(self.viewport().rect().center()))
        anchor = self._chosen if self._in_sight(self._chosen) else middle
        self._chosen_side = nearest
        self._place()
        if anchor is not None and self._layout is not None:
            rect = self._layout.rect(self._places[anchor])
            self.verticalScrollBar().setValue(int(rect.center().y() - self.viewport().height() / 2))

    def zoom(self, steps: int) -> None:
        """Larger (+) or smaller (−) tiles."""
        place = min(max(SIDES.index(self._side) + steps, 0), len(SIDES) - 1)
        self.set_side(SIDES[place])

    def zoom_to_fit(self) -> None:
        """As large as all tiles have room, or of the usual size where they are too many."""
        self._chosen_side = None
        self._place()
        self.reveal(self._chosen)

    def _in_sight(self, tile: int | None) -> bool:
        return tile is not None and self.tile_rect(tile).intersects(QRectF(self.viewport().rect()))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(480), theme.px(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(96))

    # --- layout ---

    def _restyle(self) -> None:
        if self._content is not None:
            self._content.forget()
        self._place()

    def _place(self) -> None:
        """The content, the size of the view or the theme is another one."""
        content, room = self._content, max(self.viewport().width(), _NARROWEST)
        if content is None:
            self._layout = None
            self.verticalScrollBar().setRange(0, 0)
        else:
            self._side = self._chosen_side or self._fitting_side(content, room)
            self._layout = self._layout_for(content, self._side, room)
            self._set_bar(self._layout)
        self.viewport().update()

    def _fitting_side(self, content: TileContent, room: int) -> int:
        """The largest tiles that are all in sight, a few of them smaller than usual if need be; the usual ones where they are too
        many for that."""
        if not content.captioned:
            return _USUAL
        if self._waste(content, _USUAL, room) > _MOST_WASTE > self._waste(content, _SMALLER, room):
            return _SMALLER
        high = self.viewport().height()
        sides = [side for side in SIDES if side >= _USUAL or (side == _SMALLER and content.count <= _FEW)]
        fitting = (
            side for side in sides[::-1] if self._layout_for(content, side, room).content_height <= high
        )
        return next(fitting, _USUAL)

    def _waste(self, content: TileContent, side: int, room: int) -> float:
        """What part of a full line is left over."""
        layout = replace(self._layout_for(content, side, room), count=1 << 16)
        return 1 - layout.columns * (layout.width + layout.gap) / room

    def _layout_for(self, content: TileContent, side: int, room: int) -> TileLayout:
        margin = theme.px(4)
        size = content.tile_size(theme.px(side), room - 2 * margin, self.devicePixelRatioF())
        caption = theme.px(18) if content.captioned else 0
        gap = theme.px(8 if content.captioned else BETWEEN_BARS)
        return TileLayout(len(self._order), size.width(), size.height(), caption, gap, room, margin)

    def _set_bar(self, layout: TileLayout) -> None:
        bar, high = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(layout.content_height - high, 0))
        bar.setPageStep(high)
        bar.setSingleStep(max(1, round(min(layout.line_height * _NOTCH, high / 3))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chosen tile stays in sight if it was."""
        before = QRectF(0, 0, event.oldSize().width(), event.oldSize().height())
        seen = self._chosen is not None and before.intersects(self.tile_rect(self._chosen))
        self.empty.setGeometry(self.rect())
        self._place()
        if seen:
            self.reveal(self._chosen)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """What is in sight is moved, and only what came in sight is painted."""
        self.viewport().scroll(dx, dy)
        self._point(None)

    def _point(self, tile: int | None) -> None:
        """Frame the tile under the mouse."""
        if tile == self._pointed:
            return
        for one in (self._pointed, tile):
            if one is not None:
                grown = theme.px(5)
                area = self.tile_rect(one).adjusted(-grown, -grown, grown, grown)
                self.viewport().update(area.toAlignedRect())
        self._pointed = tile

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            region = QRegion(event.region())  # kept, since its rectangles lie in its own memory
            for area in region:  # type: ignore[attr-defined]
                painter.setClipRect(area)  # what two of them touch is not drawn twice: it may be transparent
                self._paint_area(painter, QRectF(area))
        finally:
            painter.end()  # a bug must not leave it open: Qt would end the program
        if self._fresh and self._content is not None:
            self._fresh = False
            self.painted.emit()

    def _paint_area(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, theme.color("card"))
        if self._content is not None and self._layout is not None:
            self._paint_tiles(painter, self._content, self._layout, area)
        if self.hasFocus() and self._focus_by_key:
            painter.setPen(QPen(theme.color("accent_ink"), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))

    def _paint_tiles(self, painter: QPainter, content: TileContent, layout: TileLayout, area: QRectF) -> None:
        down = self.verticalScrollBar().value()
        places = layout.visible(area.top() + down, area.bottom() + down)
        tiles = self._order[places.start : places.stop].tolist()
        content.begin(tiles, layout.rect(0).size(), self.devicePixelRatioF())
        painter.setOpacity(_DIMMED if self._dimmed else 1.0)
        for place, tile in zip(places, tiles, strict=True):
            rect = layout.rect(place).translated(0, -down)
            if rect.intersects(area):
                content.paint(painter, tile, rect)
        if content.edged:
            paint_edges(painter, [layout.rect(place).translated(0, -down) for place in places])
        painter.setOpacity(1.0)
        if content.captioned:
            self._paint_captions(painter, content, layout, area, zip(places, tiles, strict=True))
        self._paint_marks(painter, layout, down)

    def _paint_captions(
        self,
        painter: QPainter,
        content: TileContent,
        layout: TileLayout,
        area: QRectF,
        tiles: Iterable[tuple[int, int]],
    ) -> None:
        down = self.verticalScrollBar().value()
        painter.setFont(theme.font("caption"))
        muted, chosen, metrics = theme.color("muted"), theme.color("accent_ink"), painter.fontMetrics()
        widest = metrics.averageCharWidth() * _WIDE_CHARACTER
        painter.setPen(muted)
        for place, tile in tiles:
            rect = layout.caption_rect(place).translated(0, -down)
            if not rect.intersects(area):
                continue
            text = content.caption(tile)
            if len(text) * widest > rect.width():
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
            if tile == self._chosen:
                painter.setPen(chosen)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
            if tile == self._chosen:
                painter.setPen(muted)

    def _paint_marks(self, painter: QPainter, layout: TileLayout, down: int) -> None:
        for tile, color, width in ((self._pointed, "field_line", 1), (self._chosen, "accent_ink", 2)):
            place = self._places.get(tile) if tile is not None else None
            if place is None:
                continue
            away = theme.px(2) + theme.px(width) / 2
            painter.setPen(QPen(theme.color(color), theme.px(width)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = layout.rect(place).translated(0, -down).adjusted(-away, -away, away, away)
            painter.drawRoundedRect(rect, 2, 2)
