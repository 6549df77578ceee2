"""Correlation of large planes by OpenCV. Only correlate.py uses this, and imports it when it is needed: OpenCV takes a
fifth of a second to start, for which a drawing of 10×10 cells should not wait.
"""

from __future__ import annotations

import math
import threading
from functools import partial
from itertools import chain, pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from convlab.operations.geometry import Axis
from convlab.operations.operation import Array
from convlab.operations.sharing import pays, share, workers

Floats = NDArray[np.float32]

cv2.setNumThreads(1)  # bands are shared here: calls from several threads would wait for OpenCV's own ones

_BORDERS = {
    "zeros": cv2.BORDER_CONSTANT,
    "reflect": cv2.BORDER_REFLECT_101,
    "edge": cv2.BORDER_REPLICATE,
}
_SEPARABLE_FROM = 7  # smaller kernels are as fast in one piece
_SEPARABLE_ERROR = 1e-6  # of the sum of the weights' sizes: no more than float32 sums round anyway
_FOURIER_FROM = 130  # weights: from here on OpenCV uses Fourier transforms, of which bands would need more
_FOURIER_PAYS_FROM = 400  # up to here strips of the kernel are faster, and keep whole numbers whole
_PHASES_PAY_FROM = 100  # weights: fewer are computed for all positions faster than planes are taken apart
_BAND_BYTES = 1024 * 1024  # of a plane, filtered at a time: stays in the processor's cache until it is added
_KEPT_BYTES = 2 * _BAND_BYTES
_MOST_WORKERS = 4  # more of them would wait for the memory
_SHARED_FROM_NS = (
    400_000  # of filtering, by the measure of correlate.py: less is done before a second thread is awake
)


class _Part(NamedTuple):
    """A plane, and which rows and columns of the (dilated) kernel slide over it by one cell at a time.

    anchor: (row, column) of the kernel that lies over the cell written. OpenCV fills the border.
    """

    plane: Floats
    rows: slice
    columns: slice
    anchor: tuple[int, int]


class _Scratch(threading.local):
    """Memory for bands that is used again, each thread its own: fresh memory would cost more than the filtering."""

    def __init__(self) -> None:
        self._kept: dict[str, Floats] = {}

    def array(self, name: str, shape: tuple[int, ...]) -> Floats:
        """An array with anything in it, valid until the next of this name."""
        size = math.prod(shape)
        if 4 * size > _KEPT_BYTES:
            return np.empty(shape, np.float32)
        if name not in self._kept or self._kept[name].size < size:
            self._kept[name] = np.empty(size, np.float32)
        return self._kept[name][:size].reshape(shape)


_scratch = _Scratch()


class _Piece(NamedTuple):
    """A plane and the kernels to filter it with, one after the other, each with its anchor (row, column)."""

    plane: Floats
    passes: tuple[tuple[Floats, tuple[int, int]], ...]
    border: int


