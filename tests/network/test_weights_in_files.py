"""Weights find their layers, however a version of Keras named, numbered and turned them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convlab.network.keras_file import open_network
from convlab.network.network_file import NetworkFile
from tests.network.hand_made import (
    BIAS,
    DENSE,
    DENSE_BIAS,
    KERNEL,
    NAMED,
    hdf5,
    item,
    keras_zip,
    layers,
    legacy,
    sequential,
)

RNG = np.random.default_rng(11)


def opened(data: bytes, name: str = "net") -> NetworkFile:
    return open_network(io.BytesIO(data), name, len(data))


def weights_by_path(file: NetworkFile) -> dict[str, tuple[NDArray[np.float32], ...]]:
    return {layer.path: file.weights(row) for row, layer in enumerate(file.network.layers) if layer.weights}


def numbers(*shape: int) -> NDArray[np.float32]:
    return RNG.normal(size=shape).astype(np.float32)


def three_convolutions() -> tuple[dict[str, Any], list[NDArray[np.float32]]]:
    config = sequential(
        [
            item("InputLayer", "image", batch_shape=[None, 9, 9, 2]),
            *(
                item("Conv2D", name, filters=2, kernel_size=[2, 2], use_bias=False)
                for name in ("z", "y", "x")
            ),
        ]
    )
    return config, [numbers(2, 2, 2, 2) for _ in range(3)]


@pytest.mark.parametrize(
    ("places"),
    [
        ["layers/conv2d/vars/0", "layers/conv2d_1/vars/0", "layers/conv2d_2/vars/0"],
        ["layers/conv2d/vars/0", "layers/conv2d_2/vars/0", "layers/conv2d_10/vars/0"],
        [f"_layer_checkpoint_dependencies/conv2d{number}/vars/0" for number in ("", "_2", "_4")],
        [f"_layer_checkpoint_dependencies\\conv2d{number}/vars/0" for number in ("", "_2", "_4")],
        [f"layers\\conv2d{number}\\vars/0" for number in ("", "_1", "_2")],
    ],
    ids=["as today", "with gaps", "2.13", "2.13 on Windows", "2.14 on Windows"],
)
def test_numbered_groups_belong_to_the_layers_in_order(places: list[str]) -> None:
    config, kernels = three_convolutions()
    file = opened(keras_zip(config, hdf5(dict(zip(places, kernels, strict=True)))))
    found = weights_by_path(file)
    assert list(found) == ["z", "y", "x"]
    for (kernel,), expected in zip(found.values(), kernels, strict=True):
        np.testing.assert_array_equal(kernel, expected)


def test_variables_are_numbered_not_spelled() -> None:
    config = sequential([layers()[0], item("Own", "own")])
    arrays = {f"layers/own/vars/{number}": numbers(number + 1) for number in range(12)}
    (weights,) = weights_by_path(opened(keras_zip(config, hdf5(arrays)))).values()
    assert [array.size for array in weights] == list(range(1, 13))


def test_seeds_of_random_generators_are_no_weights() -> None:
    config = sequential([layers()[0], item("Dropout", "drop", rate=0.5), item("Own", "own")])
    arrays = {
        "layers/dropout/seed_generator/vars/0": np.zeros(2, np.uint32),
        "layers/own/seed_generator/vars/0": np.zeros(2, np.uint32),
        "layers/own/vars/0": numbers(2),
    }
    file = opened(keras_zip(config, hdf5(arrays)))
    assert {path: len(weights) for path, weights in weights_by_path(file).items()} == {"own": 1}


def test_layers_within_unknown_layers_keep_their_numbers() -> None:
    config = sequential([layers()[0], item("Bidirectional", "both", layer=item("LSTM", "lstm"))])
    arrays = {f"layers/bidirectional/{way}_layer/cell/vars/0": numbers(3) for way in ("forward", "backward")}
    (layer,) = [one for one in opened(keras_zip(config, hdf5(arrays))).network.layers if one.weights]
    assert sorted(weight.role for weight in layer.weights) == [
        "backward_layer/cell/0",
        "forward_layer/cell/0",
    ]


# --- .h5 ---


def renamed(names: Mapping[str, str]) -> dict[str, dict[str, NDArray[np.float32]]]:
    """The usual network with its weights called otherwise."""
    return {
        layer: {names.get(name, name): array for name, array in group.items()}
        for layer, group in NAMED.items()
    }


@pytest.mark.parametrize(
    "groups",
    [
        NAMED,
        renamed({"conv/kernel:0": "conv_1/kernel:0", "conv/bias:0": "conv_1/bias:0"}),
        renamed({"conv/kernel:0": "net/conv/kernel", "conv/bias:0": "net/conv/bias"}),
        renamed({"conv/kernel:0": "conv_W", "conv/bias:0": "conv_b", "dense/kernel:0": "dense_W:0"}),
        renamed({"conv/kernel:0": "Variable:0", "conv/bias:0": "Variable_1:0"}),
        {"other": NAMED["conv"], "flatten": {}, "names": NAMED["dense"]},
    ],
    ids=["2", "2.0.5", "3", "1", "no names", "other layers"],
)
def test_named_weights_belong_to_the_layers_of_their_group(groups: Any) -> None:
    found = weights_by_path(opened(legacy(groups=groups)))
    assert list(found) == ["conv", "dense"]
    for array, expected in zip(
        (*found["conv"], *found["dense"]), (KERNEL, BIAS, DENSE, DENSE_BIAS), strict=True
    ):
        np.testing.assert_array_equal(array, expected)


def test_names_may_hold_slashes_and_come_in_another_order() -> None:
    config = sequential(
        [layers()[0], item("Conv2D", "block/conv", filters=2, kernel_size=[3, 3]), *layers()[2:]]
    )
    groups = {
        "dense": NAMED["dense"],
        "block/conv": {"block/conv/bias:0": BIAS, "block/conv/kernel:0": KERNEL},
    }
    file = opened(legacy(config, groups))
    conv = next(layer for layer in file.network.layers if layer.name == "block/conv")
    assert [weight.role for weight in conv.weights] == ["kernel", "bias"]
    np.testing.assert_array_equal(weights_by_path(file)["block/conv"][0], KERNEL)


def test_long_lists_of_names_are_cut_in_pieces() -> None:
    def cut(file: Any) -> None:
        group = file["model_weights"]
        del group.attrs["layer_names"]
        group.attrs["layer_names0"], group.attrs["layer_names1"] = [b"conv"], [b"flatten", b"dense"]

    assert list(weights_by_path(opened(legacy(change=cut)))) == ["conv", "dense"]


INNER = ("a/kernel", "a/bias", "n/gamma", "n/beta", "b/kernel", "n/moving_mean", "n/moving_variance")
FROZEN = ("a/kernel", "a/bias", "n/gamma", "n/beta", "n/moving_mean", "n/moving_variance", "b/kernel")


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("named", [False, True])
def test_a_nested_network_is_one_list_of_weights(frozen: bool, named: bool) -> None:
    inner = sequential(
        [
            item("InputLayer", "inside", batch_shape=[None, 8, 8, 1]),
            item("Conv2D", "a", filters=2, kernel_size=[3, 3]),
            item("BatchNormalization", "n"),
            item("Conv2D", "b", filters=2, kernel_size=[3, 3], use_bias=False),
        ]
    )
    inner["config"] |= {"name": "inner", "trainable": not frozen}
    shapes = {"a/kernel": (3, 3, 1, 2), "b/kernel": (3, 3, 2, 2)}
    arrays = {name: numbers(*shapes.get(name, (2,))) for name in INNER}
    order = FROZEN if frozen else INNER
    listed = {name if named else f"w_{number}": arrays[name] for number, name in enumerate(order)}
    file = opened(legacy(sequential([layers()[0], inner]), {"inner": listed}))
    found = weights_by_path(file)
    for layer, roles in (
        ("a", ("kernel", "bias")),
        ("n", ("gamma", "beta", "moving_mean", "moving_variance")),
    ):
        for array, role in zip(found[f"inner/{layer}"], roles, strict=True):
            np.testing.assert_array_equal(array, arrays[f"{layer}/{role}"])
    np.testing.assert_array_equal(found["inner/b"][0], arrays["b/kernel"])


# --- Keras 0.x and 1.x, Theano ---


def keras_1(ordering: str, kernel: NDArray[np.float32], *, backend: str = "", **config: Any) -> NetworkFile:
    settings = {"nb_filter": 2, "nb_row": 3, "nb_col": 2, "dim_ordering": ordering, **config}
    size = [None, 5, 8, 8] if ordering == "th" else [None, 8, 8, 5]
    layer = {"class_name": "Convolution2D", "config": {"name": "c", "batch_input_shape": size, **settings}}
    document = {"class_name": "Sequential", "config": [layer]}
    groups = {"c": {"c_W": kernel, "c_b": np.zeros(2, np.float32)}}
    return opened(legacy(document, groups, version="1.2.0", backend=backend))


def test_theanos_kernels_are_turned_to_todays_order() -> None:
    stored = numbers(2, 5, 3, 2)
    file = keras_1("th", stored)
    layer = file.network.layers[0]
    assert (layer.weights[0].shape, layer.weights[0].stored) == ((3, 2, 5, 2), (2, 5, 3, 2))
    np.testing.assert_array_equal(file.weights(0)[0], stored.transpose(2, 3, 1, 0))
    np.testing.assert_array_equal(file.stored_weights(0)[0], stored)
    assert any("Theano" in notice for notice in file.network.notices)


def test_kernels_that_theano_learned_stand_upside_down() -> None:
    stored = numbers(2, 5, 3, 2)
    file = keras_1("th", stored, backend="theano")
    np.testing.assert_array_equal(file.weights(0)[0], stored.transpose(2, 3, 1, 0)[::-1, ::-1])
    assert not any("Theano" in notice for notice in file.network.notices)


def test_tensorflows_kernels_of_keras_1_are_as_today() -> None:
    stored = numbers(3, 2, 5, 2)
    np.testing.assert_array_equal(keras_1("tf", stored).weights(0)[0], stored)


def test_an_edit_of_a_turned_kernel_is_written_as_it_was_stored() -> None:
    stored = numbers(2, 5, 3, 2)
    file = keras_1("th", stored, backend="theano")
    edit = file.weights(0)[0].copy()
    edit[0, 1, 2, 1] = 9
    copy = opened(file.copy_with({(0, 0): edit}).tobytes())
    np.testing.assert_array_equal(copy.weights(0)[0], edit)
    expected = stored.copy()
    expected[1, 2, 2, 0] = 9
    np.testing.assert_array_equal(copy.stored_weights(0)[0], expected)


def test_numbered_parameters_of_keras_0() -> None:
    kernel, bias = numbers(6, 3, 3, 3), numbers(6)
    arrays = {"layer_0/param_0": kernel, "layer_0/param_1": bias, "layer_2/param_0": numbers(10, 4)}

    def more(file: Any) -> None:
        file.create_group("layer_1")
        file.attrs["nb_layers"] = 3

    file = opened(hdf5(arrays, more))
    assert [(layer.name, layer.kind) for layer in file.network.layers][:2] == [
        ("layer_0", "Conv2D"),
        ("layer_1", ""),
    ]
    np.testing.assert_array_equal(file.weights(0)[0], kernel.transpose(2, 3, 1, 0))
    np.testing.assert_array_equal(file.weights(0)[1], bias)


# --- files that hold weights only ---


@pytest.mark.parametrize(
    ("weights", "kind"),
    [
        ({"kernel": (3, 3, 4, 8), "bias": (8,)}, "Conv2D"),
        ({"kernel": (3, 3, 4, 8)}, "Conv2D"),
        ({"kernel": (3, 3, 4, 8), "bias": (4,)}, "Conv2DTranspose"),
        ({"depthwise_kernel": (3, 3, 4, 1)}, "DepthwiseConv2D"),
        (
            {"depthwise_kernel": (3, 3, 4, 1), "pointwise_kernel": (1, 1, 4, 8), "bias": (8,)},
            "SeparableConv2D",
        ),
        ({"kernel": (7, 8), "bias": (8,)}, "Dense"),
        ({"kernel": (5, 7, 8)}, "Conv1D"),
        ({"gamma": (4,), "beta": (4,), "moving_mean": (4,), "moving_variance": (4,)}, "BatchNormalization"),
        ({"kernel": (7, 8), "recurrent_kernel": (8, 8), "bias": (8,)}, ""),
        ({"embeddings": (7, 8)}, ""),
    ],
)
def test_the_kind_is_told_by_the_weights(weights: dict[str, tuple[int, ...]], kind: str) -> None:
    group = {f"l/{role}:0": numbers(*shape) for role, shape in weights.items()}
    file = opened(legacy(groups={"l": group, "pool": {}}, weights_only=True))
    assert [(layer.name, layer.kind) for layer in file.network.layers] == [("l", kind), ("pool", "")]
    assert [weight.role for weight in file.network.layers[0].weights] == list(weights)
    assert file.network.format == "h5 weights" and not file.network.nodes


def test_a_network_that_is_a_class_of_its_own_shows_its_filters() -> None:
    config = {"module": "mine", "class_name": "Mine", "config": {}, "registered_name": "Mine"}
    arrays = {"conv_in/vars/0": KERNEL, "blocks/conv2d/vars/0": KERNEL, "optimizer/vars/1": KERNEL}
    file = opened(keras_zip(config, hdf5(arrays)))
    assert sorted(layer.path for layer in file.network.layers) == ["blocks/conv2d", "conv_in"]
    assert "class of its own, Mine" in file.network.notices[0]
    layer = next(layer for layer in file.network.layers if layer.path == "blocks/conv2d")
    assert (layer.kind, layer.weights[0].role) == ("Conv2D", "kernel")


# --- copies ---


@pytest.mark.parametrize(
    "packed", [{}, {"compression": "gzip", "shuffle": True, "chunks": True}], ids=["plain", "packed"]
)
@pytest.mark.parametrize(
    "method", [None, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["h5", "keras", "deflated"]
)
def test_a_copy_has_the_other_weights_and_keeps_the_rest(method: int | None, packed: dict[str, Any]) -> None:
    data = (
        legacy(**packed)
        if method is None
        else keras_zip(weights=hdf5(**packed), method=method, notes__txt=b"kept")
    )
    file = opened(data)
    row = next(row for row, layer in enumerate(file.network.layers) if layer.name == "conv")
    copied = file.copy_with({(row, 0): 2 * KERNEL}).tobytes()
    copy = opened(copied)
    np.testing.assert_array_equal(copy.weights(row)[0], 2 * KERNEL)
    np.testing.assert_array_equal(copy.weights(row)[1], BIAS)
    assert copy.network.layers == file.network.layers
    if method is not None:
        with zipfile.ZipFile(io.BytesIO(copied)) as archive:
            assert archive.testzip() is None
            assert archive.read("notes.txt") == b"kept"
            assert archive.namelist() == zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_an_edit_of_another_shape_is_a_fault_of_the_program() -> None:
    file = opened(legacy())
    with pytest.raises(ValueError, match=r"\(2, 2\)"):
        file.copy_with({(1, 0): np.zeros((2, 2), np.float32)})
