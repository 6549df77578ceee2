"""Opening a file of Keras: what kind it is, the layers, and where the weights of each are. Nothing of it is ever run.

A .keras is an archive of config.json (the layers), metadata.json and model.weights.h5; an .h5 has the layers in an
attribute, or holds weights only. Files are known by their content; names say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from convlab import strict_json
from convlab.network import file_limits as limits
from convlab.network import zip_file
from convlab.network.architecture import Architecture, finished, read_architecture, weight_roles
from convlab.network.description import Layer, Network
from convlab.network.entries import Entry
from convlab.network.file_kinds import HEAD_BYTES, ZIP, check_start, not_keras
from convlab.network.hdf5 import Hdf5, Tree
from convlab.network.hdf5_items import Parts
from convlab.network.keras1_order import is_old, order_of
from convlab.network.named_weights import groups_of, named
from convlab.network.network_file import Container, NetworkFile
from convlab.network.numbered_weights import CONTAINERS, branch_of, numbered, plain_parts
from convlab.network.older_names import is_network
from convlab.network.refusals import Refused, cannot_open, damaged
from convlab.network.stored_weights import Found, Placed, Rows
from convlab.network.weight_names import with_roles
from convlab.network.weights_only import Looked, from_branches, from_groups
from convlab.plain_text import safe_text
from convlab.problems import Problem

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"

_NOT_LEARNED = (
    "optimizer",
    "optimizer_weights",
    "top_level_model_weights",
    "_trainer",
    "metrics",
    "_metrics",
)
_NO_LAYERS = "The file holds weights only, not how the layers are connected: look at its filters."
_OWN_CLASS = "The network is a class of its own, {}, whose program says how the layers are connected: look at its filters."
_TURNED = "The kernels are stored in Theano's order; if the network was trained with Theano, they stand upside down here."


@dataclass(frozen=True)
class _Told:
    """What a file tells about itself."""

    name: str
    format: str
    keras_version: str = ""
    backend: str = ""
    details: Mapping[str, str] | None = None
    class_names: tuple[str, ...] = ()


def open_network(
    file: BinaryIO, name: str, size: int, details: Mapping[str, str] | None = None
) -> NetworkFile:
    """The network in a file of `size` bytes; the file is kept, and read when weights are asked for.

    details: added to those of the network. Raises Problem, with one clear sentence for each kind of file that is not opened.
    """
    try:
        if size > limits.MAX_FILE_BYTES:
            raise Refused(f"It is larger than {limits.MAX_FILE_BYTES // 10**9} GB.")
        file.seek(0)
        head = file.read(HEAD_BYTES)
        check_start(head, name)
        told = _Told(name, "", details=details)
        return _from_zip(file, size, told) if head.startswith(ZIP) else _from_hdf5(file, size, told)
    except Refused as refused:
        raise cannot_open(name, refused.why, refused.remedy) from None
    except RecursionError:
        raise cannot_open(name, "Its networks are nested too deeply.") from None
    except Problem as problem:
        if problem.what.startswith("“"):
            raise
        why = problem.why if problem.what.startswith("This file") else problem.what
        raise cannot_open(name, why, problem.remedy) from None


# --- .keras ---


def _from_zip(file: BinaryIO, size: int, told: _Told) -> NetworkFile:
    members = zip_file.members_of(file, size)
    if CONFIG not in members or WEIGHTS not in members:
        raise not_keras(frozenset(members))
    config = _json(zip_file.content(file, members[CONFIG], limits.MAX_CONFIG_BYTES), "list of layers")
    metadata: Any = {}
    if METADATA in members:
        metadata = _json(zip_file.content(file, members[METADATA], limits.MAX_METADATA_BYTES), "metadata")
    version = metadata.get("keras_version", "") if isinstance(metadata, dict) else ""
    names = _class_names(metadata)
    told = _Told(told.name, "keras", safe_text(version, 20), details=told.details, class_names=names)
    inner, start = zip_file.opened(file, members[WEIGHTS])
    weights = Hdf5(inner, members[WEIGHTS].size)
    container = Container(file, size, inner, max(start, 0), members[WEIGHTS])
    return _numbered(container, weights, config, told)


def _class_names(metadata: Any) -> tuple[str, ...]:
    """Keras has no place for them; networks that were trained here have them in their metadata."""
    names = metadata.get("class_names") if isinstance(metadata, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return ()
    return tuple(safe_text(name, limits.MAX_NAME) for name in names)


def _numbered(container: Container, weights: Hdf5, config: Any, told: _Told) -> NetworkFile:
    if _has_no_layers(config):
        return _look_only(container, weights, told, _own_class(config))
    architecture = read_architecture(config, told.keras_version)
    tree = weights.tree(skip=lambda place: len(place) == 1 and plain_parts(place)[:1] not in _CONTAINERS)
    rows = numbered(
        architecture.entries, branch_of(tree.datasets), lambda entry: _roles(architecture, entry) != ()
    )
    return _whole(container, weights, architecture, rows, told)


_CONTAINERS = tuple((name,) for name in CONTAINERS)


# --- .h5 ---


def _from_hdf5(file: BinaryIO, size: int, told: _Told) -> NetworkFile:
    weights = Hdf5(file, size)
    container = Container(file, size, file)
    base: Parts = ("model_weights",) if "model_weights" in weights.names() else ()
    version, backend = (_attribute(weights, base, name) for name in ("keras_version", "backend"))
    config = weights.texts((), "model_config")
    told = _Told(told.name, "h5", safe_text(version, 20), safe_text(backend, 20), told.details)
    if not config:
        return _weights_only(container, weights, base, told)
    document = _json(config[0].encode("utf-8", "replace"), "list of layers")
    groups = groups_of(weights, base, weights.tree(base, _is_not_learned))
    if _has_no_layers(document):
        return _listed(container, weights, from_groups(groups), told, _own_class(document))
    architecture = read_architecture(document, told.keras_version, tuple(groups))
    rows = named(architecture.entries, groups, lambda entry: _roles(architecture, entry))
    return _whole(container, weights, architecture, rows, told)


def _weights_only(container: Container, weights: Hdf5, base: Parts, told: _Told) -> NetworkFile:
    groups = groups_of(weights, base, Tree())
    if groups:
        groups = groups_of(weights, base, weights.tree(base, _is_not_learned))
        told = _Told(told.name, "h5 weights", told.keras_version, told.backend, told.details)
        return _listed(container, weights, from_groups(groups), told, _NO_LAYERS)
    told = _Told(told.name, "weights.h5", told.keras_version, told.backend, told.details)
    return _look_only(container, weights, told, _NO_LAYERS)


def _look_only(container: Container, weights: Hdf5, told: _Told, notice: str) -> NetworkFile:
    tree = weights.tree(skip=_is_not_learned)
    real = {
        plain_parts(place[:-1]): place for place in tree.groups if place and plain_parts(place)[-1] == "vars"
    }
    return _listed(container, weights, from_branches(weights, branch_of(tree.datasets), real), told, notice)


def _is_not_learned(place: Parts) -> bool:
    return plain_parts(place[-1:])[:1] in tuple((name,) for name in _NOT_LEARNED) and len(place) < 3


def _attribute(weights: Hdf5, base: Parts, name: str) -> str:
    found = weights.texts((), name) or weights.texts(base, name) or ("",)
    return found[0]


# --- both ---


def _json(data: bytes, what: str) -> Any:
    data = data.removeprefix(b"\xef\xbb\xbf")
    values = data.count(b",") + data.count(b"[") + data.count(b"{")
    if values > limits.MAX_JSON_VALUES:
        raise Refused(f"Its {what} has more than {limits.MAX_JSON_VALUES:,} values.", "It is no network.")
    try:
        return strict_json.loads(data, limits.MAX_CONFIG_BYTES, limits.MAX_JSON_DEPTH)
    except ValueError as error:
        text = str(error).replace("the description", f"its {what}")
        raise damaged(text) from None


def _has_no_layers(config: Any) -> bool:
    """Whether the network is a class of its author's, whose file does not list its layers."""
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        raise damaged("its list of layers is missing")
    inner = config.get("config")
    layers = inner.get("layers") if isinstance(inner, dict) else inner
    return not is_network(config["class_name"]) and not isinstance(layers, list)


