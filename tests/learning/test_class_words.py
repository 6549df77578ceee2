"""Confusions of classes in words."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from convlab.learning.class_words import (
    confusion_words,
    mistake_words,
    most_confused,
    one,
    short_name,
    sureness,
    taken_words,
)

CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Shirt", "Ankle boot")
COUNTS = np.array(
    [[900, 1, 0, 99, 0], [0, 1000, 0, 0, 0], [5, 0, 900, 95, 0], [120, 0, 17, 863, 0], [0, 0, 1, 0, 999]]
)


@pytest.mark.parametrize(
    ("label", "taken", "words"),
    [
        (3, 2, "17 shirts were taken for pullovers."),
        (3, 0, "120 shirts were taken for T-shirts."),
        (4, 2, "1 ankle boot was taken for a pullover."),
        (0, 1, "1 T-shirt was taken for a trouser."),
        (1, 4, "None of 1,000 trousers was taken for an ankle boot."),
        (1, 1, "1,000 of 1,000 trousers were recognised."),
        (3, 3, "863 of 1,000 shirts were recognised."),
    ],
)
def test_a_cell_is_a_sentence(label: int, taken: int, words: str) -> None:
    assert confusion_words(COUNTS, CLOTHES, label, taken) == words


def test_the_images_of_a_cell_have_a_name() -> None:
    assert taken_words(CLOTHES, 3, 0) == "Shirts taken for T-shirts"
    assert taken_words(CLOTHES, 0, 0) == "T-shirts taken for something else"
    assert taken_words(("Gänse", "Füchse"), 0, 1) == "Images of “Gänse” taken for “Füchse”"


def test_digits_are_things_too() -> None:
    names, counts = tuple("0123456789"), np.zeros((10, 10), np.int64)
    counts[7, 1], counts[4, 8] = 12, 1
    assert confusion_words(counts, names, 7, 1) == "12 sevens were taken for ones."
    assert confusion_words(counts, names, 4, 8) == "1 four was taken for an eight."
    assert one("1") == "a one"


def test_names_of_ones_own_data_are_left_as_they_are() -> None:
    names, counts = ("Gänse", "Füchse"), np.array([[1, 2], [1, 0]])
    assert confusion_words(counts, names, 0, 1) == "2 images of “Gänse” were taken for “Füchse”."
    assert confusion_words(counts, names, 1, 0) == "1 image of “Füchse” was taken for “Gänse”."
    assert confusion_words(counts, names, 1, 1) == "0 of 1 images of “Füchse” were recognised."


def test_classes_without_a_name_have_their_number() -> None:
    assert confusion_words(np.array([[1, 2], [0, 1]]), (), 0, 1) == (
        "2 images of “class 0” were taken for “class 1”."
    )


def test_a_mistake_is_told_with_how_sure_it_is() -> None:
    assert mistake_words(CLOTHES, 3, 2, 0.983) == "shirt, taken for pullover, 98 %"
    assert mistake_words(tuple("0123456789"), 7, 1, 0.75) == "7, taken for 1, 75 %"
    assert short_name(("Gänse",), 0) == "Gänse"


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.5, "50 %"), (0.994, "99 %"), (0.9951, "more than 99 %"), (1.0, "100 %"), (nan, "unknown")],
)
def test_nothing_is_rounded_up_to_all(probability: float, words: str) -> None:
    assert sureness(probability) == words


def test_the_pair_that_is_confused_most() -> None:
    assert most_confused(COUNTS) == (3, 0)
    assert most_confused(np.eye(3, dtype=np.int64)) is None
    assert most_confused(np.zeros((0, 0), np.int64)) is None
    assert COUNTS[0, 0] == 900  # what is asked about stays as it is
