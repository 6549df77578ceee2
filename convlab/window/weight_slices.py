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
            title.setText(name)
            if there:
                view.show_name(f"Kernel for {name.lower()}" if name else "Kernel")
                view.show_weights(self._slices[place], scale)
        self._place()

    def _place(self) -> None:
        """Side by side, stacked or two by two: whatever gives the largest cells."""
        if not self._slices:
            return
        count, (rows, columns) = len(self._slices), self._slices[0].shape
        gap, frame = theme.px(12), 2 * theme.px(3)
        title = theme.px(20) if any(self._names) else 0

        def side(across: int) -> float:
            lines = -(-count // across)
            wide = (self.width() - (across - 1) * gap) / across - frame
            return min(wide / columns, ((self.height() - (lines - 1) * gap) / lines - title - frame) / rows)

        even = [across for across in range(count, 0, -1) if count % across == 0]
        across = max(even, key=side)
        cell = min(max(side(across), 1.0), theme.px(72))
        cell = float(int(cell)) if cell >= 4 else cell
        width, height = max(cell * columns + frame, theme.px(24)), cell * rows + frame + title
        lines = -(-count // across)
        step = max(width, theme.px(74) if title else 0) + gap
        left = (self.width() - (across * step - gap)) / 2
        top = max((self.height() - (lines * (height + gap) - gap)) / 2, 0)
        for place, (view, heading) in enumerate(zip(self.views, self._titles, strict=True)):
            line, column = divmod(place, across)
            x, y = left + column * step, round(top + line * (height + gap))
            heading.setGeometry(round(x - gap / 2), y, round(step), title)
            view.setGeometry(
                round(x + (step - gap - width) / 2), y + title, round(width), round(height - title)
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(96), theme.px(72))
