"""PlayerPage: what every page with a player has: views at one scale, zooming, corner lines, keys that nobody wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSplitter, QWidget

from convlab.operations.step import PoolingStep, Step
from convlab.window import theme
from convlab.window.array_view import ArrayView
from convlab.window.connectors import Connectors
from convlab.window.fronted import Fronted
from convlab.window.player import Player
from convlab.window.pointing import Pointing
from convlab.window.step_panel import StepPanel

_LARGEST_CELL = 160  # pixels at 100 %: no digits need more, and a few cells then fill the view
_SMALL_ARRAY = 16  # up to this many cells a side the digits must stay legible: one scrolls instead
_LOW, _TINY = 640, 500  # pixels at 100 % of the page's height
_ONE_SCALE = (
    64  # up to this many cells a side "same" and "valid" are seen by size; photographs fill their views
)


class PlayerPage(Fronted, QWidget):
    """Keeps input and output at one scale, and brings the present step to the screen once for all that was told."""

    splitter: QSplitter
    step_panel: StepPanel

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self.pointing = Pointing(self)
        self.connectors = Connectors(self)
        self.show_connectors = True
        self.zoom = 1.0
        self._left_step: tuple[int, int] | None = None  # the step that one zoomed away from
        player.step_changed.connect(self._follow_next_step)
        self.keys: dict[str, Callable[[], object]] = {}
        # Several things are told by one edit or one step: what they lead to is done once, when all of them are told.
        self._rescale = QTimer(self, singleShot=True, interval=0)
        self._rescale.timeout.connect(self._share_scale)
        self._step_due = QTimer(self, singleShot=True, interval=0)
        self._step_due.timeout.connect(self._show_due_step)
        self._links_due = QTimer(self, singleShot=True, interval=30)
        self._links_due.timeout.connect(self._show_links)

    # --- layout ---

    def _side_by_side(self, widgets: Sequence[QWidget], shares: Sequence[int]) -> QSplitter:
        """Input, operation and output, with dividers between them that can be moved."""
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for place, (widget, share) in enumerate(zip(widgets, shares, strict=True)):
            splitter.addWidget(widget)
            splitter.setStretchFactor(place, share)
        splitter.setChildrenCollapsible(False)
        return splitter

    def _share_out(self, shares: Sequence[int]) -> None:
        total = self.splitter.width() - 2 * self.splitter.handleWidth()
        self.splitter.setSizes([round(total * share / 100) for share in shares])

    @property
    def is_low(self) -> bool:
        """Whether everything gets tighter, because there is little height."""
        return self.height() < theme.px(_LOW)

    @property
    def is_tiny(self) -> bool:
        """Whether only the matrices and the arithmetic stay, as at 1024×768 and 200 %."""
        return self.height() < theme.px(_TINY)

    def minimumSizeHint(self) -> QSize:
        return QSize(640, 480)

    # --- what a page has ---

    @property
    def views(self) -> Sequence[ArrayView]:
        """The views of the input, then that of the output."""
        raise NotImplementedError

    def _show_step(self) -> None:
        raise NotImplementedError

    def _show_due_step(self) -> None:
        """The step; where the common scale is found anew in a moment, that shows it too."""
        if not self._rescale.isActive():
            self._show_step()

    def _weight_pointed(self, row: int, column: int) -> None:
        self.pointing.point_weight((row, column) if row >= 0 else None)

    def _links(self) -> tuple[QRectF | None, QRectF | None, QRectF | None]:
        """The window, the kernel and the output cell, in this page's coordinates, as far as they are in sight."""
        raise NotImplementedError

    def _follow_views(self, views: Sequence[ArrayView]) -> None:
        for view in views:
            view.installEventFilter(self)
            view.zoom_wished.connect(self._zoom_at_mouse)
            view.scrolled.connect(self._show_links)

    # --- corner lines ---

    def _show_links(self) -> None:
        links = self._links() if self.show_connectors else (None, None, None)
        self.connectors.show_links(*links, numbers=self._numbers())

    def _numbers(self) -> list[QRectF]:
        """Where the numbers of arrays can be read, in this page's coordinates."""
        found = [
            self._mapped(view, rect) for view in self.views if view.shows_digits for rect in view.pane_rects()
        ]
        return [rect for rect in found if rect is not None]

    def _mapped(self, widget: QWidget | None, rect: QRectF | None) -> QRectF | None:
        """A rectangle of `widget` in this page's coordinates; None if it is scrolled out of sight."""
        if widget is None or rect is None or not widget.isVisible():
            return None
        visible = rect.intersected(QRectF(widget.rect()))
        if visible.isEmpty():
            return None
        return visible.translated(widget.mapTo(self, QPoint(0, 0)))

    def toggle_connectors(self) -> None:
        self.show_connectors = not self.show_connectors
        self._show_links()

    # --- one scale for input and output ---

    def rescale(self) -> None:
        """Find the common cell size anew, once, when the event loop is free."""
        self._rescale.start()

    def zoom_by(self, factor: float) -> None:
        """Cells larger or smaller by `factor`, around the step; never smaller than what fits."""
        self._left_step = None
        self._zoom_by(factor)

    def _zoom_at_mouse(self, factor: float) -> None:
        """The view under the mouse keeps the cell there in its place: the step may go out of sight, until the next one."""
        self._left_step = self.player.row, self.player.column
        self._zoom_by(factor)

    @property
    def follows_step(self) -> bool:
        """Whether an array that is larger than its view is scrolled to the step."""
        return self._left_step is None

    def _follow_next_step(self) -> None:
        """An edit leaves the player where it is, and so what one looks at."""
        if self._left_step != (self.player.row, self.player.column):
            self._left_step = None

    def _zoom_by(self, factor: float) -> None:
        self.zoom = max(self.zoom * factor, 1.0)
        self._share_scale()

    def zoom_to_fit(self) -> None:
        self.zoom, self._left_step = 1.0, None
        self._share_scale()

    def zoom_to_window(self) -> None:
        """So large that the digits under the window can be read."""
        self._left_step = None
        self.zoom = max(1.0, 1.6 * self.views[0].legible_cell_size / max(self._fitting(), 1e-6))
        self._share_scale()

    def _fitting(self) -> float:
        sizes = [view.fit_cell_size() for view in self.views if view.has_array]
        size = min(sizes, default=1.0)
        layout = self.views[0].layout_now()
        one_pane = layout is None or layout.panes == 1
        largest = max((max(view.grid_shape) for view in self.views if view.has_array), default=0)
        return max(size, self.views[0].legible_cell_size) if one_pane and largest <= _SMALL_ARRAY else size

    def _share_scale(self) -> None:
        largest = max(theme.px(_LARGEST_CELL) / max(self._fitting(), 1e-6), 1.0)
        self.zoom = min(self.zoom, largest)
        common = self._fitting() * self.zoom
        for view in self.views:
            view.set_cell_size(common if self._at_one_scale(view) else view.fit_cell_size() * self.zoom)
        self._show_step()

    def _at_one_scale(self, view: ArrayView) -> bool:
        """Whether a view has the common scale, not one of its own."""
        return max(view.grid_shape) <= _ONE_SCALE or not self._is_photograph

    @property
    def _is_photograph(self) -> bool:
        return all(max(view.grid_shape) > _ONE_SCALE for view in self.views if view.has_array)

    # --- events ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.step_panel.guess.take(event)  # before the input takes digits for levels of its cells
        if event.type() == QEvent.Type.Resize:
            self.rescale()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._links_due.start()  # the kernel moves within its card: the lines follow when it has come to rest
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused widget wanted."""
        if self.step_panel.guess.take(event):
            return
        slot = self.keys.get(QKeySequence(event.keyCombination()).toString())
        if slot is None:
            super().keyPressEvent(event)
        else:
            slot()


def winners_of(step: Step | None) -> list[tuple[int, int]]:
    """The input cells that hold the maximum of a pool."""
    if not isinstance(step, PoolingStep) or step.kind != "max" or step.winners.size > 4096:
        return []
    return [(int(step.rows[r]), int(step.columns[c])) for r, c in zip(*step.winners.nonzero(), strict=True)]
