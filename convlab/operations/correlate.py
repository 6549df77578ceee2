"""How a whole output is computed fast: the same sums as in convolution.py, in the order that suits the machine.

Few filters on a large image: OpenCV, one plane with one slice of the kernel at a time (planes.py). Many filters, or an
image so small that importing OpenCV would take longer: the windows become the columns of a matrix, and one product with
the kernel does the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convlab.operations.geometry import Axis
from convlab.operations.operation import Array

Floats = NDArray[np.float32]

PAD_MODES = {"zeros": "constant", "reflect": "reflect", "edge": "edge"}
_OPENCV_FROM_CELLS = 64 * 64 + 1
_BLOCK_BYTES = (
    4 * 1024 * 1024
)  # of windows laid out at a time: little memory, most of it in the processor's cache


def correlate(
    x: Array, kernel: Array, rows: Axis, columns: Axis, groups: int, mode: str, bias: Array | None = None
) -> Array:
    """The sums (out rows, out columns, filters) of kernel (kh, kw, c/groups, filters) over x (h, w, c), and the bias.

    The output's channels lie one after another in memory.
    """
    if x.shape[0] * x.shape[1] < _OPENCV_FROM_CELLS or _matrix_is_faster(kernel, groups):
        output = _by_matrix(x, kernel, rows, columns, groups, mode)
        if bias is not None:
            output += bias[:, np.newaxis, np.newaxis]
    else:
        from convlab.operations.planes import correlate_planes  # imports OpenCV, which is slow to start

        output = correlate_planes(x, kernel, rows, columns, groups, mode, bias)
    return output.transpose(1, 2, 0)


def _matrix_is_faster(kernel: Array, groups: int) -> bool:
    """Which way is faster on a large image, by nanoseconds for an output cell and input channel, as measured."""
    taps, filters = kernel.shape[0] * kernel.shape[1], kernel.shape[3] // groups
    by_planes = filters * (
        0.4 + 0.06 * min(taps, 450)
    )  # larger kernels go by Fourier transforms, at one price
    by_matrix = taps * (0.8 + 0.04 * filters)  # laying out the windows, and the product
    return by_matrix < by_planes


def _by_matrix(x: Array, kernel: Array, rows: Axis, columns: Axis, groups: int, mode: str) -> Floats:
    """(filters, out rows, out columns), by a matrix product for some rows at a time."""
    filters = kernel.shape[3]
    # (groups, filters of each, weights of each), the weights in the order of the windows: channel, row, column.
    weights = kernel.transpose(3, 2, 0, 1).reshape(groups, filters // groups, -1)
    planes = padded(x.transpose(2, 0, 1), rows, columns, mode)
    output = np.empty((filters, rows.out, columns.out), np.float32)
    block = max(1, _BLOCK_BYTES // max(4 * weights[:, 0].size * columns.out, 1))
    for top in range(0, rows.out, block):
        count = min(block, rows.out - top)
        windows = _windows(planes[:, top * rows.stride :], rows, columns, count)
        sums = weights @ windows.reshape(groups, weights.shape[2], -1)
        output[:, top : top + count] = sums.reshape(filters, count, columns.out)
    return output


def _windows(planes: Floats, rows: Axis, columns: Axis, count: int) -> Floats:
    """(c, kh, kw, count, out columns): what lies under weight (a, b) in the first `count` rows of windows."""
    windows = np.empty((len(planes), rows.kernel, columns.kernel, count, columns.out), np.float32)
    for a in range(rows.kernel):
        down = _every(a * rows.dilation, rows.stride, count)
        for b in range(columns.kernel):
            windows[:, a, b] = planes[:, down, _every(b * columns.dilation, columns.stride, columns.out)]
    return windows


def _every(first: int, step: int, count: int) -> slice:
    return slice(first, first + (count - 1) * step + 1, step)


def padded(planes: Floats, rows: Axis, columns: Axis, mode: str) -> Floats:
    """Planes (c, h, w) with the padding of both axes around them."""
    amounts = ((0, 0), (rows.before, rows.after), (columns.before, columns.after))
    if not any(map(any, amounts)):
        return planes
    return np.pad(planes, amounts, mode=PAD_MODES[mode])  # type: ignore[call-overload, no-any-return]
