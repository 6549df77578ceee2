"""Learning one kernel: hand-worked numbers, numerical differentiation, Keras, and a Sobel found from noise."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.experiment.samples import first_image
from convlab.learning.one_kernel import (
    KernelLearner,
    LearningStep,
    Target,
    Windows,
    batch_positions,
    first_learner,
    gradient_sum,
    has_diverged,
    has_settled,
    learned,
    noise,
    optimum,
    rate_limit,
    step_of,
    suggested_rate,
    windows_of,
)
from convlab.operations.convolution import Convolution
from convlab.operations.geometry import Padding
from convlab.operations.kernels import named
from convlab.problems import Problem

SETTINGS: list[tuple[tuple[int, int, int], tuple[int, int], tuple[int, int], Padding, tuple[int, int], str]] = [
    ((6, 5, 1), (3, 3), (1, 1), "same", (1, 1), "zeros"),
    ((7, 8, 3), (3, 2), (2, 1), "valid", (1, 1), "zeros"),
    ((6, 6, 2), (1, 1), (1, 1), "valid", (1, 1), "zeros"),
    ((9, 8, 1), (7, 7), (2, 2), "same", (1, 1), "zeros"),
    ((8, 8, 1), (3, 3), (1, 1), ((2, 1), (0, 3)), (2, 2), "edge"),
    ((6, 7, 2), (5, 3), (1, 2), ((1, 2), (2, 0)), (1, 1), "reflect"),
]  # fmt: skip


def layer_of(kernel: np.ndarray, **settings: object) -> Convolution:
    return Convolution(kernel[..., np.newaxis].astype(np.float32), **settings)  # type: ignore[arg-type]


def case(setting: tuple, seed: int = 0) -> tuple[np.ndarray, np.ndarray, Convolution]:  # type: ignore[type-arg]
    shape, size, strides, padding, dilation, mode = setting
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 10, shape).astype(np.float32)
    kernel = rng.normal(size=(*size, shape[2]))
    layer = layer_of(kernel, strides=strides, padding=padding, dilation_rate=dilation, padding_mode=mode)
    return x, kernel, layer


def numerical_gradient(
    windows: Windows, target: Target, kernel: np.ndarray, positions: np.ndarray
) -> np.ndarray:
    """By central differences of the mean square over `positions`."""

    def loss(weights: np.ndarray) -> float:
        error = (windows.cells @ weights.ravel() - target.values.ravel())[positions]
        return float(np.mean(error**2))

    gradient, h = np.zeros_like(kernel), 1e-5
    for cell in np.ndindex(kernel.shape):
        more, less = kernel.copy(), kernel.copy()
        more[cell] += h
        less[cell] -= h
        gradient[cell] = (loss(more) - loss(less)) / (2 * h)
    return gradient


def descend(windows: Windows, target: Target, batch: int, rate: float, most: int = 1000) -> KernelLearner:
    learner = first_learner(noise(windows.kernel_shape, 1))
    for number in range(most):
        step = step_of(learner, windows, target, batch_positions(windows, batch, 1, number))
        learner = learned(learner, step, rate)
        assert target.hidden is not None
        if np.abs(learner.kernel - target.hidden).max() < 1e-2:
            break
    return learner


def letter() -> tuple[Windows, Target]:
    windows = windows_of(first_image().pixels, layer_of(np.zeros((3, 3, 1)), padding="same"))
    return windows, Target.of_kernel(windows, named("sobel-vertical").values[..., np.newaxis])


def small() -> tuple[Windows, Target, LearningStep]:
    """A row of 3 cells, a kernel of 1×2: everything by hand."""
    windows = windows_of(np.array([[[1], [2], [3]]], np.float32), layer_of(np.zeros((1, 2, 1))))
    target = Target.painted(windows, np.array([[4, 1]]))
    return windows, target, step_of(first_learner(np.array([[[1.0], [0.5]]])), windows, target)


def test_a_step_worked_by_hand() -> None:
    windows, _, step = small()
    assert windows.cells.tolist() == [[1, 2], [2, 3]]
    assert step.prediction.tolist() == [[2, 3.5]]  # 1·1 + 2·½, 2·1 + 3·½
    assert step.error.tolist() == [[-2, 2.5]]
    assert step.loss == (4 + 6.25) / 2
    assert step.gradient.ravel().tolist() == [-2 * 1 + 2.5 * 2, -2 * 2 + 2.5 * 3]  # times 2 ÷ 2
    after = learned(first_learner(np.array([[[1.0], [0.5]]])), step, 0.1)
    assert after.kernel.ravel().tolist() == pytest.approx([0.7, 0.15])
    assert after.steps == 1


def test_the_terms_of_a_weights_gradient_add_up_by_hand() -> None:
    windows, _, step = small()
    terms = gradient_sum(step, windows, (0, 1, 0))
    assert terms.errors.tolist() == [-2, 2.5]
    assert terms.inputs.tolist() == [2, 3]
    assert terms.products.tolist() == [-4, 7.5]
    assert (terms.total, terms.gradient) == (3.5, 3.5)
    assert terms.columns.tolist() == [0, 1] and terms.input_columns.tolist() == [1, 2]


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_prediction_is_what_the_convolution_of_the_lab_gives(setting: tuple) -> None:  # type: ignore[type-arg]
    x, kernel, layer = case(setting)
    windows = windows_of(x, layer)
    expected = layer.apply(x)[:, :, 0]
    single = kernel.astype(np.float32).astype(np.float64)
    np.testing.assert_allclose(windows.predict(single), expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("batch", [3, 10**6])
def test_the_gradient_is_that_of_numerical_differentiation(setting: tuple, batch: int) -> None:  # type: ignore[type-arg]
    x, kernel, layer = case(setting)
    windows = windows_of(x, layer)
    target = Target.painted(windows, np.random.default_rng(5).normal(size=windows.grid) * 10)
    positions = batch_positions(windows, batch, 7, 2)
    step = step_of(first_learner(kernel), windows, target, positions)
    expected = numerical_gradient(windows, target, kernel, positions)
    np.testing.assert_allclose(step.gradient, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_cells_gradient_is_the_sum_that_explains_it(setting: tuple) -> None:  # type: ignore[type-arg]
    x, kernel, layer = case(setting)
    windows = windows_of(x, layer)
    target = Target.painted(windows, np.zeros(windows.grid))
    step = step_of(first_learner(kernel), windows, target, batch_positions(windows, 9, 1, 1))
    for cell in np.ndindex(windows.kernel_shape):
        terms = gradient_sum(step, windows, cell)  # type: ignore[arg-type]
        assert terms.gradient == pytest.approx(step.gradient[cell], rel=1e-9, abs=1e-9)
        assert terms.total == pytest.approx(float((terms.errors * terms.inputs).sum()))
        if layer.padding_mode == "zeros":
            assert (terms.inputs[~terms.inside] == 0).all()
        places = terms.input_rows[terms.inside], terms.input_columns[terms.inside]
        assert terms.inputs[terms.inside].tolist() == x[(*places, cell[2])].tolist()


@pytest.mark.parametrize("batch", [100, 32, 16, 8])
def test_a_sobel_is_found_from_noise_on_the_letter(batch: int) -> None:
    windows, target = letter()
    learner = descend(windows, target, batch, suggested_rate(windows, batch))
    assert target.hidden is not None
    assert np.abs(learner.kernel - target.hidden).max() < 1e-2
    assert learner.steps < 700


def test_steps_above_the_limit_diverge_and_below_it_do_not() -> None:
    windows, target = letter()
    limit = rate_limit(windows)
    for factor, diverges in ((0.98, False), (1.02, True)):
        learner = first_learner(noise(windows.kernel_shape, 3))
        first = step_of(learner, windows, target).loss
        for _ in range(600):
            learner = learned(learner, step_of(learner, windows, target), factor * limit)
        assert has_diverged(step_of(learner, windows, target).loss, first) == diverges


def test_the_limit_of_one_weight_worked_by_hand() -> None:
    windows = windows_of(np.array([[[1], [3]]], np.float32), layer_of(np.zeros((1, 1, 1))))
    assert rate_limit(windows) == pytest.approx(1 / 5)  # (1² + 3²) ÷ 2
    assert suggested_rate(windows, 2) == 0.1  # three quarters of it, to one digit
    assert rate_limit(windows_of(np.zeros((2, 2, 1), np.float32), layer_of(np.zeros((1, 1, 1))))) == float(
        "inf"
    )


def test_numbers_that_overflow_are_known_as_diverged() -> None:
    assert has_diverged(float("nan"), 1.0) and has_diverged(float("inf"), 1.0)
    assert not has_diverged(9999.0, 1.0)


def test_a_settled_kernel_has_the_least_loss_even_if_no_kernel_gives_the_target() -> None:
    windows, _ = letter()
    target = Target.painted(windows, first_image().pixels[::-1, :, 0])
    learner = first_learner(noise(windows.kernel_shape, 1))
    rate = suggested_rate(windows, windows.count)
    while not has_settled(learner, step := step_of(learner, windows, target), windows, rate):
        learner = learned(learner, step, rate)
        assert learner.steps < 3000
    best = optimum(windows, target)
    solved = np.linalg.lstsq(windows.cells, target.values.ravel(), rcond=None)[0]
    np.testing.assert_allclose(best.kernel.ravel(), solved, atol=1e-9)
    np.testing.assert_allclose(learner.kernel, best.kernel, atol=1e-3)
    assert step.loss == pytest.approx(best.loss, rel=1e-4)


def test_an_even_image_does_not_tell_kernels_apart() -> None:
    flat = windows_of(np.full((6, 6, 1), 5, np.float32), layer_of(np.zeros((3, 3, 1))))
    assert not flat.tells_all_apart
    assert letter()[0].tells_all_apart
    target = Target.of_kernel(flat, named("identity").values[..., np.newaxis])
    assert optimum(flat, target).loss < 1e-12


def test_draws_are_the_same_for_the_same_step_and_hold_each_position_once() -> None:
    windows, _ = letter()
    one, other = batch_positions(windows, 16, 4, 9), batch_positions(windows, 16, 4, 9)
    assert one.tolist() == other.tolist()
    assert len(set(one.tolist())) == 16 and one.tolist() == sorted(one.tolist())
    assert one.tolist() != batch_positions(windows, 16, 4, 10).tolist()
    assert batch_positions(windows, 100, 4, 9).tolist() == list(range(100))


def test_noise_has_one_decimal_and_belongs_to_its_seed() -> None:
    weights = noise((3, 3, 1), 5)
    assert weights.tolist() == noise((3, 3, 1), 5).tolist() != noise((3, 3, 1), 6).tolist()
    assert np.abs(weights).max() <= 1
    assert (np.round(weights, 1) == weights).all()


def test_what_is_told_is_read_only() -> None:
    windows, target, step = small()
    for array in (windows.cells, target.values, step.prediction, step.error, step.gradient):
        assert not array.flags.writeable


def test_an_input_too_large_is_refused_in_a_sentence() -> None:
    with pytest.raises(Problem, match="too large to learn"):
        windows_of(np.zeros((600, 600, 1), np.float32), layer_of(np.zeros((3, 3, 1))))


@pytest.mark.slow
@pytest.mark.parametrize("setting", [one for one in SETTINGS if isinstance(one[3], str)])
def test_the_gradient_is_that_of_keras(setting: tuple) -> None:  # type: ignore[type-arg]
    import tensorflow as tf
    from keras import ops

    x, kernel, layer = case(setting)
    windows = windows_of(x, layer)
    values = np.random.default_rng(5).normal(size=windows.grid)
    step = step_of(first_learner(kernel), windows, Target.painted(windows, values))
    weights = tf.Variable(kernel[..., np.newaxis], dtype=tf.float64)
    with tf.GradientTape() as tape:
        output = ops.conv(
            x[np.newaxis].astype(np.float64), weights, strides=layer.strides, padding=str(layer.padding)
        )
        loss = ops.mean(ops.square(output[0, :, :, 0] - values))
    assert step.loss == pytest.approx(float(loss), rel=1e-9)
    np.testing.assert_allclose(step.gradient, tape.gradient(loss, weights)[..., 0], rtol=1e-9, atol=1e-9)
