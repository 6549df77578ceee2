"""The shape of a layer's output for the shapes of its inputs: Keras's geometry, from the settings. Open sizes stay open.

Shapes are those of one image, without the batch axis: (height, width, channels), (length, channels) or (numbers,).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from convlab.network.description import Layer, OpenShape, Setting
from convlab.network.layer_kinds import MERGES
from convlab.operations.geometry import axis_of

MAX_CELLS = 2**31
"""Of one map; what would be larger is not computed."""


class Impossible(Exception):
    """A layer cannot be applied to what reaches it; the text is a clause that says why."""


def output_shape(layer: Layer, inputs: Sequence[OpenShape]) -> OpenShape:
    """The shape of a layer's output. Raises Impossible, whose text says why."""
    if layer.kind in MERGES:
        shape = _merged(layer, inputs)
    else:
        if len(inputs) != 1:
            raise Impossible(f"it reads one input, and {len(inputs)} reach it")
        rule = _RULES.get(layer.kind)
        shape = inputs[0] if rule is None else rule(layer, inputs[0])
    if any(n == 0 for n in shape) or math.prod(n or 1 for n in shape) > MAX_CELLS:
        raise Impossible(f"its output would be {'×'.join('?' if n is None else f'{n:,}' for n in shape)}")
    return shape


# --- sliding windows ---


def _several(layer: Layer, name: str, count: int, default: int | None) -> tuple[int | None, ...]:
    value = layer.settings.get(name)
    if value is None:
        return (default,) * count
    return value if isinstance(value, tuple) else (value,) * count  # type: ignore[return-value]


def _image(layer: Layer, shape: OpenShape, axes: int) -> OpenShape:
    if len(shape) != axes + 1:
        what = "an image" if axes == 2 else f"an array of {axes + 1} axes"
        raise Impossible(f"it reads {what}, and {_text(shape)} reaches it")
    return shape


def _text(shape: OpenShape) -> str:
    return "×".join("?" if n is None else f"{n:,}" for n in shape) or "one number"


def _windows(layer: Layer, shape: OpenShape, size: str, strides_as_size: bool = False) -> OpenShape:
    """Along the axes that a window slides over."""
    axes = len(shape) - 1
    kernel = _several(layer, size, axes, 2)
    stride = _several(layer, "strides", axes, None if strides_as_size else 1)
    dilation = _several(layer, "dilation_rate", axes, 1)
    padding = str(layer.settings.get("padding", "valid"))
    padding = "same" if padding == "causal" else padding  # all of it on the left, which is no other size
    found: list[int | None] = []
    for n, k, s, d in zip(shape[:-1], kernel, stride, dilation, strict=True):
        out = None if n is None else axis_of(n, k or 1, s or k or 1, padding, d or 1).out
        if out == 0:
            raise Impossible(f"its window of {k} cells does not fit into {n}")
        found.append(out)
    return tuple(found)


def _convolution(axes: int) -> Callable[[Layer, OpenShape], OpenShape]:
    def rule(layer: Layer, shape: OpenShape) -> OpenShape:
        _image(layer, shape, axes)
        _check_refusals(layer, axes)
        groups, channels = layer.settings.get("groups", 1), shape[-1]
        filters = layer.settings["filters"]
        assert isinstance(groups, int) and isinstance(filters, int)
        if (channels is not None and channels % groups) or filters % groups:
            raise Impossible(f"{channels} channels and {filters} filters do not divide into {groups} groups")
        return (*_windows(layer, shape, "kernel_size"), filters)

    return rule


def _check_refusals(layer: Layer, axes: int) -> None:
    """What Keras refuses too."""
    strides = _several(layer, "strides", axes, 1)
    dilations = _several(layer, "dilation_rate", axes, 1)
    if max(n or 1 for n in strides) > 1 and max(n or 1 for n in dilations) > 1:
        raise Impossible("a stride and a dilation above 1 do not go together")


def _depthwise(axes: int, *, separable: bool = False) -> Callable[[Layer, OpenShape], OpenShape]:
    def rule(layer: Layer, shape: OpenShape) -> OpenShape:
        _image(layer, shape, axes)
        if len(set(_several(layer, "strides", axes, 1))) > 1:
            raise Impossible("its strides are not equal, which Keras does not compute")
        multiplier = layer.settings.get("depth_multiplier", 1)
        assert isinstance(multiplier, int)
        channels = None if shape[-1] is None else shape[-1] * multiplier
        filters = layer.settings["filters"] if separable else channels
        return (*_windows(layer, shape, "kernel_size"), filters)  # type: ignore[arg-type]

    return rule


