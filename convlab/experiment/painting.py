"""Drawing on an image: strokes of a brush and filling. Each returns a new image, or the same one if nothing changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convlab.experiment.image import Image

Cell = tuple[int, int]


@dataclass(frozen=True)
class Brush:
    """A pen of `size` cells across that writes `value` (one number, or one for each of three channels).

    The eraser is a brush of value 0. The tip is a disc: sizes 1 to 3 fill their square, larger ones lose the corners,
    which looks round on a coarse grid and still lets a size of 2 or 3 draw clean strokes.
    """

    size: int = 1
    value: float | tuple[float, float, float] = 1.0

    def tip(self) -> NDArray[np.bool_]:
        """The covered cells, (size, size)."""
        from_centre = np.arange(self.size) - (self.size - 1) / 2
        return from_centre[:, np.newaxis] ** 2 + from_centre**2 <= (self.size / 2) ** 2


def paint_line(image: Image, start: Cell, end: Cell, brush: Brush) -> Image:
    """The image with a straight stroke from one cell to another, both included; cells outside are left out.

    A click is a stroke that ends where it starts.
    """
    covered = _covered(image, _line(start, end), brush.tip())
    return _written(image, covered, brush.value)


def fill(image: Image, row: int, column: int, value: float | tuple[float, float, float]) -> Image:
    """The image with one area of equal cells filled: all that is joined to (row, column) by an edge."""
    if not (0 <= row < image.height and 0 <= column < image.width):
        return image
    same = (image.pixels == image.pixels[row, column]).all(axis=2)
    return _written(image, _joined(same, row, column), value)


def _line(start: Cell, end: Cell) -> NDArray[np.int64]:
    """The cells (n, 2) of a straight line: one per row or per column, whichever there are more of."""
    count = max(abs(end[0] - start[0]), abs(end[1] - start[1])) + 1
    along = np.linspace(start, end, count)
    # Halves go up, not to the even neighbour: a slanted line then has steps of equal length.
    return np.floor(along + 0.5).astype(np.int64)


def _covered(image: Image, cells: NDArray[np.int64], tip: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True at each cell (height, width) that the tip touches while its middle goes along `cells`."""
    size = len(tip)
    corners = cells - (size - 1) // 2
    # A margin of one tip on each side spares the clipping of every stamp.
    covered = np.zeros((image.height + 2 * size, image.width + 2 * size), np.bool_)
    rows, columns = corners[:, 0] + size, corners[:, 1] + size
    touches = (rows >= 0) & (rows <= image.height + size) & (columns >= 0) & (columns <= image.width + size)
    for row, column in zip(rows[touches].tolist(), columns[touches].tolist(), strict=True):
        covered[row : row + size, column : column + size] |= tip
    return covered[size : size + image.height, size : size + image.width]


def _written(image: Image, covered: NDArray[np.bool_], value: float | tuple[float, float, float]) -> Image:
    values = _levels(image, value)
    if all((plane[covered] == level).all() for plane, level in zip(image.planes, values, strict=True)):
        return image
    planes = image.planes.copy()
    for plane, level in zip(planes, values, strict=True):
        plane[covered] = level
    return image.with_planes(planes)


def _levels(image: Image, value: float | tuple[float, float, float]) -> list[float]:
    """One level per channel; a colour on a grey image is its mean, one number on a colour image is grey."""
    colour = value if isinstance(value, tuple) else (value,) * image.channels
    if len(colour) != image.channels:
        colour = (sum(colour) / len(colour),) * image.channels
    return [image.as_level(level) for level in colour]


def _joined(same: NDArray[np.bool_], row: int, column: int) -> NDArray[np.bool_]:
    """The part of `same` joined to one cell by edges, found run by run: whole runs of a row at a time."""
    height, width = same.shape
    left = [bytearray(line.tobytes()) for line in same]
    found = np.zeros_like(same)
    seeds = [(row, column)]
    while seeds:
        r, c = seeds.pop()
        line = left[r]
        if not line[c]:
            continue
        begin = line.rfind(0, 0, c) + 1
        stop = line.find(0, c)
        stop = width if stop < 0 else stop
        line[begin:stop] = bytes(stop - begin)
        found[r, begin:stop] = True
        for neighbour in (r - 1, r + 1):
            if 0 <= neighbour < height:
                seeds += [(neighbour, start) for start in _runs(left[neighbour], begin, stop)]
    return found


def _runs(line: bytearray, begin: int, stop: int) -> list[int]:
    """Where runs of 1 start within line[begin:stop]."""
    starts = []
    at = line.find(1, begin, stop)
    while at >= 0:
        starts.append(at)
        gap = line.find(0, at, stop)
        at = line.find(1, gap, stop) if gap >= 0 else -1
    return starts
