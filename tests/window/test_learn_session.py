"""LearnSession: the plan, the data, and a training as its trainer tells it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convlab.learning.events import Download
from convlab.learning.plan import CLOTHES, DIGITS, NPZ, Source
from convlab.problems import Problem
from convlab.processes.client import RECIPES, KeptRun, Record, RunFiles, taken
from convlab.window.learn_session import LearnSession
from tests.window import learn_fakes
from tests.window.learn_fakes import fake_session, filled_session, settle, trainer_of

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def session(tmp_path: Path) -> LearnSession:
    return fake_session(tmp_path)


def said(session: LearnSession) -> list[str]:
    """Collects what is said of problems from now on."""
    sentences: list[str] = []
    session.problem_met.connect(lambda problem: sentences.append(problem.sentence))
    return sentences


# --- the plan ---


def test_a_recipe_comes_with_its_usual_data_and_settings(session: LearnSession) -> None:
    session.change(epochs=3, rate=0.5)
    session.choose_recipe("fashion-six")
    assert session.plan == RECIPES["fashion-six"].plan(Source(CLOTHES))
    assert session.as_recipe_says
    assert session.info is None  # of the digits


def test_own_data_stay_with_another_recipe(session: LearnSession) -> None:
    own = Source(NPZ, "/data/own.npz")
    session.choose_data(own)
    session.choose_recipe("color-small")
    assert session.plan.source == own


def test_a_change_can_be_taken_back_to_what_the_recipe_says(session: LearnSession) -> None:
    session.change(epochs=2, dropout=0.1)
    assert (session.dropout, session.as_recipe_says) == (0.1, False)
    session.reset()
    assert (session.dropout, session.as_recipe_says) == (0.4, True)


def test_impossible_settings_are_refused(session: LearnSession) -> None:
    with pytest.raises(ValueError, match="rate"):
        session.change(rate=0.0)


def test_while_something_is_trained_its_plan_stays(session: LearnSession) -> None:
    session.train()
    settle(session)
    plan = session.plan
    session.change(epochs=1)
    session.choose_recipe("fashion-six")
    session.choose_data(Source(CLOTHES))
    assert session.plan == plan


# --- data ---


def test_loaded_data_show_their_first_images_and_one_of_them_is_filmed(session: LearnSession) -> None:
    assert session.state == "ready"
    assert session.samples is not None and len(session.samples.pixels) == 25
    assert session.image is not None and np.array_equal(session.image, session.samples.pixels[0])
    assert session.image_name == "0, image 0"


def test_any_images_of_the_data_can_be_looked_at(session: LearnSession) -> None:
    session.show_samples("test", 9_990)
    settle(session)
    assert session.samples is not None
    assert session.samples.part == "test"
    assert session.samples.indices.tolist() == list(range(9_990, 10_000))


def test_a_chosen_image_stays_when_other_images_are_looked_at(session: LearnSession) -> None:
    session.choose_image(4)
    chosen = session.image
    session.show_samples("train", 500)
    settle(session)
    assert session.image is chosen


def test_loading_tells_how_far_it_is_and_can_be_cancelled(tmp_path: Path) -> None:
    session = fake_session(tmp_path, wait=False)
    trainer_of(session).holds = True
    session.load()
    assert session.state == "loading"
    trainer_of(session).tell(Download("mnist.npz", 3, 11))
    told = session.download
    assert told == Download("mnist.npz", 3, 11)
    session.cancel_loading()
    assert session.state == "idle"
    trainer_of(session).finish(learn_fakes.INFO)  # too late
    assert session.info is None


def test_data_that_cannot_be_loaded_say_why(tmp_path: Path) -> None:
    session = fake_session(tmp_path, wait=False)
    sentences = said(session)
    trainer_of(session).refuses = Problem("“own.npz” holds no labels.")
    session.load()
    settle(session)
    assert sentences == ["“own.npz” holds no labels."]
    assert session.state == "idle"


def test_other_data_forget_those_that_were_loaded(session: LearnSession) -> None:
    session.choose_data(Source(CLOTHES))
    assert (session.info, session.samples, session.image, session.state) == (None, None, None, "idle")


# --- training ---


def test_training_without_data_loads_them_first(tmp_path: Path) -> None:
    session = fake_session(tmp_path, wait=False)
    session.train()
    assert session.state == "loading" and session.busy
    settle(session)
    assert session.state == "training"
    assert trainer_of(session).asked == [f"load {DIGITS}", "samples train 0", "train"]


def test_a_training_that_waits_for_data_ends_with_their_loading(tmp_path: Path) -> None:
    session = fake_session(tmp_path, wait=False)
    trainer_of(session).holds = True
    session.train()
    session.stop()
    assert (session.state, session.busy) == ("idle", False)


def test_a_training_has_a_folder_of_its_own(session: LearnSession, tmp_path: Path) -> None:
    session.train()
    assert session.folder is not None and session.folder.parent == tmp_path
    assert session.folder.is_dir()


def test_a_training_fills_its_run(tmp_path: Path, qtbot: QtBot) -> None:
    session = filled_session(tmp_path, epochs=2, frames=10, done=False)
    assert session.state == "training"
    assert len(session.run.epochs) == 2 and len(session.run.film) > 5
    assert session.run.progress is not None and session.run.progress.epoch == 2


def test_pause_resume_and_stop_are_told_to_the_trainer(session: LearnSession) -> None:
    session.train()
    settle(session)
    states = []
    for act in (session.pause, session.resume, session.toggle_pause, session.stop, session.pause):
        act()
        states.append(session.state)
    assert states == ["paused", "training", "paused", "stopping", "stopping"]
    assert trainer_of(session).asked[-4:] == ["pause", "resume", "pause", "stop"]


def test_a_finished_training_has_a_result(tmp_path: Path) -> None:
    session = filled_session(tmp_path, epochs=2, frames=5)
    assert session.state == "done" and not session.busy
    assert session.run.result is not None and session.run.result.test_accuracy == 0.986


def test_a_training_that_breaks_off_keeps_what_was_told(tmp_path: Path) -> None:
    session = filled_session(tmp_path, epochs=2, frames=5, done=False)
    sentences = said(session)
    trainer_of(session).fail(Problem("The training stopped.", "", "Epoch 2 of 10 is kept."))
    assert session.state == "failed"
    assert len(session.run.epochs) == 2
    assert sentences == ["The training stopped. Epoch 2 of 10 is kept."]


def test_a_kept_training_goes_on_with_the_epochs_that_are_done(session: LearnSession, tmp_path: Path) -> None:
    kept = learn_fakes.kept_run(tmp_path)
    session.go_on(kept)
    settle(session)
    trainer = trainer_of(session)
    assert (trainer.plan, trainer.folder, trainer.went_on) == (kept.record.plan, kept.folder, True)
    assert [one.epoch for one in session.run.epochs] == [0, 1]
    assert session.state == "training"


def test_what_another_window_trains_meanwhile_is_not_gone_on_with(
    session: LearnSession, tmp_path: Path, qtbot: QtBot
) -> None:
    kept, sentences = learn_fakes.kept_run(tmp_path), said(session)
    session._take_kept([kept])
    assert session.resumable is kept
    with RunFiles(kept.folder).at_work(), qtbot.waitSignal(session.kept_changed):
        session.go_on(kept)
    assert sentences == [taken().sentence] and not session.busy
    assert session.resumable is None and session.kept[0].under_way


@pytest.mark.parametrize(("end", "why"), [("removed", "not kept any more"), ("trained", "to its end")])
def test_what_cannot_go_on_any_more_says_why(
    session: LearnSession, tmp_path: Path, end: str, why: str
) -> None:
    kept, sentences = learn_fakes.kept_run(tmp_path), said(session)
    files = RunFiles(kept.folder)
    if end == "removed":
        files.remove()
    else:
        files.checkpoint.unlink()
    session.go_on(kept)
    assert len(sentences) == 1 and why in sentences[0] and not session.busy


def test_only_the_newest_training_is_offered_to_go_on(session: LearnSession, tmp_path: Path) -> None:
    plan = RECIPES["digits-small"].plan()
    runs = [KeptRun(tmp_path / name, Record(plan), name == "b") for name in "ab"]
    session._take_kept(runs)
    assert session.resumable is None
    session._take_kept(runs[::-1])
    assert session.resumable is runs[1]


def test_when_a_training_breaks_off_an_earlier_one_is_not_offered_in_its_place(
    session: LearnSession, tmp_path: Path
) -> None:
    session._take_kept([KeptRun(tmp_path / "earlier", Record(RECIPES["digits-small"].plan()), True)])
    session.load()
    settle(session)
    session.train()
    settle(session)
    assert session.state == "training" and session.resumable is None


def test_data_that_cannot_be_had_leave_those_that_were_there(session: LearnSession) -> None:
    good, sentences = session.plan.source, said(session)
    trainer = trainer_of(session)
    trainer.refuses = Problem("“broken.npz” cannot be opened.")
    session.choose_data(Source(NPZ, "broken.npz"))
    session.load()
    trainer.refuses = None
    settle(session)
    assert sentences == ["“broken.npz” cannot be opened."]
    assert session.plan.source == good and session.info is not None and session.samples is not None
