"""Activations, normalisation and rescaling by their formulas; Keras judges in test_against_keras.py."""

from __future__ import annotations

import math

import numpy as np
import pytest

from convlab.operations.operation import Operation
from convlab.operations.pointwise import ACTIVATIONS, Activation, BatchNormalization, Dropout, Rescaling
from convlab.problems import Problem

# The value at -2, 0 and 3, by hand.
AT = {
    "linear": (-2, 0, 3),
    "relu": (0, 0, 3),
    "relu6": (0, 0, 3),
    "leaky_relu": (-0.6, 0, 3),
    "elu": (math.exp(-2) - 1, 0, 3),
    "selu": (1.05070098 * 1.67326324 * (math.exp(-2) - 1), 0, 1.05070098 * 3),
    "gelu": (-2 * (1 + math.erf(-2 / math.sqrt(2))) / 2, 0, 3 * (1 + math.erf(3 / math.sqrt(2))) / 2),
    "gelu_tanh": (-0.04540231, 0, 2.99636261),
    "sigmoid": (1 / (1 + math.exp(2)), 0.5, 1 / (1 + math.exp(-3))),
    "hard_sigmoid": (1 / 6, 0.5, 1),
    "hard_sigmoid_keras2": (0.1, 0.5, 1),
    "tanh": (math.tanh(-2), 0, math.tanh(3)),
    "softplus": (math.log1p(math.exp(-2)), math.log(2), math.log1p(math.exp(3))),
    "softsign": (-2 / 3, 0, 0.75),
    "silu": (-2 / (1 + math.exp(2)), 0, 3 / (1 + math.exp(-3))),
    "hard_silu": (-2 / 6, 0, 3),
    "exponential": (math.exp(-2), 1, math.exp(3)),
    "mish": (-2 * math.tanh(math.log1p(math.exp(-2))), 0, 3 * math.tanh(math.log1p(math.exp(3)))),
}


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def operations() -> list[Operation]:
    """Every operation that reads one cell, for three channels."""
    ones = np.ones(3, np.float32)
    return [
        *map(Activation, ACTIVATIONS),
        BatchNormalization(2 * ones, ones, 3 * ones, 4 * ones),
        Rescaling(0.5, 1),
        Dropout(),
    ]


@pytest.mark.parametrize("name", AT)
def test_activations_at_three_points(name: str) -> None:
    values = np.array([[[-2, 0, 3]]], np.float32)
    np.testing.assert_allclose(Activation(name).apply(values)[0, 0], AT[name], rtol=1e-5, atol=1e-7)


def test_all_activations_but_softmax_are_in_the_table() -> None:
    assert set(AT) == set(ACTIVATIONS) - {"softmax"}


def test_softmax_runs_over_the_channels() -> None:
    output = Activation("softmax").apply(np.log(np.array([[[1, 2, 5]], [[1, 1, 2]]], np.float32)))
    np.testing.assert_allclose(output, [[[0.125, 0.25, 0.625]], [[0.25, 0.25, 0.5]]], rtol=1e-6)


def test_parameters_change_the_slope_and_the_floor() -> None:
    values = np.array([[[-2.0]]], np.float32)
    assert Activation("leaky_relu", negative_slope=0.1).apply(values).item() == pytest.approx(-0.2)
    assert Activation("elu", alpha=2).apply(values).item() == pytest.approx(2 * (math.exp(-2) - 1))


