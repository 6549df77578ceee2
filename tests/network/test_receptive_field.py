"""What a cell depends on: found by changing pixels and looking which numbers change, and counted by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from convlab.network.description import Network
from convlab.network.receptive_field import (
    cell_of,
    dependents,
    dependents_of_pixel,
    pixels_of,
    receptive_field,
)
from tests.network.described import computed, graph, kernel, layer

RGB = (12, 10, 3)


def conv(name: str, size: int, channels: int, filters: int, **settings):
    return layer("Conv2D", name, kernel(size, size, channels, filters), **settings)


def plain() -> Network:
    return graph(
        [RGB],
        (conv("a", 3, 3, 2, padding="same"), (0,)),
        (layer("MaxPooling2D", pool_size=(2, 2)), (1,)),
        (conv("b", 3, 2, 4, padding="valid"), (2,)),
        (layer("Flatten"), (3,)),
        (layer("Dense", "dense", kernel(48, 5)), (4,)),
    )


def strided() -> Network:
    return graph(
        [RGB],
        (conv("a", 3, 3, 2, padding="same", strides=(2, 3)), (0,)),
        (conv("b", 2, 2, 2, padding="same", dilation_rate=(2, 1)), (1,)),
        (layer("AveragePooling2D", pool_size=(3, 2), strides=(1, 1), padding="same"), (2,)),
    )


def resized() -> Network:
    return graph(
        [(7, 6, 1)],
        (layer("ZeroPadding2D", padding=((1, 0), (0, 2))), (0,)),
        (layer("Cropping2D", cropping=((2, 1), (1, 0))), (1,)),
        (layer("UpSampling2D", size=(2, 3), interpolation="nearest"), (2,)),
        (layer("UpSampling2D", "smooth", size=(3, 2), interpolation="bilinear"), (3,)),
        (layer("CenterCrop", height=20, width=31), (4,)),
    )


def transposed() -> Network:
    first = layer("Conv2DTranspose", "up", kernel(3, 2, 2, 1), strides=(2, 2), padding="same")
    second = layer("Conv2DTranspose", "more", kernel(2, 5, 1, 2), strides=(3, 1), padding="valid")
    return graph([(4, 5, 1)], (first, (0,)), (second, (1,)))


def residual() -> Network:
    shared = conv("shared", 3, 2, 2, padding="same")
    return graph(
        [RGB],
        (conv("first", 1, 3, 2), (0,)),
        (shared, (1,)),
        (shared, (2,)),
        (layer("Add"), (1, 3)),
        (conv("wide", 5, 2, 2, padding="same"), (1,)),
        (layer("Concatenate"), (4, 5)),
        (layer("Concatenate", "below", axis=1), (1, 5)),
        (layer("Concatenate", "beside", axis=-2), (7, 7)),
    )


def excited() -> Network:
    return graph(
        [RGB],
        (layer("GlobalAveragePooling2D", keepdims=True), (0,)),
        (conv("squeeze", 1, 3, 3, activation="sigmoid"), (1,)),
        (layer("Multiply"), (0, 2)),
        (layer("GlobalMaxPooling2D"), (3,)),
        (layer("Add"), (3, 4)),
    )


def generator() -> Network:
    return graph(
        [(6,)],
        (layer("Reshape", target_shape=(3, 2, 1)), (0,)),
        (layer("Permute", dims=(2, 1, 3)), (1,)),
        (conv("a", 2, 1, 2), (2,)),
        (layer("Flatten", order="channels_first"), (3,)),
        (layer("Reshape", "again", target_shape=(-1, 2)), (4,)),
        (layer("Dense", "dense", kernel(2, 3)), (5,)),
    )


def two_inputs() -> Network:
    return graph(
        [(5, 5, 1), (5, 5, 2)],
        (conv("a", 3, 1, 2, padding="same"), (0,)),
        (layer("Subtract"), (2, 1)),
        (layer("SeparableConv2D", "s", (*kernel(3, 3, 2, 1, role="depthwise_kernel"), *kernel(1, 1, 2, 2, role="pointwise_kernel"))), (3,)),
    )  # fmt: skip


NETWORKS = [plain, strided, resized, transposed, residual, excited, generator, two_inputs]


@pytest.mark.parametrize("make", NETWORKS, ids=lambda make: make.__name__)
def test_what_depends_on_a_cell_is_what_changes_with_it(make):
    network = make()
    rng = np.random.default_rng(4)
    weights = {
        row: [(rng.random(weight.shape, np.float32) + 0.5) / 8 for weight in one.weights]
        for row, one in enumerate(network.layers)
    }
    images = {node: rng.random(network.nodes[node].shape, np.float32) for node in network.inputs}
    before = computed(network, weights, images)
    for node in network.inputs:
        for cell in np.ndindex(cells(images[node])):
            changed = images[node].copy()
            changed.reshape((*cells(changed), -1))[cell] += 50  # a new maximum, wherever it is seen
            after = computed(network, weights, {**images, node: changed})
            expected = {
                number: differs for number in range(len(after)) if (differs := change(before[number], after[number])).any()
            }  # fmt: skip
            same(dependents(network, node, *cell), expected)


def cells(array: np.ndarray) -> tuple[int, int]:
    return (1, len(array)) if array.ndim == 1 else array.shape[:2]


def change(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """In which cells they differ."""
    return (before != after).reshape((*cells(before), -1)).any(axis=2)


def same(found, expected) -> None:
    assert found.keys() == expected.keys()
    for node, mask in expected.items():
        np.testing.assert_array_equal(found[node], mask, err_msg=f"node {node}")


@pytest.mark.parametrize("make", NETWORKS, ids=lambda make: make.__name__)
def test_a_cell_depends_on_what_it_is_a_dependent_of(make):
    network = make()
    reached = {
        (node, *cell): dependents(network, node, *cell)
        for node in range(len(network.nodes))
        for cell in np.ndindex(cells(np.zeros(network.nodes[node].shape)))
    }
    for node, row, column in random.Random(1).sample(list(reached), 25):
        field = receptive_field(network, node, row, column)
        for (source, r, c), later in reached.items():
            depends = node in later and later[node][row, column]
            assert depends == (source in field and field[source][r, c])


def test_three_convolutions_of_3x3_see_7x7():
    network = graph(
        [(20, 20, 1)],
        *[(conv(name, 3, 1, 1, padding="same"), (number,)) for number, name in enumerate("abc")],
    )
    field = receptive_field(network, 3, 9, 10)
    rows, columns = np.nonzero(field[0])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (6, 12, 7, 13)
    assert field[0].sum() == 49 and field[1].sum() == 25 and field[2].sum() == 9 and field[3].sum() == 1


def test_at_the_border_the_padding_is_no_cell():
    network = graph([(5, 5, 1)], (conv("a", 3, 1, 1, padding="same"), (0,)))
    assert receptive_field(network, 1, 0, 0)[0].sum() == 4


def test_a_dilated_convolution_has_gaps():
    network = graph([(5, 5, 1)], (conv("a", 3, 1, 1, padding="valid", dilation_rate=(2, 2)), (0,)))
    np.testing.assert_array_equal(np.nonzero(receptive_field(network, 1, 0, 0)[0].any(axis=0))[0], [0, 2, 4])


def test_a_layer_that_is_not_known_sees_everything():
    network = graph([(4, 4, 1)], (layer("Activation", activation="relu"), (0,)))
    unknown = Network(
        "n", "keras", layers=(network.layers[0], layer("Attention")), nodes=network.nodes, inputs=(0,), outputs=(1,)
    )  # fmt: skip
    assert receptive_field(unknown, 1, 2, 2)[0].all()


def test_what_lies_behind_an_open_size_is_left_out():
    network = plain()
    nodes = list(network.nodes)
    nodes[0] = replace(nodes[0], shape=(None, None, 3))
    opened = replace(network, nodes=tuple(nodes))
    assert sorted(receptive_field(opened, 3, 0, 0)) == [1, 2, 3]


@pytest.mark.parametrize("cell", [(12, 0), (0, 10), (-1, 0)])
def test_a_cell_outside_the_map_is_refused(cell):
    for function in (receptive_field, dependents):
        with pytest.raises(IndexError):
            function(plain(), 0, *cell)


# --- pictures ---


def test_a_vector_is_shaded_as_the_picture_that_it_shows():
    network = graph([(3 * 3 * 3,)], (layer("Reshape", target_shape=(3, 3, 3)), (0,)))
    field = receptive_field(network, 1, 1, 2)[0]
    expected = np.zeros((3, 3), bool)
    expected[1, 2] = True
    np.testing.assert_array_equal(pixels_of(field, (27,)), expected)


def test_a_pixel_of_a_vector_is_all_its_channels():
    network = graph([(3 * 3 * 3,)], (layer("Reshape", target_shape=(27, 1)), (0,)))
    rows = np.nonzero(dependents_of_pixel(network, 0, 1, 2)[1])[0]
    np.testing.assert_array_equal(rows, [15, 16, 17])


def test_a_pixel_of_an_image_is_a_cell():
    network = plain()
    same(dependents_of_pixel(network, 0, 3, 4), dependents(network, 0, 3, 4))
    assert pixels_of(receptive_field(network, 1, 3, 4)[0], RGB).sum() == 9


def test_a_pixel_outside_the_picture_is_refused():
    with pytest.raises(IndexError):
        dependents_of_pixel(plain(), 0, 12, 0)


def test_operations_and_cells_count_numbers_in_their_own_ways():
    assert cell_of((5, 6, 7), 1, 2, 3) == (1, 2)
    assert cell_of((6, 7), 0, 2, 3) == (2, 3)
    assert cell_of((7,), 0, 0, 3) == (0, 3)
