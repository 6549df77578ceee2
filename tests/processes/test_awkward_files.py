from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from convlab.problems import Problem
from convlab.processes.client import Picture, Reader
from tests.processes.awkward import RGB, Case, Opens, corpus, saved
from tests.processes.conftest import open_with, wait_until

CASES = corpus()


def check_picture(picture: Picture | Problem, expected: Opens) -> None:
    assert isinstance(picture, Picture), picture
    wanted = np.asarray(expected.pixels)
    wanted = wanted[:, :, np.newaxis] if wanted.ndim == 2 else wanted
    assert picture.pixels.shape == wanted.shape
    assert picture.pixels.dtype in (np.uint8, np.float32)
    assert np.abs(picture.pixels.astype(float) - wanted.astype(float)).max() <= expected.near
    assert picture.white == expected.white
    assert picture.size == wanted.shape[:2]
    assert expected.note in " ".join(picture.notes) if expected.note else picture.notes == ()


def check_sentence(problem: Picture | Problem, word: str) -> None:
    assert isinstance(problem, Problem), problem
    assert word in problem.sentence
    assert problem.what.startswith("“") and problem.what.endswith("” cannot be opened.")
    assert problem.why.count(". ") == 0 and problem.why.endswith(".")
    assert problem.sentence.isprintable()


@pytest.mark.parametrize("case", CASES, ids=[case.file for case in CASES])
def test_an_awkward_file_opens_rightly_or_gives_one_sentence(
    case: Case, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / case.file
    path.write_bytes(case.data)
    process = reader.process_id
    answer = open_with(reader, path)
    if isinstance(case.outcome, Opens):
        check_picture(answer, case.outcome)
    else:
        check_sentence(answer, case.outcome.word)
    assert reader.process_id == process, "the process must survive"
    assert [entry.name for entry in tmp_path.iterdir()] == [case.file]


def test_there_are_at_least_fifty_of_them() -> None:
    assert len(CASES) >= 50 and len({case.file for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES[::3], ids=[case.file for case in CASES[::3]])
def test_pasted_bytes_go_the_same_way_as_files(case: Case, reader: Reader) -> None:
    answer = open_with(reader, data=case.data)
    if isinstance(case.outcome, Opens):
        check_picture(answer, case.outcome)
    elif case.file.endswith((".csv", ".txt")):
        check_sentence(answer, "text")
    else:
        check_sentence(answer, case.outcome.word)


def test_a_picture_in_planar_memory_is_what_convolutions_like(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(RGB, "PNG"))
    picture = open_with(reader, path)
    assert isinstance(picture, Picture)
    assert all(picture.pixels[:, :, channel].flags.c_contiguous for channel in range(3))


# --- names and places ---


@pytest.mark.parametrize(
    "name", ["a\nb.png", "photo\u202egnp.exe", "x" * 200 + ".png", "\udcff\udcfe.png", "-rf; ü 写.png"]
)
def test_a_strange_name_is_opened_and_shown_in_one_plain_line(
    name: str, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(saved(RGB, "PNG"))
    picture = open_with(reader, path)
    assert isinstance(picture, Picture) and np.array_equal(picture.pixels, RGB)
    assert picture.name.isprintable() and len(picture.name) <= 80 and "\u202e" not in picture.name
    path.write_bytes(b"")
    check_sentence(open_with(reader, path), "empty")


def test_a_folder_is_called_a_folder(reader: Reader, tmp_path: Path) -> None:
    check_sentence(open_with(reader, tmp_path), "folder")
    check_sentence(open_with(reader, str(tmp_path) + "/"), "folder")


def test_a_missing_file_is_missing(reader: Reader, tmp_path: Path) -> None:
    check_sentence(open_with(reader, tmp_path / "gone.png"), "no such file")
    (tmp_path / "file").write_bytes(b"x")
    check_sentence(open_with(reader, tmp_path / "file" / "gone.png"), "no such file")


def test_a_name_that_no_file_can_have(reader: Reader, tmp_path: Path) -> None:
    check_sentence(open_with(reader, f"{tmp_path}/a\0b.png"), "characters")
    check_sentence(open_with(reader, f"{tmp_path}/{'x' * 5000}"), "too long")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes and devices of this kind")
def test_nothing_that_could_block_is_ever_opened(reader: Reader, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.png"))
    (tmp_path / "link to a pipe.png").symlink_to(tmp_path / "pipe.png")
    start = time.monotonic()
    for path in (*tmp_path.iterdir(), Path("/dev/zero"), Path("/dev/stdin"), Path("/dev/tty")):
        answer = open_with(reader, path)
        assert isinstance(answer, Problem)
        assert "device or a pipe" in answer.sentence or path.name in ("stdin", "tty")
    assert time.monotonic() - start < 20  # a pipe that is opened blocks until the deadline of each


def test_links_are_followed_but_not_in_a_circle(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "real.png").write_bytes(saved(RGB, "PNG"))
    (tmp_path / "link.png").symlink_to("real.png")
    (tmp_path / "circle.png").symlink_to("circle.png")
    assert isinstance(open_with(reader, tmp_path / "link.png"), Picture)
    check_sentence(open_with(reader, tmp_path / "circle.png"), "leads back to itself")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the system lets root read everything"
)
def test_a_file_that_may_not_be_read(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(saved(RGB, "PNG"))
    path.chmod(0)
    check_sentence(open_with(reader, path), "may not read")


# --- sizes ---


def test_a_picture_is_made_smaller_on_request(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "big.jpg"
    path.write_bytes(saved(np.full((300, 900, 3), 90, np.uint8), "JPEG"))
    picture = open_with(reader, path, longest=100)
    assert isinstance(picture, Picture)
    assert picture.pixels.shape == (33, 100, 3) and picture.size == (300, 900)
    assert "300 × 900" in " ".join(picture.notes)


def test_a_turned_picture_is_made_smaller_in_its_new_direction(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    path.write_bytes(
        saved(
            np.full((300, 900, 3), 90, np.uint8),
            "JPEG",
            exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
        )
    )
    picture = open_with(reader, path, longest=100)
    assert isinstance(picture, Picture)
    assert picture.pixels.shape == (100, 33, 3) and picture.size == (900, 300)


def test_the_size_alone_is_read_from_the_header(reader: Reader, tmp_path: Path) -> None:
    sizes: list[object] = []
    for case in CASES:
        if case.file.startswith("orientation 6") or case.file in ("table.csv", "huge.png"):
            (tmp_path / case.file).write_bytes(case.data)
            before = len(sizes)
            reader.picture_size(tmp_path / case.file, done=sizes.append, failed=sizes.append)
            wait_until(lambda: len(sizes) > before)  # noqa: B023
    found = [size if isinstance(size, tuple) else "refused" for size in sizes]
    assert sorted(map(str, found)) == sorted(map(str, [(3, 2), (3, 2), (3, 2), (48, 32), (2, 2), "refused"]))
