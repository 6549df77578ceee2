"""What reading a network's description must come to, taken from the live Keras network, and that description as other
versions of Keras wrote it.

A graph is compared by a fingerprint of every application of a layer: its path, which application it is of, and the
fingerprints of what it reads, in order. Inputs of networks within networks are not counted: they change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from convlab.network.description import Layer, Node, Weight

Print = tuple[Any, ...]


@dataclass
class Graph:
    """shapes: of every application, by its fingerprint. inputs, outputs: fingerprints in order."""

    shapes: dict[Print, tuple[int | None, ...] | None] = field(default_factory=dict)
    inputs: list[Print] = field(default_factory=list)
    outputs: list[Print] = field(default_factory=list)


def document_of(network: Any) -> dict[str, Any]:
    found = json.loads(network.to_json())
    assert isinstance(found, dict)
    return found


# --- what Keras has ---


def graph_of_keras(network: Any) -> Graph:
    """All applications of layers in a live functional or built sequential network."""
    graph = Graph()
    shapes = [tuple(tensor.shape) for tensor in network.inputs]
    names = [tensor._keras_history.operation.name for tensor in _functional(network).inputs]
    graph.inputs = [_fingerprint(name, ()) for name in names]
    for one, shape in zip(graph.inputs, shapes, strict=True):
        graph.shapes[one] = shape[1:]
    calls: dict[str, int] = {}
    graph.outputs = [
        one for one, _ in _walk(network, list(zip(graph.inputs, shapes, strict=True)), "", graph, calls)
    ]
    return graph


def _functional(network: Any) -> Any:
    return getattr(network, "_functional", None) or network


def _walk(
    network: Any, given: Sequence[tuple[Print, Any]], prefix: str, graph: Graph, calls: dict[str, int]
) -> Any:
    """The fingerprints and shapes of a network's outputs for those of its inputs."""
    inner = _functional(network)
    known = {tensor._keras_history[:2]: one for tensor, one in zip(inner.inputs, given, strict=True)}
    known = {(operation.name, index): one for (operation, index), one in known.items()}
    results: dict[tuple[str, int, int], tuple[Print, Any]] = {
        (name, index, 0): one for (name, index), one in known.items()
    }
    for depth in sorted(inner._nodes_by_depth, reverse=True):
        for node in inner._nodes_by_depth[depth]:
            operation, index = node.operation, node.operation._inbound_nodes.index(node)
            if (operation.name, index, 0) in results:
                continue
            read = [results[_place(tensor)] for tensor in node.input_tensors]
            for number, one in enumerate(_applied(operation, node, read, prefix, graph, calls)):
                results[operation.name, index, number] = one
    return [results[_place(tensor)] for tensor in inner.outputs]


def _place(tensor: Any) -> tuple[str, int, int]:
    operation, index, number = tensor._keras_history
    return operation.name, index, number


def _applied(operation: Any, node: Any, read: Any, prefix: str, graph: Graph, calls: dict[str, int]) -> Any:
    path = f"{prefix}{operation.name}"
    if hasattr(operation, "_nodes_by_depth") or hasattr(operation, "_functional"):
        return _walk(operation, read, f"{path}/", graph, calls)
    one = _fingerprint(path, [print_ for print_, _ in read])
    shape = _shape_of(operation, node, [shape for _, shape in read])
    graph.shapes[one] = None if shape is None else shape[1:]
    return [(one, shape)] * len(node.outputs)


def _shape_of(operation: Any, node: Any, shapes: list[Any]) -> tuple[int | None, ...] | None:
    if not hasattr(operation, "compute_output_shape"):  # an operation of keras.ops
        return tuple(node.outputs[0].shape)
    try:
        return tuple(operation.compute_output_shape(shapes[0] if len(shapes) == 1 else shapes))
    except (NotImplementedError, TypeError, ValueError):
        return tuple(node.outputs[0].shape)


def _fingerprint(path: str, read: Sequence[Print]) -> Print:
    return path, hash(tuple(read))


# --- what was read ---


