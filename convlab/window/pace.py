"""Pace: going on by oneself, at a speed that can be changed meanwhile. Both players are made of it."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 125.0, 250.0, 500.0, 1000.0)
SUB_STEPS_UP_TO = 1.0  # steps a second; faster than that, the parts of a step cannot be followed
FRAME_MS = 16


class Pace(QObject):
    """Plays, pauses, and knows how many steps are due. What a step is, the players say: `_tick` and `_parts`."""

    playing_changed = Signal(bool)
    speed_changed = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.speed = 4.0  # steps a second
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._clock = QElapsedTimer()
        self._owed = 0.0

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def play(self) -> None:
        """Step by itself, until paused."""
        if not self.playing:
            self._owed = 0.0
            self._start(self._interval())

    def pause(self) -> None:
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        self.pause() if self.playing else self.play()

    def set_speed(self, speed: float) -> None:
        """Steps a second, 0.5 to 1000."""
        speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        if speed != self.speed:
            self.speed = speed
            if self.playing:
                self._timer.start(self._interval())
            self.speed_changed.emit(speed)

    def faster(self) -> None:
        self.set_speed(next((speed for speed in SPEEDS if speed > self.speed), SPEEDS[-1]))

    def slower(self) -> None:
        self.set_speed(next((speed for speed in reversed(SPEEDS) if speed < self.speed), SPEEDS[0]))

    # --- what the players say ---

    def _tick(self) -> None:
        """It is time to go on."""
        raise NotImplementedError

    def _parts(self) -> int:
        """In how many parts the present step is shown when it is slow enough to follow them."""
        raise NotImplementedError

    # --- what the players use ---

    def _start(self, interval: int) -> None:
        was_playing = self.playing
        self._clock.start()
        self._timer.start(interval)
        if not was_playing:
            self.playing_changed.emit(True)

    @property
    def _in_parts(self) -> bool:
        return self.speed <= SUB_STEPS_UP_TO

    def _interval(self) -> int:
        parts = self._parts() if self._in_parts else 1
        return max(FRAME_MS, round(1000 / self.speed / parts))

    def _due(self) -> int:
        """How many steps to take now: several in a frame where the speed is beyond the screen's."""
        self._owed += self._clock.restart() * self.speed / 1000
        steps = max(1, int(self._owed)) if self._interval() > FRAME_MS else int(self._owed)
        self._owed = max(0.0, self._owed - steps)
        return steps
