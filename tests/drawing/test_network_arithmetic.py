"""The lines of merges, copies, padding and softmax add up, or say that they are rounded."""

from __future__ import annotations

import random
from decimal import Decimal, localcontext
from fractions import Fraction
from math import prod

import numpy as np
import pytest

from convlab.drawing.arithmetic import Arithmetic, Telling, arithmetic_of
from convlab.operations.borders import Cropping, ZeroPadding
from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.merge import Merge
from convlab.operations.normalization import LayerNormalization, Normalization
from convlab.operations.pointwise import Activation, Rescaling
from convlab.operations.rectifiers import PReLU, ReLU
from convlab.operations.reshape import Permute, Reshape
from convlab.operations.upsampling import UpSampling
from tests.drawing.test_arithmetic import KINDS, numbers, read


def image(*values: float) -> np.ndarray:
    """One cell."""
    return np.array(values, np.float32).reshape(1, 1, -1)


def merged(kind: str, *values: float, names: tuple[str, ...] = ()) -> Arithmetic:
    return arithmetic_of(
        Merge(kind).explain([image(value) for value in values], 0, 0), telling=Telling(channels=names)
    )


def texts(line: Arithmetic) -> list[str]:
    return [term.text for term in line.terms]


# --- merges by hand ---


@pytest.mark.parametrize(
    ("kind", "values", "sign", "result"),
    [
        ("add", (1.5, -2, 4), "+", "3.5"),
        ("add", (0.5, 0.5), "+", "1"),
        ("subtract", (1.5, -2), "−", "3.5"),
        ("multiply", (-1.5, 4), "×", "−6"),
        ("average", (1, 2, 6), "+", "3"),
        ("maximum", (-1, 7, 7), "", "7"),
        ("minimum", (-1, 7, 7), "", "−1"),
    ],
)
def test_short_numbers_are_merged_exactly(
    kind: str, values: tuple[float, ...], sign: str, result: str
) -> None:
    line = merged(kind, *values)
    assert [read(text) for text in texts(line)] == [Decimal(str(value)) for value in values]
    assert (line.kind, line.sign, line.result_text, line.rounded) == ("merge", sign, result, False)
    assert [term.name for term in line.terms] == [f"input {i + 1}" for i in range(len(values))]


def test_inputs_are_called_by_their_layers() -> None:
    line = merged("add", 1, 2, names=("conv2d_3", "pool"))
    assert [term.name for term in line.terms] == ["conv2d_3", "pool"]


def test_an_average_that_does_not_end_is_rounded() -> None:
    line = merged("average", 1, 2, 2)
    assert (line.sum_text, line.count, line.result_text, line.rounded) == ("5", 3, "1.667", True)


def test_winners_are_marked() -> None:
    assert [term.winner for term in merged("maximum", 7, 1, 7).terms] == [True, False, True]
    assert [term.winner for term in merged("minimum", 7, 1, 7).terms] == [False, True, False]
    assert "the smallest of 7, 1, 7 is 1" in merged("minimum", 7, 1, 7).spoken


def test_a_concatenated_cell_is_copied_and_says_from_where() -> None:
    merge = Merge("concatenate")
    line = arithmetic_of(
        merge.explain([image(1, 2), image(3.5, 4)], 0, 0, 2), telling=Telling(channels=("a", "b"))
    )
    assert (texts(line), line.note, line.result_text, line.rounded) == (
        ["3.5"],
        "copied from b",
        "3.5",
        False,
    )
    assert line.terms[0].name == "b"


def test_very_many_inputs_are_counted_and_not_listed() -> None:
    line = merged("add", *range(30))
    assert (line.terms, line.count, line.result_text) == ((), 30, "435")


@pytest.mark.parametrize("kind", ["add", "multiply", "maximum", "concatenate"])
def test_what_is_no_number_is_said(kind: str) -> None:
    assert merged(kind, np.nan, 1).result_text == "NaN"
    assert merged(kind, np.inf, 1).result_text == "∞"


def test_random_merges_add_up_or_say_that_they_are_rounded() -> None:
    source, choice = np.random.default_rng(7), random.Random(7)
    exact_ones = 0
    with localcontext() as context:
        context.prec = 200
        for _ in range(2000):
            kind = choice.choice(["add", "subtract", "multiply", "average", "maximum", "minimum"])
            many = 2 if kind == "subtract" else choice.randrange(1, 6)
            values = [float(numbers(choice.choice(KINDS), (1,), source)[0]) for _ in range(many)]
            step = Merge(kind).explain([image(value) for value in values], 0, 0)
            line = arithmetic_of(step)
            check(kind, line, step.result)
            exact_ones += not line.rounded
    assert exact_ones > 500


