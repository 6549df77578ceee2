"""Engine: the window's end of the process in which TensorFlow computes feature maps.

It keeps what the process is to hold: the network and its present weights. So a process that was killed, that died or hung is
replaced by one that gets the same network again, and the question under way is asked once more; the user need not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from convlab.network.description import Network
from convlab.problems import Problem
from convlab.processes.asking import Failed, Request, bind
from convlab.processes.child import Child, python_arguments
from convlab.processes.engine_process import NETWORK, EngineProcess
from convlab.processes.feature_maps import Key, Maps, bytes_of, keys_of, maps_of
from convlab.processes.held_network import HeldNetwork, Weights
from convlab.processes.protocol import Message
from convlab.processes.shelf import Shelf

MODULE = "convlab.processes.engine"

Array = NDArray[np.float32]

_START_SECONDS, _BUILD_SECONDS, _MAPS_SECONDS = 120.0, 60.0, 30.0
"""Loading TensorFlow gives way to everybody else, and may take long on a busy machine; nobody waits for it meanwhile."""
_SECONDS_PER_LAYER = 0.06
"""More than the usual: TensorFlow takes its time with a network of thousands of layers, both when it is built and when it
is computed for the first time."""
_RESTART_MS = 4000


class Engine(EngineProcess):
    """state: "off", "starting", "ready" or "missing": then `why` says why there will be none. Callbacks come in this
    object's thread, one per question at most.

    arguments: what Python is called with, if it is another engine. shelf: memory shared with it. memory_limit: bytes that
    the process may hold. seconds: deadlines for starting, for building a network and for maps.
    """

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
        super().__init__(child, parent, seconds[0])
        self._seconds = seconds
        self._held: HeldNetwork | None = None

    # --- asked by the window ---

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
        self._end_soon()
        held = self._held = HeldNetwork(network, dict(weights))
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
        if held is None:
            problem = Problem("There is no network to compute.", "", "Open one first.")
            return self._refuse(Request(self, lambda: Message({}), channel), problem, failed)
        sized = held.sized_for(images)
        seconds = self._deadline_of(2, held)
        request = Request(self, lambda: held.question(images, keys), channel, seconds=seconds)
        request.room = bytes_of(keys, sized)
        if not held.in_process and NETWORK not in self._waiting and not self._is_loading:
            self._reload()
        return self._put(
            request, lambda message: bind(done, self._worked(maps_of(message, keys, sized))), failed
        )

    def forget(self) -> None:
        """There is no network any more."""
        had, self._held = self._held is not None, None
        self._drop()
        if had and self._child.running:
            request = Request(self, lambda: Message({"do": "forget"}), NETWORK)
            self._put(request, lambda message: lambda: None, lambda problem: None)

    # --- the network of a process ---

    def _load_request(self, held: HeldNetwork) -> Request:
        return Request(self, held.description, NETWORK, seconds=self._deadline_of(1, held))

    def _deadline_of(self, task: int, held: HeldNetwork) -> float:
        return self._seconds[task] + len(held.network.layers) * _SECONDS_PER_LAYER

    def _end_soon(self) -> None:
        """What is under way is not wanted any more: it may go on for as long as a new process would need to start."""
        if self._current is not None and not self._grace.isActive():
            self._grace.start(_RESTART_MS)

    def _again(self, request: Request, reason: str) -> bool:
        """Building takes as long the second time; maps may have waited for something else."""
        return super()._again(request, reason) and not (reason == "late" and request.channel == NETWORK)

    def _lost(self) -> None:
        if self._held is not None:
            self._held.lost()

    def _reload(self) -> None:
        held = self._held
        if held is not None:
            request = self._load_request(held)
            self._put(
                request, lambda message: bind(lambda keys: None, self._loaded(message, held)), self._fail_all
            )

    def _loaded(self, message: Message, held: HeldNetwork) -> frozenset[Key]:
        if message.header["reply"] != "loaded":
            raise ValueError("not a network")
        keys = frozenset(keys_of(message.header, len(held.network.nodes)))
        held.in_process = True
        return keys

    @property
    def _is_loading(self) -> bool:
        return self._current is not None and self._current.channel == NETWORK

    def _worked(self, maps: Maps) -> Maps:
        self._ends = 0
        return maps
