"""Keras is the judge of the layers that only networks have, and of the ways to merge several inputs."""

from __future__ import annotations

import importlib.util
import os

import numpy as np
import pytest

from convlab.operations.merge import Merge
from convlab.operations.operation import image_of
from convlab.operations.separable import separable_parts
from convlab.operations.upsampling import UpSampling
from convlab.problems import Problem
from tests.operations.keras_cases import Draw, keras_layers
from tests.operations.keras_network_cases import MergeCase, merge_case, network_case
from tests.operations.test_against_keras import agrees, close

pytestmark = [
    pytest.mark.xdist_group("keras"),
    pytest.mark.skipif(
        importlib.util.find_spec("keras") is None, reason="needs Keras: pip install tensorflow-cpu"
    ),
]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

IN_A_PART = 70
QUICK = range(2)
SLOW = range(2, 30)
NOTHING = 1e-5  # a normalisation rounds on its way; of sums of 1/64, a wrong cell differs by more
MERGES, MORE_MERGES = range(70), range(70, 1000)


@pytest.mark.parametrize("part", QUICK)
def test_random_layers_of_networks_agree_with_keras(part: int) -> None:
    compare(part)


@pytest.mark.slow
@pytest.mark.parametrize("part", SLOW)
def test_many_more_layers_of_networks_agree_with_keras(part: int) -> None:
    compare(part)


def compare(part: int) -> None:
    computed = sum(
        agrees(network_case(seed), NOTHING) for seed in range(part * IN_A_PART, (part + 1) * IN_A_PART)
    )
    assert computed > IN_A_PART * 0.8


def test_random_merges_agree_with_keras() -> None:
    computed = sum(merges_agree(merge_case(seed)) for seed in MERGES)
    assert len(MERGES) * 0.7 < computed < len(MERGES)


@pytest.mark.slow
def test_many_more_merges_agree_with_keras() -> None:
    assert sum(merges_agree(merge_case(seed)) for seed in MORE_MERGES) > len(MORE_MERGES) * 0.7


def merges_agree(case: MergeCase) -> bool:
    """True if both compute the same, False if both refuse; fails for anything else."""
    try:
        theirs = np.asarray(case.layer()([x[np.newaxis] for x in case.inputs]))[0]
    except Exception:  # Keras refuses with ValueError, TensorFlow with errors of its own
        with pytest.raises(Problem):
            case.ours().apply(case.inputs)
        return False
    merge, shapes = case.ours(), [x.shape for x in case.inputs]
    assert merge.output_shape(shapes) == theirs.shape, case.settings
    output = merge.apply(case.inputs)
    assert output.dtype == np.float32
    close(output, theirs, case.settings)
    merged_cells_are_explained(case, merge, image_of(theirs))
    return True


def merged_cells_are_explained(case: MergeCase, merge: Merge, cells: np.ndarray) -> None:
    images, rng = [image_of(x) for x in case.inputs], np.random.default_rng(cells.size)
    for _ in range(4):
        cell = tuple(int(rng.integers(n)) for n in cells.shape)
        step = merge.explain(case.inputs, *cell)
        close(np.float64(step.result), cells[cell], f"{case.settings} at {cell}")
        read = [images[number][r, c, f] for number, r, c, f in step.sources]
        np.testing.assert_array_equal(step.values, read)


@pytest.mark.parametrize("seed", range(12))
def test_a_separable_convolution_is_its_two_parts(seed: int) -> None:
    draw = Draw(seed)
    x, (kh, kw), stride = draw.image(low=4), draw.pair(1, 4), draw.number(1, 2)
    dilation, padding = draw.pair(1, 2), draw.one_of("valid", "same")
    channels, multiplier, filters = x.shape[2], draw.number(1, 3), draw.number(1, 4)
    own, mixed = (
        draw.eighths(kh, kw, channels, multiplier),
        draw.eighths(1, 1, channels * multiplier, filters),
    )
    bias = draw.eighths(filters)
    layer = keras_layers().SeparableConv2D(
        filters, (kh, kw), stride, padding, dilation_rate=dilation, depth_multiplier=multiplier, activation="relu"
    )  # fmt: skip
    try:
        layer.build((None, *x.shape))
        layer.set_weights([own, mixed, bias])
        theirs = np.asarray(layer(x[np.newaxis]))[0]
    except ValueError:
        pytest.skip("Keras refuses: the kernel is larger than the image")
    first, second = separable_parts(own, mixed, bias, (stride, stride), padding, dilation, "relu")
    between = first.apply(x)
    close(second.apply(between), theirs, f"{x.shape} {own.shape} {stride} {padding} {dilation}")
    close(np.float64(second.explain(between, 0, 0, filters - 1).result), theirs[0, 0, -1], "first cell")


@pytest.mark.parametrize("size", [(3, 5), (6, 7), (9, 1)])
def test_interpolation_by_other_sizes_agrees_but_for_rounding(size: tuple[int, int]) -> None:
    x, operation = Draw(3).image(low=3), UpSampling(size, "bilinear")
    theirs = np.asarray(keras_layers().UpSampling2D(size, interpolation="bilinear")(x[np.newaxis]))[0]
    np.testing.assert_allclose(operation.apply(x), theirs, rtol=0, atol=2e-5)
    for row, column in ((0, 0), (size[0], 2), (theirs.shape[0] - 1, theirs.shape[1] - 1)):
        result = operation.explain(x, row, column, 0).result
        assert result == pytest.approx(theirs[row, column, 0], abs=2e-5)