def check(kind: str, line: Arithmetic, result: float) -> None:
    shown, written = [read(text) for text in texts(line)], read(line.result_text)
    if kind in ("add", "subtract"):
        assert written == (sum(shown) if kind == "add" else shown[0] - shown[1])
    elif kind == "average":
        assert sum(shown) == read(line.sum_text)
        assert line.rounded or Fraction(read(line.sum_text)) / line.count == Fraction(written)
    elif kind in ("maximum", "minimum"):
        assert written == (max(shown) if kind == "maximum" else min(shown))
    elif not line.rounded:
        assert written == prod(shown, start=Decimal(1))
    blur = 1e-3 * max(abs(float(number)) for number in [*shown, written])
    assert float(written) == pytest.approx(result, abs=blur)


# --- copies and padding ---


def test_padding_says_that_it_is_padding() -> None:
    line = arithmetic_of(ZeroPadding().explain(image(5), 0, 0))
    assert (line.note, line.result_text, line.rounded) == ("padding: 0", "0", False)
    assert line.terms[0].inside is False and line.terms[0].name == "padding"
    assert line.spoken == "Row 0, column 0: padding, 0"


@pytest.mark.parametrize(
    ("operation", "place", "source"),
    [
        (ZeroPadding(), (1, 2, 1), "row 0, column 1, channel 1"),
        (Cropping(((0, 0), (1, 0))), (0, 0, 1), "row 0, column 1, channel 1"),
        (UpSampling((2, 2)), (1, 3, 0), "row 0, column 1, channel 0"),
        (Reshape((4, 1, 1)), (2, 0, 0), "row 0, column 1, channel 0"),
        (Permute((3, 2, 1)), (1, 0, 0), "row 0, column 0, channel 1"),
        (Flatten(), (0, 0, 3), "row 0, column 1, channel 1"),
        (Flatten("channels_first"), (0, 0, 1), "row 0, column 1, channel 0"),
    ],
)
def test_a_copy_names_the_cell_it_comes_from(
    operation: Reshape, place: tuple[int, int, int], source: str
) -> None:
    x = np.array([[[1, 2], [3, 4.1234567]]], np.float32)
    step = operation.explain(x, *place)
    line = arithmetic_of(step)
    assert line.note == f"copied from {source}" and line.terms[0].name == source
    assert not line.rounded and line.result_text == texts(line)[0]


# --- functions ---


@pytest.mark.parametrize(
    ("operation", "value", "result", "rounded"),
    [
        (ReLU(6, 0.1, 1), -1.6, "−0.26", False),
        (ReLU(6), 7.25, "6", False),
        (PReLU(np.full((1, 1, 1), 0.25)), -1.6, "−0.4", False),
        (PReLU(np.full((1, 1, 1), 1.001)), -1234.567, "−1,235.8016", True),
        (Rescaling(2, 0.1), 0.2, "0.5", False),
        (Rescaling(), 255, "1", True),
        (Activation("leaky_relu", 0.1), -0.3, "−0.03", False),
        (Normalization(0.5, 0.25), 1.5, "2", True),  # a root is no straight line
    ],
)
def test_straight_functions_are_exact_where_decimals_are(
    operation: ReLU, value: float, result: str, rounded: bool
) -> None:
    line = arithmetic_of(operation.explain(image(value), 0, 0))
    assert (line.result_text, line.rounded) == (result, rounded)


def test_the_numbers_of_a_layer_normalisation_are_named_as_in_its_formula() -> None:
    line = arithmetic_of(LayerNormalization(np.ones(2), np.zeros(2)).explain(image(1, 3), 0, 0, 1))
    assert [term.name for term in line.terms] == ["x", "mean", "variance", "γ", "β", "ε"]
    assert texts(line)[:3] == ["3", "2", "1"]


def test_interpolation_has_no_bias() -> None:
    line = arithmetic_of(UpSampling((1, 2), "bilinear").explain(np.array([[[1], [2]]], np.float32), 0, 1))
    assert ([term.factors for term in line.terms], line.bias_text, line.result_text, line.rounded) == (
        [("1", "0.75"), ("2", "0.25")], "", "1.25", False,
    )  # fmt: skip


# --- softmax ---


