"""Work in a thread: only the newest question is answered, and the window never waits for it."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from convlab.window.background import AT_ONCE, Background

MANY = AT_ONCE + 1


def test_little_work_is_done_at_once(qtbot: QtBot) -> None:
    answers: list[int] = []
    Background().ask(lambda: 3, answers.append, 10)
    assert answers == [3]


def test_much_work_is_done_in_a_thread(qtbot: QtBot) -> None:
    background, answers = Background(), list[int]()
    main = threading.get_ident()
    background.ask(lambda: int(threading.get_ident() == main), answers.append, MANY)
    assert answers == [] and background.busy
    qtbot.waitUntil(lambda: answers == [0])
    assert not background.busy


@pytest.mark.parametrize("newest", [1, MANY])
def test_only_the_newest_question_is_answered(qtbot: QtBot, newest: int) -> None:
    background, answers, go = Background(), list[str](), threading.Event()
    background.ask(lambda: go.wait(5) and "old", answers.append, MANY)
    background.ask(lambda: "forgotten", answers.append, MANY)
    background.ask(lambda: "new", answers.append, newest)
    go.set()
    qtbot.waitUntil(lambda: bool(answers) and not background.busy)
    qtbot.wait(20)
    assert answers == ["new"]


def test_what_was_given_up_gets_no_answer(qtbot: QtBot) -> None:
    background, answers, go = Background(), list[bool](), threading.Event()
    background.ask(lambda: go.wait(5), answers.append, MANY)
    background.forget()
    go.set()
    qtbot.waitUntil(lambda: not background.busy)
    assert answers == []


def test_a_bug_in_the_thread_is_not_silent(qtbot: QtBot) -> None:
    background = Background()
    with capture_exceptions() as raised:
        background.ask(lambda: 1 // 0, lambda value: None, MANY)
        qtbot.waitUntil(lambda: not background.busy)
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]


def test_the_end_of_the_program_waits_for_brief_work() -> None:
    """A thread that is cut off within a library in C++ ends the program with an error."""
    code = (
        "import time\nfrom PySide6.QtCore import QCoreApplication\n"
        "from convlab.window.background import AT_ONCE, Background\n"
        "application = QCoreApplication([])\n"
        "def work():\n    time.sleep(0.3)\n    print('done', flush=True)\n"
        "Background(brief=True).ask(work, print, AT_ONCE + 1)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "done\n"), ran.stderr
