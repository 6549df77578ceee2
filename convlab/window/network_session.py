"""NetworkSession: the open network and what of it is looked at; the only place where this changes.

The user's work (the image, how it is prepared, filters that were changed) is one frozen NetworkWork with its history.
The network itself is read only: it comes from the reader, its maps from the engine, both next door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from convlab.experiment.history import History
from convlab.experiment.image import Image
from convlab.network import class_names, filters, landmarks, preprocessing, shapes
from convlab.network.description import Layer, Network, OpenShape
from convlab.network.preprocessing import Preparation
from convlab.problems import Problem
from convlab.window.map_source import Key, MapSource
from convlab.window.network_work import NetworkWork, Place
from convlab.window.weight_store import WeightStore

if TYPE_CHECKING:
    from convlab.processes.client import Engine, Reader

Array = NDArray[np.float32]


class NetworkSession(QObject):
    """What views ask, and by whose signals they are told."""

    network_changed = Signal()  # another network, or none; everything below is new too
    node_changed = Signal()  # another layer is looked at
    filter_changed = Signal()  # another map or filter of it
    work_changed = Signal()  # an edit, undo or redo: the image, its preparation or a weight
    weights_changed = Signal(int)  # the weights of a row have come, or were edited
    maps_changed = Signal()  # newer maps have come, or other ones are shown (before or after the activation)
    state_changed = Signal()  # opening, starting, computing, idle
    pointed_changed = Signal()  # the mouse is over another cell of a map, or another pixel of the image
    names_changed = Signal()  # what the classes are called
    step_wished = Signal(
        int, int, int, int
    )  # node, row, column, filter: somebody wants to step into this cell
    problem_met = Signal(object)
    notice_met = Signal(str)

    def __init__(self, reader: Reader, engine: Engine, image: Image, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self.maps = MapSource(engine, self)
        self.weights = WeightStore(reader, self)
        self.network: Network | None = None
        self.sized: Network | None = None
        self.path: Path | None = None
        self.opening: Path | None = None
        self.history: History[NetworkWork] = History(NetworkWork(image, Preparation()))
        self.saved: NetworkWork = self.history.present
        self.guess = ""
        self.row: int | None = None
        self.node: int | None = None
        self.filter = 0
        self.before = False
        self.output = 0  # which of the network's outputs the prediction is
        self.pointed: tuple[int, int, int] | None = (
            None  # node, row, column of a map: its receptive field is shown
        )
        self.pointed_pixel: tuple[int, int] | None = (
            None  # of the image: the cells that depend on it are shown
        )
        self.names: tuple[str, ...] = ()
        self.names_source = ""
        self._connect()

    def _connect(self) -> None:
        self.weights.arrived.connect(self.weights_changed)
        self.weights.completed.connect(self._load_engine)
        self.weights.failed.connect(self.problem_met)
        self.maps.changed.connect(self.maps_changed)
        self.maps.state_changed.connect(self.state_changed)
        self.maps.failed.connect(self.problem_met)

    # --- opening ---

    def open(self, path: Path) -> None:
        """Open a file; the present network stays until the other one is there, and if that fails."""
        self.opening = path
        self.state_changed.emit()
        self._reader.open_network(
            path, done=lambda network: self._opened(path, network), failed=self._not_opened
        )

    def _not_opened(self, problem: Problem) -> None:
        self.opening = None
        self.problem_met.emit(problem)
        self.state_changed.emit()

    def _opened(self, path: Path, network: Network) -> None:
        self.opening = None
        self.maps.forget()
        self.network, self.path = network, path
        guess = preprocessing.guess(network)
        self.guess = guess.why
        size = preprocessing.open_size(network)
        self.history = History(NetworkWork(self.work.image, guess.preparation, size))
        self.saved = self.work
        self.sized = self._sized()
        self.names, self.names_source = class_names.names_for(network)
        self.before, self.filter, self.output = False, 0, 0
        self.row, self.node = landmarks.first_row(network), None
        self.weights.begin(network, path)
        self._choose_node_of_row()
        self.network_changed.emit()
        self.state_changed.emit()
        for notice in network.notices:
            self.notice_met.emit(notice)

    def close(self) -> None:
        """No network any more; the image stays."""
        self.maps.load(None, {})
        self.network = self.sized = self.path = self.row = self.node = None
        self.history = History(NetworkWork(self.work.image, Preparation()))
        self.saved = self.work
        self.weights.begin(None, None)
        self.network_changed.emit()
        self.state_changed.emit()

    def _load_engine(self) -> None:
        """All weights are there: build the network next door, edits included, and ask for its maps."""
        if self.network is None:
            return
        weights = {row: self.weights_of(row) or () for row in self.weights.all}
        self.maps.load(self.network, weights)
        self._send_images()

    @property
    def state(self) -> str:
        """In one word: "empty", "opening", "reading", "starting", "building", "computing", "ready" or "missing"."""
        if self.opening is not None:
            return "opening"
        if self.network is None:
            return "empty"
        if not self.weights.complete:
            return "reading"
        if self.maps.engine_state in ("missing", "starting"):
            return self.maps.engine_state
        if self.maps.loading:
            return "building"
        return "computing" if self.maps.busy else "ready"

    # --- the work ---

    @property
    def work(self) -> NetworkWork:
        return self.history.present

    @property
    def changed_since_saved(self) -> bool:
        """Whether filters were changed and not saved; images are no work of this page."""
        return dict(self.work.edits) != dict(self.saved.edits)

    def mark_saved(self, work: NetworkWork) -> None:
        self.saved = work
        self.work_changed.emit()

    def edit(self, label: str, work: NetworkWork, merge_key: str | None = None) -> None:
        """Make `work` the present one; edits in a row with the same `merge_key` are one undo step."""
        if work is not self.work:
            self._take(self.history.done(label, work, merge_key))

    @property
    def image(self) -> Image:
        return self.work.image

    def edit_image(self, label: str, image: Image, merge_key: str | None = None) -> None:
        self.edit(label, self.work.with_image(image), merge_key)

    def edit_weights(
        self, label: str, edits: Mapping[Place, Array | None], merge_key: str | None = None
    ) -> None:
        """Change weights; None gives one back as it is in the file."""
        self.edit(label, self.work.with_edits(edits), merge_key)

    def seal(self) -> None:
        """End a burst: the next edit is an undo step of its own, whatever its merge key."""
        self.history = self.history.sealed()

    def undo(self) -> None:
        if self.history.can_undo:
            self._take(self.history.undone())

    def redo(self) -> None:
        if self.history.can_redo:
            self._take(self.history.redone())

    def _take(self, history: History[NetworkWork]) -> None:
        before, self.history = self.work, history
        now = self.work
        if now.size != before.size:
            self.sized = self._sized()
        changed = _changed_rows(before.edits, now.edits)
        for row in changed:
            weights = self.weights_of(row)
            if weights is not None:
                self.maps.set_weights(row, weights)
        if (now.image, now.preparation, now.size) != (before.image, before.preparation, before.size):
            self._send_images()
        self.work_changed.emit()
        for row in changed:
            self.weights_changed.emit(row)

    # --- weights ---

    def weights_of(self, row: int) -> tuple[Array, ...] | None:
        """The present weights of a row, edits included, in its description's order; None while they are not there."""
        original = self.weights.get(row)
        if original is None:
            return None
        edits = self.work.edits
        return tuple(edits.get((row, number), array) for number, array in enumerate(original))

    def original_weights_of(self, row: int) -> tuple[Array, ...] | None:
        """The weights as the file holds them."""
        return self.weights.get(row)

    # --- the image ---

    @property
    def input_shape(self) -> OpenShape | None:
        """Of the first input, with the chosen size where the network leaves it open."""
        return self.sized.input_shape if self.sized is not None else None

    def prepared(self, node: int | None = None) -> Array | None:
        """The image as an input node gets it (by default the first); None where the network has none, or cannot."""
        if self.sized is None or not self.sized.inputs:
            return None
        shape = self.sized.nodes[self.sized.inputs[0] if node is None else node].shape
        if shape is None or None in shape:
            return None
        image = self.work.image
        closed = tuple(n or 1 for n in shape)
        return preprocessing.prepare(image.pixels, image.white, closed, self.work.preparation)

    def _sized(self) -> Network | None:
        """The network with all shapes that follow from the chosen size."""
        network, size = self.network, self.work.size
        if network is None or size is None:
            return network
        filled = {node: landmarks.closed(network.nodes[node].shape, size) for node in network.inputs}
        return shapes.with_input_shapes(network, filled)

    def _send_images(self) -> None:
        if self.sized is None or not self.sized.nodes:
            return
        try:
            images = {node: self.prepared(node) for node in self.sized.inputs}
        except Problem as problem:
            self.problem_met.emit(problem)
            return
        if all(image is not None for image in images.values()):
            self.maps.set_images({node: image for node, image in images.items() if image is not None})

    # --- what is looked at ---

    @property
    def layer(self) -> Layer | None:
        """The layer that is looked at."""
        return self.network.layers[self.row] if self.network is not None and self.row is not None else None

    def choose_row(self, row: int) -> None:
        """Look at a layer: its filters, and the maps of its first use."""
        if self.network is None or row == self.row or not 0 <= row < len(self.network.layers):
            return
        self.row, self.filter = row, 0
        self._choose_node_of_row()
        self.node_changed.emit()

    def choose_node(self, node: int) -> None:
        """Look at one use of a layer."""
        if self.network is None or node == self.node or not 0 <= node < len(self.network.nodes):
            return
        self.row, self.node, self.filter = self.network.nodes[node].layer, node, 0
        self._watch()
        self.node_changed.emit()

    def _choose_node_of_row(self) -> None:
        nodes = self.network.nodes_of[self.row] if self.network and self.row is not None else ()
        self.node = nodes[0] if nodes else None
        self._watch()

    def choose_filter(self, filter: int) -> None:
        """Look at one map, and the filter that made it."""
        maps, layer = self.map_array, self.layer
        count = maps.shape[-1] if maps is not None else filters.filter_count(layer) if layer else 0
        if filter != self.filter and 0 <= filter < max(count, 1):
            self.filter = filter
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
        return sized.nodes[node].problem

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


def _changed_rows(before: Mapping[Place, Array], now: Mapping[Place, Array]) -> list[int]:
    """The layers of which a weight is another one."""
    places = before.keys() | now.keys()
    return sorted({row for row, number in places if before.get((row, number)) is not now.get((row, number))})
