"""What the chain bar and the operation panels wish for, done to the experiment."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.kernels import named
from convlab.operations.operation import Operation, Shape
from convlab.operations.pointwise import ACTIVATIONS, Activation, BatchNormalization
from convlab.operations.pooling import AveragePooling, GlobalAveragePooling, GlobalMaxPooling, MaxPooling
from convlab.operations.transpose import ConvolutionTranspose
from convlab.problems import Problem
from convlab.window.session import Session

_UNITS = 10
_MOST_WEIGHTS = 4_000_000


def new_operation(kind: str, shape: Shape) -> Operation:
    """An operation to begin with, for an input of `shape`: it does something visible and fits. Raises Problem.

    kind: "convolution", "transpose", "max pooling", "average pooling", "global average pooling", "global max pooling",
    "batch normalisation", "flatten", "dense", or the name of an activation.
    """
    channels = shape[-1]
    if kind == "convolution":
        kernel = np.repeat(named("sobel-vertical").values[:, :, np.newaxis, np.newaxis], channels, axis=2)
        return Convolution(kernel, padding="same")
    if kind == "transpose":
        weights = np.full((2, 2, 1, channels), 1 / channels, np.float32)
        return ConvolutionTranspose(weights, strides=(2, 2), padding="same")
    if kind == "batch normalisation":
        ones, zeros = np.ones(channels, np.float32), np.zeros(channels, np.float32)
        return BatchNormalization(ones, zeros, zeros, ones)
    if kind == "dense":
        return _dense(channels)
    plain: dict[str, type[Operation]] = {
        "max pooling": MaxPooling,
        "average pooling": AveragePooling,
        "global average pooling": GlobalAveragePooling,
        "global max pooling": GlobalMaxPooling,
        "flatten": Flatten,
    }
    if kind in plain:
        return plain[kind]()
    if kind in ACTIVATIONS:
        return Activation(kind)
    raise ValueError(f"there is no kind of operation named {kind!r}")


def _dense(inputs: int) -> Dense:
    """Small random weights (Glorot's range), the same each time, so that every unit is another one."""
    if inputs * _UNITS > _MOST_WEIGHTS:
        raise Problem(
            f"A dense layer of {inputs:,} numbers would need {inputs * _UNITS:,} weights.",
            "That is more than can be shown.",
            "Put a pooling before it.",
        )
    limit = (6 / (inputs + _UNITS)) ** 0.5
    weights = np.random.default_rng(0).uniform(-limit, limit, (inputs, _UNITS))
    return Dense(weights.astype(np.float32), np.zeros(_UNITS, np.float32))


class ChainActions(QObject):
    """Edits of the chain. Each is one named step that can be undone."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def change(self, label: str, operation: Operation, merge_key: object) -> None:
        """Another operation in place of the focused one."""
        session = self._session
        experiment = session.experiment.with_operation(session.operation_index, operation)
        session.edit(label, experiment, None if merge_key is None else str(merge_key))

    def insert(self, index: int, kind: str) -> None:
        """A new operation before operation `index`; it gets the focus."""
        session = self._session
        try:
            operation = new_operation(kind, session.chain.shape(index))
        except Problem as problem:
            session.problem_met.emit(problem)
            return
        session.edit(f"Add {operation.title}", session.experiment.inserted(index, operation))
        session.choose_stage(index)

    def remove(self, index: int) -> None:
        operations = self._session.experiment.operations
        if 0 <= index < len(operations):
            title = operations[index].title
            self._session.edit(f"Remove {title}", self._session.experiment.without(index))

    def move(self, index: int, place: int) -> None:
        session = self._session
        operations = session.experiment.operations
        if 0 <= index < len(operations) and 0 <= place < len(operations):
            session.edit(f"Move {operations[index].title}", session.experiment.moved(index, place))
            session.choose_stage(place)
