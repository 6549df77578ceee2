"""The weights of every kind of layer as filters: filter n is what our own operations multiply for map n."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.network.banks import Picture, banks_of, picture_read, reads_picture, series_of
from convlab.network.description import Layer, Weight
from convlab.network.filters import filter_of
from tests.network.described import graph, layer
from tests.window.network_fakes import convolution, dense, pooling, random_weights, small_network

RANDOM = np.random.default_rng(2)


def filled(one: Layer) -> list[np.ndarray]:
    return [RANDOM.normal(size=weight.shape).astype(np.float32) for weight in one.weights]


SHAPES = {
    "Conv2D": ("kernel", (3, 2, 4, 5)),
    "Conv2DTranspose": ("kernel", (3, 2, 5, 4)),
    "DepthwiseConv2D": ("depthwise_kernel", (3, 2, 4, 2)),
    "Conv1D": ("kernel", (3, 4, 5)),
    "Dense": ("kernel", (6, 5)),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_a_bank_has_the_filters_that_are_edited(kind: str) -> None:
    role, shape = SHAPES[kind]
    one = layer(kind, "one", (Weight(role, shape),))
    weights = filled(one)
    (bank,) = banks_of(one, weights)
    for index in range(bank.count):
        assert np.array_equal(bank.kernels[index], filter_of(one, weights, index).kernel)


def test_of_a_separable_layer_the_pointwise_filters_make_the_maps() -> None:
    roles = (("depthwise_kernel", (3, 3, 4, 2)), ("pointwise_kernel", (1, 1, 8, 5)), ("bias", (5,)))
    one = layer("SeparableConv2D", "one", tuple(Weight(*role) for role in roles))
    depthwise, pointwise = banks_of(one, filled(one))
    assert (depthwise.title, depthwise.count, depthwise.makes_maps) == ("Depthwise", 8, False)
    assert (pointwise.title, pointwise.count, pointwise.makes_maps) == ("Pointwise", 5, True)
    assert pointwise.biases is not None and depthwise.biases is None


def test_a_bank_is_a_view_so_that_nothing_is_copied() -> None:
    one = convolution("one", 3, 4)
    weights = filled(one)
    assert np.shares_memory(banks_of(one, weights)[0].kernels, weights[0])


def test_normalisation_has_no_filters_but_series() -> None:
    roles = ("gamma", "beta", "moving_mean", "moving_variance")
    one = layer("BatchNormalization", "one", tuple(Weight(role, (4,)) for role in roles))
    assert banks_of(one, filled(one)) == ()
    assert [series.title for series in series_of(one, filled(one))] == ["γ", "β", "mean", "variance"]


@pytest.mark.parametrize("shape", [(2, 3, 3, 4, 5), (7, 2, 3), (8, 6), (5,), (), (1, 1)])
def test_arrays_of_unknown_layers_are_shown_whatever_their_shape(shape: tuple[int, ...]) -> None:
    one = layer("Strange", "one", (Weight("<b>thing</b>", shape),))
    weights = filled(one)
    shown = [bank.kernels.size for bank in banks_of(one, weights)]
    shown += [series.values.size for series in series_of(one, weights)]
    assert shown == [weights[0].size]


@pytest.mark.parametrize("first", [False, True])
def test_the_weights_of_a_unit_lie_where_the_flattened_numbers_come_from(first: bool) -> None:
    picture = Picture(2, 3, 4, first)
    image = RANDOM.normal(size=(2, 3, 4)).astype(np.float32)
    flat = (image.transpose(2, 0, 1) if first else image).reshape(-1)
    kernel = RANDOM.normal(size=(24, 5)).astype(np.float32)
    filters = picture.filters(kernel)
    assert np.allclose(np.einsum("uhwc,hwc->u", filters, image), flat @ kernel, atol=1e-5)


def test_a_dense_layer_reads_the_image_that_was_flattened() -> None:
    assert picture_read(small_network(), 5) == Picture(14, 14, 12)
    assert picture_read(small_network(), 1) is None


def test_a_dense_layer_after_another_reads_no_image() -> None:
    network = graph(
        [(4, 4, 1)], (layer("Flatten"), (0,)), (dense("a", 16, 8), (1,)), (dense("b", 8, 3), (2,))
    )
    assert picture_read(network, 2) == Picture(4, 4, 1)
    assert picture_read(network, 3) is None


def test_only_the_first_filters_see_the_colours_of_the_image() -> None:
    network = graph(
        [(8, 8, 3)],
        (layer("Rescaling", scale=1 / 255), (0,)),
        (convolution("one", 3, 3), (1,)),
        (pooling("pool"), (2,)),
        (convolution("two", 3, 4), (3,)),
    )
    assert [reads_picture(network, row) for row in (2, 4)] == [True, False]
    assert random_weights(network)[2][0].shape == (3, 3, 3, 3)
