"""A learned filter in the Lab: as a convolution over what its layer reads, to step through and to play with."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from convlab.experiment.experiment import Experiment
from convlab.experiment.image import LEVELS, Image
from convlab.network.description import Layer
from convlab.network.filters import Filter, filter_count
from convlab.network.operations_of import function_of, operations_of
from convlab.operations.convolution import Convolution
from convlab.operations.operation import Operation
from convlab.operations.separable import depthwise
from convlab.operations.transpose import ConvolutionTranspose
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.window.filter_words import filter_word
from convlab.window.map_source import Array, Key
from convlab.window.network_session import NetworkSession

_IMAGE_CHANNELS = (1, 3)
_KINDS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose")
_WATCH = "filter to the Lab"
_ROUNDING = 1e-3


def why_not_to_lab(layer: Layer) -> str:
    """Why the Lab cannot show a layer's filters, as a sentence; "" if it can."""
    if layer.problem:
        return layer.problem
    word = filter_word(layer)
    return (
        "" if layer.kind in _KINDS else f"This {word} slides over no image, so the Lab has nothing to show."
    )


@dataclass(frozen=True, eq=False)
class _Wish:
    """A filter on its way: which of its layer's it is, the channel looked at, and what it is laid over."""

    filter: Filter
    index: int
    channel: int
    row: int
    source: Key | None
    otherwise: Image


