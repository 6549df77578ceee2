"""Convolution of whole images by other means: numpy's padding, and the sum of the definition window by window.

Images above 64×64 cells are computed by OpenCV, smaller ones by numpy; both are held against the same definition.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from convlab.operations.convolution import Convolution


def kernel_of(values: object) -> np.ndarray:
    return np.asarray(values, np.float32)[:, :, np.newaxis, np.newaxis]


def random(*shape: int, seed: int = 0) -> np.ndarray:
    """Whole numbers: their sums are exact in float32."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float32)


# --- padding ---

MODES = {"zeros": "constant", "reflect": "reflect", "edge": "edge"}
AMOUNTS = [((0, 0), (0, 0)), ((1, 1), (1, 1)), ((2, 0), (0, 3)), ((0, 4), (5, 1)), ((4, 4), (4, 4))]
SIZES = [(7, 8), (90, 70)]  # the second is computed by OpenCV


@pytest.mark.parametrize("size", SIZES, ids=["small", "large"])
@pytest.mark.parametrize("amounts", AMOUNTS, ids=str)
@pytest.mark.parametrize("mode", MODES)
def test_own_padding_is_that_of_numpy(
    mode: str, amounts: tuple[tuple[int, int], tuple[int, int]], size: tuple[int, int]
) -> None:
    image, kernel = random(*size, 2), random(3, 2, 2, 2, seed=1)
    padded = np.pad(image, (*amounts, (0, 0)), mode=MODES[mode])  # type: ignore[call-overload]
    layer = Convolution(kernel, padding=amounts, padding_mode=mode)
    expected = by_definition(padded, kernel)
    assert layer.output_shape(image.shape) == expected.shape
    np.testing.assert_array_equal(layer.apply(image), expected)


@pytest.mark.parametrize("mode", MODES)
def test_every_explained_cell_has_the_padding_of_numpy(mode: str) -> None:
    image, amounts = random(5, 6, 2), ((2, 3), (4, 1))
    padded = np.pad(image, (*amounts, (0, 0)), mode=MODES[mode])  # type: ignore[call-overload]
    layer = Convolution(random(3, 3, 2, 1, seed=1), padding=amounts, padding_mode=mode)
    rows, columns, _ = layer.output_shape(image.shape)
    for row, column in np.ndindex(rows, columns):
        step = layer.explain(image, row, column)
        np.testing.assert_array_equal(step.window, padded[row : row + 3, column : column + 3])
        assert step.inside.sum() == _inside(step.rows, 5) * _inside(step.columns, 6)


def _inside(positions: np.ndarray, size: int) -> int:
    return int(((positions >= 0) & (positions < size)).sum())


def test_same_padding_by_reflection_and_by_the_edge() -> None:
    image = random(80, 75, 1)
    for mode in ("reflect", "edge"):
        layer = Convolution(random(4, 5, 1, 1, seed=1), padding="same", padding_mode=mode)
        padded = np.pad(image, (*layer.padding_amounts(image.shape), (0, 0)), mode=MODES[mode])  # type: ignore[call-overload]
        np.testing.assert_array_equal(layer.apply(image), by_definition(padded, layer.kernel))


def by_definition(padded: np.ndarray, kernel: np.ndarray, stride: int = 1, dilation: int = 1) -> np.ndarray:
    """The sum of the definition, window by window, in float64."""
    windows = np.lib.stride_tricks.sliding_window_view(
        padded.astype(np.float64), [(n - 1) * dilation + 1 for n in kernel.shape[:2]], (0, 1)
    )[::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("ijcab,abco->ijo", windows, kernel)


# --- large images: the same sums by other means ---

SIDES = [(1, 1), (1, 9), (2, 2), (3, 3), (4, 7), (11, 11), (12, 12), (15, 14), (31, 31), (31, 1)]


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("side", SIDES, ids=str)
def test_large_images_agree_with_the_definition(side: tuple[int, int], padding: str) -> None:
    rng = np.random.default_rng(3)
    image, kernel = rng.random((100, 83, 2), np.float32), rng.normal(size=(*side, 2, 2)).astype(np.float32)
    _agrees(Convolution(kernel, [0.5, -2], padding=padding), image)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("side", [3, 6, 7, 12, 31])
def test_kernels_of_rank_one_agree_with_the_definition(side: int, padding: str) -> None:
    rng = np.random.default_rng(4)
    column, row = rng.normal(size=(2, side))
    _agrees(
        Convolution(kernel_of(np.outer(column, row)), padding=padding), rng.random((97, 120, 1), np.float32)
    )


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("strides", "dilation"), [(2, 1), ((3, 1), 1), (5, 1), ((1, 7), 1), (1, 2), (1, (3, 5))]
)
def test_strides_and_dilations_of_large_images(strides: object, dilation: object, padding: str) -> None:
    rng = np.random.default_rng(5)
    kernel = rng.normal(size=(4, 3, 2, 3)).astype(np.float32)
    layer = Convolution(kernel, None, strides, padding, dilation)  # type: ignore[arg-type]
    _agrees(layer, rng.random((100, 83, 2), np.float32))


def test_any_memory_layout_gives_the_same() -> None:
    image, layer = random(70, 80, 3), Convolution(random(3, 3, 3, 2, seed=1), padding="same")
    planar = np.moveaxis(np.ascontiguousarray(np.moveaxis(image, -1, 0)), 0, -1)
    turned = np.ascontiguousarray(image[::-1])[::-1]
    broadcast = np.broadcast_to(image[:, :1], image.shape)
    for other in (planar, turned, np.asfortranarray(image)):
        np.testing.assert_array_equal(layer.apply(other), layer.apply(image))
    np.testing.assert_array_equal(layer.apply(broadcast), layer.apply(broadcast.copy()))


def test_apply_leaves_its_input_as_it_was() -> None:
    for size in SIZES:
        image = random(*size, 3)
        before = image.copy()
        image.setflags(write=False)
        Convolution(random(3, 3, 3, 1, seed=1), [1.0], padding="same", activation="relu").apply(image)
        np.testing.assert_array_equal(image, before)


def _agrees(layer: Convolution, image: np.ndarray) -> None:
    rows, columns = layer.axes(image.shape)
    padded = np.pad(image, (*layer.padding_amounts(image.shape), (0, 0)))
    full = by_definition(padded, _spread(layer.kernel, rows.dilation, columns.dilation))
    expected = full[:: rows.stride, :: columns.stride] + (0 if layer.bias is None else layer.bias)
    output = layer.apply(image)
    assert output.dtype == np.float32
    assert output.shape == layer.output_shape(image.shape) == expected.shape
    np.testing.assert_allclose(output, expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def _spread(kernel: np.ndarray, down: int, right: int) -> np.ndarray:
    kh, kw = kernel.shape[:2]
    spread = np.zeros(((kh - 1) * down + 1, (kw - 1) * right + 1, *kernel.shape[2:]))
    spread[::down, ::right] = kernel
    return spread


def test_a_drawing_is_computed_without_importing_opencv() -> None:
    code = (
        "import sys, numpy as np\n"
        "from convlab.operations.convolution import Convolution\n"
        "Convolution(np.ones((3, 3, 1, 2)), padding='same').apply(np.ones((64, 64, 1), np.float32))\n"
        "assert not {'cv2', 'scipy', 'matplotlib', 'PIL'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
