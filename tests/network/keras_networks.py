"""Networks of every kind of layer, made by Keras with random settings and random weights: what ours is compared with.

Each block adds one kind of layer, or one way of connecting layers. A network begins with the block that its number
stands for, so that a run of numbers holds them all.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.operations.keras_cases import Draw

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

FUNCTIONS = (
    None,
    "relu",
    "tanh",
    "sigmoid",
    "elu",
    "leaky_relu",
    "silu",
    "gelu",
    "softmax",
    "hard_sigmoid",
    "relu6",
)
Block = Callable[[Draw, Any], Any]


def layers() -> Any:
    """Imported late: TensorFlow takes seconds."""
    import keras

    return keras.layers


def room(x: Any) -> int:
    """The smaller side of a map; of an open one what is surely there."""
    return min(n or 8 for n in x.shape[1:3])


def side(draw: Draw, x: Any, most: int = 4) -> tuple[int, int]:
    """The size of a kernel or a pool that fits."""
    return draw.pair(1, max(1, min(most, room(x))))


# --- one layer ---


def convolution(draw: Draw, x: Any) -> Any:
    strides, dilation = draw.one_of(((1, 1), (1, 1)), (draw.pair(1, 3), (1, 1)), ((1, 1), draw.pair(1, 2)))
    groups = draw.one_of(*(n for n in (1, 2, 3) if x.shape[-1] % n == 0))
    padding = "same" if room(x) < 8 else draw.one_of("valid", "same")
    return layers().Conv2D(
        groups * draw.number(1, 4), side(draw, x), strides, padding, dilation_rate=dilation, groups=groups,
        activation=draw.one_of(*FUNCTIONS), use_bias=draw.chance(0.7),
    )(x)  # fmt: skip


def depthwise(draw: Draw, x: Any) -> Any:
    stride = draw.number(1, 2)
    return layers().DepthwiseConv2D(
        side(draw, x), (stride, stride), "same", depth_multiplier=draw.number(1, 2),
        activation=draw.one_of(*FUNCTIONS), use_bias=draw.chance(0.7),
    )(x)  # fmt: skip


def separable(draw: Draw, x: Any) -> Any:
    stride = draw.number(1, 2)
    return layers().SeparableConv2D(
        draw.number(1, 5), side(draw, x), (stride, stride), "same", depth_multiplier=draw.number(1, 2),
        activation=draw.one_of(*FUNCTIONS), use_bias=draw.chance(0.7),
    )(x)  # fmt: skip


def transposed(draw: Draw, x: Any) -> Any:
    return layers().Conv2DTranspose(
        draw.number(1, 4), draw.pair(1, 4), draw.pair(1, 2), draw.one_of("valid", "same"),
        activation=draw.one_of(*FUNCTIONS), use_bias=draw.chance(0.7),
    )(x)  # fmt: skip


def max_pooling(draw: Draw, x: Any) -> Any:
    return layers().MaxPooling2D(side(draw, x, 3), draw.pair(1, 2), draw.one_of("valid", "same"))(x)


def average_pooling(draw: Draw, x: Any) -> Any:
    return layers().AveragePooling2D(side(draw, x, 3), draw.pair(1, 2), draw.one_of("valid", "same"))(x)


def batch_normalization(draw: Draw, x: Any) -> Any:
    return layers().BatchNormalization(
        epsilon=draw.one_of(1e-3, 1e-5), center=draw.chance(0.8), scale=draw.chance(0.8)
    )(x)


def layer_normalization(draw: Draw, x: Any) -> Any:
    if x.shape[-1] == 1:  # the deviation of one number is 0, and what is left is rounding
        return x
    center = draw.chance(0.8)
    return layers().LayerNormalization(center=center, scale=not center or draw.chance(0.8))(x)


def normalization(draw: Draw, x: Any) -> Any:
    channels = x.shape[-1]
    return layers().Normalization(
        mean=draw.rng.normal(size=channels).tolist(), variance=(draw.rng.random(channels) + 0.5).tolist()
    )(x)


def activation(draw: Draw, x: Any) -> Any:
    return layers().Activation(draw.one_of(*FUNCTIONS[1:]))(x)


def rectifier(draw: Draw, x: Any) -> Any:
    k = layers()
    return draw.one_of(
        k.ReLU(), k.ReLU(max_value=0.5, negative_slope=0.1, threshold=0.2), k.LeakyReLU(), k.LeakyReLU(0.1),
        k.ELU(alpha=0.7), k.PReLU(shared_axes=[1, 2]),
    )(x)  # fmt: skip


def softmax(draw: Draw, x: Any) -> Any:
    return layers().Softmax()(x)


def dropout(draw: Draw, x: Any) -> Any:
    k = layers()
    return draw.one_of(k.Dropout(0.5), k.SpatialDropout2D(0.3), k.GaussianNoise(0.2), k.GaussianDropout(0.2))(
        x
    )


def zero_padding(draw: Draw, x: Any) -> Any:
    return layers().ZeroPadding2D((draw_pair(draw), draw_pair(draw)))(x)


def cropping(draw: Draw, x: Any) -> Any:
    return layers().Cropping2D((draw_pair(draw), draw_pair(draw)))(x) if room(x) > 5 else x


def draw_pair(draw: Draw) -> tuple[int, int]:
    return draw.number(0, 2), draw.number(0, 2)


def up_sampling(draw: Draw, x: Any) -> Any:
    if room(x) > 20:
        return x
    return layers().UpSampling2D(draw.pair(1, 3), interpolation=draw.one_of("nearest", "bilinear"))(x)


def rescaling(draw: Draw, x: Any) -> Any:
    return layers().Rescaling(draw.one_of(0.5, 2.0, 1 / 127.5), draw.one_of(0.0, -1.0))(x)


def resizing(draw: Draw, x: Any) -> Any:
    return layers().Resizing(draw.number(5, 14), draw.number(5, 14), draw.one_of("nearest", "bilinear"))(x)


def middle(draw: Draw, x: Any) -> Any:
    return layers().CenterCrop(*(n - draw.number(0, 2) for n in x.shape[1:3]))(x) if room(x) > 4 else x


# --- ways to connect ---


def merging(kind: str) -> Block:
    def block(draw: Draw, x: Any) -> Any:
        one, other = (same_size(draw, x, x.shape[-1]) for _ in range(2))
        inputs = [one, other] if kind == "Subtract" or draw.chance(0.5) else [one, x, other]
        return getattr(layers(), kind)()(inputs)

    block.__name__ = kind.lower()
    return block


def same_size(draw: Draw, x: Any, filters: int) -> Any:
    return layers().Conv2D(filters, draw.pair(1, 3), padding="same", activation=draw.one_of(*FUNCTIONS))(x)


def concatenation(draw: Draw, x: Any) -> Any:
    axis = draw.one_of(-1, 3, 1, 2)
    filters = draw.number(1, 3) if axis in (-1, 3) else x.shape[-1]
    return layers().Concatenate(axis)([same_size(draw, x, filters), x])


def residual(draw: Draw, x: Any) -> Any:
    """Two convolutions, normalised, and the input added, projected if it has another size."""
    k = layers()
    stride, filters = draw.number(1, 2), draw.number(2, 4)
    y = k.Conv2D(filters, 3, stride, "same", use_bias=False)(x)
    y = k.ReLU()(k.BatchNormalization()(y))
    y = k.BatchNormalization()(k.Conv2D(filters, 3, padding="same")(y))
    return k.Activation("relu")(k.Add()([y, k.Conv2D(filters, 1, stride, "same")(x)]))


def excitation(draw: Draw, x: Any) -> Any:
    """Squeeze and excitation: whole maps are weighted."""
    k = layers()
    kind = draw.one_of(k.GlobalAveragePooling2D, k.GlobalMaxPooling2D)
    squeezed = k.Conv2D(2, 1, activation="relu")(kind(keepdims=True)(x))
    return k.Multiply()([x, k.Conv2D(x.shape[-1], 1, activation="sigmoid")(squeezed)])


def nested(draw: Draw, x: Any) -> Any:
    """A network within the network, with a branch."""
    import keras

    inside = keras.Input(x.shape[1:])
    y = keras.layers.Add()([same_size(draw, inside, 3), same_size(draw, inside, 3)])
    return keras.Model(inside, keras.layers.BatchNormalization()(y))(x)


def nested_deeper(draw: Draw, x: Any) -> Any:
    """A sequence that holds a network."""
    import keras

    inside = keras.Input(x.shape[1:])
    inner = keras.Model(inside, keras.layers.Maximum()([inside, same_size(draw, inside, x.shape[-1])]))
    return keras.Sequential(
        [keras.Input(x.shape[1:]), inner, keras.layers.DepthwiseConv2D(2, padding="same")]
    )(x)


def nested_twice(draw: Draw, x: Any) -> Any:
    """One network, used two times."""
    import keras

    inside = keras.Input(x.shape[1:])
    inner = keras.Model(inside, same_size(draw, inside, x.shape[-1]))
    return keras.layers.Subtract()([inner(inner(x)), x])


def shared(draw: Draw, x: Any) -> Any:
    """One layer, used three times."""
    one = layers().Conv2D(x.shape[-1], 3, padding="same", activation="tanh")
    return layers().Average()([one(x), one(one(x))])


def rearranged(draw: Draw, x: Any) -> Any:
    rows, columns, channels = x.shape[1:]
    turned = layers().Permute(draw.one_of((2, 1, 3), (1, 2, 3)))(x)
    return layers().Reshape((-1, 2, channels) if rows * columns % 2 == 0 else (columns, rows, channels))(
        turned
    )


MERGES = tuple(merging(kind) for kind in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"))
SHAPELESS: tuple[Block, ...] = (
    depthwise, separable, batch_normalization, layer_normalization, normalization, activation, rectifier, softmax,
    dropout, zero_padding, up_sampling, rescaling, concatenation, residual, excitation, nested, nested_deeper,
    nested_twice, shared, transposed, resizing, *MERGES,
)  # fmt: skip
"""For open sizes too."""
BLOCKS: tuple[Block, ...] = (
    convolution,
    *SHAPELESS,
    max_pooling,
    average_pooling,
    cropping,
    middle,
    rearranged,
)


# --- whole networks ---


def network(seed: int) -> Any:
    """A network of about six blocks; every seventh leaves its image size open, every fifth has two inputs."""
    import keras

    keras.utils.clear_session()
    draw = Draw(seed)
    is_open = seed % 7 == 3
    first = BLOCKS[seed % len(BLOCKS)]
    blocks = SHAPELESS if is_open else BLOCKS
    if is_open and first not in SHAPELESS:
        first = convolution_same
    inputs = _inputs(draw, seed, is_open)
    x = _image(draw, inputs)
    for block in (first, *(draw.one_of(*blocks) for _ in range(5))):
        x = block(draw, x) if room(x) > 1 or is_open else x
    made = keras.Model(inputs, _head(draw, x, is_open))
    randomise(made, draw.rng)
    return made


def _inputs(draw: Draw, seed: int, is_open: bool) -> list[Any]:
    """One image or two, a vector, or an image without channels."""
    import keras

    size = (None, None) if is_open else draw.pair(9, 16, 0.5)
    if not is_open and seed % 11 in (5, 6):
        return [keras.Input((draw.number(5, 12),) if seed % 11 == 5 else size)]
    first = keras.Input((*size, draw.one_of(1, 3, 4)))
    return [first, keras.Input((*size, draw.one_of(1, 3)))] if seed % 5 == 2 else [first]


def _image(draw: Draw, inputs: list[Any]) -> Any:
    """What the first block gets."""
    k, x = layers(), inputs[0]
    if len(inputs) > 1:
        return k.Add()([same_size(draw, one, 3) for one in inputs])
    if len(x.shape) == 2:
        rows, columns = draw.pair(6, 9)
        return k.Reshape((rows, columns, 3))(k.Dense(rows * columns * 3, activation="relu")(x))
    return k.Reshape((*x.shape[1:], 1))(x) if len(x.shape) == 3 else x


def convolution_same(draw: Draw, x: Any) -> Any:
    return same_size(draw, x, draw.number(1, 4))


def _head(draw: Draw, x: Any, is_open: bool) -> Any:
    """Classes, an image, or both."""
    k = layers()
    flat = draw.one_of(k.GlobalAveragePooling2D(), k.GlobalMaxPooling2D(), k.Flatten())
    if is_open and isinstance(flat, k.Flatten):
        return same_size(draw, x, 3)
    y = k.Dense(draw.number(2, 9), activation=draw.one_of(*FUNCTIONS))(flat(x))
    if draw.chance(0.5):
        y = k.BatchNormalization()(k.Dropout(0.5)(k.Concatenate()([y, y])))
    classes = k.Dense(draw.number(2, 10), activation="softmax")(y)
    return [classes, same_size(draw, x, 3)] if draw.chance(0.2) else classes


def randomise(made: Any, rng: np.random.Generator) -> None:
    """Weights as trained networks have them: values keep their size from layer to layer, none is left at its start."""
    for variable in made.weights:
        name, shape = variable.path.split("/")[-1], tuple(variable.shape)
        if name in ("moving_variance", "gamma", "variance"):
            value = rng.uniform(0.5, 1.5, shape)
        elif variable.dtype.startswith("float"):
            reach = math.prod(shape[:-1]) if len(shape) > 1 else 4
            value = rng.normal(size=shape) * 1.4 / math.sqrt(reach)
        else:
            continue
        variable.assign(value.astype(np.float32))
    for layer in made._flatten_layers(include_self=False):
        if type(layer).__name__ == "Normalization":
            layer.finalize_state()


def images_for(made: Any, seed: int, open_size: tuple[int, int] = (13, 11)) -> list[np.ndarray]:
    """One image for each input, without the batch."""
    rng = np.random.default_rng(seed)
    found = []
    for one in made.inputs:
        size = [n or open_size[axis] for axis, n in enumerate(one.shape[1:])]
        found.append(rng.normal(size=size).astype(np.float32))
    return found
