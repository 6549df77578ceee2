"""The images that come with the program."""

from __future__ import annotations

import numpy as np
import pytest

from convlab import resources
from convlab.experiment.samples import SAMPLES, first_image, load_sample

ALL = pytest.mark.parametrize("key", [sample.key for sample in SAMPLES])


@ALL
def test_each_sample_opens_with_its_levels(key):
    image = load_sample(key)
    assert image.pixels.min() == 0 or key == "shapes"
    assert image.pixels.max() <= image.white
    assert image.pixels.max() >= 0.9 * image.white
    assert np.array_equal(image.pixels, np.rint(image.pixels))
    assert image.name


@ALL
def test_each_sample_says_in_one_line_what_it_is_good_for(key):
    note = next(sample.note for sample in SAMPLES if sample.key == key)
    assert note.endswith(".")
    assert len(note) < 80


def test_keys_and_titles_are_unique():
    assert (
        len({sample.key for sample in SAMPLES}) == len({sample.title for sample in SAMPLES}) == len(SAMPLES)
    )


def test_the_gallery_has_letters_digits_patterns_and_a_photograph():
    keys = {sample.key for sample in SAMPLES}
    assert {
        "letter-a",
        "letter-e",
        "checkerboard",
        "gradient",
        "shapes",
        "text",
        "impulse",
        "portrait",
    } <= keys
    assert {f"digit-{n}" for n in range(10)} <= keys


def test_all_samples_together_are_small():
    assert sum(resources.path(f"images/{sample.file}").stat().st_size for sample in SAMPLES) < 600_000


def test_the_first_image_is_the_letter_a_in_digits():
    image = first_image()
    assert image.pixels[4, :, 0].tolist() == [0, 0, 3, 9, 0, 0, 9, 3, 0, 0]
    assert (image.name, image.levels) == ("Letter A", "0 to 9")


def test_every_other_cell_of_the_checkerboard_is_black():
    assert not load_sample("checkerboard").pixels[::2, ::2].any()


def test_an_unknown_key_is_an_error():
    with pytest.raises(KeyError):
        load_sample("../secret")
