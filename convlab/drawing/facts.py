"""What is known of an operation before anything is computed: sizes and counts, in one line."""

from __future__ import annotations

import math

from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.geometry import AxisFormula
from convlab.operations.operation import Operation, Shape
from convlab.operations.pointwise import Activation, BatchNormalization, Dropout, Rescaling
from convlab.operations.pooling import AveragePooling, MaxPooling
from convlab.operations.transpose import ConvolutionTranspose
from convlab.problems import Problem

_BETWEEN = " · "


def facts_text(operation: Operation, input_shape: Shape) -> str:
    """The output's size with its formula, weights, multiplications, and what a dense layer would need.

    Empty where the operation cannot be applied to `input_shape`: then there is a problem to be told instead.
    """
    try:
        output = operation.output_shape(input_shape)
    except Problem:
        return ""
    facts = [_size(operation, input_shape, output), _weights(operation), _products(operation, input_shape)]
    if isinstance(operation, Convolution | ConvolutionTranspose):
        dense = math.prod(input_shape) * math.prod(output)
        facts.append(f"a dense layer would need {_counted(dense, 'weight')}")
    return _BETWEEN.join(fact for fact in facts if fact)


def formula_text(formula: AxisFormula) -> str:
    """⌊(n + before + after − extent) / stride⌋ + 1 = out with the numbers of one axis."""
    padding = f" + {formula.before} + {formula.after}" if formula.before or formula.after else ""
    return f"⌊({formula.n:,}{padding} − {formula.extent}) / {formula.stride}⌋ + 1 = {formula.out:,}"


def transposed_text(operation: ConvolutionTranspose, n: int, out: int, axis: int) -> str:
    """How a transposed convolution's size follows along one axis (0: rows), with its numbers."""
    kernel, stride = operation.kernel.shape[axis], operation.strides[axis]
    extent = (kernel - 1) * operation.dilation_rate[axis] + 1
    if operation.padding == "same" and operation.output_padding is None:
        return f"{n:,} × {stride} = {out:,}"
    base = extent if operation.padding == "valid" else extent % 2
    more = out - (n - 1) * stride - base
    return f"({n:,} − 1) × {stride} + {base}{f' + {more}' if more else ''} = {out:,}"


def _size(operation: Operation, input_shape: Shape, output: Shape) -> str:
    if isinstance(operation, Convolution | MaxPooling | AveragePooling):
        formulas = tuple(formula_text(axis) for axis in operation.size_formula(input_shape))
    elif isinstance(operation, ConvolutionTranspose):
        formulas = tuple(transposed_text(operation, input_shape[i], output[i], i) for i in (0, 1))
    elif isinstance(operation, Activation | BatchNormalization | Dropout | Rescaling):
        return f"Output size {_shape(output)}, as the input"
    elif isinstance(operation, Flatten) and len(input_shape) == 3:
        return f"Output size {_shape(input_shape)} = {output[0]:,}"
    else:
        return f"Output size {_shape(output)}"
    if formulas[0] == formulas[1]:
        return f"Output size {formulas[0]}"
    return f"Output rows {formulas[0]}, columns {formulas[1]}"


def _weights(operation: Operation) -> str:
    """A layer without biases has biases of 0, which can be edited."""
    if isinstance(operation, Convolution | ConvolutionTranspose):
        biases = operation.filters
    elif isinstance(operation, Dense):
        biases = operation.units
    else:
        total = operation.weight_count()
        return _counted(total, "weight") if total else ""
    return f"{_counted(operation.kernel.size, 'weight')} + {_counted(biases, 'bias', 'biases')}"


def _products(operation: Operation, input_shape: Shape) -> str:
    total = operation.multiplications(input_shape)
    return _counted(total, "multiplication") if total else ""


def _counted(number: int, word: str, plural: str = "") -> str:
    return f"{number:,} {word if number == 1 else plural or word + 's'}"


def _shape(shape: Shape) -> str:
    return " × ".join(f"{length:,}" for length in shape)
