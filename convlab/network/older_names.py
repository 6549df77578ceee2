"""What older versions of Keras called layers and settings, by Keras 3's names and values.

Keras 1 changed nearly all names (keras/legacy/interfaces.py of Keras 2 lists them); Keras 2 left some lists and aliases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_CLASSES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "AtrousConv2D": "Conv2D",
    "Deconvolution2D": "Conv2DTranspose",
    "Convolution2DTranspose": "Conv2DTranspose",
    "SeparableConvolution2D": "SeparableConv2D",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "SyncBatchNormalization": "BatchNormalization",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "RandomHeight": "Identity",
    "RandomWidth": "Identity",
}
_PREPROCESSING = "experimental.preprocessing>"

_SETTINGS = {
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "atrous_rate": "dilation_rate",
    "dim_ordering": "data_format",
    "bias": "use_bias",
    "output_dim": "units",
    "p": "rate",
    "pool_length": "pool_size",
    "poolsize": "pool_size",
    "length": "size",
}
_VALUES = {"tf": "channels_last", "th": "channels_first"}
_MERGE_MODES = {
    "sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum", "concat": "Concatenate",
}  # fmt: skip
_KERAS_1_ONLY = (
    "nb_filter",
    "nb_row",
    "border_mode",
    "subsample",
    "dim_ordering",
    "pool_length",
    "poolsize",
    "filter_length",
)


_NUMBERS = (int, float, type(None))


def is_of_keras(item: Mapping[str, Any]) -> bool:
    """Whether an object in a file is said to be of Keras itself; files of Keras 1 and most of Keras 2 say nothing."""
    home, registered = item.get("module"), item.get("registered_name")
    ours = home is None or (type(home) is str and home.split(".")[0] in ("keras", "tf_keras", "tensorflow"))
    return ours and (registered is None or registered == item.get("class_name"))


def is_network(class_name: str) -> bool:
    return class_name in ("Sequential", "Functional", "Model")


def of_keras_0(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The description of a network in the form of Keras 1: before it, names were classes, and settings stood beside them."""
    layers = document.get("layers")
    if document.get("name") != "Sequential" or "config" in document or type(layers) is not list:
        return document
    items = [_of_keras_0(item) if type(item) is dict else item for item in layers]
    return {"class_name": "Sequential", "config": items}


def _of_keras_0(item: dict[str, Any]) -> dict[str, Any]:
    config = {key: value for key, value in item.items() if key != "name"}
    if "custom_name" in config:
        config["name"] = config.pop("custom_name")
    return {"class_name": item.get("name"), "config": config}


def today(class_name: str, config: Mapping[str, Any], major: int) -> tuple[str, dict[str, Any]]:
    """The class and the settings of a layer by Keras 3's names. major: the version of Keras that wrote it, 0 unknown."""
    kind = class_name.rsplit(">", 1)[-1] if class_name.startswith(_PREPROCESSING) else class_name
    settings = dict(config)
    if kind == "Merge":
        kind, settings = _merge(settings)
    if kind in ("AtrousConvolution1D", "AtrousConvolution2D"):
        settings.setdefault("atrous_rate", 1)
    kind = _CLASSES.get(kind, kind)
    if any(name in settings for name in _KERAS_1_ONLY) or 0 < major < 2:
        settings = _from_keras_1(kind, settings)
    elif kind in ("Dropout", "Dense"):
        settings = _renamed(settings, ("p", "output_dim", "bias"))
    return kind, _with_old_values(kind, settings, major)


def _merge(settings: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Keras 1's one layer for all ways to join; in a sequence it holds others, which are not laid open."""
    mode, plain = settings.get("mode"), settings.get("mode_type", "raw") == "raw"
    kind = (
        _MERGE_MODES.get(mode, "Merge")
        if type(mode) is str and plain and "layers" not in settings
        else "Merge"
    )
    if kind == "Concatenate":
        settings = {**settings, "axis": settings.get("concat_axis", -1)}
    return kind, settings


def _from_keras_1(kind: str, settings: dict[str, Any]) -> dict[str, Any]:
    found = _renamed(settings, tuple(_SETTINGS))
    if "nb_row" in found and "nb_col" in found:
        found["kernel_size"] = [found["nb_row"], found["nb_col"]]
    if kind.startswith(("MaxPooling", "AveragePooling")) and "stride" in found:
        found["strides"] = found["stride"]
    if type(found.get("data_format")) is str:
        found["data_format"] = _VALUES.get(found["data_format"], found["data_format"])
    if kind == "Conv2DTranspose":
        found.pop("output_shape", None)
    return found


def _renamed(settings: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    found = dict(settings)
    for old in names:
        if old in found and old in _SETTINGS:
            found.setdefault(_SETTINGS[old], found.pop(old))
    return found


def _with_old_values(kind: str, settings: dict[str, Any], major: int) -> dict[str, Any]:
    if kind == "LeakyReLU" and "alpha" in settings:
        settings.setdefault("negative_slope", settings["alpha"])
    if kind == "UpSampling2D" and "interpolation" in settings and settings["interpolation"] is None:
        del settings["interpolation"]
    settings |= _activation_layer(settings.get("activation"))
    if major < 3 and settings.get("activation") == "hard_sigmoid":
        settings["activation"] = "hard_sigmoid_keras2"  # the function was another one until Keras 3
    return settings


def _activation_layer(value: Any) -> dict[str, Any]:
    """A layer of Keras given as the activation of another one: its function, and the parameter that it may have.

    ReLU with its own limits, and everything that is not listed, stays what it was, and is not computed.
    """
    if type(value) is not dict or type(value.get("config")) is not dict or not is_of_keras(value):
        return {}
    config, name = value["config"], value.get("class_name")
    if name == "LeakyReLU":
        slope = config.get("negative_slope", config.get("alpha", 0.3))
        return {"activation": "leaky_relu", "activation_slope": slope}
    if name == "ELU":
        return {"activation": "elu", "activation_alpha": config.get("alpha", 1.0)}
    if name == "ReLU" and not any(config.get(key) for key in ("negative_slope", "threshold")):
        functions = {None: "relu", 6: "relu6"}
        most = config.get("max_value")
        return {"activation": functions[most]} if type(most) in _NUMBERS and most in functions else {}
    if name == "Softmax" and config.get("axis", -1) == -1:
        return {"activation": "softmax"}
    if name == "Activation":
        return {"activation": config.get("activation")}
    return {}
