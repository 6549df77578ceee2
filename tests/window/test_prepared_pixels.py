"""The last step of the way: from a pixel of the picture to the number that the network gets."""

from __future__ import annotations

import numpy as np
import pytest

from convlab.experiment.image import Image
from convlab.network.preparation import SCALINGS, Preparation, prepare
from convlab.window.cell_meanings import meaning_of
from convlab.window.prepared_pixels import Preparing

FUNCTIONS = {
    "x": lambda x, t: x,
    "x ÷ white": lambda x, t: x / t["white"],
    "255 × x": lambda x, t: 255 * x,
    "255 × x ÷ white": lambda x, t: 255 * x / t["white"],
    "2 × x − 1": lambda x, t: 2 * x - 1,
    "2 × x ÷ white − 1": lambda x, t: 2 * x / t["white"] - 1,
    "x − mean": lambda x, t: x - t["mean"],
    "255 × x − mean": lambda x, t: 255 * x - t["mean"],
    "255 × x ÷ white − mean": lambda x, t: 255 * x / t["white"] - t["mean"],
    "(x − mean) ÷ deviation": lambda x, t: (x - t["mean"]) / t["deviation"],
    "(x ÷ white − mean) ÷ deviation": lambda x, t: (x / t["white"] - t["mean"]) / t["deviation"],
}
"""What the formulas on the screen say."""


def image(channels: int, white: float, size: tuple[int, int] = (6, 5)) -> Image:
    pixels = np.random.default_rng(4).integers(0, int(white) + 1, (*size, channels)).astype(np.float32)
    return Image(pixels if white > 1 else pixels * 0.75, white)


def preparing(image: Image, shape: tuple[int, ...], **choices: object) -> Preparing:
    preparation = Preparation(**choices)  # type: ignore[arg-type]
    prepared = prepare(image.pixels, image.white, shape, preparation)
    return Preparing.of(image, prepared, preparation)


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("white", [1, 9, 255])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_formula_gives_what_the_network_gets(scaling: str, white: float, channels: int) -> None:
    operation = preparing(image(channels, white), (6, 5, 3), scaling=scaling)
    for cell in [(0, 0, 0), (2, 4, 1), (5, 3, 2)]:
        step = operation.explain(operation.picture, *cell)
        by_hand = FUNCTIONS[step.formula](float(step.window[0, 0, 0]), dict(step.terms))
        assert by_hand == pytest.approx(operation.prepared[cell], abs=2e-5 * max(1.0, abs(by_hand)))
        assert step.result == operation.prepared[cell]


@pytest.mark.parametrize("shape", [(6, 5, 3), (6, 5, 1), (6, 5, 4), (6, 5, 2), (6, 5), (30,), (90,)])
def test_each_number_knows_its_pixel(shape: tuple[int, ...]) -> None:
    operation = preparing(image(3, 255), shape, scaling="0 to 255")
    numbers = operation.prepared.reshape(
        (1, 1, -1) if len(shape) == 1 else (1, *shape) if len(shape) == 2 else shape
    )
    opaque = shape in ((6, 5, 4), (6, 5, 2))
    for cell in np.ndindex(numbers.shape):
        step = operation.explain(operation.picture, *cell)
        assert step.result == numbers[cell]
        if not (opaque and cell[2] == shape[2] - 1):
            pixel = operation.picture[step.rows[0], step.columns[0], step.channels[0]]
            assert pixel == pytest.approx(numbers[cell])


def test_blue_comes_first_where_the_network_wants_it_so() -> None:
    operation = preparing(image(3, 255), (6, 5, 3), scaling="0 to 255", channels="BGR")
    assert operation.explain(operation.picture, 1, 2, 0).channels.tolist() == [2]


def test_a_picture_of_another_size_says_how_it_was_fitted() -> None:
    same = preparing(image(1, 1), (6, 5, 1))
    other = preparing(image(1, 1, (12, 20)), (6, 5, 1), fit="pad")
    assert "fitted" not in meaning_of(same)
    assert "12 × 20 is fitted to 6 × 5: whole, with black around it" in meaning_of(other)
