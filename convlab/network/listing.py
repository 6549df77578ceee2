"""A network as a list: one entry for each layer in the file's order, and one more for each further use of a layer.

What flows from entry to entry is drawn beside the list as a few lanes, as version control draws branches: an entry takes
the lane of what it reads, and what others still read further down goes around it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from convlab.network.description import Network

MOST_LANES = 10
"""Lines drawn side by side; what would need more is not drawn, so that a list costs the same for every network."""


@dataclass(frozen=True)
class Entry:
    """A line of the list. node: which use of the layer is meant, None for layers without any (nested networks too).

    use: 0 for the first use. depth: how many networks it lies in. is_network: it holds the deeper entries that follow.
    """

    row: int
    node: int | None
    use: int = 0
    depth: int = 0
    is_network: bool = False


@dataclass(frozen=True)
class Lane:
    """How one entry lies in the graph. lane: of its own dot, None for an entry through which nothing flows.

    into: the lines from the entry above to this one, as (lane there, lane here).
    """

    lane: int | None = None
    into: tuple[tuple[int, int], ...] = ()


# --- entries ---


def entries_of(network: Network) -> tuple[Entry, ...]:
    """All entries. A further use stands behind what it reads, within the network that its layer lies in."""
    tree = _Tree(network)
    anchors: dict[int, int] = {}  # for each node the row behind which its entry stands
    keyed: list[tuple[tuple[int, int], Entry]] = []
    for row, layer in enumerate(network.layers):
        if not layer.settings.get("implied"):
            first = network.nodes_of[row][0] if network.nodes_of[row] else None
            keyed.append(((row, -1), Entry(row, first, 0, layer.depth, layer.is_network)))
    for number, node in enumerate(network.nodes):
        uses = network.nodes_of[node.layer]
        anchors[number] = node.layer
        if uses[0] != number:
            anchors[number] = tree.behind(node.layer, [anchors[source] for source in node.inputs])
            entry = Entry(node.layer, number, uses.index(number), network.layers[node.layer].depth)
            keyed.append(((anchors[number], number), entry))
    return tuple(entry for _, entry in sorted(keyed, key=lambda pair: pair[0]))


class _Tree:
    """Which rows lie in which network."""

    def __init__(self, network: Network) -> None:
        self._layers = network.layers
        self._ends = list(range(len(network.layers)))  # the last row that lies in each
        for row in reversed(range(len(network.layers))):
            parent = network.layers[row].parent
            if parent is not None:
                self._ends[parent] = max(self._ends[parent], self._ends[row])

    def behind(self, row: int, sources: Sequence[int]) -> int:
        """The row behind which a further use of `row` stands: behind what it reads in the network that it lies in."""
        return max([row, *(self._end_beside(row, source) for source in sources)])

    def _end_beside(self, row: int, source: int) -> int:
        """The end of the neighbour of `row` that `source` is, or lies in; `row` if it lies outside of their network."""
        parent = self._layers[row].parent
        at: int | None = source
        while at is not None:
            if self._layers[at].parent == parent:
                return self._ends[at]
            at = self._layers[at].parent
        return row


def unfolded(network: Network, entries: Sequence[Entry], folded: Collection[int]) -> tuple[Entry, ...]:
    """The entries that are in sight while the networks of these rows are folded."""
    if not folded:
        return tuple(entries)
    hidden = [False] * len(network.layers)
    for row, layer in enumerate(network.layers):
        parent = layer.parent
        hidden[row] = parent is not None and (hidden[parent] or parent in folded)
    return tuple(entry for entry in entries if not hidden[entry.row])


def found(network: Network, entries: Sequence[Entry], text: str) -> tuple[Entry, ...]:
    """The entries whose path or kind holds all words of `text`, in any case."""
    words = text.lower().split()

    def fits(entry: Entry) -> bool:
        layer = network.layers[entry.row]
        spoken = f"{layer.path} {layer.name} {layer.kind} {layer.file_kind}".lower()
        return all(word in spoken for word in words)

    return tuple(entry for entry in entries if fits(entry))


# --- lanes ---


def lanes_of(network: Network, entries: Sequence[Entry]) -> tuple[Lane, ...]:
    """Where each of the entries in sight lies in the graph; a folded network stands for all that is in it."""
    reads, last = _readings(network, entries)
    tracks = _Tracks()
    return tuple(tracks.pass_entry(number, reads.get(number), last) for number in range(len(entries)))


def width_of(lanes: Sequence[Lane]) -> int:
    """How many lanes there are side by side; 1 for a network without branches."""
    places = [place for lane in lanes for line in lane.into for place in line]
    places += [lane.lane for lane in lanes if lane.lane is not None]
    return max(places, default=-1) + 1


def _readings(network: Network, entries: Sequence[Entry]) -> tuple[dict[int, frozenset[int]], dict[int, int]]:
    """What each entry reads, as entries above it (for those with nodes), and the last entry that reads each."""
    places = _places(network, entries)
    reads: dict[int, set[int]] = {}
    for number, node in enumerate(network.nodes):
        place = places[number]
        if place is not None:
            sources = (places[source] for source in node.inputs)
            reads.setdefault(place, set()).update(one for one in sources if one is not None and one < place)
    last: dict[int, int] = {}
    for place in sorted(reads):
        last.update(dict.fromkeys(reads[place], place))
    return {place: frozenset(sources) for place, sources in reads.items()}, last


def _places(network: Network, entries: Sequence[Entry]) -> list[int | None]:
    """For each node the entry that shows it: its own, or the folded network that it lies in."""
    own = {entry.node: place for place, entry in enumerate(entries) if entry.node is not None}
    rows = {entry.row: place for place, entry in enumerate(entries) if entry.use == 0}

    def place_of(number: int) -> int | None:
        if number in own:
            return own[number]
        row: int | None = network.nodes[number].layer
        while row is not None and row not in rows:
            row = network.layers[row].parent
        return None if row is None else rows[row]

    return [place_of(number) for number in range(len(network.nodes))]


class _Tracks:
    """The lanes while the list is gone through from top to bottom: which entry's output each one carries on."""

    def __init__(self) -> None:
        self._carried: dict[int, int] = {}  # entry -> lane
        self._used = 0  # a bit for each lane that is taken

    def pass_entry(self, entry: int, reads: frozenset[int] | None, last: dict[int, int]) -> Lane:
        """Lead all lines past an entry, and those that it reads into it; `reads` is None where nothing flows."""
        carried = self._carried
        if reads is None:
            return Lane(None, tuple((lane, lane) for lane in carried.values()))
        above = carried.copy()
        sources = {source: above[source] for source in reads if source in above}
        for source, lane in sources.items():
            if last[source] == entry:
                del carried[source]
                self._used &= ~(1 << lane)
        own = min(sources.values()) if sources else self._free()
        for source, lane in sources.items():
            if lane == own and source in carried:
                self._move(source)
        lines = [] if own is None else [(lane, own) for lane in sources.values()]
        lines += [(above[source], lane) for source, lane in carried.items()]
        if own is not None and entry in last:
            carried[entry] = own
            self._used |= 1 << own
        return Lane(own, tuple(lines))

    def _move(self, source: int) -> None:
        """What others still read goes around the entry that takes its lane now."""
        lane = self._free()
        self._used &= ~(1 << self._carried.pop(source))
        if lane is not None:
            self._carried[source] = lane
            self._used |= 1 << lane

    def _free(self) -> int | None:
        """The first lane that nothing lies in."""
        lane = (~self._used & (self._used + 1)).bit_length() - 1
        return lane if lane < MOST_LANES else None
