"""Keras is the judge: thousands of random layers, each computed and explained by both."""

from __future__ import annotations

import importlib.util
import os

import numpy as np
import pytest

from convlab.operations.operation import Operation
from convlab.operations.step import WeightedSum
from convlab.problems import Problem
from tests.operations.keras_cases import KINDS, Case, Draw, case, keras_output

pytestmark = [
    pytest.mark.xdist_group("keras"),  # it takes seconds to import: once is enough
    pytest.mark.skipif(
        importlib.util.find_spec("keras") is None, reason="needs Keras: pip install tensorflow-cpu"
    ),
    pytest.mark.filterwarnings(
        "ignore:You are using a softmax over axis"
    ),  # over one filter, here on purpose
]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

IN_A_PART = 75
QUICK_PARTS = 4  # 300 layers
SLOW_PARTS = range(QUICK_PARTS, 44)  # and 3,000 more
CELLS = 4  # explained of each layer
RELATIVE = 1e-5
NOTHING = 1e-6  # what counts as 0, of values up to 4 (products are multiples of 1/64)


@pytest.mark.parametrize("part", range(QUICK_PARTS))
def test_random_layers_agree_with_keras(part):
    compare(part)


@pytest.mark.slow
@pytest.mark.parametrize("part", SLOW_PARTS)
def test_thousands_more_agree_with_keras(part):
    compare(part)


def compare(part: int) -> None:
    """One part of the cases, in which refusals occur but most are computed."""
    computed = sum(agrees(case(seed)) for seed in range(part * IN_A_PART, (part + 1) * IN_A_PART))
    assert IN_A_PART * 0.7 < computed < IN_A_PART


def agrees(case: Case, nothing: float = NOTHING) -> bool:
    """True if both compute the same, False if both refuse; fails for anything else."""
    theirs, ours = output_or_refusal(case), operation_or_refusal(case)
    if isinstance(ours, Problem):
        assert ours.what and (ours.why or ours.remedy), f"{case.settings}: {ours}"
        assert isinstance(theirs, Exception), f"only ours refuses {case.settings}: {ours}"
        return False
    assert not isinstance(theirs, Exception), f"only Keras refuses {case.settings}: {theirs}"
    operation, shape = ours
    assert shape == theirs.shape, case.settings
    output = operation.apply(case.x)
    assert output.dtype == np.float32 and output.shape == shape, case.settings
    close(output, theirs, case.settings, nothing)
    explained_alike(operation, case, theirs, nothing)
    return True


def output_or_refusal(case: Case) -> np.ndarray | Exception:
    try:
        return keras_output(case)
    except Exception as refusal:  # Keras refuses with ValueError, TensorFlow with errors of its own
        return refusal


def operation_or_refusal(case: Case) -> tuple[Operation, tuple[int, ...]] | Problem:
    """The operation and the shape of its output."""
    try:
        operation = case.ours()
        return operation, operation.output_shape(case.x.shape)
    except Problem as refusal:
        return refusal


def explained_alike(operation: Operation, case: Case, theirs: np.ndarray, nothing: float = NOTHING) -> None:
    """The last cell and some others, explained one by one."""
    cells = theirs if theirs.ndim == 3 else theirs[np.newaxis, np.newaxis]
    rng = np.random.default_rng(theirs.size)
    chosen = [tuple(n - 1 for n in cells.shape)]
    chosen += [tuple(int(rng.integers(n)) for n in cells.shape) for _ in range(CELLS - 1)]
    for cell in chosen:
        step = operation.explain(case.x, *cell)
        close(np.float64(step.result), cells[cell], f"{case.settings} at {cell}", nothing)
        if isinstance(step, WeightedSum):
            assert step.total == pytest.approx(step.partial_sums.sum() + step.bias, rel=1e-12, abs=1e-12)
            assert not step.products[~step.inside].any(), "padding of zeros adds nothing"


def close(ours: np.ndarray | np.float64, theirs: np.ndarray, where: str, nothing: float = NOTHING) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=RELATIVE, atol=nothing, err_msg=where)


LARGE = [Draw(seed) for seed in range(24)]


@pytest.mark.parametrize("draw", LARGE, ids=lambda draw: "")
def test_layers_of_large_images_agree_with_keras(draw):
    """These are computed by OpenCV; the real numbers let its Fourier transforms and separated kernels round."""
    from convlab.operations.convolution import Convolution
    from tests.operations.keras_cases import keras_layers

    channels, filters, size = draw.number(1, 3), draw.number(1, 3), draw.number(1, 17)
    strides, dilation = draw.one_of(((1, 1), (1, 1)), (draw.pair(1, 5), (1, 1)), ((1, 1), draw.pair(1, 4)))
    padding = draw.one_of("valid", "same")
    x = draw.rng.random((draw.number(70, 120), draw.number(70, 120), channels), np.float32)
    kernel = draw.rng.normal(size=(size, draw.number(1, 17), channels, filters)).astype(np.float32)
    made = Case(
        f"{x.shape} {kernel.shape} {strides} {padding} {dilation}",
        x,
        lambda: Convolution(kernel, None, strides, padding, dilation),
        lambda: keras_layers().Conv2D(
            filters, kernel.shape[:2], strides, padding, dilation_rate=dilation, use_bias=False
        ),
        [kernel],
    )
    theirs, ours = keras_output(made), made.ours().apply(x)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=RELATIVE * np.abs(theirs).max())


def test_every_kind_of_layer_is_among_the_cases():
    names = {case(seed).settings.split()[0] for seed in range(len(KINDS) * 3)}
    assert {"Conv2D", "DepthwiseConv2D", "Conv2DTranspose", "MaxPooling2D", "AveragePooling2D"} <= names
