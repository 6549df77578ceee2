"""Run: the record of one training: what was planned, what has been told of it, and how it ended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from convlab.learning.events import Begun, EpochEnd, Event, Frame, Progress, Result
from convlab.learning.film import Film
from convlab.learning.plan import Plan

MOST_MOMENTS = 2000
"""Moments of the running training values that are kept; then every second one is given up."""
_FALLING = 2  # epochs that the training loss must go on falling
_NOTICED = 1.05  # times the least validation loss: less of a rise is chance, where few images are kept for validation
_LASTING = 2  # epochs in a row with such a loss: one alone may be chance too


@dataclass(frozen=True)
class Moment:
    """The training values in the middle of an epoch, over this epoch so far. at: epochs since the start, such as 1.25."""

    at: float
    loss: float
    accuracy: float


@dataclass(frozen=True)
class History:
    """What the curves show of one training. key: tells it from others; name: for people, from plan or file.
    epochs: in their order. test_accuracy: None while it is not measured; parameters: 0 while they are not counted."""

    key: str
    name: str
    epochs: tuple[EpochEnd, ...]
    test_accuracy: float | None = None
    parameters: int = 0


@dataclass(eq=False)
class Run:
    """Filled by what the trainer tells. class_names: of the data at its start. epochs: may have been kept by an earlier
    training that this one continues."""

    plan: Plan
    class_names: tuple[str, ...] = ()
    begun: Begun | None = None
    epochs: list[EpochEnd] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    progress: Progress | None = None
    film: Film = field(default_factory=Film)
    result: Result | None = None

    def take(self, event: Event) -> None:
        """What was told last. An epoch that is told again, after going on from a checkpoint, replaces what was known."""
        if isinstance(event, Begun):
            self._begin(event)
        elif isinstance(event, Frame):
            self.film.add(event)
        elif isinstance(event, Progress):
            self._advance(event)
        else:
            self._end_epoch(event)

    def _begin(self, begun: Begun) -> None:
        self.begun, self.result = begun, None
        self.epochs = [one for one in self.epochs if one.epoch < begun.epoch]
        self.moments = [one for one in self.moments if one.at <= begun.epoch]

    def _advance(self, progress: Progress) -> None:
        self.progress = progress
        self._remember(Moment(moment_of(progress), progress.loss, progress.accuracy))

    def _end_epoch(self, end: EpochEnd) -> None:
        """Its training values are the running ones of its last batch, of which nothing may have been told."""
        self.epochs = [one for one in self.epochs if one.epoch < end.epoch] + [end]
        if self.moments and math.isfinite(end.loss):
            self._remember(Moment(end.epoch + 1.0, end.loss, end.accuracy))

    def _remember(self, moment: Moment) -> None:
        if self.moments and self.moments[-1].at >= moment.at:
            return  # validation after the last batch tells the same again
        self.moments.append(moment)
        if len(self.moments) > MOST_MOMENTS:
            self.moments = [*self.moments[:-1:2], self.moments[-1]]

    @property
    def parted(self) -> int | None:
        """From which epoch on it learns by heart; see `parted`."""
        return parted(self.epochs)

    def history(self, key: str, name: str) -> History:
        """As it is now, to be compared with others."""
        accuracy = self.result.test_accuracy if self.result is not None else None
        parameters = self.begun.parameters if self.begun is not None else 0
        return History(key, name, tuple(self.epochs), accuracy, parameters)


def moment_of(progress: Progress) -> float:
    """Epochs since the start, with their parts."""
    return progress.epoch + progress.batch / max(progress.batches, 1)


def parted(epochs: Sequence[EpochEnd]) -> int | None:
    """The epoch from which training and validation part (overfitting), counted from 0; None if they do not.

    It is the one with the least loss in validation, if two epochs at least follow; if the loss in training went on falling
    (in their mean it is less than there, and from the first of them to the last it fell, so that a little noise does not
    hide it); and if the loss in validation lies more than 5 % higher in the last two epochs. What follows a loss that is
    no finite number does not count.
    """
    known = epochs[: _finite(epochs)]
    if len(known) <= _FALLING:
        return None
    least = min(range(len(known)), key=lambda place: known[place].val_loss)
    after = [one.loss for one in known[least + 1 :]]
    if len(after) < _FALLING:
        return None
    falls = fmean(after) < known[least].loss and after[-1] < after[0]
    rises = min(one.val_loss for one in known[-_LASTING:]) > _NOTICED * known[least].val_loss
    return known[least].epoch if falls and rises else None


def diverged(epochs: Sequence[EpochEnd]) -> int | None:
    """The first epoch, counted from 0, whose loss is no finite number; None if there is none."""
    place = _finite(epochs)
    return epochs[place].epoch if place < len(epochs) else None


def _finite(epochs: Sequence[EpochEnd]) -> int:
    """How many epochs at the beginning have finite losses."""
    for place, one in enumerate(epochs):
        if not (math.isfinite(one.loss) and math.isfinite(one.val_loss)):
            return place
    return len(epochs)
