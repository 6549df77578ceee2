"""Padding, cropping, upsampling, reshaping and normalising by hand; Keras judges in a file of its own."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.operations.borders import CenterCrop, Cropping, ZeroPadding
from convlab.operations.dense import Flatten
from convlab.operations.normalization import LayerNormalization, Normalization
from convlab.operations.operation import Operation, Shape, as_image, image_of
from convlab.operations.pooling import GlobalAveragePooling
from convlab.operations.rectifiers import PReLU, ReLU
from convlab.operations.reshape import Permute, Reshape
from convlab.operations.separable import depthwise
from convlab.operations.step import PointwiseStep, WeightedSum
from convlab.operations.upsampling import UpSampling
from convlab.problems import Problem

SQUARE = np.array([[1, 2], [3, 4]], np.float32)[:, :, np.newaxis]
X = np.arange(24, dtype=np.float32).reshape(2, 4, 3) - 7
ONES = np.ones(3, np.float32)


def operations() -> list[Operation]:
    """Every operation of this file's, for an image of 2×4×3."""
    return [
        ZeroPadding(((1, 2), (0, 3))),
        Cropping(((1, 0), (1, 2))),
        CenterCrop(1, 3),
        UpSampling((2, 3)),
        UpSampling((3, 2), "bilinear"),
        Reshape((4, 2, 3)),
        Reshape((3, -1, 2)),
        Reshape((-1,)),
        Reshape((4, 6)),
        Permute((2, 1, 3)),
        Permute((3, 1, 2)),
        Flatten("channels_first"),
        ReLU(6, 0.1, 1),
        PReLU(np.array([[[0.5, 0, -2]]], np.float32)),
        Normalization(ONES, 4 * ONES),
        LayerNormalization(ONES, 0 * ONES),
        GlobalAveragePooling(keepdims=True),
    ]


# --- what every operation promises ---


@pytest.mark.parametrize("operation", operations(), ids=lambda one: f"{one.title} {one.summary}")
def test_every_cell_is_explained_as_it_is_computed(operation: Operation) -> None:
    output = operation.apply(X)
    assert output.shape == operation.output_shape(X.shape) and output.dtype == np.float32
    for row, column, channel in np.ndindex(*as_image(output.shape)):
        step = operation.explain(X, row, column, channel)
        assert (step.row, step.column, step.filter) == (row, column, channel)
        assert step.result == pytest.approx(image_of(output)[row, column, channel], abs=1e-5)
        assert step.window.shape == (len(step.rows), len(step.columns), len(step.channels))
        assert step.inside.shape == step.window.shape[:2] and step.window.dtype == np.float64


@pytest.mark.parametrize("operation", operations(), ids=lambda one: f"{one.title} {one.summary}")
def test_positions_lead_there_and_back(operation: Operation) -> None:
    """What a step reads lies at its cell's positions, and who reads a cell is found from it."""
    reads = reads_of(operation, X.shape)
    read = np.zeros(X.shape[:2], np.bool_)
    for (row, column), cells in reads.items():
        rows, columns = operation.window_positions(X.shape, row, column)
        positions = {(r, c) for r in rows.tolist() for c in columns.tolist()}
        assert cells <= positions
        for cell in cells:
            read[cell] = True
            readers = operation.readers_of(X.shape, *cell)
            assert row in readers[0] and column in readers[1]
    assert np.array_equal(np.logical_and.outer(*operation.cells_read(X.shape)), read)


def reads_of(operation: Operation, shape: Shape) -> dict[tuple[int, int], set[tuple[int, int]]]:
    """For each output cell the input cells that its steps read, in any channel; found from the steps alone."""
    rows, columns, channels = as_image(operation.output_shape(shape))
    found: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for row, column, channel in np.ndindex(rows, columns, channels):
        step = operation.explain(X, row, column, channel)
        cells = {
            (int(step.rows[a]), int(step.columns[b])) for a, b in zip(*step.inside.nonzero(), strict=True)
        }
        found.setdefault((row, column), set()).update(cells)
    return found


@pytest.mark.parametrize("operation", operations(), ids=lambda one: f"{one.title} {one.summary}")
@pytest.mark.parametrize("cell", [(-1, 0, 0), (99, 0, 0), (0, 99, 0), (0, 0, 999)])
def test_there_is_no_step_outside_the_output(operation: Operation, cell: tuple[int, int, int]) -> None:
    with pytest.raises(IndexError):
        operation.explain(X, *cell)


