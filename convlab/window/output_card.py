"""The output card: what the focused operation has written so far, or all of it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from convlab.drawing.numbers import full_text
from convlab.window import theme
from convlab.window.array_view import ArrayView, ColorBar
from convlab.window.fields import IntField
from convlab.window.player import Player
from convlab.window.pointing import Pointing
from convlab.window.step_source import StepSource
from convlab.window.widgets import Card, Segmented, label

_PATIENCE_MS = 150  # an output that is there sooner replaces the old one without a flicker


class OutputCard(Card):
    """Shows the output, tells which cell is pointed at, clicked or looped."""

    cell_chosen = Signal(int, int)

    def __init__(
        self, source: StepSource, player: Player, pointing: Pointing, parent: QWidget | None = None
    ) -> None:
        super().__init__("Output", parent=parent)
        self._source, self._player, self._pointing = source, player, pointing
        self.view = ArrayView()
        self.view.setAccessibleName("Output")
        self.color_bar = ColorBar()
        self._folded = False
        self._dimming = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._dimming.timeout.connect(lambda: self.view.set_dimmed(True))
        first = source.first_filter
        self.filter_label = label("", "caption")
        self.filter = IntField("Filter", first, first)
        self.filter.changed.connect(lambda number: source.choose_filter(number - first))
        self.display = Segmented([("As written", False), ("All at once", True)], "Output")
        self.display.chosen.connect(lambda show_all: source.choose_display(show_all=bool(show_all)))
        self.display.setToolTip("Show the output as it is written, or all at once (A)")
        for widget in (self.filter_label, self.filter, self.display):
            self.header.addWidget(widget)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.color_bar)
        self.view.cell_pointed.connect(self._pointed)
        self.view.cell_clicked.connect(lambda pane, row, column, *_: self.cell_chosen.emit(row, column))
        self.view.selects_regions = True
        theme.follow(self, self.refresh)
        self.view.region_selected.connect(lambda *region: player.set_loop(region))
        source.output_changed.connect(self.refresh)
        source.filter_changed.connect(self.refresh)
        source.display_changed.connect(self.show_progress)
        pointing.changed.connect(self._show_caption)
        player.step_changed.connect(self.show_progress)
        player.phase_changed.connect(self.show_progress)
        player.loop_changed.connect(self._show_loop)
        self.refresh()

    def refresh(self) -> None:
        """Show the output of the operation in focus; while it is computed the old one stays, dimmed."""
        source = self._source
        array = source.output_array
        self._show_filter()
        if array is None and source.problem is None:
            self._dimming.start()
        else:
            self._dimming.stop()
            self.view.set_dimmed(False)
        if source.empty:
            self.view.show_array(None)
            self.view.set_empty(source.empty, "")
        elif source.problem is not None:
            self.view.show_array(None)
            self.view.set_empty(source.problem.sentence, source.remedy)
        elif array is not None:
            channel = min(source.filter, array.shape[2] - 1)
            scale = source.scale_of(array[:, :, channel], source.output_white, dark=theme.current().dark)
            self.view.show_array(array, scale, panes=(channel,))
            self.color_bar.show_scale(scale)
        possible = not source.empty and source.problem is None
        self.color_bar.setVisible(possible and not self._folded)
        self.show_progress()

    def _show_filter(self) -> None:
        source, shape = self._source, self._source.shown_shape
        first, filters = source.first_filter, shape[2] if shape is not None else 1
        self.filter_label.setText(source.filter_word)
        self.filter.setAccessibleName(source.filter_word.capitalize())
        self.filter.setRange(first, first + filters - 1)
        self.filter.show_value(source.filter + first)
        self.filter.setSuffix(f" of {filters:,}")
        self.filter.setVisible(filters > 1)
        self._fit()

    def _fit(self) -> None:
        """In a narrow card the number of the filter needs the room of the word before it."""
        parts = [self.title, self.filter_label, self.filter]
        parts += [] if self.display.isHidden() else [self.display]
        margins, gap = self.body.contentsMargins(), self.header.spacing()
        room = self.width() - margins.left() - margins.right()
        wanted = sum(part.sizeHint().width() + gap for part in parts)
        self.filter_label.setVisible(wanted <= room and not self.filter.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def fold(self, folded: bool, *, switch: bool = True) -> None:
        """Hide the colour bar where there is no room; `switch`: whether the display can be chosen."""
        self._folded = folded
        self.display.setVisible(switch)
        self.refresh()

    def _show_loop(self) -> None:
        self.view.show_loop(self._player.loop)

    def show_progress(self) -> None:
        """Bring up to date how far the output is written."""
        source, player = self._source, self._player
        self.display.show_choice(source.show_all)
        everything = source.show_all and not player.predicting
        self.view.show_written(None if everything else player.written)
        self.view.show_hidden((player.row, player.column) if player.hidden else None)
        self._show_caption()

    def _pointed(self, pane: int, row: int, column: int) -> None:
        self._pointing.point_output((row, column) if self._may_see(row, column) else None)

    def _may_see(self, row: int, column: int) -> bool:
        """A value that the class has not guessed yet must not be seen by pointing at it."""
        rows, columns = self._source.grid_shape
        if not (0 <= row < rows and 0 <= column < columns):
            return False
        return not self._player.predicting or row * columns + column < self._player.written

    def _show_caption(self) -> None:
        source = self._source
        rows, columns = source.grid_shape
        array, cell = source.output_array, self._pointing.output_cell
        if cell is not None and array is not None and cell[0] < rows and cell[1] < columns:
            value = full_text(float(array[cell[0], cell[1], min(source.filter, array.shape[2] - 1)]))
            self.caption.setText(f"{source.cell_text(*cell)}: {value}")
        else:
            self.caption.setText(source.size_text)
