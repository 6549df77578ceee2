"""MapCard: one feature map, large, with its values; the filter that makes it; the way into a cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from convlab.drawing.numbers import cell_text, full_text
from convlab.drawing.tiles import extents
from convlab.network.operations_of import is_stepped
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.elided_title import show_elided
from convlab.window.empty_note import EmptyNote
from convlab.window.layer_words import activation_title
from convlab.window.map_facts import (
    Cell,
    cells_told,
    dependent_cells,
    filter_shown,
    map_scale,
    strongest_cell,
)
from convlab.window.map_parts import MapParts
from convlab.window.map_tiles import as_maps
from convlab.window.network_session import NetworkSession
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.widgets import Card

_PATIENCE_MS = 150  # newer maps that are there sooner replace the old one without a flicker


class MapCard(Card):
    """Shows the map that the session looks at. A click pins a cell; a double click or Enter steps into it."""

    filters_wished = Signal()  # somebody wants to see all filters
    titled = Signal()  # the short title is another one

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__("Map", parent=parent)
        self.session = session
        self._map: NDArray[np.float32] | None = None  # (rows, columns, 1)
        self._shown_for: object = None
        self._filter_for: tuple[object, ...] = ()
        self._pinned: Cell | None = None
        self._by_user = False
        self._over: Cell | None = None
        self.parts = MapParts()
        self.view, self.place, self.value = self.parts.view, self.parts.place, self.parts.value
        self.step_button, self.slices = self.parts.step_button, self.parts.slices
        self.histogram, self.area = self.parts.histogram, self.parts.area
        self.short_title = "Map"
        self.note = EmptyNote(self)
        self._dimming = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self.body.addWidget(self.parts, 1)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        session = self.session
        signals = (
            session.network_changed,
            session.node_changed,
            session.maps_changed,
            session.filter_changed,
        )
        for signal in (*signals, session.names_changed):
            signal.connect(self.refresh)
        session.weights_changed.connect(self._weights_changed)
        session.state_changed.connect(self._state_changed)
        session.pointed_changed.connect(self._show_dependents)
        self.view.cell_pointed.connect(lambda pane, row, column: self._point(row, column))
        self.view.cell_clicked.connect(lambda pane, row, column, *_: self.pin(row, column))
        self.view.cell_opened.connect(self._open)
        self.slices.opened.connect(self.filters_wished)
        self._dimming.timeout.connect(lambda: self.view.set_dimmed(True))
        self.parts.step_wished.connect(self.step)
        theme.follow(self, self.refresh)

    # --- showing ---

    def refresh(self) -> None:
        """Another map, or a newer one of the same filter."""
        session = self.session
        array = session.map_array
        showing = (session.network, session.node)
        if showing != self._shown_for:
            self._shown_for, self._pinned, self._by_user = showing, None, False
        self._map = None
        if array is not None and array.size and session.filter < as_maps(array).shape[2]:
            self._map = np.ascontiguousarray(as_maps(array)[:, :, session.filter])[:, :, np.newaxis]
        self._show_map()
        self._show_filter()
        self._state_changed()

    def _show_title(self) -> None:
        session, layer = self.session, self.session.layer
        single = self._map is not None and self._map.size == 1
        thing = "Unit" if layer is not None and layer.kind == "Dense" else "Map"
        short = f"{thing} {session.filter:,}" if layer is not None else "Map"
        if short != self.short_title:
            self.short_title = short
            self.titled.emit()
        names = session.names if session.node == session.output_node else ()
        name = names[session.filter] if single and session.filter < len(names) else ""
        title = safe_text(name, 32) if name and not name.isdigit() else short
        if self._map is None:
            title = title.replace("Map", "Filter") if self.slices.isVisibleTo(self) else thing
        margins = self.body.contentsMargins()
        show_elided(self.title, title, self.width() - margins.left() - margins.right())
        self.caption.setText(" · ".join(self._said(single)))
        show_plain_tooltip(self.caption, self.caption.text())

    def _said(self, single: bool) -> list[str]:
        """Between what the values lie, and whether the activation was applied already."""
        session, layer = self.session, self.session.layer
        if self._map is None or layer is None:
            return []
        (low,), (high,) = extents(self._map, (0, 1))
        said = [] if single else [f"{cell_text(low)} to {cell_text(high)}"]
        if not np.isfinite(self._map).any():
            said = ["no finite value"]
        if session.has_before:
            said.append(f"{'before' if session.before else 'after'} {activation_title(layer)}")
        return said

    def _show_map(self) -> None:
        shown = self._map
        self.parts.fit(None if shown is None else shown.shape[:2])
        if shown is None:
            self.view.show_array(None)
            return
        scale = map_scale(self.session.map_array, shown, theme.current().dark)
        self.view.show_array(shown, scale)
        self.parts.bar.show_scale(scale)
        self.histogram.show_values(shown if shown.size > 1 else self.session.map_array)
        if self._pinned is None or not self._by_user:
            self._pinned = strongest_cell(shown)
        self.view.show_cell(self._pinned if shown.size > 1 else None)
        self._show_value()
        self._show_step_button()
        self._show_dependents()

    def _show_note(self) -> None:
        """What would be here, while there is neither a map nor a filter."""
        empty = self._map is None and not self.slices.isVisibleTo(self)
        if empty:
            self.note.say("Here is the map that you choose, with its values.", "")
        self.note.setVisible(empty)

    def _weights_changed(self, row: int) -> None:
        if row == self.session.row:
            self._show_filter()

    def _show_filter(self) -> None:
        session = self.session
        weights = session.weights_of(session.row) if session.row is not None else None
        key = (session.network, session.row, session.filter, weights[0] if weights else None, theme.current())
        if not _same(key, self._filter_for):
            self._filter_for = key
            self.slices.show_kernel(*filter_shown(session))
            self.parts.fit(None if self._map is None else self._map.shape[:2])
        self._show_note()
        self._show_title()

    def _show_value(self) -> None:
        cell = self._over or self._pinned
        if self._map is None or cell is None:
            return
        single = self._map.size == 1
        row, column = cell
        if single:
            self.place.setText("")
        else:
            self.place.show_texts(f"row {row:,}, column {column:,}", f"{row:,}, {column:,}", "")
        self.value.setText(full_text(float(self._map[cell[0], cell[1], 0])))

    def _show_step_button(self) -> None:
        layer = self.session.layer
        able = layer is not None and is_stepped(layer)
        self.step_button.setEnabled(able)
        why = "" if layer is None or able else "Layers of this kind are not stepped through."
        self.step_button.setToolTip("How this value is computed (Enter)" if able else why)

    def _show_dependents(self) -> None:
        """The cells that depend on the pixel that one points at."""
        found = dependent_cells(self.session) if self._map is not None else ([], [])
        self.view.show_readers(*found)

    def _state_changed(self) -> None:
        if self._map is not None and not self.session.maps.fresh:
            if not self._dimming.isActive():
                self._dimming.start()
        else:
            self._dimming.stop()
            self.view.set_dimmed(False)

    # --- size ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_title()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(180), theme.px(120))

    # --- gestures ---

    @property
    def pinned(self) -> Cell | None:
        """The cell that "Step through this cell" means."""
        return self._pinned if self._map is not None else None

    def pin(self, row: int, column: int) -> None:
        """Keep a cell: its value stays to be read, and its receptive field shown."""
        self._pinned, self._by_user = (row, column), True
        if self._map is not None and self._map.size > 1:
            self.view.show_cell(self._pinned)
        self._show_value()
        self._tell(self._pinned)

    def _point(self, row: int, column: int) -> None:
        inside = self._map is not None and 0 <= row < self._map.shape[0] and 0 <= column < self._map.shape[1]
        self._over = (row, column) if inside else None
        self._show_value()
        self._tell(self._over or (self._pinned if self._by_user else None))

    def _tell(self, cell: Cell | None) -> None:
        self.session.point(cells_told(self.session, cell))

    def step(self) -> None:
        """Step into the pinned cell."""
        session, cell = self.session, self.pinned
        if cell is not None and session.node is not None and self.step_button.isEnabled():
            session.step_into(session.node, *cell, session.filter)

    def _open(self, row: int, column: int) -> None:
        self.pin(row, column)
        self.step()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter steps into the cell under the cursor, the space bar pins it."""
        cell = self.view.cursor_cell()
        if cell is None or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            self.pin(*cell)
        else:
            self._open(*cell)


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two keys hold the same objects; arrays are never changed in place."""
    return len(one) == len(other) and all(
        a is b or (isinstance(a, int) and a == b) for a, b in zip(one, other, strict=True)
    )
