"""The command line, as a shell sees it: exit codes, and what is printed where."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from convlab import __version__, cli
from tests.window.network_file import small_network

TIMEOUT = 60


def convlab(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "convlab", *arguments],
        capture_output=True, text=True, timeout=TIMEOUT, check=False, env=os.environ | environment,
    )  # fmt: skip


def test_version_is_printed() -> None:
    ran = convlab("--version")
    assert (ran.returncode, ran.stdout) == (0, f"ConvLab {__version__}\n")


def test_help_tells_the_options() -> None:
    ran = convlab("--help")
    assert ran.returncode == 0
    for word in ("FILE", "--fresh", "--debug", "--version"):
        assert word in ran.stdout
    assert "--quit-after" not in ran.stdout  # for tests only


def test_version_and_help_import_no_qt() -> None:
    code = (
        "import sys\nfrom convlab import cli\n"
        "try: cli.main(['--version'])\nexcept SystemExit: pass\n"
        "sys.exit('PySide6' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=TIMEOUT, check=False).returncode == 0


def test_an_unknown_option_is_refused_with_two() -> None:
    ran = convlab("--nonsense")
    assert ran.returncode == 2
    assert "--nonsense" in ran.stderr


def test_an_option_may_not_be_shortened() -> None:
    assert convlab("--fre").returncode == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are a matter of Linux")
def test_without_a_display_one_clear_message_and_two() -> None:
    ran = convlab(QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert ran.returncode == 2
    assert ran.stderr.startswith("convlab: There is no display to open the window on.\n  Neither")
    assert "Traceback" not in ran.stderr


def test_the_window_opens_and_closes_by_itself() -> None:
    ran = convlab("--fresh", "--quit-after", "0.5", QT_QPA_PLATFORM="offscreen")
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_first_frame_is_reported() -> None:
    started = time.time()
    ran = convlab("--fresh", "--report-first-frame", QT_QPA_PLATFORM="offscreen")
    assert ran.returncode == 0, ran.stderr
    assert started < float(ran.stdout.split()[-1]) < time.time()


def test_the_filters_of_a_network_are_reported(tmp_path: Path) -> None:
    started = time.time()
    ran = convlab("--fresh", "--report-filters", str(small_network(tmp_path)), QT_QPA_PLATFORM="offscreen")
    assert ran.returncode == 0, ran.stderr
    assert started < float(ran.stdout.split()[-1]) < time.time()


def test_a_file_that_does_not_exist_leaves_the_window_open(tmp_path: Path) -> None:
    ran = convlab("--fresh", "--quit-after", "1", str(tmp_path / "nothing.png"), QT_QPA_PLATFORM="offscreen")
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs xvfb-run (Debian's package xvfb)")
def test_the_window_opens_on_an_x_display() -> None:
    ran = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-m", "convlab", "--fresh", "--quit-after", "1"],
        capture_output=True, text=True, timeout=TIMEOUT, check=False, env=os.environ | {"QT_QPA_PLATFORM": ""},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_first_word_that_names_a_command_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def count(arguments: object) -> int:
        assert isinstance(arguments, list)
        seen.append(arguments)
        return 7

    monkeypatch.setitem(cli.SUBCOMMANDS, "count", count)
    assert cli.main(["count", "a.png"]) == 7
    assert seen == [["a.png"]]
