"""CellSession: a cell of a trained network as a source of steps, so that the Lab's player explains it.

The layer becomes an operation over the maps that it reads; what Keras computed stands beside what follows from them.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from convlab.network.description import Network
from convlab.operations.chain import Chain
from convlab.window.cell_gathering import Gathering
from convlab.window.cell_layer import LAST, CellLayer, Place
from convlab.window.cell_source import CellSource
from convlab.window.computing import Computer
from convlab.window.identity import Same
from convlab.window.network_session import NetworkSession


class CellSession(CellSource):
    """The layer around the cell that is stepped into; which of its cells is the player's business."""

    problem_met = Signal(object)

    def __init__(self, session: NetworkSession, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self._gathering = Gathering(session)
        self._asked = LAST
        self.computer = Computer(self)
        self.computer.ready.connect(self._computed)
        self.computer.failed.connect(self.problem_met)
        session.maps_changed.connect(self.refresh)
        session.state_changed.connect(self.refresh)
        session.work_changed.connect(self.refresh)
        session.weights_changed.connect(self._weights_changed)
        session.network_changed.connect(self.leave)

    # --- where ---

    def enter(self, place: Place) -> None:
        """Step through the layer of a place; its cell is for the player to go to."""
        network = self._network
        if network is None or not 0 <= place.node < len(network.nodes):
            return
        inputs = network.nodes[place.node].inputs
        self._session.maps.watch("step", [(node, False) for node in (*inputs, place.node)])
        self._asked = place.part
        self.now = self._in_part(self._gathering.layer(network, place.node, None))
        self._compute()
        self.filter = self.shown_place(place)[2]
        self.stage_changed.emit()
        self.output_changed.emit()

    def _in_part(self, layer: CellLayer) -> CellLayer:
        """At the part that was asked for; how many there are is known once the weights are there."""
        last = layer.part_count - 1
        return replace(layer, part=last if self._asked == LAST else min(self._asked, last))

    def leave(self) -> None:
        """No cell any more."""
        if self.now is not None:
            self.now = None
            self._session.maps.watch("step", [])
            self.stage_changed.emit()
            self.output_changed.emit()

    @property
    def _network(self) -> Network | None:
        return self._session.sized or self._session.network

    # --- following the network ---

    def refresh(self) -> None:
        """Take the newest maps, weights and image; nothing is told if nothing changed."""
        if self.now is None or self._network is None:
            return
        before, was_known = self._state(), bool(self.now.operations)
        self.now = self._gathering.layer(self._network, self.now.node, self.now)
        if not was_known and self.now.operations:
            self.now = self._in_part(self.now)
        self._compute()
        if self._state() != before:
            self.output_changed.emit()

    def _state(self) -> tuple[object, ...]:
        now = self.now
        if now is None:
            return ()
        arrays = tuple(Same(array) for array in (*(now.inputs or ()), now.keras))
        problem = self.problem
        return arrays, Same(now.operations), problem and problem.sentence, self.waiting, self.is_fresh

    def _weights_changed(self, row: int) -> None:
        if self.now is not None and self.now.network.nodes[self.now.node].layer == row:
            self.refresh()
            self.experiment_changed.emit()

    def _compute(self) -> None:
        """Make ready what the present part reads, and writes if Keras does not tell it."""
        now = self.now
        if now is None or now.chain is None or now.problem is not None:
            return
        waits = now.is_last and not self.is_image and self._session.maps.engine_state != "missing"
        self.computer.want(now.chain, now.part if waits or now.is_told else now.part + 1)

    def _computed(self, chain: Chain) -> None:
        if self.now is not None and chain is self.now.chain:
            self.output_changed.emit()
