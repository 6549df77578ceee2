"""Journey: from a cell of a network to those that it was computed from, back to the pixels of the image, and back again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from convlab.operations.step import MergeStep
from convlab.window.cell_layer import Place
from convlab.window.cell_session import CellSession
from convlab.window.network_session import NetworkSession
from convlab.window.player import Player
from convlab.window.trail import Trail, crumb_text, layers_before


class Journey(QObject):
    """Keeps the trail and takes the player along it."""

    arrived = Signal()  # at another layer
    moved = Signal()  # at another cell, be it of the same layer
    left = Signal()

    def __init__(self, session: NetworkSession, cells: CellSession, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._cells, self._player = session, cells, player
        self.trail = Trail()
        player.step_changed.connect(self._player_moved)
        cells.filter_changed.connect(self._player_moved)

    @property
    def here(self) -> Place | None:
        """The present cell."""
        return self.trail.here if self._cells.now is not None else None

    def enter(self, node: int, row: int, column: int, filter: int) -> None:
        """Begin at a cell: (row, column) of map `filter`; of a vector, `column` or `filter` is the number."""
        network = self._session.sized or self._session.network
        if network is None or not 0 <= node < len(network.nodes):
            return
        shape = network.nodes[node].shape
        if shape is not None and len(shape) == 1:
            row, column, filter = 0, 0, column or filter
        elif shape is not None and len(shape) == 2 and row:
            row, column, filter = 0, row, column
        self._take(Trail((Place(node, row, column, filter),)))

    def back(self, count: int = 1) -> None:
        """To the cell that one came from; from the first one out of the network."""
        if len(self.trail.places) <= 1:
            self.leave()
        else:
            self._take(self.trail.back(count))

    def leave(self) -> None:
        """No cell any more."""
        self._player.pause()
        self._cells.leave()
        self.left.emit()

    # --- deeper ---

    def to_strongest(self) -> None:
        """Into the input that adds most to the present step."""
        step, now = self._player.current, self._cells.now
        self._deeper(now.strongest(step) if now is not None and step is not None else None)

    def to_input(self, number: int, row: int, column: int, channel: int) -> None:
        """Into a cell of an input, as it is shown."""
        now, inputs = self._cells.now, self._cells.input_cells
        if now is not None and number < len(inputs):
            self._deeper(now.place_of_input(number, *inputs[number].cell_of(row, column, channel)))

    def to_term(self, row: int, column: int, channel: int) -> None:
        """Into a cell by its place in the window of the present step; padding comes from nowhere."""
        step, now = self._player.current, self._cells.now
        if step is None or now is None:
            return
        if isinstance(step, MergeStep):
            self._deeper(now.place_of_input(*step.sources[channel]))
        elif step.inside[row, column]:
            cell = int(step.rows[row]), int(step.columns[column]), int(step.channels[channel])
            self._deeper(now.place_of_input(0, *cell))

    def _deeper(self, place: Place | None) -> None:
        if place is not None:
            self._take(self.trail.deeper(place))

    # --- the player ---

    def _take(self, trail: Trail) -> None:
        place = trail.here
        assert place is not None
        self.trail = trail
        self._player.pause()
        self._player.set_loop(None)
        self._cells.enter(place)
        row, column, _ = self._cells.shown_place(place)
        self._player.go(row, column)
        self._player_moved()
        self.arrived.emit()

    def _player_moved(self) -> None:
        place = self._cells.place_at(self._player.row, self._player.column)
        if place is not None and self.here is not None and place.node == self.here.node:
            self.trail = self.trail.moved(place)
        self.moved.emit()

    # --- words ---

    @property
    def before(self) -> tuple[str, ...]:
        """The layers between the image and the present cell, by name."""
        now = self._cells.now
        return layers_before(now.network, now.node) if now is not None else ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The present cell, then those that one came from, the last one first."""
        now = self._cells.now
        if now is None:
            return ()
        return tuple(crumb_text(now.network, place) for place in self.trail.places)[::-1]
