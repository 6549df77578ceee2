"""The step panel: the present step as arithmetic, the guess of the class, and the facts of the operation."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convlab.drawing.arithmetic import Arithmetic, arithmetic_of
from convlab.drawing.colors import scale_for
from convlab.drawing.facts import facts_text
from convlab.drawing.grid import GridStyle
from convlab.drawing.strip import StripLayout, StripStyle, layout_strip, paint_strip
from convlab.operations.step import Step, WeightedSum
from convlab.window import theme
from convlab.window.guess_row import GuessRow
from convlab.window.player import Phase, Player
from convlab.window.predicting import Score
from convlab.window.session import Session
from convlab.window.widgets import Card, label

_NOTHING = np.zeros(0, np.float32)


class StripView(QWidget):
    """The strip of tiles; tells which term is pointed at, and clicked to unfold its channel."""

    term_pointed = Signal(object)
    term_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAccessibleName("Arithmetic of the step")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shown: tuple[Arithmetic, StripStyle, Phase, bool] | None = None
        self._strip: StripLayout | None = None
        self._largest, self._lines = 46.0, 2
        self._kept_height = 0.0

    def show_arithmetic(
        self, arithmetic: Arithmetic | None, style: StripStyle, phase: Phase, hidden: bool
    ) -> None:
        """Draw this line as far as the phase goes."""
        self._shown = None if arithmetic is None else (arithmetic, style, phase, hidden)
        self._place()

    def set_room(self, largest: float, lines: int) -> None:
        """How large tiles may be (pixels at 100 %), and how many lines there is room for."""
        self._largest, self._lines = largest, lines
        self.forget_height()

    def forget_height(self) -> None:
        """Another operation: its steps may be lower."""
        self._kept_height = 0.0
        self._place()

    @property
    def arithmetic(self) -> Arithmetic | None:
        return self._shown[0] if self._shown else None

    def term_center(self, term: int) -> object:
        """The middle of a term in this widget; None if it is not there."""
        rect = self._strip.term_rect(term) if self._strip else None
        return rect.center() if rect is not None else None

    def _place(self) -> None:
        if self._shown is None:
            self._strip = None
        else:
            arithmetic, style, phase, hidden = self._shown
            self._strip = layout_strip(
                arithmetic, max(self.width(), 80), style, int(phase),
                hidden=hidden, lines=self._lines, largest=self._largest,
            )  # fmt: skip
            self._keep_height(arithmetic, style)
        self.update()

    def _keep_height(self, arithmetic: Arithmetic, style: StripStyle) -> None:
        """High enough for the whole step from its first part on, so that nothing jumps while playing."""
        whole = layout_strip(
            arithmetic,
            max(self.width(), 80),
            style,
            int(Phase.WRITE),
            lines=self._lines,
            largest=self._largest,
        )
        height = max(whole.height + theme.px(4), self._kept_height)
        if height != self._kept_height:
            self._kept_height = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(400), round(max(self._kept_height, theme.px(46))))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(80), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.forget_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._strip is not None:
            painter = QPainter(self)
            painter.translate(theme.px(2), theme.px(2))
            paint_strip(painter, self._strip)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.term_pointed.emit(self._strip.term_at(event.position()) if self._strip else None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        term = self._strip.term_at(event.position()) if self._strip else None
        if term is not None:
            self.term_clicked.emit(term)

    def leaveEvent(self, event: QEvent) -> None:
        self.term_pointed.emit(None)


class StepPanel(Card):
    """Title with the place, the strip, the guess while predicting, and the line of facts."""

    weight_pointed = Signal(int, int)

    def __init__(self, session: Session, player: Player, score: Score, parent: QWidget | None = None) -> None:
        super().__init__("Step", parent=parent)
        self._session, self._player = session, player
        self._step: Step | None = None
        self._unfolded: int | None = None
        self._compact = self._presenting = False
        self.strip = StripView()
        self.guess = GuessRow(player, score)
        self.facts = label("", "caption", wrap=True)
        self.header.addWidget(self.guess)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.facts)
        self.strip.term_pointed.connect(self._term_pointed)
        self.strip.term_clicked.connect(self._term_clicked)
        for signal in (session.stage_changed, session.experiment_changed):
            signal.connect(self._other_operation)
        theme.follow(self, self._restyle)
        self._other_operation()

    def show_step(self, step: Step | None, *, peeked: bool = False) -> None:
        """Show a step: the present one as far as its phase goes, or one that is only looked at, whole."""
        self._step = step
        player = self._player
        phase = Phase.WRITE if peeked else player.phase
        hidden = player.hidden and not peeked
        if step is None:
            self.title.setText("No step" if self._session.problem else "Step")
            self.caption.setText("The input is being computed." if self._session.busy else "")
            self.strip.show_arithmetic(None, self._style(), phase, hidden)
            return
        arithmetic = arithmetic_of(step, self._unfolded)
        self.title.setText(self._place_text(step))
        self.caption.setText(arithmetic.note)
        self.strip.show_arithmetic(arithmetic, self._style(), phase, hidden)
        text = "guess the value" if hidden else arithmetic.spoken
        self.strip.setAccessibleDescription(text)
        self.strip.setToolTip("")

    @property
    def spoken(self) -> str:
        """The step in words."""
        return self.strip.accessibleDescription()

    def set_presentation(self, on: bool) -> None:
        """Larger tiles, no facts."""
        self._presenting = on
        self._make_room()

    def set_compact(self, compact: bool, *, titled: bool = True) -> None:
        """In a low window: smaller tiles, facts only as a tooltip, and if need be no title."""
        self._compact = compact
        for widget in (self.title, self.caption):
            widget.setVisible(titled)
        self._make_room()

    def _make_room(self) -> None:
        self.facts.setVisible(not self._presenting and not self._compact)
        self.strip.set_room(28.0 if self._compact else 46.0, 1 if self._compact else 2)

    def _place_text(self, step: Step) -> str:
        shape = self._session.output_shape
        if shape is not None and len(shape) == 1:
            return f"Number {step.filter}"
        filters = f", filter {step.filter}" if shape is not None and shape[2] > 1 else ""
        return f"Row {step.row}, column {step.column}{filters}"

    def _other_operation(self) -> None:
        session = self._session
        self._unfolded = None
        self.strip.forget_height()
        operation, shape = session.operation, session.input_shape
        if operation is None or shape is None or session.problem is not None:
            self.facts.setText("")
            return
        text = facts_text(operation, shape)
        self.facts.setText(text)
        self.title.setToolTip(text)

    def _term_pointed(self, index: int | None) -> None:
        arithmetic = self.strip.arithmetic
        term = (
            arithmetic.terms[index]
            if arithmetic and index is not None and index < len(arithmetic.terms)
            else None
        )
        if term is None or term.cell is None or not isinstance(self._step, WeightedSum):
            self.weight_pointed.emit(-1, -1)
        else:
            self.weight_pointed.emit(term.cell[0], term.cell[1])

    def _term_clicked(self, index: int) -> None:
        """Unfold the channel or row of a part, or fold it again."""
        arithmetic = self.strip.arithmetic
        part = arithmetic.terms[index].part if arithmetic and index < len(arithmetic.terms) else None
        if part is not None:
            self._unfolded = part if part >= 0 else None
            self.show_step(self._step)

    def _restyle(self) -> None:
        self.strip.forget_height()
        self.show_step(self._step)

    def _style(self) -> StripStyle:
        session, dark, colors = self._session, theme.current().dark, theme.colors()
        x, y = session.input_array, session.output_array
        white = session.experiment.image.white if session.operation_index == 0 else None
        step = self._step
        none = scale_for(_NOTHING)
        return StripStyle(
            grid=self._grid_style(),
            body=theme.font("body"),
            strong=theme.font("strong"),
            caption=theme.font("caption"),
            good=QColor(colors.good),
            warning=QColor(colors.warning),
            line=QColor(colors.line),
            input_scale=none if x is None else session.scale_of(x, white, dark=dark),
            weight_scale=scale_for(step.weights, dark=dark) if isinstance(step, WeightedSum) else none,
            output_scale=none
            if y is None
            else session.scale_of(y[:, :, min(session.filter, y.shape[2] - 1)], dark=dark),
            unit=theme.current().scale,
        )

    def _grid_style(self) -> GridStyle:
        colors = theme.colors()
        names = (
            "grid",
            "padding_ground",
            "hatch",
            "text",
            "muted",
            "unread",
            "unwritten",
            "outline",
            "outline_contrast",
        )
        return GridStyle(
            font=theme.font("digits"),
            unwritten_line=QColor(colors.line),
            accent=QColor(colors.accent_ink),
            stroke=theme.px(2),
            **{name: QColor(getattr(colors, name)) for name in names},
        )