def test_old_names_of_keras_are_understood() -> None:
    assert Activation("swish") == Activation("silu")
    with pytest.raises(ValueError, match="no activation named 'step'"):
        Activation("step")


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.filterwarnings("error")
def test_large_values_neither_warn_nor_become_nan(name: str) -> None:
    values = np.array([[[-1e4, 1e4]]], np.float32)
    assert not np.isnan(Activation(name).apply(values)).any()
    for filter in range(2):
        assert not np.isnan(Activation(name).explain(values, 0, 0, filter).result)


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_explained_cell_is_that_of_apply(operation: Operation) -> None:
    image = random(3, 4, 3)
    output = operation.apply(image)
    assert output.dtype == np.float32 and output.shape == operation.output_shape(image.shape) == image.shape
    for row, column, channel in np.ndindex(*image.shape):
        step = operation.explain(image, row, column, channel)
        assert step.result == pytest.approx(output[row, column, channel], rel=2e-6, abs=2e-7)
        assert (step.rows.tolist(), step.columns.tolist()) == ([row], [column])
        at = int(np.flatnonzero(step.channels == channel)[0])
        assert step.window[0, 0, at] == image[row, column, channel]


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_vectors_are_worked_on_too(operation: Operation) -> None:
    vector = random(3)
    output = operation.apply(vector)
    assert output.shape == (3,)
    assert operation.explain(vector, 0, 0, 2).result == pytest.approx(output[2], rel=2e-6, abs=2e-7)


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_apply_leaves_its_input_as_it_was(operation: Operation) -> None:
    image = random(3, 4, 3)
    before = image.copy()
    image.setflags(write=False)
    operation.apply(image)
    np.testing.assert_array_equal(image, before)


def test_softmax_is_explained_by_all_channels() -> None:
    step = Activation("softmax").explain(random(2, 2, 5), 1, 0, 3)
    assert step.channels.tolist() == [0, 1, 2, 3, 4]
    assert step.name == "softmax"


def test_a_parameter_is_among_the_terms() -> None:
    assert Activation("leaky_relu", negative_slope=0.1).explain(random(2, 2, 1), 0, 0).terms == (
        ("slope", 0.1),
    )


def test_normalisation_is_worked_by_hand() -> None:
    layer = BatchNormalization([2], [1], [3], [4], epsilon=0)
    assert layer.apply(np.array([[[7]]], np.float32)).item() == 2 * (7 - 3) / 2 + 1
    step = layer.explain(np.array([[[7]]], np.float32), 0, 0)
    assert step.result == 5
    assert dict(step.terms) == {"mean": 3, "variance": 4, "gamma": 2, "beta": 1, "epsilon": 0}


def test_normalisation_has_numbers_for_each_channel() -> None:
    layer = BatchNormalization([1, 2], [0, 0], [0, 0], [1, 1], epsilon=0)
    assert layer.apply(np.ones((1, 1, 2), np.float32))[0, 0].tolist() == [1, 2]
    with pytest.raises(Problem, match="for 2 channels, and 3 reach it"):
        layer.output_shape((4, 4, 3))


def test_rescaling_multiplies_and_adds() -> None:
    layer = Rescaling(1 / 127.5, -1)
    np.testing.assert_allclose(layer.apply(np.array([[[0, 255]]], np.float32))[0, 0], [-1, 1], atol=1e-6)


def test_dropout_passes_everything() -> None:
    image = random(3, 3, 2)
    np.testing.assert_array_equal(Dropout(0.9).apply(image), image)


def test_one_cell_reads_one_cell() -> None:
    layer = Activation("relu")
    assert [p.tolist() for p in layer.readers_of((5, 5, 1), 2, 3)] == [[2], [3]]
    assert all(part.all() for part in layer.cells_read((5, 5, 1)))
    assert layer.padding_amounts((5, 5, 1)) == ((0, 0), (0, 0))


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_a_cell_outside_is_an_index_error(operation: Operation) -> None:
    for cell in ((2, 0, 0), (0, 2, 0), (0, 0, 3), (-1, 0, 0)):
        with pytest.raises(IndexError):
            operation.explain(random(2, 2, 3), *cell)


def test_weights_are_counted() -> None:
    assert BatchNormalization([1, 1], [0, 0], [0, 0], [1, 1]).weight_count() == 8
    assert Activation("relu").weight_count() == 0


def test_titles_and_summaries() -> None:
    assert (Activation("relu").title, Activation("relu").summary) == ("ReLU", "")
    assert Activation("leaky_relu").summary == "slope 0.3"
    assert Rescaling(0.5, 1).summary == "× 0.5 + 1"
