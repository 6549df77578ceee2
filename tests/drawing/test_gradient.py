"""The gradient of a weight as arithmetic: hand-worked, exact where it can be, and always adding up."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest

from convlab.drawing.gradient import GradientLine, gradient_line, learned_text
from convlab.experiment.samples import first_image
from convlab.learning.course import Course
from convlab.learning.one_kernel import Target, first_learner, gradient_sum, noise, step_of, windows_of
from convlab.operations.convolution import Convolution
from convlab.operations.kernels import named


def number(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", "").replace("+", "").replace(" ", ""))


def layer(rows: int, columns: int, channels: int = 1, padding: str = "same") -> Convolution:
    return Convolution(np.zeros((rows, columns, channels, 1), np.float32), padding=padding)  # type: ignore[arg-type]


def letter(seed: int = 1) -> Course:
    windows = windows_of(first_image().pixels, layer(3, 3))
    target = Target.of_kernel(windows, named("sobel-vertical").values[..., np.newaxis])
    return Course(windows, target, noise(windows.kernel_shape, seed), seed)


def random_image() -> Course:
    pixels = np.random.default_rng(2).integers(0, 256, (12, 12, 1)).astype(np.float32) / np.float32(255)
    windows = windows_of(pixels, layer(3, 3))
    target = Target.of_kernel(windows, named("sobel-vertical").values[..., np.newaxis])
    return Course(windows, target, noise((3, 3, 1), 1), 1)


def line_of(
    course: Course, cell: tuple[int, int, int], rate: float, batch: int = 100, **more: int
) -> GradientLine:
    terms = gradient_sum(course.step(batch), course.windows, cell)
    return gradient_line(terms, float(course.learner.kernel[cell]), rate, **more)  # type: ignore[arg-type]


def adds_up(line: GradientLine) -> None:
    """Everything that somebody with a calculator would check."""
    assert sum((number(term.text) for term in line.terms), Decimal(0)) == number(line.sum_text)
    mean = float(number(line.sum_text) * 2 / line.count)
    assert line.gradient_text in (learned_text(mean), str(mean).replace("-", "−"), learned_text(mean))
    assert number(line.weight_text) + number(line.change_text) == number(line.result_text)
    change = -number(line.rate_text) * number(line.gradient_text)
    assert float(number(line.change_text)) == pytest.approx(float(change), rel=2e-2, abs=6e-5)


def test_two_positions_worked_by_hand() -> None:
    windows = windows_of(np.array([[[1], [2], [3]]], np.float32), layer(1, 2, padding="valid"))
    target = Target.painted(windows, np.array([[4, 1]]))
    step = step_of(first_learner(np.array([[[1.0], [0.5]]])), windows, target)
    line = gradient_line(gradient_sum(step, windows, (0, 1, 0)), 0.5, 0.1)
    assert [term.factors for term in line.terms] == [("2", "−2"), ("3", "2.5")]
    assert [term.text for term in line.terms] == ["−4", "7.5"]
    assert (line.sum_text, line.count, line.gradient_text) == ("3.5", 2, "3.5")
    assert (line.weight_text, line.change_text, line.result_text) == ("0.5", "− 0.35", "0.15")
    assert not line.rounded


def test_the_first_step_of_the_letter_is_exact() -> None:
    course = letter()
    for cell in np.ndindex(3, 3, 1):
        line = line_of(course, cell, 0.008)  # type: ignore[arg-type]
        assert not any("e" in term.text for term in line.terms)
        adds_up(line)
        total = sum((number(term.text) for term in line.terms), Decimal(0))
        expected = Decimal(str(round(float(course.step(100).gradient[cell]), 6)))
        assert total * 2 / 100 == expected.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


@pytest.mark.parametrize("batch", [100, 40, 12, 5])
def test_what_is_visible_adds_up_after_every_step(batch: int) -> None:
    course = letter(3)
    for _ in range(40):
        for cell in ((0, 0, 0), (1, 2, 0), (2, 1, 0)):
            adds_up(line_of(course, cell, 0.004, batch))
        assert course.forward(0.004, batch)


def test_the_gradient_in_the_line_is_the_one_in_the_grid() -> None:
    course = letter()
    for _ in range(30):
        course.forward(0.007, 100)
        for cell in np.ndindex(3, 3, 1):
            line = line_of(course, cell, 0.007)  # type: ignore[arg-type]
            assert line.gradient_text == learned_text(float(course.step(100).gradient[cell]))


def test_many_positions_fold_by_row_and_one_row_unfolds() -> None:
    course = letter()
    folded = line_of(course, (1, 1, 0), 0.008)
    names = [term.name for term in folded.terms]
    assert names == [f"row {row}" for row in range(1, 9)]  # rows 0 and 9 of the letter are black
    assert all(term.part == row for row, term in enumerate(folded.terms, 1))
    one = line_of(course, (1, 1, 0), 0.008, unfold=5)
    assert [term.name for term in one.terms] == [""] * 10 + ["other rows"]
    assert (one.sum_text, one.gradient_text, one.result_text) == (
        folded.sum_text,
        folded.gradient_text,
        folded.result_text,
    )
    singles = one.terms[:-1]
    assert number(folded.terms[4].text) == sum((number(term.text) for term in singles), Decimal(0))
    assert [term.value for term in singles] == first_image().pixels[5, :, 0].tolist()


def test_the_visible_factors_make_the_visible_product_however_late_in_the_course() -> None:
    shifted = seen = 0
    for course in (letter(), random_image()):
        for steps in (3, 30, 150):
            for _ in range(steps):
                course.forward(0.008 if course.windows.count == 100 else 0.1, course.windows.count)
            for cell in ((0, 0, 0), (1, 1, 0), (2, 1, 0)):
                line = line_of(course, cell, 0.008, course.windows.count, unfold=5)
                singles = [term for term in line.terms if term.factors is not None]
                decimals = max(len(term.text.partition(".")[2]) for term in line.terms)
                for term in singles:
                    assert term.factors is not None
                    off = abs(number(term.factors[0]) * number(term.factors[1]) - number(term.text))
                    assert off <= Decimal(1).scaleb(-decimals), (term.factors, term.text)
                    shifted += off > Decimal("0.5").scaleb(-decimals)
                    assert all(
                        float(number(text)) == pytest.approx(value, rel=5e-3)
                        for text, value in zip(term.factors, (term.value, term.weight), strict=True)
                    )
                seen += len(singles)
                adds_up(line)
    assert seen > 100 and shifted < seen / 5  # only those that were rounded the other way for the sum's sake


def test_factors_have_the_digits_that_a_small_product_needs() -> None:
    windows = windows_of(np.array([[[9], [9], [1]]], np.float32), layer(1, 1))
    target = Target.painted(windows, np.array([[0.000357131, -0.001362249, 1 / 3]]))
    step = step_of(first_learner(np.zeros((1, 1, 1))), windows, target)
    line = gradient_line(gradient_sum(step, windows, (0, 0, 0)), 0.5, 0.1)
    for term in line.terms:
        assert term.factors is not None
        product = number(term.factors[0]) * number(term.factors[1])
        assert product.quantize(number(term.text)) == number(term.text)
    assert line.rounded


def test_a_large_image_keeps_the_strongest_rows() -> None:
    pixels = np.random.default_rng(2).random((40, 40, 1)).astype(np.float32)
    windows = windows_of(pixels, layer(3, 3))
    target = Target.painted(windows, np.zeros((40, 40)))
    course = Course(windows, target, noise((3, 3, 1), 1), 1)
    line = line_of(course, (0, 0, 0), 0.01, 1600)
    assert len(line.terms) == 9 and line.terms[-1].name == "31 more rows"  # and row 0 lies below padding
    adds_up(line)
    unfolded = line_of(course, (0, 0, 0), 0.01, 1600, unfold=7)
    assert [term.name for term in unfolded.terms[-2:]] == ["28 more", "other rows"]
    adds_up(unfolded)


def test_without_any_light_the_gradient_is_nothing() -> None:
    windows = windows_of(np.zeros((6, 6, 1), np.float32), layer(3, 3))
    course = Course(windows, Target.painted(windows, np.ones((6, 6))), noise((3, 3, 1), 1), 1)
    line = line_of(course, (1, 1, 0), 0.1, 36)
    assert (line.sum_text, line.gradient_text, line.change_text) == ("0", "0", "+ 0")
    assert line.weight_text == line.result_text


def test_the_line_says_in_words_what_happens() -> None:
    line = line_of(letter(), (0, 0, 0), 0.008)
    assert line.spoken == (
        f"gradient {line.gradient_text}, the weight {line.weight_text} becomes {line.result_text}"
    )
    assert "100 positions" in line.note
