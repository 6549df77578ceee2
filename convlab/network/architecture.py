"""Architecture: what a file says about layers and their wiring, as rows and nodes of our own; the weights come later.

`read_architecture` reads the description as any Keras from 0.x to 3.15 writes it; `finished` joins it with the weights
that were found, checks that they fit, and follows the shapes through the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from convlab.network import channel_order, graph_operations, older_names, trust
from convlab.network.description import Layer, Network, Node, OpenShape, Setting, Weight
from convlab.network.entries import Entry, read_root
from convlab.network.fitting_weights import channels_read, image_axes, with_weights
from convlab.network.layer_kinds import KINDS, checked_settings, settings_that_can_be
from convlab.network.layer_kinds import weight_roles as roles_of_kind
from convlab.network.setting_checks import open_shape
from convlab.network.shapes import with_input_shapes
from convlab.network.wiring import Wiring, wire

__all__ = ["Architecture", "Entry", "finished", "read_architecture", "weight_roles"]

IMPLIED = "input"
"""The name of the row of an input that the file does not list."""

_MAX_TUPLES = 4
_NAMES_OF_SIZES = ("batch_shape", "batch_input_shape")


@dataclass(frozen=True)
class Architecture:
    """entries: as written, for matching weights. layers: without weights. kind: "Sequential" or "Functional".

    channels_first: the file's images are (channels, rows, columns); what stands here is turned. remarks: notices about
    the network as a whole.
    """

    kind: str
    name: str
    entries: tuple[Entry, ...]
    layers: tuple[Layer, ...]
    nodes: tuple[Node, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    notices: tuple[str, ...] = ()
    channels_first: bool = False
    remarks: tuple[str, ...] = ()


def weight_roles(layer: Layer) -> tuple[str, ...] | None:
    """The roles of a layer's weights in Keras's order, () for none; None for kinds that are not known."""
    return roles_of_kind(layer.kind, layer.settings)


def read_architecture(
    document: Mapping[str, Any], keras_version: str = "", layer_names: Sequence[str] | None = None
) -> Architecture:
    """The layers and their wiring. layer_names: those that an .h5 file lists, which tells operations from layers.

    Raises Problem for a network without layers, a class of its own, missing layers, circles, and what is too large.
    """
    root = read_root(document, None if layer_names is None else frozenset(layer_names))
    entries = tuple(root.all_below())
    wiring = wire(root)
    first = channel_order.is_channels_first(entries)
    layers = [_layer(entry, _major(keras_version), wiring, first) for entry in entries]
    nodes = _with_implied(wiring, layers, root, first)
    if first:
        layers = channel_order.turned(layers, entries, nodes)
    remarks = trust.about_class(root)
    network = Network(root.name, "", layers=tuple(layers), nodes=tuple(nodes), inputs=tuple(wiring.inputs))
    return Architecture(
        "Sequential" if root.is_sequential else "Functional",
        root.name,
        root.entries or (),
        network.layers,
        network.nodes,
        network.inputs,
        tuple(wiring.outputs),
        (*remarks, *trust.notices(network.layers)),
        first,
        remarks,
    )


def finished(
    architecture: Architecture,
    weights: Mapping[int, tuple[Weight, ...]],
    *,
    name: str,
    format: str,
    keras_version: str = "",
    class_names: tuple[str, ...] = (),
    details: Mapping[str, str] | None = None,
) -> Network:
    """The network with its weights, by row: each checked against its layer, and all shapes as far as they are known."""
    layers = [
        with_weights(layer, tuple(weights.get(row, ()))) for row, layer in enumerate(architecture.layers)
    ]
    network = Network(
        name,
        format,
        keras_version,
        tuple(layers),
        _opened(architecture, layers),
        architecture.inputs,
        architecture.outputs,
        (*architecture.remarks, *trust.notices(layers)),
        class_names,
        {**({"data_format": "channels_first"} if architecture.channels_first else {}), **(details or {})},
    )
    return _with_last_axes(with_input_shapes(network, {}))


def _with_last_axes(network: Network) -> Network:
    """Axes that turn out to be the last one are called −1, which is the same for images and for vectors."""
    layers = list(network.layers)
    for node in network.nodes:
        shape = network.nodes[node.inputs[0]].shape if node.inputs else None
        layer = layers[node.layer]
        axis = layer.settings.get("axis")
        if shape is not None and axis in (len(shape), (len(shape),), (-1,)):
            layers[node.layer] = replace(layer, settings={**layer.settings, "axis": -1})
    return replace(network, layers=tuple(layers))


def _major(keras_version: str) -> int:
    """The first number of a version such as "2.4.0" or "2.2.4-tf"; 0 if there is none."""
    head = keras_version.split(".")[0]
    return int(head) if head.isdecimal() and len(head) < 4 else 0


# --- layers ---


def _layer(entry: Entry, major: int, wiring: Wiring, channels_first: bool) -> Layer:
    layer = Layer(
        entry.path,
        entry.name,
        entry.class_name,
        entry.class_name,
        parent=entry.parent,
        depth=entry.depth,
        is_network=entry.entries is not None,
    )
    if layer.is_network:
        return replace(layer, kind="Sequential" if entry.is_sequential else "Functional")
    if entry.is_operation or entry.class_name == "TFOpLambda":
        return _of_operation(layer, entry, wiring)
    program = trust.program_in(entry)
    config = {key: _unwrapped(value) for key, value in entry.config.items()}
    kind, settings = older_names.today(entry.class_name, config, major)
    if program or kind not in KINDS:
        return replace(layer, kind=kind, problem=program or trust.unknown(entry))
    if kind == "InputLayer":
        shape = _shape_in(config)
        last = channel_order.image_last(shape) if shape is not None and channels_first else shape
        return replace(layer, kind=kind, settings={} if last is None else {"shape": last})
    layer = _with_settings(replace(layer, kind=kind), entry, settings)
    if entry.row in wiring.odd and not layer.problem:
        layer = replace(layer, problem=trust.odd_call(entry, wiring.odd[entry.row]))
    return layer


def _with_settings(layer: Layer, entry: Entry, settings: dict[str, Any]) -> Layer:
    try:
        return replace(layer, settings=checked_settings(layer.kind, settings))
    except ValueError as error:
        setting = str(error)
        known = settings_that_can_be(layer.kind, settings)
        return replace(
            layer, settings=known, problem=trust.bad_setting(entry, setting, settings.get(setting))
        )


def _of_operation(layer: Layer, entry: Entry, wiring: Wiring) -> Layer:
    """An operation between layers: as a layer that computes the same, if there is one."""
    call = wiring.operations.get(entry.row)
    name = graph_operations.name_of(entry.class_name, dict(entry.config))
    found = graph_operations.as_layer(name, dict(entry.config), call) if call is not None else None
    if found is None:
        return replace(layer, problem=trust.unknown(entry))
    kind, settings = found
    return replace(layer, kind=kind, settings=settings)


def _unwrapped(value: Any, depth: int = 0) -> Any:
    """Tuples and shapes, where they were written as objects."""
    if type(value) is dict and value.get("class_name") in ("__tuple__", "TensorShape"):
        items = value.get("items")
        value = items if type(items) is list else value
    if type(value) is list and depth < _MAX_TUPLES:
        return [_unwrapped(part, depth + 1) for part in value]
    return value


# --- inputs ---


def _shape_in(config: Mapping[str, Any]) -> OpenShape | None:
    """The size that a layer's settings tell, without the batch axis; None if they tell none that can be."""
    for name in _NAMES_OF_SIZES:
        shape = _unwrapped(config.get(name))
        if type(shape) is dict:
            shape = next(iter(shape.values()), None)
        if type(shape) is list and shape:
            return _as_shape(shape[1:])
    if type(config.get("input_shape")) is list:
        return _as_shape(config["input_shape"])
    if type(config.get("input_dim")) is int:
        length = config.get("input_length")
        return _as_shape([config["input_dim"]] if length is None else [length, config["input_dim"]])
    return None


