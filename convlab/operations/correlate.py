"""How a whole output is computed fast. The same sums as in convolution.py, in the order that suits the machine.

Few channels of a large image: OpenCV, one plane at a time. Many channels, or an image so small that importing OpenCV
would take longer: the windows are laid out as rows of a matrix, and one product with the kernel does the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convlab.operations.geometry import Axis
from convlab.operations.operation import Array

_OPENCV_FROM_CELLS = 64 * 64 + 1
_OPENCV_UP_TO_PLANES = 16
_BLOCK_BYTES = 32 * 1024 * 1024


def correlate(
    x: Array, kernel: Array, rows: Axis, columns: Axis, groups: int, mode: str, bias: Array | None = None
) -> Array:
    """bias + the sums (out rows, out columns, filters) of kernel (kh, kw, c/groups, filters) over x (h, w, c)."""
    planes = kernel.shape[2] * kernel.shape[3]
    if x.shape[0] * x.shape[1] >= _OPENCV_FROM_CELLS and planes <= _OPENCV_UP_TO_PLANES:
        from convlab.operations.planes import correlate_planes  # imports OpenCV, which is slow to start

        output = correlate_planes(x, kernel, rows, columns, groups, mode, bias)
    else:
        output = _by_matrix(x, kernel, rows, columns, groups, mode, bias)
    return output.transpose(1, 2, 0)


def _by_matrix(
    x: Array, kernel: Array, rows: Axis, columns: Axis, groups: int, mode: str, bias: Array | None
) -> NDArray[np.float32]:
    padded = _padded(x, rows, columns, mode)
    kh, kw, width, filters = kernel.shape
    per_group = filters // groups
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows.extent, columns.extent), (0, 1))
    windows = windows[:: rows.stride, :: columns.stride, :, :: rows.dilation, :: columns.dilation]
    output = np.empty((filters, rows.out, columns.out), np.float32)
    block = max(1, _BLOCK_BYTES // max(columns.out * kh * kw * width * 4, 1))
    for group in range(groups):
        channels = slice(group * width, (group + 1) * width)
        chosen = slice(group * per_group, (group + 1) * per_group)
        weights = kernel[:, :, :, chosen].transpose(2, 0, 1, 3).reshape(-1, per_group)
        for top in range(0, rows.out, block):
            part = windows[top : min(top + block, rows.out), :, channels]
            sums = part.reshape(-1, len(weights)) @ weights
            if bias is not None:
                sums += bias[chosen]
            output[chosen, top : top + len(part)] = sums.T.reshape(per_group, len(part), columns.out)
    return output


def _padded(x: Array, rows: Axis, columns: Axis, mode: str) -> Array:
    amounts = ((rows.before, rows.after), (columns.before, columns.after), (0, 0))
    if not any(map(any, amounts)):
        return x
    return np.pad(x, amounts, mode={"zeros": "constant", "reflect": "reflect", "edge": "edge"}[mode])  # type: ignore[call-overload, no-any-return]
