"""What the layers of a network do, in words, and as curves where they are functions of one number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.network.preparation import FITS, SCALINGS
from convlab.operations.borders import CenterCrop, Cropping, ZeroPadding
from convlab.operations.copies import Identity
from convlab.operations.dense import Dense, Flatten
from convlab.operations.merge import Merge
from convlab.operations.normalization import LayerNormalization, Normalization
from convlab.operations.operation import Operation
from convlab.operations.pointwise import Activation, BatchNormalization, Dropout, Rescaling
from convlab.operations.pooling import AveragePooling, GlobalAveragePooling, GlobalMaxPooling, MaxPooling
from convlab.operations.rectifiers import PReLU, ReLU
from convlab.operations.reshape import Permute, Reshape
from convlab.operations.step import PointwiseStep, Step
from convlab.operations.upsampling import UpSampling
from convlab.window.cell_layer import CellLayer
from convlab.window.prepared_pixels import Preparing

_SMALLEST_DEVIATION = 1e-7  # as Keras has it
Curve = Callable[[NDArray[Any]], NDArray[Any]]

_MEANINGS: dict[type[Operation], str] = {
    MaxPooling: "The largest of the cells under the window, in each channel by itself.",
    AveragePooling: "The mean of the cells under the window, in each channel by itself.",
    GlobalMaxPooling: "The largest value of each channel, over all rows and columns.",
    GlobalAveragePooling: "The mean of each channel, over all rows and columns.",
    Flatten: "Writes all values one after another: row by row, column by column, channel by channel.",
    Reshape: "The same numbers in the same order, with other rows and columns.",
    Permute: "The same numbers, with their axes in another order.",
    ZeroPadding: "Copies its input and puts zeros around it.",
    Cropping: "Copies its input without its border.",
    CenterCrop: "Copies the middle of its input.",
    UpSampling: "Repeats each cell, or mixes those around it, so that maps get larger.",
    Identity: "The input of a network within the network: it gets what that one’s layers wrote, unchanged.",
    Dropout: "Only in training some values are dropped; here every value passes unchanged.",
    LayerNormalization: "All channels of a cell are shifted and scaled to mean 0 and variance 1, then by γ and β.",
    Dense: "Every output is a weighted sum of all inputs, plus a bias.",
}
_MERGED = {
    "add": "Its inputs added up, cell by cell.",
    "subtract": "The second input taken from the first, cell by cell.",
    "multiply": "Its inputs multiplied, cell by cell.",
    "average": "The mean of its inputs, cell by cell.",
    "maximum": "The largest of its inputs, cell by cell.",
    "minimum": "The smallest of its inputs, cell by cell.",
    "concatenate": "Its inputs one after another: each cell is a copy of one of them.",
}


def title_of(layer: CellLayer) -> str:
    """What the present part computes, in a word or two."""
    operation = layer.operation
    if isinstance(operation, Identity):
        return "Nested input"
    return operation.title if operation is not None else layer.layer.kind or "Layer"


def settings_of(operation: Operation | Merge) -> tuple[str, ...]:
    """The settings one by one, those that one asks for first."""
    if isinstance(operation, Merge) and operation.kind == "concatenate":
        return ()
    return tuple(operation.summary.split(" · "))


def meaning_of(operation: Operation | Merge) -> str:
    """In one sentence."""
    if isinstance(operation, Merge):
        return _MERGED[operation.kind]
    if isinstance(operation, Preparing):
        return _preparation(operation)
    if isinstance(operation, Activation) and operation.name == "softmax":
        return "e to the power of each number, divided by the sum of all of them: shares of 1."
    return _MEANINGS.get(type(operation), operation.summary)


def _preparation(operation: Preparing) -> str:
    (height, width), (rows, columns) = operation.original, operation.picture.shape[:2]
    scaling = f"The picture's levels become what the network was trained on: {SCALINGS[operation.preparation.scaling]}."
    if (height, width) == (rows, columns):
        return scaling
    fitted = FITS[operation.preparation.fit].lower()
    return f"The image of {height:,} × {width:,} is fitted to {rows:,} × {columns:,}: {fitted}. {scaling}"


def curve_of(operation: Operation | Merge, step: Step) -> Curve | None:
    """The function of one number that a step applies; None if it is none."""
    if not isinstance(step, PointwiseStep) or step.window.size != 1:
        return None
    if isinstance(operation, Activation | ReLU):
        return operation.of
    if isinstance(operation, Rescaling):
        return lambda x: operation.apply(x.astype(np.float32))
    if isinstance(operation, BatchNormalization | Normalization | PReLU):
        return _straight(operation, step)
    return None


def _straight(operation: BatchNormalization | Normalization | PReLU, step: PointwiseStep) -> Curve:
    """From the numbers of the step itself: these differ from channel to channel."""
    terms = dict(step.terms)
    if isinstance(operation, PReLU):
        return lambda x: np.where(x > 0, x, terms["alpha"] * x)
    value, result = float(step.window.flat[0]), step.result
    deviation = math.sqrt(terms["variance"] + terms.get("epsilon", 0.0))
    slope = terms.get("gamma", 1.0) / max(deviation, _SMALLEST_DEVIATION)
    return lambda x: result + (x - value) * slope
