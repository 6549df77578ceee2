"""The arrays of the lesson side by side, at one scale: the input, the prediction, the target, and the error between them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from convlab.drawing.colors import ColorScale, scale_for
from convlab.drawing.gradient import learned_text
from convlab.operations.geometry import Padding2D
from convlab.operations.operation import NO_PADDING
from convlab.window import theme
from convlab.window.array_view import ArrayView
from convlab.window.kernel_lesson import KernelLesson
from convlab.window.lesson_brush import TargetBrush
from convlab.window.lesson_player import LessonPlayer, Moment
from convlab.window.quiet_line import quiet_caption
from convlab.window.scale_key import ScaleKey
from convlab.window.widgets import Card

_FINEST = 20  # units that the range of colours has at least on each side of 0
_LARGEST_CELL = 96  # pixels at 100 %
Place = tuple[int, int]


class MapCard(Card):
    """An array; beside its title the range of its colours."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.view = ArrayView()
        self.view.setAccessibleName(title)
        self.key = ScaleKey()
        self._values: NDArray[np.float32] | None = None
        quiet_caption(self)
        self.header.addWidget(self.key)
        self.body.addWidget(self.view, 1)

    def show_map(self, values: NDArray[np.float32], scale: ColorScale, **more: object) -> None:
        self.view.show_array(values, scale, **more)  # type: ignore[arg-type]
        self.key.show_scale(scale)

    def show_values(self, values: NDArray[np.float64], scale: ColorScale) -> None:
        """Show (rows, columns); equal values in another array are not painted anew."""
        cells = values.astype(np.float32)[:, :, np.newaxis]
        if self._values is None or not np.array_equal(self._values, cells):
            self._values = cells
        self.show_map(self._values, scale)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(96), theme.px(96))


