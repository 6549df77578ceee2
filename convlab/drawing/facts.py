"""What is known of an operation before anything is computed: sizes and counts, in one line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from convlab.operations.borders import CenterCrop, Cropping, ZeroPadding
from convlab.operations.convolution import Convolution
from convlab.operations.dense import Dense, Flatten
from convlab.operations.geometry import AxisFormula
from convlab.operations.merge import Merge
from convlab.operations.normalization import LayerNormalization, Normalization
from convlab.operations.operation import Operation, Shape, as_image
from convlab.operations.pointwise import Activation, BatchNormalization, Dropout, Rescaling
from convlab.operations.pooling import AveragePooling, MaxPooling
from convlab.operations.rectifiers import PReLU, ReLU
from convlab.operations.reshape import Permute, Reshape
from convlab.operations.transpose import ConvolutionTranspose
from convlab.operations.upsampling import UpSampling
from convlab.problems import Problem

_BETWEEN = " · "
_AS_THE_INPUT = (
    Activation, BatchNormalization, Dropout, Rescaling, ReLU, PReLU, Normalization, LayerNormalization
)  # fmt: skip


def facts_text(operation: Operation | Merge, input_shape: Shape | Sequence[Shape]) -> str:
    """The output's size with its formula, weights, multiplications, and what a dense layer would need.

    input_shape: of a merge, those of its inputs. Empty where the operation cannot be applied to `input_shape`: then there is a problem to be told instead.
    """
    try:
        if isinstance(operation, Merge):
            return _merge_facts(operation, cast(Sequence[Shape], input_shape))
        return _operation_facts(operation, cast(Shape, input_shape))
    except Problem:
        return ""


def _operation_facts(operation: Operation, input_shape: Shape) -> str:
    output = operation.output_shape(input_shape)
    facts = [_size(operation, input_shape, output), _weights(operation), _products(operation, input_shape)]
    if isinstance(operation, Convolution | ConvolutionTranspose):
        dense = math.prod(input_shape) * math.prod(output)
        facts.append(f"a dense layer would need {_counted(dense, 'weight')}")
    return _BETWEEN.join(fact for fact in facts if fact)


def _merge_facts(merge: Merge, input_shapes: Sequence[Shape]) -> str:
    size = f"Output size {_shape(merge.output_shape(input_shapes))}"
    if merge.kind == "concatenate":
        axis = merge.image_axis(input_shapes)
        parts = [as_image(shape)[axis] for shape in input_shapes]
        word = "numbers" if len(input_shapes[0]) == 1 else ("rows", "columns", "channels")[axis]
        size += f", {word} {' + '.join(f'{n:,}' for n in parts)} = {sum(parts):,}"
    elif len(set(input_shapes)) == 1:
        size += f", as each of {len(input_shapes)} inputs"
    else:
        size += f" from {' and '.join(map(_shape, input_shapes))}"
    total = merge.multiplications(input_shapes)
    return size + (_BETWEEN + _counted(total, "multiplication") if total else "")


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
    elif isinstance(operation, ZeroPadding | Cropping | CenterCrop | UpSampling):
        formulas = tuple(_border_text(operation, input_shape, output, axis) for axis in (0, 1))
    elif isinstance(operation, _AS_THE_INPUT):
        return f"Output size {_shape(output)}, as the input"
    elif isinstance(operation, Reshape | Permute):
        return f"Output size {_shape(output)} from {_shape(input_shape)}"
    elif isinstance(operation, Flatten) and len(input_shape) == 3:
        return f"Output size {_shape(input_shape)} = {output[0]:,}"
    else:
        return f"Output size {_shape(output)}"
    if formulas[0] == formulas[1]:
        return f"Output size {formulas[0]}"
    return f"Output rows {formulas[0]}, columns {formulas[1]}"


def _border_text(
    operation: ZeroPadding | Cropping | CenterCrop | UpSampling, input_shape: Shape, output: Shape, axis: int
) -> str:
    """28 + 1 + 1 = 30, 30 − 1 − 1 = 28 or 14 × 2 = 28 along one axis (0: rows)."""
    n, out = input_shape[axis], output[axis]
    if isinstance(operation, UpSampling):
        return f"{n:,} × {operation.size[axis]:,} = {out:,}"
    if isinstance(operation, ZeroPadding):
        (before, after), sign = operation.padding[axis], "+"
    else:
        (before, after), sign = operation.removed(input_shape)[axis], "−"
    return f"{n:,} {sign} {before:,} {sign} {after:,} = {out:,}"


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
