"""What predictions are called: by the file, a text file, the data set, or by numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convlab.network.class_names import DATA_SETS, names_for, parse_names
from convlab.problems import Problem
from tests.network.described import layer, sequence


def classifier(shape, count, name="", activation="softmax"):
    dense = layer("Dense", units=count, activation=activation)
    return sequence(shape, dense, shapes=((count,),), name=name)


def test_the_names_in_the_file_come_first():
    network = replace(classifier((28, 28, 1), 3), class_names=("a", "b", "c"))
    assert names_for(network) == (("a", "b", "c"), "from the file")


def test_names_in_the_file_that_do_not_fit_are_not_used():
    network = replace(classifier((64, 64, 3), 3), class_names=("a", "b"))
    assert names_for(network)[0] == ("class 0", "class 1", "class 2")


@pytest.mark.parametrize(
    ("name", "shape", "count", "first"),
    [
        ("mnist.h5", (28, 28, 1), 10, "0"),
        ("fashion_mnist_cnn.keras", (28, 28, 1), 10, "T-shirt/top"),
        ("cifar10.h5", (32, 32, 3), 10, "airplane"),
        ("cifar100.h5", (32, 32, 3), 100, "class 0"),
        ("fer2013_mini_XCEPTION.hdf5", (64, 64, 1), 7, "angry"),
        ("model.h5", (28, 28, 1), 10, "0"),
        ("model.h5", (28, 28), 10, "0"),
        ("model.h5", (784,), 10, "0"),
        ("model.h5", (32, 32, 3), 10, "class 0"),
        ("model.h5", (28, 28, 1), 26, "class 0"),
        ("emnist.h5", (28, 28, 1), 26, "class 0"),
    ],
)
def test_the_data_set_is_guessed_from_names_and_from_digits_alone(name, shape, count, first):
    names, source = names_for(classifier(shape, count, name))
    assert len(names) == count and names[0] == first
    assert ("numbers" in source) == first.startswith("class")


def test_what_is_no_probability_is_not_called_a_class():
    assert names_for(classifier((66, 200, 3), 1, activation="linear"))[0] == ("output 0",)


def test_an_image_has_no_names():
    network = sequence((8, 8, 1), layer("Conv2D"), shapes=((8, 8, 3),))
    assert names_for(network) == ((), "")
    assert names_for(replace(network, nodes=(), outputs=(), inputs=())) == ((), "")


def test_units_tell_how_many_where_the_shape_is_unknown():
    network = sequence(None, layer("Dense", units=4, activation="softmax"))
    assert len(names_for(network)[0]) == 4


def test_each_data_set_has_as_many_names_as_classes():
    assert {key: len(set(one.names)) for key, one in DATA_SETS.items()} == {
        "digits": 10,
        "clothes": 10,
        "CIFAR-10": 10,
        "faces": 7,
    }


# --- text files ---


def test_each_line_is_a_name():
    assert parse_names(["\ufeffcat ", "", " big dog"], 2) == ("cat", "big dog")


@pytest.mark.parametrize("lines", [["0 cat", "1 dog"], ["1: cat", "2: dog"], ["0,cat", "1,dog"], ["0\tcat", "1\tdog"]])  # fmt: skip
def test_numbers_before_the_names_are_left_out(lines):
    assert parse_names(lines, 2) == ("cat", "dog")


@pytest.mark.parametrize("lines", [["0", "1", "2"], ["3 cats", "5 dogs"], ["0 cat", "dog"], ["7 up"]])
def test_numbers_that_are_part_of_the_names_stay(lines):
    assert parse_names(lines, len(lines)) == tuple(lines)


@pytest.mark.parametrize("count", [1, 3])
def test_another_number_of_names_is_said(count):
    with pytest.raises(Problem, match="holds 2 names"):
        parse_names(["cat", "dog"], count)


def test_an_empty_file_is_said():
    with pytest.raises(Problem, match="no names"):
        parse_names(["", " "], 2)


def test_names_are_made_harmless():
    assert "\u202e" not in parse_names(["\u202ecat", "dog"], 2)[0]
