"""Networks built from descriptions give the maps that Keras's own network gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convlab.network.description import Network, Weight
from convlab.operations.activations import ACTIVATIONS
from convlab.problems import Problem

pytestmark = pytest.mark.slow  # they import TensorFlow

Array = NDArray[Any]
Make = Callable[[Any, Any], Any]


@pytest.fixture(scope="module")
def keras() -> Any:
    return pytest.importorskip("keras")


@pytest.fixture(autouse=True)
def forgotten(keras: Any) -> Iterator[None]:
    yield
    keras.utils.clear_session()


def filled(network: Any, seed: int = 0) -> Any:
    """The network with random weights, those of normalisations too."""
    random = np.random.default_rng(seed)
    for weight in network.weights:
        low = 0.5 if "variance" in weight.name else -0.5
        weight.assign(random.uniform(low, low + 1, weight.shape).astype(np.float32))
    return network


def truth(keras: Any, network: Any, images: list[Array]) -> dict[str, list[Array]]:
    """Keras's own maps of every layer, by name, one for each use."""
    tensors, names = [], []
    for layer in network.layers:
        for node in layer._inbound_nodes:
            if node in {one for nodes in network._nodes_by_depth.values() for one in nodes}:
                tensors.append(node.outputs[0])
                names.append(layer.name)
    outputs = keras.Model(network.inputs, tensors)([image[np.newaxis] for image in images], training=False)
    found: dict[str, list[Array]] = {}
    for name, output in zip(names, outputs, strict=True):
        found.setdefault(name, []).append(np.asarray(output)[0])
    return found


def images_for(network: Network, seed: int = 1, size: tuple[int, int] = (9, 8)) -> dict[int, Array]:
    random = np.random.default_rng(seed)
    shapes = {node: network.nodes[node].shape or () for node in network.inputs}
    return {
        node: random.uniform(-1, 1, tuple(n or size[axis] for axis, n in enumerate(shape))).astype(np.float32)
        for node, shape in shapes.items()
    }


def check(keras: Any, network: Any, tolerance: float = 1e-5, **settings: Any) -> None:
    """All maps of the network as built from its description are those of Keras."""
    from convlab.processes.build import BuiltNetwork
    from tests.processes.of_keras import described

    description, weights = described(filled(network), **settings)
    built = BuiltNetwork(description, weights)
    assert built.problems == {}
    images = images_for(description)
    program = built.compile(description)
    assert program.problems == {} and program.complete
    computed = program.run(images)
    expected = truth(keras, network, [images[node] for node in description.inputs])
    assert {node for node, _ in program.askable} == set(range(len(description.nodes)))
    for number, node in enumerate(description.nodes):
        layer = description.layers[node.layer]
        got = computed.get((number, False))
        assert got is not None and got.dtype == np.float32
        want = expected[layer.name][node.call]
        assert got.shape == want.shape == node.shape
        assert np.allclose(got, want, rtol=tolerance, atol=tolerance), layer


# --- every kind of layer ---

