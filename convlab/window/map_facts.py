"""What the card of one map asks of the session: its filter, its cells as the network counts them, what they depend on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.drawing.colors import ColorScale
from convlab.drawing.tiles import extents, scales_for
from convlab.network.banks import banks_of, picture_read
from convlab.network.receptive_field import cell_of, dependents_of_pixel
from convlab.problems import Problem
from convlab.window.filter_words import channel_word
from convlab.window.network_session import NetworkSession

Cell = tuple[int, int]
_NOTHING: tuple[list[int], list[int]] = ([], [])


def strongest_cell(shown: NDArray[Any]) -> Cell:
    """Where the greatest absolute value of a map (rows, columns, 1) is; what is not finite does not count."""
    strengths = np.nan_to_num(np.abs(shown[:, :, 0]), nan=-1.0, posinf=-1.0)
    row, column = divmod(int(strengths.argmax()), shown.shape[1])
    return row, column


def map_scale(maps: NDArray[Any] | None, shown: NDArray[Any], dark: bool) -> ColorScale:
    """How one map (rows, columns, 1) is coloured: signed where any map of its layer has negative values."""
    lows, highs = extents(shown, (0, 1))
    signed = maps is not None and bool((maps < 0).any())
    return scales_for(lows, highs, signed=signed, dark=dark).of(0)


def filter_shown(session: NetworkSession) -> tuple[NDArray[Any] | None, str, str]:
    """The kernel (height, width, channels) that makes the map looked at, its title, what its channels are; None for none."""
    network, row, layer = session.network, session.row, session.layer
    weights = session.weights_of(row) if row is not None else None
    if network is None or row is None or layer is None or weights is None:
        return None, "", ""
    banks = banks_of(layer, weights, picture_read(session.sized or network, row))
    bank = next((bank for bank in banks if bank.makes_maps and session.filter < bank.count), None)
    if bank is None or layer.kind == "PReLU":
        return None, "", ""
    kernel = bank.kernels[session.filter]
    one = "weights" if kernel.shape[0] * kernel.shape[1] == 1 else "filter"
    if kernel.shape[2] == 1:
        return kernel, f"Its {one}", channel_word(layer)
    order = "strongest first" if one == "weights" else "strongest channels first"
    return kernel, f"Its {one}, {order}", channel_word(layer)


def cells_told(session: NetworkSession, cell: Cell | None) -> tuple[int, int, int] | None:
    """A cell of the map looked at as the session is told it: node, row, column among the node's cells."""
    array = session.map_array
    if cell is None or session.node is None or array is None:
        return None
    return session.node, *cell_of(array.shape, *cell, session.filter)


def dependent_cells(session: NetworkSession) -> tuple[list[int], list[int]]:
    """Rows and columns of the map's cells that depend on the pixel that somebody points at."""
    network, node, array = session.sized, session.node, session.map_array
    if (
        session.pointed_pixel is None
        or network is None
        or node is None
        or array is None
        or not network.inputs
    ):
        return _NOTHING
    try:
        mask = dependents_of_pixel(network, network.inputs[0], *session.pointed_pixel).get(node)
    except (Problem, IndexError):
        return _NOTHING
    if mask is None:
        return _NOTHING
    if array.ndim == 1:
        mask = mask[:, session.filter : session.filter + 1]
    elif array.ndim == 2:
        mask = mask[:, session.filter : session.filter + 1].T
    return np.flatnonzero(mask.any(axis=1)).tolist(), np.flatnonzero(mask.any(axis=0)).tolist()
