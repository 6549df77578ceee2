"""Saving and opening: nothing is lost on the way, and a file is whole or not there."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
import zipfile
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convlab.experiment import files
from convlab.experiment.experiment import Experiment, first_experiment
from convlab.experiment.files import from_parts, read_parts, to_parts, view_of, write
from convlab.experiment.image import Image, image_of_bytes
from convlab.experiment.operation_fields import KINDS, checks_of
from convlab.operations.convolution import Convolution
from convlab.operations.pointwise import ACTIVATIONS, Activation
from convlab.plain_text import safe_text
from convlab.problems import Problem
from tests.experiment.every_kind import EVERY_KIND, WEIGHTS

bytes_pixels = arrays(
    np.uint8,
    st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from([1, 3])),
    elements=st.integers(0, 255),
)
float_pixels = arrays(
    np.float32, st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from([1, 3])),
    elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
)  # fmt: skip
names = st.text(max_size=40).filter(lambda name: safe_text(name, 200) == name)
images = st.one_of(
    st.builds(image_of_bytes, bytes_pixels, st.sampled_from([1.0, 9.0, 255.0]), names),
    st.builds(Image, float_pixels, st.sampled_from([1.0, 9.0, 255.0]), names, st.lists(names, max_size=3)),
)


def opened(data):
    return from_parts(*read_parts(data))


def saved(experiment, folder, extra=None):
    write(folder / "work.convlab", experiment, extra)
    return (folder / "work.convlab").read_bytes()


def same(one, other):
    """Whether two experiments, operations or settings are equal through and through."""
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.dtype == other.dtype and np.array_equal(one, other)
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return bool(one == other)


def test_what_is_saved_is_opened(tmp_path):
    experiment = first_experiment()
    assert same(opened(saved(experiment, tmp_path)), experiment)


@pytest.mark.parametrize("operation", EVERY_KIND, ids=lambda operation: type(operation).__name__)
def test_every_kind_of_operation_comes_back_with_all_its_settings(operation, tmp_path):
    experiment = Experiment(first_experiment().image, (operation,))
    assert same(opened(saved(experiment, tmp_path)).operations[0], operation)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_comes_back(name, tmp_path):
    experiment = Experiment(
        first_experiment().image, (Activation(name), Convolution(WEIGHTS, activation=name))
    )
    assert same(opened(saved(experiment, tmp_path)), experiment)


def test_no_kind_of_operation_is_forgotten():
    assert {type(operation) for operation in EVERY_KIND} == set(KINDS.values())


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.__name__)
def test_every_setting_of_an_operation_has_a_check(kind):
    assert set(checks_of(kind, {})) == {field.name for field in fields(kind) if field.init}


@settings(deadline=None)
@given(images, st.lists(st.sampled_from(EVERY_KIND), max_size=4))
def test_any_experiment_survives_being_a_file(image, operations):
    experiment = Experiment(image, tuple(operations))
    file = io.BytesIO()
    files.archive.pack(file, *to_parts(experiment))
    assert same(opened(file.getvalue()), experiment)


@given(images)
def test_a_picture_of_bytes_is_kept_as_bytes(image):
    _, parts = to_parts(Experiment(image))
    assert parts["image.npy"].shape == image.pixels.shape
    bytes_of = np.rint(image.pixels.astype(np.float64) * (255 if image.white == 1 else 1))
    fits = bytes_of.min() >= 0 and bytes_of.max() <= 255
    if parts["image.npy"].dtype == np.uint8:
        assert fits
    elif image.white != 1:
        assert not (fits and np.array_equal(bytes_of, image.pixels))


def test_the_state_of_the_view_is_kept(tmp_path):
    data = saved(first_experiment(), tmp_path, {"stage": 2, "speed": 4.5, "name": "Größe"})
    assert view_of(read_parts(data)[0]) == {"stage": 2, "speed": 4.5, "name": "Größe"}


@pytest.mark.parametrize("view", [None, 3, [], "x"])
def test_a_view_that_is_none_is_empty(view):
    assert view_of({"view": view}) == {}


def test_the_same_work_gives_the_same_bytes(tmp_path):
    assert saved(first_experiment(), tmp_path) == saved(first_experiment(), tmp_path)


def test_the_file_is_a_zip_that_people_can_look_into(tmp_path):
    with zipfile.ZipFile(io.BytesIO(saved(first_experiment(), tmp_path))) as archive:
        described = json.loads(archive.read("experiment.json"))
        assert described["format"] == 1
        assert described["operations"][1]["name"] == "relu"
        assert np.load(io.BytesIO(archive.read("image.npy"))).shape == (10, 10, 1)


def test_settings_that_have_a_usual_value_may_be_missing():
    described, parts = to_parts(first_experiment())
    del described["operations"][0]["dilation_rate"]
    assert from_parts(described, parts).operations[0].dilation_rate == (1, 1)


def test_what_a_later_program_adds_is_ignored():
    described, parts = to_parts(first_experiment())
    described["colour of the sky"] = "blue"
    described["operations"][0]["mood"] = 3
    assert same(from_parts(described, parts), first_experiment())


def test_a_newer_format_is_refused_with_what_to_do():
    described, parts = to_parts(first_experiment())
    with pytest.raises(Problem, match="newer ConvLab") as caught:
        from_parts(described | {"format": 2}, parts)
    assert "newest" in caught.value.remedy


def test_text_from_a_file_is_made_printable():
    described, parts = to_parts(first_experiment())
    described["image"]["name"] = "a\u202eb\nc\x00\ud800"
    assert from_parts(described, parts).image.name == "a�b�c��"


def test_saving_keeps_the_file_it_replaces(tmp_path):
    before = saved(first_experiment(), tmp_path)
    saved(first_experiment().without(0), tmp_path)
    assert (tmp_path / "work.convlab.bak").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work.convlab", "work.convlab.bak"]


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path):
    before = saved(first_experiment(), tmp_path)
    with pytest.raises(ValueError, match="JSON"):
        write(tmp_path / "work.convlab", first_experiment(), {"speed": float("nan")})
    assert (tmp_path / "work.convlab").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["work.convlab"]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path):
    with pytest.raises(Problem, match=r"was not saved\. The folder does not exist"):
        write(tmp_path / "gone" / "work.convlab", first_experiment())


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux")
def test_a_name_too_long_is_a_problem(tmp_path):
    with pytest.raises(Problem, match="was not saved"):
        write(tmp_path / ("x" * 300 + ".convlab"), first_experiment())


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and modes")
def test_links_and_modes_of_the_file_stay(tmp_path):
    saved(first_experiment(), tmp_path)
    (tmp_path / "work.convlab").chmod(0o640)
    (tmp_path / "link.convlab").symlink_to(tmp_path / "work.convlab")
    write(tmp_path / "link.convlab", first_experiment().without(0))
    assert (tmp_path / "link.convlab").is_symlink()
    assert stat.S_IMODE((tmp_path / "work.convlab").stat().st_mode) == 0o640
    assert len(opened((tmp_path / "work.convlab").read_bytes()).operations) == 2


def test_a_large_black_picture_is_not_taken_for_a_bomb(tmp_path):
    experiment = Experiment(image_of_bytes(np.zeros((4000, 3000, 3), np.uint8)))
    assert opened(saved(experiment, tmp_path)).image.pixels.shape == (4000, 3000, 3)
