"""Whether Keras's value is what the arithmetic gives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from convlab.operations.convolution import Convolution
from convlab.operations.step import Step
from convlab.window.verdict import verdict_on


def step(values: list[float], weights: list[float]) -> Step:
    kernel = np.array(weights, np.float32).reshape(1, -1, 1, 1)
    return Convolution(kernel).explain(np.array(values, np.float32).reshape(1, -1, 1), 0, 0, 0)


@pytest.mark.parametrize(
    ("keras", "agrees"), [(0.75, True), (0.75007, True), (0.7503, False), (-0.75, False), (math.nan, False)]
)
def test_it_agrees_within_a_ten_thousandth(keras: float, agrees: bool) -> None:
    assert verdict_on(step([0.5, 1.0], [0.5, 0.5]), keras).agrees == agrees


def test_near_zero_a_hundred_thousandth_is_allowed() -> None:
    assert verdict_on(step([0.0, 0.0], [1.0, 1.0]), 9e-6).agrees
    assert not verdict_on(step([0.0, 0.0], [1.0, 1.0]), 2e-5).agrees


def test_where_large_numbers_cancel_what_float32_loses_is_allowed() -> None:
    cancelling = step([1000.0, 1000.0], [200.0, -200.0])
    assert verdict_on(cancelling, 0.02).agrees
    assert not verdict_on(cancelling, 2.0).agrees


def test_numbers_that_are_none_agree_with_their_like() -> None:
    missing = step([math.nan, 0.0], [1.0, 1.0])
    assert verdict_on(missing, math.nan).agrees
    assert not verdict_on(missing, 0.0).agrees
    endless = step([math.inf, 0.0], [1.0, 1.0])
    assert verdict_on(endless, math.inf).agrees
    assert not verdict_on(endless, -math.inf).agrees


def test_it_says_so_in_words() -> None:
    assert verdict_on(step([0.5, 1.0], [0.5, 0.5]), 0.75).text == "Keras: 0.75 ✓ agrees"
    assert verdict_on(step([0.5, 1.0], [0.5, 0.5]), 0.5).text == "Keras: 0.5 differs by 0.25"
