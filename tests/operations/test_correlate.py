"""Whole outputs, by OpenCV and by matrices, against scipy's correlation in float64 on images padded by numpy."""

from __future__ import annotations

import itertools
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from scipy.signal import correlate

from convlab.operations.convolution import PADDING_MODES, Convolution

NUMPY_MODES: dict[str, Any] = {"zeros": "constant", "reflect": "reflect", "edge": "edge"}
SMALL, LARGE = (17, 13), (90, 77)  # by matrices, and by OpenCV
RNG = np.random.default_rng(5)


def expected(layer: Convolution, x: np.ndarray) -> np.ndarray:
    """Every window of the padded image in float64, of which the stride picks some."""
    amounts = (*layer.padding_amounts(x.shape), (0, 0))
    padded = np.pad(x.astype(np.float64), amounts, mode=NUMPY_MODES[layer.padding_mode])
    kh, kw, width, filters = layer.kernel.shape
    (dh, dw), (sh, sw) = layer.dilation_rate, layer.strides
    spread = np.zeros(((kh - 1) * dh + 1, (kw - 1) * dw + 1, width, filters))
    spread[::dh, ::dw] = layer.effective_kernel
    first = [filter // (filters // layer.groups) * width for filter in range(filters)]
    sums = [
        sum(
            correlate(padded[:, :, first[filter] + c], spread[:, :, c, filter], "valid") for c in range(width)
        )
        for filter in range(filters)
    ]
    bias = 0 if layer.bias is None else layer.bias
    return np.stack(sums, -1)[::sh, ::sw] + bias


def agrees(layer: Convolution, x: np.ndarray) -> None:
    wanted = expected(layer, x)
    result = layer.apply(x)
    assert result.shape == wanted.shape == layer.output_shape(x.shape)
    np.testing.assert_allclose(result, wanted, rtol=0, atol=1e-5 * np.abs(wanted).max())


def image(size: tuple[int, int], channels: int = 1) -> np.ndarray:
    """Its channels lie one after another in memory, as in the Lab."""
    return np.moveaxis(RNG.random((channels, *size), np.float32), 0, -1)


def kernel(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


AMOUNTS: list[Any] = [
    "valid",
    "same",
    ((0, 0), (3, 0)),
    ((2, 2), (2, 2)),
    ((0, 9), (5, 1)),
    ((7, 6), (11, 8)),
]


@pytest.mark.parametrize("amounts", AMOUNTS, ids=str)
def test_every_padding_is_filled_as_numpy_does(amounts):
    for mode, size in itertools.product(PADDING_MODES, (SMALL, LARGE)):
        agrees(Convolution(kernel(3, 4, 1, 1), padding=amounts, padding_mode=mode), image(size))


@pytest.mark.parametrize("strides", [(1, 2), (2, 1), (2, 2), (3, 3), (5, 2), (4, 7)], ids=str)
def test_strides_pick_the_same_windows(strides):
    for size, side, padding in itertools.product(
        (SMALL, LARGE), (1, 2, 3, 6), ("valid", "same", ((1, 4), (3, 0)))
    ):
        weights, bias = kernel(side, side, 2, 2), kernel(2)
        agrees(Convolution(weights, bias, strides, padding, padding_mode="edge"), image(size, 2))


@pytest.mark.parametrize("dilation", [(1, 3), (2, 2), (4, 1)], ids=str)
def test_dilated_kernels_reach_further(dilation):
    for mode, size in itertools.product(PADDING_MODES, (SMALL, LARGE)):
        layer = Convolution(kernel(3, 3, 1, 2), None, (1, 1), "same", dilation, padding_mode=mode)
        agrees(layer, image(size))


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=str)
@pytest.mark.parametrize(("groups", "strides", "dilation"), [(2, 1, 1), (4, 2, 1), (4, 2, 2), (1, 1, 1)])
def test_groups_see_only_their_channels(size, groups, strides, dilation):
    weights = kernel(3, 3, 4 // groups, 8)
    agrees(Convolution(weights, kernel(8), strides, "same", dilation, groups), image(size, 4))


@pytest.mark.parametrize("shape", [(5, 5), (7, 7), (5, 9), (12, 12), (31, 31), (31, 6)], ids=str)
def test_kernels_of_rank_one_give_the_same_in_two_passes(shape):
    weights = np.outer(kernel(shape[0]), kernel(shape[1])).astype(np.float32)[:, :, None, None]
    x = image((290, 1000))  # more rows than are filtered at a time
    for mode, padding in itertools.product(PADDING_MODES, ("same", "valid", ((0, 4), (4, 0)))):
        agrees(Convolution(weights, kernel(1), padding=padding, padding_mode=mode), x)


@pytest.mark.parametrize("side", [11, 12, 21, 31])
def test_large_kernels_are_as_exact(side):
    agrees(Convolution(kernel(side, side, 2, 2), padding="same"), image(LARGE, 2))


def test_a_kernel_almost_of_rank_one_is_not_taken_for_one():
    weights = np.outer(kernel(9), kernel(9)).astype(np.float32)
    weights[4, 4] += np.float32(1e-3)
    agrees(Convolution(weights[:, :, None, None], padding="same"), image(LARGE))


def test_many_filters_are_the_same_as_few():
    x, weights = image(LARGE, 3), kernel(3, 3, 3, 40)
    whole = Convolution(weights, padding="same").apply(x)
    for filter in (0, 17, 39):
        alone = Convolution(weights[:, :, :, filter : filter + 1], padding="same").apply(x)
        np.testing.assert_allclose(whole[:, :, filter], alone[:, :, 0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("side", [3, 7, 11, 12, 15])
def test_sums_of_whole_numbers_are_whole(side):
    """Grey levels 0 to 255 under a box of ones: a class checks such sums by head."""
    x = np.floor(image(LARGE) * 256).astype(np.float32)
    layer = Convolution(np.ones((side, side, 1, 1), np.float32), padding="same")
    np.testing.assert_array_equal(layer.apply(x), np.rint(expected(layer, x)))


@pytest.mark.parametrize("padding", ["same", "valid", ((20, 0), (3, 9))], ids=str)
@pytest.mark.parametrize("shape", [(12, 12), (15, 15), (15, 17), (40, 5)], ids=str)
def test_kernels_of_whole_numbers_give_whole_sums_too(shape, padding):
    """Above 129 weights OpenCV would use Fourier transforms, which round: these are filtered strip by strip."""
    x = np.floor(image(LARGE) * 256).astype(np.float32)
    layer = Convolution(np.rint(kernel(*shape, 1, 1) * 4), padding=padding)
    np.testing.assert_array_equal(layer.apply(x), np.rint(expected(layer, x)))


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=str)
def test_how_an_image_lies_in_memory_does_not_matter(size):
    x = image(size, 3)
    layer = Convolution(kernel(3, 3, 3, 2), padding="same", flip_kernel=True)
    wide = np.zeros((size[0] * 2, size[1] * 2, 3), np.float32)
    wide[::2, ::2] = x
    for other in (np.ascontiguousarray(x), wide[::2, ::2], x[::-1, ::-1].copy()[::-1, ::-1]):
        np.testing.assert_array_equal(layer.apply(other), layer.apply(x))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=str)
def test_the_channels_of_an_output_lie_one_after_another(size, padding):
    output = Convolution(kernel(3, 3, 1, 4), padding=padding).apply(image(size))
    assert output.strides[1] == output.itemsize and output.strides[2] > output.strides[0]


def test_a_small_drawing_is_convolved_without_opencv():
    """OpenCV takes a fifth of a second to start, and a first start shows a drawn letter."""
    program = (
        "import sys, numpy as np\n"
        "from convlab.operations.convolution import Convolution\n"
        "Convolution(np.ones((3, 3, 1, 1)), padding='same', activation='relu').apply(np.ones((28, 28, 1), 'f'))\n"
        "assert 'cv2' not in sys.modules and 'scipy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