def _as_shape(value: list[Any]) -> OpenShape | None:
    try:
        return open_shape(value)  # type: ignore[return-value]
    except ValueError:
        return None


def _built_shape(settings: Any) -> OpenShape | None:
    """The shape with which Keras built something last: a hint."""
    shape = settings.get("input_shape") if isinstance(settings, Mapping) else None
    shape = _unwrapped(shape)
    return _as_shape(shape[1:]) if type(shape) is list and shape else None


def _with_implied(wiring: Wiring, layers: list[Layer], root: Entry, channels_first: bool) -> list[Node]:
    """All nodes, with the shapes of inputs; inputs that the file does not list get rows at the end."""
    nodes = list(wiring.nodes)
    for number, first in wiring.implied:
        shape = (
            _shape_in(first.config)
            or _built_shape(first.extra.get("build_config"))
            or _built_shape({"input_shape": root.config.get("build_input_shape")})
            or _built_shape(root.extra.get("build_config"))
        )
        if shape is not None and channels_first:
            shape = channel_order.image_last(shape)
        settings: dict[str, Setting] = {"implied": True} | ({} if shape is None else {"shape": shape})
        layers.append(Layer(IMPLIED, IMPLIED, "InputLayer", "InputLayer", settings))
        nodes[number] = replace(nodes[number], layer=len(layers) - 1)
    return [
        replace(node, shape=layers[node.layer].settings.get("shape")) if not node.inputs else node  # type: ignore[arg-type]
        for node in nodes
    ]


def _opened(architecture: Architecture, layers: Sequence[Layer]) -> tuple[Node, ...]:
    """Inputs whose size nobody tells: what the first kernels read is known, rows and columns stay open."""
    nodes = list(architecture.nodes)
    for node in architecture.nodes:
        for source in node.inputs:
            if nodes[source].shape is None and not nodes[source].inputs:
                nodes[source] = replace(nodes[source], shape=_read_by(layers[node.layer]))
    return tuple(nodes)


def _read_by(layer: Layer) -> OpenShape | None:
    """The shape that a layer with weights reads."""
    channels = channels_read(layer)
    if channels is None:
        return None
    return (channels,) if layer.kind == "Dense" else (*(None,) * image_axes(layer), channels)
