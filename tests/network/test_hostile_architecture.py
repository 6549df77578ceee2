"""Descriptions by strangers: whatever stands in them, reading ends soon, with a network or with one sentence."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from convlab.network.architecture import finished, read_architecture
from convlab.network.description import Layer, Network, OpenShape, Weight
from convlab.network.document import from_document, to_document
from convlab.network.shapes import memory_of, with_input_shapes
from convlab.problems import Problem

Json = Any


def item(kind: str, name: str, *reads: Any, **config: Any) -> dict[str, Any]:
    """A layer of a functional network in Keras 2's words."""
    wiring = (
        [[[*read, {}] if isinstance(read, tuple) else [read, 0, 0, {}] for read in reads]] if reads else []
    )
    return {"class_name": kind, "config": {"name": name, **config}, "name": name, "inbound_nodes": wiring}


def image(name: str = "image", shape: Any = (8, 9, 3)) -> dict[str, Any]:
    return item("InputLayer", name, batch_input_shape=[None, *shape])


def functional(*items: Any, inputs: Any = None, outputs: Any = None, name: str = "net") -> dict[str, Any]:
    ends = {
        "input_layers": inputs or [["image", 0, 0]],
        "output_layers": outputs or [[items[-1]["name"], 0, 0]],
    }
    return {"class_name": "Functional", "config": {"name": name, "layers": list(items), **ends}}


def sequential(*items: Any, name: str = "net") -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": name, "layers": list(items)}}


def convolution(name: str = "conv", *reads: Any, **config: Any) -> dict[str, Any]:
    return item("Conv2D", name, *reads, **{"filters": 4, "kernel_size": [3, 3], **config})


def read(document: Json, version: str = "2.9.0") -> Network:
    """The network with weights that fit, as far as its sizes are known."""
    architecture = read_architecture(document, version)
    plain = Network("n", "h5", "", architecture.layers, architecture.nodes, architecture.inputs)
    nodes = with_input_shapes(plain, {}).nodes
    weights = {
        node.layer: weights_of(architecture.layers[node.layer], nodes[node.inputs[0]].shape)
        for node in reversed(nodes)
        if node.inputs
    }
    return finished(architecture, weights, name="n", format="h5", keras_version=version)


def weights_of(layer: Layer, shape: OpenShape | None) -> tuple[Weight, ...]:
    """Of the kinds that this file uses."""
    channels = shape[-1] if shape else None
    if channels is None:
        return ()
    if layer.kind == "BatchNormalization":
        return tuple(
            Weight(role, (channels,)) for role in ("gamma", "beta", "moving_mean", "moving_variance")
        )
    settings: Any = layer.settings
    if layer.kind == "Conv2D" and {"filters", "kernel_size"} <= settings.keys():
        channels //= settings.get("groups", 1)
        return (
            Weight("kernel", (*settings["kernel_size"], channels, settings["filters"])),
            Weight("bias", (settings["filters"],)),
        )
    if layer.kind == "Dense" and "units" in settings:
        return Weight("kernel", (channels, settings["units"])), Weight("bias", (settings["units"],))
    if layer.kind == "DepthwiseConv2D" and "kernel_size" in settings:
        return Weight("depthwise_kernel", (*settings["kernel_size"], channels, 1)), Weight(
            "bias", (channels,)
        )
    return ()


def refused(document: Json) -> str:
    with pytest.raises(Problem) as caught:
        read(document)
    return caught.value.sentence


def whole() -> dict[str, Any]:
    """A network with a branch, a nested network, and settings of many types."""
    inner = functional(image("inside"), convolution("deep", "inside"), inputs=[["inside", 0, 0]], name="part")
    return functional(
        image(),
        convolution("first", "image", padding="same", strides=[1, 1], activation="relu", use_bias=True),
        item("BatchNormalization", "bn", "first", axis=[3], epsilon=0.001, scale=True),
        {**inner, "name": "part", "inbound_nodes": [[["bn", 0, 0, {}]], [["first", 0, 0, {}]]]},
        item("Add", "sum", ("part", 1, 0), ("part", 2, 0)),
        item("ZeroPadding2D", "pad", "sum", padding=[[1, 2], [0, 1]]),
        item("Reshape", "flat", "pad", target_shape=[-1]),
        item("Dense", "dense", "flat", units=5, activation="softmax"),
        outputs=[["dense", 0, 0], ["sum", 0, 0]],
    )


def test_the_whole_is_read() -> None:
    network = read(whole())
    shapes = {network.layer_of(n).path: node.shape for n, node in enumerate(network.nodes)}
    assert (shapes["first"], shapes["part/deep"], shapes["pad"]) == ((8, 9, 4), (6, 7, 4), (9, 8, 4))
    assert [network.layer_of(node).name for node in network.outputs] == ["dense", "sum"]


