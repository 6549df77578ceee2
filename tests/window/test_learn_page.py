"""The Learn page in the real window, with mouse and keys; its trainer answers in this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from convlab.experiment.samples import load_sample
from convlab.learning.events import Download
from convlab.learning.plan import CLOTHES, DIGITS, NPZ, Source
from convlab.network.examples import EXAMPLES
from convlab.problems import Problem
from convlab.processes.client import RunFiles
from convlab.window import theme
from convlab.window.application import make_application
from convlab.window.closing import may_close
from convlab.window.header import LAB, LEARN, NETWORK
from convlab.window.learn_columns import CURVES, FILM, RESULT
from convlab.window.learn_page import LearnPage
from convlab.window.main_window import MainWindow
from convlab.window.settings import Settings
from tests.window import learn_fakes
from tests.window.learn_fakes import FakeTrainer, settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def one_window(qapp: object) -> Iterator[MainWindow]:
    """One window for all these tests: making it takes longer than they do. Its trainer answers in this process."""
    make_application(["test"])
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    patch, settings = pytest.MonkeyPatch(), Settings(fresh=True)
    patch.setattr("convlab.window.learn_data.data_are_here", lambda source: False)
    window = MainWindow(settings)
    vars(window.neighbours)["trainer"] = FakeTrainer(parent=window.neighbours)
    window.show()
    window.show_page(LEARN)
    window.learn  # noqa: B018  made at once
    yield window
    window.session.mark_saved(window.session.experiment)
    window.close()
    window.deleteLater()
    settings.close()
    patch.undo()


@pytest.fixture
def page(one_window: MainWindow, tmp_path: Path) -> Iterator[LearnPage]:
    """The page one looks at, on digits that are not loaded."""
    window, trainer = one_window, trainer_of_window(one_window)
    window.resize(1440, 900)
    window.show_page(LEARN)
    window.learn.session.runs = tmp_path
    window.learn.session.choose_recipe("digits-deep")
    window.messages.clear()
    settle(window.learn.session)
    yield window.learn
    trainer.holds, trainer.refuses = False, None
    trainer.fail(Problem("The test is over."))
    window.learn.session.cancel_loading()
    window.learn.session.choose_data(Source(CLOTHES))
    window.session.edit_image("Open", load_sample("letter-a"))
    theme.apply(dark=False, scale=1.0)


@pytest.fixture
def trainer(page: LearnPage) -> FakeTrainer:
    return learn_fakes.trainer_of(page.session)


def trainer_of_window(window: MainWindow) -> FakeTrainer:
    return learn_fakes.trainer_of(window.learn.session)


def load(page: LearnPage) -> None:
    page.session.load()
    settle(page.session)


def tile(page: LearnPage, number: int) -> QPoint:
    return page.data.grid.tile_rect(number).center().toPoint()


def test_the_trainer_starts_when_the_page_is_first_looked_at_and_there_is_nothing_to_save_yet(
    window: MainWindow,
) -> None:
    trainer = vars(window.neighbours)["trainer"] = FakeTrainer(parent=window.neighbours)
    assert trainer_of_window(window) is trainer  # the page is made
    assert trainer.asked == []
    window.show_page(LEARN)
    assert trainer.asked[0] == "start"
    window.save()
    assert window.messages.text == "There is no network to save yet: train one first."


def test_the_page_has_its_key_and_its_place_in_the_switch(
    qtbot: QtBot, one_window: MainWindow, page: LearnPage
) -> None:
    qtbot.mouseClick(one_window.header.switch.button(LAB), LEFT)
    assert one_window.page == LAB
    qtbot.keyClick(one_window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert one_window.page == LEARN
    assert one_window.header.switch.choice() == LEARN


def test_the_button_of_empty_data_loads_them(qtbot: QtBot, page: LearnPage) -> None:
    assert page.session.info is None
    qtbot.mouseClick(page.data.grid.empty._button, LEFT)
    settle(page.session)
    assert page.session.info == learn_fakes.INFO
    assert "10 classes" in page.data.facts.text()
    assert page.data.counts.said(0) == "0: 5,923"


def test_a_click_on_an_image_makes_it_that_of_the_lab_too(
    qtbot: QtBot, one_window: MainWindow, page: LearnPage
) -> None:
    load(page)
    samples = page.session.samples
    assert samples is not None
    qtbot.mouseClick(page.data.grid.viewport(), LEFT, pos=tile(page, 2))
    assert page.session.image is not None and np.array_equal(page.session.image, samples.pixels[2])
    assert np.array_equal(one_window.session.image.pixels, samples.pixels[2])
    assert "Undo there" in one_window.messages.text
    one_window.session.undo()
    assert one_window.session.image.name == "Letter A"


def test_arrows_look_at_images_and_enter_takes_one(
    qtbot: QtBot, one_window: MainWindow, page: LearnPage
) -> None:
    load(page)
    page.data.grid.setFocus()
    before = one_window.session.image
    qtbot.keyClick(page.data.grid, Qt.Key.Key_Right)
    assert one_window.session.image is before
    qtbot.keyClick(page.data.grid, Qt.Key.Key_Return)
    assert one_window.session.image.name == page.session.image_name == "7, image 1"


def test_buttons_and_the_field_turn_to_other_images(qtbot: QtBot, page: LearnPage) -> None:
    load(page)
    assert not page.data.back.isEnabled()
    qtbot.mouseClick(page.data.on, LEFT)
    settle(page.session)
    assert page.session.first == 25 and page.data.back.isEnabled()
    page.data.first.setValue(59_999)
    settle(page.session)
    assert page.session.samples is not None
    assert page.session.samples.indices.tolist() == [59_999]
    assert page.data.of.text() == "to 59,999 of 60,000"
    page.data.part.choose("test")
    settle(page.session)
    assert (page.data.first.value(), page.data.of.text()) == (0, "to 24 of 10,000")


def test_fields_change_the_plan_and_reset_takes_it_back(qtbot: QtBot, page: LearnPage) -> None:
    card, session = page.recipe, page.session
    assert card.reset.isHidden()
    card.epochs.setValue(4)
    card.rate.setValue(0.01)
    card.dropout.setValue(0.2)
    assert (session.plan.epochs, session.plan.rate, session.plan.dropout) == (4, 0.01, 0.2)
    qtbot.mouseClick(card.reset, LEFT)
    assert session.as_recipe_says
    assert (card.epochs.value(), card.dropout.value()) == (10, 0.4)


def test_the_dropout_of_a_recipe_without_any_is_not_asked_for(page: LearnPage) -> None:
    page.session.choose_recipe("fashion-six")
    assert page.recipe.dropout.isHidden()
    assert page.recipe.summary.text().startswith("12 layers, 47,090 weights")


def test_what_a_recipe_is_known_for_is_said_of_its_own_data_alone(page: LearnPage) -> None:
    said = {}
    for source in (Source(DIGITS), Source(CLOTHES), Source(NPZ, "/data/own.npz")):
        page.session.choose_data(source)
        said[source.kind] = page.recipe.summary.text()
    assert said[DIGITS].startswith("9 layers") and said[DIGITS].endswith(
        "known for 99\u00a0% on the test images"
    )
    assert "known" not in said[CLOTHES] and "known" not in said[NPZ]


def test_a_download_shows_how_far_it_is_and_is_cancelled(
    qtbot: QtBot, page: LearnPage, trainer: FakeTrainer
) -> None:
    trainer.holds = True
    page.session.load()
    trainer.tell(Download("mnist.npz", 5_750_000, 11_500_000))
    assert page.data.facts.text() == "mnist.npz: 5.8 of 11.5 MB"
    assert page.data.progress.share == 0.5
    qtbot.mouseClick(page.data.cancel, LEFT)
    assert not page.session.loading and page.data.cancel.isHidden()


def test_who_trains_by_keyboard_keeps_the_focus_among_the_buttons_of_the_training(
    qtbot: QtBot, page: LearnPage, trainer: FakeTrainer
) -> None:
    trainer.holds = True
    page.bar.main.setFocus()
    qtbot.keyClick(page.bar.main, Qt.Key.Key_Space)
    assert not page.bar.main.isEnabled() and page.bar.stop.hasFocus()


@pytest.mark.parametrize("loaded", [True, False])
def test_after_training_from_a_field_space_pauses(
    qtbot: QtBot, page: LearnPage, trainer: FakeTrainer, loaded: bool
) -> None:
    """Also when the data have to be loaded first."""
    if loaded:
        load(page)
    page.recipe.epochs.setFocus()
    qtbot.keyClick(page.recipe.epochs, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    settle(page.session)
    assert page.session.state == "training" and page.bar.main.hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert trainer.paused
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_T, keys)
    assert page.session.state == "stopping"


def test_the_chooser_of_the_data_hands_its_focus_to_the_training(qtbot: QtBot, page: LearnPage) -> None:
    load(page)
    page.data.chooser.setFocus()
    qtbot.keyClick(page.data.chooser, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    settle(page.session)
    assert page.bar.main.hasFocus()


def test_tab_comes_by_the_fields_of_the_recipe_and_the_data(qtbot: QtBot, page: LearnPage) -> None:
    load(page)
    page.bar.main.setFocus()
    met = set()
    for _ in range(30):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        met.add(QApplication.focusWidget())
    assert {page.recipe.chooser, page.recipe.epochs, page.data.chooser, page.data.part, page.data.grid} <= met


def test_with_no_training_checked_the_curves_say_where_to_check_one(page: LearnPage) -> None:
    page.curves.show_compared([], present=False)
    assert any("Check one under" in one.text() for one in page.curves.findChildren(QLabel))


def test_space_pauses_and_goes_on(qtbot: QtBot, page: LearnPage, trainer: FakeTrainer) -> None:
    load(page)
    qtbot.mouseClick(page.bar.main, LEFT)
    settle(page.session)
    assert page.session.state == "training" and page.bar.main.text() == "Pause"
    page.film.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert trainer.paused and page.bar.main.text() == "Resume"
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert not trainer.paused


def test_the_bar_says_how_far_a_training_is(page: LearnPage, trainer: FakeTrainer) -> None:
    load(page)
    learn_fakes.fill(page.session, epochs=2, frames=4, done=False)
    assert page.bar.words.text() == "epoch 3 of 10 · 150 of 375 batches · 70 seconds left"
    assert page.bar.line.share == pytest.approx(0.24)
    assert not page.recipe.epochs.isEnabled() and not page.data.chooser.isEnabled()


def test_the_line_of_a_training_that_is_done_is_full(page: LearnPage, trainer: FakeTrainer) -> None:
    """The last batches are not told of where they are quick."""
    load(page)
    page.session.change(epochs=2)
    page.session.train()
    settle(page.session)
    trainer.tell(learn_fakes.progress(500))
    for epoch in range(2):
        trainer.tell(learn_fakes.epoch_end(epoch))
    assert page.session.image is not None
    trainer.finish(learn_fakes.result(page.session.image, 2))
    assert page.bar.line.share == 1
    learn_fakes.fill(page.session, epochs=1, frames=2, done=False)
    trainer.finish(learn_fakes.result(page.session.image, 1, stopped=True))
    assert page.bar.line.share == 0.5


def test_a_result_stands_below_the_film(page: LearnPage) -> None:
    load(page)
    learn_fakes.fill(page.session, epochs=2, frames=4)
    assert all(page.columns.in_front(card) for card in (FILM, RESULT, CURVES))
    assert page.bar.words.text() == "done: 98.60 % of the test images right · weights of epoch 2"
    assert not page.bar.save.isHidden() and not page.bar.open.isHidden()


def test_a_wrong_image_that_is_opened_leaves_the_lab_alone(
    qtbot: QtBot, one_window: MainWindow, page: LearnPage, trainer: FakeTrainer
) -> None:
    load(page)
    learn_fakes.fill(page.session, epochs=1, frames=2, done=False)
    assert page.session.image is not None
    told = learn_fakes.result(page.session.image, 1)
    trainer.finish(replace(told, file=str(EXAMPLES[0].file)))
    before = one_window.session.experiment
    page.result.wrong.setFocus()
    qtbot.keyClick(page.result.wrong, Qt.Key.Key_Home)
    qtbot.keyClick(page.result.wrong, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one_window.page == NETWORK, timeout=20_000)
    network = one_window.network.session
    pixels = told.wrong[0].pixels
    qtbot.waitUntil(lambda: np.array_equal(network.image.pixels, pixels), timeout=20_000)
    assert network.path == EXAMPLES[0].file
    assert one_window.session.experiment is before


def test_a_trained_network_is_saved_whole(
    qtbot: QtBot, one_window: MainWindow, page: LearnPage, tmp_path: Path
) -> None:
    load(page)
    learn_fakes.fill(page.session, epochs=1, frames=2, done=False)
    source, target = tmp_path / "network.keras", tmp_path / "mine.keras"
    source.write_bytes(b"a network")
    result = learn_fakes.result(learn_fakes.digit(3), 1)
    object.__setattr__(result, "file", str(source))
    learn_fakes.trainer_of(page.session).finish(result)
    page.commands.save_to(target)
    qtbot.waitUntil(lambda: "Saved as" in one_window.messages.text)
    assert target.read_bytes() == b"a network"
    source.unlink()
    page.commands.save_to(target)
    qtbot.waitUntil(lambda: "not there any more" in one_window.messages.text)
    assert target.read_bytes() == b"a network"


def test_what_is_kept_of_a_broken_training_is_said(
    one_window: MainWindow, page: LearnPage, trainer: FakeTrainer
) -> None:
    load(page)
    learn_fakes.fill(page.session, epochs=2, frames=4, done=False)
    trainer.fail(Problem("The training stopped.", "", "Epoch 2 of 10 is kept: continue from there."))
    assert one_window.messages.text == "The training stopped. Epoch 2 of 10 is kept: continue from there."
    assert page.bar.words.text() == "ended before its time: epoch 2 of 10 is kept"
    assert page.bar.main.text() == "Train"


def test_undo_on_this_page_leaves_the_lab_alone(one_window: MainWindow, page: LearnPage) -> None:
    one_window.session.edit_image("Clear", one_window.session.image.cleared())
    label = one_window.session.history.undo_label
    one_window.undo()
    assert one_window.session.history.undo_label == label


def test_the_image_of_the_lab_can_be_filmed(page: LearnPage, one_window: MainWindow) -> None:
    load(page)
    page.film.lab_image_wished.emit()
    image = page.session.image
    assert image is not None and image.shape == (28, 28, 1)
    assert image.min() >= 0 and image.max() <= 1
    assert page.session.image_name == "Letter A"


def test_the_state_of_the_page_survives_another_page(page: LearnPage, one_window: MainWindow) -> None:
    load(page)
    learn_fakes.fill(page.session, epochs=1, frames=4, done=False)
    one_window.show_page(LAB)
    learn_fakes.trainer_of(page.session).tell(learn_fakes.epoch_end(1))
    one_window.show_page(LEARN)
    assert page.session.state == "training" and len(page.session.run.epochs) == 2


def test_an_npz_that_is_opened_anywhere_is_data_to_train_on(one_window: MainWindow, page: LearnPage) -> None:
    one_window.show_page(LAB)
    one_window.open_files([Path("/data/own.npz")])
    settle(page.session)
    assert one_window.page == LEARN
    assert page.session.plan.source == Source(NPZ, "/data/own.npz")
    assert page.session.info is not None


def test_data_are_not_changed_during_a_training(one_window: MainWindow, page: LearnPage) -> None:
    load(page)
    learn_fakes.fill(page.session, epochs=1, frames=2, done=False)
    page.commands.use_data(Source(CLOTHES))
    assert page.session.plan.source.kind == DIGITS
    assert "when the training has ended" in one_window.messages.text


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_in_a_small_window_every_card_can_be_brought_to_the_front(
    page: LearnPage, one_window: MainWindow, scale: float
) -> None:
    one_window.resize(1024, 768)
    theme.apply(scale=scale)
    settle(page.session)
    page.columns.show_result(True)
    for name in ("recipe", "data", "film", "curves", "result", "runs"):
        page.columns.bring(name)
        assert page.columns.in_front(name)


# --- removing kept trainings ---


@pytest.fixture
def kept(qtbot: QtBot, page: LearnPage, tmp_path: Path) -> list[str]:
    """The rows of three kept trainings, from above."""
    page.session.removed.clear()
    for recipe in ("digits-small", "digits-deep", "fashion-six"):
        learn_fakes.kept_run(tmp_path, recipe)
    return listed(qtbot, page)


def listed(qtbot: QtBot, page: LearnPage) -> list[str]:
    """The folders of the trainings that are listed, as soon as they are those that are kept."""
    kept = {str(file.parent) for file in page.session.runs.glob("*/run.json")}
    page.runs.reload()
    qtbot.waitUntil(lambda: {key for key in page.runs.rows if key} == kept)
    QApplication.processEvents()
    return sorted(kept, key=lambda key: page.runs.rows[key].y())


def test_a_kept_training_is_removed_by_its_button_and_brought_back(
    qtbot: QtBot, one_window: MainWindow, page: LearnPage, kept: list[str]
) -> None:
    name = page.runs.rows[kept[1]].history.name
    qtbot.mouseClick(page.runs.rows[kept[1]].trash, LEFT)
    assert one_window.messages.text == f"“{name}” was removed." and not Path(kept[1]).exists()
    assert listed(qtbot, page) == [kept[0], kept[2]]
    undo = one_window.messages._buttons[0]
    assert undo.text() == "Undo"
    qtbot.mouseClick(undo, LEFT)
    assert RunFiles(Path(kept[1])).record_file.exists()
    assert set(listed(qtbot, page)) == set(kept)


def test_delete_removes_and_the_keys_go_on_with_the_next_training(
    qtbot: QtBot, one_window: MainWindow, page: LearnPage, kept: list[str]
) -> None:
    page.runs.rows[kept[1]].box.setFocus()
    qtbot.keyClick(page.runs.rows[kept[1]].box, Qt.Key.Key_Delete)
    assert page.runs.rows[kept[2]].box.hasFocus()
    listed(qtbot, page)
    qtbot.keyClick(page.runs.rows[kept[2]].box, Qt.Key.Key_Delete)
    assert page.runs.rows[kept[0]].box.hasFocus()
    assert listed(qtbot, page) == [kept[0]]
    for _ in range(2):
        qtbot.keyClick(one_window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert "kept again" in one_window.messages.text
        listed(qtbot, page)
    one_window.messages.clear()
    one_window.undo()
    assert one_window.messages.text == ""


def test_a_training_is_removed_by_its_menu(qtbot: QtBot, page: LearnPage, kept: list[str]) -> None:
    menu = page.runs.rows[kept[0]].menu()
    menu.actions()[0].trigger()
    assert not Path(kept[0]).exists()
    menu.deleteLater()


def test_neither_the_present_training_nor_that_of_another_window_can_be_removed(
    qtbot: QtBot, one_window: MainWindow, page: LearnPage, kept: list[str]
) -> None:
    train(page, 1)
    assert page.session.folder is not None and not page.session.remove(page.session.folder)
    with RunFiles(Path(kept[0])).at_work():
        qtbot.mouseClick(page.runs.rows[kept[0]].trash, LEFT)  # begun since one looked
        assert "under way" in one_window.messages.text and Path(kept[0]).exists()
        page.runs.reload()
        qtbot.waitUntil(lambda: page.runs.rows[kept[0]].trash.isHidden())
        for key in ("", kept[0]):
            page.runs.rows[key].box.setFocus()
            qtbot.keyClick(page.runs.rows[key].box, Qt.Key.Key_Delete)
    assert Path(kept[0]).exists() and page.session.folder.exists()


# --- closing the window during a training ---


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, one_window: MainWindow, page: LearnPage) -> list[str]:
    """What is asked from now on, where the drawing is saved; every question is cancelled."""
    questions: list[str] = []

    def answer(box: QMessageBox) -> int:
        questions.append(f"{box.text()} {box.informativeText()}")
        return int(QMessageBox.StandardButton.Cancel)

    monkeypatch.setattr(QMessageBox, "exec", answer)
    one_window.session.mark_saved(one_window.session.experiment)
    return questions


def train(page: LearnPage, epochs: int) -> None:
    """Be in the middle of a training of which so many epochs are kept."""
    load(page)
    learn_fakes.fill(page.session, epochs=epochs, frames=2, done=False)
    assert page.session.folder is not None
    learn_fakes.keep(RunFiles(page.session.folder), page.session.plan, epochs)


def test_closing_during_a_training_asks_once_and_says_what_is_kept(
    one_window: MainWindow, page: LearnPage, asked: list[str]
) -> None:
    train(page, 2)
    assert not one_window.close() and one_window.isVisible()
    kept = "Epoch 2 of 10 is kept: it can be continued at the next start."
    assert asked == [f"A training is under way. {kept}"]


def test_closing_in_the_first_epoch_says_that_nothing_is_kept(
    one_window: MainWindow, page: LearnPage, asked: list[str]
) -> None:
    train(page, 0)
    assert not one_window.close()
    assert len(asked) == 1 and "nothing of it is kept" in asked[0] and "continued" not in asked[0]


def test_closing_with_a_changed_drawing_and_a_training_is_one_question(
    one_window: MainWindow, page: LearnPage, asked: list[str]
) -> None:
    train(page, 3)
    one_window.session.edit_image("Clear", one_window.session.image.cleared())
    assert not one_window.close()
    assert len(asked) == 1 and asked[0].startswith("Save the changes to “")
    assert "They are lost otherwise. A training is under way too. Epoch 3 of 10 is kept" in asked[0]


def test_closing_anyway_is_believed_and_without_a_training_nothing_is_asked(
    one_window: MainWindow, page: LearnPage, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert may_close(one_window) and asked == []
    train(page, 1)
    page.session.pause()
    assert not may_close(one_window) and len(asked) == 1
    monkeypatch.setattr(QMessageBox, "exec", lambda box: int(QMessageBox.StandardButton.Discard))
    assert may_close(one_window)
