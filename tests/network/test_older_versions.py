"""What older versions of Keras wrote is read by today's names and values."""

from __future__ import annotations

from typing import Any

import pytest

from convlab.network.architecture import read_architecture
from convlab.network.description import Layer


def item(kind: str, name: str | None = None, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": ({"name": name} if name else {}) | config}


def layers(*items: dict[str, Any], version: str = "1.2.2") -> list[Layer]:
    """Those of a sequence whose config is the list itself; the implied input left out."""
    found = read_architecture({"class_name": "Sequential", "config": list(items)}, version)
    return [layer for layer in found.layers if not layer.settings.get("implied")]


def one(kind: str, version: str = "1.2.2", **config: Any) -> Layer:
    return layers(item(kind, "a", **config), version=version)[0]


OLD: dict[str, Any] = {
    "dim_ordering": "tf",
    "W_regularizer": None,
    "init": "glorot_uniform",
    "trainable": True,
}


@pytest.mark.parametrize(
    ("kind", "config", "today", "settings"),
    [
        (
            "Convolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 2, "border_mode": "same", "subsample": [2, 1], "bias": False},
            "Conv2D", {"filters": 4, "kernel_size": (3, 2), "padding": "same", "strides": (2, 1), "use_bias": False},
        ),
        (
            "AtrousConvolution2D", {"nb_filter": 4, "nb_row": 2, "nb_col": 2, "atrous_rate": [2, 3], "subsample": [1, 1]},
            "Conv2D", {"filters": 4, "kernel_size": (2, 2), "dilation_rate": (2, 3), "strides": (1, 1)},
        ),
        (
            "Convolution1D", {"nb_filter": 4, "filter_length": 3, "border_mode": "valid", "subsample_length": 2},
            "Conv1D", {"filters": 4, "kernel_size": 3, "padding": "valid", "strides": 2},
        ),
        (
            "Deconvolution2D", {"nb_filter": 4, "nb_row": 2, "nb_col": 2, "subsample": [2, 2], "output_shape": [None, 4, 4, 4]},
            "Conv2DTranspose", {"filters": 4, "kernel_size": (2, 2), "strides": (2, 2)},
        ),
        (
            "SeparableConvolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 3, "depth_multiplier": 2},
            "SeparableConv2D", {"filters": 4, "kernel_size": (3, 3), "depth_multiplier": 2},
        ),
        ("Dense", {"output_dim": 3, "bias": True, "input_dim": 7}, "Dense", {"units": 3, "use_bias": True}),
        ("Dropout", {"p": 0.5}, "Dropout", {"rate": 0.5}),
        ("SpatialDropout2D", {"p": 0.25}, "SpatialDropout2D", {"rate": 0.25}),
        ("BatchNormalization", {"mode": 0, "axis": -1, "epsilon": 1e-5}, "BatchNormalization", {"axis": -1, "epsilon": 1e-5}),
        ("ZeroPadding2D", {"padding": [1, 2, 3, 4]}, "ZeroPadding2D", {"padding": ((1, 2), (3, 4))}),
        ("ZeroPadding2D", {"padding": [1, 2]}, "ZeroPadding2D", {"padding": ((1, 1), (2, 2))}),
        ("MaxPooling1D", {"pool_length": 2, "stride": 3}, "MaxPooling1D", {"pool_size": 2, "strides": 3}),
        ("LeakyReLU", {"alpha": 0.2}, "LeakyReLU", {"negative_slope": 0.2}),
        ("Activation", {"activation": "hard_sigmoid"}, "Activation", {"activation": "hard_sigmoid_keras2"}),
        ("Merge", {"mode": "concat", "concat_axis": 3}, "Concatenate", {"axis": 3}),
        ("Merge", {"mode": "sum", "concat_axis": -1}, "Add", {}),
    ],
)  # fmt: skip
def test_keras_1_is_read(kind: str, config: Any, today: str, settings: Any) -> None:
    layer = one(kind, **OLD, **config)
    assert (layer.kind, layer.file_kind, layer.problem) == (today, kind, "")
    assert layer.settings == settings


@pytest.mark.parametrize(
    ("kind", "config", "today", "settings"),
    [
        ("BatchNormalizationV1", {"axis": [3], "renorm": False}, "BatchNormalization", {"axis": 3}),
        ("LeakyReLU", {"alpha": {"class_name": "__numpy__", "value": 0.25}}, "LeakyReLU", {"negative_slope": 0.25}),
        ("ReLU", {"max_value": 6.0, "negative_slope": {"value": 0.0}, "threshold": 0.0}, "ReLU",
         {"max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0}),
        ("DepthwiseConv2D", {"kernel_size": 3, "groups": 1, "strides": [2, 2]}, "DepthwiseConv2D",
         {"kernel_size": (3, 3), "strides": (2, 2)}),
        ("ZeroPadding2D", {"padding": {"class_name": "__tuple__", "items": [
            {"class_name": "__tuple__", "items": [0, 1]}, {"class_name": "__tuple__", "items": [2, 3]}]}},
         "ZeroPadding2D", {"padding": ((0, 1), (2, 3))}),
        ("Dense", {"units": 3, "activation": "swish"}, "Dense", {"units": 3, "activation": "silu"}),
        ("Dense", {"units": 3, "activation": {"class_name": "ReLU", "config": {"max_value": 6.0}}}, "Dense",
         {"units": 3, "activation": "relu6"}),
        ("Dense", {"units": 3, "activation": {"class_name": "ELU", "config": {"alpha": 0.5}}}, "Dense",
         {"units": 3, "activation": "elu", "activation_alpha": 0.5}),
        ("Reshape", {"target_shape": [28, 28, 1]}, "Reshape", {"target_shape": (28, 28, 1)}),
    ],
)  # fmt: skip
def test_keras_2_is_read(kind: str, config: Any, today: str, settings: Any) -> None:
    layer = one(kind, "2.4.0", dtype="float32", **config)
    assert (layer.kind, layer.problem) == (today, "")
    assert layer.settings == settings


def test_hard_sigmoid_is_another_function_since_keras_3() -> None:
    found = [one("Dense", v, units=3, activation="hard_sigmoid") for v in ("2.15.0", "3.0.0")]
    assert [layer.settings["activation"] for layer in found] == ["hard_sigmoid_keras2", "hard_sigmoid"]


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("BatchNormalization", {"mode": 2}), ("BatchNormalization", {"renorm": True}), ("Merge", {"mode": "dot"}),
        ("Merge", {"mode": "sum", "layers": [{}]}), ("Merge", {"mode": "sum", "mode_type": "lambda"}),
        ("Convolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 3, "border_mode": "full"}), ("MaxoutDense", {}),
        ("Dense", {"units": 3, "activation": "hard_sigmoid_of_mine"}), ("LayerNormalization", {"rms_scaling": True}),
        ("Dense", {"units": 3, "activation": {"class_name": "ReLU", "config": {"max_value": 5.0}}}),
        ("Dense", {"units": 3, "activation": {"class_name": "PReLU", "config": {}}}),
    ],
)  # fmt: skip
def test_what_is_not_computed_says_so(kind: str, config: dict[str, Any]) -> None:
    layer = one(kind, **config)
    assert layer.problem.startswith("a ") and "not compute" in layer.problem


def test_sizes_of_images_are_found_in_every_version_s_words() -> None:
    dense = {"output_dim": 3}
    for config, shape in (
        ({"batch_input_shape": [None, 8, 9, 3]}, (8, 9, 3)), ({"input_shape": [8, 9, 3]}, (8, 9, 3)),
        ({"input_dim": 7}, (7,)), ({"batch_input_shape": [None, None, None, 3]}, (None, None, 3)), ({}, None),
        ({"batch_input_shape": [None, 0, 9, 3]}, None),
    ):  # fmt: skip
        document = {"class_name": "Sequential", "config": [item("Dense", "a", **dense, **config)]}
        architecture = read_architecture(document, "1.0.0")
        assert architecture.nodes[architecture.inputs[0]].shape == shape
        implied = architecture.layers[-1]
        assert (implied.name, implied.kind, implied.settings["implied"]) == ("input", "InputLayer", True)


def test_layers_of_keras_0_have_names_made_for_them() -> None:
    document = {
        "name": "Sequential", "class_mode": "categorical",
        "layers": [
            {"name": "Convolution2D", "nb_filter": 4, "nb_row": 3, "nb_col": 3, "border_mode": "valid", "input_shape": [3, 8, 9]},
            {"name": "MaxPooling2D", "poolsize": [2, 2], "stride": None, "custom_name": "pool"},
            {"name": "Flatten"}, {"name": "Dense", "output_dim": 5},
        ],
    }  # fmt: skip
    architecture = read_architecture(document, "")
    assert [layer.kind for layer in architecture.layers[:4]] == ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
    assert architecture.layers[1].name == "pool" and architecture.channels_first
    assert architecture.layers[2].settings == {"order": "channels_first"}
    assert not any(layer.problem for layer in architecture.layers)


def test_a_class_of_its_author_that_lists_its_layers_is_read_and_said() -> None:
    inner = item("InputLayer", "image", batch_input_shape=[None, 8, 9, 3])
    config = {"name": "net", "layers": [inner, item("ReLU", "a")]}
    architecture = read_architecture({"class_name": "Mine", "config": config}, "2.9.0")
    assert [layer.name for layer in architecture.layers] == ["image", "a"]
    assert "a class of its own, Mine" in architecture.notices[0]
