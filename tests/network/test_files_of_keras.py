"""Every weight of networks that Keras saved, in all its formats, against the live network."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convlab.network.keras_file import open_network
from convlab.network.network_file import NetworkFile
from tests.network import keras_networks

SEEDS = range(44)
FORMATS = ("net.keras", "net.h5")


def opened(path: Path) -> NetworkFile:
    data = path.read_bytes()
    return open_network(io.BytesIO(data), path.name, len(data))


def layers_of(network: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every layer of a live network with its path; networks themselves are left out."""
    for layer in network.layers:
        if hasattr(layer, "layers"):
            yield from layers_of(layer, f"{before}{layer.name}/")
        else:
            yield before + layer.name, layer


def learned(layer: Any) -> list[np.ndarray]:
    return [
        np.asarray(weight.value)
        for weight in layer.weights
        if "seed" not in weight.path and weight.name != "count"
    ]


def check(file: NetworkFile, network: Any) -> None:
    rows = {layer.path: row for row, layer in enumerate(file.network.layers)}
    seen = 0
    for path, layer in layers_of(network):
        expected = learned(layer)
        if not expected:
            continue
        row = rows[path]
        found = file.weights(row)
        assert [array.shape for array in found] == [array.shape for array in expected], path
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one, other, path)
        seen += sum(array.size for array in found)
    assert file.network.parameters == seen
    assert not [layer.problem for layer in file.network.layers if "weights" in layer.problem]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_random_networks_are_found_whole_in_both_formats(seed: int, tmp_path: Path) -> None:
    network = keras_networks.network(seed)
    for name in FORMATS:
        network.save(tmp_path / name)
        check(opened(tmp_path / name), network)


def frozen_inside() -> Any:
    """A nested network whose layers have no telling names, part of it not trained, and one more inside."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    deepest = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(3, 1, name="same"), layers.BatchNormalization(name="n")],
        name="deepest",
    )
    image = keras.Input((8, 8, 3))
    x = layers.Conv2D(3, 3, padding="same", name="same")(image)
    x = layers.BatchNormalization(scale=False)(x)
    x = deepest(x)
    x = layers.Conv2D(3, 3, padding="same", use_bias=False)(x)
    backbone = keras.Model(image, x, name="backbone")
    backbone.layers[1].trainable = False
    deepest.trainable = False
    outer = keras.Input((8, 8, 3))
    y = backbone(outer)
    y = layers.Conv2D(2, 1, name="same")(y) + 1.0
    network = keras.Model(outer, [layers.Flatten()(y), backbone(outer)])
    keras_networks.randomise(network, np.random.default_rng(2))
    return network


@pytest.mark.slow
@pytest.mark.parametrize("frozen", [False, True])
def test_nested_networks_with_equal_names_and_frozen_layers(frozen: bool, tmp_path: Path) -> None:
    network = frozen_inside()
    if frozen:
        network.get_layer("backbone").trainable = False
    for name in FORMATS:
        network.save(tmp_path / name)
        check(opened(tmp_path / name), network)


@pytest.mark.slow
def test_every_class_is_numbered_as_keras_numbers_it(tmp_path: Path) -> None:
    import keras
    from keras import layers

    made = [keras.Input((12, 12, 4))]
    for _ in range(12):
        made += [layers.Conv2D(4, 3, padding="same"), layers.ReLU(), layers.PReLU(shared_axes=(1, 2))]
        made += [layers.DepthwiseConv2D(3, padding="same"), layers.LeakyReLU(), layers.BatchNormalization()]
    network = keras.Sequential(made)
    keras_networks.randomise(network, np.random.default_rng(4))
    network.save(tmp_path / "net.keras")
    check(opened(tmp_path / "net.keras"), network)


@pytest.mark.slow
def test_weights_only_are_shown_in_the_order_of_the_layers(tmp_path: Path) -> None:
    network = keras_networks.network(3)
    # Seeds of random generators are left out, and so are layers without weights.
    for name, form in (("net.weights.h5", "weights.h5"), ("old.h5", "h5 weights")):
        if form == "h5 weights":
            save_weights_as_keras_2(network, tmp_path / name)
        else:
            network.save_weights(tmp_path / name)
        file = opened(tmp_path / name)
        assert file.network.format == form and file.network.nodes == ()
        assert "weights only" in file.network.notices[0]
        found = [file.weights(row) for row, layer in enumerate(file.network.layers) if layer.weights]
        flat = np.concatenate([array.ravel() for arrays in found for array in arrays])
        expected = np.concatenate(
            [array.ravel() for _, layer in layers_of(network) for array in learned(layer)]
        )
        np.testing.assert_array_equal(flat, expected)


def save_weights_as_keras_2(network: Any, path: Path) -> None:
    import h5py
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, network)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_a_copy_with_other_filters_is_what_keras_loads(name: str, tmp_path: Path) -> None:
    import keras

    network = keras_networks.network(5)
    network.save(tmp_path / name)
    file = opened(tmp_path / name)
    edits = {
        (row, position): np.full(weight.shape, row + position, np.float32)
        for row, layer in enumerate(file.network.layers)
        for position, weight in enumerate(layer.weights[:1])
    }
    (tmp_path / f"copy of {name}").write_bytes(file.copy_with(edits))
    loaded = dict(layers_of(keras.models.load_model(tmp_path / f"copy of {name}")))
    for row, layer in enumerate(file.network.layers):
        for position, array in enumerate(file.weights(row)):
            expected = edits.get((row, position), array)
            np.testing.assert_array_equal(learned(loaded[layer.path])[position], expected)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_other_precisions_are_read_and_written(dtype: str, tmp_path: Path) -> None:
    import keras
    from keras import layers

    keras.utils.set_random_seed(5)
    network = keras.Sequential(
        [keras.Input((6, 6, 2)), layers.Conv2D(3, 3, dtype=dtype, name="conv"), layers.Flatten()]
    )
    network.save(tmp_path / "net.keras")
    file = opened(tmp_path / "net.keras")
    row = next(row for row, layer in enumerate(file.network.layers) if layer.name == "conv")
    kernel = network.get_layer("conv").kernel
    np.testing.assert_array_equal(file.weights(row)[0], np.asarray(keras.ops.cast(kernel, "float32")))
    assert file.network.layers[row].weights[0].dtype == dtype
    edit = np.full((3, 3, 2, 3), 1.0001, np.float32)
    (tmp_path / "copy.keras").write_bytes(file.copy_with({(row, 0): edit}))
    loaded = keras.models.load_model(tmp_path / "copy.keras").get_layer("conv").kernel
    expected = keras.ops.cast(keras.ops.cast(edit, dtype), "float32")
    np.testing.assert_array_equal(np.asarray(keras.ops.cast(loaded, "float32")), np.asarray(expected))
