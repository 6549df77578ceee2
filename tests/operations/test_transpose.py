"""Transposed convolution by hand-worked tables and by stamping cell by cell; Keras judges in test_against_keras.py."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from convlab.operations.convolution import Convolution
from convlab.operations.transpose import ConvolutionTranspose, stamp_axis
from convlab.problems import Problem


def plane(values: object) -> np.ndarray:
    return np.asarray(values, np.float32)[:, :, np.newaxis]


def random(*shape: int, seed: int = 0) -> np.ndarray:
    """Whole numbers: their sums are exact in float32."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float32)


# (n, kernel, stride, padding, output padding) -> out, measured in Keras 3; the last ones are figures of the
# convolution-arithmetic guide.
SIZES = {
    (3, 3, 2, "valid", None): 7,
    (3, 3, 2, "same", None): 6,
    (3, 3, 2, "same", 0): 5,
    (3, 2, 2, "same", None): 6,
    (3, 2, 3, "valid", None): 9,
    (2, 3, 1, "valid", None): 4,
    (2, 3, 2, "valid", None): 5,
    (3, 3, 2, "same", 1): 6,
}


@pytest.mark.parametrize(("settings", "out"), SIZES.items(), ids=str)
def test_sizes_are_those_of_keras(settings: tuple[int, int, int, str, int | None], out: int) -> None:
    assert stamp_axis(*settings, dilation=1).out == out


def test_each_cell_stamps_the_kernel_into_the_output() -> None:
    layer = ConvolutionTranspose(np.ones((2, 2, 1, 1)), strides=2)
    output = layer.apply(plane([[1, 2], [3, 4]]))
    assert output[:, :, 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]


def test_stamps_that_overlap_are_added() -> None:
    output = ConvolutionTranspose(np.ones((1, 3, 1, 1))).apply(plane([[1, 10]]))
    assert output[0, :, 0].tolist() == [1, 11, 11, 10]


def test_what_is_stamped_outside_the_output_is_dropped() -> None:
    kernel = np.arange(1, 4, dtype=np.float32).reshape(1, 3, 1, 1)
    output = ConvolutionTranspose(kernel, padding="same").apply(plane([[1, 0, 100]]))
    assert output[0, :, 0].tolist() == [2, 103, 200]


def test_the_bias_is_added_once_and_then_comes_the_activation() -> None:
    layer = ConvolutionTranspose(np.ones((1, 2, 1, 1)), bias=[-2], activation="relu")
    assert layer.apply(plane([[1, 3]]))[0, :, 0].tolist() == [0, 2, 1]


def test_cells_that_no_stamp_reaches_hold_the_bias() -> None:
    output = ConvolutionTranspose(np.ones((1, 1, 1, 1)), bias=[5], strides=(1, 3)).apply(plane([[1, 2]]))
    assert output[0, :, 0].tolist() == [6, 5, 5, 7, 5, 5]


def test_it_is_the_transpose_of_the_convolution() -> None:
    """<conv(x), y> = <x, transposed(y)> for every x and y, with the same kernel: hence the name."""
    x, y, kernel = random(9, 7, 2), random(4, 3, 3, seed=1), random(3, 3, 2, 3, seed=2)
    forth = Convolution(kernel, strides=2).apply(x)
    back = ConvolutionTranspose(kernel, strides=2).apply(y)
    assert back.shape == x.shape
    assert (forth * y).sum() == (x * back).sum()


LAYERS = [
    ConvolutionTranspose(random(3, 3, 2, 3), random(2, seed=3), strides=2),
    ConvolutionTranspose(random(3, 3, 2, 3), random(2, seed=3), strides=2, padding="same"),
    ConvolutionTranspose(random(2, 4, 2, 3), random(2, seed=3), strides=(3, 2), padding="same"),
    ConvolutionTranspose(random(3, 3, 2, 3), None, strides=2, padding="same", output_padding=(0, 1)),
    ConvolutionTranspose(random(2, 3, 2, 3), None, strides=(3, 4), output_padding=(2, 0)),
    ConvolutionTranspose(random(4, 4, 2, 3), None, padding="same", activation="relu"),
    ConvolutionTranspose(random(1, 2, 2, 3), None, strides=3),
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.summary)
def test_apply_and_explain_agree_with_stamping_cell_by_cell(layer: ConvolutionTranspose) -> None:
    image = random(4, 5, 3, seed=1)
    expected = stamped(layer, image)
    np.testing.assert_array_equal(layer.apply(image), expected)
    assert expected.shape == layer.output_shape(image.shape)
    for row, column, filter in np.ndindex(*expected.shape):
        step = layer.explain(image, row, column, filter)
        assert step.result == expected[row, column, filter]
        assert step.inside.all()
        assert step.total == step.products.sum() + step.bias


