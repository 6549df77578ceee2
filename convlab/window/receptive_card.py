"""The receptive field: the image, with everything shaded that the present cell does not depend on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.overlays import outline
from convlab.network.description import Network
from convlab.network.preparation import pictured
from convlab.network.receptive_field import cell_of, pixels_of, receptive_field
from convlab.operations.operation import Shape
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.cell_layer import Place, closed
from convlab.window.fact_line import FactLine
from convlab.window.grid_style import grid_style
from convlab.window.identity import Same
from convlab.window.network_session import NetworkSession
from convlab.window.widgets import Card

Mask = NDArray[np.bool_]
_SHADE = 0.72  # opacity of what lies over the rest of the image
_SMOOTH_BELOW = 1.0  # pixels of the screen for each of the image


class FieldView(QWidget):
    """A picture (rows, columns, 1 or 3) of 0 to 1 with a mask (rows, columns) of what stays bright."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QImage | None = None
        self._mask: Mask | None = None
        self._shade: QImage | None = None
        self._bounds: tuple[int, int, int, int] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Receptive field")
        theme.follow(self, lambda: self.show_mask(self._mask))

    def show_picture(self, picture: NDArray[np.float32] | None) -> None:
        """Show another image; None for none."""
        self._picture = None if picture is None else _image_of(picture)
        self.update()

    def show_mask(self, mask: Mask | None) -> None:
        """Shade what is False; None shades nothing."""
        self._mask, self._shade, self._bounds = mask, None, None
        if mask is not None and mask.any():
            alpha = np.where(mask, 0, round(255 * _SHADE)).astype(np.uint8)
            self._shade = _shade_of(alpha)
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            self._bounds = int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1])
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture is: as large as it fits, in whole pixels where its own can be seen."""
        if self._picture is None:
            return QRectF()
        width, height = self._picture.width(), self._picture.height()
        margin = theme.px(3)
        cell = min((self.width() - 2 * margin) / width, (self.height() - 2 * margin) / height)
        cell = float(int(cell)) if cell >= 3 else max(cell, 0.01)
        return QRectF(
            (self.width() - cell * width) // 2,
            (self.height() - cell * height) // 2,
            cell * width,
            cell * height,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter, rect = QPainter(self), self.picture_rect()
        reduced = rect.width() * self.devicePixelRatioF() < _SMOOTH_BELOW * self._picture.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, reduced)
        painter.drawImage(rect, self._picture)
        if self._shade is not None and self._bounds is not None:
            painter.drawImage(rect, self._shade)
            top, left, bottom, right = self._bounds
            cell = rect.width() / self._picture.width()
            hull = QRectF(
                rect.left() + left * cell,
                rect.top() + top * cell,
                (right - left + 1) * cell,
                (bottom - top + 1) * cell,
            )
            outline(painter, hull, grid_style())
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(140))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(72), theme.px(72))


class ReceptiveCard(Card):
    """Title, how much of the image it is, and the picture as the network's first input gets it."""

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__("Receptive field", parent=parent)
        self._session = session
        self._picture_of: object = None
        self.extent = FactLine(between=" ")
        self.header.replaceWidget(self.caption, self.extent)
        self.header.setStretchFactor(self.extent, 1)
        self.caption.hide()
        self.view = FieldView()
        self.body.addWidget(self.view, 1)

    def show_place(self, network: Network, place: Place) -> None:
        """Shade all pixels that a cell does not depend on; no shade where that is not known."""
        mask = None
        shape = closed(network.nodes[network.inputs[0]].shape) if network.inputs else None
        try:
            if shape is not None and self._show_picture(shape):
                mask = mask_of(network, place, shape)
        except (Problem, IndexError):
            mask = None
        self.view.show_mask(mask)
        facts = () if mask is None else field_facts(mask)
        self.extent.show_facts(facts, " ".join(facts))
        text = self.extent.text()
        self.view.setAccessibleDescription(text)
        self.view.setToolTip("What this cell depends on; the rest of the image is shaded." if text else "")

    def _show_picture(self, shape: Shape) -> bool:
        """The image, if it is another one. Raises Problem for an input that shows no picture."""
        work = self._session.work
        key = (Same(work.image), work.preparation, shape)
        if key != self._picture_of:
            self.view.show_picture(pictured(work.image.pixels, work.image.white, shape, work.preparation))
            self._picture_of = key
        return True


def mask_of(network: Network, place: Place, shape: Shape) -> Mask | None:
    """The pixels (rows, columns) of the first input, of `shape`, that a place depends on; None for none.

    Raises IndexError where nothing is known of the place.
    """
    own = closed(network.nodes[place.node].shape)
    if own is None:
        return None
    row, column = cell_of(own, place.row, place.column, place.filter)
    rows, columns = own[:2] if len(own) > 1 else (1, own[0])
    field = receptive_field(network, place.node, min(row, rows - 1), min(column, columns - 1))
    mask = field.get(network.inputs[0])
    return None if mask is None else pixels_of(mask, shape)


def field_facts(mask: Mask) -> tuple[str, ...]:
    """How large it is, such as "13 × 13", "of 28 × 28"."""
    rows, columns = int(mask.any(axis=1).sum()), int(mask.any(axis=0).sum())
    if rows == 0 or columns == 0:
        return ("no pixel",)
    size = f"{mask.shape[0]:,} × {mask.shape[1]:,}"
    if mask.all():
        return ("all", size, "pixels") if mask.size > 1 else ("the only pixel",)
    return f"{rows:,} × {columns:,}", f"of {size}"


def _image_of(picture: NDArray[np.float32]) -> QImage:
    levels = np.nan_to_num(np.clip(picture * 255 + 0.5, 0, 255)).astype(np.uint8)
    height, width, channels = levels.shape
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[:, :, :3] = levels[:, :, ::-1] if channels == 3 else levels
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()


def _shade_of(alpha: NDArray[np.uint8]) -> QImage:
    """The colour of the page, more or less opaque."""
    color = theme.color("window")
    height, width = alpha.shape
    pixels = np.empty((height, width, 4), np.uint8)
    for channel, part in enumerate((color.blue(), color.green(), color.red())):
        pixels[:, :, channel] = part
    pixels[:, :, 3] = alpha
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32).copy()
