"""Pictures at another size, and in grey: what the Lab's images and the images that a network gets have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.float32]

GREY_WEIGHTS = (0.299, 0.587, 0.114)
"""How much red, green and blue add to brightness (ITU-R BT.601)."""


def grey_plane(planes: Planes) -> Planes:
    """The brightness (h, w) of red, green and blue planes (3, h, w)."""
    grey = planes[0] * np.float32(GREY_WEIGHTS[0])
    for plane, weight in zip(planes[1:3], GREY_WEIGHTS[1:], strict=True):
        grey += plane * np.float32(weight)
    return grey


def resized_planes(planes: Planes, height: int, width: int) -> Planes:
    """The whole picture (channels, h, w) at another size, float32.

    An axis that shrinks averages areas; whole factors repeat pixels, so that they stay pixels; any other enlargement
    interpolates linearly. The same planes if the size is theirs already.
    """
    rows, columns = planes.shape[1:]
    if (height, width) == (rows, columns):
        return planes
    if height % rows == 0 and width % columns == 0:
        return planes.repeat(height // rows, axis=1).repeat(width // columns, axis=2)
    # First what shrinks: linear interpolation would skip pixels of an axis that shrinks while the other grows.
    shrunk = _interpolated(planes, min(height, rows), min(width, columns))
    return _interpolated(shrunk, height, width)


def _interpolated(planes: Planes, height: int, width: int) -> Planes:
    import cv2

    if planes.shape[1:] == (height, width):
        return planes
    shrinks = height <= planes.shape[1] and width <= planes.shape[2]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    result = np.empty((len(planes), height, width), np.float32)
    for plane, out in zip(planes, result, strict=True):
        out[...] = cv2.resize(plane, (width, height), interpolation=method)
    return result
