"""NetworkSession: the open network and the user's work on it; with NetworkChoice the only place where these change.

The user's work (the image, how it is prepared, filters that were changed) is one frozen NetworkWork with its history.
The network itself is read only: it comes from the reader, its maps from the engine, both next door.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from convlab.experiment.history import History
from convlab.experiment.image import Image
from convlab.network import preprocessing
from convlab.network.description import Network, OpenShape
from convlab.network.preprocessing import Preparation
from convlab.problems import Problem
from convlab.window.network_choice import NetworkChoice
from convlab.window.network_work import NetworkWork, Place, changed_rows
from convlab.window.weight_store import WeightStore

if TYPE_CHECKING:
    from convlab.processes.client import Engine, Reader

Array = NDArray[np.float32]


class NetworkSession(NetworkChoice):
    """What views ask, and by whose signals they are told."""

    network_changed = Signal()  # another network, or none; everything below is new too
    work_changed = Signal()  # an edit, undo or redo: the image, its preparation or a weight
    weights_changed = Signal(int)  # the weights of a row have come, or were edited
    state_changed = Signal()  # opening, starting, computing, idle
    problem_met = Signal(object)
    notice_met = Signal(str)

    def __init__(self, reader: Reader, engine: Engine, image: Image, parent: QObject | None = None) -> None:
        super().__init__(engine, parent)
        self._reader = reader
        self.weights = WeightStore(reader, self)
        self.path: Path | None = None
        self.opening: Path | None = None
        self.history: History[NetworkWork] = History(NetworkWork(image, Preparation()))
        self.saved: NetworkWork = self.history.present
        self.guess = ""
        self._connect()

    def _connect(self) -> None:
        self.weights.arrived.connect(self.weights_changed)
        self.weights.completed.connect(self._load_engine)
        self.weights.failed.connect(self.problem_met)
        self.maps.state_changed.connect(self.state_changed)
        self.maps.failed.connect(self.problem_met)

    # --- opening ---

    def open(self, path: Path, image: Image | None = None) -> None:
        """Open a file; the present network stays until the other one is there, and if that fails.

        image: comes with the network, as an edit that can be undone.
        """
        self.opening = path
        self.state_changed.emit()
        self._reader.open_network(
            path, done=lambda network: self._come(path, network, image), failed=self._not_opened
        )

    def _come(self, path: Path, network: Network, image: Image | None) -> None:
        """Its description was checked in this turn of the event loop; it is shown in the next one."""
        QTimer.singleShot(
            0, self, lambda: self._opened(path, network, image) if self.opening == path else None
        )

    def _not_opened(self, problem: Problem) -> None:
        self.opening = None
        self.problem_met.emit(problem)
        self.state_changed.emit()

    def _opened(self, path: Path, network: Network, image: Image | None) -> None:
        self.opening = None
        self.maps.forget()
        self.network, self.path = network, path
        guess = preprocessing.guess(network)
        self.guess = guess.why
        size = preprocessing.open_size(network)
        self.history = History(NetworkWork(self.work.image, guess.preparation, size))
        self.saved = self.work
        self.sized = self.work.sized(network)
        self._choose_first()
        self.weights.begin(network, path)
        self.network_changed.emit()
        self.state_changed.emit()
        for notice in network.notices:
            self.notice_met.emit(notice)
        if image is not None:
            self.edit_image(f"Image: {image.name}", image)

    def close(self) -> None:
        """No network any more; the image stays."""
        self.maps.load(None, {})
        self.network = self.sized = self.path = None
        self.history = History(NetworkWork(self.work.image, Preparation()))
        self.saved = self.work
        self._choose_first()
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
        return bool(changed_rows(self.saved.edits, self.work.edits))

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

    def begin_with(self, image: Image) -> None:
        """Show this image, as long as there is no work yet; no edit, and nothing to undo."""
        if self.network is None and not self.history.can_undo and image is not self.image:
            self.history = History(self.work.with_image(image))
            self.saved = self.work
            self.work_changed.emit()

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
            self.sized = now.sized(self.network) if self.network is not None else None
        changed = changed_rows(before.edits, now.edits)
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

    def why_no_maps(self, node: int | None, row: int | None = None) -> str:
        """Missing weights are a reason too: the engine gets all of them or none."""
        return super().why_no_maps(node, row) or self.weights.why

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
        return self.work.prepared(self.sized.nodes[self.sized.inputs[0] if node is None else node].shape)

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
