"""What the lesson about one kernel takes from the Lab: an input, a convolution's settings, and the kernel that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convlab.experiment.experiment import Experiment
from convlab.experiment.image import Image
from convlab.learning.one_kernel import Windows, windows_of
from convlab.operations import kernels
from convlab.operations.convolution import Convolution
from convlab.operations.resizing import resized_planes
from convlab.problems import Problem
from convlab.window import kernel_edits
from convlab.window.session import Session

MOST_CELLS = 64
"""Rows and columns of the input: a step looks at all of it, and its single cells are to be seen."""

_MOST_SIDE, _MOST_CHANNELS = 7, 4
_USUAL = (3, 3)


@dataclass(frozen=True, eq=False)
class Ground:
    """pixels (rows, columns, channels), the input; source: the Lab's array that it was made from. white: the value of
    white, None where the input is no image. layer: the settings, with one filter. own (kh, kw, channels): the Lab's
    kernel, as it lies over the image. place: the Lab's operation that it belongs to; None if there is none, and the
    settings are the usual ones. filter: which of its filters. names: of the channels."""

    pixels: NDArray[np.float32]
    source: NDArray[np.float32]
    white: float | None
    layer: Convolution
    own: NDArray[np.float32]
    place: int | None
    filter: int
    names: tuple[str, ...]

    @property
    def size(self) -> tuple[int, int]:
        return int(self.own.shape[0]), int(self.own.shape[1])

    @property
    def level(self) -> float:
        """What the brush writes into a painted target."""
        return self.white or 1.0

    @property
    def size_text(self) -> str:
        rows, columns = self.pixels.shape[:2]
        text = f"{rows} × {columns}"
        return text if self.pixels is self.source else f"{text}, shrunk for the lesson"

    def is_like(self, other: Ground) -> bool:
        """Whether nothing that is learned from is another one; the Lab's own weights may be."""
        mine, theirs = self.layer, other.layer
        return (
            self.source is other.source
            and self.white == other.white
            and self.size == other.size
            and (mine.strides, mine.padding, mine.padding_mode, mine.dilation_rate)
            == (theirs.strides, theirs.padding, theirs.padding_mode, theirs.dilation_rate)
        )

    def windows(self, size: tuple[int, int]) -> Windows:
        """All windows under a kernel of this size (kh, kw), with the settings of the layer."""
        return windows_of(self.pixels, _layer(size, self.pixels.shape[2], self.layer))


def ground_of(session: Session) -> Ground:
    """The convolution in focus with its input, if it is a plain one; else the image under a 3×3 kernel, padded."""
    layer, x = session.operation, session.input_array
    if isinstance(layer, Convolution) and x is not None and session.problem is None and _is_plain(layer):
        own = kernel_edits.filter_slices(layer, session.filter)
        own = own[::-1, ::-1] if layer.flip_kernel else own
        white = session.input_white
        ground = Ground(
            _shrunk(x, session.image if white is not None else None),
            x, white, _layer(own.shape[:2], x.shape[2], layer), np.ascontiguousarray(own),
            session.operation_index, session.filter, session.input_names,
        )  # fmt: skip
        if _fits(ground):
            return ground
    return _usual(session.image)


def _usual(image: Image) -> Ground:
    channels = image.channels
    sobel = kernels.named("sobel-vertical").values[..., np.newaxis].repeat(channels, axis=2)
    layer = Convolution(np.zeros((*_USUAL, channels, 1), np.float32), padding="same")
    names = ("red", "green", "blue") if channels == 3 else ()
    pixels = _shrunk(image.pixels, image)
    return Ground(pixels, image.pixels, image.white, layer, sobel, None, 0, names)


def _is_plain(layer: Convolution) -> bool:
    small = max(layer.kernel.shape[:2]) <= _MOST_SIDE and layer.kernel.shape[2] <= _MOST_CHANNELS
    return layer.groups == 1 and small


def _layer(size: tuple[int, ...], channels: int, like: Convolution) -> Convolution:
    """One filter of this size with the settings of another layer; neither bias nor activation are learned."""
    kernel = np.zeros((*size, channels, 1), np.float32)
    return replace(like, kernel=kernel, bias=None, activation=None, flip_kernel=False, groups=1)


def _fits(ground: Ground) -> bool:
    """A shrunk image may be too small for the settings."""
    try:
        ground.windows(ground.size)
    except Problem:
        return False
    return True


def _shrunk(x: NDArray[np.float32], image: Image | None) -> NDArray[np.float32]:
    """At most MOST_CELLS rows and columns, in the same proportions; the same array if it is small enough."""
    rows, columns = x.shape[:2]
    largest = max(rows, columns)
    if largest <= MOST_CELLS:
        return x
    size = (max(1, round(rows * MOST_CELLS / largest)), max(1, round(columns * MOST_CELLS / largest)))
    if image is not None:
        return image.resized(size).pixels
    return np.moveaxis(resized_planes(np.ascontiguousarray(np.moveaxis(x, -1, 0)), *size), 0, -1)


def with_learned(
    experiment: Experiment, ground: Ground, kernel: NDArray[np.floating]
) -> tuple[Experiment, int]:
    """The experiment with the learned kernel (kh, kw, channels) in it, and the place of its operation.

    It replaces the filter that the lesson began with; where there was none, a convolution comes first in the chain.
    """
    weights = np.asarray(kernel, np.float32)
    if ground.place is None or ground.place >= len(experiment.operations):
        added = replace(ground.layer, kernel=weights[..., np.newaxis])
        return experiment.inserted(0, added), 0
    layer = experiment.operations[ground.place]
    if not isinstance(layer, Convolution):
        return experiment.inserted(0, replace(ground.layer, kernel=weights[..., np.newaxis])), 0
    weights = weights[::-1, ::-1] if layer.flip_kernel else weights
    changed: kernel_edits.Layer = layer
    for channel in range(weights.shape[2]):
        changed = kernel_edits.with_slice(changed, ground.filter, channel, weights[:, :, channel])
    return experiment.with_operation(ground.place, changed), ground.place
