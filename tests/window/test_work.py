"""Where the experiment is kept: which file Save writes, after the work became another one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from convlab.experiment.samples import load_sample
from convlab.window.main_window import MainWindow
from convlab.window.work import Work


@pytest.fixture
def work(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Work:
    """The work of a window, saved as "mine"."""
    _save(qtbot, window.work, tmp_path / "mine.convlab")
    return window.work


def _save(qtbot: QtBot, work: Work, path: Path) -> None:
    with qtbot.waitSignal(work.changed):
        work._write(path)
    assert work.path == path


def _begin_other_work(window: MainWindow, sample: str = "letter-e") -> None:
    window.session.edit_image("Other work", load_sample(sample))
    window.work.part_from_file()


def test_other_work_has_no_file_until_undo_leads_back_to_the_old_one(window: MainWindow, work: Work) -> None:
    file = work.path
    _begin_other_work(window)
    assert work.path is None and work.name == "Letter E"
    _begin_other_work(window, "letter-a")
    window.undo()
    assert work.path is None, "still work of its own"
    window.undo()
    assert work.path == file and not window.isWindowModified()
    window.redo()
    assert work.path is None


def test_an_edit_after_the_way_back_stays_with_the_file(window: MainWindow, work: Work) -> None:
    file = work.path
    _begin_other_work(window)
    window.undo()
    window.session.edit_image("Draw", window.session.image.with_cell(0, 0, 1.0))
    window.session.edit_image("Draw", window.session.image.with_cell(0, 1, 1.0))
    assert work.path == file


def test_other_work_keeps_the_name_that_it_was_given(
    qtbot: QtBot, window: MainWindow, work: Work, tmp_path: Path
) -> None:
    _begin_other_work(window)
    _save(qtbot, work, tmp_path / "other.convlab")
    window.session.edit_image("Draw", window.session.image.with_cell(0, 0, 1.0))
    assert work.path == tmp_path / "other.convlab"


def test_a_name_given_after_the_way_back_is_not_that_of_the_other_work(
    qtbot: QtBot, window: MainWindow, work: Work, tmp_path: Path
) -> None:
    _begin_other_work(window)
    window.undo()
    _save(qtbot, work, tmp_path / "copy.convlab")
    window.redo()
    assert work.path is None
    window.undo()
    assert work.path == tmp_path / "copy.convlab"


def test_a_file_that_was_still_being_written_is_not_that_of_the_other_work(
    qtbot: QtBot, window: MainWindow, work: Work
) -> None:
    assert work.path is not None
    work._write(work.path)
    _begin_other_work(window)
    qtbot.waitSignal(work.changed).wait()
    assert work.path is None and window.isWindowModified()
