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
_COMPARISONS = 1 << 20  # numbers in all of a filter bank that take part in comparing


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
    pieces = list(_pieces(values))
    limits = [(float(piece.min()), float(piece.max())) for piece in map(_finite, pieces) if piece.size]
    if not limits:
        return Statistics(values.size, 0.0, 0.0, 0.0, 0.0, 0.0, 0, int(values.size))
    low, high = min(limit[0] for limit in limits), max(limit[1] for limit in limits)
    near = NEAR_ZERO * max(abs(low), abs(high))
    known = sum(_finite(piece).size for piece in pieces)
    mean = sum(float(_finite(piece).sum(dtype=np.float64)) for piece in pieces) / known
    squares = sum(_squares(_finite(piece), mean) for piece in pieces)
    small = sum(int(np.count_nonzero(np.abs(_finite(piece)) <= near)) for piece in pieces)
    zeros = values.size - sum(int(np.count_nonzero(piece)) for piece in pieces)
    std = math.sqrt(squares / known)
    return Statistics(values.size, low, high, mean, std, small / known, zeros, values.size - known)


def _pieces(values: Array) -> Iterator[Array]:
    flat = values.reshape(-1)
    return (flat[start : start + _PIECE] for start in range(0, flat.size, _PIECE))


def _finite(piece: Array) -> Array:
    known = np.isfinite(piece)
    return piece if known.all() else piece[known]


def _squares(piece: Array, mean: float) -> float:
    away = piece.astype(np.float64) - mean
    return float(np.dot(away, away))


# --- filters, each one a row ---


@dataclass(frozen=True, eq=False)
class Facts:
    """What a bank of filters is like. strengths: their norms (filters,); dead: which have no weight but 0."""

    statistics: Statistics
    strengths: NDArray[np.float64]
    dead: NDArray[np.bool_]


def facts_of(kernels: Array, values: Array | None = None) -> Facts:
    """Of filters (filters, …). values: the same numbers as they lie in memory, which is quicker to go through."""
    strengths = norms(kernels)
    return Facts(statistics_of(kernels if values is None else values), strengths, dead(kernels, strengths))


def norms(kernels: Array) -> NDArray[np.float64]:
    """The Euclidean norm of each filter of (filters, …); what is not finite counts as 0."""
    count = len(kernels)
    if count == 0:
        return np.zeros(0)
    step = max(1, 4 * _PIECE * count // max(kernels.size, 1))
    return np.concatenate([_norms(kernels[start : start + step]) for start in range(0, count, step)])


def _norms(kernels: Array) -> NDArray[np.float64]:
    rows = np.array(kernels, np.float64).reshape(len(kernels), -1)
    np.nan_to_num(rows, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(np.sqrt(np.einsum("fn,fn->f", rows, rows)))


def dead(kernels: Array, strengths: Array) -> NDArray[np.bool_]:
    """Which filters have no weight but 0, so that their map is the same for every image. strengths: their norms."""
    return np.array(
        [norm == 0 and not kernel.any() for kernel, norm in zip(kernels, strengths, strict=True)], np.bool_
    )


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
    flat = rows.reshape(len(rows), -1)
    most = max(64, _COMPARISONS // len(chosen))
    skip = -(-flat.shape[1] // most)
    picked = np.array(flat[chosen, ::skip], np.float64)
    np.nan_to_num(picked, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.sqrt(np.einsum("fn,fn->f", picked, picked))[:, np.newaxis]
    return np.asarray(picked / np.where(lengths > 0, lengths, 1), np.float32)
