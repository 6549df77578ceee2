"""StepPage: how one cell of a trained network got its value, and the way from it back to the pixels of the image."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from convlab.operations.step import MergeStep, Step
from convlab.window import theme
from convlab.window.array_view import ArrayView
from convlab.window.breadcrumbs import Breadcrumbs
from convlab.window.cell_input_card import CellInputCard
from convlab.window.cell_kernel_card import CellKernelCard
from convlab.window.cell_session import CellSession
from convlab.window.journey import Journey
from convlab.window.network_session import NetworkSession
from convlab.window.output_card import OutputCard
from convlab.window.player import Phase, Player
from convlab.window.player_page import PlayerPage, winners_of
from convlab.window.predicting import Score
from convlab.window.receptive_card import ReceptiveCard
from convlab.window.step_panel import StepPanel
from convlab.window.transport import Transport
from convlab.window.verdict_label import VerdictLabel
from convlab.window.widgets import Card

_LEAST = 40  # of a view's height there
_WIDE = 1200  # in a narrower page the output's switch is left to its key
_SHARES, _PRESENTING_SHARES = (40, 22, 38), (42, 16, 42)
_FIELD_MS = 60


class StepPage(PlayerPage):
    """Arranges the Lab's player around a cell of the network; `left` when somebody wants back to the maps."""

    left = Signal()

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        self.session = session
        self.cells = CellSession(session)
        super().__init__(Player(self.cells), parent)
        self.cells.setParent(self)
        self.player.setParent(self)
        self.journey = Journey(session, self.cells, self.player, self)
        self.score = Score(self.player, self)
        self.breadcrumbs = Breadcrumbs()
        self.input = CellInputCard(self.cells, self.pointing)
        self.kernel = CellKernelCard(self.cells)
        self.field = ReceptiveCard(session)
        self.output = OutputCard(self.cells, self.player, self.pointing)
        self.step_panel = StepPanel(self.cells, self.player, self.score)
        self.verdict = VerdictLabel()
        self.transport = Transport(self.player)
        self._presenting = False
        self._level: tuple[bool, bool, bool] | None = None
        self._field_due = QTimer(self, singleShot=True, interval=_FIELD_MS)
        self._field_due.timeout.connect(self._show_field)
        self._arrange()
        self.hand_focus_to(self.output.view)
        self._connect()
        self._make_keys()

    # --- layout ---

    def _arrange(self) -> None:
        self._middle = QSplitter(Qt.Orientation.Vertical)
        cards: tuple[Card, ...] = (self.kernel, self.field)
        for card in cards:
            self._middle.addWidget(card)
        self._middle.setChildrenCollapsible(False)
        self.splitter = self._side_by_side((self.input, self._middle, self.output), _SHARES)
        self._middle.setSizes([540, 460])
        self.step_panel.header.addWidget(self.verdict)
        self.step_panel.strip.enters = True
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.breadcrumbs)
        self._column.addWidget(self.splitter, 1)
        self._column.addWidget(self.step_panel)
        self._column.addWidget(self.transport)
        self.connectors.raise_()
        theme.follow(self, self._space)
        self._space()

    def _space(self) -> None:
        low, tiny = self.is_low, self.is_tiny
        side, gap = theme.px(8 if low else 16), theme.px(6 if low else 12)
        self._column.setContentsMargins(side, theme.px(2 if low else 4), side, side)
        self._column.setSpacing(gap)
        self.splitter.setHandleWidth(gap)
        self._middle.setHandleWidth(gap)
        for card in (self.input, self.kernel, self.field, self.output, self.step_panel):
            card.set_tight(low)
        self.field.setVisible(not low and not self._presenting)
        self._field_due.start()
        if tiny != (self.verdict.parent() is self.breadcrumbs):
            self.breadcrumbs.hold(self.verdict) if tiny else self.step_panel.header.addWidget(self.verdict)
        self.step_panel.set_compact(low, titled=not tiny)
        for view in (*self.input.views, self.output.view):
            view.setMinimumHeight(theme.px(_LEAST) if tiny else 0)
        wide = self.width() >= theme.px(_WIDE)
        self.output.fold(self._presenting or low, switch=wide and not self._presenting and not tiny)
        self.rescale()

    def set_presentation(self, on: bool) -> None:
        """Fold away what a class does not look at."""
        if on != self._presenting:
            self._presenting = on
            self._share_out(_PRESENTING_SHARES if on else _SHARES)
        self.step_panel.set_presentation(on)
        self.transport.set_clicker(on)
        for view in (*self.input.views, self.output.view):
            view.set_presentation(on)
        self._space()

    @property
    def views(self) -> Sequence[ArrayView]:
        return [*self.input.shown_views, self.output.view]

    def _at_one_scale(self, view: ArrayView) -> bool:
        """Where several channels share the input's view, the output need not be as small as they are."""
        layout = self.input.views[0].layout_now()
        several = len(self.input.shown_views) > 1 or (layout is not None and layout.panes > 1)
        numbers = any(len(cells.shape) < 3 for cells in (*self.cells.input_cells, self.cells.cells) if cells)
        return not several and not numbers and super()._at_one_scale(view)

    # --- connections ---

    def _connect(self) -> None:
        cells, player = self.cells, self.player
        for signal in (
            player.step_changed,
            player.phase_changed,
            self.pointing.changed,
            cells.output_changed,
        ):
            signal.connect(self._step_due.start)
        cells.output_changed.connect(self.rescale)
        player.playing_changed.connect(self._step_due.start)
        cells.problem_met.connect(self.session.problem_met)
        self.journey.moved.connect(self._moved)
        self.journey.arrived.connect(self._arrived)
        self.journey.left.connect(self.left)
        self.session.names_changed.connect(self._step_due.start)
        self.session.names_changed.connect(self.cells.experiment_changed)
        self.output.cell_chosen.connect(player.go)
        self.output.view.navigate.connect(lambda dr, dc: player.go(player.row + dr, player.column + dc))
        self.input.cell_wished.connect(self.journey.to_input)
        self.input.channels.activated.connect(self.rescale)
        self.step_panel.cell_wished.connect(self.journey.to_term)
        self.step_panel.weight_pointed.connect(self._weight_pointed)
        self.step_panel.guess.answered.connect(self.output.view.setFocus)
        self.kernel.weight_pointed.connect(self._weight_pointed)
        self.breadcrumbs.back_wished.connect(self.journey.back)
        self.breadcrumbs.deeper_wished.connect(self.journey.to_strongest)
        self.breadcrumbs.left.connect(self.journey.leave)
        self._follow_views((*self.input.views, self.output.view))
        self.kernel.installEventFilter(self)
        self.splitter.splitterMoved.connect(self.rescale)
        self._middle.splitterMoved.connect(self.rescale)

    def _make_keys(self) -> None:
        self.keys |= {
            "Esc": self.journey.leave,
            "Backspace": self.journey.back,
            "Alt+Left": self.journey.back,
            "Alt+Right": self.journey.to_strongest,
            "Return": self._enter_cursor,
            "Enter": self._enter_cursor,
            "Num+Enter": self._enter_cursor,
            "A": lambda: self.cells.choose_display(show_all=not self.cells.show_all),
            "Z": self.zoom_to_window,
            "Shift+Z": self.zoom_to_fit,
            "Ctrl+Up": lambda: self.zoom_by(1.25),
            "Ctrl+Down": lambda: self.zoom_by(0.8),
        }

    # --- where ---

    def enter(self, node: int, row: int, column: int, filter: int) -> None:
        """Begin at a cell: (row, column) of map `filter`; of a vector, `column` or `filter` is the number."""
        self.journey.enter(node, row, column, filter)

    def _arrived(self) -> None:
        self.pointing.clear()
        self.zoom, self._left_step = 1.0, None
        self.output.view.setFocus()
        self.rescale()

    def _moved(self) -> None:
        if self.journey.here is None:
            return
        journey = self.journey
        self.breadcrumbs.show_way(journey.before, journey.texts, can_go_deeper=not self.cells.is_image)
        if not self._field_due.isActive():
            self._field_due.start()

    def _enter_cursor(self) -> None:
        if not self.input.wish_cursor():
            self.journey.to_strongest()

    # --- showing ---

    def _show_step(self) -> None:
        self._step_due.stop()
        player, cells = self.player, self.cells
        peek = None if player.playing else self.pointing.output_cell
        cell = peek or (player.row, player.column)
        step = cells.step_at(*peek) if peek else player.current
        self.input.show_step(step, keep_order=player.playing or peek is not None)
        self.kernel.show_step(step, self.input.shown_channels, self.input.shown_names)
        self.step_panel.show_step(step, peeked=peek is not None)
        self.output.view.show_cell(cell if step is not None else None)
        self._show_marks(step)
        self._show_verdict(step, peeked=peek is not None)
        looks_around = self.pointing.output_cell is not None or self.pointing.input_cell is not None
        if step is not None and self.follows_step and not looks_around:
            self._follow(step, cell)
        self._show_links()

    def _show_marks(self, step: Step | None) -> None:
        read, weight = self.pointing.reading_from, self.pointing.weight
        readers = self.cells.readers_of(*read, self.input.pointed_number) if read else ((), ())
        self.output.view.show_readers(*readers)
        first = self.input.views[0]
        first.show_winners(winners_of(step))
        marked = weight is not None and step is not None and not isinstance(step, MergeStep)
        if marked and step is not None and weight is not None and len(step.rows) > weight[0]:
            first.show_marked([int(step.rows[weight[0]])], [int(step.columns[weight[1]])])
        else:
            first.show_marked((), ())
        self.kernel.show_marked(weight)

    def _show_verdict(self, step: Step | None, *, peeked: bool) -> None:
        written = peeked or (self.player.phase == Phase.WRITE and not self.player.hidden)
        self.verdict.show_verdict(self.cells.verdict(step) if step is not None and written else None)

    def _follow(self, step: Step, cell: tuple[int, int]) -> None:
        """When an array is larger than its view, the step stays in sight."""
        for view, (rows, columns) in zip(self.input.shown_views, self.cells.windows_of(step), strict=False):
            view.ensure_cells_visible(rows.tolist(), columns.tolist())
        self.output.view.ensure_cells_visible([cell[0]], [cell[1]])

    def _show_field(self) -> None:
        here, now = self.journey.here, self.cells.now
        if here is not None and now is not None and self.field.isVisible():
            self.field.show_place(now.network, here)

    def _links(self) -> tuple[QRectF | None, QRectF | None, QRectF | None]:
        view = self.input.views[0]
        return (
            self._mapped(view, view.window_rect()) if len(self.input.shown_views) == 1 else None,
            self._mapped(self.kernel.figure, self.kernel.figure_rect()),
            self._mapped(self.output.view, self.output.view.shown_cell_rect()),
        )

    # --- events ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.connectors.setGeometry(self.rect())
        level = (self.is_low, self.is_tiny, self.width() < theme.px(_WIDE))
        if level != self._level:
            self._level = level
            self._space()
        if event.size().width() != event.oldSize().width():
            self._share_out(_PRESENTING_SHARES if self._presenting else _SHARES)
        self.rescale()
        super().resizeEvent(event)
