"""LossView: the curve of the loss; a click or a drag goes to a step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convlab.drawing.gradient import learned_text
from convlab.drawing.loss_curve import CurveLayout, CurveStyle, layout_curve, paint_curve
from convlab.window import theme
from convlab.window.tooltips import plain


class LossView(QWidget):
    """Shows the loss after every step, and tells which step somebody wants to see."""

    step_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses: Sequence[float] = (1.0,)
        self._index, self._floor = 0, 0.0
        self.setAccessibleName("Loss")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.follow(self)

    def show_losses(self, losses: Sequence[float], index: int, floor: float) -> None:
        """All that are known, the present step, and the least loss that is possible."""
        self._losses, self._index, self._floor = losses, index, floor
        self.setAccessibleDescription(
            f"{learned_text(losses[index])} after {index} steps, of {learned_text(losses[0])}"
        )
        self.update()

    def text_at(self, point: QPointF) -> str:
        """The loss at the step below a point."""
        step = min(max(self.curve_layout().step_at(point.x()), 0), len(self._losses) - 1)
        return f"step {step:,}: {learned_text(self._losses[step])}"

    def curve_layout(self) -> CurveLayout:
        return layout_curve(QRectF(self.rect()), self._losses, self._style())

    def _style(self) -> CurveStyle:
        return CurveStyle(
            theme.color("text"), theme.color("muted"), theme.color("line"), theme.color("accent_ink"),
            theme.color("outline"), theme.color("card"), theme.font("caption"), theme.current().scale,
        )  # fmt: skip

    # --- events ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("card"))
        style = self._style()
        paint_curve(painter, self.curve_layout(), self._losses, self._index, style, self._floor)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(event)

    def _choose(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.step_chosen.emit(self.curve_layout().step_at(event.position().x()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain(self.text_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(260), theme.px(140))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(140), theme.px(64))
