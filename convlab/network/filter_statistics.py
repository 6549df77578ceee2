"""What can be said about the numbers of a layer: their spread, which filters are strong, alike or dead.

Arrays may have a hundred million numbers and some of these may be no numbers: everything works through them piece by
piece, and what is not finite is counted and left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Order = NDArray[np.intp]

NEAR_ZERO = 0.01
"""Below this share of the largest absolute number, a number counts as near zero."""
_PIECE = 1 << 18  # numbers at a time: they stay in the cache
_COMPARED = 8192  # filters that are compared with one another; the others follow by strength
_COMPARISONS = 1 << 30  # multiplications that comparing may take


@dataclass(frozen=True)
class Statistics:
    """Of `count` numbers, `unknown` of which are not finite and do not take part in the rest.

    near_zero: the share of numbers whose absolute value is below NEAR_ZERO of the largest one. zeros: exact ones.
    """

    count: int
    low: float
    high: float
    mean: float
    std: float
    near_zero: float
    zeros: int
    unknown: int


def statistics_of(values: Array) -> Statistics:
    """The statistics of an array of any shape; of none or no finite number, zeros."""
    known, low, high, total, squares = 0, math.inf, -math.inf, 0.0, 0.0
    for piece in map(_finite, _pieces(values)):
        known += piece.size
        low, high = min(low, float(piece.min(initial=low))), max(high, float(piece.max(initial=high)))
        exact = piece.astype(np.float64)
        total, squares = total + float(exact.sum()), squares + float(np.einsum("n,n->", exact, exact))
    if known == 0:
        return Statistics(values.size, 0.0, 0.0, 0.0, 0.0, 0.0, 0, int(values.size))
    small = zeros = 0
    near = NEAR_ZERO * max(abs(low), abs(high))
    for piece in map(_finite, _pieces(values)):
        small += int(np.count_nonzero(np.abs(piece) <= near))
        zeros += int(np.count_nonzero(piece == 0))
    mean = total / known
    std = math.sqrt(max(squares / known - mean * mean, 0.0))
    return Statistics(values.size, low, high, mean, std, small / known, zeros, int(values.size) - known)


def _pieces(values: Array) -> Iterator[Array]:
    flat = values.reshape(-1)
    return (flat[start : start + _PIECE] for start in range(0, flat.size, _PIECE))


def _finite(piece: Array) -> Array:
    if np.isfinite(piece.min(initial=0.0)) and np.isfinite(piece.max(initial=0.0)):
        return piece
    return piece[np.isfinite(piece)]


# --- filters ---


@dataclass(frozen=True, eq=False)
class Facts:
    """What filters (filters, height, width, channels) are like, each on its own.

    strengths: their norms (filters,). channel_strengths: those of their channels (filters, channels). limits: their
    greatest absolute values (filters,). dead: which have no weight but 0, so that their map is the same for every
    image. What is not finite counts as 0, but a filter with such a weight is not dead.
    """

    strengths: NDArray[np.float64]
    channel_strengths: NDArray[np.float64]
    limits: NDArray[np.float64]
    dead: NDArray[np.bool_]


def facts_of(kernels: Array) -> Facts:
    """One pass through the weights in the order in which they lie in memory: any other is a hundred times as slow."""
    count, _, _, channels = kernels.shape
    squares = _like_memory(kernels, (count, channels))
    limits, doubtful = np.zeros(count), np.zeros(count, np.bool_)
    for part, block in _blocks(kernels):
        greatest = np.maximum(-block.min(axis=1), block.max(axis=1))
        if not np.isfinite(greatest).all():
            doubtful |= ~np.isfinite(block).all(axis=1)
            block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
            greatest = np.abs(block).max(axis=1)
        np.maximum(limits, greatest, out=limits)
        squares[:, part] += np.square(block, dtype=np.float64)
    strengths = np.sqrt(squares.sum(axis=1))
    return Facts(strengths, np.sqrt(squares), limits, (limits == 0) & ~doubtful)


def _like_memory(kernels: Array, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Zeros (filters, channels) whose axes lie in memory as those of the kernels do."""
    filters_inside = abs(kernels.strides[0]) < abs(kernels.strides[3])
    return np.zeros(shape[::-1]).T if filters_inside else np.zeros(shape)


def _blocks(kernels: Array) -> Iterator[tuple[slice, Array]]:
    """The kernels position by position, as arrays (filters, some of the channels), and which channels these are."""
    count, height, width, channels = kernels.shape
    step = max(1, _PIECE // max(count, 1))
    for row, column in np.ndindex(height, width):
        for start in range(0, channels, step):
            part = slice(start, min(start + step, channels))
            yield part, kernels[:, row, column, part]


def taken(kernels: Array, filters: Array) -> Array:
    """Some filters of (filters, height, width, channels), copied in the order in which they lie in memory."""
    axes = sorted(range(kernels.ndim), key=lambda axis: -abs(kernels.strides[axis]))
    found = kernels.transpose(axes).take(filters, axis=axes.index(0))
    return found.transpose(np.argsort(axes))


def norms(rows: Array) -> NDArray[np.float64]:
    """The Euclidean norm of each row of (rows, …); what is not finite counts as 0."""
    flat = rows.reshape(len(rows), math.prod(rows.shape[1:])).astype(np.float64)
    np.nan_to_num(flat, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(np.sqrt(np.einsum("fn,fn->f", flat, flat)))


def strongest_first(strengths: Array) -> Order:
    """Indices from the greatest strength to the least; equal ones in their order, unknown ones last."""
    known = np.where(np.isfinite(strengths), strengths, -np.inf)
    return np.argsort(-known, kind="stable")


def similarity_order(rows: Array, strengths: Array | None = None) -> Order:
    """From the strongest filter on, always the most similar one of those that are left (by the cosine between them).

    rows: (filters, …). Of very many numbers an even choice is compared; beyond some thousand filters the weaker
    ones follow by strength.
    """
    strengths = norms(rows) if strengths is None else strengths
    order = strongest_first(strengths)
    compared, rest = order[:_COMPARED], order[_COMPARED:]
    if len(compared) < 3:
        return order
    directions = _directions(rows, compared)
    left = np.ones(len(compared), np.bool_)
    chain, present = [], 0
    for _ in range(len(compared)):
        chain.append(present)
        left[present] = False
        likeness = directions @ directions[present]
        likeness[~left] = -np.inf
        present = int(likeness.argmax())
    return np.concatenate([compared[chain], rest])


def _directions(rows: Array, chosen: Order) -> NDArray[np.float32]:
    """Unit vectors (filters, numbers) of the chosen filters; of a filter of zeros, zeros."""
    picked = _thinned(rows, max(32, _COMPARISONS // len(chosen) ** 2))
    picked = taken(picked, chosen).reshape(len(chosen), -1).astype(np.float64)
    np.nan_to_num(picked, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.sqrt(np.einsum("fn,fn->f", picked, picked))[:, np.newaxis]
    return np.asarray(picked / np.where(lengths > 0, lengths, 1), np.float32)


def _thinned(rows: Array, most: int) -> Array:
    """About `most` numbers of each of the rows (rows, …), an even choice along the longest axes; a view."""
    while rows[0].size > most:
        lengths = rows.shape[1:]
        axis = 1 + lengths.index(max(lengths))
        others = rows[0].size // rows.shape[axis]
        skip = -(-rows.shape[axis] // max(most // others, 1))
        rows = rows[(slice(None),) * axis + (slice(None, None, max(skip, 2)),)]
    return rows