def test_a_last_axis_is_called_minus_one() -> None:
    flat = item("Flatten", "flat")
    document = sequential(
        image(), item("BatchNormalization", "maps", axis=[3]), flat, item("BatchNormalization", "row", axis=1)
    )
    named = {layer.name: layer.settings.get("axis") for layer in read(document).layers}
    assert (named["maps"], named["row"]) == (-1, -1)
    rows = read(sequential(image(), item("Softmax", "rows", axis=1)))
    assert rows.layers[1].settings["axis"] == 1


# --- any value anywhere ---

ODD: tuple[Json, ...] = (
    None, True, False, 0, -1, 1, 10**17, -(10**17), 10**400, 0.5, -0.0, 1e308, 1e-320, "", "image", "relu", "<b>x</b>",
    "\u202e\x00\n", "x" * 100_000, [], {}, [[]], [None], [[[[[]]]]], {"class_name": "Lambda"}, [1, 2, 3, 4, 5, 6, 7],
    ["image", 0, 0], ["image", True, 0], ["image", 0, -1], ["image", 10**30, 0], [["image", 0, 0]],
    {"class_name": "__tuple__", "items": [1, 2]}, {"class_name": "__tuple__", "items": None}, ["a"] * 5000,
    {"class_name": "function", "config": "relu"}, {"class_name": "function", "config": "exec", "module": "builtins"},
    {"class_name": "LeakyReLU", "config": None}, {"class_name": "ReLU", "config": {"max_value": []}},
)  # fmt: skip


def places(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


def changed(value: Json, path: tuple[Any, ...], new: Json) -> Json:
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = changed(value[path[0]], path[1:], new)
    return copied


def read_or_refused(document: Json) -> Network | Problem:
    try:
        return read(document)
    except Problem as problem:
        return problem


def survives(document: Json) -> None:
    """It is refused with a sentence, or gives a network that can be carried to the engine, sized and measured."""
    network = read_or_refused(document)
    if isinstance(network, Problem):
        assert 0 < len(network.sentence) < 600 and "Error" not in network.sentence
        return
    for sentence in (*network.notices, *(layer.problem for layer in network.layers)):
        assert len(sentence) < 1000 and not set(sentence) & set("\n\x00\u202e")
    carried = from_document(json.loads(json.dumps(to_document(network))))
    assert carried == network
    sized = with_input_shapes(network, dict.fromkeys(network.inputs, (32, 32, 3)))
    assert memory_of(sized) >= 0


def shape_of_documents() -> list[tuple[Any, ...]]:
    return [path for path in places(whole()) if path]


@pytest.mark.parametrize("number", range(len(ODD)), ids=lambda number: repr(ODD[number])[:30])
def test_an_odd_value_ends_in_a_network_or_a_sentence(number: int) -> None:
    document = whole()
    for path in shape_of_documents()[number % 8 :: 8]:
        survives(changed(document, path, ODD[number]))


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:30])
def test_any_value_anywhere_ends_in_a_network_or_a_sentence(odd: Json) -> None:
    document = whole()
    for path in shape_of_documents():
        survives(changed(document, path, odd))


def test_a_missing_value_anywhere_ends_in_a_network_or_a_sentence() -> None:
    for path in shape_of_documents():
        document = copy.deepcopy(whole())
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        del holder[path[-1]]
        survives(document)


def test_values_swapped_at_random_end_in_networks_or_sentences() -> None:
    draw = random.Random(3)
    paths = shape_of_documents()
    for _ in range(300):
        document = whole()
        for _ in range(draw.randint(1, 4)):
            at, source = draw.choice(paths), draw.choice(paths)
            try:
                taken = whole()
                for key in source:
                    taken = taken[key]
                document = changed(document, at, taken)
            except (KeyError, IndexError, TypeError):
                continue
        survives(document)


@pytest.mark.parametrize(
    "document", [None, 3, "x", [], {}, {"class_name": 3}, {"class_name": "Sequential"}, [1, 2]]
)
def test_what_is_no_network_is_refused(document: Json) -> None:
    refused(document)


# --- graphs ---


def test_circles_are_refused() -> None:
    one, other = item("ReLU", "one", "other"), item("ReLU", "other", "one")
    assert "circle" in refused(functional(image(), one, other))
    assert "circle" in refused(functional(image(), item("ReLU", "one", "one")))


def test_a_shared_layer_that_reads_its_own_first_result_is_no_circle() -> None:
    twice = item("ReLU", "twice", "image")
    twice["inbound_nodes"].append([["twice", 0, 0, {}]])
    network = read(functional(image(), twice, outputs=[["twice", 1, 0]]))
    assert [node.inputs for node in network.nodes] == [(), (0,), (1,)]
    twice["inbound_nodes"][0] = [["twice", 1, 0, {}]]
    assert "circle" in refused(functional(image(), twice, outputs=[["twice", 1, 0]]))


