"""Entry: one item of the list of layers in a file, as it is written there, its form checked and nothing else.

The forms differ from version to version: a Sequential may be a plain list (Keras up to 2.2.2), items may or may not have
a `module`, operations such as `x + 1` stand among the layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from convlab.network import older_names
from convlab.network.older_names import is_network
from convlab.plain_text import safe_text
from convlab.problems import Problem

MAX_LAYERS = 5000
MAX_DEPTH = 12
MAX_NAME = 1000

_OPERATION_HOMES = ("keras.src.ops.", "keras.ops.")


@dataclass(frozen=True)
class Entry:
    """One item of `config.layers` as written. row: its number in the list of layers; None for an operation that is not shown.

    module, registered_name: what the file says where its class comes from; looked at, never imported. inbound: its wiring
    as written. is_operation: a node of keras.ops, which is no layer for the rule that numbers weights. entries: of a
    nested network, with what goes in and comes out of it.
    """

    name: str
    class_name: str
    config: Mapping[str, Any]
    row: int
    path: str
    depth: int = 0
    parent: int | None = None
    module: str | None = None
    registered_name: str | None = None
    inbound: tuple[Any, ...] = ()
    is_operation: bool = False
    entries: tuple[Entry, ...] | None = None
    trainable: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_sequential(self) -> bool:
        return self.class_name == "Sequential"

    def all_below(self) -> Iterator[Entry]:
        """All entries within, depth first, in the file's order."""
        for entry in self.entries or ():
            yield entry
            yield from entry.all_below()


def unreadable(why: str) -> Problem:
    return Problem("This file's description of the network cannot be read.", why, "Try another copy of it.")


def read_root(document: Mapping[str, Any], layer_names: frozenset[str] | None = None) -> Entry:
    """The network as one entry that holds all others. layer_names: of an .h5 file, the layers that it lists.

    Raises Problem.
    """
    if not isinstance(document, Mapping):
        raise unreadable("It is no description of a network.")
    document = older_names.of_keras_0(document)
    class_name = _text(document.get("class_name"), "the class of the network")
    config = document.get("config")
    if not is_network(class_name) and not _items(config):
        name = safe_text(class_name, 60)
        raise Problem(
            f"The network is a class of its own, “{name}”.",
            "How its layers are connected is written in a program, which the file does not hold.",
            "Save it from Keras as a Functional or Sequential network.",
        )
    if not isinstance(config, Mapping | list) or not _items(config):
        raise unreadable("It lists no layers.")
    return _Reader(layer_names).root(class_name, config, document)


class _Reader:
    """Numbers the rows while it goes through the lists."""

    def __init__(self, layer_names: frozenset[str] | None) -> None:
        self._layer_names = layer_names
        self._rows = 0

    def root(self, class_name: str, config: Any, document: Mapping[str, Any]) -> Entry:
        settings = config if isinstance(config, Mapping) else {}
        name = settings.get("name")
        root = Entry(
            name if type(name) is str else "network",
            class_name,
            settings,
            row=-1,
            path="",
            depth=-1,
            extra={"build_config": document.get("build_config")},
        )
        return _with_entries(root, self._inner(root, config))

    def _inner(self, outer: Entry, config: Any) -> tuple[Entry, ...]:
        found: list[Entry] = []
        names: set[str] = set()
        for item in _items(config):
            entry = self._entry(item, outer, len(found))
            if entry.name in names:
                raise unreadable(f"Two of its layers are called “{safe_text(entry.name, 60)}”.")
            names.add(entry.name)
            found.append(entry)
        return tuple(found)

    def _entry(self, item: Any, outer: Entry, place: int) -> Entry:
        if not isinstance(item, Mapping):
            raise unreadable("One of its layers is not described.")
        class_name = _text(item.get("class_name"), "the class of a layer")
        config = item.get("config")
        settings = config if isinstance(config, Mapping) else {}
        name = item.get("name", settings.get("name"))
        if name is None:
            name = f"{class_name.lower()}_{place + 1}"
        name = _text(name, "the name of a layer")
        row = self._rows
        self._rows += 1
        if self._rows > MAX_LAYERS:
            raise unreadable(f"It has more than {MAX_LAYERS:,} layers.")
        depth = outer.depth + 1
        if depth > MAX_DEPTH:
            raise unreadable("Its networks are nested too deeply.")
        inbound = item.get("inbound_nodes", [])
        entry = Entry(
            name,
            class_name,
            settings,
            row,
            f"{outer.path}/{name}" if outer.depth >= 0 else name,
            depth,
            outer.row if outer.depth >= 0 else None,
            _maybe_text(item.get("module")),
            _maybe_text(item.get("registered_name")),
            tuple(inbound) if type(inbound) is list else (),
            self._is_operation(item, name, class_name, outer),
            trainable=settings.get("trainable") is not False,
            extra={"build_config": item.get("build_config")},
        )
        if is_network(class_name) and _items(config):
            return _with_entries(entry, self._inner(entry, config))
        return entry

    def _is_operation(self, item: Mapping[str, Any], name: str, class_name: str, outer: Entry) -> bool:
        """An operation of keras.ops among the layers.

        An .h5 file tells it only by not listing it, and by settings that every layer of Keras 3 has and it has not.
        """
        module, config = item.get("module"), item.get("config")
        if type(module) is str:
            return f"{module}.".startswith(_OPERATION_HOMES)
        inbound = item.get("inbound_nodes")
        of_keras_3 = type(inbound) is list and any(type(call) is dict and "args" in call for call in inbound)
        if not of_keras_3 or not isinstance(config, Mapping) or {"trainable", "dtype"} & config.keys():
            return False
        return self._layer_names is None or outer.depth >= 0 or name not in self._layer_names


def _with_entries(entry: Entry, entries: tuple[Entry, ...]) -> Entry:
    return replace(entry, entries=entries)


def _items(config: Any) -> list[Any]:
    """The list of layers of a network's config, which was that list itself once."""
    layers = config.get("layers") if isinstance(config, Mapping) else config
    return layers if type(layers) is list else []


def _text(value: Any, what: str) -> str:
    if type(value) is not str or not 0 < len(value) <= MAX_NAME:
        raise unreadable(f"{what[0].upper()}{what[1:]} is missing.")
    return value


def _maybe_text(value: Any) -> str | None:
    return value if type(value) is str and len(value) <= MAX_NAME else None
