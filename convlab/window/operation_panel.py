"""The panel of whatever operation is in focus."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from convlab.operations.convolution import Convolution
from convlab.operations.operation import Operation, Shape
from convlab.operations.pointwise import Activation, BatchNormalization, Dropout, Rescaling
from convlab.operations.pooling import AveragePooling, MaxPooling
from convlab.operations.step import PointwiseStep, Step
from convlab.operations.transpose import ConvolutionTranspose
from convlab.problems import Problem
from convlab.window.kernel_editor import KernelPanel
from convlab.window.stage_panel import StagePanel


def _panel_of(operation: Operation) -> type[StagePanel]:
    """The kind of panel for an operation. Only the one that a start shows is imported with this module."""
    if isinstance(operation, Convolution):
        return KernelPanel
    if isinstance(operation, ConvolutionTranspose):
        from convlab.window.transpose_panel import TransposePanel

        return TransposePanel
    if isinstance(operation, MaxPooling | AveragePooling):
        from convlab.window.pooling_panel import PoolingPanel

        return PoolingPanel
    if isinstance(operation, Activation | BatchNormalization | Rescaling | Dropout):
        from convlab.window.pointwise_panel import PointwisePanel

        return PointwisePanel
    from convlab.window.plain_panel import PlainPanel

    return PlainPanel


class OperationPanel(QStackedWidget):
    """Picks the panel by the kind of operation; each is made when it is first needed."""

    operation_edited = Signal(str, object, object)  # label, operation, merge key or None
    edit_ended = Signal()
    filter_chosen = Signal(int)
    weight_pointed = Signal(int, int)  # (−1, −1): none
    learn_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panels: dict[type[StagePanel], StagePanel] = {}
        self._presenting = False
        self._channel_names: tuple[str, ...] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    @property
    def panel(self) -> StagePanel | None:
        """The panel in sight."""
        panel = self.currentWidget()
        return panel if isinstance(panel, StagePanel) else None

    def show_operation(
        self, operation: Operation, input_shape: Shape | None, filter_index: int, problem: Problem | None
    ) -> None:
        """Show the settings of `operation`, which reads arrays of `input_shape`; `problem`: why it cannot be."""
        panel = self._panel_for(_panel_of(operation))
        if isinstance(panel, KernelPanel) and self._channel_names is not None:
            panel.show_channel_names(self._channel_names)
        if panel is not self.currentWidget():
            self.weight_pointed.emit(-1, -1)
            self.setCurrentWidget(panel)
        panel.show_operation(operation, input_shape, filter_index, problem)

    def show_channel_names(self, names: tuple[str, ...]) -> None:
        """What the channels that reach the operation are called, such as Red, Green, Blue; told before it is shown."""
        self._channel_names = names

    def show_problem(self, problem: Problem | None) -> None:
        """Say in place why a setting cannot be."""
        if self.panel is not None:
            self.panel.show_problem(problem)
            self.panel.distribute()

    def show_step(self, step: Step | None) -> None:
        """Mark in the function's picture the value that the present step reads."""
        if self.panel is not None:
            single = isinstance(step, PointwiseStep) and step.window.size == 1
            self.panel.show_value(float(step.window.flat[0]) if single and step is not None else None)

    def show_marked_weight(self, cell: tuple[int, int] | None) -> None:
        """Outline the weight of a term that is looked at elsewhere; None takes the outline away."""
        if self.panel is not None:
            self.panel.show_marked_weight(cell)

    def set_presentation(self, on: bool) -> None:
        """Only the title and the figure stay, as large as they can be."""
        self._presenting = on
        for panel in self._panels.values():
            panel.set_presentation(on)

    def figure(self) -> QWidget | None:
        """The kernel, or the picture of the function: what the connecting lines go to."""
        return self.panel.figure() if self.panel is not None else None

    def figure_rect(self) -> QRectF | None:
        """The part of the figure that is drawn on, in the figure's coordinates."""
        return self.panel.figure_rect() if self.panel is not None else None

    def _panel_for(self, kind: type[StagePanel]) -> StagePanel:
        if kind not in self._panels:
            panel = kind()
            panel.operation_edited.connect(self.operation_edited)
            panel.edit_ended.connect(self.edit_ended)
            panel.filter_chosen.connect(self.filter_chosen)
            panel.weight_pointed.connect(self.weight_pointed)
            if isinstance(panel, KernelPanel):
                panel.learn_wished.connect(self.learn_wished)
            panel.set_presentation(self._presenting)
            self._panels[kind] = panel
            self.addWidget(panel)
        return self._panels[kind]
