"""The real engine: what it computes, what it recomputes, what it leaves out, and that it can be ended at any moment.

What is computed is compared with the Lab's operations here, and with Keras in test_build.py.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from convlab.network.description import Layer, Network, Node, OpenShape, Weight
from convlab.network.operations_of import operations_of
from convlab.problems import Problem
from convlab.processes.child import resident_bytes
from convlab.processes.client import Engine, Maps, Shelf
from convlab.processes.room import Desk
from tests.processes.conftest import wait_until

pytestmark = pytest.mark.slow  # TensorFlow takes seconds to start

FLOAT = np.dtype(np.float32)
Weights = dict[int, tuple[NDArray[Any], ...]]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="module")
def engine(qapp: QCoreApplication, shelf: Shelf) -> Iterator[Engine]:
    engine = Engine(shelf=shelf)
    engine.start()
    wait_until(lambda: engine.state != "starting", 60)
    if engine.state == "missing":
        pytest.skip(engine.why)
    yield engine
    engine.close()


def layer(name: str, kind: str, *weights: Weight, **settings: Any) -> Layer:
    return Layer(name, name, kind, kind, settings, weights)


def convolution(name: str, inputs: int, filters: int, **settings: Any) -> Layer:
    weights = Weight("kernel", (3, 3, inputs, filters)), Weight("bias", (filters,))
    told = {"filters": filters, "kernel_size": (3, 3), "strides": (1, 1), "padding": "same", "use_bias": True}
    return layer(name, "Conv2D", *weights, **told, **settings)


def sequence(*layers: Layer, shapes: list[OpenShape]) -> Network:
    nodes = tuple(Node(row, (row - 1,) if row else (), shape) for row, shape in enumerate(shapes))
    return Network("net", "keras", layers=layers, nodes=nodes, inputs=(0,), outputs=(len(nodes) - 1,))


def small(size: int = 12) -> Network:
    """image -> 1 convolution, ReLU -> 2 convolution -> 3 pooling -> 4 flatten -> 5 dense, softmax"""
    half = size // 2
    dense = Weight("kernel", (half * half * 4, 3)), Weight("bias", (3,))
    return sequence(
        layer("input", "InputLayer"),
        convolution("first", 2, 5, activation="relu"),
        convolution("second", 5, 4),
        layer("pool", "MaxPooling2D", pool_size=(2, 2), strides=(2, 2), padding="valid"),
        layer("flat", "Flatten"),
        layer("dense", "Dense", *dense, units=3, use_bias=True, activation="softmax"),
        shapes=[(size, size, 2), (size, size, 5), (size, size, 4), (half, half, 4), (half * half * 4,), (3,)],
    )


def random_weights(network: Network, seed: int = 0) -> Weights:
    draw = np.random.default_rng(seed)
    return {
        row: tuple(draw.uniform(-0.5, 0.5, weight.shape).astype(np.float32) for weight in one.weights)
        for row, one in enumerate(network.layers)
        if one.weights
    }


def random_image(network: Network, seed: int = 1) -> dict[int, Any]:
    shape = tuple(n or 10 for n in network.nodes[0].shape or ())
    return {0: np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)}


def lab(network: Network, weights: Weights, image: Any) -> list[Any]:
    """All maps of a sequence as the Lab's operations give them."""
    maps = [image]
    for row, one in enumerate(network.layers[1:], 1):
        value = maps[-1]
        for operation in operations_of(one, weights.get(row, ())):  # type: ignore[union-attr]
            value = operation.apply(value)
        maps.append(value)
    return maps


def load(engine: Engine, network: Network, weights: Weights) -> Any:
    told: list[Any] = []
    engine.load(network, weights, done=told.append, failed=told.append)
    wait_until(lambda: told, 240)
    return told[0]


def ask(engine: Engine, images: Any, *wanted: tuple[int, bool]) -> Any:
    told: list[Any] = []
    engine.maps(images, wanted, done=told.append, failed=told.append)
    wait_until(lambda: told, 240)
    return told[0]


def settled(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.001)


def check_maps(engine: Engine, network: Network, weights: Weights, seed: int) -> None:
    images = random_image(network, seed)
    wanted = [(node, False) for node in range(len(network.nodes))]
    maps = ask(engine, images, *wanted)
    assert isinstance(maps, Maps), maps.sentence
    for (node, _), expected in zip(wanted, lab(network, weights, images[0]), strict=True):
        assert np.allclose(maps.arrays[node, False], expected, atol=1e-5), node


def test_all_maps_are_those_of_the_lab(engine: Engine) -> None:
    network = small()
    weights = random_weights(network)
    assert load(engine, network, weights) == {*((node, False) for node in range(6)), (1, True), (5, True)}
    check_maps(engine, network, weights, 1)
    check_maps(engine, network, weights, 2)


