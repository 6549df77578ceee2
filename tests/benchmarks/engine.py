"""Measurements of the engine: one kernel applied to an image of 512×512 and of 1920×1080, against others side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

import numpy as np

from convlab.operations.convolution import Convolution

SIZES = ((512, 512), (1080, 1920))
SIDES = (3, 5, 7, 11, 15, 21, 31)
ROUNDS, IN_A_TURN = 9, 5


def engine_vs_opencv() -> float:
    """Worst ratio of `apply` with kernels of 3 to 31, padding "same" and "valid", over a bare cv2.filter2D."""
    return max(
        _over_opencv(layer, x) for x in _images() for side in SIDES for layer in _layers(_random_kernel(side))
    )


def engine_separable_vs_opencv() -> float:
    """Worst ratio of `apply` with kernels of rank 1 from 7×7 up over a bare cv2.filter2D with the same kernel."""
    return max(
        _over_opencv(layer, x)
        for x in _images()
        for side in SIDES[2:]
        for layer in _layers(_rank_one_kernel(side))
    )


def engine_vs_scipy() -> float:
    """Worst ratio of `apply` over scipy.ndimage.correlate; for 512×512 only, as scipy takes seconds for more."""
    return max(
        _over_scipy(layer, x)
        for x in _images(SIZES[:1])
        for side in SIDES
        for layer in _layers(_random_kernel(side))
    )


def _over_opencv(layer: Convolution, x: np.ndarray) -> float:
    import cv2

    plane, weights = x[:, :, 0], np.ascontiguousarray(layer.kernel[:, :, 0, 0])
    zeros = cv2.BORDER_CONSTANT  # the same padding, so that both compute the same numbers
    return _ratio(lambda: layer.apply(x), lambda: cv2.filter2D(plane, cv2.CV_32F, weights, borderType=zeros))


def _over_scipy(layer: Convolution, x: np.ndarray) -> float:
    from scipy.ndimage import correlate

    plane, weights = x[:, :, 0], layer.kernel[:, :, 0, 0]
    return _ratio(lambda: layer.apply(x), lambda: correlate(plane, weights, mode="constant"), rounds=2)


def _images(sizes: Sequence[tuple[int, int]] = SIZES) -> list[np.ndarray]:
    """An image (height, width, 1) of each size."""
    rng = np.random.default_rng(1)
    return [rng.random((*size, 1), np.float32) for size in sizes]


def _layers(weights: np.ndarray) -> list[Convolution]:
    kernel = weights[:, :, np.newaxis, np.newaxis]
    return [Convolution(kernel, padding="same"), Convolution(kernel)]


def _random_kernel(side: int) -> np.ndarray:
    return np.random.default_rng(side).normal(size=(side, side)).astype(np.float32)


def _rank_one_kernel(side: int) -> np.ndarray:
    column, row = np.random.default_rng(side).normal(size=(2, side))
    return np.outer(column, row).astype(np.float32)


def _ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median over rounds of the median time of ours over that of theirs: what else the machine does slows both."""
    return median(median(_timed(ours)) / median(_timed(theirs)) for _ in range(rounds))


def _timed(function: Callable[[], object]) -> list[float]:
    """Seconds of a few runs, after one that fetches from memory what the other had driven out of the cache."""
    function()
    times = []
    for _ in range(IN_A_TURN):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return times
