"""The curves of a training on the screen, and of those that it is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import nan
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from convlab.learning.events import EpochEnd
from convlab.learning.run import History
from convlab.window import theme
from convlab.window.curves_card import CurvesCard
from convlab.window.curves_drawing import SELDOMEST_MS
from convlab.window.curves_view import CurvesView
from convlab.window.learn_session import LearnSession
from convlab.window.runs_card import MOST, RunRow, RunsCard, figures, histories_of
from tests.window.learn_fakes import (
    epoch_end,
    fake_session,
    filled_session,
    kept_run,
    progress,
    result,
    settle,
    trainer_of,
)


def shown(qtbot: QtBot, session: LearnSession, width: int = 400, height: int = 420) -> CurvesCard:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    card = CurvesCard(session)
    qtbot.addWidget(card)
    card.resize(width, height)
    card.show()
    qtbot.waitExposed(card)
    return card


def drawn(qtbot: QtBot, card: CurvesCard) -> CurvesCard:
    qtbot.waitUntil(lambda: card.view.plot is not None and not card.view.drawing, timeout=120_000)
    return card


def histories(count: int) -> list[History]:
    kept = tuple(epoch_end(n) for n in range(5))
    return [
        History(f"run-{n}", f"Digits, small · {n} May", kept, 0.98 + n / 1000, 347_146) for n in range(count)
    ]


def test_before_a_training_it_says_what_will_be_here(qtbot: QtBot) -> None:
    card = shown(qtbot, fake_session())
    assert card.view.plot is None and not card.kinds.isVisible() and not card.note.text()


def test_pointing_at_an_epoch_tells_its_values(qtbot: QtBot) -> None:
    card = drawn(qtbot, shown(qtbot, filled_session(frames=4)))
    view = card.view
    assert view.plot is not None and len(view.plot.panes) == 2
    pane = view.plot.panes[1]
    place = QPoint(round(pane.x_of(3)), round(pane.area.center().y()))
    qtbot.mouseMove(view, place - QPoint(9, 0))
    qtbot.mouseMove(view, place)
    assert view.pointed == 2 and view.words[0] == "Epoch 3"
    assert "training loss 0.101, accuracy 96.5 %; validation loss 0.138" in view.words[1].lower()
    assert not card.grab().isNull()


def test_arrow_keys_go_from_epoch_to_epoch(qtbot: QtBot) -> None:
    view = drawn(qtbot, shown(qtbot, filled_session(frames=4))).view
    for key, epoch in (
        (Qt.Key.Key_Left, 6),
        (Qt.Key.Key_Left, 5),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_End, 6),
        (Qt.Key.Key_Right, 6),
    ):
        qtbot.keyClick(view, key)
        assert view.pointed == epoch


def test_overfitting_is_told_below_and_to_screen_readers(qtbot: QtBot) -> None:
    card = shown(qtbot, filled_session(frames=4))
    assert card.note.text().startswith("Overfitting after epoch 4:")
    assert "After epoch 7: training loss 0.033" in card.view.accessibleDescription()


def test_a_training_that_diverged_is_warned_of(qtbot: QtBot) -> None:
    session = filled_session(epochs=2, frames=4, done=False)
    card = shown(qtbot, session)
    trainer_of(session).tell(EpochEnd(2, nan, 0.1, nan, 0.1, 60.0))
    assert "diverged" in card.note.text() and card.note.property("role") == "warning"
    drawn(qtbot, card)


def test_a_training_that_was_stopped_early_is_told_so(qtbot: QtBot) -> None:
    session = fake_session()
    card = shown(qtbot, session)
    session.train()
    settle(session)
    trainer = trainer_of(session)
    for batch in (75, 150):
        trainer.tell(progress(batch))
    assert session.image is not None
    trainer.finish(result(session.image, 1, stopped=True))
    drawn(qtbot, card)
    assert "before its first epoch" in card.note.text()


def test_where_only_one_has_room_one_chooses(qtbot: QtBot) -> None:
    card = drawn(qtbot, shown(qtbot, filled_session(frames=4), 300, 260))
    assert card.kinds.isVisible() and card.view.plot is not None
    assert [pane.kind for pane in card.view.plot.panes] == ["loss"]
    qtbot.mouseClick(card.kinds.button("accuracy"), Qt.MouseButton.LeftButton)
    drawn(qtbot, card)
    assert [pane.kind for pane in card.view.plot.panes] == ["accuracy"]


def test_more_epochs_are_drawn_as_they_come(qtbot: QtBot) -> None:
    session = filled_session(epochs=1, frames=4, done=False)
    view = drawn(qtbot, shown(qtbot, session)).view
    first = view.plot
    trainer_of(session).tell(epoch_end(1))
    assert view.plot is first and view.drawing  # the old picture stays until the new one is ready
    qtbot.waitUntil(lambda: view.plot is not first, timeout=60_000)
    assert view.epochs == [0, 1]


def test_slow_pictures_do_not_let_the_curves_lag_behind(qtbot: QtBot) -> None:
    session = filled_session(epochs=2, frames=4, done=False)
    view = drawn(qtbot, shown(qtbot, session)).view
    _be_slow(view)
    trainer_of(session).tell(epoch_end(2))
    assert view._drawing._redraw.remainingTime() <= 1.1 * SELDOMEST_MS  # timers are that coarse
    drawn_of = view.plot
    qtbot.waitUntil(lambda: view.plot is not drawn_of and not view.drawing, timeout=20_000)
    _be_slow(view)
    qtbot.wait(SELDOMEST_MS + 200)  # so long an epoch takes at least
    trainer_of(session).tell(epoch_end(3))
    assert view._drawing._redraw.remainingTime() == 0


def _be_slow(view: CurvesView) -> None:
    """As if the computer had taken four seconds for the picture."""
    assert view.plot is not None
    view._drawing._take(replace(view.plot, seconds=4.0))


def test_the_end_of_a_training_is_drawn_at_once(qtbot: QtBot) -> None:
    session = filled_session(epochs=2, frames=4, done=False)
    view = drawn(qtbot, shown(qtbot, session)).view
    _be_slow(view)
    for number in (2, 3):
        trainer_of(session).tell(epoch_end(number))
    assert session.image is not None
    trainer_of(session).finish(result(session.image, 4))
    assert view._drawing._redraw.remainingTime() == 0
    qtbot.waitUntil(lambda: not view.drawing, timeout=20_000)
    assert view.plot is not None and view.plot.panes[0].x[1] == pytest.approx(4.1)  # not the planned ones


def test_running_values_are_painted_over_the_picture(qtbot: QtBot) -> None:
    """To draw it anew for each would take time from the training."""
    session = filled_session(epochs=2, frames=4, done=False)
    view = drawn(qtbot, shown(qtbot, session)).view
    plot, last = view.plot, session.run.moments[-1]
    assert plot is not None
    pane = plot.panes[0]
    for batch in range(930, 1000, 10):
        trainer_of(session).tell(progress(batch))
    assert view.plot is plot and not view.drawing
    newest = session.run.moments[-1]
    assert newest.at > last.at
    x, y = round(pane.x_of((newest.at + last.at) / 2)), pane.y_of((newest.loss + last.loss) / 2)
    seen = view.grab().toImage()
    blueness = [seen.pixelColor(x, round(y) + away) for away in range(-4, 5)]
    assert any(color.blue() > color.red() + 60 for color in blueness)


class TestComparing:
    @pytest.fixture
    def cards(self, qtbot: QtBot) -> tuple[RunsCard, CurvesCard]:
        session = filled_session(frames=4)
        curves = shown(qtbot, session)
        runs = RunsCard(session)
        qtbot.addWidget(runs)
        runs.resize(400, 400)
        runs.show()
        qtbot.waitUntil(lambda: runs.loaded, timeout=20_000)
        runs.compared_changed.connect(lambda others, present: curves.show_compared(others, present=present))
        runs.show_runs(histories(7))
        return runs, curves

    def test_checked_trainings_are_drawn_with_a_legend(
        self, cards: tuple[RunsCard, CurvesCard], qtbot: QtBot
    ) -> None:
        runs, curves = cards
        assert runs.rows[""].box.isChecked() and not curves.legend.isVisible()
        qtbot.mouseClick(runs.rows["run-2"].box, Qt.MouseButton.LeftButton)
        assert [(one.key, place) for one, place in runs.compared] == [("run-2", 1)]
        assert curves.legend.isVisible()
        told = curves.legend.accessibleDescription().split("; ")
        assert told[1] == "Digits, small · 2 May validation 97.2 % at best"
        assert "validation 97.2 % at best (epoch 4)" in runs.rows["run-2"].figures.text()
        assert "Digits, small · 2 May: after epoch 5" in curves.view.accessibleDescription()
        drawn(qtbot, curves)

    def test_the_present_one_can_be_left_out(self, cards: tuple[RunsCard, CurvesCard], qtbot: QtBot) -> None:
        runs, curves = cards
        qtbot.keyClick(runs.rows["run-0"].box, Qt.Key.Key_Space)
        qtbot.keyClick(runs.rows[""].box, Qt.Key.Key_Space)
        assert not curves.legend.isVisible()
        assert curves.view.accessibleDescription().startswith("After epoch 5")

    def test_each_has_a_colour_of_its_own_as_long_as_there_are_some(
        self, cards: tuple[RunsCard, CurvesCard], qtbot: QtBot
    ) -> None:
        runs, _ = cards
        for number in range(MOST - 1):
            runs.rows[f"run-{number}"].box.click()
        assert sorted(place for _, place in runs.compared) == list(range(1, MOST))
        assert not runs.rows["run-6"].box.isEnabled() and runs.rows["run-0"].box.isEnabled()
        runs.rows["run-1"].box.click()
        runs.rows["run-6"].box.click()
        assert (runs.compared[-1][0].key, runs.compared[-1][1]) == ("run-6", 2)

    def test_what_is_no_longer_kept_is_no_longer_compared(
        self, cards: tuple[RunsCard, CurvesCard], qtbot: QtBot
    ) -> None:
        runs, curves = cards
        runs.rows["run-5"].box.click()
        runs.show_runs(histories(2))
        assert runs.compared == [] and list(runs.rows) == ["", "run-0", "run-1"]
        assert not curves.legend.isVisible()

    def test_what_is_brought_back_is_compared_as_before(self, cards: tuple[RunsCard, CurvesCard]) -> None:
        runs, _ = cards
        for number in (5, 2, 6):
            runs.rows[f"run-{number}"].box.click()
        runs.show_runs([one for one in histories(7) if one.key != "run-2"])
        runs.show_runs(histories(7))
        assert runs.rows["run-2"].box.isChecked()
        assert {one.key: place for one, place in runs.compared} == {"run-5": 1, "run-2": 2, "run-6": 3}
        runs.show_runs([one for one in histories(7) if one.key != "run-5"])
        runs.rows["run-0"].box.click()  # takes its colour meanwhile
        runs.show_runs(histories(7))
        assert runs.compared[-1][0].key == "run-5" and runs.compared[-1][1] == 4
        runs.rows["run-2"].box.click()
        runs.show_runs(histories(2))
        runs.show_runs(histories(7))
        assert not runs.rows["run-2"].box.isChecked(), "it was not compared when it went"

    def test_of_a_training_that_got_worse_the_best_epoch_is_told_everywhere(
        self, cards: tuple[RunsCard, CurvesCard]
    ) -> None:
        runs, curves = cards
        worse = replace(epoch_end(1), epoch=5)
        (history,) = histories(1)
        runs.show_runs([replace(history, epochs=(*history.epochs, worse))])
        runs.rows["run-0"].box.click()
        assert "validation 97.2 % at best (epoch 4) · 6 epochs" in runs.rows["run-0"].figures.text()
        assert curves.legend.accessibleDescription().endswith("validation 97.2 % at best")

    def test_the_present_training_is_followed(self, qtbot: QtBot) -> None:
        session = fake_session()
        runs = RunsCard(session)
        qtbot.addWidget(runs)
        assert runs.rows == {}
        session.train()
        settle(session)
        trainer_of(session).tell(epoch_end(0))
        assert "validation 93.5 % at best (epoch 1)" in runs.rows[""].figures.text()
        trainer_of(session).tell(epoch_end(1))
        assert "2 epochs" in runs.rows[""].figures.text()


@pytest.mark.parametrize(
    ("width", "name", "words"),
    [
        (
            760,
            "Digits, small · 0 May",
            "test 98.00 % · validation 97.2 % at best (epoch 4) · 5 epochs · 347,146 parameters",
        ),
        (480, "Digits, small · 0 May", "test 98.00 % · validation 97.2 % at best · 5 epochs"),
        (380, "Digits, small · 0 May", "test 98.00 % · validation 97.2 % at best"),
        (210, "Digits, small", "test 98.00 %"),
    ],
)
def test_in_less_room_a_training_says_less(qtbot: QtBot, width: int, name: str, words: str) -> None:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    row = RunRow(histories(1)[0])
    qtbot.addWidget(row)
    row.show_removable(True)
    row.resize(width, 40)
    row.show()
    assert (row.name.shown, row.figures.shown) == (name, words)


def test_trainings_of_the_same_minute_have_names_of_their_own(tmp_path: Path) -> None:
    noon = datetime(2026, 11, 21, 12, 0, 0).timestamp()
    made = kept_run(tmp_path)
    found = [
        replace(made, folder=tmp_path / str(number), record=replace(made.record, saved=noon + after))
        for number, after in enumerate((600, 31, 4.9, 4.1))
    ]
    names = [history.name for history in histories_of(found)]
    assert [name.split(", ")[-1] for name in names] == ["12:10", "12:00:31", "12:00:04 (2)", "12:00:04"]
    assert all(name.startswith("Digits, small · 21") for name in names)


def test_the_figures_of_a_training_in_a_few_words() -> None:
    (history,) = histories(1)
    assert (
        figures(history)
        == "test 98.00 % · validation 97.2 % at best (epoch 4) · 5 epochs · 347,146 parameters"
    )
    assert figures(History("", "", ())) == "no epoch is done yet"
