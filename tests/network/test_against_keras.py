"""Keras is the judge: networks of every kind of layer, saved by Keras, read by us, stepped through cell by cell."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from convlab.network.receptive_field import dependents
from convlab.network.relations import cells_of_shape
from tests.network import keras_networks
from tests.network.keras_oracle import agrees, maps_of, opened, sized

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("keras") is None, reason="needs Keras: pip install tensorflow-cpu"
    ),
    pytest.mark.filterwarnings(
        "ignore:You are using a softmax over axis"
    ),  # over one channel, here on purpose
    pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file"),
]
FORMATS = (".keras", ".h5")
ALL = range(2 * len(keras_networks.BLOCKS))  # each block comes first twice, once in each format or both
QUICK = (3, 17)  # an open size with two kinds of nested networks; two inputs


def saved(seed: int, suffix: str, folder: Path):
    made = keras_networks.network(seed)
    path = folder / f"network{suffix}"
    made.save(path)
    return made, opened(path)


def compare(seed: int, suffix: str, folder: Path) -> None:
    made, read = saved(seed, suffix, folder)
    agrees(made, read, keras_networks.images_for(made, seed), seed)


@pytest.mark.slow  # Keras takes seconds to start, also for a few
@pytest.mark.parametrize("seed", QUICK)
def test_some_networks_agree_with_keras(seed, tmp_path):
    compare(seed, FORMATS[seed % 2], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("seed", ALL)
def test_networks_of_every_kind_agree_with_keras(seed, suffix, tmp_path):
    compare(seed, suffix, tmp_path)


STEPPED = {
    "Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose", "MaxPooling2D", "AveragePooling2D",
    "GlobalMaxPooling2D", "GlobalAveragePooling2D", "BatchNormalization", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU",
    "Softmax", "Dense", "Flatten", "Dropout", "ZeroPadding2D", "Cropping2D", "UpSampling2D", "Rescaling", "Add", "Subtract",
    "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Resizing", "CenterCrop", "Normalization",
    "LayerNormalization", "Reshape", "Permute",
}  # fmt: skip


@pytest.mark.slow
def test_every_kind_of_layer_and_of_input_is_among_the_networks():
    kinds, inputs = set(), set()
    for seed in ALL:
        made = keras_networks.network(seed)
        kinds |= {type(layer).__name__ for layer in made._flatten_layers(include_self=False)}
        inputs |= {
            (len(made.inputs), len(one.shape), one.shape[-1], None in one.shape[1:]) for one in made.inputs
        }
    assert kinds >= STEPPED | {"Functional", "Sequential"}
    assert {channels for _, rank, channels, _ in inputs if rank == 4} == {1, 3, 4}
    assert {(count, rank, is_open) for count, rank, _, is_open in inputs} >= {
        (1, 4, False), (1, 4, True), (2, 4, False), (2, 4, True), (1, 2, False), (1, 3, False),
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, len(ALL), 3))
def test_nothing_changes_outside_of_what_depends_on_a_pixel(seed, tmp_path):
    """Less may change than could: a rectifier or a pool hides it. That nothing is missing, test_receptive_field shows."""
    made, read = saved(seed, ".keras", tmp_path)
    images = keras_networks.images_for(made, seed)
    network = sized(read.network, images)
    before = maps_of(made, network, images)
    rng = np.random.default_rng(seed)
    for _ in range(4):
        row, column = (int(rng.integers(n)) for n in cells_of_shape(images[0].shape))
        changed = images[0].copy()
        changed.reshape((*cells_of_shape(changed.shape), -1))[row, column] += 3
        after = maps_of(made, network, [changed, *images[1:]])
        found = dependents(network, network.inputs[0], row, column)
        for node, (old, new) in enumerate(zip(before, after, strict=True)):
            cells = cells_of_shape(old.shape)
            differs = (np.abs(old - new) > 1e-5 * np.abs(old).max()).reshape((*cells, -1)).any(axis=2)
            assert not (differs & ~found.get(node, np.zeros(cells, bool))).any(), network.layer_of(node)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "KiLJ4EdeN__Streamlit_Minimal_ML__mnist.h5",
        "AkashKobal__potato-disease-classification__potatoes.h5",
        "oarriaga__face_classification__fer2013_mini_XCEPTION.102-0.66.hdf5",
        "mlcommons__tiny__ad01.h5",
        "vladvoicux64__colourspark__autoencoder.keras",
    ],
)
def test_networks_of_strangers_agree_with_keras(name, shared):
    import keras

    path = shared / "networks" / name
    made = keras.models.load_model(path, compile=False, safe_mode=True)
    read = opened(path)
    shapes = [read.network.nodes[node].shape for node in read.network.inputs]
    rng = np.random.default_rng(1)
    agrees(made, read, [rng.random(shape, np.float32) for shape in shapes], 1)
