"""The session is the only place where the work changes."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convlab.experiment.experiment import Experiment
from convlab.experiment.image import Image
from convlab.operations.convolution import Convolution
from convlab.window.chain_actions import ChainActions
from convlab.window.session import IMAGE_STAGE, Session


def _photograph(rows: int, columns: int) -> Experiment:
    pixels = np.random.default_rng(1).random((rows, columns, 1), np.float32)
    return Experiment(Image(pixels), (Convolution(np.ones((3, 3, 1, 1), np.float32), padding="same"),))


def test_an_edit_can_be_undone_and_redone_by_its_name(qtbot: QtBot) -> None:
    session = Session()
    before = session.experiment
    session.edit("Clear Image", before.with_image(before.image.cleared()))
    assert session.history.undo_label == "Clear Image"
    after = session.experiment
    session.undo()
    assert session.experiment is before
    session.redo()
    assert session.experiment is after


def test_a_burst_of_edits_with_one_key_is_one_step_until_it_is_sealed(qtbot: QtBot) -> None:
    session = Session()
    before = session.experiment
    for value in (1.0, 2.0, 3.0):
        image = session.experiment.image.with_cell(0, 0, value)
        session.edit("Paint Stroke", session.experiment.with_image(image), "stroke")
    session.seal()
    image = session.experiment.image.with_cell(0, 0, 9)
    session.edit("Paint Stroke", session.experiment.with_image(image), "stroke")
    session.undo()
    assert session.experiment.image.pixels[0, 0, 0] == 3
    session.undo()
    assert session.experiment is before


def test_a_small_output_is_there_at_once(qtbot: QtBot) -> None:
    session = Session()
    assert session.output_array is not None


def test_a_large_output_is_computed_beside_the_window_and_told(qtbot: QtBot) -> None:
    session = Session(_photograph(1500, 1500))
    if session.output_array is None:
        with qtbot.waitSignal(session.output_changed, timeout=10_000):
            pass
    assert session.output_array is not None
    session.computer.finish()


def test_only_the_newest_of_many_edits_is_waited_for(qtbot: QtBot) -> None:
    session = Session(_photograph(1500, 1500))
    for factor in range(1, 20):
        kernel = np.full((3, 3, 1, 1), factor, np.float32)
        session.edit("Kernel", session.experiment.with_operation(0, Convolution(kernel, padding="same")))
    qtbot.waitUntil(lambda: session.output_array is not None, timeout=20_000)
    step = session.step_at(700, 700)
    assert step is not None and session.output_array is not None
    assert abs(step.result - session.output_array[700, 700, 0]) < 1e-2
    session.computer.finish()


def test_an_impossible_setting_is_a_sentence_and_not_an_exception(qtbot: QtBot) -> None:
    session = Session()
    kernel = Convolution(np.ones((31, 31, 1, 1), np.float32))
    session.edit("Kernel", session.experiment.with_operation(0, kernel))
    assert session.problem is not None and session.output_array is None
    assert session.grid_shape == (0, 0)


def test_taking_out_the_last_operation_puts_the_image_into_focus(qtbot: QtBot) -> None:
    session = Session()
    while session.experiment.operations:
        session.edit("Remove", session.experiment.without(0))
    assert session.stage == IMAGE_STAGE and session.operation is None and session.output_shape is None


def test_a_large_image_is_shown_all_at_once_and_a_small_one_as_it_is_written(qtbot: QtBot) -> None:
    session = Session()
    assert not session.show_all
    session.edit("Open", session.experiment.with_image(_photograph(300, 300).image))
    assert session.show_all
    session.computer.finish()


def test_what_was_saved_is_known_by_identity_also_after_undo(qtbot: QtBot) -> None:
    session = Session()
    session.edit("Clear", session.experiment.with_image(session.experiment.image.cleared()))
    assert session.changed_since_saved
    session.undo()
    assert not session.changed_since_saved


def test_flattened_numbers_dense_units_and_softmax_are_stepped_like_everything_else(qtbot: QtBot) -> None:
    session = Session()
    actions = ChainActions(session, session)
    for kind in ("flatten", "dense", "softmax"):
        actions.insert(len(session.experiment.operations), kind)
        output = session.output_array
        assert output is not None and output.shape[0] == 1
        for column in range(0, output.shape[1], 4):
            step = session.step_at(0, column)
            assert step is not None
            assert step.result == pytest.approx(float(output[0, column, 0]), rel=1e-5, abs=1e-6)
            rows, columns = session.window_of(step)
            assert len(rows) and len(columns)
