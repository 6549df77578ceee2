"""Networks whose images have their channels first give the same numbers, described with the channels last."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from convlab.network.architecture import finished, read_architecture
from convlab.network.description import Network
from tests.network import described
from tests.network import keras_documents as documents
from tests.network.keras_networks import randomise


def item(kind: str, name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": name, **config}}


def sequence(*items: dict[str, Any], shape: Any = (3, 8, 9)) -> dict[str, Any]:
    image = item("InputLayer", "image", batch_input_shape=[None, *shape])
    return {"class_name": "Sequential", "config": {"name": "net", "layers": [image, *items]}}


FIRST = {"data_format": "channels_first"}
CONV = item("Conv2D", "conv", filters=4, kernel_size=[3, 2], padding="same", **FIRST)


def settings_of(*items: dict[str, Any]) -> dict[str, Any]:
    """Settings by name, of a network that begins with a convolution."""
    layers = read_architecture(sequence(CONV, *items), "2.9.0").layers
    return {layer.name: layer.problem or dict(layer.settings) for layer in layers}


def test_the_image_is_turned() -> None:
    architecture = read_architecture(sequence(CONV), "2.9.0")
    assert architecture.channels_first and architecture.nodes[0].shape == (8, 9, 3)
    plain = finished(architecture, {}, name="n", format="h5")
    assert plain.details["data_format"] == "channels_first"


def test_axes_of_images_are_turned_and_those_of_vectors_are_not() -> None:
    found = settings_of(
        item("BatchNormalization", "channels", axis=1), item("BatchNormalization", "columns", axis=-1),
        item("Softmax", "soft", axis=[1, 3]), item("Flatten", "flat"), item("BatchNormalization", "last", axis=-1),
        item("BatchNormalization", "one", axis=[1]), item("Dense", "dense", units=3, activation="softmax"),
    )  # fmt: skip
    assert (found["channels"]["axis"], found["columns"]["axis"]) == (-1, 2)
    assert found["soft"]["axis"] == (-1, 2)
    assert (found["last"]["axis"], found["one"]["axis"]) == (-1, 1)
    assert found["dense"] == {"units": 3, "activation": "softmax"}


def test_flattening_keeps_the_file_s_order_unless_keras_turned_it_itself() -> None:
    assert settings_of(item("Flatten", "flat"))["flat"] == {"order": "channels_first"}
    assert settings_of(item("Flatten", "flat", data_format="channels_last"))["flat"] == {
        "order": "channels_first"
    }
    assert settings_of(item("Flatten", "flat", data_format="channels_first"))["flat"] == {}
    layers = read_architecture(sequence(CONV, item("Reshape", "flat", target_shape=[-1])), "2.9.0").layers
    assert (layers[-1].kind, layers[-1].settings) == ("Flatten", {"order": "channels_first"})


@pytest.mark.parametrize(
    "layer",
    [
        item("Dense", "odd", units=3), item("Reshape", "odd", target_shape=[9, 8, 4]), item("PReLU", "odd"),
        item("Permute", "odd", dims=[2, 1, 3]), item("Activation", "odd", activation="softmax"),
        item("MaxPooling2D", "odd", data_format="channels_last"), item("LayerNormalization", "odd", axis=[1, 2, 3]),
        item("Conv2D", "odd", filters=2, kernel_size=1, activation="softmax", **FIRST),
        item("Rescaling", "odd", scale=[1.0] * 9),
    ],
    ids=lambda layer: str(layer["class_name"]),
)  # fmt: skip
def test_what_cannot_be_turned_says_so(layer: dict[str, Any]) -> None:
    found = settings_of(CONV | {"config": CONV["config"] | {"name": "more"}}, layer)
    assert "odd" in found["odd"] and isinstance(found["odd"], str)


def test_images_of_two_axes_become_images_of_one_channel() -> None:
    document = sequence(item("Reshape", "image_of", target_shape=[1, 28, 28]), CONV, shape=(28, 28))
    layers = read_architecture(document, "1.2.0").layers
    assert layers[1].settings["target_shape"] == (28, 28, 1)


def test_theano_s_words_and_those_of_keras_0_are_channels_first() -> None:
    old = item("Convolution2D", "conv", nb_filter=4, nb_row=3, nb_col=3, border_mode="valid")
    assert read_architecture(sequence(old), "").nodes[0].shape == (8, 9, 3)
    theano = copy.deepcopy(old)
    theano["config"]["dim_ordering"] = "th"
    assert read_architecture(sequence(theano), "1.2.0").nodes[0].shape == (8, 9, 3)
    theano["config"]["dim_ordering"] = "tf"
    assert read_architecture(sequence(theano), "1.2.0").nodes[0].shape == (3, 8, 9)


# --- against Keras, which builds such networks, but computes them on no CPU ---


def built(keras: Any, order: str) -> Any:
    """The same network in either order; what has its channels last flattens them as the other one does."""
    k, first = keras.layers, order == "channels_first"
    axis = 1 if first else -1
    image = keras.Input((3, 8, 9) if first else (8, 9, 3))
    x = k.Conv2D(4, (3, 2), strides=(1, 2), data_format=order, name="a")(image)
    y = k.SeparableConv2D(4, 3, padding="same", data_format=order, name="b", activation="relu")(x)
    x = k.Concatenate(axis=axis, name="c")(
        [k.ZeroPadding2D(((1, 0), (0, 1)), data_format=order, name="d")(x)] * 2
    )
    x = k.BatchNormalization(axis=axis, name="e")(
        k.Cropping2D(((0, 1), (1, 0)), data_format=order, name="f")(x)
    )
    x = k.MaxPooling2D(2, data_format=order, name="g")(k.UpSampling2D(2, data_format=order, name="h")(x))
    x = k.Conv2DTranspose(4, 2, padding="same", data_format=order, name="i")(x)
    x = k.Add(name="j")([x, y])
    mean = k.GlobalAveragePooling2D(data_format=order, name="k")(x)
    flat = k.Reshape((-1,), name="l")(x if first else k.Permute((3, 1, 2))(x))
    x = k.BatchNormalization(name="m")(k.Concatenate(name="n")([flat, mean]))
    return keras.Model(image, k.Dense(5, activation="softmax", name="o")(x))


def read(network: Any) -> Network:
    architecture = read_architecture(documents.document_of(network), "3.15.1")
    weights = documents.weights_for(network, architecture.layers)
    return finished(architecture, weights, name="n", format="keras")


@pytest.fixture
def keras() -> Iterator[Any]:
    found = pytest.importorskip("keras")
    yield found
    found.utils.clear_session()


@pytest.mark.slow
def test_the_numbers_are_those_of_the_same_network_with_its_channels_last(keras: Any) -> None:
    first, last = built(keras, "channels_first"), built(keras, "channels_last")
    randomise(last, np.random.default_rng(5))
    network = read(first)
    assert [layer.problem for layer in network.layers if layer.problem] == []
    weights = {
        row: [np.asarray(weight) for weight in last.get_layer(layer.name).weights]
        for row, layer in enumerate(network.layers)
        if layer.weights
    }
    image = np.random.default_rng(6).normal(size=(8, 9, 3)).astype(np.float32)
    maps = described.computed(network, weights, {network.inputs[0]: image})
    expected = np.asarray(last(image[np.newaxis]))[0]
    assert np.allclose(maps[network.outputs[0]], expected, atol=1e-5)
    assert [node.shape for node in network.nodes] == [found.shape for found in maps]
    expected_shapes = documents.graph_of_keras(first).shapes
    graph = documents.graph_of_nodes(network.layers, network.nodes, network.inputs, network.outputs)
    turned = {one: s if s is None or len(s) < 3 else (*s[1:], s[0]) for one, s in expected_shapes.items()}
    assert graph.shapes == turned
