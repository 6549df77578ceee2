"""What the package promises: its versions, its commands, its assets."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from PySide6 import QtCore
from pytestqt.qtbot import QtBot

import convlab
from convlab import resources

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TIMES = 300


def references_kept(call: Callable[[], object], of: object) -> int:
    """By how much the count of references to `of` changes over many calls. Nothing here may allocate for long."""
    before = sys.getrefcount(of)
    for _ in range(TIMES):
        call()
    return sys.getrefcount(of) - before


def test_void_calls_of_qt_keep_the_references_to_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 loses one per call on Python 3.11, and aborts after some thousands: hence the upper bound."""
    thing = QtCore.QObject()
    thing.setObjectName("a")
    assert abs(references_kept(lambda: thing.setObjectName("a"), None)) < TIMES // 10


def test_signals_keep_the_references_to_true(qtbot: QtBot) -> None:
    class Sender(QtCore.QObject):
        sent = QtCore.Signal(bool)

    sender = Sender()
    sender.sent.connect(lambda _: None)
    sender.sent.emit(True)
    assert abs(references_kept(lambda: sender.sent.emit(True), True)) < TIMES // 10
    assert abs(references_kept(lambda: sender.sent.emit(False), None)) < TIMES // 10


def test_the_version_of_pyside_is_a_sound_one() -> None:
    version = tuple(int(part) for part in QtCore.__version__.split(".")[:2])
    assert (6, 10) <= version < (6, 12)
    assert "PySide6-Essentials>=6.10,<6.12" in PROJECT["dependencies"]


def test_exactly_one_tensorflow_is_asked_for_on_each_platform() -> None:
    from packaging.requirements import Requirement

    asked = [Requirement(text) for text in PROJECT["dependencies"] if text.startswith("tensorflow")]
    for platform, machine, name in [
        ("linux", "x86_64", "tensorflow-cpu"), ("linux", "aarch64", "tensorflow"),
        ("win32", "AMD64", "tensorflow-cpu"), ("darwin", "arm64", "tensorflow"),
    ]:  # fmt: skip
        here = {"sys_platform": platform, "platform_machine": machine}
        assert [r.name for r in asked if r.marker and r.marker.evaluate(here)] == [name]


def test_the_commands_exist() -> None:
    for target in (PROJECT["scripts"] | PROJECT["gui-scripts"]).values():
        module, function = target.split(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_the_version_is_a_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", convlab.__version__)


def test_assets_are_found() -> None:
    assert resources.path("icons/play.svg").is_file()
    assert resources.path("fonts").is_dir()


def test_every_asset_has_an_origin() -> None:
    """Each folder of assets, and each font and image that others made, stands in ORIGINS.md with its licence."""
    origins = resources.path("ORIGINS.md").read_text(encoding="utf-8")
    for folder in resources.folder().iterdir():
        if folder.is_dir() and any(folder.iterdir()):
            assert f"`{folder.name}/" in origins, f"assets/{folder.name} has no row in assets/ORIGINS.md"


def test_the_licence_is_there() -> None:
    assert PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert "SIL OPEN FONT LICENSE" in resources.path("fonts/OFL.txt").read_text(encoding="utf-8")
