"""Engine: the window's end of the process in which TensorFlow computes feature maps.

It keeps what the process is to hold: the network and its present weights. So a process that was killed, that died or hung is
replaced by one that gets the same network again, and the question under way is asked once more; the user need not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from convlab.network.description import Network
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.processes.asking import Asker, Failed, Request, bind
from convlab.processes.child import Child, python_arguments
from convlab.processes.feature_maps import Key, Maps, bytes_of, keys_of, maps_of, plain
from convlab.processes.protocol import Message
from convlab.processes.shelf import Shelf

MODULE = "convlab.processes.engine"

Array = NDArray[np.float32]
Weights = tuple[Array, ...]

_START_SECONDS, _BUILD_SECONDS, _MAPS_SECONDS = 60.0, 60.0, 30.0
_STARTS = 2
"""So often a process that does not get ready is started in a row."""
_RESTARTS = 4
"""So often one that ends again and again is started by itself; after that, only when it is needed."""
_NETWORK = "network"
"""The channel of questions that say which network there is: the next of all to be asked."""


@dataclass(eq=False)
class _Held:
    """What the process is to hold, and what of it has been sent to it."""

    network: Network
    weights: dict[int, Weights]
    in_process: bool = False
    changed: set[int] = field(default_factory=set)
    images: Mapping[int, Array] = field(default_factory=dict)
    sized: dict[object, Network] = field(default_factory=dict)

    def lost(self) -> None:
        """The process is gone."""
        self.in_process, self.images = False, {}
        self.changed.clear()

    def sized_for(self, images: Mapping[int, Array]) -> Network:
        """The description with the sizes that follow from those of the images. Raises Problem if they cannot be."""
        shapes = {node: tuple(image.shape) for node, image in images.items()}
        if all(self.network.nodes[node].shape == shape for node, shape in shapes.items()):
            return self.network
        from convlab.network.shapes import with_input_shapes  # a start does without it

        sizes = tuple(sorted(shapes.items()))
        if sizes not in self.sized:
            self.sized = {sizes: with_input_shapes(self.network, dict(shapes))}
        return self.sized[sizes]

    def new_images(self, images: Mapping[int, Array]) -> Mapping[int, Array]:
        """Those that the process has not got yet; all or none."""
        same = self.images.keys() == images.keys() and all(
            self.images[node] is images[node] for node in images
        )
        return {} if same else images


class Engine(Asker):
    """state: "off", "starting", "ready" or "missing": then `why` says why there will be none. Callbacks come in this
    object's thread, one per question at most.

    arguments: what Python is called with, if it is another engine. shelf: memory shared with it. memory_limit: bytes that
    the process may hold. seconds: deadlines for starting, for building a network and for maps.
    """

    state_changed = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        arguments: list[str] | None = None,
        *,
        shelf: Shelf | None = None,
        memory_limit: int | None = None,
        seconds: tuple[float, float, float] = (_START_SECONDS, _BUILD_SECONDS, _MAPS_SECONDS),
    ) -> None:
        child = Child(arguments or python_arguments(MODULE), memory_limit=memory_limit, shelf=shelf)
        super().__init__(child, parent, start_seconds=seconds[0])
        self.state = "off"
        self.why = ""
        self.versions = ("", "")
        self._seconds = seconds
        self._held: _Held | None = None
        self._absent = False
        self._failed_starts = 0
        self._ends = 0  # of processes, since the last maps

    # --- asked by the window ---

    def start(self) -> None:
        """Starts the process, so that it is warm when the first network comes. Returns at once."""
        if not self._absent and not self._closed and not self._child.running:
            self._tell("starting")
            super().start()

    def load(
        self,
        network: Network,
        weights: Mapping[int, Weights],
        *,
        done: Callable[[frozenset[Key]], object],
        failed: Failed,
    ) -> Request:
        """From now on this network is computed. weights: by row. done: which maps can be asked for."""
        self._drop()
        held = self._held = _Held(network, dict(weights))
        request = self._load_request(held)

        def not_loaded(problem: Problem) -> None:
            if self._held is held:
                self._held = None
            failed(problem)

        return self._put(request, lambda message: bind(done, self._loaded(message, held)), not_loaded)

    def set_weights(self, row: int, weights: Weights) -> None:
        """Other weights of a layer of the network; the next answers use them."""
        if self._held is not None:
            self._held.weights[row] = weights
            self._held.changed.add(row)

    def maps(
        self,
        images: Mapping[int, Array],
        wanted: Sequence[Key],
        *,
        done: Callable[[Maps], object],
        failed: Failed,
        channel: str = "maps",
    ) -> Request:
        """The wanted maps of these images, by input node: float32 (rows, columns, channels), prepared, not to be changed.

        Images that are the same arrays as last time are not computed again unless a weight has changed.
        """
        held, keys = self._held, tuple(wanted)
        request = Request(self, lambda: self._question(held, images, keys), channel, seconds=self._seconds[2])
        request.failed = failed
        try:
            if held is None:
                raise Problem("There is no network to compute.", "", "Open one first.")
            sized = held.sized_for(images)
        except Problem as problem:
            return self._refuse(request, problem)
        request.room = bytes_of(keys, sized)
        if not held.in_process and _NETWORK not in self._waiting and not self._is_loading:
            self._reload()
        return self._put(
            request, lambda message: bind(done, self._worked(maps_of(message, keys, sized))), failed
        )

    def forget(self) -> None:
        """There is no network any more."""
        had, self._held = self._held is not None, None
        self._drop()
        if had and self._child.running:
            request = Request(self, lambda: Message({"do": "forget"}), _NETWORK)
            self._put(request, lambda message: lambda: None, lambda problem: None)

    # --- what is sent ---

    def _load_request(self, held: _Held) -> Request:
        return Request(self, lambda: self._description(held), _NETWORK, seconds=self._seconds[1])

    def _description(self, held: _Held) -> Message:
        """The network as it is now."""
        from convlab.network.document import to_document  # a start does without it

        held.changed.clear()
        document = np.frombuffer(json.dumps(to_document(held.network)).encode(), np.uint8)
        counts = [[row, len(weights)] for row, weights in held.weights.items()]
        arrays = [array for weights in held.weights.values() for array in weights]
        return Message({"do": "load", "weights": counts}, (document, *arrays))

    def _question(self, held: _Held | None, images: Mapping[int, Array], wanted: tuple[Key, ...]) -> Message:
        """What is wanted, with the images and the weights that the process has not got yet."""
        assert held is not None
        new = held.new_images(images)
        weights = {row: held.weights[row] for row in sorted(held.changed)}
        held.images = dict(images)
        held.changed.clear()
        counts = [[row, len(arrays)] for row, arrays in weights.items()]
        header = {"do": "maps", "images": list(new), "weights": counts, "wanted": plain(wanted)}
        return Message(header, (*new.values(), *(array for arrays in weights.values() for array in arrays)))

    # --- what is answered ---

    def _loaded(self, message: Message, held: _Held) -> frozenset[Key]:
        if message.header["reply"] != "loaded":
            raise ValueError("not a network")
        keys = frozenset(keys_of(message.header, len(held.network.nodes)))
        held.in_process = True
        return keys

    def _worked(self, maps: Maps) -> Maps:
        self._ends = 0
        return maps

    # --- the queue ---

    def _put(self, request: Request, deliver: Any, failed: Failed) -> Request:
        """Ask, unless there is nobody to be asked."""
        request.failed = failed
        if self._absent:
            return self._refuse(request, self._why_not_started())
        return self._ask(request, deliver, failed)

    def _refuse(self, request: Request, problem: Problem) -> Request:
        """Answer with a problem, later, as all answers come."""

        def tell() -> None:
            if request.active and not self._closed:
                request.active = False
                request.failed(problem)

        QTimer.singleShot(0, self, tell)
        return request

    @property
    def _is_loading(self) -> bool:
        return self._current is not None and self._current.channel == _NETWORK

    def _drop(self) -> None:
        """What was asked about another network is not wanted any more."""
        for request in [*self._waiting.values(), *([self._current] if self._current else [])]:
            request.active = False
        self._waiting.clear()

    def _reload(self) -> None:
        """The same network again, for a new process."""
        held = self._held
        if held is None:
            return

        def not_loaded(problem: Problem) -> None:
            self._fail_all(problem)

        request = self._load_request(held)
        self._put(request, lambda message: bind(lambda keys: None, self._loaded(message, held)), not_loaded)

    def _fail_all(self, problem: Problem) -> None:
        waiting, self._waiting = self._waiting, {}
        for request in waiting.values():
            if request.active:
                request.active = False
                request.failed(problem)

    # --- what differs from other processes ---

    def _next(self) -> Request | None:
        """Which network there is comes before what is asked about it."""
        return self._waiting.pop(_NETWORK, None) or super()._next()

    def _replace(self, older: Request) -> None:
        """What is being computed is not worth a new process: its answer is just not wanted."""
        older.active = False
        if self._waiting.get(older.channel) is older:
            del self._waiting[older.channel]

    def _is_ready(self, header: dict[str, Any]) -> bool:
        told = {key: header[key] for key in ("tensorflow", "keras", "why") if type(header.get(key)) is str}
        if header.get("reply") != "ready" or not {"tensorflow", "keras"} <= told.keys():
            return False
        self.versions = safe_text(told["tensorflow"], 40), safe_text(told["keras"], 40)
        self._absent = not told["tensorflow"]
        self.why = safe_text(told.get("why", ""), 200) if self._absent else ""
        return True

    def _started(self) -> None:
        self._failed_starts = 0
        if not self._absent:
            self._tell("ready")
            return
        self._ready = False
        self._tell("missing")
        self._child.kill("not needed")
        self._fail_all(self._why_not_started())

    def _again(self, request: Request, reason: str) -> bool:
        return not request.tried

    def _start_failed(self, reason: str) -> None:
        self._failed_starts += 1
        if self._failed_starts < _STARTS:
            QTimer.singleShot(0, self.start)
            return
        self._failed_starts = 0
        self.why = "The part of ConvLab that computes does not start."
        self._tell("missing")
        self._fail_all(self._why_not_started())

    def _child_ended(self, reason: str) -> None:
        if self._absent:
            self._deadline.stop()
            return
        self._ends += 1
        if self._held is not None:
            self._held.lost()
        was_ready = self._ready
        super()._child_ended(reason)
        if was_ready and not self._child.running:
            self._tell("off")
            if self._ends < _RESTARTS:
                QTimer.singleShot(0, self.start)
        held = self._held
        if was_ready and held is not None and _NETWORK not in self._waiting and self._ends < _RESTARTS:
            self._reload()

    def _tell(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()

    def _why_ended(self, request: Request, reason: str) -> Problem:
        what = "This network cannot be computed."
        if request.channel != _NETWORK:
            what = "The feature maps cannot be computed."
        if reason == "late":
            return Problem(what, "It took too long.", "Try a smaller image, or a smaller network.")
        if reason == "memory":
            return Problem(what, "It needs too much memory.", "Try a smaller image, or a smaller network.")
        return Problem(what, "TensorFlow stopped twice while it was at it.", "Try another image.")

    def _why_not_started(self) -> Problem:
        return Problem(
            "Feature maps cannot be computed now.", self.why, "Filters can be looked at without them."
        )
