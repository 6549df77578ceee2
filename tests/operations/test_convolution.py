"""Convolution by hand-worked tables, by numpy's padding and by brute force; Keras judges in test_against_keras.py."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from convlab.operations.convolution import Convolution

GUIDE_IMAGE = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
GUIDE_KERNEL = [[0, 1, 2], [2, 2, 0], [0, 1, 2]]

IMPULSE = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
COUNTING = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def plane(values: object) -> np.ndarray:
    return np.asarray(values, np.float32)[:, :, np.newaxis]


def kernel_of(values: object) -> np.ndarray:
    return np.asarray(values, np.float32)[:, :, np.newaxis, np.newaxis]


def random(*shape: int, seed: int = 0) -> np.ndarray:
    """Whole numbers: their sums are exact in float32."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float32)


# --- worked by hand ---


def test_the_example_of_the_convolution_arithmetic_guide() -> None:
    output = Convolution(kernel_of(GUIDE_KERNEL)).apply(plane(GUIDE_IMAGE))
    assert output[:, :, 0].tolist() == [[12, 12, 17], [10, 17, 19], [9, 6, 14]]


def test_the_example_of_the_guide_with_stride_two_and_padding_one() -> None:
    layer = Convolution(kernel_of(GUIDE_KERNEL), strides=2, padding=((1, 1), (1, 1)))
    assert layer.apply(plane(GUIDE_IMAGE))[:, :, 0].tolist() == [[6, 17, 3], [8, 17, 13], [6, 4, 4]]


def test_same_with_stride_two_pads_only_after() -> None:
    layer = Convolution(np.ones((3, 3, 1, 1)), strides=2, padding="same")
    assert layer.apply(np.ones((4, 4, 1), np.float32))[:, :, 0].tolist() == [[9, 6], [6, 4]]
    assert layer.padding_amounts((4, 4, 1)) == ((0, 1), (0, 1))


def test_an_impulse_gives_the_kernel_turned_around() -> None:
    output = Convolution(kernel_of(COUNTING), padding="same").apply(plane(IMPULSE))
    assert output[:, :, 0].tolist() == [[8, 7, 6], [5, 4, 3], [2, 1, 0]]


def test_with_the_flip_switch_an_impulse_gives_the_kernel_itself() -> None:
    output = Convolution(kernel_of(COUNTING), padding="same", flip_kernel=True).apply(plane(IMPULSE))
    assert output[:, :, 0].tolist() == COUNTING


def test_flipped_it_is_the_convolution_of_the_mathematicians() -> None:
    from scipy.signal import convolve2d

    image, kernel = random(9, 8), random(3, 4, seed=1)
    output = Convolution(kernel_of(kernel), flip_kernel=True).apply(plane(image))
    np.testing.assert_array_equal(output[:, :, 0], convolve2d(image, kernel, "valid"))


def test_the_bias_is_added_before_the_activation() -> None:
    layer = Convolution(kernel_of([[1]]), bias=[-2.0], activation="relu")
    assert layer.apply(plane([[1, 2, 3]]))[0, :, 0].tolist() == [0, 0, 1]


def test_channels_are_added_up_and_filters_are_not() -> None:
    kernel = np.zeros((1, 1, 3, 2), np.float32)
    kernel[0, 0] = [[1, 10], [2, 20], [3, 30]]
    output = Convolution(kernel).apply(np.array([[[1, 1, 1], [0, 1, 2]]], np.float32))
    assert output.tolist() == [[[6, 60], [8, 80]]]


def test_groups_see_only_their_own_channels() -> None:
    kernel = np.ones((1, 1, 2, 2), np.float32)
    output = Convolution(kernel, groups=2).apply(np.array([[[1, 2, 30, 40]]], np.float32))
    assert output[0, 0].tolist() == [3, 70]


def test_groups_are_convolutions_side_by_side() -> None:
    image, kernel = random(7, 6, 6), random(3, 3, 2, 9, seed=1)
    output = Convolution(kernel, groups=3).apply(image)
    for group in range(3):
        part = Convolution(kernel[..., 3 * group : 3 * group + 3]).apply(
            image[..., 2 * group : 2 * group + 2]
        )
        np.testing.assert_array_equal(output[..., 3 * group : 3 * group + 3], part)