def graph_of_nodes(layers: Sequence[Layer], nodes: Sequence[Node], inputs: Any, outputs: Any) -> Graph:
    """The same of what was read: of an Architecture or a Network."""
    graph = Graph()
    prints: list[Print] = []
    for node in nodes:
        layer = layers[node.layer]
        if layer.kind == "InputLayer" and node.inputs:
            prints.append(prints[node.inputs[0]])
            continue
        prints.append(_fingerprint(layer.path, [prints[source] for source in node.inputs]))
        graph.shapes[prints[-1]] = node.shape
    graph.inputs = [prints[node] for node in inputs]
    graph.outputs = [prints[node] for node in outputs]
    return graph


def weights_for(network: Any, layers: Sequence[Layer]) -> dict[int, tuple[Weight, ...]]:
    """The weights of a live network as a reader would find them: by row, in Keras's order, with Keras's own names."""
    live = dict(_live(network))
    found: dict[int, tuple[Weight, ...]] = {}
    for row, layer in enumerate(layers):
        one = live.get(layer.path)
        if one is None or layer.is_network or not hasattr(one, "weights"):
            continue
        numbers = [weight for weight in one.weights if "seed" not in weight.path]
        weights = tuple(
            Weight(_role(layer.kind, weight.name), tuple(weight.shape), dtype=weight.dtype)
            for weight in numbers
        )
        if weights:
            found[row] = weights
    return found


def _role(kind: str, name: str) -> str:
    return "depthwise_kernel" if kind.startswith("Depthwise") and name == "kernel" else name


def _live(network: Any, prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for layer in getattr(network, "operations", None) or network.layers:
        found.append((f"{prefix}{layer.name}", layer))
        if hasattr(layer, "_nodes_by_depth") or hasattr(layer, "_functional"):
            found += _live(layer, f"{prefix}{layer.name}/")
    return found


# --- as others wrote it ---


def as_keras_2(document: Mapping[str, Any], within: bool = False) -> dict[str, Any]:
    """A description of Keras 3 in the words of Keras 2: wiring as lists, networks' own nodes counted, no modules."""
    config = dict(document["config"])
    nested = {_name(item) for item in config["layers"] if "layers" in item["config"]}
    config["layers"] = [_layer_of_keras_2(item, nested) for item in config["layers"]]
    sequences = {_name(item) for item in document["config"]["layers"] if item["class_name"] == "Sequential"}
    for end in (
        "input_layers",
        "output_layers",
    ):  # where Keras 3 counts as Keras 2 did, but not for sequences
        if end in config:
            config[end] = [_reference(one, sequences) for one in _references(config[end])]
    config.pop("build_input_shape", None)
    name = document["class_name"]
    found: dict[str, Any] = {"class_name": "Model" if name == "Functional" else name, "config": config}
    return {**found, "keras_version": "2.3.1", "backend": "tensorflow"} if not within else found


def _layer_of_keras_2(item: Mapping[str, Any], nested: set[str]) -> dict[str, Any]:
    if "layers" in item["config"]:
        found = as_keras_2(item, within=True)
    else:
        found = {"class_name": item["class_name"], "config": _config_of_keras_2(item)}
    if "inbound_nodes" in item:
        found["name"] = item["name"]
        found["inbound_nodes"] = [
            [[*_reference(one, nested), {}] for one in _tensors(node["args"])]
            for node in item["inbound_nodes"]
        ]
    return found


def _config_of_keras_2(item: Mapping[str, Any]) -> dict[str, Any]:
    config = {**item["config"], "dtype": "float32"}
    if "batch_shape" in config:
        config["batch_input_shape"] = config.pop("batch_shape")
    if item["class_name"] == "LeakyReLU":
        config["alpha"] = config.pop("negative_slope")
    if item["class_name"] == "BatchNormalization" and config["axis"] == -1:
        config["axis"] = [len(item["build_config"]["input_shape"]) - 1]
    return config


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("name", item["config"]["name"]))


def _reference(one: Sequence[Any], nested: set[str]) -> list[Any]:
    return [one[0], one[1] + (one[0] in nested), one[2]]


def _references(value: Any) -> list[Any]:
    if isinstance(value, list) and value and isinstance(value[0], str):
        return [value]
    parts = [value[key] for key in sorted(value)] if isinstance(value, dict) else value
    return [one for part in parts for one in _references(part)]


def _tensors(value: Any) -> list[Any]:
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        return [value["config"]["keras_history"]]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for part in parts for one in _tensors(part)]
