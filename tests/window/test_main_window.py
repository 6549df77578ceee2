"""The window as a whole: keys, names, legibility, messages, faults."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QFontMetricsF
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from convlab.drawing.digits import digit_font
from convlab.experiment import files
from convlab.experiment.samples import load_sample
from convlab.problems import Problem
from convlab.window import about, message_bar, theme
from convlab.window.bug_report import BugReporter
from convlab.window.header import LAB, NETWORK
from convlab.window.main_window import MainWindow


def hover(qtbot: QtBot, widget: QWidget, point: QPoint) -> None:
    """Move the mouse there; where it was already, nothing would be told."""
    qtbot.mouseMove(widget, QPoint(1, 1))
    qtbot.mouseMove(widget, point)


def _actions(window: MainWindow) -> list[QAction]:
    return [action for action in window.actions() if action.shortcuts()]


def test_no_two_commands_share_a_key(window: MainWindow) -> None:
    menu_keys = [key.toString() for action in _actions(window) for key in action.shortcuts()]
    page_keys = list(window.lab.keys)
    both = menu_keys + page_keys
    assert len(both) == len(set(both)), sorted(key for key in both if both.count(key) > 1)


def test_the_mnemonics_of_each_menu_are_unique(window: MainWindow) -> None:
    for menu, commands in window.commands.items():
        letters = [c.text[c.text.index("&") + 1].lower() for c in commands if "&" in c.text]
        assert len(letters) == len(set(letters)), (menu, letters)


def test_everything_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    for stage in (-1, 0, 1, 2):
        window.session.choose_stage(stage)
        QApplication.processEvents()
        nameless = [
            widget
            for widget in window.findChildren(QWidget)
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            and widget.isVisible()
            and not widget.accessibleName()
            and not widget.objectName().startswith("qt_")
        ]
        assert not nameless, [(type(w).__name__, w.parentWidget()) for w in nameless]


def test_at_200_percent_the_digits_of_a_10_by_10_grid_are_at_least_24_pixels_high(
    qtbot: QtBot, window: MainWindow
) -> None:
    for size in ((1024, 768), (1920, 1080)):
        window.resize(*size)
        theme.apply(scale=2.0)
        qtbot.wait(50)
        view = window.lab.input.view
        font = digit_font(theme.font("digits"), view.cell_size, {"9", "−35"})
        assert QFontMetricsF(font).tightBoundingRect("9").height() >= 24
    theme.apply(scale=1.0)


def test_the_text_grows_to_300_percent_while_running_and_shrinks_again(
    qtbot: QtBot, window: MainWindow
) -> None:
    before = window.lab.transport.place.font().pixelSize()
    theme.apply(scale=2.5)  # each step styles the whole window anew, and takes a while
    for _ in range(4):
        qtbot.keyClick(window.lab.output.view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert theme.current().scale == 3.0
    qtbot.keyClick(window.lab.output.view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert theme.current().scale == 1.0
    assert window.lab.transport.place.font().pixelSize() == before


def test_dark_and_light_change_the_ground(qtbot: QtBot, window: MainWindow) -> None:
    light = window.grab().toImage().pixelColor(3, 300).lightness()
    theme.apply(dark=True)
    dark = window.grab().toImage().pixelColor(3, 300).lightness()
    theme.apply(dark=False)
    assert light > 200 and dark < 60


def test_a_problem_stays_until_it_is_closed_and_offers_its_remedy(qtbot: QtBot, window: MainWindow) -> None:
    done = []
    window.messages.show_problem(
        Problem("It broke.", "Too <b>old</b>.", "Try again."), ("Again", lambda: done.append(1))
    )
    assert window.messages.text == "It broke. Too <b>old</b>. Try again.", "never read as rich text"
    qtbot.mouseClick(window.messages._buttons[0], Qt.MouseButton.LeftButton)
    assert done == [1] and window.messages.text == ""


def test_a_notice_stays_while_the_keys_are_on_it_and_no_longer(window: MainWindow) -> None:
    messages = window.messages
    messages.show_notice("Saved as “mine.keras”.")
    messages._close.setFocus()
    messages._fade()
    assert messages.text == "Saved as “mine.keras”."
    window.lab.setFocus()
    messages._fade()
    assert messages.text == ""


def test_a_notice_that_was_read_goes_with_its_page(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_bar, "_READ_MS", 200)
    messages = window.messages
    messages.show_notice("Saved as “mine.keras”.")
    _turn_to(qtbot, window, NETWORK)
    messages.show_notice("Saved as “other.keras”.")
    _turn_to(qtbot, window, LAB)
    assert messages.text == "Saved as “other.keras”.", "nobody has read it yet"
    qtbot.wait(300)
    _turn_to(qtbot, window, NETWORK)
    assert messages.text == ""
    messages.show_notice("“Digits” was removed.", ("Undo", lambda: None))
    qtbot.wait(300)
    _turn_to(qtbot, window, LAB)
    assert messages.text == "“Digits” was removed."


def _turn_to(qtbot: QtBot, window: MainWindow, page: str) -> None:
    window.show_page(page)
    qtbot.waitUntil(lambda: window.page == page, timeout=20_000)


def test_what_was_said_of_a_large_picture_goes_with_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    np.save(tmp_path / "photo.npy", np.ones((200, 300), np.float32))
    window.images.open_path(tmp_path / "photo.npy")
    qtbot.waitUntil(lambda: "200 × 300 pixels" in window.messages.text, timeout=15_000)
    window.session.edit_image("Invert", window.session.image.inverted())
    assert "200 × 300 pixels" in window.messages.text, "one draws on it still"
    window.undo()
    window.undo()
    assert window.messages.text == ""
    window.redo()
    window.messages.show_notice("Something newer.")
    window.undo()
    assert window.messages.text == "Something newer."


def test_closing_with_changes_asks_and_cancel_keeps_the_window(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.images.open_sample("letter-e")
    asked = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        return int(QMessageBox.StandardButton.Cancel)

    monkeypatch.setattr(QMessageBox, "exec", answer)
    assert not window.close() and window.isVisible()
    assert asked == ["Save the changes to “Letter E”?"]


def test_closing_with_changes_saves_them_first_if_that_is_wished(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda box: int(QMessageBox.StandardButton.Save))
    window.images.open_sample("letter-e")
    window.work.path = tmp_path / "no such folder" / "mine.convlab"
    assert not window.close() and window.isVisible() and window.session.changed_since_saved
    assert "mine.convlab" in window.messages.text
    window.work.path = tmp_path / "mine.convlab"
    assert window.close() and not window.session.changed_since_saved
    assert window.work.path.stat().st_size > 0


def test_a_dropped_picture_opens_like_a_chosen_one(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    np.save(tmp_path / "numbers.npy", np.arange(20, dtype=np.float32).reshape(4, 5))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "numbers.npy"))])
    where = QPoint(300, 300)
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDragEnterEvent(where, copy, data, button, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(where), copy, data, button, none))
    qtbot.waitUntil(lambda: window.session.experiment.image.pixels.shape == (4, 5, 1), timeout=15_000)


def test_text_that_is_called_a_picture_gets_one_sentence(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "picture.png").write_text("this is no picture")
    before = window.session.experiment
    window.images.open_path(tmp_path / "picture.png")
    qtbot.waitUntil(lambda: "picture.png" in window.messages.text, timeout=15_000)
    assert window.session.experiment is before


def test_a_saved_experiment_opens_as_it_was_left(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "lesson.convlab"
    experiment = window.session.experiment.with_image(load_sample("impulse"))
    files.write(file, experiment, {"stage": 1, "row": 3, "column": 4, "show_all": True})
    window.images.open_path(file)
    qtbot.waitUntil(lambda: window.work.path == file, timeout=15_000)
    session, player = window.session, window.player
    assert (session.stage, player.row, player.column, session.show_all) == (1, 3, 4, True)
    np.testing.assert_array_equal(session.experiment.image.pixels, experiment.image.pixels)
    assert str(file) in window.settings.recent_files and not session.changed_since_saved


def test_a_fault_saves_the_work_and_is_told_once(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.images.open_sample("letter-e")
    reporter = BugReporter(tmp_path / "log" / "convlab.log", window.work.save_after_fault)
    for _ in range(3):
        try:
            raise RuntimeError("a fault for this test")
        except RuntimeError as error:
            reporter.report(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: len(reporter.dialogs) == 1, timeout=2000)
    assert "a fault for this test" in (tmp_path / "log" / "convlab.log").read_text()
    assert window.work.autosave.path is not None and window.work.autosave.path.exists()
    reporter.dialogs[0].close()


@pytest.mark.parametrize("show", [about.show_first_steps, about.show_keys, about.show_about])
def test_the_help_opens_and_closes_by_escape(qtbot: QtBot, window: MainWindow, show: object) -> None:
    dialog = show(window)  # type: ignore[operator]
    assert isinstance(dialog, QDialog) and dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_pointing_at_an_input_cell_shows_its_readers_and_a_click_pins_them(
    qtbot: QtBot, window: MainWindow
) -> None:
    lab = window.lab
    cell = lab.input.view.cell_rect(0, 4, 4).center().toPoint()
    hover(qtbot, lab.input.view, cell)
    qtbot.waitUntil(lambda: lab.pointing.input_cell == (4, 4), timeout=2000)
    qtbot.mouseClick(lab.input.view, Qt.MouseButton.LeftButton, pos=cell)
    lab.pointing.point_input(None)
    assert lab.pointing.reading_from == (4, 4)
    rows, columns = window.session.readers_of(4, 4)
    assert rows.tolist() == [3, 4, 5] and columns.tolist() == [3, 4, 5]
    lab.output.view.setFocus()
    qtbot.keyClick(lab.output.view, Qt.Key.Key_Escape)
    assert lab.pointing.reading_from is None


def test_pointing_at_an_output_cell_peeks_and_a_click_goes_there(qtbot: QtBot, window: MainWindow) -> None:
    lab, player = window.lab, window.player
    lab.session.choose_display(show_all=True)
    cell = lab.output.view.cell_rect(0, 5, 6).center().toPoint()
    hover(qtbot, lab.output.view, cell)
    qtbot.waitUntil(lambda: lab.step_panel.title.text() == "Row 5, column 6", timeout=2000)
    assert (player.row, player.column) == (0, 0)
    qtbot.mouseClick(lab.output.view, Qt.MouseButton.LeftButton, pos=cell)
    assert (player.row, player.column) == (5, 6)


def test_a_value_that_is_to_be_guessed_cannot_be_peeked_at(qtbot: QtBot, window: MainWindow) -> None:
    lab, player = window.lab, window.player
    player.set_predicting(True)
    cell = lab.output.view.cell_rect(0, 5, 6).center().toPoint()
    hover(qtbot, lab.output.view, cell)
    qtbot.wait(30)
    assert lab.pointing.output_cell is None
