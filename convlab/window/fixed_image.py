"""FixedImage: of which image the film of a training shows the maps, and the way to choose another one."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.learn_session import LearnSession
from convlab.window.thumbnails import picture_of
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.widgets import Elided, push_button

_SIDE = 48


class SmallPicture(QWidget):
    """Pixels (rows, columns, 1 or 3) from 0 to 1, with their cells, as large as a thumbnail."""

    def __init__(self, side: int = _SIDE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._picture: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.follow(self)

    def show_pixels(self, pixels: NDArray[Any] | None) -> None:
        self._picture = picture_of(pixels, 1.0) if pixels is not None else None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(self._side), theme.px(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter = QPainter(self)
        size = self._picture.size().toSizeF()
        scale = min(self.width() / size.width(), self.height() / size.height())
        shrinks = scale * self.devicePixelRatioF() < 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
        area = QRectF(0, 0, size.width() * scale, size.height() * scale)
        area.moveCenter(QRectF(self.rect()).center())
        painter.drawImage(area, self._picture)


class FixedImage(QWidget):
    """The picture, its name, and a button that takes the Lab's image. A training keeps the image that it began with."""

    lab_image_wished = Signal()
    shown = Signal()  # perhaps another image

    def __init__(self, session: LearnSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.pixels: NDArray[Any] | None = None
        self._name = ""
        self.picture = SmallPicture()
        self.name = Elided("", "body")
        self.words = Elided("", "caption")
        self.button = push_button("From the Lab", self.lab_image_wished.emit)
        self.button.setToolTip("Show the maps of the image that is in the Lab, from the next training on")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addWidget(self.name)
        texts.addWidget(self.words)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.picture)
        row.addLayout(texts, 1)
        row.addWidget(self.button)

        session.run_begun.connect(self._begin)
        session.image_changed.connect(self._show)
        self._begin()

    def _begin(self) -> None:
        self.pixels, self._name = self._session.image, self._session.image_name
        self._show()

    def _show(self) -> None:
        session = self._session
        if not len(session.run.film):
            self.pixels, self._name = session.image, session.image_name
        is_other = session.image is not self.pixels
        later = f"The next training takes {safe_text(session.image_name, 60)}."
        name, words = safe_text(self._name, 60), later if is_other else "Its maps, as they change"
        self.picture.show_pixels(self.pixels)
        self.name.setText(name[:1].upper() + name[1:])
        self.words.setText(words)
        for widget, text in ((self.name, name), (self.words, words)):
            show_plain_tooltip(widget, text)
        self.shown.emit()
