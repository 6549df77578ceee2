"""Pooling by hand-worked tables and brute force; Keras judges in test_against_keras.py."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest

from convlab.operations.operation import Operation
from convlab.operations.pooling import AveragePooling, GlobalAveragePooling, GlobalMaxPooling, MaxPooling
from convlab.problems import Problem

NAN = float("nan")
IMAGE = [[1, 2, 3, 0], [4, 9, 1, 1], [0, 0, 5, 6], [8, 7, 2, 2]]


def plane(values: object) -> np.ndarray:
    return np.asarray(values, np.float32)[:, :, np.newaxis]


def random(*shape: int, seed: int = 0) -> np.ndarray:
    """Whole numbers: their sums are exact in float32."""
    return np.random.default_rng(seed).integers(-9, 10, shape).astype(np.float32)


# --- worked by hand ---


def test_two_by_two_takes_the_largest_of_each_four() -> None:
    assert MaxPooling().apply(plane(IMAGE))[:, :, 0].tolist() == [[9, 3], [8, 6]]


def test_two_by_two_takes_the_mean_of_each_four() -> None:
    assert AveragePooling().apply(plane(IMAGE))[:, :, 0].tolist() == [[4, 1.25], [3.75, 3.75]]


def test_windows_may_overlap() -> None:
    output = MaxPooling((3, 3), 1).apply(plane(IMAGE))
    assert output[:, :, 0].tolist() == [[9, 9], [9, 9]]


def test_the_pools_of_the_convolution_arithmetic_guide() -> None:
    image = plane([[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]])
    largest = MaxPooling(3, 1).apply(image)[:, :, 0]
    mean = AveragePooling(3, 1).apply(image)[:, :, 0]
    assert largest.tolist() == [[3, 3, 3], [3, 3, 3], [3, 2, 3]]
    assert (
        np.round(mean, 1).tolist() == np.float32([[1.7, 1.7, 1.7], [1, 1.2, 1.8], [1.1, 0.8, 1.3]]).tolist()
    )


def test_the_largest_ignores_the_padding() -> None:
    output = MaxPooling(2, 2, "same").apply(np.full((3, 3, 1), -1, np.float32))
    assert output[:, :, 0].tolist() == [[-1, -1], [-1, -1]]


def test_the_mean_counts_real_cells_only() -> None:
    output = AveragePooling(2, 2, "same").apply(plane([[1, 2, 3], [4, 5, 6], [7, 8, 9]]))
    assert output[:, :, 0].tolist() == [[3, 4.5], [7.5, 9]]


def test_valid_leaves_trailing_cells_out() -> None:
    assert MaxPooling().apply(plane([[1, 2, 9], [3, 4, 9], [9, 9, 9]]))[:, :, 0].tolist() == [[4]]


def test_a_stride_larger_than_the_pool_skips_cells() -> None:
    layer = MaxPooling(1, 2)
    assert layer.apply(plane(IMAGE))[:, :, 0].tolist() == [[1, 3], [0, 5]]
    assert [part.tolist() for part in layer.cells_read((4, 4, 1))] == [[True, False] * 2] * 2


def test_the_largest_skips_nan_and_the_mean_does_not() -> None:
    image = plane([[NAN, 2], [1, NAN]])
    assert MaxPooling().apply(image).item() == 2
    assert MaxPooling().explain(image, 0, 0).result == 2
    assert np.isnan(AveragePooling().apply(image).item())
    assert np.isnan(AveragePooling().explain(image, 0, 0).result)


def test_channels_do_not_mix() -> None:
    image = random(6, 7, 3)
    output = MaxPooling(3, 2, "same").apply(image)
    for channel in range(3):
        alone = MaxPooling(3, 2, "same").apply(image[:, :, channel : channel + 1])
        np.testing.assert_array_equal(output[:, :, channel], alone[:, :, 0])


# --- explain ---


def test_explain_shows_who_won() -> None:
    step = MaxPooling().explain(plane(IMAGE), 0, 0)
    assert (step.rows.tolist(), step.columns.tolist(), step.result, step.kind) == ([0, 1], [0, 1], 9, "max")
    assert step.winners.tolist() == [[False, False], [False, True]]


def test_all_that_share_the_largest_win() -> None:
    step = MaxPooling().explain(plane([[5, 1], [5, 0]]), 0, 0)
    assert step.winners.tolist() == [[True, False], [True, False]]


def test_the_padding_never_wins() -> None:
    step = MaxPooling(3, 1, "same").explain(np.zeros((2, 2, 1), np.float32), 0, 0)
    assert step.winners.tolist() == step.inside.tolist()
    assert step.inside.tolist() == [[False] * 3, [False, True, True], [False, True, True]]


def test_explain_of_a_mean_has_the_sum_and_the_count() -> None:
    step = AveragePooling(2, 2, "same").explain(plane([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), 0, 1)
    assert (step.total, step.count, step.result, step.kind) == (9, 2, 4.5, "average")
    assert not step.winners.any()


def test_explain_shows_the_channel_that_was_asked_for() -> None:
    image = random(4, 4, 3)
    step = MaxPooling().explain(image, 1, 0, 2)
    assert step.channels.tolist() == [2]
    np.testing.assert_array_equal(step.window[:, :, 0], image[2:4, 0:2, 2])


@pytest.mark.parametrize("cell", [(-1, 0, 0), (2, 0, 0), (0, 2, 0), (0, 0, 1)], ids=str)
def test_a_cell_outside_the_output_is_an_index_error(cell: tuple[int, int, int]) -> None:
    with pytest.raises(IndexError):
        MaxPooling().explain(plane(IMAGE), *cell)


# --- every cell, by brute force ---

POOLS = [
    (pool, strides, padding)
    for pool in ((1, 1), (2, 2), (3, 3), (2, 3), (4, 1))
    for strides in (None, (1, 1), (2, 2), (1, 3), (4, 2))
    for padding in ("valid", "same")
]


@pytest.mark.parametrize("kind", [MaxPooling, AveragePooling])
@pytest.mark.parametrize("size", [(5, 7), (4, 4), (90, 81)], ids=str)
@pytest.mark.parametrize(("pool", "strides", "padding"), POOLS, ids=str)
def test_every_cell_is_that_of_its_window(
    pool: tuple[int, int], strides: tuple[int, int] | None, padding: str, size: tuple[int, int], kind: type
) -> None:
    image, layer = random(*size, 2), kind(pool, strides, padding)
    output = layer.apply(image)
    assert output.dtype == np.float32 and output.shape == layer.output_shape(image.shape)
    for row, column in _some(output.shape[:2]):
        rows, columns = (
            positions[(positions >= 0) & (positions < n)]
            for positions, n in zip(layer.window_positions(image.shape, row, column), size, strict=True)
        )
        cells = image[np.ix_(rows, columns)]
        expected = cells.max((0, 1)) if kind is MaxPooling else cells.mean((0, 1))
        np.testing.assert_allclose(output[row, column], expected, rtol=1e-6)
        assert layer.explain(image, row, column, 1).result == pytest.approx(expected[1], rel=1e-6)


def _some(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """All cells of a small output; corners and a few others of a large one."""
    cells = list(np.ndindex(*shape))
    if len(cells) <= 40:
        return cells
    return [cells[0], cells[shape[1] - 1], cells[-shape[1]], cells[-1], *cells[:: len(cells) // 10]]


@pytest.mark.parametrize(("pool", "strides", "padding"), POOLS, ids=str)
def test_readers_are_found_by_brute_force_too(
    pool: tuple[int, int], strides: tuple[int, int] | None, padding: str
) -> None:
    layer, shape = MaxPooling(pool, strides, padding), (5, 6, 1)
    rows, columns, _ = layer.output_shape(shape)
    windows = {
        output: set(itertools.product(*(p.tolist() for p in layer.window_positions(shape, *output))))
        for output in np.ndindex(rows, columns)
    }
    read = np.logical_and.outer(*layer.cells_read(shape))
    for cell in np.ndindex(5, 6):
        readers = {output for output, window in windows.items() if cell in window}
        assert set(itertools.product(*(p.tolist() for p in layer.readers_of(shape, *cell)))) == readers
        assert read[cell] == bool(readers)


# --- whole images at once ---


def test_global_pooling_gives_one_number_for_each_channel() -> None:
    image = random(5, 4, 3)
    assert GlobalMaxPooling().apply(image).tolist() == image.max((0, 1)).tolist()
    np.testing.assert_allclose(GlobalAveragePooling().apply(image), image.mean((0, 1)), rtol=1e-6)
    assert GlobalMaxPooling().output_shape((5, 4, 3)) == (3,)


def test_global_pooling_is_explained_by_the_whole_channel() -> None:
    image = random(5, 4, 3)
    step = GlobalMaxPooling().explain(image, 0, 0, 2)
    np.testing.assert_array_equal(step.window[:, :, 0], image[:, :, 2])
    assert step.winners.tolist() == (image[:, :, 2] == image[:, :, 2].max()).tolist()
    assert GlobalAveragePooling().explain(image, 0, 0, 1).count == 20


def test_every_cell_is_read_by_a_global_pool() -> None:
    layer = GlobalMaxPooling()
    assert all(part.all() for part in layer.cells_read((5, 4, 3)))
    assert [part.tolist() for part in layer.readers_of((5, 4, 3), 3, 2)] == [[0], [0]]


# --- settings, counts and refusals ---


def test_one_number_stands_for_both_axes() -> None:
    assert MaxPooling(3) == MaxPooling((3, 3), (3, 3))  # type: ignore[arg-type]
    assert MaxPooling(3, 2) == MaxPooling((3, 3), (2, 2))  # type: ignore[arg-type]


def test_the_summary_says_the_settings() -> None:
    assert MaxPooling().summary == "2×2 · stride 2"
    assert AveragePooling((3, 2), (1, 2), "same").summary == "3×2 · stride 1×2 · same"


def test_pools_have_no_weights() -> None:
    assert MaxPooling().weight_count() == 0
    assert MaxPooling().multiplications((4, 4, 3)) == 0


REFUSED = {
    "pool 0": (lambda: MaxPooling(0), "pool size cannot be 0"),  # type: ignore[arg-type]
    "stride 0": (lambda: AveragePooling(2, (1, 0)), "stride cannot be"),  # type: ignore[arg-type]
    "padding": (lambda: MaxPooling(2, 2, "full"), "no padding “full” for pooling"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_a_sentence(name: str) -> None:
    make, words = REFUSED[name]
    with pytest.raises(Problem) as refusal:
        make()
    assert words in refusal.value.sentence


def test_a_valid_pool_larger_than_its_input_is_refused() -> None:
    with pytest.raises(Problem, match="pool 3×2 does not fit into the input of 2×5"):
        MaxPooling((3, 2)).output_shape((2, 5, 1))
    assert MaxPooling((3, 2), padding="same").output_shape((2, 5, 1)) == (1, 3, 1)


@pytest.mark.parametrize("layer", [MaxPooling(), GlobalMaxPooling(), GlobalAveragePooling()], ids=str)
def test_a_vector_is_refused_for_it_has_no_rows_and_columns(layer: Operation) -> None:
    with pytest.raises(Problem, match="needs an image"):
        layer.output_shape((10,))


def test_pooling_needs_neither_opencv_nor_scipy() -> None:
    code = (
        "import sys, numpy as np\n"
        "from convlab.operations.pooling import MaxPooling\n"
        "MaxPooling().apply(np.ones((64, 64, 1), np.float32))\n"
        "assert not {'cv2', 'scipy', 'matplotlib', 'PIL'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
