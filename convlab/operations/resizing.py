"""Pictures at another size, and in grey: what the Lab's images and the images that a network gets have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.float32]

GREY_WEIGHTS = (0.299, 0.587, 0.114)
"""How much red, green and blue add to brightness (ITU-R BT.601)."""

_SMALL = 64
"""Rows and columns up to which OpenCV is not worth its import, which a network that is opened would wait for."""


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
    if planes.shape[1:] == (height, width):
        return planes
    shrinks = height <= planes.shape[1] and width <= planes.shape[2]
    if max(planes.shape[1], planes.shape[2], height, width) <= _SMALL:
        down, across = (
            _shares(n, m, shrinks) for n, m in zip((height, width), planes.shape[1:], strict=True)
        )
        return np.asarray(down @ planes @ across.T, np.float32)
    import cv2

    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    result = np.empty((len(planes), height, width), np.float32)
    for plane, out in zip(planes, result, strict=True):
        out[...] = cv2.resize(plane, (width, height), interpolation=method)
    return result


def _shares(count: int, given: int, shrinks: bool) -> NDArray[np.float64]:
    """What part each of `given` pixels has in each of `count` (count, given): overlaps, or distances to the nearest two.

    As OpenCV's INTER_AREA and INTER_LINEAR do it, with pixels repeated beyond the edges.
    """
    places = np.arange(given)
    if shrinks:
        edges = np.arange(count + 1)[:, np.newaxis] * (given / count)
        overlaps = np.minimum(edges[1:], places + 1) - np.maximum(edges[:-1], places)
        return np.asarray(np.maximum(overlaps, 0) * (count / given))
    centers = np.clip((np.arange(count) + 0.5) * (given / count) - 0.5, 0, given - 1)
    return np.asarray(np.maximum(1 - np.abs(centers[:, np.newaxis] - places), 0))