# --- by hand ---


def test_padding_puts_zeros_around_and_says_so() -> None:
    padding = ZeroPadding(((1, 0), (0, 1)))
    np.testing.assert_array_equal(padding.apply(SQUARE)[:, :, 0], [[0, 0, 0], [1, 2, 0], [3, 4, 0]])
    border, copied = padding.explain(SQUARE, 0, 0), padding.explain(SQUARE, 2, 1)
    assert (border.name, border.formula, border.inside.item(), border.result) == (
        "padding", "padding: 0", False, 0,
    )  # fmt: skip
    assert (copied.name, copied.rows.item(), copied.columns.item(), copied.result) == ("copy", 1, 1, 4)
    assert padding.padding_amounts((2, 2, 1)) == ((1, 0), (0, 1))


def test_cropping_keeps_what_lies_inside() -> None:
    cropping = Cropping(((1, 0), (0, 1)))
    assert cropping.apply(SQUARE).tolist() == [[[3]]]
    assert cropping.padding_amounts((2, 2, 1)) == ((0, 0), (0, 0))
    with pytest.raises(Problem, match="takes away 2 rows, and the image has 2"):
        Cropping(((1, 1), (0, 0))).output_shape((2, 2, 1))


def test_a_centre_crop_leaves_the_larger_border_below_and_right() -> None:
    assert CenterCrop(1, 2).apply(np.arange(4, dtype=np.float32).reshape(2, 2, 1))[0, :, 0].tolist() == [0, 1]
    assert CenterCrop(1, 1).removed((4, 3, 1)) == ((1, 2), (1, 1))
    with pytest.raises(Problem, match="smaller than the crop of 3×1"):
        CenterCrop(3, 1).output_shape((2, 2, 1))


@pytest.mark.parametrize("make", [ZeroPadding, Cropping])
def test_amounts_below_zero_are_refused(make: type[Operation]) -> None:
    with pytest.raises(Problem, match="cannot be negative"):
        make(((0, -1), (0, 0)))  # type: ignore[call-arg]


def test_upsampling_copies_or_mixes() -> None:
    assert UpSampling((1, 2)).apply(SQUARE)[:, :, 0].tolist() == [[1, 1, 2, 2], [3, 3, 4, 4]]
    mixed = UpSampling((1, 2), "bilinear")
    assert mixed.apply(SQUARE)[0, :, 0].tolist() == [1, 1.25, 1.75, 2]
    step = mixed.explain(SQUARE, 0, 1)
    assert isinstance(step, WeightedSum)
    assert step.weights.ravel().tolist() == [0.75, 0.25] and step.columns.tolist() == [0, 1]
    with pytest.raises(Problem, match="bicubic"):
        UpSampling((2, 2), "bicubic")


def test_a_mixed_cell_between_four_reads_all_of_them() -> None:
    step = UpSampling((2, 2), "bilinear").explain(SQUARE, 1, 1)
    assert isinstance(step, WeightedSum)
    assert step.weights[:, :, 0].tolist() == [[0.5625, 0.1875], [0.1875, 0.0625]]
    assert step.result == 1 * 0.5625 + 2 * 0.1875 + 3 * 0.1875 + 4 * 0.0625


def test_reshape_keeps_the_order_of_the_numbers() -> None:
    reshape = Reshape((4, -1))
    assert reshape.output_shape((2, 4, 3)) == (4, 6)
    step = reshape.explain(X, 0, 1, 2)  # number 8 of 24: row 0, column 2, channel 2
    assert (step.rows.item(), step.columns.item(), step.channels.item()) == (0, 2, 2)
    with pytest.raises(Problem, match="24 numbers cannot be arranged as 5×−1"):
        Reshape((5, -1)).output_shape((2, 4, 3))
    with pytest.raises(Problem, match="at least 1"):
        Reshape((-1, -1))


def test_a_table_is_one_row_of_cells() -> None:
    table = np.arange(6, dtype=np.float32).reshape(2, 3)
    step = Reshape((2, 3, 1)).explain(table, 1, 2)
    assert (step.rows.item(), step.columns.item(), step.channels.item(), step.result) == (0, 1, 2, 5)


