"""A convolution's settings: what it says of itself, what it refuses, and what it does with the arrays it is given."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from convlab.operations.convolution import Convolution
from convlab.problems import Problem


def random(*shape: int, seed: int = 0) -> np.ndarray:
    """Whole numbers: their sums are exact in float32."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float32)


# --- counts and words ---


def test_weights_and_multiplications_are_counted() -> None:
    layer = Convolution(random(3, 3, 3, 8), np.zeros(8), padding="same")
    assert layer.weight_count() == 3 * 3 * 3 * 8 + 8
    assert layer.multiplications((28, 28, 3)) == 28 * 28 * 3 * 3 * 3 * 8
    grouped = Convolution(random(3, 3, 1, 3), groups=3, strides=2, padding="same")
    assert grouped.weight_count() == 27
    assert grouped.multiplications((28, 28, 3)) == 14 * 14 * 27


def test_the_summary_says_the_settings() -> None:
    assert Convolution(random(3, 3, 1, 1), padding="same").summary == "3×3 · stride 1 · same"
    layer = Convolution(random(3, 5, 1, 4), dilation_rate=(2, 1), padding=((1, 0), (0, 0)))
    assert layer.summary == "3×5 · stride 1 · dilation 2×1 · own padding · 4 filters"


def test_the_size_formula_has_the_numbers_of_both_axes() -> None:
    rows, columns = Convolution(random(3, 5, 1, 1), strides=(1, 2), padding="same").size_formula((28, 28, 1))
    assert (rows.n, rows.before, rows.after, rows.extent, rows.stride, rows.out) == (28, 1, 1, 3, 1, 28)
    assert (columns.before, columns.after, columns.extent, columns.stride, columns.out) == (1, 2, 5, 2, 14)


# --- what is refused ---

ONE = np.ones((3, 3, 1, 1), np.float32)
REFUSED = {
    "stride and dilation": (
        lambda: Convolution(ONE, strides=2, dilation_rate=(1, 2)),
        "stride and a dilation",
    ),
    "stride 0": (lambda: Convolution(ONE, strides=0), "stride cannot be 0"),
    "dilation 0": (lambda: Convolution(ONE, dilation_rate=(1, 0)), "dilation cannot be"),
    "half a stride": (lambda: Convolution(ONE, strides=(1.5, 1)), "stride cannot be"),  # type: ignore[arg-type]
    "empty kernel": (lambda: Convolution(np.ones((0, 3, 1, 1))), "cannot be empty"),
    "no filters": (lambda: Convolution(np.ones((3, 3, 1, 0))), "cannot be empty"),
    "biases": (lambda: Convolution(ONE, bias=[1, 2]), "1 filters need 1 biases, not 2"),
    "groups": (
        lambda: Convolution(np.ones((3, 3, 1, 4)), groups=3),
        "4 filters cannot be divided into 3 groups",
    ),
    "no groups": (lambda: Convolution(ONE, groups=0), "groups"),
    "padding": (lambda: Convolution(ONE, padding="full"), "no padding “full”"),  # type: ignore[arg-type]
    "negative padding": (lambda: Convolution(ONE, padding=((0, -1), (0, 0))), "cannot be negative"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_a_sentence(name: str) -> None:
    make, words = REFUSED[name]
    with pytest.raises(Problem) as refusal:
        make()
    assert words in refusal.value.sentence
    assert refusal.value.sentence.endswith(".")


def test_a_kernel_larger_than_the_padded_image_is_refused_with_both_sizes() -> None:
    layer = Convolution(np.ones((3, 5, 1, 1)), padding=((0, 0), (1, 0)))
    with pytest.raises(Problem, match="reaches over 3×5 cells, and the padded image is 4×4"):
        layer.output_shape((4, 3, 1))


def test_a_wrong_number_of_channels_is_refused() -> None:
    with pytest.raises(Problem, match="reads 1 channels, and 3 reach it"):
        Convolution(ONE).apply(random(5, 5, 3))


def test_reflection_needs_cells_behind_the_edge() -> None:
    layer = Convolution(ONE, padding=((3, 0), (0, 0)), padding_mode="reflect")
    with pytest.raises(Problem, match="Padding of 3 cannot be filled by reflection"):
        layer.output_shape((3, 5, 1))
    assert layer.output_shape((4, 5, 1)) == (5, 3, 1)


# --- its own arrays ---


@pytest.mark.parametrize("size", [(9, 8), (80, 90)], ids=["small", "large"])
def test_apply_leaves_its_input_as_it_was(size: tuple[int, int]) -> None:
    image = random(*size, 3)
    before = image.copy()
    image.setflags(write=False)
    for kernel in (random(3, 3, 3, 1, seed=1), np.ones((3, 3, 3, 2)), np.ones((1, 1, 3, 1))):
        Convolution(kernel, np.ones(kernel.shape[3]), padding="same", activation="relu").apply(image)
    np.testing.assert_array_equal(image, before)


def test_an_image_whose_rows_share_their_memory_is_convolved_as_any_other() -> None:
    layer = Convolution(random(3, 3, 2, 1, seed=1), padding="same")
    for image in (
        np.broadcast_to(random(1, 80, 2), (90, 80, 2)),
        np.broadcast_to(random(90, 1, 2), (90, 80, 2)),
    ):
        np.testing.assert_array_equal(layer.apply(image), layer.apply(image.copy()))


def test_the_kernel_is_a_copy_that_cannot_be_written() -> None:
    mine = np.ones((1, 1, 1, 1), np.float32)
    layer = Convolution(mine, bias=np.zeros(1, np.float32))
    mine[:] = 5
    assert layer.kernel.item() == 1
    for array in (layer.kernel, layer.bias, layer.effective_kernel):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 2  # type: ignore[index]


def test_a_vector_is_refused_for_it_has_no_rows_and_columns() -> None:
    with pytest.raises(Problem, match="needs an image, and a row of 3 numbers reaches it"):
        Convolution(random(1, 1, 3, 2)).apply(random(3))


def test_a_large_image_needs_little_more_memory_than_its_output() -> None:
    planes = np.ones((3, 1080, 2048), np.float32)
    layer = Convolution(random(3, 3, 3, 1), [1.0], padding="same", activation="relu")
    layer.apply(np.moveaxis(planes[:, :100], 0, -1))
    tracemalloc.start()
    layer.apply(np.moveaxis(planes, 0, -1))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3.1 * planes[0].nbytes  # the output, and two planes in between
