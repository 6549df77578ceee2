"""The settings in a kernel's form: stride, padding, dilation, bias, activation, flip."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtWidgets import QCheckBox

from convlab.operations.convolution import Convolution
from convlab.operations.transpose import ConvolutionTranspose
from convlab.window import kernel_edits as edits
from convlab.window.fields import NumberField, combo, show_in_combo
from convlab.window.form import PairField, RowOfFields
from convlab.window.layer_form import (
    MAX_PADDING,
    MAX_SIDE,
    MAX_STRIDE,
    PairRow,
    activation_combo,
    part_stride_and_dilation,
    show_activation,
)

if TYPE_CHECKING:
    from convlab.window.kernel_editor import KernelPanel

OWN = "own"
_PADDINGS = [("valid", "valid"), ("same", "same"), ("own", OWN)]
_FILLINGS = [("zeros", "zeros"), ("reflect", "reflect"), ("edge", "edge")]


class LayerSettings(Protocol):
    """Rows of a form that show a layer."""

    def show(self, layer: Any) -> None: ...


class _CommonSettings:
    """Stride, dilation, bias and activation: what a convolution and a transposed one share."""

    def __init__(self, panel: KernelPanel) -> None:
        self.panel = panel
        form, attempt, done = panel.form, panel.attempt, panel.edit_ended.emit
        self.stride = PairRow(form, "Stride", "strides", 1, MAX_STRIDE, attempt, done)
        self.add_padding()
        self.dilation = PairRow(form, "Dilation", "dilation_rate", 1, MAX_SIDE, attempt, done)
        self.bias = NumberField("Bias of the filter")
        self.bias.changed.connect(self._change_bias)
        self.bias.done.connect(done)
        form.add_row("Bias", self.bias)
        self.activation = activation_combo(self._choose_activation)
        form.add_row("Activation", self.activation)

    def add_padding(self) -> None:
        """The rows about padding."""

    def show(self, layer: Any) -> None:
        self.stride.show(layer)
        self.dilation.show(layer)
        part_stride_and_dilation(
            self.stride, self.dilation, layer, both=getattr(layer, "is_depthwise", False)
        )
        self.bias.show_value(0.0 if layer.bias is None else float(layer.bias[self.panel.filter]))
        show_activation(self.activation, layer.activation)

    def _change_bias(self, value: float) -> None:
        layer = edits.with_bias(self.panel.layer, self.panel.filter, value)
        self.panel.tell("Change Bias", layer, "bias")

    def _choose_activation(self, name: object) -> None:
        layer = replace(self.panel.layer, activation=None if name == "linear" else name)  # type: ignore[arg-type]
        self.panel.tell("Choose Activation", layer, "activation")


class ConvolutionSettings(_CommonSettings):
    """A convolution's: own padding with its filling, and the flip."""

    def __init__(self, panel: KernelPanel) -> None:
        super().__init__(panel)
        self.flip = QCheckBox("turn by 180°")
        self.flip.setAccessibleName("Flip kernel")
        self.flip.setToolTip(
            "Off: cross-correlation, what CNN layers compute. On: the mathematicians' convolution"
        )
        self.flip.clicked.connect(self._flip)
        panel.form.add_row("Flip kernel", self.flip)

    def add_padding(self) -> None:
        form = self.panel.form
        self.padding = combo("Padding", _PADDINGS, self._choose_padding)
        self.filling = combo("Padding is filled with", _FILLINGS, self._choose_filling)
        self.filling.setToolTip("What the padding is filled with")
        form.add_row("Padding", RowOfFields(self.padding, self.filling))
        self.vertical = PairField(("Padding at the top", "Padding at the bottom"), 0, MAX_PADDING)
        self.horizontal = PairField(("Padding at the left", "Padding at the right"), 0, MAX_PADDING)
        for caption, field in (("Top, bottom", self.vertical), ("Left, right", self.horizontal)):
            form.add_row(caption, field)
            field.changed.connect(self._change_amounts)
            field.done.connect(self.panel.edit_ended)

    def show(self, layer: Convolution) -> None:
        super().show(layer)
        own = not isinstance(layer.padding, str)
        show_in_combo(self.padding, OWN if own else layer.padding)
        for caption in ("Top, bottom", "Left, right"):
            self.panel.form.show_row(caption, own)
        if not isinstance(layer.padding, str):
            self.vertical.show_pair(layer.padding[0])
            self.horizontal.show_pair(layer.padding[1])
        self.filling.setVisible(layer.padding != "valid")
        show_in_combo(self.filling, layer.padding_mode)
        self.flip.setChecked(layer.flip_kernel)

    @property
    def _layer(self) -> Convolution:
        layer = self.panel.layer
        assert isinstance(layer, Convolution)
        return layer

    def _choose_padding(self, choice: object) -> None:
        """Own amounts begin with those that there are, so that nothing jumps."""
        layer, shape = self._layer, self.panel.input_shape
        if choice == OWN and isinstance(layer.padding, str):
            choice = layer.padding_amounts(shape) if shape is not None else ((0, 0), (0, 0))
        elif choice == OWN:
            return
        self._attempt("Change Padding", {"padding": choice}, "padding")

    def _change_amounts(self) -> None:
        amounts = tuple(
            (field.first.value(), field.second.value()) for field in (self.vertical, self.horizontal)
        )
        self._attempt("Change Padding", {"padding": amounts}, "padding amounts")

    def _choose_filling(self, mode: object) -> None:
        self._attempt("Change Padding", {"padding_mode": mode}, "padding mode")

    def _flip(self, on: bool) -> None:
        self._attempt("Flip Kernel", {"flip_kernel": on}, None)

    def _attempt(self, text: str, change: dict[str, Any], merge_key: str | None) -> None:
        self.panel.attempt(text, lambda: replace(self._layer, **change), merge_key)


class TransposeSettings(_CommonSettings):
    """A transposed convolution's: valid or same, and the output padding."""

    def add_padding(self) -> None:
        form = self.panel.form
        self.padding = combo("Padding", _PADDINGS[:2], self._choose_padding)
        form.add_row("Padding", self.padding)
        self.output_choice = combo("Output padding", [("automatic", None), ("own", OWN)], self._choose_output)
        form.add_row("Output padding", self.output_choice)
        self.output = PairField(
            ("Output padding down", "Output padding right"), 0, MAX_STRIDE, suffixes=(" ↓", " →")
        )
        self.output.changed.connect(self._change_output)
        self.output.done.connect(self.panel.edit_ended)
        form.add_row("Rows, columns", self.output)

    def show(self, layer: ConvolutionTranspose) -> None:
        super().show(layer)
        show_in_combo(self.padding, layer.padding)
        show_in_combo(self.output_choice, None if layer.output_padding is None else OWN)
        self.panel.form.show_row("Rows, columns", layer.output_padding is not None)
        if layer.output_padding is not None:
            self.output.show_pair(layer.output_padding)

    def _choose_padding(self, choice: object) -> None:
        self._attempt("Change Padding", {"padding": choice})

    def _choose_output(self, choice: object) -> None:
        self._attempt("Change Output Padding", {"output_padding": (0, 0) if choice == OWN else None})

    def _change_output(self, down: int, right: int) -> None:
        self._attempt("Change Output Padding", {"output_padding": (down, right)}, "output padding")

    def _attempt(self, text: str, change: dict[str, Any], merge_key: str | None = None) -> None:
        layer = self.panel.layer
        self.panel.attempt(text, lambda: replace(layer, **change), merge_key)