def test_layers_that_are_not_there_are_refused() -> None:
    assert "gone" in refused(functional(image(), item("ReLU", "one", "gone")))
    assert "gone" in refused(functional(image(), outputs=[["gone", 0, 0]]))
    refused(functional(image(), item("ReLU", "one", ("image", 7, 0))))


def test_two_layers_of_one_name_are_refused() -> None:
    assert "conv" in refused(sequential(convolution(), convolution()))


def test_networks_in_networks_without_end_are_refused() -> None:
    deep = sequential(image("in"), convolution())
    for number in range(40):
        deep = sequential({**deep, "name": f"n{number}"}, name=f"n{number}")
    assert "deep" in refused(deep)


def test_a_network_that_is_used_ten_times_in_one_that_is_used_ten_times_is_refused_in_time() -> None:
    part = functional(image(), item("ReLU", "one", "image"), name="n0")
    for number in range(1, 9):
        inner = {**part, "name": part["config"]["name"]}
        calls = [[["image", 0, 0, {}]], *([[inner["name"], k, 0, {}]] for k in range(1, 10))]
        outer = [[inner["name"], 10, 0]]
        part = functional(image(), {**inner, "inbound_nodes": calls}, outputs=outer, name=f"n{number}")
    refused(part)


def test_too_many_layers_are_refused() -> None:
    refused(sequential(image(), *(item("ReLU", f"r{number}") for number in range(6000))))


def test_a_long_chain_is_read() -> None:
    """Longer than Python's stack is deep."""
    chain = [item("ReLU", f"r{number}", f"r{number - 1}" if number else "image") for number in range(1500)]
    network = read(functional(image(), *reversed(chain), outputs=[["r1499", 0, 0]]))
    assert len(network.nodes) == 1501 and network.nodes[-1].shape == (8, 9, 3)
    survives(functional(image(), *chain))


# --- sizes ---


@pytest.mark.parametrize(
    "layer",
    [
        convolution(filters=10**9), convolution(kernel_size=[10**6, 1]), convolution(strides=[0, 1]), convolution(filters=0),
        convolution(dilation_rate=10**9), convolution(groups=0), convolution(groups=-1), convolution(filters=True),
        convolution(filters=4.5), convolution(filters="4"), convolution(kernel_size=[3]), convolution(kernel_size=[3, 3, 3]),
        convolution(padding="both"), convolution(padding=["same"]), convolution(use_bias=1), convolution(use_bias="no"),
        convolution(activation="exec"), convolution(activation={"class_name": "Lambda", "config": {}}),
        item("Conv2D", "conv"), item("Dense", "conv"), item("Reshape", "conv", target_shape=[-1, -1]), item("Permute", "conv", dims=[1, 2]),
        item("ZeroPadding2D", "conv", padding=10**6), item("ZeroPadding2D", "conv", padding=[[-1, 2], [0, 0]]),
        item("UpSampling2D", "conv", size=[10**5, 10**5]), item("Cropping2D", "conv", cropping=[[8, 8], [0, 0]]),
        item("MaxPooling2D", "conv", pool_size=[100, 100]), item("Resizing", "conv", height=10**6, width=10**6),
        item("RepeatVector", "conv", n=10**9), item("BatchNormalization", "conv", axis=[1, 2], epsilon="small"),
        item("BatchNormalization", "conv", axis=9), item("Softmax", "conv", axis=7), item("Concatenate", "conv", axis=0),
        item("DepthwiseConv2D", "conv", kernel_size=3, strides=[1, 2]), item("Dense", "conv", units=float(2**60)),
    ],
    ids=lambda layer: json.dumps(layer["config"])[:60],
)  # fmt: skip
def test_settings_that_cannot_be_are_told_and_the_rest_is_computed(layer: dict[str, Any]) -> None:
    beside = item("ReLU", "beside", "image")
    wired = {**layer, "inbound_nodes": [[["image", 0, 0, {}]]]}
    after = item("ReLU", "after", "conv")
    document = functional(image(), beside, wired, after, outputs=[["after", 0, 0], ["beside", 0, 0]])
    network = read(document)
    problems = {network.layer_of(n).name: node.problem for n, node in enumerate(network.nodes)}
    assert problems["conv"] and problems["after"]
    assert not problems["beside"] and not problems["image"]
    survives(document)


def test_shapes_that_multiply_to_more_than_any_memory_are_refused_in_time() -> None:
    layers = [item("UpSampling2D", f"up{number}", size=[64, 64]) for number in range(200)]
    network = read(sequential(image(), *layers))
    assert network.nodes[0].problem == "" and network.nodes[-1].problem
    assert memory_of(network) < 2**40


