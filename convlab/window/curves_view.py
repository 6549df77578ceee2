"""CurvesView: the picture of the curves, drawn in a thread; pointing at it or arrow keys tell the values of an epoch."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convlab.drawing.curve_ranges import LOSS, values_of
from convlab.drawing.curve_words import pointed_words, summary, value_text
from convlab.drawing.curves import Curve, Pane, Plot, running_line, shows_running
from convlab.learning.events import EpochEnd
from convlab.window import theme
from convlab.window.curve_legend import Entry, paint_epoch, paint_head, paint_line
from convlab.window.curves_drawing import CurvesDrawing
from convlab.window.tooltips import plain

FOCUSED_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_WAITS = "The curves are being drawn…"


class CurvesView(QWidget):
    """Told the curves; owns no truth."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = CurvesDrawing(self)
        self._drawing.drawn.connect(self.update)
        self._pointed: int | None = None
        self._focus_by_key = False
        self.setAccessibleName("Curves of loss and accuracy")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.follow(self, self._drawing.restyle)

    # --- told ---

    def show_curves(self, curves: Sequence[Curve], planned: int = 0) -> None:
        """Show these, the first as what is trained now. planned: epochs of the training under way."""
        if (tuple(curves), planned) == (self._curves, self._drawing.planned):
            return
        self.setAccessibleDescription(summary([curve.history for curve in curves]))
        self._drawing.show(curves, planned)
        if self._pointed is not None and self._pointed not in self.epochs:
            self._pointed = None
        self.update()

    def show_kind(self, kind: str) -> None:
        """Which of the two where only one has room."""
        self._drawing.show_kind(kind)

    # --- asked ---

    @property
    def _curves(self) -> tuple[Curve, ...]:
        return self._drawing.curves

    @property
    def plot(self) -> Plot | None:
        """What is on the screen; None before the first picture is ready."""
        return self._drawing.plot

    @property
    def drawing(self) -> bool:
        """Whether a newer picture is on its way."""
        return self._drawing.busy

    @property
    def shows_both(self) -> bool:
        """Whether loss and accuracy have room."""
        return self._drawing.shows_both

    @property
    def epochs(self) -> list[int]:
        """All that can be pointed at, counted from 0."""
        return sorted({one.epoch for curve in self._curves for one in curve.history.epochs})

    @property
    def pointed(self) -> int | None:
        """The epoch whose values are told."""
        return self._pointed

    # --- room ---

    def sizeHint(self) -> QSize:
        return QSize(theme.px(360), theme.px(340))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(96))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._drawing.resize()
        self.resized.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._drawing.restyle()

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._curves:
            return
        painter = QPainter(self)
        plot = self.plot
        if plot is None:  # the first time matplotlib has to be loaded
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("muted"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), _WAITS)
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QPointF(0, 0), plot.image)
        for pane in plot.panes:
            self._paint_running(painter, pane, plot.until)
            paint_head(painter, pane, self._legend(pane.kind), told=self._pointed is not None)
            if self._pointed is not None:
                self._paint_pointed(painter, pane, self._pointed)
        if self.hasFocus() and self._focus_by_key:
            painter.setPen(QPen(theme.color("accent_ink"), theme.px(2)))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(4), theme.px(4))
        painter.end()

    def _paint_running(self, painter: QPainter, pane: Pane, since: float) -> None:
        """What was told since the picture was drawn: to draw it anew four times a second would slow the training."""
        curve = self._curves[0]
        newer = [moment for moment in curve.moments if moment.at >= since]
        if len(newer) > 1 and shows_running(curve):
            paint_line(painter, pane, *running_line(newer, pane.kind), QColor(curve.training))

    def _legend(self, kind: str) -> list[Entry]:
        """What the lines of a pane are; several trainings are named beside the curves, by who shows them."""
        if len(self._curves) > 1:
            muted, is_first = theme.color("muted"), kind == (LOSS if self.shows_both else self._drawing.kind)
            entries = [Entry("training", muted, dashed=True), Entry("validation", muted)]
            return entries if is_first else []
        curve = self._curves[0]
        end = self._end_of(curve)
        texts = ["", ""] if end is None else [value_text(one, kind) for one in values_of(end, kind)]
        training, validation = QColor(curve.training), QColor(curve.validation)
        return [
            Entry("training", training, texts[0], curve.dashed),
            Entry("validation", validation, texts[1]),
        ]

    def _end_of(self, curve: Curve) -> EpochEnd | None:
        """The epoch that is pointed at, else the last."""
        epochs = curve.history.epochs
        if self._pointed is None:
            return epochs[-1] if epochs else None
        return next((one for one in epochs if one.epoch == self._pointed), None)

    def _paint_pointed(self, painter: QPainter, pane: Pane, epoch: int) -> None:
        dots = []
        for curve in self._curves:
            end = self._end_of(curve)
            values = values_of(end, pane.kind) if end is not None else ()
            colors = QColor(curve.training), QColor(curve.validation)
            dots += list(zip(values, colors, strict=False))
        paint_epoch(painter, pane, epoch, dots)

    # --- pointing ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point, plot = event.position(), self.plot
        if plot is None or not self.epochs:
            return
        pane = next((one for one in plot.panes if one.area.left() <= point.x() <= one.area.right() + 8), None)
        if pane is None:
            self._point(None)
            return
        wanted = pane.epochs_at(point.x()) - 1
        self._point(min(self.epochs, key=lambda epoch: abs(epoch - wanted)))
        lines = "\n".join(self.words)
        QToolTip.showText(event.globalPosition().toPoint(), _as_lines(lines), self)

    @property
    def words(self) -> list[str]:
        """The values of the epoch that is pointed at."""
        if self._pointed is None:
            return []
        return pointed_words([curve.history for curve in self._curves], self._pointed)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def _point(self, epoch: int | None) -> None:
        if epoch != self._pointed:
            self._pointed = epoch
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        epochs, key = self.epochs, event.key()
        if not epochs or key not in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
            return
        last = len(epochs) - 1
        place = epochs.index(self._pointed) if self._pointed in epochs else last + 1
        ways = {Qt.Key.Key_Left: place - 1, Qt.Key.Key_Right: place + 1, Qt.Key.Key_Home: 0}
        self._point(epochs[min(max(ways.get(Qt.Key(key), last), 0), last)])
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, ". ".join(self.words)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_by_key = event.reason() in FOCUSED_BY_KEY
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point(None)
        self.update()
        super().focusOutEvent(event)


def _as_lines(text: str) -> str:
    """Plain text in a tooltip, with its line breaks."""
    return plain(text).replace("\n", "<br>")
