"""Files that are damaged, or made to do harm: each gives one sentence and costs nothing."""

from __future__ import annotations

import io
import random
import time
import tracemalloc
from contextlib import suppress

import numpy as np
import pytest

from convlab.experiment import archive
from convlab.experiment.experiment import Experiment, first_experiment
from convlab.experiment.files import from_parts, read_parts, to_parts
from convlab.operations.chain import Chain
from convlab.operations.pointwise import BatchNormalization
from convlab.problems import Problem
from tests.experiment.damaged_files import damaged_containers, members, wrong_documents, zipped
from tests.experiment.every_kind import EVERY_KIND

MB = 1024 * 1024


def good_file():
    file = io.BytesIO()
    archive.pack(file, *to_parts(first_experiment()))
    return file.getvalue()


GOOD = good_file()
CONTAINERS = damaged_containers(GOOD)


def problem_of(data):
    with pytest.raises(Problem) as caught:
        from_parts(*read_parts(data))
    return caught.value


def test_the_file_they_are_made_of_is_good():
    assert len(from_parts(*read_parts(GOOD)).operations) == 3
    assert len(from_parts(*read_parts(zipped(list(members(GOOD).items())))).operations) == 3


def test_there_are_at_least_fifty():
    assert len(CONTAINERS) >= 50


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_damaged_file_gives_one_sentence_that_says_what_to_do(name):
    problem = problem_of(CONTAINERS[name])
    assert problem.what == "This ConvLab file cannot be opened."
    assert problem.why.endswith(".")
    assert problem.remedy
    assert len(problem.sentence) < 250
    assert problem.sentence.isprintable()


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_damaged_file_takes_no_memory_and_no_time(name):
    data = CONTAINERS[name]
    tracemalloc.start()
    start = time.thread_time()
    problem_of(data)
    seconds, peak = time.thread_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MB
    assert seconds < 0.5


def test_wherever_a_file_is_cut_off_it_is_refused():
    for length in range(len(GOOD)):
        problem_of(GOOD[:length])


def test_no_flipped_bits_can_raise_anything_but_a_problem():
    chance = random.Random(5)
    for _ in range(1500):
        data = bytearray(GOOD)
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(Problem):
            from_parts(*read_parts(bytes(data)))


DOCUMENT, ARRAYS = to_parts(first_experiment(), {"stage": 1})
NORMALISED = Experiment(first_experiment().image, (BatchNormalization(*[np.ones(1, np.float32)] * 4),))


@pytest.mark.parametrize("experiment", [first_experiment(), NORMALISED], ids=["convolution", "normalisation"])
def test_a_wrong_value_in_any_field_is_taken_or_gives_one_sentence(experiment):
    document, arrays = to_parts(experiment)
    sentences = {}
    for what, changed in wrong_documents(document):
        try:
            from_parts(changed, arrays)
        except Problem as problem:
            sentences[what] = problem.sentence
    assert len(sentences) > 150
    assert max(len(sentence) for sentence in sentences.values()) < 250


@pytest.mark.parametrize(
    ("field", "value"),
    [("strides", [0, 1]), ("strides", [1, 5000]), ("strides", [1]), ("strides", [True, 1]), ("padding", "full"),
     ("padding", [[1, 1], [1, -1]]), ("groups", 0), ("flip_kernel", 1), ("padding_mode", "wrap"), ("activation", "eval"),
     ("activation", {"name": "relu", "negative_slope": "x"}), ("kernel", "kernel-7.npy"), ("kernel", "image.npy"),
     ("kernel", None), ("bias", "kernel-0.npy"), ("dilation_rate", [1.0, 1]), ("kind", "lambda"), ("kind", None)],
)  # fmt: skip
def test_these_settings_of_a_convolution_are_refused(field, value):
    document, arrays = to_parts(first_experiment())
    document["operations"][0][field] = value
    with pytest.raises(Problem):
        from_parts(document, arrays)


@pytest.mark.parametrize(
    "kernel",
    [np.full((3, 3, 1, 1), np.nan, np.float32), np.full((3, 3, 1, 1), np.inf, np.float32), np.zeros((3, 3), np.float32),
     np.zeros((3, 3, 1, 1)), np.zeros((3, 3, 0, 1), np.float32), np.zeros((3, 3, 1, 1), np.uint8)],
)  # fmt: skip
def test_weights_that_are_no_numbers_or_no_kernel_are_refused(kernel):
    document, arrays = to_parts(first_experiment())
    with pytest.raises(Problem):
        from_parts(document, arrays | {"kernel-0.npy": kernel})


@pytest.mark.parametrize("shape", [(10, 10, 2), (10, 10), (0, 10, 1), (10, 10, 1, 1)])
def test_an_image_of_another_shape_is_refused(shape):
    document, arrays = to_parts(first_experiment())
    with pytest.raises(Problem):
        from_parts(document, arrays | {"image.npy": np.zeros(shape, np.float32)})


@pytest.mark.parametrize(
    "described", [None, 3, [], "x", {}, {"format": "1"}, {"format": True}, {"format": 0}]
)
def test_a_description_that_is_none_is_refused(described):
    with pytest.raises(Problem):
        from_parts(described, {})


@pytest.mark.parametrize("operation", EVERY_KIND, ids=lambda operation: type(operation).__name__)
def test_what_opens_can_be_computed_or_says_why_not(operation):
    document, arrays = to_parts(Experiment(first_experiment().image, (operation,)))
    for _, changed in wrong_documents(document):
        with suppress(Problem), np.errstate(all="ignore"):
            experiment = from_parts(changed, arrays)
            Chain(experiment.image.pixels, experiment.operations).output(len(experiment.operations))


@pytest.mark.parametrize("name", ["gamma-0.npy", "mean-0.npy", "variance-0.npy"])
def test_a_normalisation_needs_as_many_numbers_of_each_sort_and_no_negative_variance(name):
    document, arrays = to_parts(NORMALISED)
    with pytest.raises(Problem, match="one number for each channel"):
        from_parts(document, arrays | {name: np.ones(2, np.float32)})
    with pytest.raises(Problem, match="negative"):
        from_parts(document, arrays | {"variance-0.npy": -np.ones(1, np.float32)})


def test_a_kernel_larger_than_any_picture_needs_is_refused():
    document, arrays = to_parts(first_experiment())
    with pytest.raises(Problem, match="255×255"):
        from_parts(document, arrays | {"kernel-0.npy": np.zeros((256, 1, 1, 1), np.float32)})


def test_too_many_operations_are_refused():
    document, arrays = to_parts(first_experiment())
    document["operations"] = document["operations"][1:2] * 1000
    with pytest.raises(Problem, match="at most"):
        from_parts(document, arrays)
