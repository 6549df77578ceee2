"""Correlation of large planes by OpenCV. Only correlate.py uses this, and imports it when it is needed: OpenCV takes a
fifth of a second to start, for which a drawing of 10×10 cells should not wait.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from convlab.operations.geometry import Axis
from convlab.operations.operation import Array

Floats = NDArray[np.float32]

_BORDERS = {
    "zeros": cv2.BORDER_CONSTANT,
    "reflect": cv2.BORDER_REFLECT_101,
    "edge": cv2.BORDER_REPLICATE,
}
_SEPARABLE_FROM = 5  # smaller kernels are as fast in one piece
_SEPARABLE_ERROR = 1e-6  # of the sum of the weights' sizes: no more than float32 sums round anyway
_BLOCK_BYTES = 1024 * 1024  # between the two passes of a separated kernel: stays in the processor's cache


class _Part(NamedTuple):
    """A plane, and which rows and columns of the (dilated) kernel slide over it by one cell at a time.

    anchor: (column, row) of the kernel that lies over the cell written. OpenCV fills the border.
    """

    plane: Floats
    rows: slice
    columns: slice
    anchor: tuple[int, int]


def correlate_planes(
    x: Array, kernel: Array, rows: Axis, columns: Axis, groups: int, mode: str, bias: Array | None
) -> Floats:
    """(filters, out rows, out columns): each channel with its slice of every filter of its group, added up."""
    planes = [x[:, :, channel] for channel in range(x.shape[2])]
    if groups == 1 and len(planes) > 1:
        planes, kernel = _merged(planes, kernel)
    width, filters = kernel.shape[2:]
    own, border, direct = filters // groups, _BORDERS[mode], _is_direct(rows, columns)
    # Where OpenCV pads, it writes planes of the input's size: cropping them afterwards costs nothing.
    shape = (rows.size, columns.size) if direct else (rows.out, columns.out)
    output = np.empty((filters, *shape), np.float32)
    for channel, plane in enumerate(planes):
        group, index = divmod(channel, width)
        parts = _whole(plane, rows, columns) if direct else _phases(plane, rows, columns, border)
        for filter in range(group * own, (group + 1) * own):
            weights = _dilated(kernel[:, :, index, filter], rows.dilation, columns.dilation)
            added = 0.0 if bias is None else float(bias[filter])
            _sum(parts, weights, border, output[filter], None if index else added)
    return output[:, : rows.out, : columns.out]


def _merged(planes: list[Floats], kernel: Array) -> tuple[list[Floats], Array]:
    """Channels with the same slice are added before they are filtered, a*w + b*w = (a + b)*w: a kernel that is the same
    for red, green and blue then costs little more than one for grey."""
    alike: dict[bytes, list[int]] = {}
    for channel in range(len(planes)):
        alike.setdefault(kernel[:, :, channel].tobytes(), []).append(channel)
    if len(alike) == len(planes):
        return planes, kernel
    sums = []
    for channels in alike.values():
        total = planes[channels[0]]
        for number, channel in enumerate(channels[1:]):
            total = np.add(total, planes[channel], out=total if number else None)
        sums.append(total)
    return sums, kernel[:, :, [channels[0] for channels in alike.values()]]


def _is_direct(rows: Axis, columns: Axis) -> bool:
    """Whether OpenCV can pad while it filters: its anchor lies in the kernel, its output has the plane's size."""
    return all(
        axis.stride == 1 and axis.before < axis.extent and axis.out <= axis.size for axis in (rows, columns)
    )


def _whole(plane: Floats, rows: Axis, columns: Axis) -> list[_Part]:
    return [_Part(_contiguous(plane), slice(None), slice(None), (columns.before, rows.before))]


def _phases(plane: Floats, rows: Axis, columns: Axis, border: int) -> list[_Part]:
    """With strides (s, t), the s·t planes of every s-th row and t-th column of the padded plane.

    Window i reads cells i*s + a, which for a = s*m + p is cell i + m of the p-th of those planes: so each is filtered by
    every s-th row of the kernel, and nothing is computed that the stride would throw away.
    """
    amounts = rows.before, rows.after, columns.before, columns.after
    padded = cv2.copyMakeBorder(_contiguous(plane), *amounts, border)
    down, right = rows.stride, columns.stride
    return [
        _Part(
            np.ascontiguousarray(padded[p::down, q::right]),
            slice(p, None, down),
            slice(q, None, right),
            (0, 0),
        )
        for p in range(min(down, rows.extent))
        for q in range(min(right, columns.extent))
    ]


