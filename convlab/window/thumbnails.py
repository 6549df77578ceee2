"""Images and pictures as Qt pictures: thumbnails and previews."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap

from convlab.experiment.image import Image


def reduced(pixels: NDArray[Any], side: int) -> NDArray[Any]:
    """Every n-th pixel of (h, w, c), so that neither axis is much longer than `side`: a view, at no cost."""
    skip = max(1, -(-max(pixels.shape[:2]) // max(side, 1)))
    return pixels[::skip, ::skip]


def picture_of(pixels: NDArray[Any], white: float) -> QImage:
    """Pixels (h, w, 1 or 3) as a Qt picture of the same size; values outside 0…white are shown as black or white."""
    if pixels.dtype == np.uint8 and white == 255:
        stored = pixels
    else:
        stored = np.clip(np.rint(pixels * (255.0 / white)), 0, 255).astype(np.uint8)
    stored = np.ascontiguousarray(stored)
    height, width, channels = stored.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(stored.data, width, height, width * channels, kind).copy()


def fitted(size: QSize, room: QSize) -> QSize:
    """The largest size of the same proportions that fits into `room`, each side at least 1."""
    return size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def thumbnail(image: Image, side: int, ratio: float = 1.0) -> QPixmap:
    """A small picture of an image, at most `side` device-independent pixels a side; small images keep their cells."""
    pixels = side * ratio
    picture = picture_of(reduced(image.pixels, round(2 * pixels)), image.white)
    size = fitted(QSize(image.width, image.height), QSize(round(pixels), round(pixels)))
    enlarges = size.width() >= picture.width()
    mode = (
        Qt.TransformationMode.FastTransformation if enlarges else Qt.TransformationMode.SmoothTransformation
    )
    pixmap = QPixmap.fromImage(picture.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
