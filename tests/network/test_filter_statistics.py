"""What is said about the weights of a layer, against numpy on all of them at once."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.network.filter_statistics import (
    facts_of,
    norms,
    similarity_order,
    statistics_of,
    strongest_first,
    taken,
)

RANDOM = np.random.default_rng(3)


def test_statistics_are_those_of_numpy_also_of_more_numbers_than_one_piece() -> None:
    values = RANDOM.normal(size=(600, 700)).astype(np.float32)
    found, exact = statistics_of(values), values.astype(np.float64)
    assert (found.count, found.low, found.high) == (values.size, values.min(), values.max())
    assert found.mean == pytest.approx(exact.mean(), abs=1e-9)
    assert found.std == pytest.approx(exact.std(), rel=1e-9)
    assert found.near_zero == (np.abs(values) <= 0.01 * np.abs(values).max()).mean()


def test_what_is_not_finite_is_counted_and_left_out() -> None:
    found = statistics_of(np.array([1, 3, np.nan, np.inf], np.float32))
    assert (found.unknown, found.low, found.high, found.mean) == (2, 1.0, 3.0, 2.0)
    assert statistics_of(np.full(4, np.nan)).unknown == 4
    assert statistics_of(np.zeros(0)).count == 0


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 0, 1, 2), (2, 0, 1, 3)])
def test_filters_are_measured_however_they_lie_in_memory(order: tuple[int, ...]) -> None:
    """Views of kernels as Keras stores them."""
    stored = RANDOM.normal(size=(3, 2, 7, 5)).astype(np.float32)
    kernels = stored.transpose(order)
    found, exact = facts_of(kernels), kernels.astype(np.float64)
    assert np.allclose(found.strengths, np.sqrt((exact**2).sum(axis=(1, 2, 3))))
    assert np.allclose(found.channel_strengths, np.sqrt((exact**2).sum(axis=(1, 2))))
    assert np.array_equal(found.limits, np.abs(exact).max(axis=(1, 2, 3)))
    chosen = [1, 0, 1]
    assert np.array_equal(taken(kernels, np.array(chosen)), kernels[chosen])


def test_a_filter_without_any_weight_is_dead_and_one_of_nan_is_not() -> None:
    kernels = np.zeros((3, 3, 3, 2), np.float32)
    kernels[1, 0, 0, 0], kernels[2, 1, 1, 1] = 1e-30, np.nan
    found = facts_of(kernels)
    assert found.dead.tolist() == [True, False, False]
    assert found.strengths[2] == found.limits[2] == 0


def test_norms_are_the_lengths_of_rows() -> None:
    assert norms(np.array([[3.0, np.nan, 4.0]])).tolist() == [5.0]


def test_of_very_many_weights_an_even_choice_is_compared() -> None:
    rows = RANDOM.normal(size=(6, 1, 1, 500_000)).astype(np.float32)
    rows[3] = 1.5 * rows[0] + 0.01 * rows[3]
    rows[0] *= 2
    assert similarity_order(rows).tolist()[:2] == [0, 3]


def test_the_strongest_come_first_and_what_is_not_known_last() -> None:
    assert strongest_first(np.array([1.0, np.nan, 3.0, 3.0])).tolist() == [2, 3, 0, 1]


def test_similar_filters_stand_together() -> None:
    """Two directions, each several times as long: from the longest on, all of its direction, then the others."""
    rows = np.array([[1, 0], [0, 5], [2, 0.01], [0.02, 3], [3, 0]], np.float32)
    assert similarity_order(rows).tolist() == [1, 3, 2, 4, 0]


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_an_order_holds_every_filter_once(count: int) -> None:
    rows = RANDOM.normal(size=(count, 3, 3, 4))
    assert sorted(similarity_order(rows).tolist()) == list(range(count))


def test_filters_of_zeros_and_nan_can_be_put_in_order() -> None:
    rows = np.zeros((4, 6))
    rows[2], rows[3] = 1, np.nan
    assert sorted(similarity_order(rows).tolist()) == [0, 1, 2, 3]