def stamped(layer: ConvolutionTranspose, image: np.ndarray) -> np.ndarray:
    """By the definition: y[i*s - left + a] += w[a] @ x[i]; what falls outside is dropped."""
    rows, columns = layer.stamp_axes(image.shape)
    output = np.zeros((rows.out, columns.out, layer.filters))
    for i, j in np.ndindex(*image.shape[:2]):
        for a, b in np.ndindex(*layer.kernel.shape[:2]):
            row, column = i * rows.stride - rows.left + a, j * columns.stride - columns.left + b
            if 0 <= row < rows.out and 0 <= column < columns.out:
                output[row, column] += layer.kernel[a, b] @ image[i, j]
    return layer.function.of(output + (0 if layer.bias is None else layer.bias))


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.summary)
def test_readers_and_read_cells_are_found_by_brute_force_too(layer: ConvolutionTranspose) -> None:
    shape = (4, 5, 3)
    rows, columns, _ = layer.output_shape(shape)
    sources = {
        output: set(itertools.product(*(p.tolist() for p in layer.window_positions(shape, *output))))
        for output in np.ndindex(rows, columns)
    }
    read = np.logical_and.outer(*layer.cells_read(shape))
    for cell in np.ndindex(4, 5):
        readers = {output for output, cells in sources.items() if cell in cells}
        assert set(itertools.product(*(p.tolist() for p in layer.readers_of(shape, *cell)))) == readers
        assert read[cell] == bool(readers)


def test_a_large_image_agrees_with_the_definition() -> None:
    layer = LAYERS[2]
    image = np.random.default_rng(7).random((70, 66, 3), np.float32)
    np.testing.assert_allclose(layer.apply(image), stamped(layer, image), rtol=1e-5, atol=1e-5)


def test_a_cell_outside_the_output_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        LAYERS[0].explain(random(4, 5, 3), 9, 0)


REFUSED = {
    "stride and dilation": (
        lambda: ConvolutionTranspose(np.ones((3, 3, 1, 1)), strides=2, dilation_rate=2),  # type: ignore[arg-type]
        "stride and a dilation",
    ),
    "output padding": (
        lambda: ConvolutionTranspose(np.ones((3, 3, 1, 1)), strides=2, output_padding=2),  # type: ignore[arg-type]
        "output padding cannot be 2 with stride 2",
    ),
    "negative output padding": (
        lambda: ConvolutionTranspose(np.ones((3, 3, 1, 1)), output_padding=(0, -1)),
        "output padding cannot be −1 with stride 1",
    ),
    "own padding": (
        lambda: ConvolutionTranspose(np.ones((3, 3, 1, 1)), padding="full"),
        "no padding “full” here",
    ),
    "stride 0": (lambda: ConvolutionTranspose(np.ones((3, 3, 1, 1)), strides=0), "stride cannot be 0"),  # type: ignore[arg-type]
    "empty kernel": (lambda: ConvolutionTranspose(np.ones((0, 3, 1, 1))), "cannot be empty"),
    "biases": (
        lambda: ConvolutionTranspose(np.ones((3, 3, 2, 1)), bias=[1]),
        "2 filters need 2 biases, not 1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_a_sentence(name: str) -> None:
    make, words = REFUSED[name]
    with pytest.raises(Problem) as refusal:
        make()
    assert words in refusal.value.sentence


def test_dilated_stamps_leave_gaps() -> None:
    layer = ConvolutionTranspose(np.ones((1, 2, 1, 1)), dilation_rate=(1, 2))
    assert layer.apply(plane([[1, 10]]))[0, :, 0].tolist() == [1, 10, 1, 10]


def test_an_output_padding_that_keras_cannot_undo_is_refused() -> None:
    layer = ConvolutionTranspose(np.ones((2, 2, 1, 1)), strides=2, padding="same", output_padding=0)  # type: ignore[arg-type]
    with pytest.raises(Problem, match="output padding of 0 does not go with stride 2"):
        layer.output_shape((3, 3, 1))


def test_a_wrong_number_of_channels_is_refused() -> None:
    with pytest.raises(Problem, match="reads 3 channels, and 1 reach it"):
        LAYERS[0].apply(random(4, 5, 1))


def test_weights_and_multiplications_are_counted() -> None:
    assert LAYERS[0].weight_count() == 3 * 3 * 2 * 3 + 2
    assert LAYERS[0].multiplications((4, 5, 3)) == 4 * 5 * 54


def test_the_kernel_is_a_copy_that_cannot_be_written() -> None:
    mine = np.ones((1, 1, 1, 1), np.float32)
    layer = ConvolutionTranspose(mine)
    mine[:] = 5
    assert layer.kernel.item() == 1
    with pytest.raises(ValueError, match="read-only"):
        layer.kernel[...] = 2
