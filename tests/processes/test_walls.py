"""What the reader process cannot do any more after it has locked itself in; tried in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, sys
from convlab.processes import walls
held = walls.lock_down()
{what}
"""


def run(what: str, *arguments: object) -> str:
    """What a locked-in process prints when it does `what`."""
    program = PROGRAM.format(what=what)
    ran = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return ran.stdout + ran.stderr


def needs_landlock() -> None:
    if run("print(held)").strip() == "0":
        pytest.skip("this system has no Landlock")


def test_locking_in_works_or_is_left_out_silently() -> None:
    assert run("print(held)").strip().isdigit()


def test_reading_still_works(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("content")
    assert run("print(open(sys.argv[1]).read())", tmp_path / "a").strip() == "content"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_no_byte_can_be_written_to_a_file(tmp_path: Path) -> None:
    run("open(sys.argv[1], 'wb').write(b'x')", tmp_path / "new")
    assert not (tmp_path / "new").exists() or (tmp_path / "new").read_bytes() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_memory_ends_before_the_machine_suffers() -> None:
    assert "MemoryError" in run("b = bytearray(8 * 1024**3)")


@pytest.mark.parametrize(
    "deed",
    [
        "open(sys.argv[1] + '/new', 'wb')",
        "os.remove(sys.argv[1] + '/old')",
        "os.rename(sys.argv[1] + '/old', sys.argv[1] + '/other')",
        "os.mkdir(sys.argv[1] + '/folder')",
        "os.symlink('/etc/passwd', sys.argv[1] + '/link')",
        "os.truncate(sys.argv[1] + '/old', 1)",
        "os.execv('/bin/true', ['true'])",
        "__import__('subprocess').run(['/bin/true'])",
        "__import__('socket').create_connection(('127.0.0.1', 9), 1)",
    ],
)
def test_the_system_refuses(deed: str, tmp_path: Path) -> None:
    needs_landlock()
    (tmp_path / "old").write_text("content")
    assert "Permission" in run(deed, tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old").read_text() == "content"
