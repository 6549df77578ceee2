"""What is asked before the window is closed: about changes that are not saved, and about a training that is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow


def may_close(window: MainWindow) -> bool:
    """Whether nothing is lost by it, or the user says so. Changes and a training are asked about at once."""
    training = _of_training(window)
    if window.session.changed_since_saved:
        may = window.work.may_leave(f"A training is under way too. {training}" if training else "")
    else:
        may = not training or _ends_training(window, training)
    return may and (not window.has_network_page or window.network_actions.may_leave())


def _of_training(window: MainWindow) -> str:
    """What will be left of the training that is under way; "" if there is none."""
    if not window.has_learn_page:
        return ""
    from convlab.window.training_words import closing_words

    return closing_words(window.learn.session)


def _ends_training(window: MainWindow, training: str) -> bool:
    from convlab.window.question_box import Button, answer_to, question_box

    buttons = {Button.Discard: "Close &anyway", Button.Cancel: ""}
    box = question_box(window, "A training is under way.", training, buttons, Button.Cancel)
    return answer_to(box) == Button.Discard
