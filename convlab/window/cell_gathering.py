"""Gathering: a layer of the open network with the maps, weights and image that are there now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from convlab.network.description import Network
from convlab.network.operations_of import operations_of
from convlab.operations.copies import Identity
from convlab.problems import Problem
from convlab.window.cell_layer import Array, CellLayer
from convlab.window.identity import Same
from convlab.window.network_session import NetworkSession
from convlab.window.prepared_pixels import Preparing


class Gathering:
    """Asks the session of the network; what did not change since the last time is kept."""

    def __init__(self, session: NetworkSession) -> None:
        self._session = session
        self._made_from: tuple[object, ...] = ()
        self._prepared_for: tuple[object, ...] = ()
        self._prepared: Array | None = None

    def layer(self, network: Network, node: int, before: CellLayer | None) -> CellLayer:
        """One use of a layer; `before` is what was gathered for it the last time."""
        row = network.nodes[node].layer
        weights = self._session.weights_of(row)
        prepared = self.image_for(network, node) if network.is_image(node) else None
        made_from = (Same(network), node, *map(Same, weights or ()), weights is None, Same(prepared))
        if before is None or made_from != self._made_from:
            made = self._made(network, node, weights, prepared)
            if before is not None:
                made = replace(made, part=min(before.part, made.part_count - 1), chain=before.chain)
            self._made_from, before = made_from, made
        keras = None if prepared is not None else self._session.maps.get((node, False))
        return before.with_arrays(self._inputs(before), keras)

    def _made(
        self, network: Network, node: int, weights: Sequence[Array] | None, prepared: Array | None
    ) -> CellLayer:
        layer, work = network.layer_of(node), self._session.work
        try:
            if prepared is not None:
                return CellLayer(network, node, (Preparing.of(work.image, prepared, work.preparation),))
            if layer.kind == "InputLayer" and not network.is_image(node):
                return CellLayer(network, node, (Identity(),))
            if layer.kind == "InputLayer" or (layer.weights and weights is None and not layer.problem):
                return CellLayer(network, node)
            return CellLayer(network, node, operations_of(layer, weights or ()))
        except Problem as problem:
            return CellLayer(network, node, why=problem)

    def _inputs(self, layer: CellLayer) -> tuple[Array, ...] | None:
        """What the layer reads; None while some of it is not there."""
        if isinstance(layer.operation, Preparing):
            return (layer.operation.picture,)
        found = [self._map(layer.network, source) for source in layer.sources]
        arrays = tuple(array for array in found if array is not None)
        return arrays if arrays and len(arrays) == len(found) else None

    def _map(self, network: Network, node: int) -> Array | None:
        if network.is_image(node):
            return self.image_for(network, node)
        return self._session.maps.get((node, False))

    def image_for(self, network: Network, node: int) -> Array | None:
        """The image as an input node gets it: the same array as long as nothing changes it."""
        work = self._session.work
        key = (Same(work.image), work.preparation, work.size, node, Same(network))
        if key != self._prepared_for:
            self._prepared_for = key
            try:
                self._prepared = self._session.prepared(node)
            except Problem:  # told by the session, when the image was sent
                self._prepared = None
        return self._prepared