L = {
    "Conv2D": lambda k, x: k.Conv2D(5, (3, 2), padding="same", activation="tanh")(x),
    "Conv2D strides": lambda k, x: k.Conv2D(5, 3, strides=(2, 1), use_bias=False)(x),
    "Conv2D dilation": lambda k, x: k.Conv2D(3, 2, dilation_rate=(2, 3), activation="relu")(x),
    "Conv2D groups": lambda k, x: k.Conv2D(6, 3, groups=2)(x),
    "Conv1D": lambda k, x: k.Conv1D(5, 3, padding="causal")(k.Reshape((9, 32))(x)),
    "DepthwiseConv2D": lambda k, x: k.DepthwiseConv2D(3, depth_multiplier=2, strides=2, activation="relu6")(
        x
    ),
    "DepthwiseConv1D": lambda k, x: k.DepthwiseConv1D(3)(k.Reshape((9, 32))(x)),
    "SeparableConv2D": lambda k, x: k.SeparableConv2D(5, 3, depth_multiplier=2, activation="elu")(x),
    "SeparableConv1D": lambda k, x: k.SeparableConv1D(5, 3)(k.Reshape((9, 32))(x)),
    "Conv2DTranspose": lambda k, x: k.Conv2DTranspose(5, 3, strides=2, padding="same", activation="relu")(x),
    "Conv2DTranspose output padding": lambda k, x: k.Conv2DTranspose(5, 3, strides=(2, 3), output_padding=1)(
        x
    ),
    "Conv1DTranspose": lambda k, x: k.Conv1DTranspose(5, 3, strides=2)(k.Reshape((9, 32))(x)),
    "Dense": lambda k, x: k.Dense(7, activation="softmax")(k.Flatten()(x)),
    "Dense on maps": lambda k, x: k.Dense(7, use_bias=False)(x),
    "MaxPooling2D": lambda k, x: k.MaxPooling2D((2, 3), strides=2, padding="same")(x),
    "MaxPooling1D": lambda k, x: k.MaxPooling1D(2)(k.Reshape((9, 32))(x)),
    "AveragePooling2D": lambda k, x: k.AveragePooling2D(2, padding="same")(x),
    "AveragePooling1D": lambda k, x: k.AveragePooling1D(3, strides=1)(k.Reshape((9, 32))(x)),
    "GlobalMaxPooling2D": lambda k, x: k.GlobalMaxPooling2D()(x),
    "GlobalAveragePooling2D": lambda k, x: k.GlobalAveragePooling2D(keepdims=True)(x),
    "GlobalMaxPooling1D": lambda k, x: k.GlobalMaxPooling1D()(k.Reshape((9, 32))(x)),
    "GlobalAveragePooling1D": lambda k, x: k.GlobalAveragePooling1D(keepdims=True)(k.Reshape((9, 32))(x)),
    "ZeroPadding2D": lambda k, x: k.ZeroPadding2D(((1, 2), (0, 3)))(x),
    "ZeroPadding1D": lambda k, x: k.ZeroPadding1D((1, 2))(k.Reshape((9, 32))(x)),
    "Cropping2D": lambda k, x: k.Cropping2D(((1, 2), (0, 3)))(x),
    "Cropping1D": lambda k, x: k.Cropping1D((1, 2))(k.Reshape((9, 32))(x)),
    "UpSampling2D": lambda k, x: k.UpSampling2D((2, 3))(x),
    "UpSampling2D bilinear": lambda k, x: k.UpSampling2D(2, interpolation="bilinear")(x),
    "UpSampling1D": lambda k, x: k.UpSampling1D(2)(k.Reshape((9, 32))(x)),
    "CenterCrop": lambda k, x: k.CenterCrop(4, 5)(x),
    "Resizing": lambda k, x: k.Resizing(5, 12)(x),
    "Resizing nearest": lambda k, x: k.Resizing(20, 12, interpolation="nearest")(x),
    "Rescaling": lambda k, x: k.Rescaling(0.5, -1)(x),
    "Normalization": lambda k, x: k.Normalization(mean=(1, 2, 3, 4), variance=(1, 0, 2, 3))(x),
    "Normalization of two axes": lambda k, x: k.Normalization(
        axis=(3, 1), mean=np.arange(36).reshape(9, 4).tolist(), variance=np.arange(36).reshape(9, 4).tolist()
    )(x),
    "Normalization of one axis": lambda k, x: k.Normalization(axis=1, mean=range(9), variance=range(9))(x),
    "Normalization of all": lambda k, x: k.Normalization(axis=None, mean=1.5, variance=4)(x),
    "BatchNormalization": lambda k, x: k.BatchNormalization(epsilon=0.01)(x),
    "BatchNormalization axis": lambda k, x: k.BatchNormalization(axis=1, center=False)(x),
    "BatchNormalization of a vector": lambda k, x: k.BatchNormalization(scale=False)(k.Flatten()(x)),
    "LayerNormalization": lambda k, x: k.LayerNormalization()(x),
    "GroupNormalization": lambda k, x: k.GroupNormalization(2)(x),
    "Flatten": lambda k, x: k.Flatten()(x),
    "Reshape": lambda k, x: k.Reshape((-1, 6))(x),
    "Permute": lambda k, x: k.Permute((3, 1, 2))(x),
    "RepeatVector": lambda k, x: k.RepeatVector(3)(k.Flatten()(x)),
    "ReLU": lambda k, x: k.ReLU(max_value=0.5, negative_slope=0.1, threshold=0.2)(x),
    "LeakyReLU": lambda k, x: k.LeakyReLU(negative_slope=0.15)(x),
    "PReLU": lambda k, x: k.PReLU()(x),
    "PReLU shared": lambda k, x: k.PReLU(shared_axes=[1, 2])(x),
    "ELU": lambda k, x: k.ELU(0.7)(x),
    "Softmax": lambda k, x: k.Softmax()(x),
    "Softmax axis": lambda k, x: k.Softmax(axis=1)(x),
    "Dropout": lambda k, x: k.Dropout(0.5)(x),
    "SpatialDropout2D": lambda k, x: k.SpatialDropout2D(0.5)(x),
    "GaussianNoise": lambda k, x: k.GaussianNoise(0.5)(x),
    "GaussianDropout": lambda k, x: k.GaussianDropout(0.5)(x),
    "AlphaDropout": lambda k, x: k.AlphaDropout(0.5)(x),
    "ActivityRegularization": lambda k, x: k.ActivityRegularization(0.5)(x),
    "Identity": lambda k, x: k.Identity()(x),
    "RandomFlip": lambda k, x: k.RandomFlip()(x),
    "RandomRotation": lambda k, x: k.RandomRotation(0.3)(x),
    "RandomZoom": lambda k, x: k.RandomZoom(0.3)(x),
    "RandomTranslation": lambda k, x: k.RandomTranslation(0.3, 0.3)(x),
    "RandomContrast": lambda k, x: k.RandomContrast(0.3)(x),
    "Add": lambda k, x: k.Add()([x, k.Conv2D(4, 1)(x), k.Conv2D(1, 1)(x)]),
    "Subtract": lambda k, x: k.Subtract()([x, k.Conv2D(4, 1)(x)]),
    "Multiply": lambda k, x: k.Multiply()([x, k.GlobalAveragePooling2D(keepdims=True)(x)]),
    "Average": lambda k, x: k.Average()([x, k.Conv2D(4, 1)(x)]),
    "Maximum": lambda k, x: k.Maximum()([x, k.Conv2D(4, 1)(x)]),
    "Minimum": lambda k, x: k.Minimum()([x, k.Conv2D(4, 1)(x)]),
    "Concatenate": lambda k, x: k.Concatenate()([x, k.Conv2D(2, 1)(x)]),
    "Concatenate rows": lambda k, x: k.Concatenate(axis=1)([x, k.Cropping2D(((1, 0), (0, 0)))(x)]),
}


