"""The session of the Network page with the real processes next door: opening, maps, edits, undo, and being killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convlab.experiment.image import blank
from convlab.network import filters
from convlab.problems import Problem
from convlab.window.neighbours import Neighbours
from convlab.window.network_session import NetworkSession
from tests.window.network_file import SIDE, network_with_lambda, small_network

pytestmark = pytest.mark.slow  # the journeys go the same ways through the window
WAIT = 180_000  # TensorFlow takes long to start where other work keeps the machine busy


@pytest.fixture(scope="module")
def near() -> Iterator[Neighbours]:
    """One reader and one engine for all tests of this file: TensorFlow takes seconds to start."""
    neighbours = Neighbours()
    yield neighbours
    neighbours.close()


@pytest.fixture
def session(qtbot: QtBot, near: Neighbours, tmp_path: Path) -> Iterator[NetworkSession]:
    session = NetworkSession(near.reader, near.engine, blank(SIDE, SIDE).with_cell(5, 5, 1.0))
    yield session
    session.close()


def opened(qtbot: QtBot, session: NetworkSession, file: Path) -> None:
    session.open(file)
    qtbot.waitUntil(lambda: session.map_array is not None and session.maps.fresh, timeout=WAIT)


def test_the_image_to_begin_with_gives_way_to_work(session: NetworkSession) -> None:
    first, second, third = session.image, blank(SIDE, SIDE), blank(SIDE, SIDE)
    session.begin_with(second)
    assert session.image is second and first is not second
    assert not session.history.can_undo
    session.edit_image("Draw", third)
    session.begin_with(first)
    assert session.image is third


def test_an_opened_network_has_filters_maps_and_a_prediction(
    qtbot: QtBot, session: NetworkSession, tmp_path: Path
) -> None:
    opened(qtbot, session, small_network(tmp_path))
    assert session.layer is not None and session.layer.name == "first"
    weights = session.weights_of(session.row)
    assert weights is not None and weights[0].shape == (3, 3, 1, 6)
    assert session.map_array.shape == (SIDE, SIDE, 6)
    assert session.prediction is not None and float(session.prediction.sum()) == pytest.approx(1, abs=1e-5)
    assert session.logits is not None and session.state == "ready"


def test_maps_before_the_activation_can_be_negative_and_afterwards_not(
    qtbot: QtBot, session: NetworkSession, tmp_path: Path
) -> None:
    opened(qtbot, session, small_network(tmp_path))
    after = session.map_array
    session.choose_before(True)
    qtbot.waitUntil(lambda: session.map_array is not None, timeout=WAIT)
    before = session.map_array
    assert before.min() < 0 <= after.min()
    np.testing.assert_allclose(np.maximum(before, 0), after, atol=1e-6)


def test_maps_follow_the_drawing_and_undo_brings_the_old_ones_back(
    qtbot: QtBot, session: NetworkSession, tmp_path: Path
) -> None:
    opened(qtbot, session, small_network(tmp_path))
    first, guess = session.map_array.copy(), session.prediction.copy()
    for column in range(4):
        session.edit_image("Draw", session.image.with_cell(2, column, 1.0), "stroke")
    qtbot.waitUntil(lambda: session.maps.fresh and not session.maps.busy, timeout=WAIT)
    assert not np.array_equal(session.map_array, first) and not np.array_equal(session.prediction, guess)
    session.undo()
    qtbot.waitUntil(lambda: session.maps.fresh and not session.maps.busy, timeout=WAIT)
    np.testing.assert_allclose(session.map_array, first, atol=1e-6)
    assert not session.history.can_undo


def test_a_silenced_filter_silences_its_map_and_moves_the_prediction_until_undo(
    qtbot: QtBot, session: NetworkSession, tmp_path: Path
) -> None:
    opened(qtbot, session, small_network(tmp_path))
    guess, row = session.prediction.copy(), session.row
    weights = session.weights_of(row)
    silent = filters.zeroed(filters.filter_of(session.layer, weights, 2))
    edits = filters.with_filter(session.layer, weights, 2, silent)
    session.edit_weights("Zero Filter 2", {(row, number): array for number, array in edits.items()})
    qtbot.waitUntil(lambda: session.maps.fresh and not session.maps.busy, timeout=WAIT)
    assert not session.map_array[:, :, 2].any() and session.changed_since_saved
    assert not np.allclose(session.prediction, guess)
    session.undo()
    qtbot.waitUntil(lambda: session.maps.fresh and not session.maps.busy, timeout=WAIT)
    np.testing.assert_allclose(session.prediction, guess, atol=1e-6)
    assert not session.changed_since_saved


def test_a_lambda_stops_what_comes_after_it_and_nothing_else(
    qtbot: QtBot, session: NetworkSession, tmp_path: Path
) -> None:
    notices: list[str] = []
    session.notice_met.connect(notices.append)
    opened(qtbot, session, network_with_lambda(tmp_path))
    assert len(notices) == 1 and "scaled is a Lambda layer" in notices[0]
    assert session.map_array.shape == (SIDE, SIDE, 6) and session.prediction is None
    session.choose_row([layer.name for layer in session.network.layers].index("fourth"))
    assert "depends on scaled" in session.no_maps_because
    qtbot.waitUntil(lambda: session.weights_of(session.row) is not None, timeout=WAIT)


def test_a_damaged_file_gives_one_sentence_and_the_present_network_stays(
    qtbot: QtBot, session: NetworkSession, tmp_path: Path
) -> None:
    good = small_network(tmp_path)
    opened(qtbot, session, good)
    bad = tmp_path / "bad.keras"
    bad.write_bytes(good.read_bytes()[:2000])
    problems: list[Problem] = []
    session.problem_met.connect(problems.append)
    before = session.network
    session.open(bad)
    qtbot.waitUntil(lambda: session.opening is None, timeout=WAIT)
    assert len(problems) == 1 and "bad.keras" in problems[0].what
    assert session.network is before and session.map_array is not None


def test_the_newest_of_two_files_is_the_one_that_is_open(
    qtbot: QtBot, session: NetworkSession, tmp_path: Path
) -> None:
    session.open(network_with_lambda(tmp_path))
    session.open(small_network(tmp_path))
    qtbot.waitUntil(lambda: session.prediction is not None and session.maps.fresh, timeout=WAIT)
    assert session.path is not None and session.path.name == "small.keras"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("which", ["reader", "engine"])
def test_a_killed_process_costs_nothing(
    qtbot: QtBot, near: Neighbours, session: NetworkSession, tmp_path: Path, which: str
) -> None:
    opened(qtbot, session, small_network(tmp_path))
    guess = session.prediction.copy()
    os.kill(getattr(near, which).process_id, signal.SIGKILL)
    session.edit_image("Draw", session.image.with_cell(2, 2, 1.0))
    session.undo()
    session.choose_row(2)
    qtbot.waitUntil(
        lambda: session.maps.fresh and not session.maps.busy and session.map_array is not None, timeout=WAIT
    )
    np.testing.assert_allclose(session.prediction, guess, atol=1e-6)
    assert session.weights_of(2) is not None
