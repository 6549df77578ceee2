"""Which colour scale tiles have: each its own, one for the whole layer, or a fixed one, whose end is typed."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from convlab.drawing.tiles import ScaleMode
from convlab.window import theme
from convlab.window.choice_button import ChoiceButton
from convlab.window.widgets import NumberField

_LEAST, _MOST = 1e-6, 1e9


class ScaleChoice(QObject):
    """Two widgets for a row of controls; the field is there only while the scale is fixed."""

    changed = Signal()

    def __init__(self, each: str, parent: QWidget) -> None:
        """each: what has a scale of its own, such as "map"."""
        super().__init__(parent)
        choices = [(f"each {each}", "each"), ("whole layer", "layer"), ("fixed", "fixed")]
        self.button = ChoiceButton("Colour scale", choices, "scale: ", parent)
        self.field = NumberField("End of the fixed colour scale", _LEAST, _MOST, 0.5, parent)
        self.field.setValue(1.0)
        self.field.hide()
        self.button.chosen.connect(self._chosen)
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

    def _chosen(self, mode: object) -> None:
        self.field.setVisible(mode == "fixed")
        self.changed.emit()
