"""CurvesView: the picture of the curves, drawn in a thread; pointing at it or arrow keys tell the values of an epoch."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
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
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convlab import resources
from convlab.drawing.curve_ranges import KINDS, LOSS, values_of
from convlab.drawing.curve_words import pointed_words, summary, value_text
from convlab.drawing.curves import Curve, CurvesLook, Pane, Plot, draw
from convlab.learning.events import EpochEnd
from convlab.window import theme
from convlab.window.background import AT_ONCE, Background
from convlab.window.curve_legend import HEAD, Entry, paint_epoch, paint_head
from convlab.window.tooltips import plain

REDRAWN_MS = 500
"""Twice a second at most: drawing takes a tenth of one, on another thread but with Python's one lock."""
_SETTLED_MS = 40  # after a change of size
FOCUSED_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_WAITS = "The curves are being drawn…"
_LOW, _WIDE = 240, 400  # pixels at 100 %: both kinds have room from this height on, or in this width


class CurvesView(QWidget):
    """Told the curves; owns no truth. kind: which one is shown where there is no room for both."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[Curve, ...] = ()
        self._planned = 0
        self._plot: Plot | None = None
        self._pointed: int | None = None
        self._focus_by_key = False
        self._style: tuple[str, float] = ("", 0.0)
        self.kind = LOSS
        self._background = Background(self, brief=True)
        self._redraw = QTimer(self, singleShot=True)
        self._redraw.timeout.connect(self._ask)
        self.setAccessibleName("Curves of loss and accuracy")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.follow(self, self._restyle)

    # --- told ---

    def show_curves(self, curves: Sequence[Curve], planned: int = 0) -> None:
        """Show these, the first as what is trained now. planned: epochs of the training under way."""
        if (tuple(curves), planned) == (self._curves, self._planned):
            return
        fewer = not curves or not self._curves
        self._curves, self._planned = tuple(curves), planned
        self.setAccessibleDescription(summary([curve.history for curve in curves]))
        if self._pointed is not None and self._pointed not in self.epochs:
            self._pointed = None
        if fewer:
            self._plot = None
        self._wish(0 if fewer else REDRAWN_MS)
        self.update()

    def show_kind(self, kind: str) -> None:
        """Which of the two where only one has room."""
        if kind != self.kind:
            self.kind = kind
            self._wish(0)

    # --- asked ---

    @property
    def plot(self) -> Plot | None:
        """What is on the screen; None before the first picture is ready."""
        return self._plot

    @property
    def drawing(self) -> bool:
        """Whether a newer picture is on its way."""
        return self._redraw.isActive() or self._background.busy

    @property
    def shows_both(self) -> bool:
        """Whether loss and accuracy have room."""
        return self.height() >= theme.px(_LOW) or self.width() >= theme.px(_WIDE)

    @property
    def epochs(self) -> list[int]:
        """All that can be pointed at, counted from 0."""
        return sorted({one.epoch for curve in self._curves for one in curve.history.epochs})

    @property
    def pointed(self) -> int | None:
        """The epoch whose values are told."""
        return self._pointed

    def sizeHint(self) -> QSize:
        return QSize(theme.px(360), theme.px(340))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(96))

    # --- drawing ---

    def _wish(self, ms: int) -> None:
        """A newer picture, as soon as it may be."""
        if not self._redraw.isActive() or self._redraw.remainingTime() > ms:
            self._redraw.start(ms)

    def _restyle(self) -> None:
        if self._style != self._present_style:
            self._plot = (
                None  # a light picture in a dark window is worse than none, and so are other sizes of text
            )
        self.updateGeometry()
        self._wish(0)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw.start(_SETTLED_MS)
        self.resized.emit()

    def _ask(self) -> None:
        if not self._curves or not self.isVisible() or min(self.width(), self.height()) < theme.px(48):
            return
        if self._background.busy:
            self._redraw.start(_SETTLED_MS)
            return
        curves, planned, look = self._curves, self._planned, self._look()
        self._style = self._present_style
        kinds = KINDS if self.shows_both else (self.kind,)
        self._background.ask(lambda: draw(curves, look, kinds, planned), self._take, AT_ONCE + 1)

    def showEvent(self, event: QEvent) -> None:  # type: ignore[override]
        self._wish(0)

    def _look(self) -> CurvesLook:
        colors, size = theme.colors(), theme.font("caption").pixelSize()
        return CurvesLook(
            self.width(), self.height(), self.devicePixelRatioF(), theme.current().scale, theme.px(HEAD),
            colors.card, colors.text, colors.muted, colors.line, colors.hover,
            str(resources.path("fonts/Inter-Regular.otf")), size,
        )  # fmt: skip

    @property
    def _present_style(self) -> tuple[str, float]:
        """What a picture must have been drawn with to be shown until there is a newer one."""
        return theme.colors().card, theme.current().scale

    def _take(self, plot: Plot) -> None:
        self._plot = plot
        self.update()

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._curves:
            return
        painter = QPainter(self)
        if self._plot is None:  # the first time matplotlib has to be loaded
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("muted"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), _WAITS)
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QPointF(0, 0), self._plot.image)
        for pane in self._plot.panes:
            paint_head(painter, pane, self._legend(pane.kind), told=self._pointed is not None)
            if self._pointed is not None:
                self._paint_pointed(painter, pane, self._pointed)
        if self.hasFocus() and self._focus_by_key:
            painter.setPen(QPen(theme.color("accent_ink"), theme.px(2)))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(4), theme.px(4))
        painter.end()

    def _legend(self, kind: str) -> list[Entry]:
        """What the lines of a pane are; several trainings are named beside the curves, by who shows them."""
        if len(self._curves) > 1:
            muted, is_first = theme.color("muted"), kind == (LOSS if self.shows_both else self.kind)
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
        point, plot = event.position(), self._plot
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
