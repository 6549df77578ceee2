"""Long tables are read by another parser than short ones; both must understand them alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convlab.operations.numbers_text import parse_numbers
from convlab.problems import Problem
from convlab.processes.client import Picture, Reader
from tests.processes.conftest import open_with

NUMBERS = np.random.default_rng(2).normal(0, 100, (60, 80)).astype(np.float32)


def table(separator: str, mark: str = ".", end: str = "\n") -> str:
    return end.join(separator.join(str(value).replace(".", mark) for value in row) for row in NUMBERS)


GOOD = {
    "commas": table(","),
    "commas and spaces": table(", "),
    "spaces": table("  "),
    "tabs": table("\t", end="\r\n"),
    "semicolons": table(";") + "\n\n",
    "semicolons and decimal commas": table(";", ","),
    "spaces and decimal commas": table(" ", ","),
    "a separator at each end": table(",", end=",\n") + ",",
    "real minus signs": table(",").replace("-", "−"),
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_long_table_is_read_as_a_short_one_would_be(text: str, reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(text, encoding="utf-8", newline="")
    picture = open_with(reader, path)
    assert isinstance(picture, Picture)
    assert np.array_equal(picture.pixels[:, :, 0], NUMBERS)
    assert np.array_equal(parse_numbers(text), NUMBERS)


BAD = {
    "ragged": table(",") + "\n1,2",
    "too large": table(",") + "\n" + ",".join(["1e99"] * 80),
    "a word": table(",").replace("1", "one", 1),
    "two marks": table(",").replace(".", ".1.", 1),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_long_table_with_an_error_gives_the_same_sentence(
    text: str, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as expected:
        parse_numbers(text)
    problem = open_with(reader, path)
    assert isinstance(problem, Problem) and problem.why == expected.value.what


def test_a_million_numbers_arrive_before_the_deadline(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "million.csv"
    path.write_text("\n".join(["0.123456," * 999 + "1"] * 1000))
    picture = open_with(reader, path)
    assert isinstance(picture, Picture) and picture.pixels.shape == (1000, 1000, 1)


def test_an_array_with_more_numbers_than_an_image_may_have(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "large.npy"
    np.lib.format.open_memmap(path, "w+", np.uint8, (9000, 9000)).flush()
    problem = open_with(reader, path)
    assert isinstance(problem, Problem) and "9,000 × 9,000" in problem.why