def test_a_softmax_shows_the_powers_that_it_divides_by() -> None:
    line = arithmetic_of(Activation("softmax").explain(image(0, 1, 2), 0, 0, 1))
    softmax = line.softmax
    assert softmax is not None
    assert [term.text for term in softmax.terms] == ["1.00", "2.72", "7.39"]
    assert [term.winner for term in softmax.terms] == [False, True, False]
    assert (softmax.power, softmax.own_text, softmax.sum_text) == ("eˣ", "2.718", "11.11")
    assert (line.result_text, line.rounded) == ("0.24472848", True)


def test_equal_numbers_share_exactly() -> None:
    line = arithmetic_of(Activation("softmax").explain(image(0, 0, 0, 0), 0, 0, 1))
    assert line.softmax is not None
    assert [term.text for term in line.softmax.terms] == ["1"] * 4
    assert (line.softmax.sum_text, line.result_text, line.rounded) == ("4", "0.25", False)


def test_of_many_classes_the_largest_and_the_own_are_shown() -> None:
    values = np.linspace(-3, 3, 1000).astype(np.float32)
    line = arithmetic_of(
        Activation("softmax").explain(values, 0, 0, 2), telling=Telling(classes=("cat", "dog", "frog"))
    )
    assert line.softmax is not None
    names = [term.name for term in line.softmax.terms]
    assert names == ["class 999", "class 998", "class 997", "class 996", "frog", "995 others"]
    assert [term.winner for term in line.softmax.terms].index(True) == 4


@pytest.mark.parametrize("shift", [-900.0, 90.0, 1e6])
def test_far_numbers_are_moved_near_before_they_are_raised(shift: float) -> None:
    line = arithmetic_of(Activation("softmax").explain(image(shift, shift + 1), 0, 0, 1))
    assert line.softmax is not None
    assert line.softmax.power.startswith("e^(x ")
    assert [term.text for term in line.softmax.terms] == ["0.368", "1.000"]
    assert float(read(line.result_text)) == pytest.approx(1 / (1 + np.exp(-1)), rel=1e-6)


def test_a_dense_layer_with_softmax_shows_all_its_sums() -> None:
    kernel = np.array([[1, 0, -1]], np.float32)
    line = arithmetic_of(Dense(kernel, None, "softmax").explain(np.array([1], np.float32), 0, 0, 2))
    assert line.total_text == "−1" and line.softmax is not None
    assert [term.text for term in line.softmax.terms] == ["2.718", "1.000", "0.368"]
    assert line.softmax.sum_text == "4.086" and line.rounded


def test_random_softmaxes_add_up() -> None:
    source = np.random.default_rng(8)
    for number in range(500):
        values = source.normal(size=source.integers(1, 40)) * 10.0 ** source.integers(-3, 4)
        own = int(source.integers(len(values)))
        step = Activation("softmax").explain(values.astype(np.float32), 0, 0, own)
        softmax = arithmetic_of(step).softmax
        assert softmax is not None
        assert sum(read(term.text) for term in softmax.terms) == read(softmax.sum_text), number
        quotient = float(read(softmax.own_text) / read(softmax.sum_text))
        assert quotient == pytest.approx(step.result, rel=2e-3, abs=1e-30), number


def test_a_class_with_no_chance_has_a_small_power_and_not_0() -> None:
    line = arithmetic_of(Activation("softmax").explain(image(10, 0, -900), 0, 0, 2))
    softmax = line.softmax
    assert softmax is not None
    assert [term.text for term in softmax.terms] == ["1.000", "<0.001", "<0.001"]
    assert softmax.own_text == "6.195e−396" and line.rounded


@pytest.mark.filterwarnings("ignore:invalid value")
def test_infinite_sums_have_no_powers() -> None:
    line = arithmetic_of(Activation("softmax").explain(image(np.inf, 1), 0, 0, 1))
    assert line.softmax is None


def test_folded_channels_may_stand_in_the_order_of_what_they_add() -> None:
    x = np.arange(1, 5, dtype=np.float32).reshape(1, 1, 4).repeat(3, 0).repeat(3, 1)
    kernel = np.ones((3, 3, 4, 1), np.float32) * np.array([1, -5, 0, 2], np.float32).reshape(1, 1, 4, 1)
    step = Convolution(kernel).explain(x, 0, 0, 0)
    by_number = arithmetic_of(step)
    by_strength = arithmetic_of(step, telling=Telling(strongest_first=True))
    assert [term.name for term in by_number.terms] == [f"channel {k}" for k in range(4)]
    assert [term.name for term in by_strength.terms] == ["channel 1", "channel 3", "channel 0", "channel 2"]
    assert [term.part for term in by_strength.terms] == [1, 3, 0, 2]
    assert by_strength.sum_text == by_number.sum_text == "−9"
