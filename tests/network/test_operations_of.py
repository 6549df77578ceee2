"""Which operations a layer becomes, and what is said of one that becomes none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convlab.network.description import Weight
from convlab.network.operations_of import is_stepped, operations_of
from convlab.operations.merge import Merge
from convlab.operations.pointwise import Activation, BatchNormalization
from convlab.problems import Problem
from tests.network.described import kernel, layer


def weights_of(one):
    rng = np.random.default_rng(0)
    return [rng.random(weight.shape, np.float32) for weight in one.weights]


def operations(one):
    return operations_of(one, weights_of(one))


def test_a_convolution_is_one_operation_with_its_activation():
    one = layer(
        "Conv2D", "c", (*kernel(3, 2, 4, 6), *kernel(6, role="bias")),
        strides=(2, 1), padding="same", dilation_rate=(1, 1), groups=2, activation="relu", use_bias=True,
    )  # fmt: skip
    (found,) = operations(one)
    assert found.output_shape((9, 9, 8)) == (5, 9, 6)
    assert (found.apply(np.full((9, 9, 8), -5, np.float32)) >= 0).all()


def test_weights_are_taken_by_their_roles():
    names = ("moving_variance", "beta", "moving_mean")
    one = layer("BatchNormalization", "bn", tuple(Weight(name, (3,)) for name in names), epsilon=0.1)
    variance, beta, mean = weights = weights_of(one)
    (found,) = operations_of(one, weights)
    assert isinstance(found, BatchNormalization)
    np.testing.assert_array_equal(found.beta, beta)
    np.testing.assert_array_equal(found.mean, mean)
    np.testing.assert_array_equal(found.variance, variance)
    np.testing.assert_array_equal(found.gamma, 1)


def test_a_separable_convolution_is_two_operations():
    roles = (*kernel(3, 3, 4, 2, role="depthwise_kernel"), *kernel(1, 1, 8, 5, role="pointwise_kernel"))
    first, second = operations(layer("SeparableConv2D", "s", roles, activation="relu"))
    assert first.output_shape((6, 6, 4)) == (4, 4, 8)
    assert second.output_shape((4, 4, 8)) == (4, 4, 5)
    assert first.function.name == "linear" and second.function.name == "relu"


def test_a_global_pooling_that_keeps_its_axes_keeps_them():
    pooled = operations(layer("GlobalAveragePooling2D", keepdims=True))
    shape = (5, 4, 3)
    for operation in pooled:
        shape = operation.output_shape(shape)
    assert shape == (1, 1, 3)


@pytest.mark.parametrize(
    ("one", "slope"),
    [
        (layer("LeakyReLU"), 0.3),
        (layer("LeakyReLU", negative_slope=0.1), 0.1),
        (layer("Activation", activation="leaky_relu"), 0.2),
        (layer("Conv2D", "c", kernel(1, 1, 1, 1), activation="leaky_relu"), 0.2),
        (layer("Conv2D", "c", kernel(1, 1, 1, 1), activation="leaky_relu", activation_slope=0.4), 0.4),
    ],
)
def test_the_slope_of_leaky_relu_depends_on_whether_it_is_a_layer(one, slope):
    """keras.layers.LeakyReLU has 0.3, keras.activations.leaky_relu has 0.2."""
    (found,) = operations(one)
    function = found if isinstance(found, Activation) else found.function
    assert function.negative_slope == slope


def test_the_alpha_of_elu_is_the_layers_own():
    (found,) = operations(layer("Conv2D", "c", kernel(1, 1, 1, 1), activation="elu", activation_alpha=0.5))
    assert found.function.alpha == 0.5


@pytest.mark.parametrize("mean", [(1.0, 2.0), ((((1.0, 2.0),),))])
def test_normalization_takes_its_numbers_from_settings_with_or_without_the_batch(mean):
    (found,) = operations(layer("Normalization", mean=mean, variance=(1.0, 4.0)))
    np.testing.assert_allclose(found.apply(np.full((1, 1, 2), 3, np.float32))[0, 0], [2, 0.5])


@pytest.mark.parametrize("kind", ["Dropout", "SpatialDropout2D", "GaussianNoise", "AlphaDropout", "Identity"])
def test_what_works_only_in_training_passes_everything(kind):
    x = np.random.default_rng(1).random((3, 3, 2), np.float32)
    (found,) = operations(layer(kind, rate=0.5))
    np.testing.assert_array_equal(found.apply(x), x)


@pytest.mark.parametrize(
    ("axis", "expected"), [(-1, (2, 3, 8)), (3, (2, 3, 8)), (1, (4, 3, 4)), (2, (2, 6, 4))]
)
def test_concatenation_counts_the_batch_as_keras_does(axis, expected):
    found = operations(layer("Concatenate", axis=axis))
    assert isinstance(found, Merge)
    assert found.output_shape([(2, 3, 4), (2, 3, 4)]) == expected


def test_an_input_is_no_operation():
    assert operations(layer("InputLayer")) == ()
    assert not is_stepped(layer("InputLayer"))


@pytest.mark.parametrize(
    "one",
    [
        layer("Attention", "my_attention"),
        layer("", "my_attention", kernel(3, 3, 1, 1)),
        layer("Softmax", "my_attention", axis=2),
        layer("Concatenate", "my_attention", axis=0),
        layer("Activation", "my_attention", activation="no such"),
        layer("Rescaling", "my_attention", scale=(1.0, 2.0, 3.0)),
        layer("LayerNormalization", "my_attention"),
        layer("Conv2D", "my_attention"),
        replace(layer("ReLU"), problem="my_attention cannot be computed."),
    ],
)
def test_a_layer_that_cannot_be_stepped_is_named(one):
    with pytest.raises(Problem, match="my_attention"):
        operations(one)


def test_missing_weights_are_said():
    one = layer("Dense", "dense_1", kernel(3, 2))
    with pytest.raises(Problem, match=r"dense_1 .*weights are not all there"):
        operations_of(one, [])


def test_markup_and_line_ends_in_a_name_are_made_harmless():
    with pytest.raises(Problem) as caught:
        operations(layer("Attention", "a\n\u202eb"))
    assert "\n" not in str(caught.value) and "\u202e" not in str(caught.value)
