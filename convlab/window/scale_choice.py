"""Which colour scale tiles have: each its own, one for the whole layer, or a fixed one, whose end is typed."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, Signal

from convlab.drawing.tiles import ScaleMode
from convlab.window import theme
from convlab.window.choice_button import ChoiceButton
from convlab.window.fields import NumberField

_LEAST, _MOST = 1e-6, 1e9


class ScaleChoice(QObject):
    """Two widgets for a row of controls; the field means something only while the scale is fixed."""

    changed = Signal()

    def __init__(self, each: str, parent: QObject) -> None:
        """each: what has a scale of its own, such as "map"."""
        super().__init__(parent)
        choices = [(f"each {each}", "each"), ("whole layer", "layer"), ("fixed", "fixed")]
        self.button = ChoiceButton("Colour scale", choices, "scale: ")
        self.field = NumberField("End of the fixed colour scale", _LEAST, _MOST, 0.5)
        self.field.setValue(1.0)
        self.button.chosen.connect(lambda mode: self.changed.emit())
        self.field.changed.connect(lambda value: self.changed.emit())
        self._space()
        theme.follow(self.field, self._space)

    def _space(self) -> None:
        self.field.setFixedWidth(theme.px(84))

    @property
    def mode(self) -> ScaleMode:
        return cast(ScaleMode, self.button.value)

    @property
    def fixed(self) -> float:
        """The end of the fixed scale."""
        return self.field.value()

    def propose(self, value: float) -> None:
        """What to begin with when somebody wants a fixed scale for the first time."""
        if self.mode != "fixed" and value > 0:
            self.field.show_value(float(f"{value:.2g}"))
