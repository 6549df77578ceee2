"""FilterGhost: a filter's slice as it was learned, small and quiet, beside what was made of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from convlab.drawing.colors import scale_for
from convlab.drawing.numbers import cell_text, full_weight_text
from convlab.network.filters import Filter
from convlab.window import theme
from convlab.window.kernel_cells import paint_frame
from convlab.window.weights_view import WeightsView
from convlab.window.widgets import Elided, label, push_button

_SIDE, _LEAST = 92, 48  # pixels at 100 %
_HINT = "Type a weight, drag it up or down, or paste cells of a spreadsheet. Undo brings back what was there."


class GhostView(WeightsView):
    """A slice to look at: what was, so without the frame of what is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Filter as it was learned", parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.cell_pointed.connect(self._tell)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(_SIDE), theme.px(_SIDE))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(_LEAST), theme.px(_LEAST))

    def _tell(self, row: int, column: int) -> None:
        inside = self._is_cell((row, column))
        text = (
            f"row {row}, column {column}: {full_weight_text(float(self.values[row, column]))}"
            if inside
            else ""
        )
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, plan = QPainter(self), self.plan
        self.paint_cells(painter, plan)
        paint_frame(painter, QRectF(plan.outline).adjusted(-1, -1, 1, 1), "field_line", 1)
        self.paint_marks(painter, plan)


class FilterGhost(QWidget):
    """Keeps its height whether or not there is a ghost: the weights above must not move while one is dragged."""

    restore_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = GhostView()
        self.title, self.weights, self.bias = (
            Elided("", "strong"),
            Elided("", "caption"),
            Elided("", "caption"),
        )
        self.restore = push_button(
            "Restore", self.restore_wished.emit, name="Restore the filter as it was learned"
        )
        self.restore.setToolTip("Give this filter back the weights and the bias of the file")
        self.hint = label(_HINT, "caption", wrap=True)
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.addStretch()
        for widget in (self.title, self.weights, self.bias):
            words.addWidget(widget)
        words.addWidget(self.restore, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self.view, self._words, self.hint):
            self._row.addWidget(part, 0 if part is self.view else 1)
        theme.follow(self, self._space)
        self._space()
        self.show_nothing()

    def show_nothing(self) -> None:
        """The filter is as it was learned."""
        self._show(False)

    def show_learned(self, learned: Filter, present: Filter, channel: int, name: str) -> None:
        """One channel's slice of a filter that was changed; `name`: of the channel, "" where it is the only one."""
        kernel = learned.kernel
        self.title.setText(f"{name}, as learned" if name else "As learned")
        count = int((~_alike(kernel, present.kernel)).sum())
        self.weights.setText(f"{count:,} of {kernel.size:,} changed")
        self.weights.setToolTip(f"{count:,} of the filter's {kernel.size:,} weights were changed")
        other_bias = learned.bias is not None and not _alike(learned.bias, present.bias)
        self.bias.setText(f"bias was {cell_text(learned.bias)}" if other_bias else "bias unchanged")
        self.bias.setVisible(learned.bias is not None)
        self.view.show_weights(kernel[:, :, channel], scale_for(kernel, dark=theme.current().dark))
        self.view.setAccessibleDescription(f"{self.title.text()}: {self.weights.text()}, {self.bias.text()}")
        self._show(True)

    def _show(self, ghost: bool) -> None:
        self.view.setVisible(ghost)
        self._words.setVisible(ghost)
        self.hint.setVisible(not ghost)

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = min(theme.px(_SIDE), max(self.width() * 3 // 10, theme.px(_LEAST)))
        self.view.setFixedSize(side, side)

    def _space(self) -> None:
        self._row.setSpacing(theme.px(12))
        layout = self._words.layout()
        assert layout is not None
        layout.setSpacing(theme.px(2))
        self.setFixedHeight(max(theme.px(_SIDE), self._words.sizeHint().height()))


def is_changed(learned: Filter, present: Filter) -> bool:
    """Whether any weight or the bias is another one; NaN is what it was."""
    return not (_alike(learned.kernel, present.kernel).all() and _alike(learned.bias, present.bias).all())


def _alike(one: object, other: object) -> np.ndarray:
    first, second = np.asarray(one, np.float32), np.asarray(other, np.float32)
    return (first == second) | (np.isnan(first) & np.isnan(second))
