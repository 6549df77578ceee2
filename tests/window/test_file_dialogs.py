"""The dialogs for files and folders, with a name typed as a person does."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from convlab.window.file_dialogs import ask_for_folder, ask_to_open, ask_to_save
from convlab.window.main_window import MainWindow

ENTER = Qt.Key.Key_Return
FILTER = "Keras networks (*.keras)"


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def type_name(qtbot: QtBot, dialog: QFileDialog, name: str) -> None:
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    field.clear()
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, ENTER)


def test_a_name_without_a_suffix_gets_the_one_that_was_suggested(
    qtbot: QtBot, parent: QWidget, tmp_path: Path
) -> None:
    used: list[Path] = []
    dialog = ask_to_save(parent, "Save the network", str(tmp_path / "net-edited.keras"), FILTER, used.append)
    assert dialog.selectedFiles() == [str(tmp_path / "net-edited.keras")]
    type_name(qtbot, dialog, "mine")
    assert used == [tmp_path / "mine.keras"]


def test_only_a_file_that_exists_is_opened(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    (tmp_path / "net.keras").write_bytes(b"")
    used: list[Path] = []
    dialog = ask_to_open(parent, "Open a network", str(tmp_path), FILTER, used.append)
    type_name(qtbot, dialog, "net.keras")
    assert used == [tmp_path / "net.keras"]


def test_a_folder_is_asked_for(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    used: list[Path] = []
    dialog = ask_for_folder(parent, "Open a folder", str(tmp_path), used.append)
    type_name(qtbot, dialog, "photos")
    assert used == [tmp_path / "photos"]


def test_given_up_nothing_is_used(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    used: list[Path] = []
    dialog = ask_to_save(parent, "Save", str(tmp_path / "a.keras"), FILTER, used.append)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert used == []


def test_the_page_is_saved_as_a_picture(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.settings.set("folder", str(tmp_path))
    window.images.save_picture()
    dialog = window.images.dialog
    assert isinstance(dialog, QFileDialog)
    type_name(qtbot, dialog, "page")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written_is_told(window: MainWindow, tmp_path: Path) -> None:
    window.images._write_picture(tmp_path / "no such folder" / "page.png")
    assert "could not be saved" in window.messages.text
