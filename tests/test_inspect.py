"""`convlab inspect`, as a shell sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from convlab import cli
from tests.network.hand_made import NAMED, item, keras_zip, layers, legacy, sequential

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "networks"
FILES = json.loads((FOLDER / "manifest.json").read_text())["files"] if FOLDER.exists() else []


@pytest.fixture
def inspect(qapp: QCoreApplication, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> str:
        assert cli.main(["inspect", *map(str, arguments)]) == 0
        return capsys.readouterr().out

    return run


@pytest.mark.skipif(not FILES, reason="the networks to compare with are not here: ../shared/networks")
@pytest.mark.parametrize("told", FILES, ids=[one["file"] for one in FILES])
def test_real_files_are_told_as_they_are_known(told: Any, inspect: Any) -> None:
    found = json.loads(inspect(FOLDER / told["file"], "--json", "--checksums"))
    assert found["keras_version"] == told["keras_version"]
    assert found["input_shape"] == told["input_shape"]
    assert found["parameters"] == told["params_total"]
    assert len(found["layers"]) == told["n_layer_entries"]
    for layer, expected in zip(found["layers"], told["layers"], strict=True):
        for key in ("name", "path", "class", "kernel_shape", "kernel_sha1"):
            assert layer[key] == expected[key], (layer["path"], key)
        if expected["output_shape"] is not None:
            assert layer["output_shape"] == expected["output_shape"], layer["path"]
        assert ("problem" in layer) == (layer["class"] == "Lambda"), layer
        sums = [(weight["sha1_f32"], weight["shape"]) for weight in layer["weights"]]
        assert sums == [(weight["sha1_f32"], weight["shape"]) for weight in expected["weights"]]


def test_the_table_is_aligned_and_totalled(inspect: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.keras"
    path.write_bytes(keras_zip())
    assert inspect(path).splitlines() == [
        "net.keras: a .keras file, saved by Keras 3.15.1, for 8×8×1",
        "",
        "layer    class       output  kernel   strides  padding  activation  parameters",
        "image    InputLayer  8×8×1",
        "conv     Conv2D      6×6×2   3×3×1×2  1×1      valid    relu                20",
        "flatten  Flatten     72",
        "dense    Dense       4       72×4                       softmax            292",
        "",
        "4 layers, 312 parameters",
    ]


def test_settings_are_told_as_keras_takes_them(inspect: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.h5"
    middle = [
        item("MaxPooling2D", "pool", pool_size=[2, 3]),
        item("ZeroPadding2D", "pad", padding=[[1, 0], [2, 3]]),
        item(
            "Conv2D", "hard", filters=2, kernel_size=1, activation="hard_sigmoid", strides=2, padding="same"
        ),
    ]
    path.write_bytes(legacy(sequential([*layers()[:2], *middle]), {"conv": NAMED["conv"]}))
    found = {layer["name"]: layer for layer in json.loads(inspect(path, "--json"))["layers"]}
    assert (found["conv"]["strides"], found["conv"]["padding"]) == ([1, 1], "valid")
    assert (found["pool"]["strides"], found["pool"]["output_shape"]) == ([2, 3], [None, 3, 2, 2])
    assert found["pad"]["padding"] == [[1, 0], [2, 3]]
    assert found["hard"]["activation"] == "hard_sigmoid"
    assert found["hard"]["strides"] == [2, 2] and "no weights" in found["hard"]["problem"]
    assert "weights" not in found["conv"]  # these are asked for with --checksums


def test_what_is_not_computed_is_marked_and_said_once(inspect: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.keras"
    path.write_bytes(keras_zip(sequential([layers()[0], item("Lambda", "evil\n<b>\u202e"), *layers()[1:]])))
    text = inspect(path)
    assert "! Lambda" in text and text.count("holds a program") == 1
    assert "\u202e" not in text


def convlab(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "convlab", "inspect", *arguments],
        capture_output=True, text=True, timeout=60, check=False, env=os.environ | environment,
    )  # fmt: skip


def test_a_bad_file_gives_one_sentence_and_two(tmp_path: Path) -> None:
    (tmp_path / "bad.h5").write_bytes(b"<html>")
    ran = convlab(str(tmp_path / "bad.h5"))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("convlab: “bad.h5” cannot be opened.\n  It is a web page")
    assert "Traceback" not in ran.stderr


def test_a_file_must_be_named() -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["inspect"])
    assert ended.value.code == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are a matter of Linux")
def test_it_needs_no_display_and_a_narrow_terminal_is_enough(tmp_path: Path) -> None:
    (tmp_path / "net.keras").write_bytes(keras_zip())
    ran = convlab(
        str(tmp_path / "net.keras"),
        QT_QPA_PLATFORM="",
        DISPLAY="",
        WAYLAND_DISPLAY="",
        PYTHONIOENCODING="ascii",
    )
    assert ran.returncode == 0, ran.stderr
    assert "4 layers" in ran.stdout


def test_it_needs_neither_tensorflow_nor_a_window(tmp_path: Path) -> None:
    (tmp_path / "net.keras").write_bytes(keras_zip())
    code = (
        "import sys\nsys.modules.update(dict.fromkeys(('tensorflow', 'keras', 'PySide6.QtWidgets')))\n"
        f"from convlab import cli\nsys.exit(cli.main(['inspect', {str(tmp_path / 'net.keras')!r}]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
