"""The kinds of layers that ConvLab knows: their settings, checked, and the weights that they have.

A kind is looked up here by its name and nowhere else: nothing is imported for a file. Settings have Keras 3's names and
are plain values, pairs as tuples; one that is missing in a file is left out, which means Keras's default. Everything
that does not matter once a network is trained (initializers, regularizers, constraints, dtype, …) is dropped unseen.

    activation                                  a name; activation_slope, activation_alpha where leaky ReLU or ELU
                                                was given with a parameter of its own
    Conv…, Depthwise…, Separable…, …Transpose   filters, kernel_size, strides, padding, dilation_rate, groups,
                                                depth_multiplier, output_padding, use_bias, activation
    pooling                                     pool_size, strides, padding; keepdims (global)
    BatchNormalization, LayerNormalization, …   axis, epsilon, center, scale
    Dense                                       units, use_bias, activation
    ZeroPadding2D, Cropping2D, UpSampling2D     padding, cropping: ((top, bottom), (left, right)); size, interpolation
    ReLU, LeakyReLU, ELU, PReLU, Softmax        max_value, negative_slope, threshold; negative_slope; alpha; shared_axes; axis
    Reshape, Permute, Flatten                   target_shape; dims; order
    Rescaling, Normalization, Resizing          scale, offset; axis, mean, variance; height, width, interpolation, …
    merges                                      axis (Concatenate)
    InputLayer                                  shape, without the batch axis; None where it is open
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from convlab.network import setting_checks as check
from convlab.network.description import Setting
from convlab.network.setting_checks import Checker

Settings = Mapping[str, Setting]
Roles = tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """settings: by name, how each is checked. roles: the weights in Keras's order, given the checked settings.

    needed: the settings without a default.
    """

    settings: Mapping[str, Checker]
    roles: Callable[[Settings], Roles] = lambda settings: ()

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(name for name in _NEEDED if name in self.settings)


_NEEDED = ("filters", "kernel_size", "units", "target_shape", "dims", "n", "height", "width")


def _with_bias(*roles: str) -> Callable[[Settings], Roles]:
    return lambda settings: (*roles, "bias") if settings.get("use_bias", True) else roles


def _normalized(*after: str) -> Callable[[Settings], Roles]:
    def roles(settings: Settings) -> Roles:
        gamma = ("gamma",) if settings.get("scale", True) else ()
        beta = ("beta",) if settings.get("center", True) else ()
        return (*gamma, *beta, *after)

    return roles


def _of_normalization(settings: Settings) -> Roles:
    return () if settings.get("mean") is not None else ("mean", "variance", "count")


_BIASED: dict[str, Checker] = {
    "use_bias": check.flag,
    "activation": check.activation,
    "activation_slope": check.number(),
    "activation_alpha": check.number(),
}


def _convolution(axes: int, *, transposed: bool = False) -> dict[str, Checker]:
    sizes = check.several(axes, 1, check.MAX_KERNEL)
    paddings = ("valid", "same", "causal") if axes == 1 and not transposed else ("valid", "same")
    found: dict[str, Checker] = {
        "filters": check.whole(1, check.MAX_SIZE),
        "kernel_size": sizes,
        "strides": sizes,
        "padding": check.choice(*paddings),
        "dilation_rate": sizes,
        **_BIASED,
    }
    if transposed:
        found["output_padding"] = check.optional(check.several(axes, 0, check.MAX_KERNEL))
    else:
        found["groups"] = check.whole(1, check.MAX_SIZE)
    return found


def _depthwise(axes: int, *, separable: bool = False) -> dict[str, Checker]:
    found = _convolution(axes)
    del found["groups"]
    if not separable:
        found["padding"] = check.choice("valid", "same")
    if not separable:
        del found["filters"]
    return {**found, "depth_multiplier": check.whole(1, check.MAX_SIZE)}


def _pooling(axes: int) -> Kind:
    sizes = check.several(axes, 1, check.MAX_KERNEL)
    return Kind(
        {"pool_size": sizes, "strides": check.optional(sizes), "padding": check.choice("valid", "same")}
    )


_NORMALIZED: dict[str, Checker] = {
    "axis": check.axis,
    "epsilon": check.number(0, 1e6),
    "center": check.flag,
    "scale": check.flag,
    "renorm": check.off,
    "mode": check.off,
    "rms_scaling": check.off,
}
_KEEPDIMS = Kind({"keepdims": check.flag})
_NOTHING = Kind({})
_DROPPED = Kind({"rate": check.number(0, 1)})

KINDS: Mapping[str, Kind] = {
    "InputLayer": Kind({"shape": check.open_shape}),
    **{f"Conv{n}D": Kind(_convolution(n), _with_bias("kernel")) for n in (1, 2)},
    **{f"Conv{n}DTranspose": Kind(_convolution(n, transposed=True), _with_bias("kernel")) for n in (1, 2)},
    **{f"DepthwiseConv{n}D": Kind(_depthwise(n), _with_bias("depthwise_kernel")) for n in (1, 2)},
    **{
        f"SeparableConv{n}D": Kind(
            _depthwise(n, separable=True), _with_bias("depthwise_kernel", "pointwise_kernel")
        )
        for n in (1, 2)
    },
    "Dense": Kind({"units": check.whole(1, check.MAX_SIZE), **_BIASED}, _with_bias("kernel")),
    **{f"{which}Pooling{n}D": _pooling(n) for which in ("Max", "Average") for n in (1, 2)},
    **{f"Global{which}Pooling{n}D": _KEEPDIMS for which in ("Max", "Average") for n in (1, 2)},
    "ZeroPadding1D": Kind({"padding": check.border}),
    "ZeroPadding2D": Kind({"padding": check.borders}),
    "Cropping1D": Kind({"cropping": check.border}),
    "Cropping2D": Kind({"cropping": check.borders}),
    "UpSampling1D": Kind({"size": check.several(1, 1, 64)}),
    "UpSampling2D": Kind(
        {
            "size": check.several(2, 1, 64),
            "interpolation": check.choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
        }
    ),
    "CenterCrop": Kind(
        {"height": check.whole(1, check.MAX_SIDE), "width": check.whole(1, check.MAX_SIDE)}
    ),
    "Resizing": Kind(
        {
            "height": check.whole(1, check.MAX_SIDE),
            "width": check.whole(1, check.MAX_SIDE),
            "interpolation": check.choice(
                "nearest", "bilinear", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"
            ),
            "crop_to_aspect_ratio": check.flag,
            "pad_to_aspect_ratio": check.flag,
            "fill_value": check.number(),
        }
    ),
    "Rescaling": Kind({"scale": check.number_or_row, "offset": check.number_or_row}),
    "Normalization": Kind(
        {"axis": check.axis, "mean": check.numbers, "variance": check.numbers}, _of_normalization
    ),
    "BatchNormalization": Kind(_NORMALIZED, _normalized("moving_mean", "moving_variance")),
    "LayerNormalization": Kind(_NORMALIZED, _normalized()),
    "GroupNormalization": Kind({"groups": check.whole(-1, check.MAX_SIZE), **_NORMALIZED}, _normalized()),
    "Flatten": Kind({"order": check.choice("channels_last", "channels_first")}),
    "Reshape": Kind({"target_shape": check.target_shape}),
    "Permute": Kind({"dims": check.dims}),
    "RepeatVector": Kind({"n": check.whole(1, check.MAX_SIDE)}),
    "Activation": Kind({"activation": check.activation}),
    "ReLU": Kind(
        {
            "max_value": check.optional(check.number(0)),
            "negative_slope": check.number(),
            "threshold": check.number(0),
        }
    ),
    "LeakyReLU": Kind({"negative_slope": check.number()}),
    "PReLU": Kind({"shared_axes": check.optional(check.dims)}, lambda settings: ("alpha",)),
    "ELU": Kind({"alpha": check.number()}),
    "ThresholdedReLU": Kind({"theta": check.number(0)}),
    "Softmax": Kind({"axis": check.axis}),
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), _NOTHING),
    "Concatenate": Kind({"axis": check.axis}),
    **dict.fromkeys(
        ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianDropout", "AlphaDropout"), _DROPPED
    ),
    **dict.fromkeys(
        (
            "GaussianNoise", "ActivityRegularization", "Identity", "RandomBrightness", "RandomColorDegeneration",
            "RandomColorJitter", "RandomContrast", "RandomErasing", "RandomFlip", "RandomGaussianBlur",
            "RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective", "RandomPosterization",
            "RandomRotation", "RandomSaturation", "RandomSharpness", "RandomShear", "RandomTranslation",
            "RandomZoom",
        ),
        _NOTHING,
    ),
}  # fmt: skip
"""Kinds that compute."""

MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")

LOOKED_AT: Mapping[str, Callable[[Settings], Roles]] = {
    "Conv3D": _with_bias("kernel"),
    "Conv3DTranspose": _with_bias("kernel"),
    "LocallyConnected1D": _with_bias("kernel"),
    "LocallyConnected2D": _with_bias("kernel"),
    "Embedding": lambda settings: ("embeddings",),
    "SimpleRNN": _with_bias("kernel", "recurrent_kernel"),
    "LSTM": _with_bias("kernel", "recurrent_kernel"),
    "GRU": _with_bias("kernel", "recurrent_kernel"),
}
"""Kinds whose weights have known names, but which are not computed."""


def weight_roles(kind: str, settings: Settings) -> Roles | None:
    """The roles of a layer's weights in Keras's order, () for none; None for kinds that are not known."""
    known = KINDS.get(kind)
    if known is not None:
        return known.roles(settings)
    looked_at = LOOKED_AT.get(kind)
    return None if looked_at is None else looked_at(settings)


def checked_settings(kind: str, config: Mapping[str, Any]) -> dict[str, Setting]:
    """What matters of a layer's settings. Raises ValueError, whose text names the setting, for one that cannot be."""
    known = KINDS[kind]
    for name in known.needed:
        if config.get(name) is None:
            raise ValueError(name)
    found: dict[str, Setting] = {}
    for name, checker in known.settings.items():
        if name in config:
            try:
                found[name] = checker(config[name])
            except ValueError:
                raise ValueError(name) from None
            if checker is check.off:
                del found[name]
    return found


def settings_that_can_be(kind: str, config: Mapping[str, Any]) -> dict[str, Setting]:
    """Those that can be shown, of a layer of which one cannot be."""
    found: dict[str, Setting] = {}
    for name, checker in KINDS[kind].settings.items():
        with suppress(ValueError):
            found |= {name: checker(config[name])} if name in config else {}
    return found
