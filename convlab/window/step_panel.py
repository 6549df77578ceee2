"""The step panel: the present step as arithmetic, the guess of the class, and the facts of the operation."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from convlab.drawing.arithmetic import MOST_TERMS, Arithmetic, Telling, arithmetic_of
from convlab.drawing.colors import ColorScale, scale_for
from convlab.drawing.strip import StripStyle
from convlab.operations.step import Step, WeightedSum
from convlab.window import theme
from convlab.window.grid_style import strip_style
from convlab.window.guess_row import GuessRow
from convlab.window.player import Phase, Player
from convlab.window.predicting import Score
from convlab.window.step_source import StepSource
from convlab.window.strip_view import LARGEST, StripView
from convlab.window.widgets import Card, label

__all__ = ["StepPanel", "StripView"]

_COMPACT, _PRESENTING = 28.0, 60.0  # sides of the largest tiles at 100 %
_SPOKEN_UP_TO = 2.0  # steps a second: nobody can listen faster
_FEW_TERMS, _MOST_LINES = 9, 3
_NOTHING = scale_for(np.zeros(0, np.float32))


class StepPanel(Card):
    """Title with the place, the strip, the guess while predicting, and the line of facts."""

    weight_pointed = Signal(int, int)
    cell_wished = Signal(int, int, int)  # a cell of the window: its row, column and channel in it

    def __init__(
        self, source: StepSource, player: Player, score: Score, parent: QWidget | None = None
    ) -> None:
        super().__init__("Step", parent=parent)
        self._source, self._player = source, player
        self._step: Step | None = None
        self._unfolded: int | None = None
        self._most_terms = MOST_TERMS
        self._kind: object = None
        self._compact = self._presenting = False
        self._styled: tuple[object, StripStyle] | None = None
        self.strip = StripView()
        self.guess = GuessRow(player, score)
        self.facts = label("", "caption", wrap=True)
        self.header.addWidget(self.guess)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.facts)
        self.strip.term_pointed.connect(self._term_pointed)
        self.strip.term_clicked.connect(self._term_clicked)
        self.strip.width_changed.connect(self._try_all_terms)
        for signal in (source.stage_changed, source.experiment_changed):
            signal.connect(self._other_operation)
        theme.follow(self, self._restyle)
        self._other_operation()

    def show_step(self, step: Step | None, *, peeked: bool = False) -> None:
        """Show a step: the present one as far as its phase goes, or one that is only looked at, whole."""
        moved = step is not self._step
        self._step = step
        player = self._player
        phase = Phase.WRITE if peeked else player.phase
        hidden = player.hidden and not peeked
        asked = player.current if peeked and player.hidden else None
        self.guess.ask_for(self._place(asked) if asked is not None else "")
        if step is None:
            self.title.setText("No step" if self._source.problem else "Step")
            self.caption.setText(self._source.waiting if self._source.busy else "")
            self.strip.show_arithmetic(None, self._style(), phase, hidden)
            self.strip.setAccessibleDescription("")
            return
        self.title.setText(self._place(step))
        arithmetic = self._show_line(step, phase, hidden)
        self.caption.setText(arithmetic.note)
        self._say(arithmetic, phase, hidden, aloud=moved)

    def _place(self, step: Step) -> str:
        return self._source.place_text(step.row, step.column, step.filter)

    def _show_line(self, step: Step, phase: Phase, hidden: bool) -> Arithmetic:
        """The step in the strip; folded where its terms would fill the window."""
        arithmetic = self._arithmetic(step)
        self.strip.show_arithmetic(arithmetic, self._style(), phase, hidden)
        if self.strip.line_count <= _MOST_LINES or self._most_terms == _FEW_TERMS:
            return arithmetic
        self._most_terms = _FEW_TERMS
        self.strip.show_arithmetic(None, self._style(), phase, hidden)
        self.strip.forget_height()
        return self._show_line(step, phase, hidden)

    def _try_all_terms(self) -> None:
        """There is more room, or less, or another operation."""
        self._most_terms = MOST_TERMS
        self.show_step(self._step)

    def _say(self, arithmetic: Arithmetic, phase: Phase, hidden: bool, *, aloud: bool) -> None:
        """The step in words; spoken when it is a new one, or finished, unless it plays too fast to listen."""
        text = f"{self.title.text()}: guess the value" if hidden else arithmetic.spoken
        if phase != Phase.WRITE and not hidden:
            text = f"{self.title.text()}: {phase.name.lower()}"
        changed = text != self.strip.accessibleDescription()
        self.strip.setAccessibleDescription(text)
        if (aloud or changed) and not (self._player.playing and self._player.speed > _SPOKEN_UP_TO):
            self.strip.announce(text)

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
        largest = _COMPACT if self._compact else (_PRESENTING if self._presenting else LARGEST)
        self.strip.set_room(largest, 1 if self._compact else 2)

    def _arithmetic(self, step: Step) -> Arithmetic:
        source = self._source
        telling = Telling(
            self._unfolded,
            source.input_names,
            source.input_word,
            source.output_names,
            self._most_terms,
            source.strongest_first,
        )
        return arithmetic_of(step, telling=telling)

    def _fix_title(self) -> None:
        """As wide as the longest title of this operation: a label that changes its size lays out the whole window."""
        metrics = QFontMetrics(theme.font("title"))
        width = max(metrics.horizontalAdvance(text) for text in (self._source.longest_place(), "No step"))
        self.title.setFixedSize(width + theme.px(2), theme.px(34))
        self.caption.setFixedHeight(theme.px(34))

    def _other_operation(self) -> None:
        source = self._source
        if source.kind != self._kind:  # an edit of a weight neither folds the strip nor lets it jump
            self._kind, self._unfolded, self._most_terms = source.kind, None, MOST_TERMS
            self.strip.begin_anew()
        self._fix_title()
        self.facts.setText(source.facts)
        self.title.setToolTip(source.facts)

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
        """Unfold the channel or row of a part, or fold it again; a single input may lead to where it comes from."""
        arithmetic = self.strip.arithmetic
        if arithmetic is None or index >= len(arithmetic.terms):
            return
        part, cell = arithmetic.terms[index].part, arithmetic.terms[index].cell
        single = self._step is not None and self._step.window.shape[:2] == (1, 1)
        if self.strip.enters and part is not None and part >= 0 and single:
            cell = (0, 0, part)  # the whole channel is one number
        if cell is not None and self.strip.enters:
            self.cell_wished.emit(*cell)
        elif part is not None:
            self._unfolded = part if part >= 0 else None
            self.show_step(self._step)

    def _restyle(self) -> None:
        self._styled = None
        self._fix_title()
        self.strip.forget_height()
        self._try_all_terms()

    def _style(self) -> StripStyle:
        """Colours and fonts, made anew only when a scale or the theme is another one."""
        scales = self._scales()
        if self._styled is None or self._styled[0] != scales:
            self._styled = (scales, strip_style(*scales))
        return self._styled[1]

    def _scales(self) -> tuple[ColorScale, ColorScale, ColorScale]:
        """Those of the input, the weights and the output, as the three views show them."""
        source, dark, step = self._source, theme.current().dark, self._step
        x, y = source.input_scale(dark=dark), source.output_array
        shown = None if y is None else y[:, :, min(source.filter, y.shape[2] - 1)]
        return (
            x or _NOTHING,
            scale_for(step.weights, dark=dark) if isinstance(step, WeightedSum) else _NOTHING,
            _NOTHING if shown is None else source.scale_of(shown, source.output_white, dark=dark),
        )
