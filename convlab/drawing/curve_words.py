"""What the curves of trainings show, in words: for who points at them, and for who cannot see them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convlab.drawing.curve_ranges import ACCURACY, values_of
from convlab.drawing.numbers import MINUS, cell_text
from convlab.learning.events import EpochEnd
from convlab.learning.run import History, diverged, parted


def percent(share: float, decimals: int = 1) -> str:
    """A share as "91.4 %"; what is not quite all is never rounded up to 100 %."""
    if not math.isfinite(share):
        return "unknown"
    shown = round(100 * share, decimals)
    if shown >= 100 > 100 * share:
        shown = 100 - 10**-decimals
    return f"{shown:.{decimals}f} %".replace("-", MINUS)


def loss_text(value: float) -> str:
    """A loss with three digits, also where the last ones are noughts: losses are compared."""
    if not math.isfinite(value) or not 1e-3 <= abs(value) < 1e3:
        return cell_text(value)
    return f"{value:#.3g}".rstrip(".").replace("-", MINUS)


def value_text(value: float, kind: str) -> str:
    """A loss or an accuracy."""
    return percent(value) if kind == ACCURACY else loss_text(value)


def best_of(history: History) -> EpochEnd:
    """The epoch with the best accuracy in validation, the first of equal ones: its weights are kept. There is one at least."""
    return max(history.epochs, key=lambda one: one.val_accuracy)


def best_words(history: History) -> str:
    """What it has reached in validation, as it is said wherever trainings are compared."""
    return f"validation {percent(best_of(history).val_accuracy)} at best"


def epoch_words(epoch: EpochEnd) -> str:
    """What training and validation have reached in one epoch."""
    losses, accuracies = (values_of(epoch, "loss"), values_of(epoch, ACCURACY))
    return (
        f"training loss {loss_text(losses[0])}, accuracy {percent(accuracies[0])}; "
        f"validation loss {loss_text(losses[1])}, accuracy {percent(accuracies[1])}"
    )


def pointed_words(histories: Sequence[History], epoch: int) -> list[str]:
    """Lines on one epoch, counted from 0, of every training that has it."""
    lines = [f"Epoch {epoch + 1:,}"]
    for history in histories:
        found = next((one for one in history.epochs if one.epoch == epoch), None)
        if found is not None:
            name = f"{history.name}: " if len(histories) > 1 else ""
            words = epoch_words(found)
            lines.append(name + words if name else words[:1].upper() + words[1:])
    return lines


def summary(histories: Sequence[History]) -> str:
    """All curves in a few sentences."""
    return " ".join(_summary(history, len(histories) > 1) for history in histories)


def _summary(history: History, named: bool) -> str:
    name, count = (f"{history.name}: " if named else ""), len(history.epochs)
    if not count:
        return f"{name}{'no' if name else 'No'} epoch is done yet."
    last = history.epochs[-1]
    said = f"{name}{'after' if name else 'After'} epoch {last.epoch + 1:,}: {epoch_words(last)}."
    told = note(history)
    return f"{said} {told}" if told else said


def note(history: History) -> str:
    """What is worth a sentence: overfitting, or a training that has gone wrong; "" if nothing is."""
    wrong, apart = diverged(history.epochs), parted(history.epochs)
    if wrong is not None:
        return (
            f"In epoch {wrong + 1:,} the loss stopped being a number: the training has diverged. "
            "A smaller learning rate helps."
        )
    if apart is None:
        return ""
    best = next(one for one in history.epochs if one.epoch == apart)
    last = history.epochs[-1]
    return (
        f"Overfitting after epoch {apart + 1:,}: in training the loss went on falling, to {loss_text(last.loss)}; "
        f"in validation it rose from {loss_text(best.val_loss)} to {loss_text(last.val_loss)}."
    )