def _sum(parts: list[_Part], weights: Floats, border: int, target: Floats, start: float | None) -> None:
    """The parts, filtered and added up, into `target`: added to what is there if `start` is None, else to `start`."""
    for part in parts:
        piece = np.ascontiguousarray(weights[part.rows, part.columns])
        if start is not None and part.plane.shape == target.shape:
            _filter(part, piece, border, start, target)
        else:
            filtered = np.empty_like(part.plane)
            _filter(part, piece, border, start or 0.0, filtered)
            _put(filtered[: target.shape[0], : target.shape[1]], target, add=start is None)
        start = None


def _put(values: Floats, target: Floats, add: bool) -> None:
    if add:
        np.add(target, values, out=target)
    else:
        target[...] = values


def _filter(part: _Part, weights: Floats, border: int, added: float, target: Floats) -> None:
    """One plane with one kernel, into `target` of the plane's shape."""
    factors = _factors(weights)
    if factors is None:
        cv2.filter2D(part.plane, -1, weights, target, part.anchor, added, border)
    else:
        _filter_twice(part, *factors, border, added, target)


def _filter_twice(
    part: _Part, column: Floats, row: Floats, border: int, added: float, target: Floats
) -> None:
    """First along the rows, then along the columns, for so many rows at a time as fit into the cache."""
    height, width = target.shape
    reach = len(column)
    block = max(_BLOCK_BYTES // (4 * width), 2 * reach)
    if block >= height:
        middle = cv2.filter2D(part.plane, -1, row, None, (part.anchor[0], 0), 0.0, border)
        cv2.filter2D(middle, -1, column, target, (0, part.anchor[1]), added, border)
        return
    buffers = np.empty((2, block + 2 * reach, width), np.float32)
    for top in range(0, height, block):
        bottom = min(top + block, height)
        # Away from the border nothing needs a copy: below the block some rows are written that the next block mends.
        first, last = top - part.anchor[1], bottom + reach - 1 - part.anchor[1]
        inner = first >= 0 and bottom + reach - 1 <= height
        if not inner:  # OpenCV fills the border, for which it must see as many rows as it may reflect
            first, last = max(top - reach, 0), min(bottom + reach, height)
        middle, done = buffers[:, : last - first]
        cv2.filter2D(part.plane[first:last], -1, row, middle, (part.anchor[0], 0), 0.0, border)
        if inner:
            cv2.filter2D(middle, -1, column, target[top : top + len(middle)], (0, 0), added, border)
        else:
            cv2.filter2D(middle, -1, column, done, (0, part.anchor[1]), added, border)
            target[top:bottom] = done[top - first : bottom - first]


def _factors(weights: Floats) -> tuple[Floats, Floats] | None:
    """A column (kh, 1) and a row (1, kw) whose product is the kernel, if it has rank 1 and is large enough to gain.

    Whole numbers stay whole: the row is the kernel's own, the column says how many times it occurs in each row.
    """
    if min(weights.shape) < _SEPARABLE_FROM:
        return None
    exact = weights.astype(np.float64)
    sizes = np.abs(exact)
    i, j = divmod(int(sizes.argmax()), exact.shape[1])
    if exact[i, j] == 0:
        return None
    column, row = exact[:, j : j + 1] / exact[i, j], exact[i : i + 1]
    if np.abs(exact - column * row).sum() > _SEPARABLE_ERROR * sizes.sum():
        return None
    return column.astype(np.float32), row.astype(np.float32)


def _contiguous(plane: Floats) -> Floats:
    """A plane whose rows are contiguous, as OpenCV reads them; rows may lie apart."""
    return (
        plane if plane.strides[1] == plane.itemsize and plane.strides[0] > 0 else np.ascontiguousarray(plane)
    )


def _dilated(weights: Floats, down: int, right: int) -> Floats:
    """The kernel with zeros between its weights."""
    if down == right == 1:
        return weights
    kh, kw = weights.shape
    spread = np.zeros(((kh - 1) * down + 1, (kw - 1) * right + 1), np.float32)
    spread[::down, ::right] = weights
    return spread
