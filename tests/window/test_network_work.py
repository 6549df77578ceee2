"""What the user makes on the Network page, and what follows from it alone."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from convlab.experiment.image import blank
from convlab.network.preprocessing import Preparation
from convlab.window.network_work import NetworkWork, changed_rows
from tests.network.described import graph, layer
from tests.window.network_fakes import fake_session, small_network

FILTER = np.ones((3, 3, 1, 8), np.float32)


def test_rows_count_as_changed_whose_weights_are_other_arrays() -> None:
    work = NetworkWork(blank(4, 4), Preparation())
    first = work.with_edits({(1, 0): FILTER})
    second = first.with_edits({(1, 0): FILTER * 2, (3, 1): np.ones(5, np.float32)})
    assert changed_rows(work.edits, first.edits) == [1]
    assert changed_rows(first.edits, second.edits) == [1, 3]
    assert changed_rows(second.edits, second.with_image(blank(5, 5)).edits) == []
    assert changed_rows(second.edits, second.with_edits({(1, 0): None}).edits) == [1]


def test_an_open_size_is_that_which_was_chosen() -> None:
    network = graph([(8, 8, 1)], (layer("Dropout", "drop", rate=0.5), (0,)))
    work = NetworkWork(blank(4, 4), Preparation())
    assert work.sized(network) is network
    assert work.prepared((None, None, 1)) is None and work.prepared(None) is None
    prepared = work.prepared((6, 5, 1))
    assert prepared is not None and prepared.shape == (6, 5, 1)


def test_a_filter_changed_again_after_saving_is_not_saved(qtbot: QtBot) -> None:
    session = fake_session(small_network())
    session.edit_weights("Change", {(1, 0): FILTER})
    session.mark_saved(session.work)
    assert not session.changed_since_saved
    session.edit_weights("Change", {(1, 0): FILTER * 2})
    assert session.changed_since_saved
    session.undo()
    assert not session.changed_since_saved
