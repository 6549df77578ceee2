"""Experiments: an image and a chain, and how the chain follows the image's channels."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.experiment.experiment import Experiment, first_experiment
from convlab.experiment.image import blank
from convlab.experiment.samples import load_sample
from convlab.operations.chain import Chain
from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.kernels import kernel_named_like
from convlab.operations.pointwise import Activation, BatchNormalization
from convlab.operations.pooling import MaxPooling
from convlab.operations.transpose import ConvolutionTranspose
from convlab.problems import Problem


def kernel(*shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


def convolution(channels=1, filters=1, **settings):
    return Convolution(kernel(3, 3, channels, filters), padding="same", **settings)


def shape_of(experiment):
    return Chain(experiment.image.pixels, experiment.operations).shape(len(experiment.operations))


def test_a_first_start_shows_the_letter_a_its_vertical_edges_relu_and_pooling():
    experiment = first_experiment()
    assert (experiment.image.height, experiment.image.width, experiment.image.white) == (10, 10, 9)
    convolution, activation, pooling = experiment.operations
    assert kernel_named_like(convolution.kernel[:, :, 0, 0]).name == "Sobel, vertical edges"
    assert activation.title == "ReLU"
    assert pooling.pool_size == (2, 2)
    assert shape_of(experiment) == (5, 5, 1)


def test_the_first_steps_are_those_of_the_textbook_figure():
    experiment = first_experiment()
    output = experiment.operations[0].apply(experiment.image.pixels)[:, :, 0]
    assert output[0].tolist() == [0, 0, 0, 9, 9, -9, -9, 0, 0, 0]
    assert output[4, :3].tolist() == [0, 13, 35]


def test_operations_are_replaced_inserted_removed_and_moved():
    a, b, c = Activation("relu"), Activation("tanh"), MaxPooling((2, 2))
    experiment = Experiment(blank(8, 8), (a, b))
    assert experiment.with_operation(0, c).operations == (c, b)
    assert experiment.inserted(1, c).operations == (a, c, b)
    assert experiment.inserted(2, c).operations == (a, b, c)
    assert experiment.without(0).operations == (b,)
    assert experiment.inserted(2, c).moved(0, 2).operations == (b, c, a)
    assert experiment.inserted(2, c).moved(2, 0).operations == (c, a, b)


def test_an_edit_leaves_the_old_experiment_as_it_was():
    experiment = first_experiment()
    before = experiment.operations
    experiment.without(0)
    experiment.with_image(blank(4, 4, channels=3))
    assert experiment.operations is before


def test_what_an_edit_does_not_touch_stays_the_same_object():
    experiment = first_experiment()
    edited = experiment.with_image(blank(20, 20))
    assert all(new is old for new, old in zip(edited.operations, experiment.operations, strict=True))


def test_no_change_gives_the_same_experiment():
    experiment = first_experiment()
    assert experiment.with_image(experiment.image) is experiment
    assert experiment.with_operation(1, experiment.operations[1]) is experiment
    assert experiment.moved(1, 1) is experiment


def test_an_operation_that_is_not_there_cannot_be_replaced():
    with pytest.raises(IndexError):
        first_experiment().with_operation(3, Activation("relu"))


def test_a_kernel_for_grey_is_repeated_for_the_three_channels_of_a_colour_image():
    edited = first_experiment().with_image(load_sample("portrait"))
    fitted = edited.operations[0].kernel
    assert fitted.shape == (3, 3, 3, 1)
    assert all(np.array_equal(fitted[:, :, c], fitted[:, :, 0]) for c in range(3))


def test_of_three_slices_grey_keeps_the_first():
    experiment = Experiment(blank(8, 8, channels=3), (convolution(channels=3, filters=2),))
    fitted = experiment.with_image(blank(8, 8)).operations[0].kernel
    assert np.array_equal(fitted, kernel(3, 3, 3, 2)[:, :, :1])


def test_a_convolution_gets_as_many_slices_as_filters_reach_it():
    experiment = Experiment(blank(8, 8), (convolution(filters=1), convolution()))
    edited = experiment.with_operation(0, convolution(filters=4))
    assert edited.operations[1].kernel.shape == (3, 3, 4, 1)
    assert shape_of(edited) == (8, 8, 1)


def test_pooling_and_activations_pass_the_channels_on():
    experiment = Experiment(blank(8, 8), (Activation("relu"), MaxPooling((2, 2)), convolution()))
    assert experiment.with_image(blank(8, 8, channels=3)).operations[2].kernel.shape[2] == 3


def test_a_depthwise_convolution_gets_filters_for_the_new_channels():
    depthwise = Convolution(kernel(3, 3, 1, 2), np.array([1, 2], np.float32), groups=1)
    three = Convolution(np.tile(kernel(3, 3, 1, 2), 3), np.tile(np.array([1, 2], np.float32), 3), groups=3)
    edited = Experiment(blank(8, 8, channels=3), (three,)).with_image(blank(8, 8))
    assert np.array_equal(edited.operations[0].kernel, depthwise.kernel)
    assert edited.operations[0].groups == 1
    assert shape_of(Experiment(blank(8, 8), ()).inserted(0, three)) == (6, 6, 2)


def test_groups_that_no_longer_divide_the_channels_become_one():
    grouped = Convolution(kernel(3, 3, 2, 4), groups=2)
    fitted = Experiment(blank(8, 8, channels=3), ()).inserted(0, grouped).operations[0]
    assert (fitted.groups, fitted.kernel.shape) == (1, (3, 3, 3, 4))


def test_other_layers_with_weights_follow_too():
    ones = np.ones(1, np.float32)
    operations = (
        BatchNormalization(ones, ones, ones, ones),
        ConvolutionTranspose(kernel(2, 2, 1, 1)),
        Flatten(),
        Dense(kernel(81, 2)),
    )
    experiment = Experiment(blank(8, 8), operations)
    assert shape_of(experiment) == (2,)
    edited = experiment.with_image(blank(4, 6, channels=3))
    assert len(edited.operations[0].gamma) == 3
    assert edited.operations[1].kernel.shape == (2, 2, 1, 3)
    assert edited.operations[3].kernel.shape == (35, 2)
    assert shape_of(edited) == (2,)


def test_a_dense_layer_is_not_grown_for_a_photograph():
    experiment = Experiment(blank(8, 8), (Flatten(), Dense(kernel(64, 10))))
    assert experiment.with_image(load_sample("portrait")).operations[1].kernel.shape == (64, 10)


def test_an_operation_that_cannot_be_fitted_stays_and_says_why():
    only_depthwise = Convolution(kernel(3, 3, 1, 3), strides=(2, 2), dilation_rate=(2, 2), groups=3)
    edited = Experiment(blank(9, 9, channels=3), (only_depthwise,)).with_image(blank(9, 9))
    assert edited.operations[0] is only_depthwise
    with pytest.raises(Problem):
        shape_of(edited)


def test_behind_an_impossible_operation_everything_stays():
    too_small = blank(2, 2, channels=3)
    operations = (Convolution(kernel(5, 5, 1, 1)), convolution(filters=2))
    edited = Experiment(blank(8, 8), operations).with_image(too_small)
    assert edited.operations[1] is operations[1]


def test_all_arrays_are_listed_for_the_memory_limit():
    experiment = first_experiment()
    held = list(experiment.arrays())
    assert held[0] is experiment.image.pixels
    assert any(array is experiment.operations[0].kernel for array in held)
