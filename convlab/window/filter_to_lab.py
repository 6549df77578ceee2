"""A learned filter in the Lab: as a convolution over what its layer reads, to step through and to play with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from convlab.experiment.experiment import Experiment
from convlab.experiment.image import Image
from convlab.network.filters import Filter
from convlab.operations.activations import ACTIVATIONS
from convlab.operations.convolution import Convolution
from convlab.problems import Problem
from convlab.window.map_source import Array, Key
from convlab.window.network_session import NetworkSession

_COLOURS = 3


class FilterToLab(QObject):
    """Makes the experiment, as soon as the maps that the filter reads are there."""

    made = Signal(str, object)  # label, Experiment
    problem_met = Signal(object)

    def __init__(self, session: NetworkSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: tuple[Filter, int, int, Key] | None = (
            None  # filter, channel, row of its layer, its input
        )
        session.maps_changed.connect(self._try)
        session.network_changed.connect(self._forget)

    def take(self, filter: Filter, channel: int, otherwise: Image) -> None:
        """Take a filter of the layer looked at; `otherwise`: the image where the network computes no maps."""
        session = self._session
        if session.network is None or session.row is None:
            return
        inputs = session.network.nodes[session.node].inputs if session.node is not None else ()
        key = (inputs[0], False) if inputs else None
        if key is None or key not in (session.maps.computable or ()):
            self._make(filter, channel, session.row, otherwise.to_grey().pixels, otherwise.white)
            return
        self._waiting = (filter, channel, session.row, key)
        session.maps.watch("filter to the Lab", [key])
        self._try()

    def _try(self) -> None:
        if self._waiting is None:
            return
        filter, channel, row, key = self._waiting
        x = self._session.maps.get(key)
        if x is not None and self._session.maps.fresh:
            self._forget()
            self._make(filter, channel, row, x if x.ndim == 3 else x.reshape(1, 1, -1), 1.0)

    def _forget(self) -> None:
        self._waiting = None
        self._session.maps.watch("filter to the Lab", [])

    def _make(self, filter: Filter, channel: int, row: int, pixels: Array, white: float) -> None:
        """The whole filter where it reads a grey or colour image, else one channel of it over one map."""
        network = self._session.network
        if network is None:
            return
        layer, kernel = network.layers[row], filter.kernel
        whole = kernel.shape[2] == pixels.shape[2] and kernel.shape[2] in (1, _COLOURS)
        if not whole:
            kernel = kernel[:, :, channel : channel + 1]
            place = min(self._read_channel(row, channel), pixels.shape[2] - 1)
            pixels = pixels[:, :, place : place + 1]
        name = f"{layer.name}, filter {self._session.filter}" + ("" if whole else f", channel {channel}")
        try:
            operation = Convolution(
                kernel[:, :, :, np.newaxis],
                np.array([filter.bias or 0.0], np.float32),
                activation=_activation(layer.settings.get("activation")),
                **_geometry(layer.kind, layer.settings),
            )
            image = Image(np.ascontiguousarray(pixels), white, f"Input of {layer.name}")
            self.made.emit(f"Take {name}", Experiment(image, (operation,)))
        except Problem as problem:
            self.problem_met.emit(problem)

    def _read_channel(self, row: int, channel: int) -> int:
        """Which map the slice lies over: a depthwise filter has one slice, over the map of its own number."""
        assert self._session.network is not None
        layer = self._session.network.layers[row]
        if layer.kind != "DepthwiseConv2D":
            return channel
        multiplier = layer.settings.get("depth_multiplier", 1)
        return self._session.filter // (multiplier if isinstance(multiplier, int) else 1)


def _activation(name: object) -> str | None:
    return name if isinstance(name, str) and name in ACTIVATIONS and name != "linear" else None


def _geometry(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Strides, padding and dilation, for the kinds that the Lab's convolution is the same as."""
    if kind not in ("Conv2D", "DepthwiseConv2D"):
        return {"padding": "same"}
    return {
        "strides": settings.get("strides", (1, 1)),
        "padding": settings.get("padding", "valid"),
        "dilation_rate": settings.get("dilation_rate", (1, 1)),
    }
