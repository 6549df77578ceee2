"""Following: the one callback of a training. It films, tells how far it is, keeps each epoch, and lets it pause and stop."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING, Any

import keras

from convlab.learning.events import Array, EpochEnd, LayerInfo, Progress
from convlab.processes.filming import Camera
from convlab.processes.following import Clock, Diverged, Follower, Schedule

if TYPE_CHECKING:
    from convlab.processes.training import History

_TELL_SECONDS = 0.25
_SURE_SECONDS = 1.0
"""So long a training must have run before it is guessed how much longer it will take."""


class Following(keras.callbacks.Callback):  # type: ignore[misc]
    """What it does after each batch takes microseconds, unless a frame or a word is due. image: what is filmed, None for no film. batches: of an epoch."""

    def __init__(
        self, model: Any, history: History, follower: Follower, image: Array | None, batches: int
    ) -> None:
        super().__init__()
        self.history = history
        self.batches = batches
        self._follower = follower
        self._camera = Camera(model, image)
        self._films = image is not None and bool(self._camera.layers)
        self._epoch = len(history.epochs)
        self._batch = 0
        self._before = history.seconds
        self._schedule = Schedule(self._epoch * batches)
        self._clock = Clock(self._before)
        self._told = 0.0
        self._logs: dict[str, float] = {}
        self._sure: tuple[float, int] | None = None

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The convolution layers that are filmed."""
        return self._camera.layers

    @property
    def _total(self) -> int:
        """Batches since the start."""
        return self._epoch * self.batches + self._batch

    # --- called by Keras ---

    def on_train_begin(self, logs: Any = None) -> None:
        self._clock = Clock(self._before)
        self._film()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch, self._batch = epoch, 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._batch = batch + 1
        self._logs = logs or {}
        now = self._clock.seconds
        if self._films and self._schedule.is_due(self._total, now - self._before):
            self._film()
        if now - self._told >= _TELL_SECONDS:
            self._tell()
        self._heed()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._clock.seconds - self._told >= _TELL_SECONDS:
            self._tell()
        self._heed()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        values = {name: float(value) for name, value in (logs or {}).items()}
        if not all(map(math.isfinite, values.values())):
            raise Diverged
        done = EpochEnd(epoch=epoch, seconds=self._clock.seconds, **values)
        self.history.add(done)
        self._follower.tell(done)

    def on_train_end(self, logs: Any = None) -> None:
        self._film()

    # --- told ---

    def _film(self) -> None:
        if not self._films or self._schedule.last == self._total:
            return
        begin = perf_counter()
        self._follower.tell(self._camera.take(self._total))
        self._schedule.taken(self._total, perf_counter() - begin)

    def _tell(self) -> None:
        loss, accuracy = (float(self._logs.get(name, 0.0)) for name in ("loss", "accuracy"))
        if not math.isfinite(loss):
            raise Diverged
        self._told = self._clock.seconds
        left = self._seconds_left()
        self._follower.tell(
            Progress(self._epoch, self._batch, self.batches, loss, accuracy, self._told, left)
        )

    def _seconds_left(self) -> float | None:
        """From how long the batches took, those at the start left out: TensorFlow prepares itself meanwhile."""
        now = self._clock.seconds
        if self._sure is None:
            self._sure = (now, self._total) if now - self._before >= _SURE_SECONDS else None
            return None
        since, batches = now - self._sure[0], self._total - self._sure[1]
        left = self.params["epochs"] * self.batches - self._total
        return left * since / batches if batches > 0 and since >= _SURE_SECONDS else None

    def _heed(self) -> None:
        self._follower.look()
        if self._follower.paused or self._follower.stopped:
            self._clock.wait(self._follower)
