"""What is told of data and of a training. Arrays are read-only; positions are (row, column), channels last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True)
class DataInfo:
    """Data that are loaded. shape: of one image, (rows, columns, channels). low, high: the range of its numbers as they
    were stored; a network sees them scaled to 0 to 1. counts: images per class. notes: what had to be said, a sentence each."""

    name: str
    class_names: tuple[str, ...]
    shape: tuple[int, int, int]
    low: float
    high: float
    train_counts: tuple[int, ...]
    test_counts: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def train(self) -> int:
        return sum(self.train_counts)

    @property
    def test(self) -> int:
        return sum(self.test_counts)


@dataclass(frozen=True)
class Download:
    """How far a file of a data set has come; of: 0 if the other side does not say. unit: what is counted, "bytes" or,
    where a folder is read, "images"."""

    name: str
    done: int
    of: int
    unit: str = "bytes"


@dataclass(frozen=True, eq=False)
class Samples:
    """Some images of one part of the data, "train" or "test": pixels (count, rows, columns, channels) from 0 to 1,
    and for each its label and its index in that part."""

    part: str
    pixels: Array
    labels: NDArray[np.int64]
    indices: NDArray[np.int64]


@dataclass(frozen=True)
class LayerInfo:
    """A convolution layer of the network in training: its name, the shape of its kernel in Keras's order and of its maps."""

    name: str
    kernel_shape: tuple[int, ...]
    map_shape: tuple[int, int, int]


@dataclass(frozen=True)
class Begun:
    """Training has begun. epoch: how many epochs are done already, of a training that goes on."""

    layers: tuple[LayerInfo, ...]
    parameters: int
    batches: int
    epoch: int


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture of the film: the network at one moment. batch: how many batches it has learned from since the start.
    kernels: of each convolution layer, in Keras's order; maps: what each makes of the fixed image, (rows, columns, filters)."""

    batch: int
    kernels: tuple[Array, ...]
    maps: tuple[Array, ...]


@dataclass(frozen=True)
class Progress:
    """epoch: counted from 0; batch: of this epoch, of `batches`. loss, accuracy: over this epoch so far.
    seconds: since the start, pauses left out; left: how many more it will take, None while that is unknown."""

    epoch: int
    batch: int
    batches: int
    loss: float
    accuracy: float
    seconds: float
    left: float | None


@dataclass(frozen=True)
class EpochEnd:
    """An epoch is done, and is kept: from here a training that was ended can go on. epoch: counted from 0."""

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float


@dataclass(frozen=True, eq=False)
class Wrong:
    """A test image that the network is wrong about; probability: what it gives the class that it takes it for."""

    index: int
    label: int
    predicted: int
    probability: float
    pixels: Array


@dataclass(frozen=True, eq=False)
class Result:
    """A training has ended, by itself or stopped. best: the epoch, counted from 0, whose weights are kept: the one with
    the best accuracy in validation. confusion: (classes, classes) counts of test images, rows are the true classes.
    wrong: the most confidently wrong, first the surest. file: where the network was written (.keras)."""

    stopped: bool
    best: int
    test_loss: float
    test_accuracy: float
    confusion: NDArray[np.int64]
    wrong: tuple[Wrong, ...]
    file: str


Event = Begun | Frame | Progress | EpochEnd
