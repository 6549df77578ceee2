"""Pointing: which cell or weight one looks at, apart from the present step."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

Cell = tuple[int, int]


class Pointing(QObject):
    """At most one thing is pointed at: an output cell, an input cell or a weight. A click pins an input cell."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.output_cell: Cell | None = None
        self.input_cell: Cell | None = None
        self.weight: Cell | None = None
        self.pinned: Cell | None = None

    @property
    def reading_from(self) -> Cell | None:
        """The input cell whose readers are shown: the one pointed at, else the pinned one."""
        return self.input_cell or self.pinned

    def point_output(self, cell: Cell | None) -> None:
        self._set(output=cell)

    def point_input(self, cell: Cell | None) -> None:
        self._set(input=cell)

    def point_weight(self, cell: Cell | None) -> None:
        self._set(weight=cell)

    def pin_input(self, cell: Cell) -> None:
        """Keep showing who reads this input cell; the same cell again lets go."""
        self.pinned = None if self.pinned == cell else cell
        self.changed.emit()

    def clear(self) -> None:
        """Point at nothing and let go of what is pinned."""
        self.pinned = None
        self._set()
        self.changed.emit()

    def _set(self, output: Cell | None = None, input: Cell | None = None, weight: Cell | None = None) -> None:
        if (output, input, weight) != (self.output_cell, self.input_cell, self.weight):
            self.output_cell, self.input_cell, self.weight = output, input, weight
            self.changed.emit()
