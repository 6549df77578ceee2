"""Resizing by hand, and as Keras does it."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from convlab.operations.resampling import Resizing
from convlab.operations.step import PointwiseStep, WeightedSum
from convlab.problems import Problem
from tests.operations.keras_cases import Draw


def line(*values: float) -> np.ndarray:
    return np.array(values, np.float32).reshape(1, -1, 1)


def test_between_two_centres_they_are_mixed():
    """From 2 cells to 4: the places are −1/4, 1/4, 3/4 and 5/4."""
    np.testing.assert_allclose(Resizing(1, 4).apply(line(0, 8))[0, :, 0], [0, 2, 6, 8])


def test_shrinking_skips_cells():
    """From 6 cells to 2: the places are 1 and 4."""
    np.testing.assert_allclose(Resizing(1, 2).apply(line(1, 2, 3, 4, 5, 6))[0, :, 0], [2, 5])


def test_the_nearest_cell_is_copied():
    np.testing.assert_array_equal(Resizing(1, 3, "nearest").apply(line(1, 2, 3, 4, 5))[0, :, 0], [1, 3, 5])


def test_the_same_size_is_a_copy():
    x = Draw(1).eighths(5, 4, 2)
    operation = Resizing(5, 4)
    np.testing.assert_array_equal(operation.apply(x), x)
    assert isinstance(operation.explain(x, 2, 3, 1), PointwiseStep)


def test_a_mixture_is_a_weighted_sum_with_shares_that_add_up_to_1():
    step = Resizing(3, 3).explain(Draw(2).eighths(5, 4, 2), 2, 1, 1)
    assert isinstance(step, WeightedSum)
    assert step.weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("seed", range(40))
def test_steps_and_readers_agree_with_the_output(seed):
    draw = Draw(seed)
    x = draw.image()
    operation = Resizing(*draw.pair(1, 15), draw.one_of("nearest", "bilinear"))
    output = operation.apply(x)
    assert output.shape == operation.output_shape(x.shape)
    for cell in np.ndindex(output.shape):
        assert operation.explain(x, *cell).result == pytest.approx(output[cell], rel=1e-5, abs=1e-6)
    read = [operation.window_positions(x.shape, r, c) for r, c in np.ndindex(output.shape[:2])]
    for row, column in np.ndindex(x.shape[:2]):
        rows, columns = operation.readers_of(x.shape, row, column)
        expected = [divmod(at, output.shape[1]) for at, (r, c) in enumerate(read) if row in r and column in c]
        assert [(r, c) for r in rows for c in columns] == expected


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")
@pytest.mark.parametrize("seed", range(60))
def test_keras_resizes_in_the_same_way(seed):
    import keras

    draw = Draw(seed)
    x, size = draw.image(high=40), draw.pair(1, 40)
    interpolation = draw.one_of("nearest", "bilinear")
    theirs = np.asarray(keras.layers.Resizing(*size, interpolation)(x[np.newaxis]))[0]
    np.testing.assert_allclose(Resizing(*size, interpolation).apply(x), theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("make", [lambda: Resizing(0, 2), lambda: Resizing(2, 2, "bicubic")])
def test_what_is_not_shown_is_said(make):
    with pytest.raises(Problem):
        make()


def test_a_vector_is_no_image():
    with pytest.raises(Problem, match="needs an image"):
        Resizing(2, 2).output_shape((5,))