@pytest.mark.parametrize("make", L.values(), ids=L)
def test_the_maps_are_those_of_keras(make: Make, keras: Any) -> None:
    image = keras.Input((9, 8, 4))
    check(keras, keras.Model(image, make(keras.layers, image)))


def test_every_kind_of_the_table_is_tested(keras: Any) -> None:
    from convlab.processes.keras_layers import SETTINGS

    random = {kind for kind in SETTINGS if kind.startswith("Random")}
    others = {"Activation", "InputLayer", "ThresholdedReLU", "SpatialDropout1D", "SpatialDropout3D"}
    assert SETTINGS.keys() - random - others <= {name.split()[0] for name in L}


def test_the_table_takes_all_that_a_checked_description_may_hold(keras: Any) -> None:
    from convlab.network import layer_kinds, setting_checks
    from convlab.processes.keras_layers import SETTINGS

    other = {"activation", "activation_slope", "activation_alpha", "rate", "shape"}
    untaken = {
        (kind, name)
        for kind, known in layer_kinds.KINDS.items()
        for name in known.settings.keys() - other
        if name not in SETTINGS.get(kind, ()) and known.settings[name] is not setting_checks.off
    }
    assert layer_kinds.KINDS.keys() <= SETTINGS.keys() and untaken == set()


