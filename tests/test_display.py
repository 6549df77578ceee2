"""Before Qt can abort: what is said where no window can be opened."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from convlab import display
from convlab.problems import Problem

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux lacks libraries or displays"
)


needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="makes a library with a C compiler")


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)


def prepared() -> Problem:
    with pytest.raises(Problem) as raised:
        display.prepare()
    return raised.value


def library_that_needs(folder: Path, missing: str) -> Path:
    """A real shared object that asks the loader for a library which does not exist."""
    (folder / "empty.c").write_text("int convlab_test;")
    absent, plugin = folder / missing, folder / "libqtest.so"
    subprocess.run(["cc", "-shared", f"-Wl,-soname,{missing}", "-o", absent, folder / "empty.c"], check=True)
    subprocess.run(
        ["cc", "-shared", "-Wl,--no-as-needed", "-o", plugin, folder / "empty.c", absent], check=True
    )
    absent.unlink()
    return plugin


def test_without_any_display_the_variables_are_named() -> None:
    problem = prepared()
    assert problem.what == "There is no display to open the window on."
    assert "WAYLAND_DISPLAY" in problem.why
    assert "xvfb-run" in problem.remedy


def test_a_display_where_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    assert "':4711'" in prepared().why


def test_a_wayland_display_where_nobody_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-4711")
    prepared()


def test_an_unknown_plugin_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense")
    assert '"nonsense"' in prepared().what


def test_offscreen_needs_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    display.prepare()
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_options_of_a_plugin_and_a_list_of_plugins_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb;offscreen:size=800x600")
    display.prepare()


@needs_compiler
def test_the_first_missing_library_is_found(tmp_path: Path) -> None:
    plugin = library_that_needs(tmp_path, "libxcb-cursor.so.0.convlab")
    assert display.missing_library(plugin) == "libxcb-cursor.so.0.convlab"


@needs_compiler
def test_a_library_that_loads_lacks_nothing(tmp_path: Path) -> None:
    (tmp_path / "whole.c").write_text("int convlab_whole;")
    whole = tmp_path / "libqwhole.so"
    subprocess.run(["cc", "-shared", "-o", whole, tmp_path / "whole.c"], check=True)
    assert display.missing_library(whole) == ""


def test_a_file_that_is_no_library_is_told_in_the_loaders_words(tmp_path: Path) -> None:
    (tmp_path / "libqbroken.so").write_bytes(b"not a library")
    assert "libqbroken.so: " in display.missing_library(tmp_path / "libqbroken.so")


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("ID=debian\n", "apt install"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "apt install"),
        ("ID=fedora\n", "dnf install"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "dnf install"),
    ],
)
def test_the_remedy_is_a_command_of_this_distribution(tmp_path: Path, release: str, command: str) -> None:
    (tmp_path / "os-release").write_text(release)
    problem = display.missing_problem("xcb", "libxcb-cursor.so.0", tmp_path / "os-release")
    assert problem.what == "The system library libxcb-cursor.so.0 is missing."
    assert command in problem.remedy
    assert "cursor" in problem.remedy
    assert problem.remedy.count(" install ") == 1


def test_on_another_distribution_both_names_are_given(tmp_path: Path) -> None:
    remedy = display.missing_problem("xcb", "libxcb-cursor.so.0", tmp_path / "none").remedy
    assert "libxcb-cursor0" in remedy
    assert "xcb-util-cursor" in remedy


def test_every_package_of_debian_is_named_as_debian_names_it() -> None:
    """A name with an upper-case letter or an underscore would not be one of Debian's."""
    for package in display.PACKAGES.values():
        assert package.debian == package.debian.lower()
        assert "_" not in package.debian
