"""Wiring: the nodes of a network, nested networks laid open, each after the nodes that it reads."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from convlab.network.calls import Call, Ref, calls_of, outputs_of
from convlab.network.description import Node
from convlab.network.entries import Entry, unreadable
from convlab.plain_text import safe_text

MAX_NODES = 20_000

LEARNS_OTHERWISE = {
    "BatchNormalization", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout",
    "GaussianDropout", "GaussianNoise",
}  # fmt: skip
"""Layers that do something else, mostly at random, while a network learns."""

Outputs = list[int]
_Place = tuple[str, int]


@dataclass
class Wiring:
    """What `wire` found. implied: for each network without an input of its own, the first entry that reads one.

    operations: for rows of operations between layers, what they are applied to. odd: for rows that are applied in a way
    in which ConvLab applies no layer, that way as a clause.
    """

    nodes: list[Node] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    implied: list[tuple[int, Entry]] = field(default_factory=list)
    operations: dict[int, Call] = field(default_factory=dict)
    odd: dict[int, str] = field(default_factory=dict)
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
        self._first_of_outputs = self._first_calls_of_outputs()
        self._found: dict[_Place, Outputs] = {}
        self._give(given)
        self._apply_all()

    def outputs(self) -> Outputs:
        refs = outputs_of(self._entry.config.get("output_layers"))
        return [self._output(ref, self._first_of_outputs) for ref in refs]

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

    @property
    def _is_old(self) -> bool:
        return any(call.old for calls in self._calls.values() for call in calls)

    def _first_calls(self) -> dict[str, int]:
        """In files of Keras 2, call 0 of a nested network is its own graph, and those of others begin at 1."""
        refs = [ref for calls in self._calls.values() for call in calls for ref in call.refs]
        refs += outputs_of(self._entry.config.get("output_layers"))
        from_0 = {ref.name for ref in refs if ref.node == 0}
        return dict.fromkeys(self._nested - from_0, 1) if self._is_old else {}

    def _first_calls_of_outputs(self) -> dict[str, int]:
        """Keras 3 still counts so where it lists outputs, but nowhere else, and not for a Sequential (functional.py)."""
        if self._is_old:
            return self._first
        refs = outputs_of(self._entry.config.get("output_layers"))
        from_0 = {ref.name for ref in refs if ref.node == 0}
        return {name: 1 for name in self._nested - from_0 if not self._by_name[name].is_sequential}

    @property
    def _nested(self) -> set[str]:
        return {name for name, inner in self._by_name.items() if inner.entries is not None}

    def _place(self, ref: Ref, first: Mapping[str, int]) -> _Place:
        return ref.name, ref.node - first.get(ref.name, 0)

    def _output(self, ref: Ref, first: Mapping[str, int]) -> int:
        """The node of an output. Layers that are no networks have one; of what is not known nobody knows."""
        inner = self._inner(ref.name)
        outputs = self._found.get(self._place(ref, first), [])
        if ref.tensor and outputs and inner.entries is None:
            self._wiring.odd[inner.row] = "gives several results"
            return outputs[0]
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
        place = self._place(ref, self._first)
        if place not in self._found and place[1] >= len(self._calls[ref.name]):
            raise unreadable(f"“{safe_text(ref.name, 60)}” is not applied to anything.")
        return place

    def _apply(self, place: _Place) -> None:
        inner, call = self._by_name[place[0]], self._calls[place[0]][place[1]]
        inputs = [self._output(ref, self._first) for ref in call.refs]
        self._note(inner, call)
        if inner.entries is not None:
            self._found[place] = _network(self._wiring, inner, inputs)
            return
        if not inputs:
            raise unreadable(f"“{safe_text(inner.name, 60)}” is not applied to anything.")
        self._wiring.operations.setdefault(inner.row, call)
        self._found[place] = [self._wiring.node(inner.row, inputs)]

    def _note(self, inner: Entry, call: Call) -> None:
        """What is odd about a call."""
        if call.as_trained:
            for entry in (inner, *inner.all_below()):
                if entry.class_name in LEARNS_OTHERWISE or entry.class_name.startswith("Random"):
                    self._wiring.odd[entry.row] = "is applied as while the network learns"
        elif len(call.refs) < len(call.operands) or call.strange:
            self._wiring.odd[inner.row] = "is given more than what it computes with"