def _own_class(config: Any) -> str:
    return _OWN_CLASS.format(safe_text(config["class_name"], 60))


def _roles(architecture: Architecture, entry: Entry) -> tuple[str, ...] | None:
    layer = architecture.layers[entry.row]
    return () if layer.is_network else weight_roles(layer)


def _whole(
    container: Container, weights: Hdf5, architecture: Architecture, rows: Rows, told: _Told
) -> NetworkFile:
    """The network with its layers, and its weights placed."""
    entries = {below.row: below for entry in architecture.entries for below in (entry, *entry.all_below())}
    placed = {
        row: _placed(architecture.layers[row], entries[row], found, told)
        for row, found in sorted(rows.items())
    }
    network = finished(
        architecture,
        {row: tuple(one.weight for one in items) for row, items in placed.items()},
        name=told.name,
        format=told.format,
        keras_version=told.keras_version,
        class_names=told.class_names,
        details=_details(told),
    )
    if _may_be_turned(placed, told):
        network = replace(network, notices=(*network.notices, _TURNED))
    return NetworkFile(network, container, weights, _kept(network, placed))


def _placed(layer: Layer, entry: Entry, found: Sequence[Found], told: _Told) -> tuple[Placed, ...]:
    version, backend = told.keras_version, told.backend
    return tuple(
        Placed(role, one.dataset, order_of(layer, entry.config, role, one.dataset.shape, version, backend))
        for role, one in with_roles(found, weight_roles(layer))
    )


def _kept(network: Network, placed: Mapping[int, Sequence[Placed]]) -> dict[int, tuple[Placed, ...]]:
    """The weights that the description kept, in its order."""
    kept = {}
    for row, items in placed.items():
        by_place = {one.weight.place: one for one in items}
        kept[row] = tuple(by_place[weight.place] for weight in network.layers[row].weights)
    return kept


def _may_be_turned(placed: Mapping[int, Sequence[Placed]], told: _Told) -> bool:
    if told.backend or not is_old(told.keras_version):
        return False
    return any(one.order.axes == (2, 3, 1, 0) for items in placed.values() for one in items)


def _listed(container: Container, weights: Hdf5, looked: Looked, told: _Told, notice: str) -> NetworkFile:
    """Layers of which nothing is known but their weights."""
    if not any(one.dataset.size for _, items in looked for one in items):
        raise Refused("It is an HDF5 file, but no network that Keras saved.", "Open a .keras or .h5 file.")
    if len(looked) > limits.MAX_LOOKED_AT:
        raise Refused(f"It holds the weights of more than {limits.MAX_LOOKED_AT:,} layers.")
    placed = {row: items for row, (_, items) in enumerate(looked)}
    layers = tuple(
        Layer(layer.path, layer.name, layer.kind, weights=tuple(one.weight for one in items))
        for layer, items in looked
    )
    network = Network(
        told.name, told.format, told.keras_version, layers, notices=(notice,), details=_details(told)
    )
    return NetworkFile(network, container, weights, placed)


def _details(told: _Told) -> dict[str, str]:
    return {**({"backend": told.backend} if told.backend else {}), **(told.details or {})}
