"""Wiring: the nodes of a network, nested networks laid open, each after the nodes that it reads."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from convlab.network.calls import Call, Ref, calls_of, outputs_of
from convlab.network.description import Node
from convlab.network.entries import Entry, unreadable
from convlab.plain_text import safe_text

MAX_NODES = 20_000

Outputs = list[int]
_Place = tuple[str, int]


@dataclass
class Wiring:
    """What `wire` found. implied: for each network without an input of its own, the first entry that reads one.

    operations: for rows of operations between layers, what they are applied to.
    """

    nodes: list[Node] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    implied: list[tuple[int, Entry]] = field(default_factory=list)
    operations: dict[int, Call] = field(default_factory=dict)
    _calls: dict[int, int] = field(default_factory=dict)

    def node(self, row: int, inputs: Sequence[int]) -> int:
        """One more use of a layer."""
        if len(self.nodes) >= MAX_NODES:
            raise unreadable(f"Its layers are used more than {MAX_NODES:,} times.")
        call = self._calls.get(row, 0)
        self._calls[row] = call + 1
        self.nodes.append(Node(row, tuple(inputs), call=call))
        return len(self.nodes) - 1


def wire(root: Entry) -> Wiring:
    """All nodes of a network. Raises Problem for missing layers and circles."""
    wiring = Wiring()
    wiring.outputs = _network(wiring, root, None)
    return wiring


def _network(wiring: Wiring, entry: Entry, given: Sequence[int] | None) -> Outputs:
    """A network applied to nodes; None: it is the outermost one, whose inputs are the images."""
    if entry.is_sequential or "input_layers" not in entry.config:
        return _sequence(wiring, entry, given)
    return _Graph(wiring, entry, given).outputs()


def _input(wiring: Wiring, entry: Entry, given: int | None) -> int:
    """An InputLayer: an image, or what the network around hands over."""
    if given is not None:
        return wiring.node(entry.row, (given,))
    number = wiring.node(entry.row, ())
    wiring.inputs.append(number)
    return number


def _sequence(wiring: Wiring, entry: Entry, given: Sequence[int] | None) -> Outputs:
    if given is not None and len(given) != 1:
        raise unreadable(f"“{safe_text(entry.name, 60)}” reads one input, and {len(given)} reach it.")
    present: int | None = given[0] if given else None
    for inner in entry.entries or ():
        if inner.class_name == "InputLayer":
            present = _input(wiring, inner, present)
        elif inner.entries is not None:
            outputs = _network(wiring, inner, None if present is None else [present])
            if len(outputs) != 1:
                raise unreadable(f"“{safe_text(inner.name, 60)}” has several outputs within a sequence.")
            present = outputs[0]
        else:
            present = _implied(wiring, inner) if present is None else present
            present = wiring.node(inner.row, (present,))
    if present is None:
        raise unreadable(f"“{safe_text(entry.name, 60)}” lists no layers.")
    return [present]


def _implied(wiring: Wiring, first: Entry) -> int:
    """A sequence without an InputLayer: its first layer tells the size of the image, if anybody does."""
    wiring.nodes.append(Node(-1 - len(wiring.implied)))
    number = len(wiring.nodes) - 1
    wiring.implied.append((number, first))
    wiring.inputs.append(number)
    return number


class _Graph:
    """A functional network: layers that name what they are applied to."""

    def __init__(self, wiring: Wiring, entry: Entry, given: Sequence[int] | None) -> None:
        self._wiring, self._entry = wiring, entry
        self._by_name = {inner.name: inner for inner in entry.entries or ()}
        self._calls = {inner.name: calls_of(inner) for inner in entry.entries or ()}
        self._first = self._first_calls()
        self._found: dict[_Place, Outputs] = {}
        self._give(given)
        self._apply_all()

    def outputs(self) -> Outputs:
        return [self._output(ref) for ref in outputs_of(self._entry.config.get("output_layers"))]

    def _give(self, given: Sequence[int] | None) -> None:
        """The inputs, in the network's own order; those that nobody reads count too."""
        refs = outputs_of(self._entry.config.get("input_layers"))
        if given is not None and len(given) != len(refs):
            name = safe_text(self._entry.name, 60)
            raise unreadable(f"“{name}” reads {len(refs)} inputs, and {len(given)} reach it.")
        for place, ref in enumerate(refs):
            inner = self._inner(ref.name)
            node = _input(self._wiring, inner, given[place] if given is not None else None)
            self._found[ref.name, ref.node] = [node]
            self._found[ref.name, 0] = [node]

    def _inner(self, name: str) -> Entry:
        if name not in self._by_name:
            raise unreadable(f"It is connected to a layer “{safe_text(name, 60)}” that is not there.")
        return self._by_name[name]

    def _first_calls(self) -> dict[str, int]:
        """In files of Keras 2, call 0 of a nested network is its own graph, and those of others begin at 1."""
        used: dict[str, set[int]] = {}
        refs = [ref for calls in self._calls.values() for call in calls for ref in call.refs]
        for ref in (*refs, *outputs_of(self._entry.config.get("output_layers"))):
            used.setdefault(ref.name, set()).add(ref.node)
        first: dict[str, int] = {}
        for name, numbers in used.items():
            inner, count = self._by_name.get(name), len(self._calls.get(name, ()))
            nested = inner is not None and inner.entries is not None
            first[name] = 1 if nested and 0 not in numbers and max(numbers) >= count else 0
        return first

    def _place(self, ref: Ref) -> _Place:
        return ref.name, ref.node - self._first.get(ref.name, 0)

    def _output(self, ref: Ref) -> int:
        self._inner(ref.name)
        outputs = self._found.get(self._place(ref), [])
        if ref.tensor >= len(outputs):
            raise unreadable(f"“{safe_text(ref.name, 60)}” has no output of that number.")
        return outputs[ref.tensor]

    def _apply_all(self) -> None:
        """Every call after those that it reads (Kahn's algorithm)."""
        waiting: dict[_Place, set[_Place]] = {}
        readers: dict[_Place, list[_Place]] = {}
        for name, calls in self._calls.items():
            for number, call in enumerate(calls):
                place = (name, number)
                if place in self._found:
                    continue
                sources = {self._known(ref) for ref in call.refs} - self._found.keys()
                waiting[place] = sources
                for source in sources:
                    readers.setdefault(source, []).append(place)
        ready = deque(place for place, sources in waiting.items() if not sources)
        done = 0
        while ready:
            place = ready.popleft()
            self._apply(place)
            done += 1
            for reader in readers.get(place, ()):
                waiting[reader].discard(place)
                if not waiting[reader]:
                    ready.append(reader)
        if done < len(waiting):
            raise unreadable("Its layers are connected in a circle.")

    def _known(self, ref: Ref) -> _Place:
        self._inner(ref.name)
        place = self._place(ref)
        if place not in self._found and place[1] >= len(self._calls[ref.name]):
            raise unreadable(f"“{safe_text(ref.name, 60)}” is not applied to anything.")
        return place

    def _apply(self, place: _Place) -> None:
        inner, call = self._by_name[place[0]], self._calls[place[0]][place[1]]
        inputs = [self._output(ref) for ref in call.refs]
        if inner.entries is not None:
            self._found[place] = _network(self._wiring, inner, inputs)
            return
        if not inputs:
            raise unreadable(f"“{safe_text(inner.name, 60)}” is not applied to anything.")
        self._wiring.operations.setdefault(inner.row, call)
        self._found[place] = [self._wiring.node(inner.row, inputs)]
