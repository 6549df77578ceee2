"""The settings of a step: how long it is, and at how many positions it looks."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSlider, QWidget

from convlab.drawing.gradient import learned_text
from convlab.window import theme
from convlab.window.fields import NumberField, calm_wheel
from convlab.window.kernel_lesson import KernelLesson
from convlab.window.transport_row import JumpingSlider
from convlab.window.widgets import Card, label, push_button

_TICKS = 300
_SHORTEST, _LONGEST = -2.5, 0.5  # powers of ten of the limit
_DIGITS = 2


def batch_sizes(count: int) -> list[int]:
    """What the slider offers: 1, 2, 4 … and all positions."""
    sizes = [2**power for power in range(20) if 2**power < count]
    return [*sizes, count]


class RateCard(Card):
    """Learning rate and batch, with the limit above which steps diverge."""

    def __init__(self, lesson: KernelLesson, parent: QWidget | None = None) -> None:
        super().__init__("Step size", parent=parent)
        self._lesson = lesson
        self.rate = NumberField("Learning rate", 1e-9, 1e3, 0.001)
        self.rate.changed.connect(lesson.set_rate)
        self.rate_slider = _slider("Learning rate", _TICKS)
        self.rate_slider.valueChanged.connect(self._slid)
        self.batch_slider = _slider("Batch", 1)
        self.batch_slider.valueChanged.connect(self._choose_batch)
        self.batch_text = label("", "caption")
        self.limit = label("", "caption", wrap=True)
        self.suggest = push_button(
            "Suggested", lesson.suggest_rate, role="flat", name="Suggested learning rate"
        )
        self._grid = QGridLayout()
        self._grid.addWidget(label("Learning rate", "caption"), 0, 0)
        self._grid.addWidget(self.rate, 0, 1)
        self._grid.addWidget(self.rate_slider, 1, 0, 1, 2)
        self.header.addWidget(self.suggest)
        self._grid.addWidget(self.limit, 2, 0, 1, 2)
        self._grid.addWidget(label("Batch", "caption"), 3, 0)
        self._grid.addWidget(self.batch_text, 3, 1)
        self._grid.addWidget(self.batch_slider, 4, 0, 1, 2)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        lesson.settings_changed.connect(self.refresh)
        lesson.task_changed.connect(self.refresh)
        theme.follow(self, self._restyle)
        self._restyle()

    def refresh(self) -> None:
        lesson = self._lesson
        self.rate.show_value(lesson.rate)
        self.rate.setSingleStep(10.0 ** math.floor(math.log10(max(lesson.rate, 1e-9))))
        _show(self.rate_slider, _TICKS, self._to_slider(lesson.rate))
        count, sizes = lesson.windows.count, batch_sizes(lesson.windows.count)
        _show(self.batch_slider, len(sizes) - 1, _nearest(sizes, lesson.batch))
        everything = lesson.batch >= count
        self.batch_text.setText(
            f"all {count:,} positions"
            if everything
            else f"{lesson.batch:,} of {count:,} positions, drawn anew"
        )
        self._show_limit(everything)
        self.suggest.setEnabled(lesson.rate_is_chosen)

    def _show_limit(self, everything: bool) -> None:
        lesson = self._lesson
        if not math.isfinite(lesson.limit):
            self.limit.setText("The input is 0 everywhere.")
            return
        text = f"steps above {learned_text(lesson.safe_limit)} {'diverge' if everything else 'may diverge'}"
        self.limit.setText(text)
        role = "bad" if lesson.rate > lesson.safe_limit else "caption"
        if self.limit.property("role") != role:
            self.limit.setProperty("role", role)
            self.limit.style().polish(self.limit)

    def _to_slider(self, rate: float) -> int:
        if not math.isfinite(self._lesson.limit):
            return 0
        power = math.log10(max(rate, 1e-12) / self._lesson.limit)
        return round((power - _SHORTEST) / (_LONGEST - _SHORTEST) * _TICKS)

    def _slid(self, tick: int) -> None:
        if math.isfinite(self._lesson.limit):
            power = _SHORTEST + (_LONGEST - _SHORTEST) * tick / _TICKS
            self._lesson.set_rate(float(f"{self._lesson.limit * 10**power:.{_DIGITS}g}"))

    def _choose_batch(self, place: int) -> None:
        sizes = batch_sizes(self._lesson.windows.count)
        self._lesson.set_batch(sizes[min(place, len(sizes) - 1)])

    def _restyle(self) -> None:
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.setHorizontalSpacing(theme.px(8))
        for slider in (self.rate_slider, self.batch_slider):
            slider.setMinimumSize(theme.px(80), theme.px(22))
        self.refresh()


def _slider(name: str, ticks: int) -> QSlider:
    slider = JumpingSlider(Qt.Orientation.Horizontal)
    slider.setAccessibleName(name)
    slider.setToolTip(name)
    slider.setRange(0, ticks)
    calm_wheel(slider)
    return slider


def _show(slider: QSlider, ticks: int, value: int) -> None:
    """Show a value without telling anybody."""
    blocked = slider.blockSignals(True)
    slider.setRange(0, ticks)
    slider.setValue(value)
    slider.blockSignals(blocked)


def _nearest(sizes: list[int], size: int) -> int:
    return min(range(len(sizes)), key=lambda place: abs(sizes[place] - size))