class LessonMaps(QWidget):
    """Shows the arrays; what one points at in one of them is marked in all."""

    painted = Signal(object)

    def __init__(self, lesson: KernelLesson, player: LessonPlayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lesson, self._player = lesson, player
        self._pointed: Place | None = None
        self._marked: Place | None = None
        self._limit = 1.0
        self._ringed = True  # whether there is room for the padding around the input
        self.input, self.prediction = MapCard("Input"), MapCard("Prediction")
        self.target, self.error = MapCard("Target"), MapCard("Error")
        self.brush = TargetBrush(self.target.view, self)
        self.brush.painted.connect(self.painted)
        self.target.header.addWidget(self.brush.choice)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for card in self.cards:
            self._row.addWidget(card, 1)
            card.view.installEventFilter(self)
        for card in self.outputs:
            card.view.cell_pointed.connect(lambda _, row, column: self._point(row, column))
        self._rescale = QTimer(self, singleShot=True, interval=0)
        self._rescale.timeout.connect(self._share_scale)
        theme.follow(self, self._restyle)
        self._row.setSpacing(theme.px(12))

    @property
    def cards(self) -> tuple[MapCard, ...]:
        return self.input, *self.outputs

    @property
    def outputs(self) -> tuple[MapCard, ...]:
        return self.prediction, self.target, self.error

    # --- told ---

    def begin(self) -> None:
        """Another task: other arrays, and other colours for them."""
        lesson = self._lesson
        values = (lesson.target.values, lesson.course.step(lesson.windows.count).prediction)
        largest = max(float(np.abs(array).max()) for array in values)
        if lesson.is_painted:
            largest = max(largest, 2 * lesson.ground.level)  # colours do not jump while somebody paints
        self._limit = _nice(largest)
        self.brush.show_image(lesson.painted if lesson.is_painted else None)
        self._show_input()
        self.refresh()
        self._rescale.start()

    def refresh(self) -> None:
        """Another step, or another part of it."""
        lesson, moment = self._lesson, self._player.moment
        step, scale = lesson.step, self._scale
        prediction, target = self._readable(step.prediction), self._readable(lesson.target.values)
        for card, values in zip(self.outputs, (prediction, target, prediction - target), strict=True):
            card.show_values(values, scale)
        shown = moment >= Moment.ERROR
        self.error.view.show_written(None if shown else 0)
        whole = len(step.positions) == lesson.windows.count
        self.error.view.show_winners([] if whole or moment < Moment.GRADIENT else self._looked_at())
        self._show_captions()

    def show_cell(self) -> None:
        """Another weight is chosen, perhaps of another channel."""
        self._show_input()

    def show_weight(self, cell: Place | None) -> None:
        """Highlight every input cell that a weight lies over; None: no weight is pointed at."""
        if cell is None:
            self.input.view.show_marked((), ())
            return
        windows = self._lesson.windows
        under = windows.rows[:, cell[0]], windows.columns[:, cell[1]]
        inside = [
            place[(place >= 0) & (place < size)] for place, size in zip(under, windows.size, strict=True)
        ]
        self.input.view.show_marked(inside[0].tolist(), inside[1].tolist())

    def show_marked(self, place: Place | None) -> None:
        """Mark an output position that is looked at elsewhere."""
        self._marked = place
        self._show_marks()

    def set_tight(self, tight: bool, *, tiny: bool = False) -> None:
        for card in self.cards:
            card.set_tight(tight)
        for card in self.cards:  # the colours of the prediction and the error are those of the target
            card.key.setVisible(not tight or (not tiny and card in (self.input, self.target)))
            card.caption.setVisible(not tiny)
        if self._ringed == tight:
            self._ringed = not tight
            self._show_input()
        self._rescale.start()

    def set_presentation(self, on: bool) -> None:
        for card in self.cards:
            card.view.set_presentation(on)

    # --- showing ---

    @property
    def _scale(self) -> ColorScale:
        return ColorScale("signed", -self._limit, self._limit, theme.current().dark)

    def _readable(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rounded to a unit that leaves two digits: so the cells can be read, and those of the error are the difference
        of the others. The whole numbers stand in the titles when one points at a cell."""
        unit = 10.0 ** math.floor(math.log10(self._limit / _FINEST))
        return np.round(values / unit) * unit + 0.0

    def _show_input(self) -> None:
        lesson, channel = self._lesson, self._lesson.cell[2]
        ground, layer = lesson.ground, lesson.ground.layer
        padding = self._padding() if self._ringed else NO_PADDING
        scale = scale_for(ground.pixels, ground.white, dark=theme.current().dark)
        self.input.show_map(
            ground.pixels, scale, panes=(channel,), padding=padding, padding_mode=layer.padding_mode
        )
        self._show_captions()

    def _padding(self) -> Padding2D:
        """As much of it as the windows reach over."""
        windows = self._lesson.windows
        (top, bottom), (left, right) = (
            (max(-int(places.min()), 0), max(int(places.max()) - size + 1, 0))
            for places, size in zip((windows.rows, windows.columns), windows.size, strict=True)
        )
        return (top, bottom), (left, right)

    def _looked_at(self) -> list[Place]:
        """Where the positions lie that the gradient is made of."""
        rows, columns = np.divmod(self._lesson.step.positions, self._lesson.windows.grid[1])
        return list(zip(rows.tolist(), columns.tolist(), strict=True))

    def _show_marks(self) -> None:
        place = self._marked or self._pointed
        windows = self._lesson.windows
        for card in self.outputs:
            card.view.show_cell(place)
        if place is None:
            self.input.view.hide_window()
        else:
            self.input.view.show_window(windows.rows[place[0]], windows.columns[place[1]])
        self._show_captions()

    def _point(self, row: int, column: int) -> None:
        rows, columns = self._lesson.windows.grid
        inside = 0 <= row < rows and 0 <= column < columns
        self._pointed = (row, column) if inside else None
        self._show_marks()

    def _show_captions(self) -> None:
        lesson, place = self._lesson, self._marked or self._pointed
        ground, step = lesson.ground, lesson.step
        name = ground.names[lesson.cell[2]] if ground.names else ""
        self.input.caption.setText(f"{ground.size_text} · {name}" if name else ground.size_text)
        if place is None or not _has(step.prediction, place):
            rows, columns = lesson.windows.grid
            size, rounded = f"{rows} × {columns}", self._is_rounded(lesson.target.values)
            self.target.caption.setText(f"{size}, rounded" if rounded else size)
            rounded |= self._is_rounded(step.prediction)
            self.prediction.caption.setText("≈ input ∗ kernel" if rounded else "input ∗ kernel")
            self.error.caption.setText("≈ prediction − target" if rounded else "prediction − target")
            return
        texts = [learned_text(float(a[place])) for a in (step.prediction, lesson.target.values, step.error)]
        self.prediction.caption.setText(f"row {place[0]}, column {place[1]}: {texts[0]}")
        self.target.caption.setText(texts[1])
        shown = self._player.moment >= Moment.ERROR
        target = f"({texts[1]})" if texts[1].startswith("−") else texts[1]
        self.error.caption.setText(f"{texts[0]} − {target} = {texts[2]}" if shown else "")

    def _is_rounded(self, values: NDArray[np.float64]) -> bool:
        """Whether the cells do not show these values in full."""
        return not np.array_equal(self._readable(values), values)

    # --- layout ---

    def _share_scale(self) -> None:
        """All arrays at the largest cell size at which each is seen whole."""
        sizes = [card.view.fit_cell_size() for card in self.cards if card.view.has_array]
        common = min(min(sizes, default=1.0), theme.px(_LARGEST_CELL))
        for card in self.cards:
            card.view.set_cell_size(common)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._rescale.start()
        super().resizeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._rescale.start()
        return False

    def _restyle(self) -> None:
        self._row.setSpacing(theme.px(12))
        self._show_input()
        self.refresh()
        self._rescale.start()


def _has(values: NDArray[np.float64], place: Place) -> bool:
    return place[0] < values.shape[0] and place[1] < values.shape[1]


def _nice(value: float) -> float:
    """A little above the value, of one digit, so that colours keep their meaning from step to step."""
    if not value or not math.isfinite(value):
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return math.ceil(value / unit - 1e-9) * unit
