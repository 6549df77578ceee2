"""Trail: the cells that one stepped into, one after another, from a layer back towards the image."""

from __future__ import annotations

from dataclasses import dataclass

from convlab.network.description import Network
from convlab.plain_text import safe_text
from convlab.window.cell_layer import Place

_LONGEST = 28  # letters of a layer's name
_MOST_BEFORE = 3  # layers named before the present one; of more only the first and the last


@dataclass(frozen=True)
class Trail:
    """places: the first is where one began, the last where one is."""

    places: tuple[Place, ...] = ()

    @property
    def here(self) -> Place | None:
        return self.places[-1] if self.places else None

    def moved(self, place: Place) -> Trail:
        """The player went to another cell of the same layer."""
        return Trail((*self.places[:-1], place))

    def deeper(self, place: Place) -> Trail:
        return Trail((*self.places, place))

    def back(self, count: int = 1) -> Trail:
        """As it was `count` steps before, but never without a place."""
        return Trail(self.places[: max(len(self.places) - count, 1)])


def name_of(network: Network, node: int) -> str:
    """What a node is called: where it enters, the image; a shared layer tells its use, the first one apart."""
    layer = network.layer_of(node)
    if network.is_image(node):
        return "Image"
    name, call = safe_text(layer.name, _LONGEST), network.nodes[node].call
    return f"{name} (use {call + 1})" if call else name


def crumb_text(network: Network, place: Place) -> str:
    """A place in a few words, such as "conv2d_1 (20, 19) map 29"."""
    shape = network.nodes[place.node].shape or (None, None, None)
    name = name_of(network, place.node)
    if len(shape) == 1:
        word = "unit" if network.layer_of(place.node).kind == "Dense" else "number"
        return f"{name} {word} {place.filter:,}"
    if len(shape) == 2:
        return f"{name} ({place.column}, {place.filter})"
    text = f"{name} ({place.row}, {place.column})"
    if shape[2] == 1:
        return text
    return f"{text} channel {place.filter}" if name == "Image" else f"{text} map {place.filter}"


def layers_before(network: Network, node: int) -> tuple[str, ...]:
    """The layers on a way from the image to a node, by name, the image first; "…" stands for those between."""
    names: list[str] = []
    while network.nodes[node].inputs:
        node = network.nodes[node].inputs[0]
        names.append(name_of(network, node))
    names.reverse()
    return tuple(names) if len(names) <= _MOST_BEFORE else (names[0], "…", names[-1])
