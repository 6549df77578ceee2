"""A Network as plain JSON values, for the way from process to process, and back: checked, since the other side may lie."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from convlab.network.description import Layer, Network, Node, OpenShape, Setting, Shape, Weight
from convlab.network.file_limits import MAX_DESCRIPTION_BYTES
from convlab.network.layer_kinds import KINDS, checked_settings
from convlab.plain_text import safe_text

MAX_LAYERS, MAX_NODES, MAX_WEIGHTS = 6000, 25_000, 1000
MAX_TEXT, MAX_PLACE = 2000, 20_000
MAX_AXIS, MAX_SIZE = 2**31, 2**31
MAX_AXES = 8
_MOST_VALUES = 100_000
_FORMATS = ("keras", "h5", "weights.h5", "h5 weights")


def to_document(network: Network) -> dict[str, Any]:
    """Plain values: dictionaries, lists, texts, numbers, None."""
    return {
        "name": network.name,
        "format": network.format,
        "keras_version": network.keras_version,
        "layers": [_of_layer(layer) for layer in network.layers],
        "nodes": [
            [node.layer, list(node.inputs), _plain(node.shape), node.call, node.problem]
            for node in network.nodes
        ],
        "inputs": list(network.inputs),
        "outputs": list(network.outputs),
        "notices": list(network.notices),
        "class_names": list(network.class_names),
        "details": dict(network.details),
    }


def to_bytes(network: Network) -> bytes:
    """The document as JSON. Raises ValueError if it is longer than one that is taken."""
    data = json.dumps(to_document(network), allow_nan=False, separators=(",", ":")).encode("ascii")
    if len(data) > MAX_DESCRIPTION_BYTES:
        raise ValueError("a description that is too large")
    return data


def from_document(value: Any) -> Network:
    """The network that a document describes. Raises ValueError for what `to_document` never makes."""
    try:
        return _network(_table(value))
    except (KeyError, TypeError) as error:
        raise ValueError("a part is missing") from error


def _network(document: Mapping[str, Any]) -> Network:
    # Of a file that holds weights only there are kinds, but no settings, and nothing is computed.
    computes = bool(document["nodes"])
    listed = _list(document["layers"], MAX_LAYERS)
    layers = tuple(_layer(item, row, computes) for row, item in enumerate(listed))
    nodes = tuple(
        _node(item, number, len(layers)) for number, item in enumerate(_list(document["nodes"], MAX_NODES))
    )
    format = _text(document["format"])
    if format not in _FORMATS:
        raise ValueError("an unknown format")
    _check_graph(layers, nodes, _indices(document["inputs"], len(nodes)))
    return Network(
        _text(document["name"]),
        format,
        _text(document["keras_version"]),
        layers,
        nodes,
        _indices(document["inputs"], len(nodes)),
        _indices(document["outputs"], len(nodes)),
        _texts(document["notices"], 100),
        _texts(document["class_names"], 100_000),
        {_text(name): _text(text) for name, text in _table(document["details"]).items()},
    )


def _check_graph(layers: Sequence[Layer], nodes: Sequence[Node], inputs: Sequence[int]) -> None:
    """What those rely on who go along parents and nodes."""
    for layer in layers:
        outer = None if layer.parent is None else layers[layer.parent]
        if layer.depth != (0 if outer is None else outer.depth + 1) or not (
            outer is None or outer.is_network
        ):
            raise ValueError("a layer within what is no network")
    calls: Counter[int] = Counter()
    for node in nodes:
        if node.call != calls[node.layer] or layers[node.layer].is_network:
            raise ValueError("a use of a layer that is none")
        calls[node.layer] += 1
    if any(nodes[node].inputs for node in inputs):
        raise ValueError("an input that reads something")


# --- to ---


def _of_layer(layer: Layer) -> dict[str, Any]:
    return {
        "path": layer.path,
        "name": layer.name,
        "kind": layer.kind,
        "file_kind": layer.file_kind,
        "settings": {name: _plain(setting) for name, setting in layer.settings.items()},
        "weights": [
            [weight.role, list(weight.shape), weight.place, list(weight.stored), weight.dtype]
            for weight in layer.weights
        ],
        "parent": layer.parent,
        "depth": layer.depth,
        "is_network": layer.is_network,
        "problem": layer.problem,
    }


def _plain(value: Any) -> Any:
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


# --- from ---


def _layer(value: Any, row: int, computes: bool) -> Layer:
    item = _table(value)
    parent = item["parent"]
    layer = Layer(
        _text(item["path"], MAX_PLACE),
        _text(item["name"]),
        _text(item["kind"]),
        _text(item["file_kind"]),
        {_text(name): _setting(setting) for name, setting in _table(item["settings"]).items()},
        tuple(_weight(weight) for weight in _list(item["weights"], MAX_WEIGHTS)),
        None if parent is None else _whole(parent, 0, row - 1),
        _whole(item["depth"], 0, 100),
        _flag(item["is_network"]),
        _text(item["problem"]),
    )
    if not computes or layer.problem or layer.kind not in KINDS:
        return layer
    try:
        return replace(layer, settings={**layer.settings, **checked_settings(layer.kind, layer.settings)})
    except ValueError as setting:
        return replace(layer, problem=f"{safe_text(layer.name)} has a {setting} that cannot be.")


def _weight(value: Any) -> Weight:
    role, shape, place, stored, dtype = _list(value, 5)
    return Weight(_text(role), _shape(shape), _text(place, MAX_PLACE), _shape(stored), _text(dtype))


def _node(value: Any, number: int, layers: int) -> Node:
    layer, inputs, shape, call, problem = _list(value, 5)
    return Node(
        _whole(layer, 0, layers - 1),
        _indices(inputs, number),
        None if shape is None else _open_shape(shape),
        _whole(call, 0, MAX_NODES),
        _text(problem),
    )


def _table(value: Any) -> Mapping[str, Any]:
    if type(value) is not dict or len(value) > 1000:
        raise ValueError("not a table")
    return value


def _list(value: Any, most: int) -> list[Any]:
    if type(value) is not list or len(value) > most:
        raise ValueError("not a list, or too long")
    return value


def _text(value: Any, most: int = MAX_TEXT) -> str:
    if type(value) is not str or len(value) > most:
        raise ValueError("not a text, or too long")
    return value


def _texts(value: Any, most: int) -> tuple[str, ...]:
    return tuple(_text(text) for text in _list(value, most))


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("not true or false")
    return value


def _whole(value: Any, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError("not a whole number, or out of range")
    return value


def _indices(value: Any, count: int) -> tuple[int, ...]:
    return tuple(_whole(index, 0, count - 1) for index in _list(value, MAX_NODES))


def _shape(value: Any) -> Shape:
    shape = tuple(_whole(n, 0, MAX_AXIS) for n in _list(value, MAX_AXES))
    if math.prod(shape) > MAX_SIZE:
        raise ValueError("an array that is too large")
    return shape


def _open_shape(value: Any) -> OpenShape:
    return tuple(None if n is None else _whole(n, 1, MAX_AXIS) for n in _list(value, MAX_AXES))


def _setting(value: Any, depth: int = 0) -> Setting:
    """Plain values, and lists of them as tuples."""
    if type(value) is list and depth < MAX_AXES and len(value) <= _MOST_VALUES:
        return tuple(_setting(part, depth + 1) for part in value)
    if type(value) is str:
        return _text(value)
    if type(value) is float and not math.isfinite(value):
        raise ValueError("not a finite number")
    if value is None or type(value) in (bool, int, float):
        return value  # type: ignore[no-any-return]
    raise ValueError("not a setting")
