"""How a whole output is computed fast. The same sums as in convolution.py, in the order that suits the machine.

Few channels of a large image: OpenCV, one plane at a time. Many channels, or an image so small that importing OpenCV
would take longer: the windows are laid out as rows of a matrix, and one product with the kernel does the rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.operations.geometry import Axis
from convlab.operations.operation import Array

_OPENCV_FROM_CELLS = 64 * 64
_OPENCV_UP_TO_PLANES = 16
_BLOCK_BYTES = 32 * 1024 * 1024
_SEPARABLE_FROM = 7
_SEPARABLE_TOLERANCE = 1e-6


def correlate(x: Array, kernel: Array, rows: Axis, columns: Axis, groups: int, mode: str) -> Array:
    """The sums (out rows, out columns, filters) of kernel (kh, kw, c/groups, filters) over x (h, w, c)."""
    planes = kernel.shape[2] * kernel.shape[3]
    output = np.empty((kernel.shape[3], rows.out, columns.out), np.float32)
    if x.shape[0] * x.shape[1] >= _OPENCV_FROM_CELLS and planes <= _OPENCV_UP_TO_PLANES:
        _by_planes(x, kernel, rows, columns, groups, mode, output)
    else:
        _by_matrix(x, kernel, rows, columns, groups, mode, output)
    return np.moveaxis(output, 0, -1)


# --- planes, by OpenCV ---


def _by_planes(
    x: Array, kernel: Array, rows: Axis, columns: Axis, groups: int, mode: str, output: NDArray[np.float32]
) -> None:
    width, filters = kernel.shape[2:]
    for filter in range(filters):
        first = filter // (filters // groups) * width
        for channel in range(width):
            plane = np.ascontiguousarray(x[:, :, first + channel])
            part = _one_plane(plane, kernel[:, :, channel, filter], rows, columns, mode)
            if channel == 0:
                output[filter] = part
            else:
                output[filter] += part


def _one_plane(
    plane: NDArray[np.float32], weights: NDArray[np.float32], rows: Axis, columns: Axis, mode: str
) -> Any:
    """One plane (h, w) with one slice (kh, kw): (out rows, out columns)."""
    import cv2

    if rows.stride * columns.stride >= 4 and weights.size <= 4 * rows.stride * columns.stride:
        return _by_taps(plane, weights, rows, columns, mode)
    border = {"zeros": cv2.BORDER_CONSTANT, "reflect": cv2.BORDER_REFLECT_101, "edge": cv2.BORDER_REPLICATE}[
        mode
    ]
    dilated = _dilated(weights, rows.dilation, columns.dilation)
    if (
        rows.before >= rows.extent
        or columns.before >= columns.extent
        or (rows.after + columns.after > 0 and (rows.after >= rows.extent or columns.after >= columns.extent))
    ):
        plane = cv2.copyMakeBorder(plane, rows.before, rows.after, columns.before, columns.after, border)
        rows, columns = _inner(rows), _inner(columns)
    # The window's first cell lies `before` cells before the one written: that is OpenCV's anchor, within the kernel.
    anchor = (columns.before, rows.before)
    factors = _factors(dilated)
    if factors is None:
        full = cv2.filter2D(plane, cv2.CV_32F, dilated, anchor=anchor, borderType=border)
    else:
        full = cv2.sepFilter2D(plane, cv2.CV_32F, factors[1], factors[0], anchor=anchor, borderType=border)
    height = (rows.out - 1) * rows.stride + 1
    width = (columns.out - 1) * columns.stride + 1
    return full[: height : rows.stride, : width : columns.stride]


def _inner(axis: Axis) -> Axis:
    """The axis of an image to which the padding was added already."""
    return Axis(axis.padded, axis.kernel, axis.stride, axis.dilation)


def _dilated(weights: NDArray[np.float32], down: int, right: int) -> NDArray[np.float32]:
    if down == right == 1:
        return np.ascontiguousarray(weights)
    kh, kw = weights.shape
    spread = np.zeros(((kh - 1) * down + 1, (kw - 1) * right + 1), np.float32)
    spread[::down, ::right] = weights
    return spread


def _factors(weights: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """A column and a row whose product is the kernel, if it is of rank 1 and large enough for that to pay."""
    if min(weights.shape) < _SEPARABLE_FROM:
        return None
    left, sizes, right = np.linalg.svd(weights.astype(np.float64), full_matrices=False)
    if sizes[0] == 0 or sizes[1] > _SEPARABLE_TOLERANCE * sizes[0]:
        return None
    root = np.sqrt(sizes[0])
    return (left[:, 0] * root).astype(np.float32), (right[0] * root).astype(np.float32)


def _by_taps(
    plane: NDArray[np.float32], weights: NDArray[np.float32], rows: Axis, columns: Axis, mode: str
) -> NDArray[np.float32]:
    """Each weight times every stride-th cell: no sum is computed that the stride would throw away."""
    padded = _padded(plane[:, :, np.newaxis], rows, columns, mode)[:, :, 0]
    total = np.zeros((rows.out, columns.out), np.float32)
    for a in range(rows.kernel):
        for b in range(columns.kernel):
            weight = weights[a, b]
            if weight:
                down, right = a * rows.dilation, b * columns.dilation
                total += (
                    weight
                    * padded[
                        down : down + (rows.out - 1) * rows.stride + 1 : rows.stride,
                        right : right + (columns.out - 1) * columns.stride + 1 : columns.stride,
                    ]
                )
    return total


# --- windows as a matrix, by numpy ---


def _by_matrix(
    x: Array, kernel: Array, rows: Axis, columns: Axis, groups: int, mode: str, output: NDArray[np.float32]
) -> None:
    padded = _padded(x, rows, columns, mode)
    kh, kw, width, filters = kernel.shape
    per_group = filters // groups
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows.extent, columns.extent), (0, 1))
    windows = windows[:: rows.stride, :: columns.stride, :, :: rows.dilation, :: columns.dilation]
    row_bytes = columns.out * kh * kw * width * 4
    block = max(1, _BLOCK_BYTES // max(row_bytes, 1))
    for group in range(groups):
        channels = slice(group * width, (group + 1) * width)
        chosen = slice(group * per_group, (group + 1) * per_group)
        weights = kernel[:, :, :, chosen].transpose(2, 0, 1, 3).reshape(-1, per_group)
        for top in range(0, rows.out, block):
            part = windows[top : min(top + block, rows.out), :, channels]
            sums = part.reshape(-1, len(weights)) @ weights
            output[chosen, top : top + len(part)] = sums.T.reshape(per_group, len(part), columns.out)


def _padded(x: Array, rows: Axis, columns: Axis, mode: str) -> Array:
    amounts = ((rows.before, rows.after), (columns.before, columns.after), (0, 0))
    if not any(map(any, amounts)):
        return x
    return np.pad(x, amounts, mode={"zeros": "constant", "reflect": "reflect", "edge": "edge"}[mode])  # type: ignore[call-overload, no-any-return]