def correlate_planes(
    x: Array, kernel: Array, rows: Axis, columns: Axis, groups: int, mode: str, bias: Array | None
) -> Floats:
    """(filters, out rows, out columns): each channel with its slice of every filter of its group, added up."""
    is_one = x.shape[2] == kernel.shape[3] == 1 and kernel.size < _SEPARABLE_FROM**2
    if is_one and rows.dilation == columns.dilation == 1 and _is_direct(rows) and _is_direct(columns):
        return _one_small_kernel(x[:, :, 0], kernel[:, :, 0, 0], rows, columns, _BORDERS[mode], bias)
    if 1 < rows.stride * columns.stride <= kernel.shape[0] * kernel.shape[1] < _PHASES_PAY_FROM:
        dense = correlate_planes(
            x, kernel, _without_stride(rows), _without_stride(columns), groups, mode, bias
        )
        return np.ascontiguousarray(dense[:, _strided(rows), _strided(columns)])
    planes = [x[:, :, channel] for channel in range(x.shape[2])]
    if groups == 1 and len(planes) > 1:
        planes, kernel = _merged(planes, kernel)
    width, filters = kernel.shape[2:]
    own, border = filters // groups, _BORDERS[mode]
    slices = [
        [_dilated(kernel[:, :, index, filter], rows.dilation, columns.dilation) for index in range(width)]
        for filter in range(filters)
    ]
    direct = _is_direct(rows) and _is_direct(columns) and not any(map(_gains_by_strips, chain(*slices)))
    # Where OpenCV pads, it writes planes of the input's size: cropping them afterwards costs nothing.
    shape = (rows.size, columns.size) if direct else (rows.out, columns.out)
    parts = [
        _whole(plane, rows, columns) if direct else _phases(plane, rows, columns, border) for plane in planes
    ]
    output = np.empty((filters, *shape), np.float32)
    sums = []
    for filter in range(filters):
        pieces = []
        for index in range(width):
            for part in parts[filter // own * width + index]:
                pieces += _pieces(part, slices[filter][index], border, may_shift=not direct)
        sums.append(_Sum(tuple(pieces), 0.0 if bias is None else float(bias[filter]), output[filter]))
    _write_all(sums)
    return output[:, : rows.out, : columns.out]


def _without_stride(axis: Axis) -> Axis:
    """All positions from the first to the last that the stride reaches; perhaps some more."""
    after = max((axis.out - 1) * axis.stride + axis.extent - axis.before - axis.size, 0)
    return Axis(axis.size, axis.kernel, 1, axis.dilation, axis.before, after)


def _strided(axis: Axis) -> slice:
    return slice(0, (axis.out - 1) * axis.stride + 1, axis.stride)


def _one_small_kernel(
    plane: Floats, weights: Floats, rows: Axis, columns: Axis, border: int, bias: Array | None
) -> Floats:
    """The most frequent case without all that the others need, which would take as long as the filtering."""
    output = np.empty((1, rows.size, columns.size), np.float32)
    added = 0.0 if bias is None else float(bias[0])
    anchor = columns.before, rows.before
    cv2.filter2D(_contiguous(plane), -1, np.ascontiguousarray(weights), output[0], anchor, added, border)
    return output[:, : rows.out, : columns.out]


def _merged(planes: list[Floats], kernel: Array) -> tuple[list[Floats], Array]:
    """Channels with the same slice are added before they are filtered, a*w + b*w = (a + b)*w: a kernel that is the same
    for red, green and blue then costs little more than one for grey."""
    alike: dict[bytes, list[int]] = {}
    for channel in range(len(planes)):
        alike.setdefault(kernel[:, :, channel].tobytes(), []).append(channel)
    if len(alike) == len(planes):
        return planes, kernel
    sums = [_added([planes[channel] for channel in channels]) for channels in alike.values()]
    return sums, kernel[:, :, [channels[0] for channels in alike.values()]]


def _added(planes: list[Floats]) -> Floats:
    """The sum of planes, some rows at a time, while these are in the processor's cache."""
    if len(planes) == 1:
        return planes[0]
    total: Floats = np.empty(planes[0].shape, np.float32)

    def add(top: int, bottom: int) -> None:
        rows = total[top:bottom]
        np.add(planes[0][top:bottom], planes[1][top:bottom], out=rows)
        for plane in planes[2:]:
            np.add(rows, plane[top:bottom], out=rows)

    height, width = total.shape
    bands = _edges(height, max(_BAND_BYTES // (4 * width), 1))
    share(total.size * len(planes), [partial(add, *band) for band in bands])
    return total


def _is_direct(axis: Axis) -> bool:
    """Whether OpenCV can pad while it filters: its anchor lies in the kernel, its output has the plane's size."""
    return axis.stride == 1 and axis.before < axis.extent and axis.out <= axis.size


def _whole(plane: Floats, rows: Axis, columns: Axis) -> list[_Part]:
    return [_Part(_contiguous(plane), slice(None), slice(None), (rows.before, columns.before))]


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


def _pieces(part: _Part, weights: Floats, border: int, may_shift: bool) -> list[_Piece]:
    """The part with its weights: split into a row and a column, or into strips of some rows, where that is faster.

    may_shift: the padding is in the plane already, so that a lower strip can read the plane from a lower row on.
    """
    weights = np.ascontiguousarray(weights[part.rows, part.columns])
    factors, (row, column) = _factors(weights), part.anchor
    if factors is not None:
        return [_Piece(part.plane, ((factors[1], (0, column)), (factors[0], (row, 0))), border)]
    if not (may_shift and _gains_by_strips(weights)):
        return [_Piece(part.plane, ((weights, part.anchor),), border)]
    high = (_FOURIER_FROM - 1) // weights.shape[1]
    tops = range(0, len(weights), high)
    return [_Piece(part.plane[top:], ((weights[top : top + high], (0, 0)),), border) for top in tops]


def _gains_by_strips(weights: Floats) -> bool:
    """Whether a kernel is so large that OpenCV would use Fourier transforms, and so small that they do not pay."""
    in_between = _FOURIER_FROM <= weights.size < _FOURIER_PAYS_FROM and weights.shape[1] < _FOURIER_FROM
    return in_between and _factors(weights) is None


class _Sum(NamedTuple):
    """`start` and the filtered pieces, to be added up into `target`."""

    pieces: tuple[_Piece, ...]
    start: float
    target: Floats

    @property
    def nanoseconds(self) -> float:
        """About what it takes, by the measure of correlate.py."""
        taps = sum(0.4 + 0.06 * weights.size for piece in self.pieces for weights, _ in piece.passes)
        return self.target.size * taps

    def write(self, top: int, bottom: int) -> None:
        """Rows top … bottom-1 of the target."""
        band = self.target[top:bottom]
        whole = len(self.pieces) == 1 and len(band) == len(self.target)
        if whole and self.pieces[0].plane.shape == band.shape:
            _filter(self.pieces[0], self.pieces[0].plane, self.start, band)
            return
        for number, piece in enumerate(self.pieces):
            filtered = _filtered_rows(piece, top, bottom, 0.0 if number else self.start)[:, : band.shape[1]]
            if number:
                np.add(band, filtered, out=band)
            else:
                band[...] = filtered


def _write_all(sums: list[_Sum]) -> None:
    """All sums, band by band, shared among the processors where that pays."""
    cost = sum(one.nanoseconds for one in sums)
    one_pass = len(sums) == len(sums[0].pieces) == len(sums[0].pieces[0].passes) == 1
    several = (
        pays(cost) and not one_pass
    )  # to share a single pass costs a copy, and a wait for the other thread
    share(cost, [partial(one.write, *band) for one in sums for band in _bands(one, several)])


def _bands(one: _Sum, several: bool) -> list[tuple[int, int]]:
    """First row and end of each band. None is lower than a kernel, or there would be too little to reflect.

    several: whether there is something to share, for which even one pass over one plane is cut up.
    """
    height, width = one.target.shape
    if not several and len(one.pieces) == len(one.pieces[0].passes) == 1:
        return [(0, height)]
    sizes = [(weights.size, len(weights)) for piece in one.pieces for weights, _ in piece.passes]
    if max(size for size, _ in sizes) >= _FOURIER_FROM:
        return [(0, height)]
    rows = max(_BAND_BYTES // (4 * width), 2 * max(length for _, length in sizes))
    return _edges(height, min(rows, max(height // workers(), 2 * max(length for _, length in sizes))))


def _edges(height: int, rows: int) -> list[tuple[int, int]]:
    """Bands of so many rows; the last one may have half as many, or half as many more."""
    return list(pairwise([*range(0, max(height - rows // 2, 1), rows), height]))


def _filtered_rows(piece: _Piece, top: int, bottom: int, added: float) -> Floats:
    """Rows top … bottom-1 of the filtered plane."""
    weights, (above, _) = piece.passes[-1]
    first, last = max(top - above, 0), min(bottom + len(weights) - 1 - above, len(piece.plane))
    rows = piece.plane[first:last]
    return _filter(piece, rows, added, _scratch.array("rows", rows.shape))[top - first : bottom - first]


def _filter(piece: _Piece, plane: Floats, added: float, target: Floats) -> Floats:
    """A plane, or some rows of it, with all passes, into `target`."""
    for weights, (row, column) in piece.passes[:-1]:
        middle = _scratch.array("middle", plane.shape)
        plane = cv2.filter2D(plane, -1, weights, middle, (column, row), 0.0, piece.border)
    weights, (row, column) = piece.passes[-1]
    return cv2.filter2D(plane, -1, weights, target, (column, row), added, piece.border)


def _factors(weights: Floats) -> tuple[Floats, Floats] | None:
    """A column (kh, 1) and a row (1, kw) whose product is the kernel, if it has rank 1 and is large enough to gain.

    Whole numbers stay whole: the row is the kernel's own, the column says how many times it occurs in each row.
    """
    if min(weights.shape) < _SEPARABLE_FROM or not _corners_agree(weights):
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


def _corners_agree(weights: Floats) -> bool:
    """Whether the corners alone could have rank 1: most kernels fail this, and are spared the whole test."""
    down = float(weights[0, 0]) * float(weights[-1, -1])
    up = float(weights[-1, 0]) * float(weights[0, -1])
    return abs(down - up) <= 1e-4 * abs(down)


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
