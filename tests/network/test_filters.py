"""Where a filter lies in the weights of each kind of layer, and what edits of it change."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.network.description import Layer, Weight
from convlab.network.filters import (
    Filter,
    filter_count,
    filter_of,
    flipped,
    kernel_number,
    swapped,
    with_filter,
    zeroed,
)

# kind, roles, shapes of the weights, filters, shape of one filter
KINDS = [
    ("Conv2D", ("kernel", "bias"), ((3, 2, 4, 5), (5,)), 5, (3, 2, 4)),
    ("Conv2DTranspose", ("kernel", "bias"), ((3, 2, 5, 4), (5,)), 5, (3, 2, 4)),
    ("DepthwiseConv2D", ("depthwise_kernel", "bias"), ((3, 2, 4, 2), (8,)), 8, (3, 2, 1)),
    ("SeparableConv2D", ("depthwise_kernel", "pointwise_kernel", "bias"), ((3, 3, 4, 2), (1, 1, 8, 5), (5,)), 5, (1, 1, 8)),
    ("Conv1D", ("kernel",), ((3, 4, 5),), 5, (1, 3, 4)),
    ("Dense", ("kernel", "bias"), ((7, 3), (3,)), 3, (1, 1, 7)),
]  # fmt: skip


def make(kind: str, roles: tuple[str, ...], shapes: tuple[tuple[int, ...], ...]) -> tuple[Layer, list]:
    layer = Layer("a", "a", kind, weights=tuple(Weight(r, s) for r, s in zip(roles, shapes, strict=True)))
    random = np.random.default_rng(3)
    return layer, [random.normal(size=shape).astype(np.float32) for shape in shapes]


@pytest.mark.parametrize(("kind", "roles", "shapes", "count", "shape"), KINDS)
def test_every_kind_gives_its_filters_as_height_width_channels(kind, roles, shapes, count, shape) -> None:
    layer, weights = make(kind, roles, shapes)
    assert filter_count(layer) == count
    assert filter_of(layer, weights, count - 1).kernel.shape == shape
    with pytest.raises(IndexError):
        filter_of(layer, weights, count)


def test_a_filter_is_the_slice_that_keras_uses() -> None:
    layer, weights = make(*KINDS[1][:3])
    np.testing.assert_array_equal(filter_of(layer, weights, 2).kernel, weights[0][:, :, 2, :])
    layer, weights = make(*KINDS[2][:3])
    np.testing.assert_array_equal(filter_of(layer, weights, 5).kernel[:, :, 0], weights[0][:, :, 2, 1])
    layer, weights = make(*KINDS[4][:3])
    np.testing.assert_array_equal(filter_of(layer, weights, 4).kernel[0], weights[0][:, :, 4])


@pytest.mark.parametrize(("kind", "roles", "shapes", "count", "shape"), KINDS)
def test_a_replaced_filter_is_read_back_and_no_other_changes(kind, roles, shapes, count, shape) -> None:
    layer, weights = make(kind, roles, shapes)
    before = [array.copy() for array in weights]
    new = Filter(np.arange(np.prod(shape), dtype=np.float32).reshape(shape), 9.0)
    edits = with_filter(layer, weights, 1, new)
    changed = [edits.get(number, array) for number, array in enumerate(weights)]
    np.testing.assert_array_equal(filter_of(layer, changed, 1).kernel, new.kernel)
    number = kernel_number(layer)
    assert (changed[number] != weights[number]).sum() == np.prod(shape)
    assert "bias" not in roles or filter_of(layer, changed, 1).bias == 9.0
    for old, array in zip(before, weights, strict=True):
        np.testing.assert_array_equal(old, array)  # the given weights stay as they are


def test_a_filter_of_another_shape_is_refused() -> None:
    layer, weights = make(*KINDS[0][:3])
    with pytest.raises(ValueError, match="in the place of"):
        with_filter(layer, weights, 0, Filter(np.zeros((3, 3, 4), np.float32)))


def test_a_zeroed_filter_is_silent_and_a_zeroed_channel_keeps_the_bias() -> None:
    old = Filter(np.ones((2, 2, 3), np.float32), 4.0)
    assert not zeroed(old).kernel.any() and zeroed(old).bias == 0
    part = zeroed(old, 1)
    assert part.kernel.sum(axis=(0, 1)).tolist() == [4, 0, 4] and part.bias == 4


def test_flips_mirror_rows_columns_or_both() -> None:
    kernel = np.array([[1, 2], [3, 4]], np.float32)[:, :, np.newaxis].repeat(2, axis=2)
    assert flipped(Filter(kernel), "left to right").kernel[:, :, 0].tolist() == [[2, 1], [4, 3]]
    assert flipped(Filter(kernel), "upside down").kernel[:, :, 0].tolist() == [[3, 4], [1, 2]]
    one = flipped(Filter(kernel), "by 180°", channel=1).kernel
    assert one[:, :, 0].tolist() == [[1, 2], [3, 4]] and one[:, :, 1].tolist() == [[4, 3], [2, 1]]


def test_swapped_filters_take_their_biases_along() -> None:
    layer, weights = make(*KINDS[0][:3])
    edits = swapped(layer, weights, 1, 3)
    np.testing.assert_array_equal(edits[0][..., 1], weights[0][..., 3])
    np.testing.assert_array_equal(edits[0][..., 3], weights[0][..., 1])
    assert edits[1][[1, 3]].tolist() == weights[1][[3, 1]].tolist()


def test_layers_without_filters_say_so() -> None:
    assert filter_count(Layer("p", "p", "MaxPooling2D")) == 0
    assert kernel_number(Layer("b", "b", "BatchNormalization", weights=(Weight("gamma", (3,)),))) is None


def test_kernels_of_a_shape_that_the_kind_does_not_have_are_no_filters() -> None:
    for shape in ((3, 3, 5), (3, 3, 0, 5)):
        assert filter_count(Layer("c", "c", "Conv2D", weights=(Weight("kernel", shape),))) == 0


def test_a_bias_of_another_length_than_there_are_filters_is_none_of_theirs() -> None:
    layer, weights = make("Conv2D", ("kernel", "bias"), ((3, 3, 1, 5), (4,)))
    assert filter_of(layer, weights, 4).bias is None