def test_a_normalization_takes_what_it_has_learned(keras: Any) -> None:
    from convlab.processes.build import BuiltNetwork
    from tests.processes.of_keras import described

    image = keras.Input((9, 8, 3))
    layer = keras.layers.Normalization(axis=-1, name="n")
    network = keras.Model(image, layer(image))
    layer.adapt(np.random.default_rng(0).normal(2, 3, (5, 9, 8, 3)).astype(np.float32))
    description, _ = described(network)
    weights = tuple(map(np.asarray, (layer.adapt_mean, layer.adapt_variance, np.float32(360))))
    roles = tuple(Weight(role, shape) for role, shape in (("mean", (3,)), ("variance", (3,)), ("count", ())))
    description = without(description, "n", weights=roles, settings={"axis": -1})
    images = images_for(description)
    got = BuiltNetwork(description, {1: weights}).compile(description).run(images).get((1, False))
    assert np.allclose(got, np.asarray(network(images[0][np.newaxis]))[0], atol=1e-5)


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"linear", "hard_sigmoid_keras2", "gelu_tanh"}))
def test_an_activation_is_that_of_keras_alone_and_in_a_layer(name: str, keras: Any) -> None:
    image = keras.Input((9, 8, 4))
    inner = keras.layers.Conv2D(5, 3, activation=name)(image)
    check(keras, keras.Model(image, keras.layers.Activation(name)(inner)))


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_an_activation_is_that_of_the_lab(name: str, keras: Any) -> None:
    from convlab.operations.pointwise import Activation
    from convlab.processes.build import BuiltNetwork
    from tests.processes.of_keras import described

    image = keras.Input((9, 8, 4))
    description, _ = described(
        keras.Model(image, keras.layers.Activation("relu", name="a")(image)), a={"activation": name}
    )
    images = images_for(description)
    got = BuiltNetwork(description, {}).compile(description).run(images).get((1, False))
    if name not in ("leaky_relu", "elu"):  # of which the Lab lets one choose how much
        assert got is not None
        assert np.allclose(got, Activation(name).apply(images[0]), atol=1e-5)


def test_thresholded_relu_keeps_what_is_above(keras: Any) -> None:
    from convlab.processes.build import BuiltNetwork
    from tests.processes.of_keras import described

    image = keras.Input((3,))
    description, _ = described(keras.Model(image, keras.layers.Identity(name="a")(image)))
    layers = (
        description.layers[0],
        replace(description.layers[1], kind="ThresholdedReLU", settings={"theta": 1.0}),
    )
    description = replace(description, layers=layers)
    run = BuiltNetwork(description, {}).compile(description).run({0: np.array([0.5, 1, 1.5], np.float32)})
    assert np.array_equal(run.get((1, False)), [0, 0, 1.5])


def test_flattening_a_channels_first_network_goes_channel_by_channel(keras: Any) -> None:
    from convlab.processes.build import BuiltNetwork
    from tests.processes.of_keras import described

    image = keras.Input((2, 3, 4))
    network = keras.Model(image, keras.layers.Flatten(name="flat")(image))
    description, _ = described(network, flat={"order": "channels_first"})
    maps = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    run = BuiltNetwork(description, {}).compile(description).run({0: maps})
    assert np.array_equal(run.get((1, False)), np.moveaxis(maps, 2, 0).reshape(-1))


# --- whole networks ---


