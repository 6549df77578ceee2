"""Undo and redo of frozen values."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convlab.experiment import history as rules
from convlab.experiment.history import History


class Picture:
    """A value that holds arrays."""

    def __init__(self, *held):
        self.held = held

    def arrays(self):
        return self.held


def drawn(*values):
    history = History("start")
    for value in values:
        history = history.done(f"Make {value}", value)
    return history


def test_undo_goes_back_and_redo_forward():
    history = drawn("a", "b")
    assert history.undone().present == "a"
    assert history.undone().undone().present == "start"
    assert history.undone().redone().present == "b"


def test_edits_have_names_for_the_menu():
    history = drawn("a", "b")
    assert history.undo_label == "Make b"
    assert (history.undone().undo_label, history.undone().redo_label) == ("Make a", "Make b")


def test_at_the_ends_nothing_happens():
    history = History("start")
    assert history.undone() is history
    assert history.redone() is history
    assert not history.can_undo
    assert not history.can_redo
    assert (history.undo_label, history.redo_label) == ("", "")


def test_a_new_edit_forgets_what_was_undone():
    assert not drawn("a", "b").undone().done("Make c", "c").can_redo


def test_no_change_is_no_edit():
    history = drawn("a")
    assert history.done("Nothing", history.present) is history


def test_a_burst_with_one_merge_key_is_one_step():
    history = History(0)
    for value in (1, 2, 3):
        history = history.done("Drag weight", value, merge_key="weight 4")
    assert history.present == 3
    assert history.undone().present == 0


def test_another_merge_key_begins_another_step():
    history = History(0).done("Drag", 1, "a").done("Drag", 2, "b")
    assert history.undone().present == 1


def test_sealing_ends_a_burst():
    history = History(0).done("Drag", 1, "a").sealed().done("Drag", 2, "a")
    assert history.undone().present == 1


def test_undo_ends_a_burst():
    history = History(0).done("Drag", 1, "a").done("Drag", 2, "a").undone().redone().done("Drag", 3, "a")
    assert history.undone().present == 2


def test_an_edit_within_a_burst_forgets_what_was_undone():
    history = History(0).done("Drag", 1, "a").done("Other", 2).undone().done("Drag", 3, "a")
    assert not history.can_redo


def test_the_oldest_of_more_than_two_hundred_edits_are_forgotten():
    history = drawn(*range(250))
    steps = 0
    while history.can_undo:
        history, steps = history.undone(), steps + 1
    assert (steps, history.present) == (200, 49)


def test_arrays_are_kept_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(rules, "MAX_BYTES", 1000)
    history = History(Picture(np.zeros(50)))
    for _ in range(5):
        history = history.done("Paint", Picture(np.zeros(50)))
    assert len(history.past) == 1


def test_an_array_that_edits_share_counts_once(monkeypatch):
    monkeypatch.setattr(rules, "MAX_BYTES", 1000)
    photograph = np.zeros(100)
    history = History(Picture(photograph))
    for _ in range(5):
        history = history.done("Change kernel", Picture(photograph, np.zeros(1)))
    assert len(history.past) == 5


def test_the_last_edit_can_be_undone_however_large(monkeypatch):
    monkeypatch.setattr(rules, "MAX_BYTES", 1)
    assert History(Picture(np.zeros(50))).done("Paint", Picture(np.zeros(50))).can_undo


@given(st.lists(st.sampled_from(["edit", "undo", "redo", "seal"])))
def test_history_agrees_with_a_list_and_a_finger_on_it(actions):
    history, values, finger = History(0), [0], 0
    for n, action in enumerate(actions, 1):
        if action == "edit":
            history = history.done("Edit", n)
            values, finger = [*values[: finger + 1], n], finger + 1
        elif action == "undo":
            history, finger = history.undone(), max(finger - 1, 0)
        elif action == "redo":
            history, finger = history.redone(), min(finger + 1, len(values) - 1)
        else:
            history = history.sealed()
        assert history.present == values[finger]
        assert (history.can_undo, history.can_redo) == (finger > 0, finger < len(values) - 1)
