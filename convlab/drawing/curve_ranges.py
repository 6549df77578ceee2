"""From where to where the curves of a training are drawn: so that what is going on now is seen, not how it began."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from convlab.learning.events import EpochEnd
from convlab.learning.run import Moment

LOSS, ACCURACY = "loss", "accuracy"
KINDS = (LOSS, ACCURACY)
Range = tuple[float, float]

_SETTLED = 0.25  # epochs: before, the running values fall so fast that they would flatten all others
_CHANCE = 0.1  # of a later epoch: so far its running values are those of a few images
_EXPLODED = 25.0  # times the median: a loss beyond is left out of the range, and the line leaves the picture
_AFTER = 0.025  # of the range, for the last dot
_ROOM = 0.08  # of the range, above and below
_LEAST = {LOSS: 0.02, ACCURACY: 0.02}


def values_of(epoch: EpochEnd, kind: str) -> tuple[float, float]:
    """What training and validation have reached."""
    if kind == LOSS:
        return epoch.loss, epoch.val_loss
    return epoch.accuracy, epoch.val_accuracy


def value_of(moment: Moment, kind: str) -> float:
    return moment.loss if kind == LOSS else moment.accuracy


def is_settled(moment: Moment) -> bool:
    """Whether running values are of enough images to be drawn: those of the first epoch always are."""
    return moment.at < 1 or not 0 < moment.at % 1 < _CHANCE


def x_range(epochs: Iterable[Sequence[EpochEnd]], moments: Sequence[Moment], planned: int = 0) -> Range:
    """Epochs from 0 to the last that there is; to the last planned one while these are few. A little more at the end."""
    last = max((one[-1].epoch + 1 for one in epochs if one), default=0)
    last = max(last, int(np.ceil(moments[-1].at)) if moments else 0, 1)
    last = planned if last <= planned <= max(2 * last, 12) else last
    return 0.0, last * (1 + _AFTER)


def y_range(kind: str, epochs: Iterable[Sequence[EpochEnd]], moments: Sequence[Moment]) -> Range:
    """Of a loss, or of an accuracy, which ends at 1; what is not finite does not count."""
    ends = [value for run in epochs for one in run for value in values_of(one, kind)]
    since = _settled_since(moments) if len(ends) <= 2 else 1 + _CHANCE
    settled = [value_of(one, kind) for one in moments if one.at >= since and is_settled(one)]
    known = _finite([*ends, *settled])
    if known.size == 0:
        known = _finite([value_of(one, kind) for one in moments])
    if known.size == 0:
        return 0.0, 1.0
    if kind == LOSS and known.size > 3:
        known = known[known <= _EXPLODED * max(float(np.median(known)), 1e-9)]
    return _with_room(float(known.min()), float(known.max()), kind)


def _settled_since(moments: Sequence[Moment]) -> float:
    """In the first epoch the last three quarters of what there is: a fixed place would leave hardly a line at first."""
    return _SETTLED * min(max((one.at for one in moments), default=1.0), 1.0)


def _with_room(low: float, high: float, kind: str) -> Range:
    spare = max(_LEAST[kind] - (high - low), 0.0) / 2
    low, high = low - spare, high + spare
    room = _ROOM * (high - low)
    low, high = max(low - room, 0.0), high + room
    if kind == ACCURACY:
        high = min(high, 1.0 + _ROOM * (1.0 - low) / 2)  # the dot of a perfect score is whole
    return low, high


def _finite(values: Sequence[float]) -> NDArray[np.float64]:
    known = np.asarray(values, np.float64)
    return known[np.isfinite(known)]
