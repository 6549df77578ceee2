"""The Lab: an image, a chain of operations, and the player that steps through any of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convlab.operations.convolution import Convolution
from convlab.operations.step import IntArray
from convlab.window import theme
from convlab.window.array_view import ArrayView
from convlab.window.chain_actions import ChainActions
from convlab.window.chain_bar import ChainBar
from convlab.window.input_card import InputCard
from convlab.window.operation_card import OperationCard
from convlab.window.output_card import OutputCard
from convlab.window.player import Player
from convlab.window.player_page import PlayerPage, winners_of
from convlab.window.predicting import Score
from convlab.window.session import IMAGE_STAGE, Session
from convlab.window.step_panel import StepPanel
from convlab.window.transport import Transport

if TYPE_CHECKING:
    from convlab.window.lesson_page import LessonPage

_SHARES = (38, 24, 38)


class LabPage(PlayerPage):
    """Arranges the cards, keeps input and output at one scale, and shows the present step in all of them."""

    def __init__(self, session: Session, player: Player, score: Score, parent: QWidget | None = None) -> None:
        super().__init__(player, parent)
        self.session = session
        self.chain_bar = ChainBar()
        self.input = InputCard(session, self.pointing)
        self.operation = OperationCard(session)
        self.output = OutputCard(session, player, self.pointing)
        self.step_panel = StepPanel(session, player, score)
        self.transport = Transport(player)
        self.chain_actions = ChainActions(session, self)
        self._image_size: tuple[int, ...] = ()
        self._presenting = False
        self.learning = False  # whether the lesson about one kernel has the page
        self.keeps_shares = True  # until the user moves a divider
        self._level: tuple[bool, bool] | None = None
        self._chosen_sizes: list[int] = []
        self.keys |= self.input.tools.keys
        self._arrange()
        self._connect()
        self.refresh()

    # --- layout ---

    def _arrange(self) -> None:
        self.splitter = self._side_by_side((self.input, self.operation, self.output), _SHARES)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.chain_bar)
        self._column.addWidget(self.splitter, 1)
        self._column.addWidget(self.step_panel)
        self._column.addWidget(self.transport)
        self.connectors.raise_()
        theme.follow(self, self._space)
        self._space()

    def _space(self) -> None:
        low, tiny = self.is_low, self.is_tiny
        side, gap = theme.px(8 if low else 16), theme.px(6 if low else 12)
        self._column.setContentsMargins(side, theme.px(2) if low else gap, side, side)
        self._column.setSpacing(gap)
        self.splitter.setHandleWidth(gap)
        for card in (self.input, self.output, self.step_panel):
            card.set_tight(low)
        self.step_panel.set_compact(low, titled=not tiny)
        self.input.fold_tools(self._presenting or tiny)
        self.output.fold(self._presenting or low, switch=not self._presenting and not tiny)
        self.rescale()

    def present(self, on: bool) -> None:
        """Fold away what a class does not look at."""
        if on != self._presenting:
            self._presenting = on
            self._share_width()
        self.chain_bar.setVisible(not on and not self.learning)
        if "lesson" in vars(self):
            self.lesson.set_presentation(on)
        self.operation.set_presentation(on)
        self.step_panel.set_presentation(on)
        self.transport.set_clicker(on)
        for view in self.views:
            view.set_presentation(on)
        self._space()

    def _share_width(self) -> None:
        """While presenting the matrices get more of the width; afterwards what the user had chosen."""
        if self._presenting:
            self._chosen_sizes = self.splitter.sizes()
            self._share_out((41, 18, 41))
        elif not self.keeps_shares:
            self.splitter.setSizes(self._chosen_sizes)
        else:
            self._share_out(_SHARES)

    def _splitter_moved(self) -> None:
        self.keeps_shares = False
        self.rescale()

    # --- the lesson about one kernel ---

    @cached_property
    def lesson(self) -> LessonPage:
        """The lesson, made when it is first wished."""
        from convlab.window.lesson_page import LessonPage

        page = LessonPage(self.session)
        page.hide()
        page.left.connect(self.close_lesson)
        page.set_presentation(self._presenting)
        self._column.addWidget(page, 1)
        return page

    def open_lesson(self) -> None:
        """Let the lesson have the page, until somebody leaves it."""
        if not self.learning:
            self.player.pause()
            self.lesson.open()
            self._show_lesson(True)

    def close_lesson(self) -> None:
        """Back to the cards of the Lab."""
        if self.learning:
            self._show_lesson(False)

    def _show_lesson(self, on: bool) -> None:
        self.learning = on
        for widget in (self.splitter, self.step_panel, self.transport):
            widget.setVisible(not on)
        self.chain_bar.setVisible(not on and not self._presenting)
        self.lesson.setVisible(on)
        self.hand_focus_to(self.lesson if on else self.output.view)
        self.setFocus()
        self._show_links()

    @property
    def views(self) -> tuple[ArrayView, ArrayView]:
        return self.input.view, self.output.view

    # --- connections ---

    def _connect(self) -> None:
        session, player = self.session, self.player
        session.output_changed.connect(self.refresh)
        for signal in (player.step_changed, player.phase_changed, self.pointing.changed):
            signal.connect(self._step_due.start)
        self.chain_bar.stage_chosen.connect(session.choose_stage)
        self.chain_bar.insert_wished.connect(self.chain_actions.insert)
        self.chain_bar.remove_wished.connect(self.chain_actions.remove)
        self.chain_bar.move_wished.connect(self.chain_actions.move)
        self.operation.panel.operation_edited.connect(self.chain_actions.change)
        self.operation.panel.edit_ended.connect(session.seal)
        self.operation.panel.filter_chosen.connect(session.choose_filter)
        self.operation.panel.learn_wished.connect(self.open_lesson)
        self.step_panel.weight_pointed.connect(self._weight_pointed)
        self.output.view.empty_clicked.connect(session.undo)
        self.input.channels.activated.connect(self.rescale)
        self.hand_focus_to(self.output.view)
        self.step_panel.guess.answered.connect(self.output.view.setFocus)
        session.stage_changed.connect(self._keep_focus)
        self.output.cell_chosen.connect(player.go)
        self.output.view.navigate.connect(lambda dr, dc: player.go(player.row + dr, player.column + dc))
        self.operation.panel.weight_pointed.connect(self._weight_pointed)
        self.operation.installEventFilter(self)
        self.operation.panel.installEventFilter(self)
        self._follow_views(self.views)
        self.splitter.splitterMoved.connect(self._splitter_moved)

    def _keep_focus(self) -> None:
        """The panel with the focus may be hidden now; Qt would give the focus to any field of the next one."""
        if self.learning:
            return
        focus = self.focusWidget()
        if focus is None or not self.chain_bar.isAncestorOf(focus):
            self.output.view.setFocus()

    # --- showing ---

    def refresh(self) -> None:
        """The experiment, the focus or an output is another one."""
        session = self.session
        size = session.experiment.image.pixels.shape[:2]
        if size != self._image_size:
            self._image_size, self.zoom, self._left_step = (
                size,
                1.0,
                None,
            )  # another image is first seen whole
        shapes = [session.chain.problem(k) or session.chain.shape(k) for k in range(len(session.chain) + 1)]
        self.chain_bar.show_chain(session.experiment, shapes, session.stage)
        self.rescale()

    def _show_step(self) -> None:
        self._step_due.stop()
        player, session = self.player, self.session
        peek = None if player.playing else self.pointing.output_cell
        cell = peek or (player.row, player.column)
        step = session.step_at(*peek) if peek else player.current
        input_view, output_view = self.views
        if step is None:
            input_view.hide_window()
            output_view.show_cell(None)
        else:
            rows, columns = session.window_of(step)
            input_view.show_window(rows, columns)
            output_view.show_cell(cell)
            self._follow(rows, columns, cell)
        self.step_panel.show_step(step, peeked=peek is not None)
        self.operation.panel.show_step(step)
        input_view.show_winners(winners_of(step))
        self._show_readers()
        self._show_weight_cells()
        self._show_links()

    def _follow(self, rows: IntArray, columns: IntArray, cell: tuple[int, int]) -> None:
        """When an array is larger than its view, the step stays in sight; not while the mouse is looking around."""
        if self.follows_step and self.pointing.output_cell is None and self.pointing.input_cell is None:
            self.input.view.ensure_cells_visible(rows.tolist(), columns.tolist())
            self.output.view.ensure_cells_visible([cell[0]], [cell[1]])

    def _show_readers(self) -> None:
        cell = self.pointing.reading_from
        self.output.view.show_readers(*(self.session.readers_of(*cell) if cell else ((), ())))

    def _show_weight_cells(self) -> None:
        weight, operation, shape = self.pointing.weight, self.session.operation, self.session.input_shape
        if weight is None or not isinstance(operation, Convolution) or shape is None or self.session.problem:
            self.input.view.show_marked((), ())
        else:
            self.input.view.show_marked(*operation.cells_of_weight(shape, *weight))
        self.operation.panel.show_marked_weight(weight)

    def _links(self) -> tuple[QRectF | None, QRectF | None, QRectF | None]:
        if self.session.stage == IMAGE_STAGE:
            return None, None, None
        return (
            self._mapped(self.input.view, self.input.view.window_rect()),
            self._mapped(self.operation.figure, self.operation.figure_rect()),
            self._mapped(self.output.view, self.output.view.shown_cell_rect()),
        )

    # --- events ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.connectors.setGeometry(self.rect())
        level = (self.is_low, self.is_tiny)
        if level != self._level:
            self._level = level
            self._space()
        if self.keeps_shares and not self._presenting:
            self._share_out(_SHARES)
        self.rescale()
        super().resizeEvent(event)
