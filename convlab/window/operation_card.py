"""The middle card: the kernel and settings of the operation in focus, or the image when that is in focus."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from convlab.window.operation_panel import OperationPanel
from convlab.window.session import IMAGE_STAGE, Session

if TYPE_CHECKING:
    from convlab.window.image_panel import ImagePanel


class OperationCard(QFrame):
    """Shows the panel that fits the focus."""

    image_panel_made = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._session = session
        self.panel = OperationPanel()
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(holder)
        for signal in (session.experiment_changed, session.stage_changed, session.filter_changed):
            signal.connect(self.refresh)
        self.refresh()

    @cached_property
    def image_panel(self) -> ImagePanel:
        """The panel of the image, made when it is first looked at."""
        from convlab.window.image_panel import ImagePanel

        panel = ImagePanel()
        self._stack.addWidget(panel)
        self.image_panel_made.emit(panel)
        return panel

    def refresh(self) -> None:
        session = self._session
        if session.stage == IMAGE_STAGE or session.operation is None:
            self._stack.setCurrentWidget(self.image_panel)
            self.image_panel.show_image(session.experiment.image)
            return
        self._stack.setCurrentWidget(self.panel)
        shape = session.input_shape
        colours = session.operation_index == 0 and shape is not None and shape[-1] == 3
        self.panel.show_channel_names(("Red", "Green", "Blue") if colours else ())
        self.panel.show_operation(session.operation, session.input_shape, session.filter, session.problem)

    def set_presentation(self, on: bool) -> None:
        """Only the kernel stays, as large as it can be."""
        self.panel.set_presentation(on)

    @property
    def figure(self) -> QWidget | None:
        """The widget that the connecting lines go to: the kernel, or the picture of the function."""
        return self.panel.figure() if self._stack.currentWidget() is self.panel else None

    def figure_rect(self) -> QRectF | None:
        return self.panel.figure_rect() if self.figure is not None else None
