"""LayerModel: the layers of the open network as a list model: which are in sight, and what stands in each line."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from convlab.network.description import Network, Node
from convlab.network.listing import Entry, Lane, entries_of, found, lanes_of, unfolded, width_of
from convlab.plain_text import safe_text
from convlab.window.layer_look import count_text, kind_color, shape_text
from convlab.window.tooltips import plain

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole
_ROOT = QModelIndex()


@dataclass(frozen=True)
class Line:
    """What the delegate paints. lanes: how many there are in the whole list, 0 if none are drawn.

    lane, after: this entry's place in the graph, and the next one's. folded: None for what cannot be folded.
    """

    name: str
    shape: str
    parameters: str
    color: str
    depth: int
    problem: str
    folded: bool | None
    lanes: int
    lane: Lane
    after: Lane


class LayerModel(QAbstractListModel):
    """Shows the entries of a network, of which nested networks can be folded, or those that a text is found in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._network: Network | None = None
        self._nodes: tuple[Node, ...] = ()
        self._all: tuple[Entry, ...] = ()
        self._entries: tuple[Entry, ...] = ()
        self._lanes: tuple[Lane, ...] = ()
        self._width = 0
        self._folded: set[int] = set()
        self._text = ""
        self._lines: dict[int, Line] = {}  # those that were painted

    # --- told ---

    def show_network(self, network: Network | None, sized: Network | None) -> None:
        """Another network; `sized` tells the shapes for the chosen size of the image."""
        nodes, self._nodes = self._nodes, sized.nodes if sized is not None else ()
        if network is self._network:
            if self._nodes is not nodes:  # else every stroke on the image would paint the list anew
                self._tell_all()
            return
        self._network = network
        self._all = entries_of(network) if network is not None else ()
        self._folded, self._text = set(), ""
        self._renew()

    def find(self, text: str) -> None:
        """Show only what holds all words of `text`; "" shows everything."""
        if text.strip() != self._text:
            self._text = text.strip()
            self._renew()

    def fold(self, row: int, folded: bool) -> None:
        """Hide the layers of a nested network, or show them."""
        if folded != (row in self._folded):
            self._folded.symmetric_difference_update({row})
            self._renew()

    def reveal(self, row: int) -> None:
        """Open all networks that a layer lies in."""
        around = {parent for parent in self._parents(row) if parent in self._folded}
        if around:
            self._folded -= around
            self._renew()

    # --- asked ---

    @property
    def is_narrowed(self) -> bool:
        """Whether only what was found is shown."""
        return bool(self._text)

    def entry(self, place: int) -> Entry | None:
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def place_of(self, row: int, node: int | None) -> int | None:
        """Where a use of a layer stands; where the layer stands if the use has no entry; None if out of sight."""
        first = None
        for place, entry in enumerate(self._entries):
            if entry.row == row:
                if entry.node == node:
                    return place
                first = place if first is None else first
        return first

    def parent_place(self, place: int) -> int | None:
        """Where the network around an entry stands."""
        entry = self.entry(place)
        parent = self._network.layers[entry.row].parent if self._network and entry is not None else None
        return None if parent is None else self.place_of(parent, None)

    def is_folded(self, row: int) -> bool:
        return row in self._folded

    def _parents(self, row: int) -> list[int]:
        found_rows: list[int] = []
        parent = self._network.layers[row].parent if self._network is not None else None
        while parent is not None and self._network is not None:
            found_rows.append(parent)
            parent = self._network.layers[parent].parent
        return found_rows

    # --- Qt ---

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._name(entry)
        if role == LINE:
            return self._lines.get(index.row()) or self._lines.setdefault(
                index.row(), self._line(index.row(), entry)
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(self._spoken(entry))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(entry)
        return None

    # --- lines ---

    def _name(self, entry: Entry) -> str:
        assert self._network is not None
        layer = self._network.layers[entry.row]
        name = safe_text(layer.path if self._text else layer.name) or "(no name)"
        return f"{name} (use {entry.use + 1})" if entry.use else name

    def _line(self, place: int, entry: Entry) -> Line:
        assert self._network is not None
        layer = self._network.layers[entry.row]
        lanes = 0 if self._text or self._width < 2 else self._width
        below = self._lanes[place + 1] if lanes and place + 1 < len(self._lanes) else Lane()
        parameters = self._parameters(entry.row)
        shape = self._shape(entry)
        return Line(
            name=self._name(entry),
            shape=shape,
            parameters=count_text(parameters, "parameter") if parameters and not entry.use else "",
            color=kind_color(layer),
            depth=0 if self._text else entry.depth,
            problem=self._problem(entry),
            folded=entry.row in self._folded if entry.is_network and not self._text else None,
            lanes=lanes,
            lane=self._lanes[place] if lanes else Lane(),
            after=below,
        )

    def _shape(self, entry: Entry) -> str:
        if entry.node is None or entry.node >= len(self._nodes):
            return ""
        return shape_text(self._nodes[entry.node].shape)

    def _parameters(self, row: int) -> int:
        """The layer's own, and for a network those of all that is in it."""
        assert self._network is not None
        layers = self._network.layers
        count = layers[row].parameters
        if layers[row].is_network:
            for inner in layers[row + 1 :]:
                if inner.depth <= layers[row].depth:
                    break
                count += inner.parameters
        return count

    def _problem(self, entry: Entry) -> str:
        assert self._network is not None
        if entry.node is not None and entry.node < len(self._nodes):
            return self._nodes[entry.node].problem
        return self._network.layers[entry.row].problem

    def _spoken(self, entry: Entry) -> str:
        """The whole line as one sentence."""
        assert self._network is not None
        layer = self._network.layers[entry.row]
        kind = safe_text(layer.kind or layer.file_kind)
        count = self._parameters(entry.row)
        parts = [self._shape(entry), count_text(count, "parameter") if count else ""]
        said = ", ".join(part for part in parts if part)
        head = f"{safe_text(layer.path)}{f' ({kind})' if kind else ''}{f': {said}' if said else ''}"
        return f"{head}. {self._problem(entry)}".rstrip(" .") + "." if self._problem(entry) else head

    def _renew(self) -> None:
        """Other entries are in sight."""
        self.beginResetModel()
        self._lines.clear()
        network = self._network
        if network is None:
            self._entries = ()
        elif self._text:
            self._entries = found(network, self._all, self._text)
        else:
            self._entries = unfolded(network, self._all, self._folded)
        self._lanes = lanes_of(network, self._entries) if network is not None and not self._text else ()
        self._width = width_of(self._lanes)
        self.endResetModel()

    def _tell_all(self) -> None:
        self._lines.clear()
        if self._entries:
            self.dataChanged.emit(self.index(0), self.index(len(self._entries) - 1))
