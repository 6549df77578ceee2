"""StripView: the strip of tiles as a widget that one can point at, and click to unfold a part."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convlab.drawing.strip import PIECE_MARGIN, StripLayout, StripStyle, layout_strip, paint_strip
from convlab.drawing.terms import Arithmetic, Term
from convlab.window import theme
from convlab.window.player import Phase
from convlab.window.tooltips import plain

LARGEST = 46.0  # side of a tile in pixels at 100 %
_MARGIN = 2


class StripView(QWidget):
    """Shows a line of arithmetic; tells which term is pointed at, and which is clicked.

    enters: a click on an input of the line leads to where that comes from.
    """

    term_pointed = Signal(object)
    term_clicked = Signal(object)
    width_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else the whole card is painted below it
        self.setAccessibleName("Arithmetic of the step")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shown: tuple[Arithmetic, StripStyle, Phase, bool] | None = None
        self._strip: StripLayout | None = None
        self._largest, self._lines = LARGEST, 2
        self._kept_height = 0.0
        self._told_height = 0
        self._anew = False
        self._pointed: int | None = None
        self.enters = False

    def show_arithmetic(
        self, arithmetic: Arithmetic | None, style: StripStyle, phase: Phase, hidden: bool
    ) -> None:
        """Draw this line as far as the phase goes."""
        if self._anew:
            self._anew, self._kept_height = False, 0.0
        self._shown = None if arithmetic is None else (arithmetic, style, phase, hidden)
        self._place()

    def set_room(self, largest: float, lines: int) -> None:
        """How large tiles may be (pixels at 100 %), and how many lines there is room for."""
        if (largest, lines) != (self._largest, self._lines):
            self._largest, self._lines = largest, lines
            self.forget_height()

    def forget_height(self) -> None:
        """There is another width or scale: steps may be lower."""
        self._kept_height = 0.0
        self._place()

    def begin_anew(self) -> None:
        """What is shown next belongs to another operation, whose steps may be lower."""
        self._anew = True

    def announce(self, text: str) -> None:
        """Say the step to people who use a screen reader."""
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    @property
    def arithmetic(self) -> Arithmetic | None:
        return self._shown[0] if self._shown else None

    @property
    def line_count(self) -> int:
        """How many lines the whole step needs."""
        return self._strip.lines if self._strip else 1

    def term_center(self, term: int) -> QPointF | None:
        """The middle of a term in this widget; None if it is not there."""
        rect = self._strip.term_rect(term) if self._strip else None
        return rect.center() + QPointF(theme.px(_MARGIN), theme.px(_MARGIN)) if rect is not None else None

    # --- layout ---

    def _place(self) -> None:
        before = self._strip
        if self._shown is None:
            self._strip = None
        else:
            arithmetic, style, phase, hidden = self._shown
            self._strip = layout_strip(
                arithmetic, max(self.width() - 2 * theme.px(_MARGIN), 80), style, int(phase),
                hidden=hidden, lines=self._lines, largest=self._largest,
            )  # fmt: skip
            self._keep_height(self._strip.height + 2 * theme.px(_MARGIN))
        self._update_changes(before)

    def _update_changes(self, before: StripLayout | None) -> None:
        """Ask for a paint of what looks different: of most steps that is little."""
        after = self._strip
        same_style = before is not None and after is not None and before.style is after.style
        if before is None or after is None or not same_style or before.tile != after.tile:
            self.update()
            return
        changed = QRegion()
        for old, new in zip_longest(before.places, after.places):
            if old is None or new is None or old[0] != new[0] or old[1].key != new[1].key:
                for place in (old, new):
                    changed += self._area(place[0]) if place is not None else QRegion()
        self.update(changed)

    @staticmethod
    def _area(rect: QRectF) -> QRect:
        """Where a piece is painted, its outline included."""
        margin = theme.px(_MARGIN)
        return (
            rect.translated(margin, margin)
            .toAlignedRect()
            .adjusted(-PIECE_MARGIN, -PIECE_MARGIN, PIECE_MARGIN, PIECE_MARGIN)
        )

    def _keep_height(self, needed: float) -> None:
        """Never lower than a step before, so that nothing jumps while playing."""
        self._kept_height = max(needed, self._kept_height)
        if round(self._kept_height) != self._told_height:
            self._told_height = round(self._kept_height)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(400), round(max(self._kept_height, theme.px(46))))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(80), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.forget_height()
            self.width_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("card"))
        if self._strip is not None:
            margin = theme.px(_MARGIN)
            painter.translate(margin, margin)
            paint_strip(painter, self._strip, event.region().translated(-margin, -margin))

    # --- the mouse ---

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain(self.tip_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def tip_at(self, point: QPointF) -> str:
        """What a click or a tile means; empty where nothing lies."""
        term = self._term(self._term_at(point))
        if term is None:
            return ""
        if self._leads_on(term):
            return f"{term.name or ' × '.join(term.factors or (term.text,))}: click to step into this input"
        if term.part is not None:
            return f"Click to see the terms of {term.name}" if term.part >= 0 else "Click to fold again"
        return f"{' × '.join(term.factors)} = {term.text}" if term.factors else term.text

    def _term_at(self, point: QPointF) -> int | None:
        margin = QPointF(theme.px(_MARGIN), theme.px(_MARGIN))
        return self._strip.term_at(point - margin) if self._strip else None

    def _term(self, index: int | None) -> Term | None:
        terms = self._shown[0].terms if self._shown else ()
        return terms[index] if index is not None and index < len(terms) else None

    def _leads_on(self, term: Term) -> bool:
        return self.enters and term.cell is not None and term.inside

    def _point(self, index: int | None) -> None:
        if index != self._pointed:
            self._pointed = index
            term = self._term(index)
            opens = term is not None and (term.part is not None or self._leads_on(term))
            self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
            self.term_pointed.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._term_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._term_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.term_clicked.emit(index)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)