def test_permute_counts_axes_from_one() -> None:
    permute = Permute((3, 1, 2))
    assert permute.apply(X).shape == (3, 2, 4)
    step = permute.explain(X, 2, 1, 3)
    assert (step.rows.item(), step.columns.item(), step.channels.item()) == (1, 3, 2)
    with pytest.raises(Problem, match="no order of axes"):
        Permute((0, 1, 2))


def test_flattening_channels_first_tells_channel_by_channel() -> None:
    image = np.stack([SQUARE[:, :, 0], 10 * SQUARE[:, :, 0]], axis=2)
    assert Flatten().apply(image).tolist() == [1, 10, 2, 20, 3, 30, 4, 40]
    assert Flatten("channels_first").apply(image).tolist() == [1, 2, 3, 4, 10, 20, 30, 40]


def test_a_relu_with_settings_is_steep_below_and_flat_above() -> None:
    x = np.array([[[-2, 0.5, 1.5, 9]]], np.float32)
    np.testing.assert_allclose(ReLU(6, 0.1, 1).apply(x)[0, 0], [-0.3, -0.05, 1.5, 6], rtol=1e-6)
    assert ReLU().apply(x)[0, 0].tolist() == [0, 0.5, 1.5, 9]
    assert ReLU(6).explain(x, 0, 0, 3).terms == (("most", 6.0),)


def test_a_value_at_the_threshold_is_below_it_in_the_step_too() -> None:
    x = np.array([[[0.1]]], np.float32)
    assert ReLU(threshold=0.1).apply(x).item() == ReLU(threshold=0.1).explain(x, 0, 0).result == 0


def test_prelu_has_a_slope_for_each_channel() -> None:
    x, prelu = np.full((1, 1, 2), -4, np.float32), PReLU(np.array([[[0.5, 0.25]]]))
    assert prelu.apply(x).tolist() == [[[-2, -1]]]
    assert prelu.explain(x, 0, 0, 1).terms == (("alpha", 0.25),)
    with pytest.raises(Problem, match="1×1×2, and 1×1×3 numbers"):
        prelu.output_shape((1, 1, 3))


def test_normalization_divides_by_the_deviation_or_by_nearly_nothing() -> None:
    x = np.array([[[5, 5]]], np.float32)
    assert Normalization([1, 4], [4, 0]).apply(x)[0, 0].tolist() == pytest.approx([2, 1e7])
    assert Normalization(3, 16).explain(x, 0, 0, 1).result == 0.5


def test_layer_normalization_looks_at_one_cell_only() -> None:
    x = np.array([[[1, 3], [10, 12]]], np.float32)
    operation = LayerNormalization(np.array([1, 2]), np.array([0, 5]), 0)
    np.testing.assert_allclose(operation.apply(x)[0, 0], [-1, 7])
    step = operation.explain(x, 0, 0, 1)
    assert step.result == 7 and step.window.ravel().tolist() == [1, 3]
    assert dict(step.terms) == {"mean": 2, "variance": 1, "gamma": 2, "beta": 5, "epsilon": 0}


def test_a_depthwise_kernel_filters_each_channel_by_itself() -> None:
    kernel = np.arange(4, dtype=np.float32).reshape(
        1, 1, 2, 2
    )  # channel 0: × 0 and × 1; channel 1: × 2 and × 3
    assert depthwise(kernel).apply(np.array([[[10, 100]]], np.float32))[0, 0].tolist() == [0, 10, 200, 300]


@pytest.mark.parametrize(
    ("operation", "shape", "weights", "multiplications"),
    [
        (ZeroPadding(), (2, 4, 3), 0, 0),
        (UpSampling((2, 2), "bilinear"), (2, 4, 3), 0, 4 * 4 * 8 * 3),
        (PReLU(np.ones((1, 1, 3))), (2, 4, 3), 3, 24),
        (LayerNormalization(ONES, ONES), (2, 4, 3), 6, 48),
        (Normalization(ONES, ONES), (2, 4, 3), 6, 24),
    ],
)
def test_weights_and_multiplications_are_counted(
    operation: Operation, shape: Shape, weights: int, multiplications: int
) -> None:
    assert (operation.weight_count(), operation.multiplications(shape)) == (weights, multiplications)


def test_a_step_that_copies_is_a_pointwise_step() -> None:
    assert isinstance(UpSampling().explain(X, 0, 0), PointwiseStep)
