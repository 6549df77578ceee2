"""Large images are computed by several threads; nobody can tell from the numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from scipy import ndimage

from convlab.operations import sharing
from convlab.operations.convolution import Convolution

LONG = 1e9  # nanoseconds: worth to be shared


@pytest.fixture(params=[1, 2, 4])
def workers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """So many processors, whatever this machine has."""
    sharing._pool.cache_clear()
    count: int = request.param
    for module in ("sharing", "planes"):
        monkeypatch.setattr(f"convlab.operations.{module}.workers", lambda: count)
    yield count
    if count > 1:
        sharing._pool().shutdown()
    sharing._pool.cache_clear()


def test_each_job_is_done_once(workers: int) -> None:
    done: list[int] = []
    sharing.share(LONG, [partial(done.append, number) for number in range(200)])
    assert sorted(done) == list(range(200))


def test_short_work_stays_in_the_thread_that_asks(workers: int) -> None:
    threads: list[threading.Thread] = []
    sharing.share(1000, [lambda: threads.append(threading.current_thread())] * 20)
    assert set(threads) == {threading.current_thread()}


def test_all_workers_take_part(workers: int) -> None:
    together = threading.Barrier(workers, timeout=60)
    sharing.share(LONG, [partial(together.wait)] * workers)  # type: ignore[list-item]
    assert not together.broken


def test_what_a_job_raises_is_raised_when_the_others_have_ended(workers: int) -> None:
    done: list[int] = []

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        sharing.share(LONG, [*[partial(done.append, number) for number in range(50)], fail])
    count = len(done)
    sharing.share(LONG, [partial(done.append, 0)] * 3)
    assert len(done) == count + 3  # nothing of the first question was left over


@pytest.mark.parametrize(
    ("size", "kernel_size", "padding"),
    [
        ((601, 401), (3, 3), "same"),
        ((601, 401), (11, 11), "valid"),
        ((97, 3001), (5, 4), "same"),
        ((97, 3001), (1, 61), "valid"),
        ((3001, 97), (61, 1), "same"),
        ((3001, 97), (3, 3), "valid"),
    ],
)
def test_the_output_of_a_large_image_is_that_of_scipy(
    workers: int, size: tuple[int, int], kernel_size: tuple[int, int], padding: str
) -> None:
    random = np.random.default_rng(size[0] + kernel_size[0])
    x = random.integers(0, 256, (*size, 3)).astype(np.float32)
    kernel = random.integers(-3, 4, (*kernel_size, 3, 2)).astype(np.float32)
    kernel[:, :, 2, 0] = kernel[:, :, 1, 0] = kernel[:, :, 0, 0]  # one filter is the same for all channels
    column, row = random.choice([-1, 1], kernel_size[0]), kernel[0, :, 0, 0]
    kernel[:, :, :, 1] = np.outer(column, row)[:, :, None]  # and one is of rank 1
    output = Convolution(kernel, np.array([0.5, -1], np.float32), padding=padding).apply(x)  # type: ignore[arg-type]
    high, wide = kernel_size
    for filter, bias in enumerate((0.5, -1)):
        planes = [
            ndimage.correlate(
                x[:, :, channel].astype(np.float64),
                kernel[:, :, channel, filter].astype(np.float64),
                mode="constant",
                origin=(-(1 - high % 2), -(1 - wide % 2)),  # an even kernel reaches further down and right
            )
            for channel in range(3)
        ]
        expected = np.sum(planes, axis=0) + bias
        if padding == "valid":
            top, left = (high - 1) // 2, (wide - 1) // 2
            expected = expected[top : top + size[0] - high + 1, left : left + size[1] - wide + 1]
        np.testing.assert_array_equal(output[:, :, filter], expected)  # whole numbers stay whole


def test_one_image_is_computed_alike_in_many_threads_at_once() -> None:
    x = np.random.default_rng(1).random((500, 700, 1), np.float32)
    layer = Convolution(np.random.default_rng(2).random((7, 7, 1, 1)).astype(np.float32), padding="same")
    expected, found = layer.apply(x), []
    threads = [
        threading.Thread(target=lambda: found.extend(layer.apply(x) for _ in range(10))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40 and all(np.array_equal(one, expected) for one in found)
