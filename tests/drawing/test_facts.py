"""The line of facts holds the true numbers."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.drawing.facts import facts_text
from convlab.operations.borders import CenterCrop, Cropping, ZeroPadding
from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.merge import Merge
from convlab.operations.operation import Operation
from convlab.operations.pointwise import Activation
from convlab.operations.pooling import GlobalAveragePooling, MaxPooling
from convlab.operations.rectifiers import PReLU, ReLU
from convlab.operations.reshape import Permute, Reshape
from convlab.operations.transpose import ConvolutionTranspose
from convlab.operations.upsampling import UpSampling


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
        (ZeroPadding(), (10, 10, 1), "Output size 10 + 1 + 1 = 12"),
        (
            Cropping(((1, 2), (0, 0))),
            (10, 12, 1),
            "Output rows 10 − 1 − 2 = 7, columns 12 − 0 − 0 = 12",
        ),
        (CenterCrop(7, 7), (10, 10, 1), "Output size 10 − 1 − 2 = 7"),
        (UpSampling((2, 2)), (7, 7, 8), "Output size 7 × 2 = 14"),
        (ReLU(6), (7, 7, 8), "Output size 7 × 7 × 8, as the input"),
        (
            PReLU(np.ones((1, 1, 8))),
            (7, 7, 8),
            "Output size 7 × 7 × 8, as the input · 8 weights · 392 multiplications",
        ),
        (Reshape((7, -1)), (7, 7, 8), "Output size 7 × 56 from 7 × 7 × 8"),
        (Permute((3, 1, 2)), (7, 6, 8), "Output size 8 × 7 × 6 from 7 × 6 × 8"),
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


@pytest.mark.parametrize(
    ("merge", "shapes", "expected"),
    [
        (Merge("add"), [(7, 7, 8)] * 2, "Output size 7 × 7 × 8, as each of 2 inputs"),
        (
            Merge("multiply"),
            [(7, 7, 8), (1, 1, 8)],
            "Output size 7 × 7 × 8 from 7 × 7 × 8 and 1 × 1 × 8 · 392 multiplications",
        ),
        (
            Merge("concatenate"),
            [(7, 7, 8), (7, 7, 64)],
            "Output size 7 × 7 × 72, channels 8 + 64 = 72",
        ),
        (Merge("concatenate", 0), [(1, 7, 8), (2, 7, 8)], "Output size 3 × 7 × 8, rows 1 + 2 = 3"),
        (Merge("add"), [(7, 7, 8), (6, 7, 8)], ""),
    ],
)
def test_a_merge_tells_what_its_inputs_have_to_do_with_its_size(
    merge: Merge, shapes: list[tuple[int, ...]], expected: str
) -> None:
    assert facts_text(merge, shapes) == expected
