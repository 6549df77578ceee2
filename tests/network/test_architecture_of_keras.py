"""Reading a description gives the graph, the shapes and the weights' places that Keras itself has."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from convlab.network.architecture import Architecture, finished, read_architecture
from convlab.network.description import Network
from tests.network import keras_documents as documents
from tests.network.keras_networks import network as random_network

pytestmark = pytest.mark.slow  # they import TensorFlow

VERSION = "3.15.1"
Make = Callable[[Any], Any]


@pytest.fixture(scope="module")
def keras() -> Any:
    return pytest.importorskip("keras")


@pytest.fixture(autouse=True)
def forgotten(keras: Any) -> Iterator[None]:
    yield
    keras.utils.clear_session()


def read(network: Any) -> Architecture:
    return read_architecture(documents.document_of(network), VERSION)


def with_weights(network: Any, architecture: Architecture) -> Network:
    weights = documents.weights_for(network, architecture.layers)
    return finished(architecture, weights, name="n", format="keras", keras_version=VERSION)


def check(network: Any, architecture: Architecture | None = None) -> Network:
    """What was read is what Keras has: wiring, shapes, number of weights; and nothing is in the way of computing it."""
    found = with_weights(network, architecture or read(network))
    expected = documents.graph_of_keras(network)
    graph = documents.graph_of_nodes(found.layers, found.nodes, found.inputs, found.outputs)
    assert [layer.problem for layer in found.layers if layer.problem] == []
    assert [node.problem for node in found.nodes if node.problem] == []
    assert graph.shapes == expected.shapes
    assert (graph.inputs, graph.outputs) == (expected.inputs, expected.outputs)
    numbers = [weight for weight in network.weights if "seed" not in weight.path]
    assert found.parameters == sum(math.prod(weight.shape) for weight in numbers)
    return found


# --- random networks ---


@pytest.mark.parametrize("seed", range(40))
def test_random_networks_are_read_as_keras_has_them(seed: int) -> None:
    check(random_network(seed))


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_keras_2_s_words_for_the_same_network_are_read_the_same(seed: int) -> None:
    network = random_network(seed)
    old = documents.as_keras_2(documents.document_of(network))
    architecture = read_architecture(old, "2.3.1")
    now = read(network)
    hard = {"hard_sigmoid_keras2": "hard_sigmoid"}
    assert [(layer.path, layer.kind) for layer in architecture.layers] == [
        (layer.path, layer.kind) for layer in now.layers
    ]
    assert architecture.nodes == now.nodes
    assert (architecture.inputs, architecture.outputs) == (now.inputs, now.outputs)
    for one, other in zip(architecture.layers, now.layers, strict=True):
        activation = one.settings.get("activation")
        assert hard.get(str(activation), activation) == other.settings.get("activation")
    if "hard_sigmoid" not in str(old):
        check(network, architecture)


# --- ways to connect ---


def inner(keras: Any, filters: int = 3, name: str | None = None) -> Any:
    image = keras.Input((None, None, 3))
    return keras.Model(image, keras.layers.Conv2D(filters, 3, padding="same")(image), name=name)


def shared_network(keras: Any) -> Any:
    image, part = keras.Input((8, 9, 3)), inner(keras)
    return keras.Model(image, keras.layers.Add()([part(image), part(part(image))]))


def networks_four_deep(keras: Any) -> Any:
    part = inner(keras)
    for _ in range(3):
        image = keras.Input((None, None, 3))
        part = keras.Model(image, keras.layers.ReLU()(part(part(image))))
    image = keras.Input((8, 9, 3))
    return keras.Model(image, part(image))


def two_inputs_and_two_outputs_within(keras: Any) -> Any:
    k = keras.layers
    one, two = keras.Input((8, 9, 3)), keras.Input((8, 9, 3))
    part = keras.Model([two, one], [k.Subtract()([one, two]), k.Conv2D(2, 1)(two)])
    a, b = keras.Input((8, 9, 3)), keras.Input((8, 9, 3))
    first, second = part([a, b])
    again, _ = part([b, a])
    return keras.Model([b, a], [second, k.Concatenate()([again, first])])


def named_inputs_and_outputs(keras: Any) -> Any:
    k = keras.layers
    left, right = keras.Input((8, 9, 3), name="left"), keras.Input((8, 9, 3), name="right")
    x = k.Subtract()([right, left])
    return keras.Model({"z": left, "a": right}, {"small": k.Conv2D(1, 3)(x), "large": x})


def named_inputs_within(keras: Any) -> Any:
    left, right = keras.Input((8, 9, 3), name="left"), keras.Input((8, 9, 3), name="right")
    part = keras.Model({"z": left, "a": right}, keras.layers.Subtract()([right, left]))
    one, two = keras.Input((8, 9, 3)), keras.Input((8, 9, 3))
    return keras.Model([one, two], part({"a": two, "z": one}))


def sequence_within_a_sequence(keras: Any) -> Any:
    k = keras.layers
    part = keras.Sequential([k.Rescaling(1 / 255), k.Conv2D(2, 3)])
    return keras.Sequential([keras.Input((8, 9, 3)), part, keras.Sequential([k.Flatten()]), k.Dense(2)])


def network_at_the_head_of_a_sequence(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential([inner(keras), k.GlobalAveragePooling2D(), k.Dense(2)])


def built_by_a_call(keras: Any) -> Any:
    network = keras.Sequential([keras.layers.Conv2D(3, 2), keras.layers.Flatten()])
    network.build((None, 8, 9, 3))
    return network


def part_of_a_sequence(keras: Any) -> Any:
    """An inner layer's output, read from outside."""
    base = keras.Sequential(
        [keras.Input((8, 9, 3)), keras.layers.Conv2D(2, 3, name="a"), keras.layers.ReLU(name="b")]
    )
    return keras.Model(base.inputs, [base.get_layer("a").output, base.get_layer("b").output])