def test_depthwise_is_a_group_for_every_channel() -> None:
    image, kernel = random(6, 6, 3), random(2, 2, 1, 6, seed=1)  # two filters for each channel
    output = Convolution(kernel, groups=3, strides=2, dilation_rate=2).apply(image)
    alone = Convolution(np.kron(kernel[:, :, :, [5]], [[[[1]]]]), dilation_rate=2).apply(image[:, :, [2]])
    np.testing.assert_array_equal(output[:, :, 5], alone[::2, ::2, 0])


# --- explain ---


def test_explain_gives_every_term() -> None:
    layer = Convolution(kernel_of(GUIDE_KERNEL), bias=[0.5], padding="same", activation="relu")
    step = layer.explain(plane(GUIDE_IMAGE), 0, 0)
    assert step.rows.tolist() == step.columns.tolist() == [-1, 0, 1]
    assert step.inside.tolist() == [[False] * 3, [False, True, True], [False, True, True]]
    assert step.window[:, :, 0].tolist() == [[0, 0, 0], [0, 3, 3], [0, 0, 0]]
    assert step.weights[:, :, 0].tolist() == GUIDE_KERNEL
    assert step.products[:, :, 0].tolist() == [[0, 0, 0], [0, 6, 0], [0, 0, 0]]
    assert step.partial_sums.tolist() == [6]
    assert (step.bias, step.total, step.result, step.activation) == (0.5, 6.5, 6.5, "relu")


def test_explain_keeps_the_total_before_the_activation() -> None:
    step = Convolution(kernel_of([[-1]]), activation="relu").explain(plane([[3]]), 0, 0)
    assert (step.total, step.result) == (-3, 0)


def test_explain_names_the_channels_of_the_group() -> None:
    image, kernel = random(4, 4, 6), random(2, 2, 2, 6, seed=1)
    layer = Convolution(kernel, groups=3)
    step = layer.explain(image, 1, 2, 4)
    assert step.channels.tolist() == [4, 5]
    np.testing.assert_array_equal(step.window, image[1:3, 2:4, 4:6])
    assert step.result == layer.apply(image)[1, 2, 4]


def test_explain_shows_the_weights_as_they_lie_over_the_image() -> None:
    step = Convolution(kernel_of(COUNTING), flip_kernel=True).explain(plane(IMPULSE), 0, 0)
    assert step.weights[:, :, 0].tolist() == [[8, 7, 6], [5, 4, 3], [2, 1, 0]]


def test_every_number_of_a_step_is_a_double() -> None:
    step = Convolution(random(2, 2, 3, 1)).explain(random(4, 4, 3), 1, 1)
    assert {step.window.dtype, step.weights.dtype, step.products.dtype, step.partial_sums.dtype} == {
        np.dtype(np.float64)
    }
    assert type(step.result) is type(step.total) is type(step.bias) is float


@pytest.mark.parametrize(
    "cell", [(-1, 0, 0), (0, -1, 0), (3, 0, 0), (0, 3, 0), (0, 0, 1), (0, 0, -1)], ids=str
)
def test_a_cell_outside_the_output_is_an_index_error(cell: tuple[int, int, int]) -> None:
    with pytest.raises(IndexError):
        Convolution(kernel_of(GUIDE_KERNEL)).explain(plane(GUIDE_IMAGE), *cell)


def test_explain_with_softmax_looks_at_every_filter() -> None:
    image = random(4, 4, 2)
    layer = Convolution(random(2, 2, 2, 5, seed=1), random(5, seed=2), activation="softmax")
    output = layer.apply(image)
    for filter in range(5):
        step = layer.explain(image, 2, 1, filter)
        assert step.activation == "softmax"
        assert step.result == pytest.approx(output[2, 1, filter], rel=1e-5)


