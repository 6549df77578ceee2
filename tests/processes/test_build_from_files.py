"""From a file to feature maps: what is built from the description of a file gives the maps that Keras gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convlab.network.description import Network
from convlab.network.document import from_document, to_document
from convlab.network.operations_of import operations_of
from convlab.operations.merge import Merge
from tests.network import keras_networks
from tests.network.keras_oracle import Opened, maps_of, opened, outputs_of, sized

pytestmark = [
    pytest.mark.slow,  # they import TensorFlow
    pytest.mark.filterwarnings("ignore:You are using a softmax over axis"),
    pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file"),
    pytest.mark.filterwarnings("ignore:The structure of `inputs`"),
    pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`"),
]
NETWORKS = Path(__file__).resolve().parents[2] / "../shared/networks"
needs_networks = pytest.mark.skipif(
    not NETWORKS.exists(), reason="the real networks are not beside the project"
)


def computed(read: Opened, images: Sequence[Any]) -> dict[int, Any]:
    """All maps of these images by node, of a network that went through a document as it does on the way to the engine."""
    from convlab.processes.build import BuiltNetwork

    described = from_document(json.loads(json.dumps(to_document(read.network))))
    program = BuiltNetwork(described, read.weights).compile(sized(described, images))
    run = program.run(dict(zip(described.inputs, images, strict=True)))
    assert program.problems == {}
    found = {node: run.get((node, False)) for node in range(len(described.nodes))}
    for node, before in program.askable:
        assert found[node] is not None and (not before or run.get((node, True)) is not None)
    return {node: maps for node, maps in found.items() if maps is not None}


def same(got: Any, expected: Any) -> bool:
    """Within 1e-5 of each number, or of the largest where terms cancelled."""
    return got.shape == expected.shape and np.allclose(
        got, expected, rtol=1e-5, atol=1e-5 * max(np.abs(expected).max(), 1e-3)
    )


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("seed", range(len(keras_networks.BLOCKS)))
def test_networks_of_every_kind_have_the_maps_of_keras(seed: int, suffix: str, tmp_path: Path) -> None:
    pytest.importorskip("keras")
    made = keras_networks.network(seed)
    path = tmp_path / f"network{suffix}"
    made.save(path)
    read, images = opened(path), keras_networks.images_for(made, seed)
    got = computed(read, images)
    for node, expected in enumerate(maps_of(made, sized(read.network, images), images)):
        assert same(got[node], expected), read.network.layer_of(node)
    for node, expected in zip(read.network.outputs, outputs_of(made, images), strict=True):
        assert same(got[node], expected)


def random_images(network: Network) -> list[Any]:
    draw = np.random.default_rng(0)
    shapes = [network.nodes[node].shape or () for node in network.inputs]
    return [draw.uniform(0, 1, tuple(n or 32 for n in shape)).astype(np.float32) for shape in shapes]


LOADED = (
    "oarriaga__face_classification__fer2013_mini_XCEPTION.102-0.66.hdf5",
    "mlcommons__tiny__ad01.h5",
    "KiLJ4EdeN__Streamlit_Minimal_ML__mnist.h5",
    "AkashKobal__potato-disease-classification__potatoes.h5",
    "vladvoicux64__colourspark__autoencoder.keras",
)


@needs_networks
@pytest.mark.parametrize("name", LOADED)
def test_files_that_keras_opens_have_its_maps(name: str) -> None:
    keras = pytest.importorskip("keras")
    made = keras.models.load_model(NETWORKS / name, compile=False)
    read = opened(NETWORKS / name)
    images = random_images(read.network)
    got = computed(read, images)
    assert len(got) == len(read.network.nodes)
    for node, expected in enumerate(maps_of(made, sized(read.network, images), images)):
        assert same(got[node], expected), read.network.layer_of(node)
    for node, expected in zip(read.network.outputs, outputs_of(made, images), strict=True):
        assert same(got[node], expected)


@needs_networks
def test_a_file_that_keras_cannot_open_has_the_maps_of_the_same_network_by_todays_names() -> None:
    keras = pytest.importorskip("keras")
    k = keras.layers
    read = opened(NETWORKS / "tensorspace-team__tensorspace__mnist.h5")
    layers = [k.Input((28, 28, 1))]
    for layer in read.network.layers:
        if layer.kind in (
            "Conv2D",
            "Dense",
            "MaxPooling2D",
            "Flatten",
            "Dropout",
            "Reshape",
            "ZeroPadding2D",
        ):
            settings = {key: value for key, value in layer.settings.items() if key != "order"}
            layers.append(getattr(k, layer.kind)(**settings, name=layer.name))
    made = keras.Sequential(layers)
    for row, layer in enumerate(read.network.layers):
        if layer.weights:
            made.get_layer(layer.name).set_weights(read.weights[row])
    (image,) = random_images(read.network)
    got = computed(read, [image])
    assert same(got[read.network.outputs[0]], outputs_of(made, [image.reshape(28, 28, 1)])[0])


@needs_networks
def test_a_network_that_holds_a_program_is_computed_as_far_as_it_goes_without() -> None:
    pytest.importorskip("keras")
    read = opened(NETWORKS / "naokishibuya__car-behavioral-cloning__model.h5")
    images = random_images(read.network)
    got = computed(read, images)
    assert list(got) == list(read.network.inputs) and np.array_equal(got[0], images[0])


@needs_networks
@pytest.mark.parametrize("name", [*LOADED, "tensorspace-team__tensorspace__mnist.h5"])
def test_real_networks_have_the_maps_of_the_lab(name: str) -> None:
    pytest.importorskip("keras")
    read = opened(NETWORKS / name)
    images = random_images(read.network)
    got = computed(read, images)
    for number, node in enumerate(read.network.nodes):
        layer = read.network.layers[node.layer]
        inputs = [got[source] for source in node.inputs]
        if not inputs or layer.kind in ("InputLayer", "Resizing"):
            continue
        operations = operations_of(layer, read.weights.get(node.layer, ()))
        if isinstance(operations, Merge):
            assert np.allclose(operations.apply(inputs), got[number], atol=1e-4), layer
            continue
        (value,) = inputs
        for operation in operations:
            value = operation.apply(value)
        assert np.allclose(value, got[number], rtol=1e-4, atol=1e-4), layer
