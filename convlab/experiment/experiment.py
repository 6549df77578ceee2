"""Experiment: the one value that the user makes, an image and a chain of operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.experiment.fitting import fit_all
from convlab.experiment.image import Image
from convlab.experiment.samples import first_image
from convlab.operations.convolution import Convolution
from convlab.operations.kernels import named
from convlab.operations.operation import Operation
from convlab.operations.pointwise import Activation
from convlab.operations.pooling import MaxPooling


@dataclass(frozen=True, eq=False)
class Experiment:
    """An image and the operations applied to it in turn, frozen: an edit gives the next experiment.

    After an edit every operation is fitted to the channels that reach it; what needs no change stays the same
    object, by which a Chain knows what it need not compute again. Operations are counted from 0.
    """

    image: Image
    operations: tuple[Operation, ...] = ()

    def with_image(self, image: Image) -> Experiment:
        """Another image."""
        return self if image is self.image else _fitted(image, self.operations)

    def with_operation(self, i: int, operation: Operation) -> Experiment:
        """Operation i replaced. Raises IndexError if there is no such operation."""
        if operation is self.operations[i]:
            return self
        return self._with((*self.operations[:i], operation, *self.operations[i + 1 :]))

    def inserted(self, i: int, operation: Operation) -> Experiment:
        """A new operation before operation i, or at the end."""
        return self._with((*self.operations[:i], operation, *self.operations[i:]))

    def without(self, i: int) -> Experiment:
        """Operation i taken out."""
        return self._with((*self.operations[:i], *self.operations[i + 1 :]))

    def moved(self, i: int, j: int) -> Experiment:
        """Operation i taken out and put where it becomes operation j."""
        rest = (*self.operations[:i], *self.operations[i + 1 :])
        return self if i == j else self._with((*rest[:j], self.operations[i], *rest[j:]))

    def arrays(self) -> Iterator[NDArray[Any]]:
        """All arrays that this experiment keeps in memory."""
        yield self.image.pixels
        for operation in self.operations:
            for part in fields(operation):  # type: ignore[arg-type]
                value = getattr(operation, part.name)
                if isinstance(value, np.ndarray):
                    yield value

    def _with(self, operations: tuple[Operation, ...]) -> Experiment:
        return replace(self, operations=fit_all(operations, self.image.pixels.shape))


def _fitted(image: Image, operations: tuple[Operation, ...]) -> Experiment:
    return Experiment(image, fit_all(operations, image.pixels.shape))


def first_experiment() -> Experiment:
    """What a first start shows: a letter, its vertical edges, what is left of them after ReLU and pooling."""
    kernel = named("sobel-vertical").values[:, :, np.newaxis, np.newaxis]
    return Experiment(
        first_image(), (Convolution(kernel, padding="same"), Activation("relu"), MaxPooling((2, 2)))
    )
