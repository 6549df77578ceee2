"""The film of a training: what is kept of it where memory is short."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.learning.events import Frame
from convlab.learning.film import Film

KERNEL_BYTES, MAP_BYTES = 3 * 3 * 1 * 4 * 4, 6 * 6 * 4 * 2  # float32; maps as float16


def frame(batch: int, value: float = 0.5) -> Frame:
    kernel, maps = np.full((3, 3, 1, 4), value, np.float32), np.full((6, 6, 4), value, np.float32)
    return Frame(batch, (kernel,), (maps,))


def batches(film: Film) -> list[int]:
    return [one.batch for one in film]


def test_frames_are_kept_in_their_order_and_counted() -> None:
    film = Film()
    for batch in range(5):
        film.add(frame(batch))
    assert batches(film) == [0, 1, 2, 3, 4] and len(film) == 5
    assert film.bytes == 5 * (KERNEL_BYTES + MAP_BYTES)


def test_where_there_is_no_room_the_one_goes_that_is_missed_least() -> None:
    film = Film(budget=4 * (KERNEL_BYTES + MAP_BYTES))
    for batch in (0, 2, 14, 22):
        film.add(frame(batch))
    film.add(
        frame(30)
    )  # 0 to 14 is 2 to 16, 8 times; 2 to 22 is 4 to 24, 6 times; 14 to 30 is 16 to 32, twice
    assert batches(film) == [0, 2, 14, 30]
    assert film.bytes == 4 * (KERNEL_BYTES + MAP_BYTES)


def test_the_first_and_the_last_stay_however_little_room_there_is() -> None:
    film = Film(budget=1)
    for batch in (0, 3, 7, 20):
        film.add(frame(batch))
    assert batches(film) == [0, 20]


def test_a_long_film_stays_within_its_budget_and_dense_at_its_start() -> None:
    film, batch = Film(budget=40 * (KERNEL_BYTES + MAP_BYTES)), 0.0
    while batch < 1e6:
        film.add(frame(int(batch)))
        batch = max(batch + 1, batch * 1.01)
    assert len(film) == 40 and film.bytes == 40 * (KERNEL_BYTES + MAP_BYTES)
    assert batches(film)[:2] == [0, 1] and film[-1].batch > 9e5
    ages = np.array(batches(film)) + 2.0
    assert max(ages[1:] / ages[:-1]) < 2


def test_going_on_from_an_earlier_epoch_replaces_what_came_after_it() -> None:
    film = Film()
    for batch in (0, 5, 10, 15):
        film.add(frame(batch))
    film.add(frame(10, value=0.25))
    assert batches(film) == [0, 5, 10]
    assert film[-1].kernels[0].max() == 0.25
    assert film.bytes == 3 * (KERNEL_BYTES + MAP_BYTES)


@pytest.mark.parametrize(("batch", "place"), [(0, 0), (4, 0), (5, 1), (9, 1), (10, 2), (10**6, 2), (-1, 0)])
def test_the_place_of_a_batch_is_that_of_the_last_frame_before_it(batch: int, place: int) -> None:
    film = Film()
    for one in (0, 5, 10):
        film.add(frame(one))
    assert film.place_of(batch) == place


def test_a_film_without_frames_has_no_place() -> None:
    with pytest.raises(IndexError):
        Film().place_of(3)


def test_maps_take_half_the_room_unless_their_values_are_too_large_for_it() -> None:
    film = Film()
    film.add(frame(0))
    film.add(frame(1, value=1e6))
    film.add(frame(2, value=float("inf")))
    assert [one.maps[0].dtype for one in film] == [np.float16, np.float32, np.float16]
    assert [one.kernels[0].dtype for one in film] == [np.float32] * 3
    assert not film[0].maps[0].flags.writeable
    assert film[0].maps[0].max() == 0.5