def test_branches_several_inputs_shared_layers_and_several_outputs(keras: Any) -> None:
    k = keras.layers
    one, two = keras.Input((9, 8, 3)), keras.Input((9, 8, 3))
    shared = k.Conv2D(4, 3, padding="same", activation="relu")
    a, b = shared(one), shared(two)
    joined = k.Add()([a, b, k.Conv2D(4, 1)(one)])
    head = k.Dense(5, activation="softmax")(k.GlobalAveragePooling2D()(joined))
    check(keras, keras.Model([two, one], [head, shared(k.Conv2D(3, 1)(b))]))


def test_an_image_without_a_channel_axis(keras: Any) -> None:
    image = keras.Input((9, 8))
    x = keras.layers.Reshape((9, 8, 1))(image)
    check(keras, keras.Model(image, keras.layers.Conv2D(2, 3)(x)))


def test_maps_before_the_activation(keras: Any) -> None:
    from convlab.processes.build import BuiltNetwork
    from tests.processes.of_keras import described

    k = keras.layers
    image = keras.Input((9, 8, 3))
    x = k.Conv2D(4, 3, activation="relu")(image)
    x = k.Dense(5, activation="softmax")(k.Flatten()(k.ReLU()(x)))
    description, weights = described(filled(keras.Model(image, x)))
    program = BuiltNetwork(description, weights).compile(description)
    assert {key for key in program.askable if key[1]} == {(1, True), (4, True)}
    run = program.run(images_for(description))
    assert np.allclose(np.maximum(run.get((1, True)), 0), run.get((1, False)), atol=1e-6)
    powers = np.exp(run.get((4, True)))
    assert np.allclose(powers / powers.sum(), run.get((4, False)), atol=1e-6)
    assert run.get((2, True)) is None


# --- parts, sizes, weights ---


def small(keras: Any) -> tuple[Network, dict[int, Any]]:
    """image 0 -> conv 1 -> conv 2 -> sum 4 with conv 3, which reads the image too -> 5"""
    from tests.processes.of_keras import described

    k = keras.layers
    image = keras.Input((9, 8, 3))
    first, side = k.Conv2D(4, 3, padding="same", name="first"), k.Conv2D(4, 1, name="side")
    deep = k.Conv2D(4, 3, padding="same", name="deep")(first(image))
    end = k.Conv2D(2, 1, name="end")(k.Add(name="sum")([deep, side(image)]))
    return described(filled(keras.Model(image, end)))


def named(network: Network, name: str) -> int:
    return next(n for n, node in enumerate(network.nodes) if network.layers[node.layer].name == name)


def without(network: Network, name: str, **changes: Any) -> Network:
    changed = (replace(one, **changes) if one.name == name else one for one in network.layers)
    return replace(network, layers=tuple(changed))


@pytest.mark.parametrize(
    "changes",
    [
        {"problem": "first holds a program."},
        {"kind": "Lambda"},
        {"settings": {"filters": 4, "kernel_size": (3, 3), "padding": "same", "activation": "theirs"}},
        {"settings": {"filters": 0, "kernel_size": (3, 3)}},
        {"settings": {"filters": 4, "kernel_size": (5, 5), "padding": "same"}},
        {"settings": {"filters": 4, "kernel_size": (3, 3), "padding": "both"}},
        {"settings": {"filters": 4, "kernel_size": (3, 3), "strides": (2, 2), "dilation_rate": (2, 2)}},
        {"settings": {"filters": 4, "kernel_size": (3, 3), "padding": "valid"}},
        {"weights": ()},
        {"weights": (Weight("kernel", (3, 3, 3, 4)),)},
    ],
)
def test_what_does_not_depend_on_a_wrong_layer_is_computed(changes: dict[str, Any], keras: Any) -> None:
    from convlab.processes.build import BuiltNetwork

    network, weights = small(keras)
    whole = BuiltNetwork(network, weights).compile(network).run(images_for(network))
    part = without(network, "first", **changes)
    program = BuiltNetwork(part, weights).compile(part)
    left = {named(network, "side"), 0}
    assert {node for node, _ in program.askable} == left
    run = program.run(images_for(network))
    assert np.array_equal(
        run.get((named(network, "side"), False)), whole.get((named(network, "side"), False))
    )
    assert run.get((named(network, "sum"), False)) is None


