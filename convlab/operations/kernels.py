"""Kernels that have a name, what each does and why, and the ways to turn one kernel into another.

A kernel here is one slice, (height, width): the weights for one input channel and one filter. It is written as it is
applied, that is without flipping (cross-correlation, what CNN layers compute).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.problems import Problem

Weights = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NamedKernel:
    """A kernel from the gallery.

    name: for the screen. key: for files and code. values (kh, kw) float32, read-only. meaning: what it does and why,
    in one line. group: the heading it stands under in a menu.
    """

    name: str
    key: str
    values: Weights
    meaning: str
    group: str


def _gaussian(size: int) -> NDArray[np.float64]:
    """The binomial kernel, Pascal's triangle in both directions: the usual small Gaussian, with sum 1."""
    line = np.array([1.0])
    for _ in range(size - 1):
        line = np.convolve(line, [1.0, 1.0])
    return np.outer(line, line) / line.sum() ** 2


def _centre(size: int) -> NDArray[np.float64]:
    values = np.zeros((size, size))
    values[size // 2, size // 2] = 1
    return values


_SOBEL = np.outer([1, 2, 1], [-1, 0, 1])
_PREWITT = np.outer([1, 1, 1], [-1, 0, 1])
_SCHARR = np.outer([3, 10, 3], [-1, 0, 1])
_LINE = np.outer([1, 1, 1], [-1, 2, -1])
_DIAGONAL_LINE = np.array([[2, -1, -1], [-1, 2, -1], [-1, -1, 2]])
_LENS = np.array([[0, 1, 1, 1, 0], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [0, 1, 1, 1, 0]])
_LAPLACIAN_OF_GAUSSIAN = [
    [0, 0, 1, 0, 0],
    [0, 1, 2, 1, 0],
    [1, 2, -16, 2, 1],
    [0, 1, 2, 1, 0],
    [0, 0, 1, 0, 0],
]

_Entry = tuple[str, str, Any, str]

_GALLERY: dict[str, Sequence[_Entry]] = {
    "Copy and shift": (
        ("Identity", "identity", _centre(3), "Copies the image: the only weight is 1, on the cell itself."),
        ("Shift right", "shift-right", [[0, 0, 0], [1, 0, 0], [0, 0, 0]],
         "Moves the image one column to the right: every output cell copies its left neighbour."),
        ("Shift left", "shift-left", [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
         "Moves the image one column to the left: every output cell copies its right neighbour."),
        ("Shift down", "shift-down", [[0, 1, 0], [0, 0, 0], [0, 0, 0]],
         "Moves the image one row down: every output cell copies the neighbour above it."),
        ("Shift up", "shift-up", [[0, 0, 0], [0, 0, 0], [0, 1, 0]],
         "Moves the image one row up: every output cell copies the neighbour below it."),
    ),
    "Blur": (
        ("Box blur 3×3", "box-3", np.full((3, 3), 1 / 9),
         "The mean of nine cells: the weights sum to 1, so the brightness stays and differences shrink."),
        ("Box blur 5×5", "box-5", np.full((5, 5), 1 / 25), "The mean of 25 cells: a larger window blurs more."),
        ("Nine tenths", "tenths", np.full((3, 3), 0.1),
         "A box blur of 0.1s: the weights sum to 0.9, so the image is blurred and a little darker."),
        ("Gaussian blur 3×3", "gaussian-3", _gaussian(3),
         "A mean in which near cells count more: softer than a box, and without its square traces."),
        ("Gaussian blur 5×5", "gaussian-5", _gaussian(5),
         "A wider Gaussian: the same as blurring twice with the 3×3."),
        ("Lens blur", "lens", _LENS / 21, "The mean over a disc: a point of light becomes a disc, as out of focus."),
        ("Motion blur, level", "motion-level", np.full((1, 5), 1 / 5),
         "The mean along a row: the camera moved sideways; upright edges smear, level ones stay sharp."),
        ("Motion blur, diagonal", "motion-diagonal", np.eye(5) / 5,
         "The mean along a diagonal: the camera moved from top left to bottom right."),
    ),
    "Sharpen": (
        ("Sharpen", "sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
         "The cell plus its difference from its four neighbours: flat areas stay, differences grow."),
        ("Sharpen more", "sharpen-more", [[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]],
         "The same with all eight neighbours: stronger, and noise grows with it."),
        ("Unsharp mask", "unsharp", 2 * _centre(5) - _gaussian(5),
         "Twice the image minus its Gaussian blur: what the blur took away is added once more."),
        ("High pass", "high-pass", _centre(3) - _gaussian(3),
         "The image minus its blur: the weights sum to 0, so only fine detail is left."),
    ),
    "Edges": (
        ("Sobel, vertical edges", "sobel-vertical", _SOBEL,
         "Right minus left, smoothed down the column: large where it gets brighter to the right."),
        ("Sobel, horizontal edges", "sobel-horizontal", _SOBEL.T,
         "Below minus above, smoothed along the row: large where it gets brighter downwards."),
        ("Prewitt, vertical edges", "prewitt-vertical", _PREWITT,
         "Right minus left with equal weights: simpler than Sobel, a little more noise."),
        ("Prewitt, horizontal edges", "prewitt-horizontal", _PREWITT.T,
         "Below minus above with equal weights: simpler than Sobel, a little more noise."),
        ("Scharr, vertical edges", "scharr-vertical", _SCHARR,
         "Like Sobel, with weights chosen so that slanted edges answer as strongly as upright ones."),
        ("Scharr, horizontal edges", "scharr-horizontal", _SCHARR.T,
         "Like Sobel, with weights chosen so that slanted edges answer as strongly as level ones."),
        ("Difference of neighbours", "difference", [[-1, 1]],
         "Right minus left, nothing else: the smallest edge detector, with an even width."),
        ("Roberts, falling edges", "roberts-falling", [[1, 0], [0, -1]],
         "One cell minus its neighbour below on the right: a difference along the falling diagonal."),
        ("Roberts, rising edges", "roberts-rising", [[0, 1], [-1, 0]],
         "One cell minus its neighbour below on the left: a difference along the rising diagonal."),
        ("Outline", "outline", [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
         "Eight times the cell minus its eight neighbours: 0 on flat areas, bright along every border."),
        ("Corner, top left", "corner", [[-4, -4, -4], [-4, 5, 5], [-4, 5, 5]],
         "A small picture of a corner, with sum 0: largest where a bright area begins below on the right."),
    ),
    "Curvature": (
        ("Laplacian, 4 neighbours", "laplacian-4", [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
         "The second derivative: 0 on even slopes, and its sign changes in the middle of an edge."),
        ("Laplacian, 8 neighbours", "laplacian-8", [[1, 1, 1], [1, -8, 1], [1, 1, 1]],
         "The second derivative in all eight directions: treats diagonals like rows and columns."),
        ("Laplacian of Gaussian", "laplacian-of-gaussian", _LAPLACIAN_OF_GAUSSIAN,
         "Blurs first, then takes the second derivative: finds spots and edges, and minds noise less."),
        ("Ridge", "ridge", [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
         "The cell against its four neighbours: bright on thin light lines and single light cells."),
    ),
    "Lines": (
        ("Vertical line", "line-vertical", _LINE, "A small picture of an upright line: largest where one lies below it."),
        ("Horizontal line", "line-horizontal", _LINE.T,
         "A small picture of a level line: largest where one lies below it."),
        ("Falling line", "line-falling", _DIAGONAL_LINE,
         "A small picture of a line from top left to bottom right: largest where one lies below it."),
        ("Rising line", "line-rising", _DIAGONAL_LINE[:, ::-1],
         "A small picture of a line from bottom left to top right: largest where one lies below it."),
    ),
    "Relief": (
        ("Emboss", "emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
         "The image plus a slope along the diagonal: looks like a relief lit from the bottom right."),
    ),
}  # fmt: skip


def _frozen(values: Any) -> Weights:
    array = np.array(values, dtype=np.float32)
    array += np.float32(0.0)  # −0 becomes 0
    array.setflags(write=False)
    return array


KERNELS: dict[str, NamedKernel] = {
    key: NamedKernel(name, key, _frozen(values), meaning, group)
    for group, entries in _GALLERY.items()
    for name, key, values, meaning in entries
}
"""The gallery, by key, in the order of the menu."""


def named(key: str) -> NamedKernel:
    """The named kernel with this key. Raises KeyError if there is none."""
    return KERNELS[key]


def kernel_named_like(values: NDArray[Any]) -> NamedKernel | None:
    """The named kernel with exactly these weights (kh, kw), or None: then it is a custom one."""
    wanted = np.asarray(values, dtype=np.float32)
    return next((kernel for kernel in KERNELS.values() if np.array_equal(kernel.values, wanted)), None)


def rotate90(kernel: NDArray[Any]) -> Weights:
    """Turned by a quarter, clockwise: (kh, kw) becomes (kw, kh)."""
    return _frozen(np.rot90(kernel, -1))


def flip_horizontal(kernel: NDArray[Any]) -> Weights:
    """Left and right exchanged."""
    return _frozen(np.fliplr(kernel))


def flip_vertical(kernel: NDArray[Any]) -> Weights:
    """Top and bottom exchanged."""
    return _frozen(np.flipud(kernel))


def transpose(kernel: NDArray[Any]) -> Weights:
    """Rows and columns exchanged."""
    return _frozen(np.transpose(kernel))


def negate(kernel: NDArray[Any]) -> Weights:
    """Every weight times −1."""
    return _frozen(np.negative(kernel))


def normalise_to_one(kernel: NDArray[Any]) -> Weights:
    """Divided by its sum, so that brightness is kept. Raises Problem if the sum is 0."""
    values = np.asarray(kernel, dtype=np.float64)
    total = values.sum()
    if abs(total) <= 1e-6 * np.abs(values).max(initial=0):
        raise Problem(
            "This kernel cannot be scaled to sum 1.",
            "Its weights sum to 0.",
            "Change a weight first, or choose sum 0.",
        )
    return _frozen(values / total)


def normalise_to_zero(kernel: NDArray[Any]) -> Weights:
    """Its mean taken off every weight, so that flat areas give 0."""
    values = np.asarray(kernel, dtype=np.float64)
    return _frozen(values - values.mean())


def randomise(shape: tuple[int, int], seed: int) -> Weights:
    """Random weights from −1 to 1 in tenths, so that sums can be done by head; the same for the same seed."""
    tenths = np.random.default_rng(seed).integers(-10, 11, size=shape)
    return _frozen(tenths / 10)


def resize(kernel: NDArray[Any], shape: tuple[int, int]) -> Weights:
    """Another size around the same centre: zeros are added, or the border is cut off; the odd one at the end."""
    source = np.asarray(kernel)
    result = np.zeros(shape, np.float32)
    cuts = [(min(old, new), old, new) for old, new in zip(source.shape, shape, strict=True)]
    to = tuple(slice((new - kept) // 2, (new - kept) // 2 + kept) for kept, _, new in cuts)
    taken = tuple(slice((old - kept) // 2, (old - kept) // 2 + kept) for kept, old, _ in cuts)
    result[to] = source[taken]
    return _frozen(result)


def separate(kernel: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The column (kh,) and the row (kw,) whose outer product is the kernel, or None if there are none (rank above 1).

    With them a convolution needs kh + kw multiplications per cell instead of kh × kw. Scaled to be read: equal sums
    where the kernel has a positive sum, otherwise the smallest weight of the row is 1. Sobel gives 1 2 1 and −1 0 1.
    """
    values = np.asarray(kernel, dtype=np.float64)
    largest = np.abs(values).max(initial=0)
    if largest == 0:
        return np.zeros(values.shape[0]), np.zeros(values.shape[1])
    i, j = np.unravel_index(np.argmax(np.abs(values)), values.shape)
    column, row = values[:, j], values[i] / values[i, j]
    if np.abs(np.outer(column, row) - values).max() > 1e-6 * largest:
        return None
    return _readable(column, row)


def _readable(
    column: NDArray[np.float64], row: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    total = column.sum() * row.sum()
    if total > 1e-6 * np.abs(column).sum() * np.abs(row).sum():
        scale = np.sqrt(total) / row.sum()
    else:
        scale = 1 / np.abs(row[np.abs(row) > 1e-6]).min()
        scale = -scale if column.sum() < 0 else scale
    return column / scale + 0.0, row * scale + 0.0