def _transposed(axes: int) -> Callable[[Layer, OpenShape], OpenShape]:
    def rule(layer: Layer, shape: OpenShape) -> OpenShape:
        _image(layer, shape, axes)
        _check_refusals(layer, axes)
        if any(n != 1 for n in _several(layer, "dilation_rate", axes, 1)):
            raise Impossible("a dilated transposed convolution is not computed by TensorFlow")
        sizes = zip(
            shape[:-1],
            _several(layer, "kernel_size", axes, 1),
            _several(layer, "strides", axes, 1),
            _several(layer, "dilation_rate", axes, 1),
            _several(layer, "output_padding", axes, None),
            strict=True,
        )
        same = layer.settings.get("padding", "valid") == "same"
        out = tuple(
            None if n is None else _stamped(n, ((k or 1) - 1) * (d or 1) + 1, s or 1, more, same=same)
            for n, k, s, d, more in sizes
        )
        return (*out, layer.settings["filters"])  # type: ignore[arg-type]

    return rule


def _stamped(n: int, extent: int, stride: int, more: int | None, *, same: bool) -> int:
    """One axis of a transposed convolution (keras.src.backend.common.backend_utils)."""
    if more is not None and more >= stride:
        raise Impossible(f"an output padding of {more} with a stride of {stride}")
    if not same:
        return (n - 1) * stride + extent + (max(extent, stride) - extent if more is None else more)
    out = n * stride if more is None else (n - 1) * stride + extent % 2 + more
    if out <= 0 or -(-out // stride) != n:
        raise Impossible(f"an output of {out} cells does not belong to {n} and a stride of {stride}")
    return out


def _pooling(axes: int) -> Callable[[Layer, OpenShape], OpenShape]:
    def rule(layer: Layer, shape: OpenShape) -> OpenShape:
        _image(layer, shape, axes)
        return (*_windows(layer, shape, "pool_size", strides_as_size=True), shape[-1])

    return rule


def _global(axes: int) -> Callable[[Layer, OpenShape], OpenShape]:
    def rule(layer: Layer, shape: OpenShape) -> OpenShape:
        _image(layer, shape, axes)
        return (*(1,) * axes, shape[-1]) if layer.settings.get("keepdims") else (shape[-1],)

    return rule


# --- borders and sizes ---


def _bordered(axes: int, name: str, sign: int, default: int) -> Callable[[Layer, OpenShape], OpenShape]:
    def rule(layer: Layer, shape: OpenShape) -> OpenShape:
        _image(layer, shape, axes)
        amounts = layer.settings.get(name, ((default, default),) * axes)
        if axes == 1 and isinstance(amounts, tuple) and not isinstance(amounts[0], tuple):
            amounts = (amounts,)
        out = [
            None if n is None else n + sign * (before + after)
            for n, (before, after) in zip(shape[:-1], amounts, strict=True)  # type: ignore[arg-type]
        ]
        if any(n is not None and n <= 0 for n in out):
            raise Impossible(f"nothing of {_text(shape)} would be left")
        return (*out, shape[-1])

    return rule


def _enlarged(axes: int) -> Callable[[Layer, OpenShape], OpenShape]:
    def rule(layer: Layer, shape: OpenShape) -> OpenShape:
        _image(layer, shape, axes)
        sizes = _several(layer, "size", axes, 2)
        return (
            *(None if n is None else n * (k or 1) for n, k in zip(shape[:-1], sizes, strict=True)),
            shape[-1],
        )

    return rule


def _sized(layer: Layer, shape: OpenShape) -> OpenShape:
    _image(layer, shape, 2)
    return layer.settings["height"], layer.settings["width"], shape[-1]  # type: ignore[return-value]


# --- vectors ---


def _dense(layer: Layer, shape: OpenShape) -> OpenShape:
    if not shape:
        raise Impossible("it reads a row of numbers, and one number reaches it")
    if shape[-1] is None:
        raise Impossible("how many numbers reach it depends on the size of the image")
    return (*shape[:-1], layer.settings["units"])  # type: ignore[arg-type]


def _flat(layer: Layer, shape: OpenShape) -> OpenShape:
    return (None,) if None in shape else (math.prod(n or 1 for n in shape),)


def _reshaped(layer: Layer, shape: OpenShape) -> OpenShape:
    target: tuple[int, ...] = tuple(layer.settings.get("target_shape", ()))  # type: ignore[arg-type]
    if None in shape:
        return tuple(None if n == -1 else n for n in target)
    count = math.prod(n or 1 for n in shape)
    known = math.prod(n for n in target if n != -1)
    if count % known if -1 in target else count != known:
        raise Impossible(f"{_text(shape)} does not fit into {'×'.join(map(str, target))}")
    return tuple(count // known if n == -1 else n for n in target)


def _permuted(layer: Layer, shape: OpenShape) -> OpenShape:
    dims = layer.settings.get("dims", ())
    if not isinstance(dims, tuple) or sorted(dims) != list(range(1, len(shape) + 1)):
        raise Impossible(f"{dims} is no order of the {len(shape)} axes that reach it")
    return tuple(shape[axis - 1] for axis in dims)


def _repeated(layer: Layer, shape: OpenShape) -> OpenShape:
    _image(layer, shape, 0)
    return layer.settings["n"], shape[0]  # type: ignore[return-value]


# --- along axes ---


def axes_of(value: Setting, rank: int) -> tuple[int, ...]:
    """Axes of an input of `rank` axes without its batch, from 0, for Keras's setting, which counts the batch.

    Raises Impossible.
    """
    axes = value if isinstance(value, tuple) else (value,)
    found = []
    for axis in axes:
        if not isinstance(axis, int) or axis == 0 or not -rank <= axis <= rank:
            raise Impossible(f"there is no axis {axis} in what reaches it".replace("-", "−"))
        found.append(axis - 1 if axis > 0 else axis + rank)
    return tuple(sorted(found))


def _along_axes(layer: Layer, shape: OpenShape) -> OpenShape:
    axis = layer.settings.get("axis", -1)
    if axis is not None:
        axes_of(axis, len(shape))
    return shape


def _grouped(layer: Layer, shape: OpenShape) -> OpenShape:
    (axis,) = axes_of(layer.settings.get("axis", -1), len(shape))[:1]
    groups, channels = layer.settings.get("groups", 32), shape[axis]
    assert isinstance(groups, int)
    if groups == 0 or (channels is not None and groups > 0 and channels % groups):
        raise Impossible(f"{_text(shape)} does not divide into {groups} groups")
    return shape


def _rescaled(layer: Layer, shape: OpenShape) -> OpenShape:
    for name in ("scale", "offset"):
        value = layer.settings.get(name)
        if isinstance(value, tuple) and (not shape or len(value) not in (1, shape[-1])):
            raise Impossible(f"its {name} has {len(value)} numbers, and {_text(shape)} reaches it")
    return shape


# --- merges ---


def _merged(layer: Layer, inputs: Sequence[OpenShape]) -> OpenShape:
    if not inputs:
        raise Impossible("nothing reaches it")
    if layer.kind == "Subtract" and len(inputs) != 2:
        raise Impossible(f"it reads two inputs, and {len(inputs)} reach it")
    return _joined(layer, inputs) if layer.kind == "Concatenate" else _broadcast(inputs)


def _broadcast(inputs: Sequence[OpenShape]) -> OpenShape:
    """As Keras's merging layers do: axes are matched from the right, 1 fits everything."""
    rank = max(map(len, inputs))
    out: list[int | None] = []
    for axis in range(rank):
        sizes = {shape[axis - rank + len(shape)] for shape in inputs if axis - rank + len(shape) >= 0} - {1}
        closed = sizes - {None}
        if len(closed) > 1:
            raise Impossible(f"{' and '.join(map(_text, inputs))} do not fit together")
        out.append(next(iter(closed)) if closed else None if None in sizes else 1)
    return tuple(out)


def _joined(layer: Layer, inputs: Sequence[OpenShape]) -> OpenShape:
    axis = layer.settings.get("axis", -1)
    rank = len(inputs[0])
    if not isinstance(axis, int) or axis == 0 or not -rank <= (axis - 1 if axis > 0 else axis) < rank:
        raise Impossible(f"there is no axis {axis}")
    place = (axis - 1 if axis > 0 else axis) % rank
    for shape in inputs:
        others = [
            (a, b)
            for at, (a, b) in enumerate(zip(shape, inputs[0], strict=False))
            if at != place and None not in (a, b)
        ]
        if len(shape) != rank or any(a != b for a, b in others):
            raise Impossible(f"{' and '.join(map(_text, inputs))} do not fit together")
    sizes = [shape[place] for shape in inputs]
    total = None if None in sizes else sum(n or 0 for n in sizes)
    return (*inputs[0][:place], total, *inputs[0][place + 1 :])


_RULES: Mapping[str, Callable[[Layer, OpenShape], OpenShape]] = {
    **{f"Conv{n}D": _convolution(n) for n in (1, 2)},
    **{f"Conv{n}DTranspose": _transposed(n) for n in (1, 2)},
    **{f"DepthwiseConv{n}D": _depthwise(n) for n in (1, 2)},
    **{f"SeparableConv{n}D": _depthwise(n, separable=True) for n in (1, 2)},
    **{f"{which}Pooling{n}D": _pooling(n) for which in ("Max", "Average") for n in (1, 2)},
    **{f"Global{which}Pooling{n}D": _global(n) for which in ("Max", "Average") for n in (1, 2)},
    **{f"ZeroPadding{n}D": _bordered(n, "padding", 1, 1) for n in (1, 2)},
    "Cropping1D": _bordered(1, "cropping", -1, 1),
    "Cropping2D": _bordered(2, "cropping", -1, 0),
    **{f"UpSampling{n}D": _enlarged(n) for n in (1, 2)},
    "Resizing": _sized,
    "CenterCrop": _sized,
    "Dense": _dense,
    "Flatten": _flat,
    "Reshape": _reshaped,
    "Permute": _permuted,
    "RepeatVector": _repeated,
    **dict.fromkeys(("BatchNormalization", "LayerNormalization", "Normalization", "Softmax"), _along_axes),
    "GroupNormalization": _grouped,
    "Rescaling": _rescaled,
}
"""Kinds that change the shape; all others keep it."""
