"""One slice of a kernel, shown: signed cells with digits, the weight one points at, the weight of a term."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, QVariantAnimation, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.colors import ColorScale, scale_for
from convlab.window import theme
from convlab.window.kernel_cells import CellPlan, paint_frame, paint_two_tone, paint_weights

Cell = tuple[int, int]
NOWHERE: Cell = (-1, -1)
_TURN_MS = 180


class WeightsView(QWidget):
    """Shows weights (kh, kw) and tells which one is pointed at."""

    cell_pointed = Signal(int, int)  # (−1, −1) when the pointer leaves

    def __init__(self, name: str = "Kernel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: NDArray[Any] = np.zeros((1, 1), np.float32)
        self._scale: ColorScale = scale_for(self.values)
        self._pointed: Cell | None = None
        self._marked: Cell | None = None
        self._angle = 0.0
        self._turning = QVariantAnimation(self)
        self._turning.setDuration(_TURN_MS)
        self._turning.setStartValue(-180.0)
        self._turning.setEndValue(0.0)
        self._turning.valueChanged.connect(self._turned)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        theme.follow(self)

    def show_weights(self, values: NDArray[Any], scale: ColorScale) -> None:
        """Show weights (kh, kw) in the colours of `scale`."""
        values = np.asarray(values)
        if scale != self._scale or not np.array_equal(values, self.values):
            self.values, self._scale = values, scale
            self.update()

    def show_name(self, name: str) -> None:
        self.setAccessibleName(name)

    def show_marked(self, cell: Cell | None) -> None:
        """Outline the weight of the term that is looked at elsewhere; None takes the outline away."""
        if cell != self._marked:
            self._marked = cell
            self.update()

    def turn(self) -> None:
        """Let what is shown come in by half a turn, so that one sees where each weight went."""
        if not theme.current().reduced_motion:
            self._turning.start()

    @property
    def plan(self) -> CellPlan:
        """Where the cells are now."""
        margin = theme.px(3)
        area = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
        return CellPlan.fitted(area, *self.values.shape)

    def figure_rect(self) -> QRectF:
        """The rectangle around all cells, in this widget."""
        return self.plan.outline

    def sizeHint(self) -> QSize:
        return QSize(theme.px(216), theme.px(216))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(72), theme.px(72))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.plan.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def _point(self, cell: Cell | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.cell_pointed.emit(*(cell or NOWHERE))
            self.update()

    def _turned(self, angle: object) -> None:
        self._angle = float(angle)  # type: ignore[arg-type]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self._angle != 0)
        plan, width = self.plan, theme.px(2)
        if event.region().intersects(
            plan.outline.toAlignedRect()
        ):  # not if only a connecting line beside it moved
            self.paint_cells(painter, plan)
        if self._angle == 0:
            paint_frame(painter, plan.outline.adjusted(-width, -width, width, width), "outline", width)
            self.paint_marks(painter, plan)

    def paint_cells(self, painter: QPainter, plan: CellPlan) -> None:
        """The cells with what is written in them."""
        paint_weights(painter, plan, self.values, self._scale, self._angle)

    def paint_marks(self, painter: QPainter, plan: CellPlan) -> None:
        """What lies over the cells."""
        width = theme.px(2)
        if self._pointed is not None and self._is_cell(self._pointed):
            paint_two_tone(painter, plan.rect(*self._pointed), "text", "card", width / 2)
        if self._marked is not None and self._is_cell(self._marked):
            paint_two_tone(painter, plan.rect(*self._marked), "outline", "outline_contrast", width)

    def _is_cell(self, cell: Cell) -> bool:
        return 0 <= cell[0] < self.values.shape[0] and 0 <= cell[1] < self.values.shape[1]
