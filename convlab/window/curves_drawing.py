"""CurvesDrawing: has the curves drawn in a thread, as seldom as they need it: each picture takes a tenth of a second."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from convlab import resources
from convlab.drawing.curve_ranges import KINDS, LOSS, Range
from convlab.drawing.curves import Curve, CurvesLook, Pane, Plot, draw, panes_of
from convlab.window import theme
from convlab.window.background import AT_ONCE, Background
from convlab.window.curve_legend import HEAD

OFTENEST_MS, SELDOMEST_MS = 500, 1000
"""From one picture of a training under way to the next: the more time a picture takes, the longer."""
_SHARE = 0.1  # of a processor's time, as far as that goes: it is the training that needs it
_SETTLED_MS = 40  # after a change of size
_FILLED = 0.6  # of a pane's height that its values fill at least
_LEAST = 48  # pixels at 100 % a side
_LOW, _WIDE = 240, 400  # pixels at 100 %: both kinds have room from this height on, or in this width


class CurvesDrawing(QObject):
    """For one widget: its size, whether it is seen. kind: which one is drawn where there is no room for both."""

    drawn = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.curves: tuple[Curve, ...] = ()
        self.planned = 0
        self.kind = LOSS
        self.plot: Plot | None = None
        self._key: object = None  # what the picture in hand was drawn of
        self._style: tuple[str, float] = ("", 0.0)
        self._pause = OFTENEST_MS
        self._since = QElapsedTimer()  # the last picture; not begun before the first one
        self._background = Background(self, brief=True)
        self._redraw = QTimer(self, singleShot=True)
        self._redraw.timeout.connect(self._ask)

    @property
    def busy(self) -> bool:
        """Whether a newer picture is on its way."""
        return self._redraw.isActive() or self._background.busy

    @property
    def shows_both(self) -> bool:
        """Whether loss and accuracy have room."""
        return self._widget.height() >= theme.px(_LOW) or self._widget.width() >= theme.px(_WIDE)

    # --- told ---

    def show(self, curves: Sequence[Curve], planned: int) -> None:
        """Other curves, or more of the same."""
        begins = not curves or not self.curves
        self.curves, self.planned = tuple(curves), planned
        if begins:
            self.plot = None
        if self._is_stale():
            self._wish(0 if begins else self._wait)

    def show_kind(self, kind: str) -> None:
        if kind != self.kind:
            self.kind = kind
            self._wish(0)

    def resize(self) -> None:
        """The widget has another size."""
        self._redraw.start(_SETTLED_MS)

    def restyle(self) -> None:
        """Another theme, or the widget is seen again."""
        if self._style != _style():
            self.plot = (
                None  # a light picture in a dark window is worse than none, and so are other sizes of text
            )
        self._widget.updateGeometry()
        self._widget.update()
        self._wish(0)

    # --- when ---

    @property
    def _wait(self) -> int:
        """Milliseconds until the next picture; none at the end of a training, or after a slow epoch."""
        if not self.planned or not self._since.isValid():
            return 0
        return max(self._pause - self._since.elapsed(), 0)

    def _is_stale(self) -> bool:
        """Whether the picture shows too little: running values that are told in between are painted over it."""
        plot = self.plot
        if plot is None or self._key != self._present_key():
            return True
        wished = panes_of(self.curves, self._look(), self._kinds, self.planned)
        return len(wished) != len(plot.panes) or not all(map(_fits, plot.panes, wished))

    def _present_key(self) -> object:
        curves = [(one.history.epochs, one.training, one.validation, one.parted) for one in self.curves]
        return curves, self.planned, self._kinds, self._look()

    def _wish(self, ms: int) -> None:
        """A newer picture, as soon as it may be."""
        if not self._redraw.isActive() or self._redraw.remainingTime() > ms:
            self._redraw.start(ms)

    # --- drawing ---

    @property
    def _kinds(self) -> tuple[str, ...]:
        return KINDS if self.shows_both else (self.kind,)

    def _ask(self) -> None:
        widget = self._widget
        if (
            not self.curves
            or not widget.isVisible()
            or min(widget.width(), widget.height()) < theme.px(_LEAST)
        ):
            return
        if self._background.busy:
            self._redraw.start(_SETTLED_MS)
            return
        if not self._is_stale():
            return
        curves, planned, look, kinds = self.curves, self.planned, self._look(), self._kinds
        self._style, self._key = _style(), self._present_key()
        self._background.ask(lambda: draw(curves, look, kinds, planned), self._take, AT_ONCE + 1)

    def _look(self) -> CurvesLook:
        colors, widget, size = theme.colors(), self._widget, theme.font("caption").pixelSize()
        return CurvesLook(
            widget.width(), widget.height(), widget.devicePixelRatioF(), theme.current().scale,
            theme.px(HEAD), colors.card, colors.text, colors.muted, colors.line, colors.hover,
            str(resources.path("fonts/Inter-Regular.otf")), size,
        )  # fmt: skip

    def _take(self, plot: Plot) -> None:
        self.plot = plot
        if self._since.isValid():  # the first picture takes long once only: matplotlib is loaded
            self._pause = min(max(round(1000 * plot.seconds / _SHARE), OFTENEST_MS), SELDOMEST_MS)
        self._since.start()
        if self._is_stale():
            self._wish(self._wait)
        self.drawn.emit()


def _style() -> tuple[str, float]:
    """What a picture must have been drawn with to be shown until there is a newer one."""
    return theme.colors().card, theme.current().scale


def _fits(pane: Pane, wished: Pane) -> bool:
    """Whether all that should be seen lies in a pane, and fills it well."""
    return pane.x == wished.x and _spans(pane.y, wished.y)


def _spans(drawn: Range, wished: Range) -> bool:
    spare = 0.02 * (drawn[1] - drawn[0])
    inside = drawn[0] - spare <= wished[0] and wished[1] <= drawn[1] + spare
    return inside and wished[1] - wished[0] >= _FILLED * (drawn[1] - drawn[0])
