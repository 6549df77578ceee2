"""The reader process by itself, spoken to through its pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from convlab.processes.child import python_arguments
from convlab.processes.protocol import Message, Parser, frames

ROOT = Path(__file__).resolve().parents[2]
MODULE = "convlab.processes.reader"


def replies(arguments: list[str], questions: bytes, **how: object) -> list[Message]:
    ran = subprocess.run(
        [sys.executable, *arguments], input=questions, capture_output=True, timeout=20, **how
    )  # type: ignore[call-overload]
    assert ran.returncode == 0 and ran.stderr == b""
    return Parser().feed(ran.stdout)


def test_it_starts_isolated_from_any_folder_and_ends_with_its_input(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": "/nowhere", "PYTHONSTARTUP": "/nowhere"}
    (ready,) = replies(python_arguments(MODULE), b"", cwd=tmp_path, env=environment)
    assert ready.header == {"reply": "ready"}


def test_it_starts_as_a_module_too() -> None:
    (ready,) = replies(["-X", "utf8", "-m", MODULE], b"", cwd=ROOT)
    assert ready.header == {"reply": "ready"}


def test_garbage_from_the_window_ends_it() -> None:
    (ready,) = replies(python_arguments(MODULE), b"\xff" * 100)
    assert ready.header == {"reply": "ready"}


def test_it_does_not_load_what_it_does_not_need() -> None:
    program = f"import sys, {MODULE} as reader; reader.pictures.warm_up(); print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    heavy = {"PySide6", "tensorflow", "keras", "h5py", "matplotlib", "scipy", "cv2"}
    assert heavy.isdisjoint(ran.stdout.split())


def test_a_question_that_is_not_whole_is_not_answered(tmp_path: Path) -> None:
    question = b"".join(map(bytes, frames(Message({"id": 1, "do": "open_picture", "path": str(tmp_path)}))))
    (ready,) = replies(python_arguments(MODULE), question[:-3])
    assert ready.header == {"reply": "ready"}