def test_maps_before_an_activation_belong_to_the_same_image(engine: Engine) -> None:
    network = small()
    load(engine, network, random_weights(network))
    for seed in (1, 2):
        maps = ask(engine, random_image(network, seed), (1, True), (1, False), (5, True), (5, False)).arrays
        assert maps[1, True].min() < 0
        assert np.allclose(np.maximum(maps[1, True], 0), maps[1, False], atol=1e-6)
        powers = np.exp(maps[5, True])
        assert np.allclose(powers / powers.sum(), maps[5, False], atol=1e-6)


def test_other_maps_of_the_same_image_are_not_computed_again(engine: Engine) -> None:
    network = small()
    load(engine, network, random_weights(network))
    images = random_image(network)
    seconds = [ask(engine, images, (node, False)).seconds for node in range(6)]
    assert seconds == seconds[:1] * 6
    assert ask(engine, random_image(network), (1, False)).seconds != seconds[0]


def test_a_changed_weight_changes_the_maps_of_the_same_image(engine: Engine) -> None:
    network = small()
    weights = random_weights(network)
    load(engine, network, weights)
    images = random_image(network)
    assert isinstance(ask(engine, images, (5, False)), Maps)
    weights[2] = (weights[2][0] * 0, weights[2][1])
    engine.set_weights(2, weights[2])
    maps = ask(engine, images, (1, False), (2, False), (5, False)).arrays
    expected = lab(network, weights, images[0])
    assert all(np.allclose(maps[node, False], expected[node], atol=1e-5) for node in (1, 2, 5))


def test_what_does_not_depend_on_a_problem_has_maps(engine: Engine) -> None:
    network = small()
    layers = list(network.layers)
    layers[3] = replace(layers[3], kind="Lambda", problem="pool is a Lambda.")
    nodes = [
        replace(node, problem="waits for pool" if number > 2 else "")
        for number, node in enumerate(network.nodes)
    ]
    network = replace(network, layers=tuple(layers), nodes=tuple(nodes))
    weights = random_weights(network)
    assert {node for node, _ in load(engine, network, weights)} == {0, 1, 2}
    maps = ask(engine, random_image(network), (2, False), (4, False))
    assert maps.arrays.keys() == {(2, False)}