def test_weights_of_another_shape_leave_their_layer_out(keras: Any) -> None:
    from convlab.processes.build import BuiltNetwork

    network, weights = small(keras)
    row = network.nodes[named(network, "deep")].layer
    wrong = {**weights, row: (weights[row][0][..., :3], weights[row][1])}
    assert "do not fit" in BuiltNetwork(network, wrong).problems[row]
    with pytest.raises(Problem, match="do not fit"):
        BuiltNetwork(network, weights).set_weights(row, wrong[row])


def test_other_weights_are_used_by_the_next_call(keras: Any) -> None:
    from convlab.processes.build import BuiltNetwork

    network, weights = small(keras)
    built = BuiltNetwork(network, weights)
    program = built.compile(network)
    side = named(network, "side")
    images = images_for(network)
    before = program.run(images).get((side, False))
    built.set_weights(network.nodes[side].layer, [array * 2 for array in weights[network.nodes[side].layer]])
    after = program.run(images).get((side, False))
    assert before is not None and np.allclose(2 * before, after, atol=1e-6)


def test_a_pool_larger_than_its_input_is_left_out_and_ends_nothing(keras: Any) -> None:
    from convlab.processes.build import BuiltNetwork
    from tests.processes.of_keras import described

    image = keras.Input((9, 8, 3))
    end = keras.layers.Conv2D(2, 1)(keras.layers.MaxPooling2D(2, name="pool")(image))
    network, weights = described(filled(keras.Model(image, end)))
    network = without(network, "pool", settings={"pool_size": (20, 20), "padding": "valid"})
    program = BuiltNetwork(network, weights).compile(network)
    assert program.askable == {(0, False)} and "pool" in program.problems[1]


def test_open_sizes_are_compiled_for_each_image(keras: Any) -> None:
    from convlab.processes.build import BuiltNetwork
    from tests.processes.of_keras import described

    k = keras.layers
    image = keras.Input((None, None, 3))
    x = k.Conv2D(4, 3, activation="relu")(image)
    network = filled(keras.Model(image, k.Dense(5)(k.GlobalAveragePooling2D()(x))))
    description, weights = described(network)
    built = BuiltNetwork(description, weights)
    for size in ((9, 8), (12, 5)):
        shapes = ((*size, 3), (size[0] - 2, size[1] - 2, 4), (4,), (5,))
        nodes = tuple(
            replace(node, shape=shape) for node, shape in zip(description.nodes, shapes, strict=True)
        )
        images = images_for(description, size=size)
        run = built.compile(replace(description, nodes=nodes)).run(images)
        want = network(images[0][np.newaxis], training=False)
        assert np.allclose(run.get((3, False)), np.asarray(want)[0], atol=1e-5)


def test_where_all_maps_are_too_much_only_the_wanted_ones_are_computed(
    keras: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convlab.processes import build

    network, weights = small(keras)
    images = images_for(network)
    built = build.BuiltNetwork(network, weights)
    whole = built.compile(network).run(images)
    monkeypatch.setattr(build, "MAX_BYTES", 9 * 8 * 4 * 4 * 5)
    side, end = named(network, "side"), named(network, "end")
    program = built.compile(network, [(side, False), (end, False)])
    assert not program.complete and {node for node, _ in program.askable} == set(range(6))
    run = program.run(images)
    assert np.array_equal(run.get((end, False)), whole.get((end, False)))
    assert np.array_equal(run.get((side, False)), whole.get((side, False)))
    assert run.get((named(network, "deep"), False)) is None
    monkeypatch.setattr(build, "MAX_BYTES", 9 * 8 * 4 * 4)
    with pytest.raises(Problem, match="this image size"):
        built.compile(network, [(end, False)])
