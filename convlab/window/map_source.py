"""MapSource: the feature maps of the present image, kept fresh for whoever watches them.

Views say which maps they show; whenever the image or a weight changes, these and no others are asked from the engine.
One question is under way at a time: what changes meanwhile is asked next, so maps follow a stroke as fast as they can
be computed, and the newest image always has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from convlab.network.description import Network
from convlab.problems import Problem

if TYPE_CHECKING:
    from convlab.processes.client import Engine, Maps, Request

Array = NDArray[np.float32]
Key = tuple[int, bool]
"""A node, and whether its map before the layer's own activation is meant."""


class MapSource(QObject):
    """Asks the engine and keeps its newest answer."""

    changed = Signal()
    state_changed = Signal()
    failed = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._network: Network | None = None
        self._images: Mapping[int, Array] = {}
        self._watched: dict[str, frozenset[Key]] = {}
        self._maps: dict[Key, Array] = {}
        # Asked for and not in the answer: it cannot be computed, and is not asked again for the same image and weights.
        self._lacking: frozenset[Key] = frozenset()
        self._request: Request | None = None
        self._version = self._maps_version = 0
        self.computable: frozenset[Key] | None = None
        self.loading = False
        self.why = ""  # there are no maps, and will be none until something changes
        self._due = QTimer(self, singleShot=True, interval=0)
        self._due.timeout.connect(self._ask)
        engine.state_changed.connect(self.state_changed)

    # --- told ---

    def load(self, network: Network | None, weights: Mapping[int, tuple[Array, ...]]) -> None:
        """Another network, with all its weights; or none."""
        self.forget()
        self._network = network
        if network is None or not network.nodes:
            self._engine.forget()
            return
        self.loading = True
        self._engine.load(network, weights, done=self._loaded, failed=self._not_loaded)
        self.state_changed.emit()

    def forget(self) -> None:
        """No maps any more, and no question."""
        if self._request is not None:
            self._request.active = False  # its answer is not wanted; cancelling would cost a new process
            self._request = None
        self._network, self._maps, self._images = None, {}, {}
        self.computable, self.loading, self.why = None, False, ""
        self._version += 1

    def set_images(self, images: Mapping[int, Array]) -> None:
        """Other images, prepared, for each input node."""
        self._images = images
        self.renew()

    def set_weights(self, row: int, weights: tuple[Array, ...]) -> None:
        """Other weights of one layer."""
        self._engine.set_weights(row, weights)
        self.renew()

    def renew(self) -> None:
        """What is shown does not fit the image or the weights any more."""
        self._version += 1
        if self.computable is not None:
            self.why = ""
        self._due.start()

    def watch(self, name: str, keys: Iterable[Key]) -> None:
        """From now on `name` shows these maps, instead of those that it watched before."""
        wanted = frozenset(keys)
        if self._watched.get(name, frozenset()) != wanted:
            self._watched[name] = wanted
            self._due.start()

    # --- asked ---

    def get(self, key: Key) -> Array | None:
        """A map (rows, columns, channels) or (numbers,), read-only; the old one until the new one has come."""
        return self._maps.get(key)

    @property
    def fresh(self) -> bool:
        """Whether the maps belong to the present image and weights."""
        return self._maps_version == self._version

    @property
    def busy(self) -> bool:
        return self.loading or self._request is not None

    def cancel(self) -> None:
        """Stop what is being computed, within half a second; it is asked again when something changes."""
        if self._request is not None:
            self._request.cancel()
            self._request = None
            self.state_changed.emit()

    @property
    def engine_state(self) -> str:
        return str(self._engine.state)

    @property
    def engine_why(self) -> str:
        return str(self._engine.why)

    # --- the engine ---

    def _loaded(self, keys: frozenset[Key]) -> None:
        self.computable, self.loading = keys, False
        self.state_changed.emit()
        self._due.start()

    def _not_loaded(self, problem: Problem) -> None:
        self.loading, self.why = False, problem.sentence
        self.failed.emit(problem)
        self.state_changed.emit()

    def _wanted(self) -> list[Key]:
        possible = self.computable or frozenset()
        wanted = frozenset().union(*self._watched.values()) & possible
        if self.fresh:
            wanted -= self._maps.keys() | self._lacking
        return sorted(wanted)

    def _ask(self) -> None:
        if self._request is not None or self.computable is None or not self._images:
            return
        wanted, version = self._wanted(), self._version
        if not wanted:
            return
        self._request = self._engine.maps(
            self._images,
            wanted,
            done=lambda maps: self._take(maps, wanted, version),
            failed=self._miss,
        )
        self.state_changed.emit()

    def _take(self, maps: Maps, wanted: Iterable[Key], version: int) -> None:
        self._request, self.why = None, ""
        if version != self._maps_version:
            # What nobody watches any more would only be old.
            self._maps, self._lacking = {}, frozenset()
        self._lacking |= frozenset(wanted) - maps.arrays.keys()
        self._maps_version = version
        self._maps.update(maps.arrays)
        self._drop_unwatched()
        self._due.start()
        self.changed.emit()
        self.state_changed.emit()

    def _drop_unwatched(self) -> None:
        watched: frozenset[Key] = frozenset().union(*self._watched.values())
        self._maps = {key: array for key, array in self._maps.items() if key in watched}

    def _miss(self, problem: Problem) -> None:
        """Asked again only when something changes: the same question would end the same way."""
        self._request, self.why = None, problem.sentence
        self.failed.emit(problem)
        self.state_changed.emit()
