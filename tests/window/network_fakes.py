"""A NetworkSession without processes: its reader and engine answer in this process, as asynchronously as the real ones.

Maps are computed by our own operations, or given. `settle` lets the answers come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

from convlab.experiment.image import Image, blank
from convlab.network.description import Layer, Network, Weight
from convlab.network.operations_of import operations_of
from convlab.operations.merge import Merge
from convlab.problems import Problem
from convlab.window.network_session import NetworkSession
from tests.network.described import graph, layer

Array = NDArray[np.float32]
Key = tuple[int, bool]
Weights = Mapping[int, Sequence[Array]]
Compute = Callable[[Mapping[int, Array], Weights], Mapping[Key, Array]]

PATH = Path("/networks/net.keras")


class FakeRequest:
    """One question; its answer comes when the event loop runs, unless it was cancelled. It keeps its owner alive."""

    def __init__(self, answer: Callable[[], object] | None = None, owner: object = None) -> None:
        self.active = True
        self._owner = owner
        self._answer = answer
        if answer is not None:
            QTimer.singleShot(0, self.answer)

    def answer(self) -> None:
        if self.active and self._answer is not None:
            self.active = False
            self._answer()

    def cancel(self) -> None:
        self.active = False


class FakeReader:
    """Gives the network and the weights that it was made with. With `holds`, it never answers."""

    def __init__(self, network: Network, weights: Weights) -> None:
        self.network, self.weights = network, weights
        self.holds = False
        self.refuses: Problem | None = None
        self.lines: tuple[str, ...] = ()
        self.owner: object = None

    def open_network(self, path: Path, *, done: Any, failed: Any, channel: str = "network") -> FakeRequest:
        return self._answer(failed, lambda: done(self.network))

    def read_weights(
        self, path: Path, network: Network, row: int, *, done: Any, failed: Any, channel: str = "weights"
    ) -> FakeRequest:
        return self._answer(failed, lambda: done(tuple(self.weights[row])))

    def read_lines(self, path: Path, *, done: Any, failed: Any) -> FakeRequest:
        return self._answer(failed, lambda: done(self.lines))

    def _answer(self, failed: Any, answer: Callable[[], object]) -> FakeRequest:
        if self.holds:
            return FakeRequest()
        refuses = self.refuses
        return FakeRequest(answer if refuses is None else lambda: failed(refuses), self.owner)


class FakeMaps:
    """An answer of the engine."""

    def __init__(self, arrays: Mapping[Key, Array]) -> None:
        self.arrays, self.seconds = arrays, 0.0


class FakeEngine(QObject):
    """Computes maps by `compute(images, weights)`. With `holds`, it never answers. asked: how often it was."""

    state_changed = Signal()

    def __init__(self, compute: Compute | None = None) -> None:
        super().__init__()
        self.state, self.why = "ready", ""
        self.asked = 0
        self.holds = False
        self.owner: object = None
        self._given = compute
        self._network: Network | None = None
        self._weights: dict[int, Sequence[Array]] = {}

    def tell(self, state: str, why: str = "") -> None:
        """As if the process had started, died, or could not be started."""
        self.state, self.why = state, why
        self.state_changed.emit()

    def start(self) -> None:
        pass

    def load(self, network: Network, weights: Weights, *, done: Any, failed: Any) -> FakeRequest:
        self._network, self._weights = network, dict(weights)
        keys = frozenset((n, before) for n in range(len(network.nodes)) for before in (False, True))
        possible = frozenset(key for key in keys if not network.nodes[key[0]].problem and _has(network, *key))
        return FakeRequest() if self.holds else FakeRequest(lambda: done(possible), self.owner)

    def set_weights(self, row: int, weights: Sequence[Array]) -> None:
        self._weights[row] = weights

    def maps(
        self,
        images: Mapping[int, Array],
        wanted: Iterable[Key],
        *,
        done: Any,
        failed: Any,
        channel: str = "maps",
    ) -> FakeRequest:
        self.asked += 1
        if self.holds:
            return FakeRequest()
        assert self._network is not None
        arrays = (
            self._given(images, self._weights)
            if self._given is not None
            else computed_maps(self._network, self._weights, images)
        )
        found = {key: _frozen(arrays[key]) for key in wanted if key in arrays}
        return FakeRequest(lambda: done(FakeMaps(found)), self.owner)

    def forget(self) -> None:
        self._network = None


class FakeSession(NetworkSession):
    """Its reader and engine can be told how to behave."""

    def __init__(self, reader: FakeReader, engine: FakeEngine, image: Image) -> None:
        super().__init__(reader, engine, image)  # type: ignore[arg-type]
        self.fake_reader, self.fake_engine = reader, engine
        reader.owner = engine.owner = self


def fake_session(
    network: Network,
    weights: Weights | None = None,
    maps: Mapping[Key, Array] | Compute | None = None,
    image: Image | None = None,
    *,
    wait: bool = True,
) -> FakeSession:
    """A session in which `network` is open, with all weights and maps there unless `wait` is False.

    weights: by row, random if they are not given. maps: by (node, before its activation), or a function of images and
    weights; computed by our own operations if they are not given.
    """
    compute: Compute | None = maps if callable(maps) else None
    if maps is not None and not callable(maps):
        given = dict(maps)
        compute = lambda images, weights: given  # noqa: E731
    reader = FakeReader(network, weights if weights is not None else random_weights(network))
    engine = FakeEngine(compute)
    session = FakeSession(reader, engine, image or pattern(28, 28))
    session.open(PATH)
    if wait:
        settle(session)
    return session


def settle(session: NetworkSession, rounds: int = 20_000) -> None:
    """Let all answers come that are on their way."""
    calm = 0
    for _ in range(rounds):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        calm = 0 if session.state in ("opening", "reading", "building", "computing") else calm + 1
        if calm > 5:
            return


# --- weights, images, maps ---


def random_weights(network: Network, seed: int = 1) -> dict[int, tuple[Array, ...]]:
    """Small random weights for every layer; variances are positive."""
    random = np.random.default_rng(seed)

    def one(weight: Weight) -> Array:
        fan = max(1, weight.size // max(1, weight.shape[-1] if weight.shape else 1))
        array = random.standard_normal(weight.shape) / np.sqrt(fan)
        positive = weight.role in ("moving_variance", "variance", "gamma")
        return (np.abs(array) + 0.5 if positive else array).astype(np.float32)

    return {row: tuple(map(one, one_layer.weights)) for row, one_layer in enumerate(network.layers)}


def pattern(height: int, width: int, channels: int = 1) -> Image:
    """A picture with bright and dark places: a ring on black."""
    rows, columns = np.mgrid[:height, :width]
    away = np.hypot((rows - height / 2) / height, (columns - width / 2) / width)
    ring = np.exp(-(((away - 0.3) / 0.09) ** 2)).astype(np.float32)
    tones = np.linspace(1, 0.5, channels, dtype=np.float32)
    return blank(height, width, channels).with_pixels(ring[:, :, np.newaxis] * tones)


def computed_maps(
    network: Network, weights: Weights, images: Mapping[int, Array]
) -> dict[Key, NDArray[np.float32]]:
    """The maps of all nodes by our own operations; nodes that cannot be computed have none."""
    maps: dict[Key, Array] = {(node, False): image for node, image in images.items()}
    for number, node in enumerate(network.nodes):
        if number in images or any((source, False) not in maps for source in node.inputs):
            continue
        reads = [maps[source, False] for source in node.inputs]
        own = weights.get(node.layer, ())
        for before in (False, True) if _has(network, number, True) else (False,):
            try:
                maps[number, before] = _applied(_as_asked(network.layers[node.layer], before), own, reads)
            except Problem:
                break
    return maps


def _applied(one: Layer, weights: Sequence[Array], reads: list[Array]) -> Array:
    operations = operations_of(one, weights)
    if isinstance(operations, Merge):
        return operations.apply(reads)
    x = reads[0]
    for operation in operations:
        x = operation.apply(x)
    return x


def _as_asked(one: Layer, before: bool) -> Layer:
    return replace(one, settings={**one.settings, "activation": "linear"}) if before else one


def _has(network: Network, node: int, before: bool) -> bool:
    """Whether a node has maps before its own activation, if these are asked for."""
    one = network.layer_of(node)
    own = one.kind != "Activation" and one.settings.get("activation", "linear") not in (None, "linear")
    return own or not before


def _frozen(array: Array) -> Array:
    array = np.ascontiguousarray(array, np.float32)
    array.setflags(write=False)
    return array


# --- networks ---


def convolution(
    name: str, channels: int, filters: int, activation: str = "relu", size: int = 3, **settings: Any
) -> Layer:
    """A Conv2D layer with a bias, padded to the same size unless said otherwise."""
    weights = (Weight("kernel", (size, size, channels, filters)), Weight("bias", (filters,)))
    kept: dict[str, Any] = {
        "filters": filters,
        "kernel_size": (size, size),
        "strides": (1, 1),
        "padding": "same",
        "activation": activation,
        **settings,
    }
    return layer("Conv2D", name, weights, **kept)


def pooling(name: str) -> Layer:
    return layer("MaxPooling2D", name, pool_size=(2, 2), strides=(2, 2), padding="valid")


def dense(name: str, numbers: int, units: int, activation: str = "linear") -> Layer:
    weights = (Weight("kernel", (numbers, units)), Weight("bias", (units,)))
    return layer("Dense", name, weights, units=units, activation=activation)


def small_network(classes: int = 10) -> Network:
    """28×28 in grey, two convolutions, a pooling, and classes."""
    return graph(
        [(28, 28, 1)],
        (convolution("conv2d", 1, 8), (0,)),
        (convolution("conv2d_1", 8, 12), (1,)),
        (pooling("max_pooling2d"), (2,)),
        (layer("Flatten", "flatten"), (3,)),
        (dense("dense", 14 * 14 * 12, classes, "softmax"), (4,)),
    )


def residual_network() -> Network:
    """32×32 in colour: two blocks whose input is added to what they compute, and a shared activation."""
    relu = layer("Activation", "relu", activation="relu")
    return graph(
        [(32, 32, 3)],
        (convolution("stem", 3, 6), (0,)),
        (convolution("block1_conv", 6, 6, "linear"), (1,)),
        (layer("Add", "block1_add"), (1, 2)),
        (relu, (3,)),
        (convolution("block2_conv", 6, 6, "linear"), (4,)),
        (layer("Add", "block2_add"), (4, 5)),
        (relu, (6,)),
        (layer("GlobalAveragePooling2D", "pool"), (7,)),
        (dense("classes", 6, 4, "softmax"), (8,)),
    )
