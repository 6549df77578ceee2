"""FittedView: an array as large as its view, however large that is; Ctrl and the wheel go nearer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from convlab.drawing.grid import GridStyle
from convlab.window import theme
from convlab.window.array_view import ArrayView

_NEAREST = 64.0
_LINES_FROM = 18.0  # pixels of a cell at 100 %: in smaller ones lines would hide what the cells show together


class FittedView(ArrayView):
    """Another array is shown whole again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self._shown: tuple[int, ...] = ()
        self.zoom_wished.connect(self.zoom_by)

    def show_array(self, values: Any, *args: Any, **settings: Any) -> None:
        """As the canvas does; an array of another size is shown whole."""
        shape = () if values is None else tuple(values.shape[:2])
        if shape != self._shown:
            self._shown, self._zoom = shape, 1.0
        super().show_array(values, *args, **settings)
        self._fit()

    def zoom_by(self, factor: float) -> None:
        """Nearer, or further away, but never smaller than the view."""
        self._zoom = min(max(self._zoom * factor, 1.0), _NEAREST)
        self._fit()

    def zoom_to_fit(self) -> None:
        """The whole array again."""
        self.zoom_by(0.0)

    def style_now(self) -> GridStyle:
        return replace(super().style_now(), lines_from=theme.px(_LINES_FROM))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.has_array:
            self.set_cell_size(self.fit_cell_size() * self._zoom)