@pytest.mark.parametrize(
    "shape", [[0, 9, 3], [-1, 9, 3], [2**40, 9, 3], [True, 9, 3], ["8", 9, 3], [8.5, 9, 3], []]
)
def test_sizes_of_images_that_cannot_be_are_no_sizes(shape: Json) -> None:
    survives(sequential(image(shape=shape), convolution()))


# --- programs and text ---

PROGRAMS = (
    item("Lambda", "evil", "image", function=["4wEAAAA=", None, None], function_type="lambda"),
    item("Lambda", "evil", "image", function={"class_name": "function", "module": "keras.config", "config": "set_epsilon"}),
    {**item("Conv2D", "evil", "image", filters=4, kernel_size=3), "module": "os", "registered_name": "os>system"},
    {**item("Conv2D", "evil", "image", filters=4, kernel_size=3), "module": "kerasx.layers"},
    {**item("Conv2D", "evil", "image", filters=4, kernel_size=3), "module": "my.keras.layers"},
    {**item("Conv2D", "evil", "image", filters=4, kernel_size=3), "registered_name": "Custom>Conv2D"},
    item("TFSMLayer", "evil", "image", filepath="/etc"),
    item("TorchModuleWrapper", "evil", "image", module="x"),
    item("StringLookup", "evil", "image", vocabulary="/etc/passwd"),
    item("MyAttention", "evil", "image"),
    {**item("Switch", "evil", "image"), "module": "keras.src.ops.core"},
    item("TFOpLambda", "evil", "image", function="io.read_file"),
    item("TimeDistributed", "evil", "image", layer={"class_name": "Lambda", "config": {}}),
    convolution("evil", "image", activation={"class_name": "function", "module": "os", "config": "system"}),
    convolution("evil", "image", activation={"class_name": "Custom>act", "config": {}}),
    convolution("evil", "image", activation={"class_name": "ReLU", "module": "evil.layers", "config": {}}),
)  # fmt: skip


@pytest.mark.parametrize("layer", PROGRAMS, ids=lambda layer: json.dumps(layer)[:70])
def test_what_could_run_a_program_is_named_and_the_rest_is_computed(layer: dict[str, Any]) -> None:
    document = functional(
        image(), convolution("before", "image"), layer, item("ReLU", "after", "evil"),
        outputs=[["after", 0, 0], ["before", 0, 0]],
    )  # fmt: skip
    network = read(document)
    named = {one.name: one for one in network.layers}
    nodes = {network.layer_of(n).name: node for n, node in enumerate(network.nodes)}
    assert "evil" in named["evil"].problem and "evil" in nodes["after"].problem
    assert nodes["image"].problem == ""
    assert any("evil" in notice for notice in network.notices)
    survives(document)


def test_markup_and_marks_in_names_stay_plain_in_every_sentence() -> None:
    name = "<b>evil</b>\n\u202e" + "n" * 300
    network = read(sequential(image(), item("Lambda", name), item("ReLU", "after")))
    sentences = (
        *network.notices,
        *(one.problem for one in network.layers),
        *(n.problem for n in network.nodes),
    )
    assert any("evil" in sentence for sentence in sentences)
    for sentence in sentences:
        assert not set(sentence) & set("\n\u202e") and len(sentence) < 600


# --- documents between processes ---

Change = Callable[[Any], Any]


def lies(document: dict[str, Any]) -> Iterator[Any]:
    for path in places(document):
        if path:
            for odd in (None, -1, 10**17, True, "x", [], {}, [[[]]], 0.5, "y" * 200_000):
                yield changed(document, path, odd)


def test_a_document_that_lies_raises_value_error_and_nothing_else() -> None:
    document = json.loads(json.dumps(to_document(read(whole()))))
    accepted = 0
    for lie in lies(document):
        try:
            network = from_document(lie)
        except ValueError:
            continue
        accepted += 1
        assert_sound(network)
    assert accepted < 3000


def assert_sound(network: Network) -> None:
    """What users of a network rely on."""
    rows, numbers = range(len(network.layers)), range(len(network.nodes))
    for number, node in enumerate(network.nodes):
        assert node.layer in rows and all(source in range(number) for source in node.inputs)
        assert node.shape is None or all(n is None or (type(n) is int and n > 0) for n in node.shape)
    assert all(node in numbers for node in (*network.inputs, *network.outputs))
    assert all(not network.nodes[node].inputs for node in network.inputs)
    for row, layer in enumerate(network.layers):
        assert layer.parent is None or (
            layer.parent in range(row) and network.layers[layer.parent].is_network
        )
    with_input_shapes(network, {})
    assert memory_of(network) >= 0


def test_a_network_that_came_through_a_document_is_the_same() -> None:
    network = replace(read(whole()), details={"fingerprint": "1-2"}, class_names=("cat", "dog"))
    assert from_document(json.loads(json.dumps(to_document(network)))) == network
