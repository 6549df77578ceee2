"""What files are called: networks of kept trainings are told apart by their training."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from convlab.network.examples import EXAMPLES
from convlab.processes.run_files import new_run
from convlab.window.file_names import recipe_of, shown_name
from convlab.window.main_window import MainWindow
from convlab.window.settings import Settings

WAIT = 180_000


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    settings = Settings(fresh=True)
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    yield window
    window.close()
    settings.close()


@pytest.mark.parametrize(
    ("path", "name", "recipe"),
    [
        ("/home/ann/lenet.keras", "lenet.keras", ""),
        (
            "/state/runs/2026-11-21 173312 fashion-first/network.keras",
            "fashion-first 2026-11-21 17:33",
            "fashion-first",
        ),
        (
            "/state/runs/2026-11-21 173312 digits-deep 2/network.keras",
            "digits-deep 2 2026-11-21 17:33",
            "digits-deep 2",
        ),
        ("/state/runs/2026-11-21 173312 fashion-first/other.keras", "other.keras", ""),
        ("/home/ann/boats/network.keras", "boats/network.keras", ""),
        ("network.keras", "network.keras", ""),
        ("", "", ""),
    ],
)
def test_a_file_is_called_by_its_name_and_a_kept_network_by_its_training(
    path: str, name: str, recipe: str
) -> None:
    assert shown_name(Path(path)) == name
    assert recipe_of(Path(path)) == recipe


def test_the_folder_of_a_training_is_called_as_it_is_read(tmp_path: Path) -> None:
    network = new_run("fashion-first", tmp_path).network
    assert re.fullmatch(r"fashion-first \d{4}-\d\d-\d\d \d\d:\d\d", shown_name(network))


def test_a_name_that_would_move_text_is_made_harmless_and_short() -> None:
    assert "\u202e" not in shown_name(Path("/x/a\u202eb/network.keras"))
    assert len(shown_name(Path(f"/x/{'a' * 200}/network.keras"), 50)) == 50


def test_the_header_the_title_and_the_menu_say_which_training_a_network_is_of(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    file = tmp_path / "2026-11-21 173312 digits-deep" / "network.keras"
    file.parent.mkdir()
    shutil.copy(EXAMPLES[-1].file, file)
    window.open_network(file)
    qtbot.waitUntil(lambda: window.has_network_page and window.network.session.path == file, timeout=WAIT)
    name = "digits-deep 2026-11-21 17:33"
    qtbot.waitUntil(lambda: window.header.document.text() == name)
    assert window.windowTitle() == f"{name}[*] — ConvLab"
    menu = window.menuBar().actions()[0].menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    assert f"&1  {name}" in [action.text() for action in menu.actions()]


def test_a_copy_of_a_kept_network_is_not_suggested_inside_its_training(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.settings.set("folder", str(tmp_path))
    kept = tmp_path / "2026-11-21 173312 digits-deep" / "network.keras"
    actions = window.network_actions
    assert actions._copy_name(kept) == str(tmp_path / "digits-deep-edited.keras")
    assert actions._copy_name(tmp_path / "mine.h5") == str(tmp_path / "mine-edited.h5")