def test_a_chain_of_a_thousand_layers_has_all_its_maps(engine: Engine) -> None:
    many, size = 1000, (6, 6, 2)
    chain = [convolution(f"layer_{number}", 2, 2) for number in range(many)]
    network = sequence(layer("input", "InputLayer"), *chain, shapes=[size] * (many + 1))
    kernel = np.zeros((3, 3, 2, 2), np.float32)
    kernel[1, 1] = np.eye(2)
    weights = {row: (kernel, np.full(2, 1 / 64, np.float32)) for row in range(1, many + 1)}
    assert len(load(engine, network, weights)) == many + 1
    image = random_image(network)
    maps = ask(engine, image, (many // 2, False), (many, False)).arrays
    for node in (many // 2, many):
        assert np.allclose(maps[node, False], image[0] + node / 64, atol=1e-4)


def test_open_sizes_follow_the_image(engine: Engine) -> None:
    weight = Weight("kernel", (5, 3)), Weight("bias", (3,))
    network = sequence(
        layer("input", "InputLayer"),
        convolution("first", 2, 5, activation="relu"),
        layer("mean", "GlobalAveragePooling2D", keepdims=False),
        layer("dense", "Dense", *weight, units=3, use_bias=True),
        shapes=[(None, None, 2), (None, None, 5), (5,), (3,)],
    )
    weights = random_weights(network)
    assert len(load(engine, network, weights)) == 5
    for size in ((9, 14), (30, 5), (9, 14)):
        images = {0: np.random.default_rng(0).uniform(-1, 1, (*size, 2)).astype(np.float32)}
        maps = ask(engine, images, (1, False), (3, False)).arrays
        expected = lab(network, weights, images[0])
        assert np.allclose(maps[1, False], expected[1], atol=1e-5)
        assert np.allclose(maps[3, False], expected[3], atol=1e-5)


def test_large_arrays_lie_on_the_shelf_and_weights_go_there_by_their_place(
    engine: Engine, shelf: Shelf
) -> None:
    network = small(128)
    weights = random_weights(network)
    kernel = weights[5][0]
    place = shelf.allocate(kernel.nbytes)
    assert place is not None
    Desk(shelf.arguments).room([place.offset, place.size]).empty(kernel.shape)[...] = kernel
    weights[5] = (place.array(place.offset, FLOAT, kernel.shape), weights[5][1])
    load(engine, network, weights)
    check_maps(engine, network, weights, 1)
    # The engine has its own by now: what happens on the shelf afterwards does not matter to it.
    Desk(shelf.arguments).room([place.offset, place.size]).empty(kernel.shape)[...] = 0
    weights[5] = (kernel, weights[5][1])
    check_maps(engine, network, weights, 2)
    maps = ask(engine, random_image(network), (1, False), (5, False)).arrays
    assert shelf.place_of(maps[1, False]) is not None and shelf.place_of(maps[5, False]) is None


def test_a_network_as_large_as_vgg16_finds_room(engine: Engine, shelf: Shelf) -> None:
    weight = Weight("kernel", (25088, 5000)), Weight("bias", (5000,))
    network = sequence(
        layer("input", "InputLayer"),
        layer("dense", "Dense", *weight, units=5000, use_bias=True),
        shapes=[(25088,), (5000,)],
    )
    place = shelf.allocate(25088 * 5000 * 4)
    assert place is not None
    kernel = place.array(place.offset, FLOAT, (25088, 5000))
    assert len(load(engine, network, {1: (kernel, np.ones(5000, np.float32))})) == 2
    images = random_image(network)
    maps = ask(engine, images, (1, False))
    assert isinstance(maps, Maps) and np.allclose(maps.arrays[1, False], images[0] @ kernel + 1, atol=1e-4)
    engine.forget()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the memory of a process")
def test_networks_loaded_one_after_another_do_not_add_up(engine: Engine, shelf: Shelf) -> None:
    weight = (Weight("kernel", (25000, 1000)),)
    network = sequence(
        layer("input", "InputLayer"),
        layer("dense", "Dense", *weight, units=1000, use_bias=False),
        shapes=[(25000,), (1000,)],
    )
    place = shelf.allocate(25000 * 1000 * 4)
    assert place is not None
    kernel = place.array(place.offset, FLOAT, (25000, 1000))
    held = []
    for _ in range(6):
        load(engine, network, {1: (kernel,)})
        assert isinstance(ask(engine, random_image(network), (1, False)), Maps)
        held.append(resident_bytes(engine.process_id))
    assert held[-1] - held[1] < 100e6
    engine.forget()


def test_images_that_need_too_much_memory_are_refused_with_a_sentence(engine: Engine) -> None:
    network = sequence(
        layer("input", "InputLayer"),
        convolution("first", 2, 200),
        convolution("second", 200, 200),
        shapes=[(None, None, 2), (None, None, 200), (None, None, 200)],
    )
    load(engine, network, random_weights(network))
    process = engine.process_id
    problem = ask(engine, {0: np.zeros((2000, 1000, 2), np.float32)}, (2, False))
    assert isinstance(problem, Problem) and "this image size" in problem.what and "GB" in problem.what
    assert isinstance(ask(engine, {0: np.zeros((20, 10, 2), np.float32)}, (2, False)), Maps)
    assert engine.process_id == process


def test_a_description_that_says_nonsense_ends_nothing(engine: Engine) -> None:
    network = small()
    process = engine.process_id
    wrong = replace(
        network, layers=(*network.layers[:1], replace(network.layers[1], settings={}), *network.layers[2:])
    )
    assert load(engine, wrong, random_weights(network)) == {(0, False)}
    assert len(load(engine, network, {})) == 1
    assert engine.process_id == process


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for the limits of a process")
def test_it_has_walls(engine: Engine) -> None:
    limits = Path(f"/proc/{engine.process_id}/limits").read_text()
    found = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
    assert found["Max address space"] == str(8 * 1024**3)
    assert (
        found["Max open files"] == "64"
        and found["Max file size"] == "0"
        and found["Max core file size"] == "0"
    )


def test_killed_at_random_moments_it_loses_nothing(engine: Engine) -> None:
    network = small(128)
    weights = random_weights(network)
    load(engine, network, weights)
    draw = random.Random(3)
    for number in range(5):
        weights[1] = (weights[1][0] * 0.9, weights[1][1])
        engine.set_weights(1, weights[1])
        told: list[Any] = []
        images = random_image(network, number)
        engine.maps(images, [(5, False)], done=told.append, failed=told.append)
        settled(draw.uniform(0, 0.03))
        os.kill(engine.process_id, signal.SIGKILL)
        wait_until(lambda told=told: told, 60)
        assert isinstance(told[0], Maps), told[0].sentence
        assert np.allclose(told[0].arrays[5, False], lab(network, weights, images[0])[5], atol=1e-5)
        if number % 2:
            os.kill(engine.process_id, signal.SIGKILL)  # while it has nothing to do
            settled(draw.uniform(0, 6))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux which processes there are")
@pytest.mark.parametrize("moment", [0.1, 1.5, 3.0])
def test_closed_while_it_loads_tensorflow_it_is_gone_at_once(moment: float, qapp: QCoreApplication) -> None:
    engine = Engine()
    engine.start()
    settled(moment)
    process = engine.process_id
    start = time.monotonic()
    engine.close()
    assert time.monotonic() - start < 5  # on a busy machine; TensorFlow takes longer to load there
    assert not Path(f"/proc/{process}").exists()
