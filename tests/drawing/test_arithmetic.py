"""What stands in the strip adds up, or says that it is rounded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from convlab.drawing.arithmetic import MOST_PARTS, MOST_TERMS, Arithmetic, Telling, arithmetic_of
from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense
from convlab.operations.pointwise import Activation, BatchNormalization, Rescaling
from convlab.operations.pooling import AveragePooling, GlobalAveragePooling, MaxPooling
from convlab.operations.step import PoolingStep, Step, WeightedSum
from convlab.operations.transpose import ConvolutionTranspose

LETTER = np.array([[0, 9, 3], [2, 1, 0], [4, 0, 5]], np.float32)[:, :, None]
SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32)


def read(text: str) -> Decimal:
    """A number as it stands on the screen; what is less than the last decimal counts as nothing in a sum."""
    if text.startswith(("<", ">−")):
        return Decimal(0)
    return Decimal(text.replace(",", "").replace("−", "-"))


def shortest(value: float) -> Fraction:
    """The number that a person reads in a cell: the shortest decimal of the float32."""
    return Fraction(Decimal(str(np.float32(value))))


def convolved(pixels: np.ndarray, kernel: np.ndarray, **settings: object) -> WeightedSum:
    step = Convolution(kernel.reshape(*kernel.shape[:2], 1, 1), **settings).explain(pixels, 0, 0)
    assert isinstance(step, WeightedSum)
    return step


# --- by hand ---


def test_whole_numbers_are_shown_term_by_term_and_exactly() -> None:
    line = arithmetic_of(convolved(LETTER, SOBEL))
    assert [term.text for term in line.terms] == ["0", "0", "3", "−4", "0", "0", "−4", "0", "5"]
    assert [term.factors for term in line.terms][3] == ("2", "−2")
    assert (line.sum_text, line.result_text, line.rounded) == ("0", "0", False)


def test_tenths_are_exact_though_no_computer_stores_them_exactly() -> None:
    tenths = np.full((3, 3, 1), 0.1, np.float32)
    line = arithmetic_of(convolved(tenths, np.full((3, 3), 0.1, np.float32)))
    assert [term.text for term in line.terms] == ["0.01"] * 9
    assert (line.total_text, line.rounded) == ("0.09", False)


def test_ninths_are_rounded_and_still_add_up() -> None:
    line = arithmetic_of(convolved(LETTER, np.full((3, 3), 1 / 9, np.float32)))
    assert line.rounded
    assert line.terms[1].factors == ("9", "1/9")
    assert sum(read(term.text) for term in line.terms) == read(line.total_text)
    assert line.total_text == "2.667"


def test_pixels_are_decimals_that_can_be_compared_and_only_weights_are_fractions() -> None:
    levels = np.array([[68, 11, 236], [218, 96, 140], [255, 51, 0]], np.float32)[:, :, None] / np.float32(255)
    line = arithmetic_of(convolved(levels, np.full((3, 3), 1 / 9, np.float32)))
    pixels, weights = zip(*(term.factors or ("", "") for term in line.terms), strict=True)
    assert pixels == ("0.267", "0.043", "0.925", "0.855", "0.376", "0.549", "1", "0.2", "0")
    assert set(weights) == {"1/9"} and line.rounded
    assert sum(read(term.text) for term in line.terms) == read(line.total_text)


def test_a_bias_and_a_relu_follow_the_sum() -> None:
    line = arithmetic_of(convolved(LETTER, SOBEL, bias=np.array([-2.5], np.float32), activation="relu"))
    assert (line.sum_text, line.bias_text, line.total_text, line.result_text) == ("0", "−2.5", "−2.5", "0")
    assert line.activation == "relu" and not line.rounded
    assert "relu gives 0" in line.spoken


def test_a_factor_that_is_too_long_for_its_tile_makes_the_line_rounded() -> None:
    line = arithmetic_of(convolved(np.full((1, 1, 1), 1048576.5, np.float32), np.array([[2]], np.float32)))
    assert line.rounded or read(line.terms[0].factors[0]) == Decimal("1048576.5")  # type: ignore[index]


def test_an_average_is_its_visible_sum_divided_by_its_count() -> None:
    step = AveragePooling((2, 2)).explain(LETTER, 0, 0)
    line = arithmetic_of(step)
    assert [term.text for term in line.terms] == ["0", "9", "2", "1"]
    assert (line.sum_text, line.count, line.result_text, line.rounded) == ("12", 4, "3", False)


def test_an_average_that_does_not_end_keeps_its_terms_whole() -> None:
    line = arithmetic_of(AveragePooling((1, 3)).explain(np.array([[[1], [2], [2]]], np.float32), 0, 0))
    assert [term.text for term in line.terms] == ["1", "2", "2"]
    assert (line.sum_text, line.result_text, line.rounded) == ("5", "1.667", True)


def test_every_winner_of_a_maximum_is_marked() -> None:
    line = arithmetic_of(MaxPooling((2, 2)).explain(np.array([[[3], [7]], [[7], [1]]], np.float32), 0, 0))
    assert [term.winner for term in line.terms] == [False, True, True, False]
    assert (line.result_text, line.rounded) == ("7", False)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_said_and_not_added_up(value: float) -> None:
    pixels = LETTER.copy()
    pixels[1, 1] = value
    for step in (
        Convolution(SOBEL[:, :, None, None] + 1).explain(pixels, 0, 0),
        AveragePooling((3, 3)).explain(pixels, 0, 0),
        MaxPooling((3, 3)).explain(pixels, 0, 0),
        Activation("sigmoid").explain(pixels, 1, 1),
    ):
        line = arithmetic_of(step)
        assert line.result_text in ("NaN", "∞", "−∞", "9", "0", "1")


def test_a_relu_copies_exactly_and_a_sigmoid_rounds() -> None:
    pixels = np.array([[[0.30000001], [-2.5]]], np.float32)
    assert arithmetic_of(Activation("relu").explain(pixels, 0, 0)).rounded is False
    assert arithmetic_of(Activation("relu").explain(pixels, 0, 1)).result_text == "0"
    assert arithmetic_of(Activation("sigmoid").explain(pixels, 0, 1)).rounded is True
    assert arithmetic_of(Activation("leaky_relu").explain(pixels, 0, 1)).result_text == "−0.75"


def test_a_rescaling_by_a_255th_is_rounded_even_where_it_gives_one() -> None:
    line = arithmetic_of(Rescaling().explain(np.full((1, 1, 1), 255, np.float32), 0, 0))
    assert line.result_text == "1" and line.rounded


def test_what_is_not_0_is_never_written_as_0() -> None:
    pixels = np.array([[[9], [3e-6], [-3e-6], [0]]], np.float32)
    line = arithmetic_of(convolved(pixels, np.ones((1, 4), np.float32)))
    assert [term.text for term in line.terms] == ["9.000", "<0.001", ">−0.001", "0"]
    assert (line.total_text, line.rounded) == ("9.000", True)


def test_no_random_step_writes_a_0_for_a_number_that_is_not_0() -> None:
    for step, name in random_sums(1000):
        line = arithmetic_of(step)
        for term in line.terms:
            if term.cell is not None:
                assert (term.text == "0") == (step.products[term.cell] == 0), name
        exactly_0 = step.result == 0 or step.activation in ("linear", "relu")
        assert line.result_text != "0" or exactly_0, name


# --- folding ---


def test_three_channels_of_nine_fold_and_a_part_unfolds_to_its_terms() -> None:
    pixels = np.stack([LETTER[:, :, 0]] * 3, axis=2) * np.array([1, 2, 3], np.float32)
    kernel = np.repeat((SOBEL + 1)[:, :, None, None], 3, axis=2)
    step = Convolution(kernel).explain(pixels, 0, 0)
    folded = arithmetic_of(step)
    assert [term.name for term in folded.terms] == ["channel 0", "channel 1", "channel 2"]
    open_ = arithmetic_of(step, folded.terms[1].part)
    assert len(open_.terms) == 10 and open_.terms[-1].name == "other channels"
    assert {term.cell[2] for term in open_.terms[:-1]} == {1}  # type: ignore[index]
    assert open_.total_text == folded.total_text
    assert sum(term.number for term in open_.terms[:-1]) == folded.terms[1].number


def test_a_large_kernel_folds_by_row_and_a_row_unfolds() -> None:
    pixels = np.arange(49, dtype=np.float32).reshape(7, 7, 1)
    step = convolved(pixels, np.ones((7, 7), np.float32))
    folded = arithmetic_of(step)
    assert [term.name for term in folded.terms] == [f"row {row}" for row in range(7)]
    assert [term.text for term in arithmetic_of(step, 1).terms[:-1]] == [
        "7",
        "8",
        "9",
        "10",
        "11",
        "12",
        "13",
    ]


def test_of_many_channels_the_strongest_are_shown_and_the_rest_is_one_part() -> None:
    pixels = np.arange(64, dtype=np.float32).reshape(1, 1, 64)
    line = arithmetic_of(Convolution(np.ones((1, 1, 64, 1), np.float32)).explain(pixels, 0, 0))
    assert [term.name for term in line.terms][:2] == ["channel 63", "channel 62"]
    assert len(line.terms) == MOST_PARTS and line.terms[-1].name == "56 more channels"
    assert line.total_text == "2,016" and not line.rounded
    assert line.terms[0].factors == ("63", "1") and line.terms[0].cell == (0, 0, 63)


def test_the_inputs_of_a_dense_layer_are_called_inputs() -> None:
    step = Dense(np.ones((2000, 1), np.float32)).explain(np.arange(2000, dtype=np.float32), 0, 0)
    line = arithmetic_of(step, telling=Telling(word="input"))
    assert [term.name for term in line.terms][:2] == ["input 1,999", "input 1,998"]
    assert line.terms[-1].name == "1,992 more inputs"
    assert line.note == "2,000 products of an input and its weight, the largest one by one"


# --- over random steps ---

STEPS = (1000, pytest.param(4000, marks=pytest.mark.slow))


def numbers(kind: str, shape: tuple[int, ...], source: np.random.Generator) -> np.ndarray:
    makers = {
        "digits": lambda: source.integers(0, 10, shape),
        "bytes": lambda: source.integers(0, 256, shape),
        "signed": lambda: source.integers(-3, 4, shape),
        "tenths": lambda: source.integers(0, 11, shape) / 10,
        "hundredths": lambda: source.integers(-100, 101, shape) / 100,
        "ninths": lambda: np.full(shape, 1 / 9),
        "floats": lambda: source.standard_normal(shape),
        "huge": lambda: source.standard_normal(shape) * 10.0 ** source.integers(5, 30),
        "tiny": lambda: source.standard_normal(shape) * 10.0 ** -source.integers(5, 30),
        "mixed": lambda: source.standard_normal(shape) * 10.0 ** source.integers(-12, 12, shape),
        "zeros": lambda: np.zeros(shape),
    }
    return np.asarray(makers[kind](), np.float32)


KINDS = (
    "digits",
    "bytes",
    "signed",
    "tenths",
    "hundredths",
    "ninths",
    "floats",
    "huge",
    "tiny",
    "mixed",
    "zeros",
)


def random_sums(steps: int) -> Iterator[tuple[WeightedSum, str]]:
    source, choice = np.random.default_rng(5), random.Random(5)
    for number in range(steps):
        size = choice.choice([1, 2, 3, 3, 3, 5, 7, 31])
        channels = choice.choice([1, 1, 1, 3, 3, 8, 64]) if size < 7 else 1
        pixels = numbers(choice.choice(KINDS), (8, 9, channels), source)
        kernel = numbers(choice.choice(KINDS), (size, size, channels, 2), source)
        bias = numbers(choice.choice(KINDS), (2,), source) if choice.random() < 0.5 else None
        activation = choice.choice([None, None, "relu", "relu", "tanh", "sigmoid", "leaky_relu"])
        kind = choice.random()
        place = choice.randrange(8), choice.randrange(9), choice.randrange(2)
        if kind < 0.1:
            vector = pixels[:, :, :1].reshape(-1)
            weights = numbers("floats", (72, 2), source)
            step: Step = Dense(weights, bias, activation).explain(vector, 0, 0, place[2])
        elif kind < 0.2:
            turned = np.swapaxes(kernel, 2, 3)
            step = ConvolutionTranspose(turned, bias, padding="same", activation=activation).explain(
                pixels, *place
            )
        else:
            step = Convolution(kernel, bias, padding="same", activation=activation).explain(pixels, *place)
        assert isinstance(step, WeightedSum)
        yield step, f"step {number}: {size}×{size}×{channels}, {activation}"


def visible_sum(line: Arithmetic) -> Decimal:
    return sum((read(term.text) for term in line.terms), Decimal(0))


@pytest.mark.parametrize("steps", STEPS)
def test_the_visible_terms_of_random_steps_sum_to_the_visible_total_or_are_marked_rounded(steps: int) -> None:
    exact_ones = 0
    with localcontext() as context:
        context.prec = 200
        for step, name in random_sums(steps):
            choices = [None, *([0] if step.products.size > MOST_TERMS else [])]
            for unfold in choices:
                line = arithmetic_of(step, unfold)
                assert len(line.terms) <= MOST_TERMS + 1, name
                assert visible_sum(line) == read(line.sum_text), name
                assert read(line.sum_text) + read(line.bias_text) == read(line.total_text), name
                check_total(step, line, name)
                check_result(step, line, name)
                exact_ones += not line.rounded
    assert exact_ones > steps / 5  # else the test would be about rounding only


def check_total(step: WeightedSum, line: Arithmetic, name: str) -> None:
    shown = Fraction(read(line.total_text))
    if line.rounded:
        unit = Fraction(10) ** -line.decimals
        largest = max(np.abs(step.products).max(), abs(step.bias)) * step.products.size
        assert abs(shown - Fraction(step.total)) <= unit / 2 + Fraction(float(largest)) / 10**6, name
        return
    pairs = zip(step.window.ravel().tolist(), step.weights.ravel().tolist(), strict=True)
    assert shown == sum((shortest(a) * shortest(b) for a, b in pairs if a and b), shortest(step.bias)), name
    for term in line.terms:
        if term.factors is not None and term.cell is not None and term.number:
            factors = [Fraction(read(factor)) for factor in term.factors]
            assert factors == [shortest(step.window[term.cell]), shortest(step.weights[term.cell])], name


def check_result(step: WeightedSum, line: Arithmetic, name: str) -> None:
    total, result = read(line.total_text), read(line.result_text)
    if step.activation == "linear":
        assert result == total, name
    elif step.activation == "relu":
        assert result == max(total, Decimal(0)), name
    else:
        assert abs(float(result) - step.result) <= max(6e-4 * abs(step.result), 6e-5), name
    if not line.rounded:  # the float32 data are not quite what they are shown as
        blur = 1e-6 * float(np.abs(step.products).sum() + abs(step.bias))
        assert float(result) == pytest.approx(step.result, abs=blur), name


def test_random_pools_add_up_and_divide_or_say_that_they_are_rounded() -> None:
    source, choice = np.random.default_rng(6), random.Random(6)
    for _ in range(2000):
        pixels = numbers(choice.choice(KINDS), (9, 9, 2), source)
        size, padding = choice.choice([1, 2, 3, 4, 5, 7]), choice.choice(["same", "valid"])
        maker = choice.choice([MaxPooling, AveragePooling])
        step = maker((size, size), (1, 1), padding).explain(
            pixels, choice.randrange(3), choice.randrange(3), 1
        )
        assert isinstance(step, PoolingStep)
        line = arithmetic_of(step)
        if maker is MaxPooling and line.terms:
            assert read(line.result_text) == max(read(term.text) for term in line.terms)
            assert all(read(term.text) == read(line.result_text) for term in line.terms if term.winner)
        if maker is AveragePooling:
            if line.terms:
                assert visible_sum(line) == read(line.sum_text)
            if not line.rounded:
                assert Fraction(read(line.sum_text)) / line.count == Fraction(read(line.result_text))
        blur = 1e-6 * float(np.abs(step.window[step.inside]).max())
        assert float(read(line.result_text)) == pytest.approx(
            step.result, rel=1e-3 if line.rounded else 0, abs=blur
        )


def test_random_functions_show_their_result() -> None:
    source = np.random.default_rng(7)
    constants = [source.random(3, dtype=np.float32) + 0.5 for _ in range(4)]
    operations = [Activation(name) for name in ("relu", "elu", "tanh", "sigmoid", "softmax", "gelu")]
    for operation in (*operations, BatchNormalization(*constants), Rescaling(0.5, 1)):
        for kind in KINDS:
            step = operation.explain(numbers(kind, (3, 3, 3), source), 1, 2, 1)
            line = arithmetic_of(step)
            assert float(read(line.result_text)) == pytest.approx(
                np.float32(step.result), rel=1e-6, abs=1e-44
            )


# --- how long it takes ---


def test_a_step_over_512_channels_is_written_by_channel_and_not_term_by_term() -> None:
    source = np.random.default_rng(8)
    pixels = source.standard_normal((14, 14, 512)).astype(np.float32)
    layer = Convolution(source.standard_normal((3, 3, 512, 2)).astype(np.float32), padding="same")
    line = arithmetic_of(layer.explain(pixels, 4, 5))
    assert len(line.terms) <= 12, "4,608 products are never made into text"
    assert sum(term.number for term in line.terms) == Decimal(
        line.sum_text.replace(",", "").replace("−", "-")
    )


def test_a_global_average_of_a_photograph_is_not_written_cell_by_cell() -> None:
    step = GlobalAveragePooling().explain(np.ones((1080, 1920, 1), np.float32), 0, 0)
    line = arithmetic_of(step)
    assert (line.sum_text, line.result_text, line.terms) == ("2,073,600", "1", ())
