"""Whether a kernel is separable: its column and its row, drawn small, or the word that it is not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from convlab.drawing.colors import scale_for
from convlab.drawing.numbers import weight_text
from convlab.operations.kernels import separate
from convlab.window import theme
from convlab.window.kernel_cells import CellPlan, paint_weights

_CELL = 20
_LONGEST = 7


class FactorsView(QWidget):
    """Shows column × row for a kernel of rank 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self._factors: tuple[NDArray[Any], NDArray[Any]] | None = None
        theme.follow(self)

    def show_kernel(self, values: NDArray[Any]) -> None:
        """Take a slice (kh, kw) apart and show what comes of it."""
        found = separate(values) if min(values.shape) > 1 else None
        size = self.sizeHint()
        self._factors = found
        rows, columns = values.shape
        if found is None:
            self.text = "no" if min(values.shape) > 1 else "one line already"
        else:
            fewer = rows + columns < rows * columns
            self.text = f"{rows + columns}, not {rows * columns} products" if fewer else "nothing saved"
            words = [" ".join(weight_text(float(value)) for value in factor) for factor in found]
            self.setToolTip(f"Column {words[0]} times row {words[1]}: {self.text} for each cell")
        if found is None:
            self.setToolTip(
                "A separable kernel is a column times a row; this one is not" if self.text == "no" else ""
            )
        if self.sizeHint() != size:  # else the form would be measured anew with every weight
            self.updateGeometry()
        self.update()

    @property
    def _is_drawn(self) -> bool:
        return self._factors is not None and max(map(len, self._factors)) <= _LONGEST

    def sizeHint(self) -> QSize:
        lines = len(self._factors[0]) if self._is_drawn and self._factors else 1
        return QSize(theme.px(132), max(theme.px(28), lines * theme.px(_CELL)))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        left = self._paint_factors(painter) if self._is_drawn else 0
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("muted"))
        room = QRectF(left, 0, self.width() - left, self.height())
        if not left or painter.fontMetrics().horizontalAdvance(self.text) <= room.width():
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text)

    def _paint_factors(self, painter: QPainter) -> int:
        """The column, a cross, the row; returns where they end."""
        assert self._factors is not None
        column, row = self._factors
        side, gap = theme.px(_CELL), theme.px(16)
        wanted = side * (1 + len(row)) + gap
        if wanted > self.width():
            side = max((self.width() - gap) // (1 + len(row)), 4)
        middle = self.height() / 2
        upright = CellPlan(len(column), 1, side, 0, middle - side * len(column) / 2)
        level = CellPlan(1, len(row), side, side + gap, middle - side / 2)
        for plan, factor in ((upright, column[:, np.newaxis]), (level, row[np.newaxis, :])):
            paint_weights(painter, plan, factor, scale_for(factor, dark=theme.current().dark))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(side, middle - side / 2, gap, side), Qt.AlignmentFlag.AlignCenter, "×")
        return int(QPointF(level.outline.right(), 0).x()) + theme.px(8)