def image_of_two_axes(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential([keras.Input((28, 28)), k.Reshape((28, 28, 1)), k.Conv2D(2, 5), k.Flatten()])


def one_axis(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((40, 3)), k.Conv1D(4, 3, padding="causal", dilation_rate=2), k.MaxPooling1D(2), k.ZeroPadding1D(2),
            k.SeparableConv1D(5, 3), k.UpSampling1D(2), k.Cropping1D((1, 2)), k.DepthwiseConv1D(2), k.AveragePooling1D(3, 1),
            k.Conv1DTranspose(3, 2, 2), k.SpatialDropout1D(0.1), k.LayerNormalization(), k.GlobalAveragePooling1D(),
            k.RepeatVector(3), k.GlobalMaxPooling1D(),
        ]
    )  # fmt: skip


def activations_that_are_layers(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 9, 3)), k.Conv2D(2, 1, activation=k.LeakyReLU(0.3)), k.Conv2D(2, 1, activation=k.ReLU()),
            k.Conv2D(2, 1, activation=k.ELU(0.5)), k.Conv2D(2, 1, activation=k.Softmax()), k.Dense(3, activation=k.ReLU(6)),
        ]
    )  # fmt: skip


def normalisations(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 9, 4)), k.Normalization(), k.Normalization(mean=[1.0, 2, 3, 4], variance=[1.0, 2, 3, 4]),
            k.BatchNormalization(axis=3, scale=False), k.BatchNormalization(axis=1), k.GroupNormalization(2),
            k.LayerNormalization(axis=[1, 2]), k.PReLU(), k.PReLU(shared_axes=[1, 2]), k.Rescaling([1.0, 2, 3, 4], 0.5),
        ]
    )  # fmt: skip


WAYS: tuple[Make, ...] = (
    shared_network, networks_four_deep, two_inputs_and_two_outputs_within, named_inputs_and_outputs,
    named_inputs_within, sequence_within_a_sequence, network_at_the_head_of_a_sequence, built_by_a_call,
    part_of_a_sequence, image_of_two_axes, one_axis, activations_that_are_layers, normalisations,
)  # fmt: skip


@pytest.mark.parametrize("make", WAYS)
def test_ways_to_connect_are_read_as_keras_has_them(make: Make, keras: Any) -> None:
    check(make(keras))


@pytest.mark.parametrize(
    "make", [make for make in WAYS if make not in (built_by_a_call, named_inputs_within)]
)
def test_ways_to_connect_are_read_from_keras_2_too(make: Make, keras: Any) -> None:
    network = make(keras)
    old = documents.as_keras_2(documents.document_of(network))
    check(network, read_architecture(old, "2.3.1"))


def test_a_bare_list_is_a_sequence(keras: Any) -> None:
    network = sequence_within_a_sequence(keras)
    old = documents.as_keras_2(documents.document_of(network))
    check(network, read_architecture({**old, "config": old["config"]["layers"]}, "2.1.6"))


# --- operations between layers ---


def arithmetic(keras: Any) -> Any:
    k = keras.layers
    image = keras.Input((8, 9, 3))
    x = k.Conv2D(3, 3, padding="same")(image)
    y = keras.ops.maximum(x + image, x * image) - x
    return keras.Model(image, keras.ops.concatenate([y, x], axis=-1))


def constants(keras: Any) -> Any:
    image = keras.Input((8, 9, 3))
    return keras.Model(image, 1 - (image / 127.5 - 1.0) * 2 + 3)


@pytest.mark.parametrize("make", [arithmetic, constants])
def test_simple_operations_between_layers_are_computed(make: Make, keras: Any) -> None:
    check(make(keras))


def test_the_rest_of_the_operations_have_rows_with_a_reason_and_the_rest_is_computed(keras: Any) -> None:
    k, ops = keras.layers, keras.ops
    image = keras.Input((8, 9, 3))
    x = k.Conv2D(4, 3, name="before")(image)
    halves = ops.split(x, 2, axis=-1)
    y = k.Conv2D(2, 1, name="after")(ops.flip(halves[1], 1)[:, 2:])
    network = keras.Model(image, [y, k.ReLU(name="beside")(x)])
    architecture = read(network)
    found = with_weights(network, architecture)
    problems = {found.layer_of(number).name: bool(node.problem) for number, node in enumerate(found.nodes)}
    assert not problems["before"] and not problems["beside"]
    assert problems["after"] and problems["split"] and problems["get_item"]
    operations = [entry.name for entry in architecture.entries if entry.is_operation]
    assert sorted(operations) == ["flip", "get_item", "split"]


def test_a_layer_that_is_called_as_in_training_is_not_computed(keras: Any) -> None:
    k = keras.layers
    image = keras.Input((8,))
    x = k.Dense(3, name="dense")(image)
    network = keras.Model(image, k.Dropout(0.5, name="random")(x, training=True))
    found = with_weights(network, read(network))
    assert [bool(node.problem) for node in found.nodes] == [False, False, True]
    plain = keras.Model(image, k.Dropout(0.5)(x, training=False))
    assert not any(node.problem for node in with_weights(plain, read(plain)).nodes)
