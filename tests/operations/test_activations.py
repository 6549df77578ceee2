"""The table of activations: large images, extreme values, and how results lie in memory."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from convlab.operations.activations import ACTIVATIONS
from convlab.operations.pointwise import Activation

LARGE = np.moveaxis(np.random.default_rng(2).normal(size=(3, 211, 150)).astype(np.float32) * 4, 0, -1)
EXTREME = np.array([-3e38, -1e4, -100, -1e-30, 0, 1e-30, 100, 1e4, 3e38], np.float32).reshape(3, 3, 1)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_large_image_is_computed_like_its_cells(name):
    activation = Activation(name)
    output = activation.apply(LARGE)
    np.testing.assert_allclose(output, activation.of(LARGE.astype(np.float64)), rtol=1e-5, atol=1e-6)
    assert output.dtype == np.float32 and output.strides == LARGE.strides


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"gelu_tanh"}))  # x³ has no float32 for 3e38
def test_extreme_values_warn_of_nothing_and_are_never_nan(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        output = Activation(name).apply(EXTREME)
        steps = [Activation(name).explain(EXTREME, row, column).result for row, column in np.ndindex(3, 3)]
    assert not np.isnan(output).any() and not np.isnan(steps).any()


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "linear"])
def test_writing_over_the_input_gives_the_same(name):
    x = LARGE.copy(order="K")
    np.testing.assert_array_equal(Activation(name).apply_onto(x), Activation(name).apply(LARGE))


def test_a_function_never_changes_its_input():
    for name in ACTIVATIONS:
        before = LARGE.copy()
        Activation(name).apply(LARGE)
        np.testing.assert_array_equal(LARGE, before)
