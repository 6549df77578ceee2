"""Flatten and dense layers by hand; Keras judges in test_against_keras.py."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.operations.dense import Dense, Flatten
from convlab.problems import Problem


def random(*shape: int, seed: int = 0) -> np.ndarray:
    """Whole numbers: their sums are exact in float32."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float32)


def test_flatten_takes_row_by_row_and_all_channels_of_a_cell() -> None:
    image = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    assert Flatten().apply(image).tolist() == list(range(12))
    assert Flatten().output_shape((2, 3, 2)) == (12,)


def test_flatten_does_not_mind_the_layout_in_memory() -> None:
    image = random(3, 4, 2)
    planar = np.moveaxis(np.ascontiguousarray(np.moveaxis(image, -1, 0)), 0, -1)
    np.testing.assert_array_equal(Flatten().apply(planar), image.reshape(-1))


def test_flatten_is_explained_by_the_cell_that_it_copies() -> None:
    image = random(3, 4, 2)
    for place in range(image.size):
        step = Flatten().explain(image, 0, 0, place)
        row, column, channel = np.unravel_index(place, image.shape)
        assert (step.rows.tolist(), step.columns.tolist(), step.channels.tolist()) == (
            [row],
            [column],
            [channel],
        )
        assert step.result == image.reshape(-1)[place]


def test_dense_is_a_weighted_sum_of_all_inputs() -> None:
    layer = Dense([[1, 10], [2, 20], [3, 30]], bias=[0.5, -1], activation="relu")
    assert layer.apply(np.array([1, 1, 2], np.float32)).tolist() == [9.5, 89]
    assert layer.apply(np.array([-1, -1, -2], np.float32)).tolist() == [0, 0]


def test_dense_is_explained_term_by_term() -> None:
    layer = Dense([[1, 10], [2, 20], [3, 30]], bias=[0.5, -1], activation="relu")
    step = layer.explain(np.array([1, 1, -2], np.float32), 0, 0, 1)
    assert step.weights[0, 0].tolist() == [10, 20, 30]
    assert step.products[0, 0].tolist() == [10, 20, -60]
    assert (step.bias, step.total, step.result) == (-1, -31, 0)


def test_on_an_image_dense_works_on_the_channels_of_each_cell() -> None:
    image, layer = random(3, 4, 5), Dense(random(5, 2, seed=1))
    output = layer.apply(image)
    assert output.shape == layer.output_shape(image.shape) == (3, 4, 2)
    for row, column, unit in np.ndindex(*output.shape):
        assert layer.explain(image, row, column, unit).result == output[row, column, unit]


def test_softmax_is_explained_with_all_units() -> None:
    layer, vector = Dense(random(4, 3, seed=1), activation="softmax"), random(4)
    output = layer.apply(vector)
    assert output.sum() == pytest.approx(1)
    for unit in range(3):
        assert layer.explain(vector, 0, 0, unit).result == pytest.approx(output[unit], rel=1e-5)


def test_a_wrong_number_of_inputs_is_refused() -> None:
    with pytest.raises(Problem, match="reads 1,200 numbers, and 3 reach it"):
        Dense(np.ones((1200, 2))).output_shape((3,))


def test_a_wrong_number_of_biases_is_refused() -> None:
    with pytest.raises(Problem, match="2 units need 2 biases, not 3"):
        Dense(np.ones((4, 2)), bias=[1, 2, 3])


@pytest.mark.parametrize("cell", [(1, 0, 0), (0, 1, 0), (0, 0, 2), (0, 0, -1)], ids=str)
def test_a_cell_outside_is_an_index_error(cell: tuple[int, int, int]) -> None:
    with pytest.raises(IndexError):
        Dense(np.ones((4, 2))).explain(random(4), *cell)


def test_weights_and_multiplications_are_counted() -> None:
    layer = Dense(np.ones((784, 10)), bias=np.zeros(10))
    assert layer.weight_count() == 7850
    assert layer.multiplications((784,)) == 7840


def test_the_kernel_is_a_copy_that_cannot_be_written() -> None:
    mine = np.ones((2, 2), np.float32)
    layer = Dense(mine)
    mine[:] = 5
    assert layer.kernel[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        layer.kernel[...] = 2
