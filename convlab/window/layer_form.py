"""The settings that a layer with a sliding window has, as rows of a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from convlab.operations.operation import Operation
from convlab.operations.pointwise import ACTIVATIONS
from convlab.window.fields import combo, show_in_combo
from convlab.window.form import Form, PairField

ARROWS = (" ↓", " →")
MAX_STRIDE = 64
MAX_PADDING = 64
MAX_SIDE = 31

_NO_BOTH = "Keras allows a dilation only with stride 1, and a stride only with dilation 1."
Attempt = Callable[[str, Callable[[], Any], str | None], None]


class PairRow(QObject):
    """A row for a setting that has one number for rows and one for columns, held in a field of the operation."""

    def __init__(
        self,
        form: Form,
        caption: str,
        field: str,
        low: int,
        high: int,
        attempt: Attempt,
        done: Callable[[], object],
    ) -> None:
        super().__init__(form)
        self.caption, self._field, self._attempt = caption, field, attempt
        self.widget = PairField((f"{caption} down", f"{caption} right"), low, high, suffixes=ARROWS)
        form.add_row(caption, self.widget)
        self._operation: Operation | None = None
        self.widget.changed.connect(self._changed)
        self.widget.done.connect(lambda: done())

    def show(self, operation: Operation) -> None:
        self._operation = operation
        self.widget.show_pair(getattr(operation, self._field))

    def _changed(self, down: int, right: int) -> None:
        operation = self._operation
        change: dict[str, Any] = {self._field: (down, right)}
        self._attempt(f"Change {self.caption}", lambda: replace(operation, **change), self._field)  # type: ignore[type-var]


def part_stride_and_dilation(stride: PairRow, dilation: PairRow, operation: Any, *, both: bool) -> None:
    """Grey what Keras does not allow beside the other; `both`: this kind of layer may have both."""
    strided, dilated = max(operation.strides) > 1, max(operation.dilation_rate) > 1
    stride.widget.set_possible(both or strided or not dilated, _NO_BOTH)
    dilation.widget.set_possible(both or dilated or not strided, _NO_BOTH)


def activation_combo(chosen: Callable[[object], object]) -> Any:
    """A list of all activations by their titles."""
    return combo("Activation", [(kind.title, name) for name, kind in ACTIVATIONS.items()], chosen)


def show_activation(box: Any, activation: Any) -> None:
    """Mark the activation that a layer's setting names."""
    name = activation if isinstance(activation, str) else getattr(activation, "name", None)
    show_in_combo(box, name or "linear")
