from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from convlab.problems import Problem
from convlab.processes.client import Picture, Reader
from tests.processes.conftest import open_with, wait_until

MakeReader = Callable[..., Reader]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except OSError:
        return False


def settled(seconds: float = 0.3) -> None:
    """Let whatever may still come, come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.002)


STOPS = ("die", "garbage", "flood", "another id", "wrong shape")
MORE_STOPS = (
    "half",
    "oversized frame",
    "complain",
    "no array",
    "NaN shape",
    "notes no text",
    "abort",
    "text",
    "no id",
    "ready again",
    "two arrays",
    "two channels",
    "empty",
    "huge claim",
    "notes no list",
    "many notes",
    "white 7",
    "size of text",
    "another reply",
    "problem of numbers",
)


@pytest.mark.parametrize(
    "behaviour", [*STOPS, *(pytest.param(name, marks=pytest.mark.slow) for name in MORE_STOPS)]
)
def test_one_sentence_for_a_reader_that(behaviour: str, fake: MakeReader) -> None:
    reader = fake(behaviour)
    for _ in range(2 if behaviour == "die" else 1):  # the next one finds a new process
        problem = open_with(reader, "/tmp/a picture.png")
        assert isinstance(problem, Problem)
        assert problem.sentence == (
            "“a picture.png” cannot be opened. It made the reader stop; it is probably damaged. "
            "Try another copy of it."
        )


@pytest.mark.parametrize("behaviour", ["hang", "never end"])
def test_the_deadline_ends_a_reader_that(behaviour: str, fake: MakeReader) -> None:
    reader = fake(behaviour, deadline=0.4)
    reader.start()
    wait_until(lambda: reader.ready)
    process, start = reader.process_id, time.monotonic()
    problem = open_with(reader, "/tmp/slow.png")
    assert isinstance(problem, Problem) and "too long" in problem.why
    assert 0.3 < time.monotonic() - start < 10  # they would never end; the machine may be busy
    wait_until(lambda: not alive(process), 2)


def test_a_promise_of_a_huge_file_does_not_buy_for_ever(
    fake: MakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convlab.processes.client._LONGEST_SECONDS", 0.4)
    problem = open_with(fake("promise"), "/tmp/slow.png")
    assert isinstance(problem, Problem) and "too long" in problem.why


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the memory of a process")
def test_a_reader_that_grows_is_stopped(fake: MakeReader) -> None:
    problem = open_with(fake("grow", memory_limit=300_000_000), "/tmp/large.png")
    assert isinstance(problem, Problem) and "memory" in problem.why


@pytest.mark.parametrize("behaviour", [pytest.param("never ready", marks=pytest.mark.slow), "early"])
def test_a_reader_that_does_not_start_is_said_and_tried_again(behaviour: str, fake: MakeReader) -> None:
    reader = fake(behaviour)
    for _ in range(2):
        problem = open_with(reader, "/tmp/a.png")
        assert isinstance(problem, Problem) and "does not start" in problem.why


def test_a_python_that_does_not_exist_is_said(
    qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    reader = Reader()
    problem = open_with(reader, "/tmp/a.png")
    assert isinstance(problem, Problem) and "does not start" in problem.why
    reader.close()


def test_the_words_of_a_reader_are_made_plain(fake: MakeReader) -> None:
    problem = open_with(fake("rich problem"), "/tmp/a.png")
    assert isinstance(problem, Problem)
    assert problem.what.isprintable() and len(problem.what) <= 400 and "\u202e" not in problem.what


@pytest.mark.parametrize("behaviour", ["good", "twice", "answer and die"])
def test_a_good_answer_is_delivered_once_by_a_reader_that_is(behaviour: str, fake: MakeReader) -> None:
    reader = fake(behaviour)
    for _ in range(3):
        picture = open_with(reader, "/tmp/a.png")
        assert isinstance(picture, Picture)
        assert np.array_equal(picture.pixels[:, :, 0], [[0, 1, 2], [3, 4, 5]])
        settled(0.05)


# --- the newest question wins ---


def ask(reader: Reader, name: str, answers: list[Any], **how: Any) -> Any:
    return reader.open_picture(
        f"/tmp/{name}.png",
        done=lambda picture: answers.append(picture.name),
        failed=lambda problem: answers.append(problem),
        **how,
    )


def test_only_the_newest_of_ten_questions_is_answered(fake: MakeReader) -> None:
    reader, answers = fake("slow"), []
    requests = [ask(reader, str(i), answers) for i in range(10)]
    wait_until(lambda: answers)
    settled()
    assert answers == ["9.png"]
    assert not any(request.active for request in requests)


def test_questions_of_two_channels_are_both_answered(fake: MakeReader) -> None:
    reader, answers = fake("slow"), []
    ask(reader, "a", answers)
    ask(reader, "b", answers, channel="another")
    wait_until(lambda: len(answers) == 2)
    assert answers == ["a.png", "b.png"]


def test_a_new_question_does_not_wait_for_a_hanging_one(fake: MakeReader) -> None:
    reader, answers = fake("hang"), []
    reader.start()
    wait_until(lambda: reader.ready)
    process = reader.process_id
    ask(reader, "first", answers)
    settled(0.05)
    ask(reader, "second", answers)
    wait_until(lambda: reader.process_id not in (0, process), 0.5)
    assert answers == []


def test_cancelling_is_silent_and_frees_the_process_within_half_a_second(fake: MakeReader) -> None:
    reader, answers = fake("hang"), []
    reader.start()
    wait_until(lambda: reader.ready)
    process = reader.process_id
    request = ask(reader, "a", answers)
    settled(0.05)
    assert request.active
    request.cancel()
    wait_until(lambda: not alive(process), 0.5)
    wait_until(lambda: reader.ready)
    settled(0.05)
    assert answers == [] and not request.active


def test_cancelling_before_it_was_sent_costs_no_process(fake: MakeReader) -> None:
    reader, answers = fake("good"), []
    reader.start()
    wait_until(lambda: reader.ready)
    process = reader.process_id
    ask(reader, "a", answers).cancel()
    settled()
    assert answers == [] and reader.process_id == process and reader.ready


def test_a_question_may_be_asked_from_within_an_answer(fake: MakeReader) -> None:
    reader, answers = fake("good"), []
    reader.open_picture("/a", done=lambda _: ask(reader, "b", answers), failed=answers.append)
    wait_until(lambda: answers)
    assert answers == ["b.png"]


@pytest.mark.parametrize("behaviour", ["hang", "flood", "never end", "not ready", "good"])
def test_closing_waits_for_nothing(behaviour: str, fake: MakeReader) -> None:
    reader, answers = fake(behaviour), []
    reader.start()
    wait_until(lambda: reader.ready or behaviour == "not ready")
    ask(reader, "a", answers)
    QCoreApplication.processEvents()
    process, start = reader.process_id, time.monotonic()
    reader.close()
    assert time.monotonic() - start < 5  # some of these would never end; the machine may be busy
    assert not alive(process)
    settled(0.1)
    assert answers in ([], ["a.png"]) if behaviour == "good" else answers == []


def test_the_window_stays_alive_while_a_reader_floods(fake: MakeReader) -> None:
    reader, answers = fake("never end", deadline=1.0), []
    ask(reader, "a", answers)
    longest, start = 0.0, time.monotonic()
    while not answers and time.monotonic() - start < 10:
        before = time.thread_time()  # other work may hold the machine up, but not this thread's own
        QCoreApplication.processEvents()
        longest = max(longest, time.thread_time() - before)
    assert answers and longest < 0.2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux which processes there are")
@pytest.mark.parametrize("how", ["os.kill(os.getpid(), 9)", "os._exit(0)"])
def test_no_process_outlives_a_window_that_is_killed(how: str) -> None:
    program = f"""
import os, time
from PySide6.QtCore import QCoreApplication
from convlab.processes.client import Reader
app = QCoreApplication([])
reader = Reader()
reader.start()
while not reader.ready:
    app.processEvents()
print(reader.process_id, flush=True)
{how}
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=os.getcwd())
    process = int(ran.stdout)
    end = time.monotonic() + 2
    while alive(process) and time.monotonic() < end:
        time.sleep(0.01)
    assert not alive(process)
