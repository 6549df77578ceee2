"""ConvLab where TensorFlow is not installed: the Lab, the architecture and the filters of networks all work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.window.network_file import small_network

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = ("tensorflow", "keras", "tf_keras", "tensorboard")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that sees all packages of this one, as links, but TensorFlow's and Keras's."""
    folder = tmp_path_factory.mktemp("without")
    packages = folder / "packages"
    packages.mkdir()
    for package in Path(sysconfig.get_path("purelib")).iterdir():
        if not package.name.lower().startswith(LEFT_OUT) and not package.name.endswith(".pth"):
            (packages / package.name).symlink_to(package)
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    asked = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
    )
    (Path(asked.stdout.strip()) / "all.pth").write_text(f"{packages}\n{ROOT}\n")
    return python


def run(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [python, *arguments], capture_output=True, text=True, timeout=120, env=environment, cwd="/"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
class TestWithoutTensorFlow:
    def test_it_is_really_not_there(self, python: Path) -> None:
        for name in ("tensorflow", "keras"):
            assert "ModuleNotFoundError" in run(python, "-c", f"import {name}").stderr

    def test_the_lab_starts(self, python: Path) -> None:
        ran = run(python, "-m", "convlab", "--fresh", "--report-first-frame")
        assert ran.returncode == 0 and float(ran.stdout.split()[0]) > 0, ran.stderr

    def test_a_network_is_inspected(self, python: Path, tmp_path: Path) -> None:
        ran = run(python, "-m", "convlab", "inspect", "--json", str(small_network(tmp_path)))
        assert ran.returncode == 0, ran.stderr
        assert [layer["name"] for layer in json.loads(ran.stdout)["layers"]][1] == "first"

    def test_the_filters_of_a_network_are_shown(self, python: Path, tmp_path: Path) -> None:
        ran = run(python, "-m", "convlab", "--fresh", "--report-filters", str(small_network(tmp_path)))
        assert ran.returncode == 0 and float(ran.stdout.split()[0]) > 0, ran.stderr

    def test_the_window_says_why_there_are_no_maps(self, python: Path, tmp_path: Path) -> None:
        code = """
import sys, time
from pathlib import Path
from convlab.window.application import make_application
application = make_application(["test"])
from convlab.window.main_window import MainWindow
from convlab.window.settings import Settings
window = MainWindow(Settings(fresh=True))
window.show()
window.open_network(Path(sys.argv[1]))
session, end = window.network.session, time.time() + 60
while (session.network is None or session.maps.engine_state != "missing") and time.time() < end:
    application.processEvents()
    time.sleep(0.01)
print(session.no_maps_because)
window.neighbours.close()
"""
        ran = run(python, "-c", code, str(small_network(tmp_path)))
        assert "TensorFlow" in ran.stdout, (ran.stdout, ran.stderr)
