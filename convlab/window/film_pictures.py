"""FilmPictures: the tiles of the frame that a FilmPlayer is at, and the history of a single one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convlab.learning.events import Frame, LayerInfo
from convlab.window import theme
from convlab.window.film_player import FilmPlayer
from convlab.window.film_strip import Snapshot, chosen_places, snapshot
from convlab.window.film_tiles import FilmFilters, film_maps, filters_of, in_colors, shown_channels
from convlab.window.tile_content import Pictures

FILTERS, MAPS = "filters", "maps"


class FilmPictures:
    """layers: of the network in training, as many as each frame has kernels."""

    def __init__(self, player: FilmPlayer) -> None:
        self._player = player
        self.layers: tuple[LayerInfo, ...] = ()
        self._channels: tuple[object, list[NDArray[np.intp]]] = (None, [])

    def tiles(self, kind: str, frame: Frame, layer: int, *, shared: bool, moving: bool) -> Pictures:
        """All filters or maps of a layer; shared: in one scale of colours."""
        dark = theme.current().dark
        if kind == MAPS:
            return film_maps(frame.maps[layer], shared=shared, dark=dark)
        info = self.layers[layer]
        return FilmFilters(
            filters_of(frame.kernels[layer], info),
            self._channels_of(layer),
            limit=self._player.limit(layer) if shared else None,
            color=in_colors(info, layer),
            moving=moving,
            dark=dark,
        )

    def story(self, kind: str, layer: int, tile: int, room: int) -> list[Snapshot]:
        """One filter or map from the first frame to the newest, in so many pictures at most."""
        film = self._player.film
        return [
            snapshot(self._alone(kind, film[place], layer, tile), film[place].batch, place)
            for place in chosen_places(len(film), room)
        ]

    def _alone(self, kind: str, frame: Frame, layer: int, tile: int) -> Pictures:
        alone, dark = slice(tile, tile + 1), theme.current().dark
        if kind == MAPS:
            return film_maps(frame.maps[layer][:, :, alone], shared=False, dark=dark)
        info, channels = self.layers[layer], self._channels_of(layer)[alone]
        filters = filters_of(frame.kernels[layer], info)[alone]
        color, limit = in_colors(info, layer), self._player.limit(layer)
        return FilmFilters(filters, channels, limit=limit, color=color, dark=dark)

    def _channels_of(self, layer: int) -> NDArray[np.intp]:
        """Which channel of each filter is shown: the one that counts most in the newest frame, all through the film."""
        newest = self._player.film[-1]
        if self._channels[0] is not newest:
            kernels = zip(newest.kernels, self.layers, strict=True)
            self._channels = newest, [shown_channels(filters_of(kernel, info)) for kernel, info in kernels]
        return self._channels[1][layer]
