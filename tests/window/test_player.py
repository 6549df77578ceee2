"""The player walks over the output cells, row by row, in parts or whole, in a loop, or hiding what is to be guessed."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convlab.experiment.experiment import Experiment, first_experiment
from convlab.experiment.image import Image
from convlab.operations.convolution import Convolution
from convlab.operations.merge import Merge
from convlab.operations.pooling import MaxPooling
from convlab.window.pace import SPEEDS
from convlab.window.player import Phase, Player, phases_of
from convlab.window.session import Session


def _player(experiment: Experiment | None = None) -> Player:
    session = Session(experiment)
    player = Player(session, session)
    player.session = session  # type: ignore[attr-defined]  # keeps the session alive as long as the player
    return player


def _convolution(rows: int, columns: int, **settings: object) -> Experiment:
    image = Image(np.arange(rows * columns, dtype=np.float32).reshape(rows, columns, 1), white=255)
    kernel = np.ones((3, 3, 1, 1), np.float32)
    return Experiment(image, (Convolution(kernel, **settings),))  # type: ignore[arg-type]


def test_a_first_start_stands_on_the_first_of_a_hundred_steps(qtbot: QtBot) -> None:
    player = _player(first_experiment())
    assert (player.index, player.count) == (0, 100)


def test_after_the_last_column_comes_the_next_row(qtbot: QtBot) -> None:
    player = _player(_convolution(5, 5))
    player.go(0, 2)
    player.step()
    assert (player.row, player.column) == (1, 0)


def test_stepping_back_from_the_first_column_goes_to_the_end_of_the_row_above(qtbot: QtBot) -> None:
    player = _player(_convolution(5, 5))
    player.go(1, 0)
    player.back()
    assert (player.row, player.column) == (0, 2)


def test_the_player_stops_at_both_ends(qtbot: QtBot) -> None:
    player = _player(_convolution(5, 5))
    player.back()
    assert player.index == 0
    player.to_end()
    player.step()
    assert player.index == 8


def test_the_parts_of_a_step_come_in_order_and_then_the_next_step_begins(qtbot: QtBot) -> None:
    player = _player(_convolution(5, 5, bias=np.array([1], np.float32), activation="relu"))
    player.go(0, 0, Phase.PLACE)
    seen = [player.phase]
    for _ in range(5):
        player.substep()
        seen.append(player.phase)
    assert seen == list(Phase)
    player.substep()
    assert (player.index, player.phase) == (1, Phase.PLACE)


def test_a_step_without_bias_and_activation_has_no_such_parts(qtbot: QtBot) -> None:
    player = _player(_convolution(5, 5))
    assert phases_of(player.current) == (Phase.PLACE, Phase.MULTIPLY, Phase.ADD, Phase.WRITE)


def test_inputs_are_merged_where_others_add_and_a_copy_has_no_part_between() -> None:
    inputs = [np.ones((1, 1, 1), np.float32)] * 2
    merged, copied = (Merge(kind).explain(inputs, 0, 0) for kind in ("add", "concatenate"))
    assert phases_of(merged) == (Phase.PLACE, Phase.ADD, Phase.WRITE)
    assert phases_of(copied) == (Phase.PLACE, Phase.WRITE)


def test_a_cell_counts_as_written_only_with_the_last_part(qtbot: QtBot) -> None:
    player = _player(_convolution(5, 5))
    player.go(1, 1, Phase.ADD)
    assert player.written == 4
    player.step()
    assert (player.written, player.index) == (5, 4)


def test_a_loop_goes_round_in_its_region(qtbot: QtBot) -> None:
    player = _player(_convolution(6, 6))
    player.set_loop((1, 1, 2, 2))
    visited = []
    for _ in range(5):
        visited.append((player.row, player.column))
        player.step()
    assert visited == [(1, 1), (1, 2), (2, 1), (2, 2), (1, 1)]
    player.go(1, 1)
    player.back()
    assert (player.row, player.column) == (2, 2)


def test_a_hidden_value_is_revealed_before_the_next_step(qtbot: QtBot) -> None:
    player = _player(_convolution(5, 5))
    player.set_predicting(True)
    player.step()
    assert player.hidden and player.index == 1 and player.written == 1
    player.step()
    assert not player.hidden and player.index == 1 and player.written == 2


def test_a_smaller_output_keeps_the_position_inside(qtbot: QtBot) -> None:
    player = _player(_convolution(6, 6))
    player.to_end()
    session: Session = player.session  # type: ignore[attr-defined]
    operation = session.operation
    assert isinstance(operation, Convolution)
    smaller = Convolution(operation.kernel, strides=(2, 2))
    session.edit("Stride", session.experiment.with_operation(0, smaller))
    assert (player.row, player.column, player.count) == (1, 1, 4)


def test_playing_reaches_the_end_and_stops(qtbot: QtBot) -> None:
    player = _player(_convolution(12, 12))
    player.set_speed(1000)
    with qtbot.waitSignal(player.playing_changed, timeout=5000, check_params_cb=lambda playing: not playing):
        player.play()
    assert player.index == 99


def test_fast_playing_keeps_the_promised_rate_by_skipping_what_nobody_sees(qtbot: QtBot) -> None:
    player = _player(_convolution(60, 60))
    player.set_speed(1000)
    player.play()
    qtbot.waitUntil(lambda: player.index > 50, timeout=5000)
    told = []
    player.step_changed.connect(lambda: told.append(player.index))
    qtbot.waitUntil(lambda: len(told) >= 10, timeout=5000)
    player.pause()
    assert told[-1] - told[0] > 2 * len(told)


def test_slow_playing_shows_the_parts_of_a_step(qtbot: QtBot) -> None:
    player = _player(_convolution(5, 5))
    player.set_speed(1.0)
    seen: set[Phase] = set()
    player.phase_changed.connect(lambda: seen.add(player.phase))
    player.step_changed.connect(lambda: seen.add(player.phase))
    player.play()
    qtbot.waitUntil(lambda: {Phase.MULTIPLY, Phase.ADD} <= seen, timeout=5000)
    player.pause()


@pytest.mark.parametrize("stage", [0, 1, 2])
def test_every_stage_of_the_first_chain_is_stepped_with_the_same_player(qtbot: QtBot, stage: int) -> None:
    player = _player(first_experiment())
    session: Session = player.session  # type: ignore[attr-defined]
    session.choose_stage(stage)
    player.go(2, 2)
    assert player.current is not None
    output = session.output_array
    assert output is not None
    assert player.current.result == pytest.approx(float(output[2, 2, 0]))


def test_a_pooling_of_all_rows_and_columns_is_one_row_of_channels(qtbot: QtBot) -> None:
    player = _player(Experiment(first_experiment().image, (MaxPooling((10, 10)),)))
    assert player.count == 1


def test_speeds_go_from_one_in_two_seconds_to_a_thousand_a_second(qtbot: QtBot) -> None:
    player = _player()
    for _ in SPEEDS:
        player.slower()
    assert player.speed == 0.5
    for _ in SPEEDS:
        player.faster()
    assert player.speed == 1000
