"""The line of facts holds the true numbers."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.drawing.facts import facts_text
from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.operation import Operation
from convlab.operations.pointwise import Activation
from convlab.operations.pooling import GlobalAveragePooling, MaxPooling
from convlab.operations.transpose import ConvolutionTranspose


def _kernel(*shape: int) -> np.ndarray:
    return np.ones(shape, np.float32)


def test_a_same_convolution_of_a_letter_reads_as_on_the_board() -> None:
    text = facts_text(Convolution(_kernel(3, 3, 1, 1), padding="same"), (10, 10, 1))
    assert text == (
        "Output size ⌊(10 + 1 + 1 − 3) / 1⌋ + 1 = 10 · 9 weights + 1 bias · 900 multiplications"
        " · a dense layer would need 10,000 weights"
    )


def test_axes_that_differ_are_both_told() -> None:
    text = facts_text(Convolution(_kernel(1, 5, 3, 2), strides=(1, 2)), (8, 28, 3))
    assert "Output rows ⌊(8 − 1) / 1⌋ + 1 = 8, columns ⌊(28 − 5) / 2⌋ + 1 = 12" in text
    assert "30 weights + 2 biases" in text
    assert "2,880 multiplications" in text  # 8 * 12 positions, 15 weights for each of 2 filters


def test_dilation_enters_the_formula_as_the_reach_of_the_kernel() -> None:
    text = facts_text(Convolution(_kernel(3, 3, 1, 1), dilation_rate=(2, 2)), (10, 10, 1))
    assert "⌊(10 − 5) / 1⌋ + 1 = 6" in text


def test_keras_own_padding_stands_in_the_formula_of_a_strided_same_convolution() -> None:
    text = facts_text(Convolution(_kernel(3, 3, 1, 1), padding="same", strides=(2, 2)), (28, 28, 1))
    assert "⌊(28 + 0 + 1 − 3) / 2⌋ + 1 = 14" in text


@pytest.mark.parametrize(
    ("operation", "shape", "expected"),
    [
        (MaxPooling((2, 2)), (10, 10, 1), "Output size ⌊(10 − 2) / 2⌋ + 1 = 5"),
        (Activation("relu"), (10, 10, 1), "Output size 10 × 10 × 1, as the input"),
        (Flatten(), (5, 5, 2), "Output size 5 × 5 × 2 = 50"),
        (GlobalAveragePooling(), (5, 5, 2), "Output size 2 · 2 multiplications"),
        (
            Dense(_kernel(50, 10)),
            (50,),
            "Output size 10 · 500 weights + 10 biases · 500 multiplications",
        ),
    ],
)
def test_other_operations_tell_what_applies_to_them(
    operation: Operation, shape: tuple[int, ...], expected: str
) -> None:
    assert facts_text(operation, shape) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"padding": "valid"}, "(3 − 1) × 2 + 3 = 7"),
        ({"padding": "same"}, "3 × 2 = 6"),
        ({"padding": "same", "output_padding": (0, 0)}, "(3 − 1) × 2 + 1 = 5"),
        ({"padding": "valid", "output_padding": (1, 1)}, "(3 − 1) × 2 + 3 + 1 = 8"),
    ],
)
def test_a_transposed_convolution_grows_by_its_stride(settings: dict[str, object], expected: str) -> None:
    operation = ConvolutionTranspose(_kernel(3, 3, 1, 1), strides=(2, 2), **settings)  # type: ignore[arg-type]
    assert f"Output size {expected} ·" in facts_text(operation, (3, 3, 1))


def test_what_cannot_be_has_no_facts() -> None:
    assert facts_text(Convolution(_kernel(11, 11, 1, 1)), (10, 10, 1)) == ""
