"""TargetBrush: with what a target is painted, a bright value, a negative one or none."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from convlab.experiment.image import Image
from convlab.experiment.painting import Brush
from convlab.window.array_view import ArrayView
from convlab.window.paint_gesture import PaintGesture
from convlab.window.widgets import Segmented

_SIGNS = (("+", 1.0), ("−", -1.0), ("0", 0.0))


class TargetBrush(QObject):
    """Draws on a view while it has an image to draw on; `choice` is the switch between the values."""

    painted = Signal(object)

    def __init__(self, view: ArrayView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice = Segmented(_SIGNS, "Brush")
        self.choice.setToolTip("What the brush writes; digits can be typed, and the right button erases")
        self.choice.chosen.connect(lambda _: self._take())
        self.choice.show_choice(1.0)
        self._level = 1.0
        self._gesture = PaintGesture(view, self)
        self._gesture.set_tool("pen")
        self._gesture.stroke_moved.connect(lambda _label, image, _key: self.painted.emit(image))

    def show_image(self, image: Image | None) -> None:
        """What is painted on; None: nothing is."""
        self._gesture.show_image(image)
        self.choice.setVisible(image is not None)
        if image is not None and image.white != self._level:
            self._level = image.white
            self._take()

    def _take(self) -> None:
        sign = self.choice.choice()
        self._gesture.set_brush(Brush(1, self._level * (sign if isinstance(sign, float) else 1.0)))