class FilterToLab(QObject):
    """Makes the experiment, as soon as the maps that the filter reads are there."""

    made = Signal(str, object)  # label, Experiment
    problem_met = Signal(object)

    def __init__(self, session: NetworkSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wish: _Wish | None = None
        for signal in (session.maps_changed, session.state_changed):
            signal.connect(self._try)
        session.network_changed.connect(self._forget)

    def take(self, filter: Filter, channel: int, otherwise: Image) -> None:
        """Take the filter looked at; `otherwise`: the image to lay it over where the network computes no maps.

        Over a grey or colour image the whole filter comes along, its bias and activation too; deeper in the network
        the share of one channel: the shares of all channels and the bias add up to the map before its activation.
        """
        session = self._session
        if session.network is None or session.row is None:
            return
        inputs = session.network.nodes[session.node].inputs if session.node is not None else ()
        source = (inputs[0], False) if inputs else None
        count = filter_count(session.network.layers[session.row])
        index = max(min(session.filter, count - 1), 0)
        self._wish = _Wish(filter, index, channel, session.row, source, otherwise)
        session.maps.watch(_WATCH, [source] if source is not None else [])
        self._try()
        if self._wish is not None and session.state in ("starting", "building", "reading"):
            session.notice_met.emit("The filter goes to the Lab as soon as the network's maps are there.")

    def _forget(self) -> None:
        self._wish = None
        self._session.maps.watch(_WATCH, [])

    def _try(self) -> None:
        wish = self._wish
        if wish is None:
            return
        try:
            x = self._read(wish)
            if x is None and self._may_come(wish):
                return
            self._forget()
            self.made.emit(*self._made(wish, x))
        except Problem as problem:
            self._forget()
            self.problem_met.emit(problem)

    def _read(self, wish: _Wish) -> Array | None:
        """What the layer reads: the prepared image, which needs no engine, or fresh maps."""
        session = self._session
        if wish.source is None or session.network is None:
            return None
        if wish.source[0] in session.network.inputs:
            return session.prepared(wish.source[0])
        return session.maps.get(wish.source) if session.maps.fresh else None

    def _may_come(self, wish: _Wish) -> bool:
        maps, network = self._session.maps, self._session.network
        if wish.source is None or network is None or wish.source[0] in network.inputs:
            return False
        if maps.engine_state == "missing":
            return False
        return maps.computable is None or wish.source in maps.computable

    # --- making ---

    def _made(self, wish: _Wish, x: Array | None) -> tuple[str, Experiment]:
        """The undo step's name, and the experiment. Raises Problem."""
        session = self._session
        assert session.network is not None
        layer = session.network.layers[wish.row]
        parts = operations_of(layer, session.weights_of(wish.row) or ())
        name = safe_text(layer.name, 40)
        if not isinstance(parts, tuple) or why_not_to_lab(layer):
            raise Problem(f"{name} cannot be taken to the Lab.", why_not_to_lab(layer))
        if x is None or x.ndim != 3:
            session.notice_met.emit(
                f"What {name} reads is not computed: the filter lies over the Lab's own image."
            )
            image, whole = _fitting(wish)
        else:
            pixels, whole = _pixels(wish, parts, x)
            image = Image(np.ascontiguousarray(pixels), _white(pixels), f"Input of {name}")
        chain = _chain(wish, layer, parts[-1], whole)
        _check_finite(wish.filter, name)
        part = "" if whole else f", channel {wish.channel}"
        return f"Take Filter {wish.index}{part} of {name}", Experiment(image, chain)


def _fitting(wish: _Wish) -> tuple[Image, bool]:
    """The Lab's image, with the channels of the filter if it can have them; and whether the whole filter reads it."""
    channels = wish.filter.kernel.shape[2]
    if channels in _IMAGE_CHANNELS:
        return (wish.otherwise.to_grey() if channels == 1 else wish.otherwise.to_rgb()), True
    return wish.otherwise.to_grey(), False


def _pixels(wish: _Wish, parts: tuple[Operation, ...], x: Array) -> tuple[Array, bool]:
    """What the filter, or one channel of it, is laid over (h, w, 1 or 3); and whether it is the whole filter."""
    channels = wish.filter.kernel.shape[2]
    whole = channels in _IMAGE_CHANNELS
    wanted = range(channels) if whole else range(wish.channel, wish.channel + 1)
    last = parts[-1]
    if isinstance(last, Convolution) and last.groups > 1:
        group = wish.index // (last.filters // last.groups)
        wanted = range(group * channels + wanted.start, group * channels + wanted.stop)
    if len(parts) == 1:
        return x[:, :, wanted.start : wanted.stop], whole
    first = parts[0]
    assert isinstance(first, Convolution)
    return np.concatenate([_filtered(first, x, channel) for channel in wanted], axis=2), whole


def _filtered(first: Convolution, x: Array, channel: int) -> Array:
    """One map of a depthwise convolution (h, w, 1): there may be hundreds that nobody asks for."""
    source = channel // (first.filters // x.shape[2])
    alone = depthwise(
        first.kernel[:, :, :, channel : channel + 1], None, first.strides, first.padding, first.dilation_rate
    )
    return alone.apply(x[:, :, source : source + 1])


def _chain(wish: _Wish, layer: Layer, operation: Operation, whole: bool) -> tuple[Operation, ...]:
    """The filter as a convolution of its own; where it is whole, the layer's activation follows as a stage."""
    part = slice(None) if whole else slice(wish.channel, wish.channel + 1)
    kernel = wish.filter.kernel[:, :, part]
    bias = np.array([wish.filter.bias], np.float32) if whole and wish.filter.bias is not None else None
    if isinstance(operation, ConvolutionTranspose):
        alone: Operation = replace(operation, kernel=kernel[:, :, np.newaxis], bias=bias, activation=None)
    else:
        assert isinstance(operation, Convolution)
        alone = _convolution(operation, kernel[:, :, :, np.newaxis], bias)
    function = function_of(layer)
    # A softmax compares filters with each other: there is only one of them here.
    if not whole or function is None or function.name == "softmax":
        return (alone,)
    return alone, function


def _convolution(operation: Convolution, kernel: Array, bias: Array | None) -> Convolution:
    geometry = operation.strides, operation.padding, operation.dilation_rate
    if operation.is_depthwise and kernel.shape[2] == 1:
        return depthwise(kernel, bias, *geometry)  # which may have a stride and a dilation at once
    return Convolution(kernel, bias, *geometry)


def _check_finite(filter: Filter, name: str) -> None:
    """The Lab's kernels hold numbers that one can reckon with; images may hold others. Raises Problem."""
    if not (np.isfinite(filter.kernel).all() and np.isfinite(filter.bias or 0.0)):
        raise Problem(
            f"This filter of {name} holds values that are no numbers.",
            "The Lab's kernels cannot hold NaN or infinity.",
            "Choose another filter, or replace these values first.",
        )


def _white(pixels: Array) -> float:
    """The lowest white level that cuts nothing off."""
    high = float(np.max(pixels, initial=0.0, where=np.isfinite(pixels)))
    return next((level for level in sorted(LEVELS) if high <= level * (1 + _ROUNDING)), max(LEVELS))
