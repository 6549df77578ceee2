"""The bundled images to choose from: SampleList, a grid of thumbnails with names, and Gallery, a dialog with it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from convlab.experiment.image import Image
from convlab.experiment.samples import SAMPLES, load_sample
from convlab.window import theme
from convlab.window.image_dialog import ImageDialog
from convlab.window.thumbnails import thumbnail
from convlab.window.widgets import label

_KEY = Qt.ItemDataRole.UserRole
_PICTURE = Qt.ItemDataRole.UserRole + 1
_NAME_FLAGS = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class _Tile(QStyledItemDelegate):
    """Paints one sample: the thumbnail in a thin frame, the name beneath."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tile = option.rect.adjusted(theme.px(2), theme.px(2), -theme.px(2), -theme.px(2))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, tile)
        self._paint_picture(painter, tile, index.data(_PICTURE))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text"))
        painter.drawText(_name_place(tile), int(_NAME_FLAGS), index.data(Qt.ItemDataRole.DisplayRole))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return _tile_size(theme.px(_NARROWEST))

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, tile: QRect) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(theme.color("accent_soft"))
            focused = option.state & QStyle.StateFlag.State_HasFocus
            width = theme.px(2) if focused else 1
            painter.setPen(QPen(theme.color("accent_ink" if focused else "accent"), width))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.color("hover"))
        else:
            return
        painter.drawRoundedRect(tile, theme.px(6), theme.px(6))

    def _paint_picture(self, painter: QPainter, tile: QRect, picture: QPixmap) -> None:
        size = picture.deviceIndependentSize().toSize()
        side = theme.px(_SIDE)
        left = tile.center().x() - size.width() // 2
        top = tile.top() + theme.px(8) + (side - size.height()) // 2
        painter.drawPixmap(left, top, picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(theme.color("field_line"))
        painter.drawRect(left - 1, top - 1, size.width() + 1, size.height() + 1)


_SIDE = 56  # the thumbnail, at 100 %
_NARROWEST = 76  # a tile; the longest word of a name fits into it


def _tile_size(width: int) -> QSize:
    """A tile with room for two lines of the name."""
    caption = theme.font("caption").pixelSize()
    return QSize(width, theme.px(_SIDE + 18) + round(2.6 * caption))


def _name_place(tile: QRect) -> QRect:
    return tile.adjusted(-theme.px(2), theme.px(_SIDE + 12), theme.px(2), 0)


class SampleList(QListWidget):
    """The samples as thumbnails. Arrows move, typing finds a name, Enter or a double click chooses."""

    sample_pointed = Signal(str)
    sample_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, one_click: bool = False) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sample images")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        )  # else tiles and bar chase each other
        self.setMouseTracking(True)
        self.setItemDelegate(_Tile(self))
        for sample in SAMPLES:
            item = QListWidgetItem(sample.title, self)
            item.setData(_KEY, sample.key)
            item.setToolTip(sample.note)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, sample.note)
        self.currentItemChanged.connect(self._point)
        (self.itemClicked if one_click else self.itemDoubleClicked).connect(self._choose)
        self._scale = 0.0
        theme.follow(self, self._refresh)

    def current_key(self) -> str | None:
        item = self.currentItem()
        return item.data(_KEY) if item is not None else None

    def show_sample(self, key: str) -> None:
        """Mark a sample."""
        for index in range(self.count()):
            if self.item(index).data(_KEY) == key:
                self.setCurrentRow(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._choose(item)
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        # The pictures are read when somebody looks at them, not when the program starts.
        self._refresh()
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share_width()
        super().resizeEvent(event)

    def _share_width(self) -> None:
        """As many tiles in a line as there is room for, and no room left over."""
        room = self.viewport().width() - 1
        tiles = max(1, room // theme.px(_NARROWEST))
        self.setGridSize(_tile_size(room // tiles))

    def _refresh(self) -> None:
        self._share_width()
        if self._scale == theme.current().scale or not (self.isVisible() or self._scale == 0):
            return
        self._scale = theme.current().scale
        for index in range(self.count()):
            item = self.item(index)
            picture = thumbnail(load_sample(item.data(_KEY)), theme.px(_SIDE), self.devicePixelRatioF())
            item.setData(_PICTURE, picture)
        self.scheduleDelayedItemsLayout()

    def _point(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.sample_pointed.emit(item.data(_KEY))

    def _choose(self, item: QListWidgetItem) -> None:
        self.sample_chosen.emit(item.data(_KEY))


class Gallery(ImageDialog):
    """All samples, with what each is good for. `sample_chosen` tells the key of the one that was accepted."""

    sample_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sample images", "&Use this image", parent)
        self.list = SampleList()
        self.note = label("", "caption", wrap=True)
        self.content.addWidget(self.list, 1)
        self.content.addWidget(self.note)
        self.list.sample_pointed.connect(self._show_note)
        self.list.sample_chosen.connect(lambda _: self.accept())
        self.accepted.connect(lambda: self.sample_chosen.emit(self.list.current_key()))
        self.list.setCurrentRow(0)
        self.open_as(600, 480)
        self.finish(self.list)

    def image(self) -> Image:
        key = self.list.current_key()
        return load_sample(key if key is not None else SAMPLES[0].key)

    def _show_note(self, key: str) -> None:
        self.note.setText(next(sample.note for sample in SAMPLES if sample.key == key))