@pytest.mark.parametrize("mode", ["zeros", "reflect", "edge"])
def test_every_explained_window_has_the_padding_of_numpy(mode: str) -> None:
    image, amounts = random(5, 6, 2), ((2, 3), (4, 1))
    numpy_mode = "constant" if mode == "zeros" else mode
    padded = np.pad(image, (*amounts, (0, 0)), mode=numpy_mode)  # type: ignore[call-overload]
    layer = Convolution(random(3, 3, 2, 1, seed=1), padding=amounts, padding_mode=mode)
    output = layer.apply(image)
    for row, column in np.ndindex(*output.shape[:2]):
        step = layer.explain(image, row, column)
        np.testing.assert_array_equal(step.window, padded[row : row + 3, column : column + 3])
        inside = [(positions >= 0) & (positions < n) for positions, n in ((step.rows, 5), (step.columns, 6))]
        assert step.inside.tolist() == np.logical_and.outer(*inside).tolist()
        assert step.result == output[row, column, 0]


def test_explaining_costs_the_same_for_every_size() -> None:
    layer = Convolution(random(3, 3, 3, 1), padding="same")
    small = random(28, 28, 3)
    large = np.broadcast_to(np.float32(1), (2160, 4096, 3))
    assert _time(layer, large, 2000, 4000) < 4 * _time(layer, small, 20, 20) + 1e-3


def _time(layer: Convolution, image: np.ndarray, row: int, column: int) -> float:
    """The fastest of some tries, which other programs disturb least."""
    taken = []
    for _ in range(30):
        started = time.thread_time()
        layer.explain(image, row, column)
        taken.append(time.thread_time() - started)
    return min(taken)


class Watched(np.ndarray):
    """An array that notes how many cells are picked from it."""

    picked: list[int]

    def __getitem__(self, key: object) -> np.ndarray:
        found = np.asarray(super().__getitem__(key))  # type: ignore[index]
        self.picked.append(found.size)
        return found


def test_explain_touches_only_the_window() -> None:
    image = random(50, 60, 3).view(Watched)
    image.picked = []
    Convolution(random(3, 5, 3, 2), padding="same").explain(image, 0, 59)
    assert sum(image.picked) == 3 * 5 * 3


# --- who reads what ---

LAYERS = [
    Convolution(random(3, 2, 1, 1), padding="same"),
    Convolution(random(3, 3, 1, 1), strides=2),
    Convolution(random(2, 3, 1, 1), strides=(3, 4), padding="same"),
    Convolution(random(3, 2, 1, 1), dilation_rate=(2, 3), padding="same"),
    Convolution(random(2, 2, 1, 1), padding=((3, 0), (1, 4))),
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.summary)
def test_readers_and_read_cells_are_found_by_brute_force_too(layer: Convolution) -> None:
    shape = (7, 8, 1)
    cells: dict[tuple[int, int], set[tuple[int, int]]] = {cell: set() for cell in np.ndindex(7, 8)}
    rows, columns, _ = layer.output_shape(shape)
    for output in np.ndindex(rows, columns):
        for cell in itertools.product(*(p.tolist() for p in layer.window_positions(shape, *output))):
            cells.get(cell, set()).add(output)
    read = np.logical_and.outer(*layer.cells_read(shape))
    for cell, readers in cells.items():
        assert set(itertools.product(*(p.tolist() for p in layer.readers_of(shape, *cell)))) == readers
        assert read[cell] == bool(readers)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.summary)
def test_the_cells_of_a_weight_are_found_by_brute_force_too(layer: Convolution) -> None:
    shape = (7, 8, 1)
    rows, columns, _ = layer.output_shape(shape)
    for a, b in np.ndindex(*layer.kernel.shape[:2]):
        windows = [layer.window_positions(shape, *output) for output in np.ndindex(rows, columns)]
        multiplied = {(int(r[a]), int(c[b])) for r, c in windows if 0 <= r[a] < 7 and 0 <= c[b] < 8}
        found = layer.cells_of_weight(shape, a, b)
        assert set(itertools.product(*(p.tolist() for p in found))) == multiplied
