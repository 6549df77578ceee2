"""FilmPlayer: at which frame of a training's film one looks, and whether it plays by itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from convlab.learning.events import Frame
from convlab.learning.film import Film
from convlab.window.learn_session import LearnSession

_WHOLE_MS = 10_000  # how long the whole film takes, if its frames are neither too slow nor too fast then
_FASTEST_MS, _SLOWEST_MS = 50, 200


class FilmPlayer(QObject):
    """Follows the training while `live`: then a new frame is shown at once. Any way back ends that, the last frame begins
    it again."""

    moved = Signal()  # another frame is looked at, or there are more of them
    playing_changed = Signal(bool)

    def __init__(self, session: LearnSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._place, self._batch = 0, 0
        self.live = True
        self._limits: list[float] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)
        session.run_begun.connect(self._begin)
        session.frame_added.connect(self._added)
        session.state_changed.connect(self.moved)
        self._begin()

    # --- asked ---

    @property
    def film(self) -> Film:
        return self._session.run.film

    @property
    def count(self) -> int:
        return len(self.film)

    @property
    def place(self) -> int:
        """Of the frame that is looked at, from 0."""
        return min(self._place, max(self.count - 1, 0))

    @property
    def frame(self) -> Frame | None:
        return self.film[self.place] if self.count else None

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    @property
    def training(self) -> bool:
        """Whether more frames may come."""
        return self._session.busy

    def limit(self, layer: int) -> float:
        """The greatest absolute weight of a layer in the whole film: one scale for all of it, so that one sees it grow."""
        return (self._limits[layer] if layer < len(self._limits) else 0.0) or 1.0

    @property
    def moment(self) -> str:
        """Where one is in the training, in words."""
        frame, begun = self.frame, self._session.run.begun
        if frame is None:
            return ""
        if frame.batch == 0:
            return "before the first batch"
        batches = begun.batches if begun is not None else 0
        epoch = f", epoch {-(-frame.batch // batches):,}" if batches else ""
        return f"batch {frame.batch:,}{epoch}"

    # --- told ---

    def go(self, place: int) -> None:
        """Look at a frame; at the last one new frames are followed."""
        self._place = min(max(place, 0), max(self.count - 1, 0))
        self.live = self._place >= self.count - 1
        frame = self.frame
        self._batch = frame.batch if frame is not None else 0
        self.moved.emit()

    def back(self) -> None:
        self.pause()
        self.go(self.place - 1)

    def forward(self) -> None:
        self.pause()
        self.go(self.place + 1)

    def to_start(self) -> None:
        self.pause()
        self.go(0)

    def to_end(self) -> None:
        self.pause()
        self.go(self.count - 1)

    def toggle(self) -> None:
        """Play, from the start if one is at the end; or pause."""
        if self.playing:
            self.pause()
        elif self.count > 1:
            if self.place >= self.count - 1:
                self.go(0)
            self._timer.start(min(max(_WHOLE_MS // self.count, _FASTEST_MS), _SLOWEST_MS))
            self.playing_changed.emit(True)

    def pause(self) -> None:
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def _advance(self) -> None:
        self.go(self.place + 1)
        if self.place >= self.count - 1:
            self.pause()

    # --- told by the session ---

    def _begin(self) -> None:
        self.pause()
        self._limits = []
        for frame in self.film:
            self._widen(frame)
        self.go(self.count - 1)

    def _added(self) -> None:
        self._widen(self.film[-1])
        if self.live and not self.playing:
            self.go(self.count - 1)
        else:  # frames before it may have been given up for want of memory
            self._place = self.film.place_of(self._batch)
            self.moved.emit()

    def _widen(self, frame: Frame) -> None:
        greatest = [_greatest(kernel) for kernel in frame.kernels]
        if len(self._limits) != len(greatest):
            self._limits = greatest
        self._limits = [max(pair) for pair in zip(self._limits, greatest, strict=True)]


def _greatest(kernel: np.ndarray) -> float:
    """The greatest absolute value that is finite."""
    greatest = float(np.abs(kernel).max(initial=0.0))
    if not np.isfinite(greatest):
        known = kernel[np.isfinite(kernel)]
        greatest = float(np.abs(known).max(initial=0.0))
    return greatest
