"""The course of a kernel: forth and back, the same again, and where it ends."""

from __future__ import annotations

import numpy as np

from convlab.experiment.samples import first_image
from convlab.learning.course import Course
from convlab.learning.one_kernel import Target, noise, rate_limit, suggested_rate, windows_of
from convlab.operations.convolution import Convolution
from convlab.operations.kernels import named


def letter(seed: int = 1) -> Course:
    windows = windows_of(
        first_image().pixels, Convolution(np.zeros((3, 3, 1, 1), np.float32), padding="same")
    )
    target = Target.of_kernel(windows, named("sobel-vertical").values[..., np.newaxis])
    return Course(windows, target, noise(windows.kernel_shape, seed), seed)


def run(course: Course, steps: int, rate: float = 0.005, batch: int = 100) -> list[list[float]]:
    kernels = []
    for _ in range(steps):
        assert course.forward(rate, batch)
        kernels.append(course.learner.kernel.ravel().tolist())
    return kernels


def test_a_step_takes_the_rate_times_the_gradient_from_every_weight() -> None:
    course = letter()
    before, gradient = course.learner.kernel, course.step(100).gradient
    assert course.forward(0.004, 100)
    np.testing.assert_array_equal(course.learner.kernel, before - 0.004 * gradient)
    assert course.losses == [course.losses[0], course.loss] and course.loss < course.losses[0]


def test_back_and_forth_again_comes_to_the_same_weights_also_with_drawn_positions() -> None:
    course = letter()
    kernels = run(course, 12, batch=16)
    course.seek(3)
    assert course.learner.kernel.ravel().tolist() == kernels[2]
    assert run(course, 9, batch=16) == kernels[3:]
    assert run(letter(), 12, batch=16) == kernels
    assert run(letter(2), 12, batch=16) != kernels


def test_with_another_rate_what_comes_after_is_learned_anew() -> None:
    course = letter()
    run(course, 8)
    course.seek(4)
    assert course.last == 8 and len(course.losses) == 9
    assert course.forward(0.001, 100)
    assert (course.index, course.last, len(course.losses)) == (5, 5, 6)


def test_a_rate_too_high_ends_before_numbers_run_away_and_a_smaller_one_goes_on() -> None:
    course = letter()
    rate = 3 * rate_limit(course.windows)
    while course.forward(rate, 100):
        assert course.index < 100
    assert course.diverged
    assert np.isfinite(course.losses).all() and np.abs(course.learner.kernel).max() < 1e4
    assert course.forward(suggested_rate(course.windows, 100), 100)
    assert not course.diverged


def test_it_settles_and_is_told_so() -> None:
    course = letter()
    rate = suggested_rate(course.windows, 100)
    assert not course.has_settled(rate, 100)
    run(course, 900, rate)
    assert course.has_settled(rate, 100)
    assert course.target.hidden is not None
    assert np.abs(course.learner.kernel - course.target.hidden).max() < 1e-3


def test_it_ends_after_the_most_steps_that_are_kept() -> None:
    one = letter()
    course = Course(one.windows, one.target, one.learner.kernel, 1, most=5)
    run(course, 5)
    assert course.is_over and not course.forward(0.005, 100) and not course.diverged


def test_a_position_without_light_does_not_look_like_the_end() -> None:
    course = letter()
    while np.abs(course.step(1).gradient).max() > 0:
        assert course.forward(0.002, 1)
    assert not course.has_settled(0.002, 1)
