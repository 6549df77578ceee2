"""WeightSlices: the slices of a learned filter to look at, those of the channels that are shown beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.colors import scale_for
from convlab.window import theme
from convlab.window.weights_view import WeightsView
from convlab.window.widgets import label

MOST_SLICES = 4
_GAP, _LARGEST = 12, 72  # pixels at 100 %: between slices, and the side of a cell


class WeightSlices(QWidget):
    """Shows up to four slices (kh, kw) in one scale; nothing can be changed."""

    cell_pointed = Signal(int, int)  # row and column of a slice; (−1, −1): none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views = [WeightsView(parent=self) for _ in range(MOST_SLICES)]
        self._titles = [label("", "caption") for _ in range(MOST_SLICES)]
        self._slices: tuple[NDArray[np.float64], ...] = ()
        self._names: tuple[str, ...] = ()
        self._whole: NDArray[np.float64] = np.zeros(0)
        for view, title in zip(self.views, self._titles, strict=True):
            title.setParent(self)
            title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            view.cell_pointed.connect(self.cell_pointed)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Kernel")
        theme.follow(self, self._show)

    def show_slices(
        self, slices: Sequence[NDArray[np.float64]], names: Sequence[str], whole: NDArray[np.float64]
    ) -> None:
        """Show slices with their names, in the colours of the whole filter."""
        self._slices, self._names, self._whole = tuple(slices[:MOST_SLICES]), tuple(names), whole
        self._show()

    def show_marked(self, cell: tuple[int, int] | None) -> None:
        """Outline one weight in every slice."""
        for view in self.views:
            view.show_marked(cell)

    def figure_rect(self) -> QRectF:
        """The rectangle around all cells in sight."""
        result = QRectF()
        for view in self.views[: len(self._slices)]:
            result = result.united(view.figure_rect().translated(view.mapTo(self, QPoint(0, 0))))
        return result

    def _show(self) -> None:
        scale = scale_for(self._whole, dark=theme.current().dark)
        for place, (view, title) in enumerate(zip(self.views, self._titles, strict=True)):
            there = place < len(self._slices)
            name = self._names[place] if place < len(self._names) else ""
            view.setVisible(there)
            title.setVisible(there and bool(name))
            if there:
                view.show_name(f"Kernel for {name.lower()}" if name else "Kernel")
                view.show_weights(self._slices[place], scale)
        self._place()

    def _place(self) -> None:
        """Side by side, stacked or two by two, with full names or their last words: whatever gives the largest cells."""
        if not self._slices:
            return
        short = [name.split(" ")[-1] for name in self._names]
        in_full, in_short = self._best(self._names), self._best(short)
        across, names = (in_full[1], self._names) if in_short[0] < 1.3 * in_full[0] else (in_short[1], short)
        for title, name in zip(self._titles, names, strict=False):
            title.setText(name)
        cell = min(max(self._cell(across, names), 1.0), theme.px(_LARGEST))
        self._lay_out(across, float(int(cell)) if cell >= 4 else cell, self._widest(names))

    def _best(self, names: Sequence[str]) -> tuple[float, int]:
        """The largest cells, and how many slices stand in a line then."""
        count = len(self._slices)
        even = [across for across in range(count, 0, -1) if count % across == 0]
        return max((self._cell(across, names), across) for across in even)

    def _cell(self, across: int, names: Sequence[str]) -> float:
        """The side of a cell, 0 where the names would run into each other."""
        count, (rows, columns) = len(self._slices), self._slices[0].shape
        lines, gap, frame = -(-count // across), theme.px(_GAP), 2 * theme.px(3)
        wide = (self.width() - (across - 1) * gap) / across - frame
        high = (self.height() - (lines - 1) * gap) / lines - self._title_height - frame
        if across > 1 and self._widest(names) > wide + frame + gap / 2:
            return 0.0
        return min(wide / columns, high / rows)

    def _widest(self, names: Sequence[str]) -> int:
        return max(map(self._titles[0].fontMetrics().horizontalAdvance, names), default=0)

    @property
    def _title_height(self) -> int:
        return theme.px(20) if any(self._names) else 0

    def _lay_out(self, across: int, cell: float, widest: int) -> None:
        count, (rows, columns) = len(self._slices), self._slices[0].shape
        lines, gap, frame, title = -(-count // across), theme.px(_GAP), 2 * theme.px(3), self._title_height
        width, height = max(cell * columns + frame, theme.px(24)), cell * rows + frame + title
        step = max(width + gap, widest + gap / 2)
        left = (self.width() - across * step) / 2
        top = max((self.height() - (lines * (height + gap) - gap)) / 2, 0)
        for place, (view, heading) in enumerate(zip(self.views, self._titles, strict=True)):
            line, column = divmod(place, across)
            x, y = left + column * step, round(top + line * (height + gap))
            heading.setGeometry(round(x), y, round(step), title)
            inset = (step - width) / 2
            view.setGeometry(round(x + inset), y + title, round(width), round(height - title))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(72), theme.px(48))
