"""NetworkChoice: what of the open network is looked at: a layer, one of its maps, a cell of it, and which prediction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from convlab.network import class_names, filters, landmarks
from convlab.network.description import Layer, Network
from convlab.window.map_source import Key, MapSource

if TYPE_CHECKING:
    from convlab.processes.client import Engine

Array = NDArray[np.float32]


class NetworkChoice(QObject):
    """What views ask about the place that is looked at; the maps of no other are fetched.

    network: as its file describes it; None without one. sized: with all shapes that follow from the chosen size.
    row: of the layer, node: of one use of it. before: whether maps before the layer's own activation are meant.
    """

    node_changed = Signal()  # another layer is looked at
    filter_changed = Signal()  # another map or filter of it
    maps_changed = Signal()  # newer maps have come, or other ones are shown (before or after the activation)
    pointed_changed = Signal()  # the mouse is over another cell of a map, or another pixel of the image
    names_changed = Signal()  # what the classes are called
    step_wished = Signal(int, int, int, int)  # somebody wants to step into a node, row, column, filter

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.maps = MapSource(engine, self)
        self.maps.changed.connect(self._leave_a_silent_map)
        self.maps.changed.connect(self.maps_changed)
        self.network: Network | None = None
        self.sized: Network | None = None
        self.row: int | None = None
        self.node: int | None = None
        self.filter = 0
        self._filter_is_wished = False
        self.before = False
        self.output = 0  # which of the network's outputs the prediction is
        # A cell (node, row, column) of which the receptive field is shown, and a pixel of which the cells are shown
        # that depend on it.
        self.pointed: tuple[int, int, int] | None = None
        self.pointed_pixel: tuple[int, int] | None = None
        self.names: tuple[str, ...] = ()
        self.names_source = ""

    def _choose_first(self) -> None:
        """Of a network that was opened a moment ago, or of none."""
        network = self.network
        self.before, self.filter, self.output = False, 0, 0
        self._filter_is_wished = False
        self.row = landmarks.first_row(network) if network is not None else None
        self.names, self.names_source = class_names.names_for(network) if network is not None else ((), "")
        self._choose_node_of_row()

    # --- the layer ---

    @property
    def layer(self) -> Layer | None:
        """The layer that is looked at."""
        return self.network.layers[self.row] if self.network is not None and self.row is not None else None

    def choose_row(self, row: int) -> None:
        """Look at a layer: its filters, and the maps of its first use."""
        if self.network is None or row == self.row or not 0 <= row < len(self.network.layers):
            return
        self.row, self.filter = row, 0
        self._filter_is_wished = False
        self._choose_node_of_row()
        self.node_changed.emit()

    def choose_node(self, node: int) -> None:
        """Look at one use of a layer."""
        if self.network is None or node == self.node or not 0 <= node < len(self.network.nodes):
            return
        self.row, self.node, self.filter = self.network.nodes[node].layer, node, 0
        self._filter_is_wished = False
        self._watch()
        self.node_changed.emit()

    def _choose_node_of_row(self) -> None:
        nodes = self.network.nodes_of[self.row] if self.network and self.row is not None else ()
        self.node = nodes[0] if nodes else None
        self._watch()

    def choose_filter(self, filter: int) -> None:
        """Look at one map, and the filter that made it."""
        self._filter_is_wished = True
        maps, layer = self.map_array, self.layer
        count = maps.shape[-1] if maps is not None else filters.filter_count(layer) if layer else 0
        if filter != self.filter and 0 <= filter < max(count, 1):
            self.filter = filter
            self.filter_changed.emit()

    def _leave_a_silent_map(self) -> None:
        """Where nobody has chosen a map yet, and the first one is all zeros: begin with the strongest."""
        maps = self.map_array
        if self._filter_is_wished or maps is None or maps.ndim != 3 or maps[..., self.filter].any():
            return
        strongest = int(np.abs(maps).mean(axis=(0, 1)).argmax())
        if strongest != self.filter:
            self._filter_is_wished = True
            self.filter = strongest
            self.filter_changed.emit()

    def choose_before(self, before: bool) -> None:
        """Show maps before the layer's own activation, or after it."""
        if before != self.before:
            self.before = before
            self._watch()
            self.maps_changed.emit()

    def point(self, cell: tuple[int, int, int] | None = None, pixel: tuple[int, int] | None = None) -> None:
        """The mouse is over a cell (node, row, column) of a map, over a pixel of the image, or over neither."""
        if (cell, pixel) != (self.pointed, self.pointed_pixel):
            self.pointed, self.pointed_pixel = cell, pixel
            self.pointed_changed.emit()

    def step_into(self, node: int, row: int, column: int, filter: int) -> None:
        """Ask the window to step into a cell."""
        self.step_wished.emit(node, row, column, filter)

    # --- maps ---

    @property
    def has_before(self) -> bool:
        """Whether the layer looked at has an activation of its own, so that there are maps before it."""
        network, row = self.network, self.row
        return network is not None and row is not None and landmarks.has_own_activation(network, row)

    @property
    def key(self) -> Key | None:
        """The maps that are looked at."""
        return None if self.node is None else (self.node, self.before and self.has_before)

    @property
    def map_array(self) -> Array | None:
        """The maps of the layer looked at: (rows, columns, channels) or (numbers,); None while there are none."""
        return self.maps.get(self.key) if self.key is not None else None

    @property
    def no_maps_because(self) -> str:
        """Why the layer looked at has no maps and will get none; "" if it has, or will."""
        if self.row is None:
            return ""
        return self.why_no_maps(self.node, self.row)

    def why_no_maps(self, node: int | None, row: int | None = None) -> str:
        """Why a node, or a layer without a node, has no maps and will get none; "" if it has, or will."""
        if self.network is None:
            return ""
        if not self.network.nodes:
            return "The file holds weights only, not how the layers are connected."
        if self.maps.engine_state == "missing":
            return self.maps.engine_why
        if node is None:
            return "" if row is None else landmarks.why_not_applied(self.network, row)
        sized = self.sized or self.network
        return sized.nodes[node].problem or (
            "" if self.maps.get((node, False)) is not None else self.maps.why
        )

    # --- the prediction ---

    @property
    def output_node(self) -> int | None:
        """The node of the output that is the prediction."""
        outputs = self.network.outputs if self.network is not None else ()
        return outputs[self.output] if self.output < len(outputs) else None

    def choose_output(self, output: int) -> None:
        """Which of the network's outputs is the prediction; its classes get their names anew."""
        if self.network is None or output == self.output or not 0 <= output < len(self.network.outputs):
            return
        self.output = output
        self._watch()
        chosen = replace(self.network, outputs=(self.network.outputs[output],))
        self.name_classes(*class_names.names_for(chosen))
        self.maps_changed.emit()

    @property
    def prediction(self) -> Array | None:
        """The chosen output, (numbers,) or maps; None while there is none."""
        output = self.output_node
        return None if output is None else self.maps.get((output, False))

    @property
    def logits(self) -> Array | None:
        """What the last softmax or sigmoid was made from; None where there is no such activation."""
        key = self._logits_key()
        return None if key is None else self.maps.get(key)

    def _logits_key(self) -> Key | None:
        output = self.output_node
        if output is None or self.network is None:
            return None
        return landmarks.logits_of(self.network, output)

    def _watch(self) -> None:
        self.maps.watch("page", [self.key] if self.key is not None else [])
        logits = self._logits_key()
        output = [(self.output_node, False)] if self.output_node is not None else []
        self.maps.watch("prediction", [*output, *([logits] if logits else [])])

    # --- names ---

    def name_classes(self, names: tuple[str, ...], source: str) -> None:
        """What the numbers of the prediction are called."""
        self.names, self.names_source = names, source
        self.names_changed.emit()
